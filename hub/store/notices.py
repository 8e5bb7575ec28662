"""Notices as they wait, leave, fail and are sent again; each lasting change writes its event and its line of history with it.

All writing functions run in the transaction their caller holds open. The reading ones need none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.core.notices import NoticeState, NoticeType, Subject
from hub.core.opening import Opening, parse
from hub.core.request import Item, Request
from hub.errors import Conflict, NotFound
from hub.store import history
from hub.store.events import add_event
from hub.store.moments import from_ms, maybe_moment, to_ms
from hub.store.rows import ITEM, OF_REQUEST, REQUEST, item_of, request_of
from hub.store.sql import Connection, among

CLOCK_WENT_BACK = timedelta(seconds=60)
"""A notice queued this far in the future shows that the clock was set back; it would wait as long as the clock jumped."""
MAIL = "mail"
"""The way that is always there."""
MAX_WORDS = 500
"""Characters kept of what a mail server said."""

DUE = (
    "SELECT key FROM notice WHERE state = 'queued' AND (not_before <= ? OR (attempts = 0 AND queued_at > ?)) "
    "ORDER BY not_before, key LIMIT ?"
)
NEXT_DUE = "SELECT min(CASE WHEN attempts = 0 AND queued_at > ? THEN ? ELSE not_before END) FROM notice WHERE state = 'queued'"
POSTPONED = (
    "SELECT n.key, n.type, n.desk, r.partner, n.queued_at, n.not_before FROM notice n JOIN request r ON r.key = n.request "
    "WHERE n.state = 'queued' AND n.attempts = 0 AND n.not_before > ? ORDER BY n.key"
)
FACTS = (
    "SELECT n.key, n.type, n.episode, n.attempts, n.state, n.queued_at, n.message_id, n.channel, n.desk, at.name, at.language, at.address, "
    f"at.opening, at.phone, at.opening_text, w.key, w.name, w.language, w.email, w.phone, w.channels, r.author, n.item, {REQUEST} "
    f"FROM notice n JOIN request r ON r.key = n.request {OF_REQUEST} "
    "LEFT JOIN desk at ON at.code = n.desk LEFT JOIN patron w ON w.key = n.patron WHERE n.key IN ({})"
)
TOGETHER = (
    "SELECT patron, desk, type, key, not_before, message_id, attempts FROM notice WHERE state = 'queued' AND patron IN ({}) "
    "ORDER BY key LIMIT 3000"
)
"""The limit is far more than what is ever joined; without it one patron with very many letters would cost all the others."""
MOST_TOGETHER = 30
"""Books a letter speaks of at most."""
ITEMS = f"SELECT {ITEM} FROM item i WHERE i.request IN ({{}}) ORDER BY i.key"
TOLD_OF = "SELECT item FROM notice WHERE request = ? AND type = ? AND key <> ? AND state IN ('queued', 'sent') AND item IS NOT NULL"
ABOUT = "SELECT n.request, n.item, n.type, n.desk, r.request_id FROM notice n JOIN request r ON r.key = n.request WHERE n.key = ?"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One notice with all its letter needs, and what it speaks of as that is now."""

    key: int
    type: NoticeType
    episode: int
    attempts: int
    state: NoticeState
    queued_at: datetime
    message_id: str | None
    """The letter's, from the moment on at which it is known of which books it speaks."""
    channel: str | None
    """The way it is to go by, once one was chosen."""
    desk: str | None
    desk_name: str | None
    desk_language: str | None
    desk_address: str | None
    desk_opening: Opening
    desk_phone: str | None
    desk_opening_text: str | None
    patron: int | None
    """None once the link to the patron is forgotten."""
    patron_name: str | None
    patron_language: str | None
    email: str | None
    phone: str | None
    channels: tuple[str, ...]
    """The ways the patron wants to be reached by, in order; none: as is usual here."""
    author: str | None
    partner: str | None
    about: Subject

    @property
    def request_id(self) -> str:
        """The request's printable id."""
        return self.about.request.request_id


