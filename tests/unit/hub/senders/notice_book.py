"""A hub's database with patrons, books on the shelf and notices that wait, for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from broker.messages import Notice
from hub.core.barcode import request_id
from hub.core.notices import NoticeType
from hub.core.request import State
from hub.core.telling import Telling, Terms
from hub.flows.keep_books import add_patron
from hub.letters.render import Letters
from hub.senders.channels import Channel
from hub.senders.mail import Transport
from hub.senders.to_patron import PatronSender
from hub.store import schema
from hub.store.database import open_database
from hub.store.events import events_after
from hub.store.moments import to_ms
from hub.store.sql import inserted
from tests.support.mail import until

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
GRACE = timedelta(seconds=60)
DOMAIN = "main.library.example"
LETTERS = Letters(library="Springfield University Library", sender="loans@library.example", zone=UTC)


class Clock:
    """A wall clock that moves when told."""

    def __init__(self, moment: datetime = NOW + GRACE) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Give the time."""
        return self.moment

    def forward(self, by: timedelta) -> None:
        """Move on; a negative step goes back."""
        self.moment += by


class NoticeBook:
    """One database; each ``a_ready`` is another request of another patron."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = open_database(path)
        self._do = self.connection.execute
        self._do(
            "INSERT INTO desk(code, name, resource_sharing, pickup, shelf_prefix, shelf_slots, active) "
            "VALUES ('main', 'Main Library', 0, 1, 'A', 40, 1)"
        )
        self._do("INSERT INTO partner VALUES ('uni', 'The University')")

    def a_ready(
        self,
        *,
        email: str | None = "ana@patron.example",
        name: str = "Ana Müller",
        title: str = "The Overstory",
        queued_at: datetime = NOW,
        grace: timedelta = GRACE,
        state: State = State.ON_HOLD_SHELF,
        notice: NoticeType = NoticeType.READY_FOR_PICKUP,
        episode: int = 1,
    ) -> int:
        """Put a book on the shelf and its notice in the queue; gives the notice's key."""
        number = int(self._do("SELECT count(*) + 1 FROM request").fetchone()[0])
        at = to_ms(queued_at)
        add_patron(self.connection, card=f"2{number:013d}", alias="alias", name=name, email=email)
        self._do(
            "INSERT INTO request(key, request_id, source, title, author, requester, pickup_desk, partner, pieces, state, version, "
            "created_at, changed_at) VALUES (?, ?, 'manual', ?, 'Richard Powers', ?, 'main', 'uni', 1, ?, 1, ?, ?)",
            (number, request_id(number), title, number, state, at, at),
        )
        self._do(
            "INSERT INTO item(key, request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, circulated, "
            "version) VALUES (?, ?, 1, ?, ?, ?, ?, ?, 'A1', 1, 0, 1)",
            (number, number, f"3{number:013d}", state, at, at, to_ms(queued_at + timedelta(days=10))),
        )
        added = self._do(
            "INSERT INTO notice(type, request, item, episode, patron, desk, state, queued_at, not_before, attempts) "
            "VALUES (?, ?, ?, ?, ?, 'main', 'queued', ?, ?, 0) RETURNING key",
            (notice, number, number, episode, number, at, to_ms(queued_at + grace)),
        )
        return inserted(added)

    def move(self, notice: int, state: State, *, episode: int = 1) -> None:
        """Move the notice's item on."""
        self.change("item", notice, state=state, episode=episode)

    def change(self, what: Literal["item", "request", "patron"], notice: int, **columns: Any) -> None:
        """Change what a notice is about, or whom it is for."""
        names = ", ".join(f"{name} = ?" for name in columns)
        statement = f"UPDATE {what} SET {names} WHERE key = (SELECT {what} FROM notice WHERE key = ?)"  # noqa: S608 - names of our own
        self._do(statement, (*columns.values(), notice))

    def set_desk_language(self, language: str | None) -> None:
        """Say what is spoken at the desk."""
        self._do("UPDATE desk SET language = ?", (language,))

    def another_piece(self, notice: int, state: State) -> None:
        """Let another piece of the notice's request come as far as this state."""
        self._do(
            "INSERT INTO item(request, piece, barcode, state, received_at, changed_at, episode, circulated, version) "
            "SELECT request, piece + 1, barcode || 'x', ?, received_at, changed_at, 1, 0, 1 FROM item "
            "WHERE key = (SELECT item FROM notice WHERE key = ?)",
            (state, notice),
        )

    def forget(self, notice: int) -> None:
        """Cut the link from a notice to its patron."""
        self._do("UPDATE notice SET patron = NULL WHERE key = ?", (notice,))

    def set_email(self, notice: int, email: str | None) -> None:
        """Correct the patron's address."""
        self.change("patron", notice, email=email)

    def notice(self, key: int) -> dict[str, Any]:
        """Give a notice's row."""
        names = [column.name for column in schema.notice.columns]
        found = self._do(f"SELECT {', '.join(names)} FROM notice WHERE key = ?", (key,)).fetchone()  # noqa: S608 - names of our own
        return dict(zip(names, found, strict=True))

    def state(self, key: int) -> str:
        """Give a notice's state."""
        return str(self.notice(key)["state"])

    def states(self) -> dict[str, int]:
        """Give how many notices are in each state."""
        return dict(self._do("SELECT state, count(*) FROM notice GROUP BY state").fetchall())

    def history(self) -> list[tuple[str, str]]:
        """Give what became of the notices and who did it, as the requests' history tells it."""
        return self._do("SELECT rule, actor FROM history WHERE kind = 'notice' ORDER BY key").fetchall()

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Give type and data of every event."""
        return [(event.type, event.data) for event in events_after(self.connection, 0, 1000)]


def a_sender(
    book: NoticeBook,
    transport: Transport,
    clock: Callable[[], datetime],
    *,
    letters: Letters = LETTERS,
    publish: Callable[[Notice], None] | None = None,
    changed: Callable[[], None] | None = None,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    beside: Sequence[Transport] = (),
    more: Sequence[Channel] = (),
    per_domain_per_minute: int = 0,
) -> PatronSender:
    """Give a sender whose chance always falls in the middle."""
    return PatronSender(
        book.connection,
        transport,
        letters,
        domain=DOMAIN,
        zone=UTC,
        telling=Telling(terms),
        beside=beside,
        more=more,
        per_domain_per_minute=per_domain_per_minute,
        now=clock,
        publish=publish,
        changed=changed,
        jitter=lambda: 0.5,
    )


@asynccontextmanager
async def running(sender: PatronSender) -> AsyncIterator[None]:
    """Run a sender, and stop it as the service does."""
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        sender.stop()
        await asyncio.wait_for(task, 10)


async def send_all(book: NoticeBook, sender: PatronSender, due: Callable[[], bool]) -> None:
    """Run a sender until a condition holds, then stop it."""
    async with running(sender):
        await until(due)


def last_errors(book: NoticeBook) -> set[str]:
    """Give what the notices' last tries gave."""
    return {row[0] for row in book.connection.execute("SELECT last_error FROM notice")}


def as_json(notice: Notice) -> dict[str, Any]:
    """Give a published notice as others read it."""
    told: dict[str, Any] = json.loads(notice.model_dump_json())
    return told
