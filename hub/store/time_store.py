"""The way of what the time has come for: the requests of a batch read by a few statements, decided in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hub.store.batch_store import BatchStore, Numbers
from hub.store.picture import Row
from hub.store.read_by_key import marks_of, picture_of, work_about
from hub.store.sql import Connection


class TimeStore(BatchStore):
    """A BatchStore that knows what was said already; on a file, too, because time makes no new items."""

    def __init__(self, connection: Connection, requests: Sequence[int], subjects: Sequence[int]) -> None:
        """``subjects`` are the keys of items and requests of which something may have been said."""
        super().__init__(connection, picture_of(connection, requests), None, Numbers(connection))
        self._subjects, self._said = subjects, dict[str, set[tuple[int, int]]]()

    def mark(self, kind: str, subject: int, occasion: int) -> bool:
        """Mark as said; False where it was."""
        said = self._said.get(kind)
        if said is None:
            said = self._said[kind] = marks_of(self._server, kind, self._subjects)
        if (subject, occasion) in said:
            return False
        said.add((subject, occasion))
        self._waiting.marks.append((kind, subject, occasion))
        return True

    def notices_of(self, request: int) -> list[Row]:
        """Give all notices about a request."""
        return list(self._notices(request).values())

    def _work(self, column: str, subject: str | int) -> list[Row]:
        """Give the open work about a barcode or a request: asked for by few, and then read for all at once."""
        if not self._picture.work.knows(column, subject):
            about = defaultdict[str | int, list[Row]](list)
            for row in work_about(self.connection, column, subjects := self._subjects_of(column)):
                about[row[column]].append(row)
            for each in subjects:
                self._picture.work.learn(column, each, about[each])
        return super()._work(column, subject)

    def _subjects_of(self, column: str) -> list[str | int]:
        books = self._picture.books
        return sorted(books.requests) if column == "request" else sorted({item.barcode for item in books.items.values()})


@contextmanager
def time_batch(connection: Connection, requests: Sequence[int], subjects: Sequence[int]) -> Iterator[TimeStore]:
    """Read what is known of these, and write at the end all that came of it, in the open transaction."""
    store = TimeStore(connection, requests, subjects)
    yield store
    store.write()
    store.end()
