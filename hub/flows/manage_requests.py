"""Staff create a borrowing request, or clear an exception. What is done to a request is in ``act_on_request``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from hub.core.barcode import request_id
from hub.core.request import State
from hub.errors import Conflict, Invalid, NotFound
from hub.store.events import add_event
from hub.store.history import Line, append
from hub.store.moments import to_ms
from hub.store.sql import Connection, inserted


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What staff enter; ``requester`` is a card, ``pickup_desk`` and ``partner`` are codes."""

    title: str
    requester: str
    pickup_desk: str
    partner: str
    source: str = "manual"
    external_id: str | None = None
    author: str | None = None
    isbn: str | None = None
    oclc_number: str | None = None
    volume: str | None = None
    partner_due_date: date | None = None
    needed_by: date | None = None
    internal_note: str | None = None
    patron_note: str | None = None
    pieces: int | None = None
    """How many are expected; as many as there are ``volumes``, else one."""
    volumes: tuple[str, ...] = ()

    @property
    def expected(self) -> int:
        """Give how many pieces are expected."""
        return self.pieces if self.pieces is not None else max(1, len(self.volumes))


class PossibleDuplicates(Conflict):
    """Open requests that look like the new one; staff may confirm it all the same."""

    def __init__(self, request_ids: tuple[str, ...]) -> None:
        super().__init__(f"This patron has {', '.join(request_ids)} open for the same title. Confirm to create another.")
        self.request_ids = request_ids


def create_request(connection: Connection, new: NewRequest, *, confirm: bool, actor: str, now: datetime) -> str:
    """Write a new request and give its id; PossibleDuplicates unless confirmed."""
    if new.volumes and len(new.volumes) != new.expected:
        raise Invalid(f"{len(new.volumes)} volumes are named for {new.expected} pieces: name each piece, or none.")
    patron = _patron(connection, new.requester)
    _check_places(connection, new)
    if not confirm and (found := _duplicates(connection, new, patron)):
        raise PossibleDuplicates(found)
    key = _insert(connection, new, patron, now)
    named = request_id(key)
    connection.execute("UPDATE request SET request_id = ? WHERE key = ?", (named, key))
    line = Line(request=key, kind="act", at=now, rule="create", actor=actor, became=State.REQUESTED, desk=new.pickup_desk)
    append(connection, line)
    data = {"request_id": named, "title": new.title, "pickup_desk": new.pickup_desk, "partner": new.partner, "source": new.source}
    add_event(connection, "request.created", at=now, desk=new.pickup_desk, subject=named, data=data | {"state": State.REQUESTED})
    return named


def clear_exception(connection: Connection, key: int, *, note: str | None, actor: str, now: datetime) -> None:
    """Mark an exception as dealt with; what staff write is kept beside what the hub had to say."""
    row = connection.execute("SELECT cleared_at, note FROM exception WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(f"There is no exception {key}.")
    if row[0] is not None:
        raise Conflict("This exception has been cleared already.")
    kept = " / ".join(text for text in (row[1], note) if text) or None
    connection.execute("UPDATE exception SET cleared_at = ?, cleared_by = ?, note = ? WHERE key = ?", (to_ms(now), actor, kept, key))


def _patron(connection: Connection, card: str) -> int:
    row = connection.execute("SELECT key FROM patron WHERE card = ?", (card,)).fetchone()
    if row is None:
        raise Invalid("No patron has this card. Check the number, or add the patron first.")
    return int(row[0])


def _check_places(connection: Connection, new: NewRequest) -> None:
    desk = connection.execute("SELECT pickup, active FROM desk WHERE code = ?", (new.pickup_desk,)).fetchone()
    if desk is None:
        raise Invalid(f"There is no desk {new.pickup_desk!r}.")
    if not desk[0] or not desk[1]:
        raise Invalid(f"Desk {new.pickup_desk!r} takes no holds. Choose another pick-up desk.")
    if connection.execute("SELECT 1 FROM partner WHERE code = ?", (new.partner,)).fetchone() is None:
        raise Invalid(f"There is no partner {new.partner!r}. Add the lender first.")


def _duplicates(connection: Connection, new: NewRequest, patron: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT request_id, title, isbn, oclc_number FROM request WHERE requester = ? AND state <> 'CLOSED' ORDER BY key", (patron,)
    )
    return tuple(row[0] for row in rows if _same(new, *row[1:]))


def _same(new: NewRequest, title: str, isbn: str | None, oclc_number: str | None) -> bool:
    if new.isbn and isbn and _bare(new.isbn) == _bare(isbn):
        return True
    if new.oclc_number and new.oclc_number == oclc_number:
        return True
    return _bare(new.title) == _bare(title)


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _insert(connection: Connection, new: NewRequest, patron: int, now: datetime) -> int:
    moment = to_ms(now)
    rows = connection.execute(
        "INSERT INTO request(request_id, external_id, source, title, author, isbn, oclc_number, volume, requester, pickup_desk, partner, "
        "partner_due_date, needed_by, internal_note, patron_note, pieces, volumes, state, version, created_at, changed_at) "
        "VALUES ('', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) RETURNING key",
        (
            new.external_id, new.source, new.title, new.author, new.isbn, new.oclc_number, new.volume, patron, new.pickup_desk, new.partner,
            new.partner_due_date.isoformat() if new.partner_due_date else None,
            new.needed_by.isoformat() if new.needed_by else None,
            new.internal_note, new.patron_note, new.expected,
            json.dumps(new.volumes, ensure_ascii=False) if new.volumes else None,
            State.REQUESTED, moment, moment,
        ),
    )  # fmt: skip
    return inserted(rows)