def due_notices(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Give the keys of the notices that may leave now, longest due first."""
    rows = connection.execute(DUE, (to_ms(now), to_ms(now + CLOCK_WENT_BACK), limit))
    return [int(row[0]) for row in rows]


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """Give when the next notice may leave, None when none waits."""
    row = connection.execute(NEXT_DUE, (to_ms(now + CLOCK_WENT_BACK), to_ms(now))).fetchone()
    return maybe_moment(row[0])


@dataclass(frozen=True, slots=True)
class Postponed:
    """A notice that waits for a moment, and for no server."""

    key: int
    type: NoticeType
    desk: str | None
    partner: str | None
    queued_at: datetime
    not_before: datetime


def postponed(connection: Connection, now: datetime) -> list[Postponed]:
    """Give the notices that were not tried yet and wait for a later moment."""
    return [
        Postponed(key, NoticeType(type_), desk, partner, from_ms(queued_at), from_ms(not_before))
        for key, type_, desk, partner, queued_at, not_before in connection.execute(POSTPONED, (to_ms(now),)).fetchall()
    ]


def letter_facts(connection: Connection, keys: Sequence[int]) -> dict[int, LetterFacts]:
    """Give what the letters of these notices say, read at this moment; one that is gone is not among them."""
    marks, values = among(keys)
    rows = {row[0]: (row, request_of(row[FACTS_COLUMNS:])) for row in connection.execute(FACTS.format(marks), values).fetchall()}
    items = _items_of(connection, sorted({request.key for _, request in rows.values()}))
    return {key: _facts(row, _subject(connection, row, request, items[request.key])) for key, (row, request) in rows.items()}


FACTS_COLUMNS = 23
"""Before those of the request."""


def _facts(row: Sequence[Any], about: Subject) -> LetterFacts:
    (
        key, type_, episode, attempts, state, queued_at, message_id, channel, desk, desk_name, desk_language, address, opening, desk_phone,
        opening_text, patron, name, language, email, phone, channels, author, _item,
    ) = row[:FACTS_COLUMNS]  # fmt: skip
    return LetterFacts(
        key, NoticeType(type_), episode, attempts, NoticeState(state), from_ms(queued_at), message_id, channel, desk, desk_name,
        desk_language, address, parse(opening), desk_phone, opening_text, patron, name, language, email, phone,
        tuple((channels or "").split()), author, about.request.partner, about,
    )  # fmt: skip


def _items_of(connection: Connection, requests: Sequence[int]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {request: [] for request in requests}
    marks, values = among(requests)
    for row in connection.execute(ITEMS.format(marks), values):
        found[row[1]].append(item_of(row))
    return found


def _subject(connection: Connection, row: Sequence[Any], request: Request, items: Sequence[Item]) -> Subject:
    key, type_, item_key = row[0], row[1], row[FACTS_COLUMNS - 1]
    item = next((item for item in items if item.key == item_key), None)
    others = tuple(other for other in items if other is not item)
    told_of = frozenset(row[0] for row in connection.execute(TOLD_OF, (request.key, type_, key))) if others else frozenset[int]()
    return Subject(request, item, others, told_of)


@dataclass(frozen=True, slots=True)
class Companion:
    """Another notice of the same kind that waits for the same patron at the same desk."""

    key: int
    not_before: datetime
    message_id: str | None
    attempts: int


def companions(connection: Connection, facts: Collection[LetterFacts]) -> dict[int, list[Companion]]:
    """Give, of each of these notices, those that may share a letter with it."""
    patrons = sorted({each.patron for each in facts if each.patron is not None})
    waiting: defaultdict[tuple[int, str | None, str], list[Companion]] = defaultdict(list)
    marks, values = among(patrons)
    for patron, desk, type_, key, at, message_id, attempts in connection.execute(TOGETHER.format(marks), values):
        waiting[patron, desk, type_].append(Companion(key, from_ms(at), message_id, attempts))
    found: dict[int, list[Companion]] = {}
    for each in facts:
        known = each.patron is not None and each.desk is not None
        same = waiting.get((each.patron or 0, each.desk, each.type), []) if known else []
        found[each.key] = [other for other in same if other.key != each.key][: MOST_TOGETHER - 1]
    return found


def name_letter(connection: Connection, keys: Sequence[int], message_id: str) -> None:
    """Write of which notices a letter speaks before it leaves: after a crash it leaves again as the same letter."""
    for key in keys:
        connection.execute("UPDATE notice SET message_id = ? WHERE key = ? AND state = ?", (message_id, key, NoticeState.QUEUED))


def postpone(connection: Connection, key: int, until: datetime, now: datetime) -> None:
    """Let a notice wait; no try is counted."""
    # One that was queued before the clock was set back would be due at once, again and again.
    change = "UPDATE notice SET not_before = ?, queued_at = CASE WHEN queued_at > ? THEN ? ELSE queued_at END WHERE key = ? AND state = ?"
    connection.execute(change, (to_ms(until), to_ms(now), to_ms(now), key, NoticeState.QUEUED))


def change_channel(connection: Connection, key: int, channel: str, words: str, at: datetime) -> None:
    """Let a notice go by another way, at once and with all its tries."""
    change = "UPDATE notice SET channel = ?, attempts = 0, last_error = ?, not_before = ? WHERE key = ? AND state = ?"
    connection.execute(change, (channel, words[:MAX_WORDS], to_ms(at), key, NoticeState.QUEUED))


def mark_sent(connection: Connection, key: int, message_id: str, at: datetime, channel: str = MAIL) -> None:
    """Write that a letter left, even when its notice was suppressed while it did."""
    change = (
        "UPDATE notice SET state = ?, sent_at = ?, message_id = ?, channel = ?, attempts = attempts + 1, last_error = NULL WHERE key = ?"
    )
    if connection.execute(change, (NoticeState.SENT, to_ms(at), message_id, channel, key)).rowcount:
        _tell(connection, NoticeState.SENT, key, at, detail=None if channel == MAIL else f"by {channel}")


def mark_failed_try(connection: Connection, key: int, words: str, not_before: datetime) -> None:
    """Write that a try failed and when the next one may be; no event, the notice is still on its way."""
    change = "UPDATE notice SET attempts = attempts + 1, last_error = ?, not_before = ? WHERE key = ? AND state = ?"
    connection.execute(change, (words[:MAX_WORDS], to_ms(not_before), key, NoticeState.QUEUED))


def mark_failed(connection: Connection, key: int, words: str, at: datetime) -> None:
    """Write that a notice failed for good, with the words staff are shown."""
    change = "UPDATE notice SET state = ?, attempts = attempts + 1, last_error = ? WHERE key = ? AND state = ?"
    if connection.execute(change, (NoticeState.FAILED, words[:MAX_WORDS], key, NoticeState.QUEUED)).rowcount:
        _tell(connection, NoticeState.FAILED, key, at)


def mark_suppressed(connection: Connection, key: int, at: datetime, why: str | None = None) -> None:
    """Write that a notice was no longer true when it was to leave, and why."""
    # What was said of other books of its letter is no word about this one.
    change = "UPDATE notice SET state = ?, message_id = NULL WHERE key = ? AND state = ?"
    if connection.execute(change, (NoticeState.SUPPRESSED, key, NoticeState.QUEUED)).rowcount:
        _tell(connection, NoticeState.SUPPRESSED, key, at, detail=why)


RETURNED = (
    "SELECT n.key FROM notice n JOIN request r ON r.key = n.request "
    "WHERE r.request_id = ? AND n.message_id = ? AND n.state = 'sent' ORDER BY n.key"
)
WITH_IT = (
    "SELECT key FROM notice WHERE patron = (SELECT patron FROM notice WHERE key = ?) AND message_id = ? AND state = 'sent' AND key <> ?"
)


def mark_returned(connection: Connection, request_id: str, message_id: str, words: str, at: datetime) -> int:
    """Write that a mail server gave a letter back that another had taken: work for staff, in its own words. Gives of how many notices."""
    keys = [int(row[0]) for row in connection.execute(RETURNED, (request_id, message_id)).fetchall()]
    # The letter is named by one of its books; the others are its patron's.
    keys += [int(row[0]) for key in keys for row in connection.execute(WITH_IT, (key, message_id, key)).fetchall()]
    for key in keys:
        change = "UPDATE notice SET state = ?, last_error = ? WHERE key = ? AND state = ?"
        connection.execute(change, (NoticeState.FAILED, words[:MAX_WORDS], key, NoticeState.SENT))
        _tell(connection, NoticeState.FAILED, key, at, detail="given back by a mail server")
    return len(keys)


def resend(connection: Connection, key: int, now: datetime, *, actor: str = "staff") -> None:
    """Queue a failed or sent notice once more, due at once, with the Message-ID it always had.

    Raises NotFound for an unknown notice, Conflict for one that still waits, is no longer true or has lost its patron.
    """
    row = connection.execute("SELECT state, patron FROM notice WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(f"There is no notice {key}.")
    if row[0] == NoticeState.QUEUED:
        raise Conflict("This notice is still waiting to be sent. There is no need to send it again.")
    if row[0] == NoticeState.SUPPRESSED:
        raise Conflict("This notice was no longer true when it was to leave, so it is not sent.")
    if row[1] is None:
        raise Conflict("The hub has forgotten whom this notice was for, so it is not sent.")
    # By the first of the patron's ways again: what they are may have been mended.
    change = "UPDATE notice SET state = ?, attempts = 0, last_error = NULL, channel = NULL, not_before = ? WHERE key = ?"
    connection.execute(change, (NoticeState.QUEUED, to_ms(now), key))
    _tell(connection, NoticeState.QUEUED, key, now, actor)


def _tell(connection: Connection, became: NoticeState, key: int, at: datetime, actor: str = "hub", detail: str | None = None) -> None:
    request, item, type_, desk, request_id = connection.execute(ABOUT, (key,)).fetchone()
    data = {"request_id": request_id, "type": type_, "desk": desk, "notice_id": str(key)}
    add_event(connection, f"notice.{became}", at=at, desk=desk, subject=request_id, data=data)
    history.append(
        connection,
        history.Line(request=request, kind="notice", at=at, rule=became, actor=actor, item=item, desk=desk, notice=type_, detail=detail),
    )
