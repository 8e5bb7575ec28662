"""Staff create a borrowing request, or clear an exception. What is done to a request is in ``act_on_request``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from hub.core.barcode import request_id
from hub.core.request import State
from hub.core.seen import Site
from hub.core.wording import findable, in_one_text
from hub.core.words import Words
from hub.errors import Conflict, Invalid, NotFound
from hub.store.events import add_event
from hub.store.history import Line, append
from hub.store.moments import to_ms
from hub.store.numbers import number_for
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

    def __init__(self, words: Words, request_ids: tuple[str, ...]) -> None:
        super().__init__(words.say("no.create.duplicate", requests=", ".join(request_ids)))
        self.request_ids = request_ids


def create_request(connection: Connection, site: Site, new: NewRequest, *, confirm: bool, actor: str, now: datetime) -> str:
    """Write a new request and give its id; PossibleDuplicates unless confirmed."""
    if new.volumes and len(new.volumes) != new.expected:
        raise Invalid(site.words.say("no.pieces.volumes", volumes=len(new.volumes), pieces=new.expected))
    patron = _patron(connection, site.words, new.requester)
    _check_places(connection, site.words, new)
    if not confirm and (found := _duplicates(connection, new, patron)):
        raise PossibleDuplicates(site.words, found)
    key = _insert(connection, new, patron, now)
    named = request_id(key)
    connection.execute("UPDATE request SET request_id = ? WHERE key = ?", (named, key))
    _note_words(connection, key, new)
    line = Line(request=key, kind="act", at=now, rule="create", actor=actor, became=State.REQUESTED, desk=new.pickup_desk)
    append(connection, line)
    data = {"request_id": named, "title": new.title, "pickup_desk": new.pickup_desk, "partner": new.partner, "source": new.source}
    add_event(connection, "request.created", at=now, desk=new.pickup_desk, subject=named, data=data | {"state": State.REQUESTED})
    return named


EXCEPTION = (
    "SELECT e.cleared_at, e.note, e.kind, e.desk, e.barcode, r.request_id, r.title "
    "FROM exception e LEFT JOIN request r ON r.key = e.request WHERE e.key = ?"
)


def clear_exception(connection: Connection, key: int, *, note: str | None, actor: str, now: datetime) -> None:
    """Mark an exception as dealt with; what staff write is kept beside what the hub had to say."""
    row = connection.execute(EXCEPTION, (key,)).fetchone()
    if row is None:
        raise NotFound(f"There is no exception {key}.")
    cleared_at, before, kind, desk, barcode, named, title = row
    if cleared_at is not None:
        raise Conflict("This exception has been cleared already.")
    kept = " / ".join(text for text in (before, note) if text) or None
    connection.execute("UPDATE exception SET cleared_at = ?, cleared_by = ?, note = ? WHERE key = ?", (to_ms(now), actor, kept, key))
    # Not the note: it may speak of the patron.
    data = {"exception_id": str(key), "kind": kind, "barcode": barcode, "request_id": named, "title": title, "actor": actor}
    told = {name: value for name, value in data.items() if value is not None}
    add_event(connection, "exception.cleared", at=now, desk=desk, subject=named, data=told)


def _patron(connection: Connection, words: Words, card: str) -> int:
    row = connection.execute("SELECT key FROM patron WHERE card = ?", (card,)).fetchone()
    if row is None:
        raise Invalid(words.say("no.create.requester"))
    return int(row[0])


def _check_places(connection: Connection, words: Words, new: NewRequest) -> None:
    desk = connection.execute("SELECT pickup, active FROM desk WHERE code = ?", (new.pickup_desk,)).fetchone()
    if desk is None:
        raise Invalid(words.say("no.desk", desk=new.pickup_desk))
    if not desk[0] or not desk[1]:
        raise Invalid(words.say("no.create.holds", desk=new.pickup_desk))
    if connection.execute("SELECT 1 FROM partner WHERE code = ?", (new.partner,)).fetchone() is None:
        raise Invalid(words.say("no.create.partner", partner=new.partner))


def _duplicates(connection: Connection, new: NewRequest, patron: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT request_id, title, isbn, oclc_number FROM request WHERE requester = ? AND closed_at IS NULL ORDER BY key", (patron,)
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


PUT_REQUEST = (
    "INSERT INTO request(key, request_id, external_id, source, title, author, isbn, oclc_number, volume, requester, pickup_desk, "
    "partner, partner_due_date, needed_by, internal_note, patron_note, pieces, volumes, words, state, version, created_at, changed_at) "
    "VALUES ({number}, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) RETURNING key"
)


def words_of(new: NewRequest) -> tuple[str, ...]:
    """Give the words a new request is found by."""
    return findable((new.title, new.author, new.volume), (new.external_id, new.isbn, new.oclc_number))


def _note_words(connection: Connection, key: int, new: NewRequest) -> None:
    for word in words_of(new):
        connection.execute("INSERT INTO request_word(word, request) VALUES (?, ?)", (word, key))


def _insert(connection: Connection, new: NewRequest, patron: int, now: datetime) -> int:
    moment = to_ms(now)
    rows = connection.execute(
        PUT_REQUEST.format(number=number_for("request", connection.dialect)),
        (
            new.external_id, new.source, new.title, new.author, new.isbn, new.oclc_number, new.volume, patron, new.pickup_desk, new.partner,
            new.partner_due_date.isoformat() if new.partner_due_date else None,
            new.needed_by.isoformat() if new.needed_by else None,
            new.internal_note, new.patron_note, new.expected,
            json.dumps(new.volumes, ensure_ascii=False) if new.volumes else None,
            in_one_text(words_of(new)), State.REQUESTED, moment, moment,
        ),
    )  # fmt: skip
    return inserted(rows)
