"""What waits for somebody: exceptions and notices; and what could not be read: faults of scanners, messages put aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, text, tuple_

from hub.core.words import ENGLISH, Words
from hub.errors import NotFound
from hub.store.moments import from_ms, maybe_moment
from hub.store.pages.cursor import Page, page_of, unpack
from hub.store.schema import exception, fault, history, notice, poison, request, stream

SHOWN_BYTES = 2000
Cleared = Literal["open", "cleared", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """A mail to a desk or partner that could not be delivered."""

    about: str
    """``desk:CODE`` or ``partner:CODE``."""
    day: date
    name: str
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionView:
    """One thing staff should look at."""

    exception_id: str
    kind: str
    desk: str | None
    station: str | None
    barcode: str | None
    request_id: str | None
    note: str | None
    opened_at: datetime
    cleared_at: datetime | None
    cleared_by: str | None
    title: str | None
    todo: str
    """What to do about it, in the site's language."""
    last_desk: str | None
    """Where the book was seen last, and when."""
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """One notice to a patron and how far it has come; the patron only by ref."""

    notice_id: str
    type: str
    request_id: str
    patron_ref: str | None
    desk: str | None
    state: str
    attempts: int
    last_error: str | None
    message_id: str | None
    queued_at: datetime
    not_before: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """A frame of a scanner that was no barcode."""

    station: str
    seq: int
    kind: str
    scanner: str | None
    detail: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonView:
    """A message that could not be read or worked on; ``payload`` shows its first bytes as text."""

    poison_id: str
    topic: str
    reason: str
    size: int
    payload: str
    received_at: datetime


_seen = history.alias("seen")
_SEEN = (
    select(_seen.c.key)
    .where(_seen.c.request == exception.c.request, _seen.c.kind == "scan")
    .where((exception.c.item.is_(None)) | (_seen.c.item == exception.c.item))
    .order_by(_seen.c.key.desc())
    .limit(1)
    .correlate(exception)
    .scalar_subquery()
)
_EXCEPTIONS = (
    select(exception, request.c.request_id, request.c.title, history.c.desk.label("seen_desk"), history.c.at.label("seen_at"))
    .outerjoin(request, request.c.key == exception.c.request)
    .outerjoin(history, history.c.key == _SEEN)
)
_FAILED_DIGESTS = (
    "SELECT {what} FROM digest d LEFT JOIN desk k ON d.about = 'desk:' || k.code "
    "LEFT JOIN partner p ON d.about = 'partner:' || p.code "
    "WHERE d.state = 'failed' AND NOT EXISTS (SELECT 1 FROM digest later WHERE later.about = d.about AND later.day > d.day) "
    "ORDER BY d.about"
)
_NOTICES = select(notice, request.c.request_id).join(request, request.c.key == notice.c.request)


def exceptions(
    connection: Connection,
    limit: int,
    cursor: str | None = None,
    *,
    state: Cleared = "open",
    desk: str | None = None,
    words: Words = ENGLISH,
) -> Page[ExceptionView]:
    """Give a page of exceptions, newest first."""
    query = _EXCEPTIONS.order_by(exception.c.opened_at.desc(), exception.c.key.desc()).limit(limit + 1)
    if state != "all":
        # Word for word the condition of the index ``exception_open``.
        query = query.where(text("exception.cleared_at IS NULL" if state == "open" else "exception.cleared_at IS NOT NULL"))
    if desk is not None:
        query = query.where(exception.c.desk == desk)
    if (before := unpack(cursor, int, int)) is not None:
        query = query.where(tuple_(exception.c.opened_at, exception.c.key) < tuple_(*before))
    rows = list(connection.execute(query))
    page = page_of(rows, limit, lambda row: (row.opened_at, row.key))
    return Page(tuple(_exception(row, words) for row in page.items), page.next)


def one_exception(connection: Connection, key: int, words: Words = ENGLISH) -> ExceptionView:
    """Give one exception."""
    row = connection.execute(_EXCEPTIONS.where(exception.c.key == key)).one_or_none()
    if row is None:
        raise NotFound(f"There is no exception {key}.")
    return _exception(row, words)


def notices(connection: Connection, limit: int, cursor: str | None = None, *, state: str | None = None) -> Page[NoticeView]:
    """Give a page of notices, newest first."""
    query = _NOTICES.order_by(notice.c.key.desc()).limit(limit + 1)
    if state is not None:
        # Word for word the condition of the index ``notice_failed``.
        query = query.where(text("notice.state = 'failed'") if state == "failed" else notice.c.state == state)
    if (before := unpack(cursor, int)) is not None:
        query = query.where(notice.c.key < before[0])
    return page_of([_notice(row) for row in connection.execute(query)], limit, lambda view: (int(view.notice_id),))


def failed_digests(connection: Connection) -> tuple[DigestView, ...]:
    """Give the mails to desks and partners that failed, each unless a later day's stands instead."""
    what = "d.about, d.day, d.attempts, d.last_error, coalesce(k.name, p.name, d.about) AS name"
    return tuple(
        DigestView(about=row.about, day=date.fromisoformat(row.day), name=row.name, attempts=row.attempts, last_error=row.last_error)
        for row in connection.execute(text(_FAILED_DIGESTS.format(what=what)))
    )


def count_failed_digests(connection: Connection) -> int:
    """Give how many these are."""
    return int(connection.scalar(text(_FAILED_DIGESTS.format(what="count(*)").partition(" ORDER BY ")[0])) or 0)


def one_notice(connection: Connection, key: int) -> NoticeView:
    """Give one notice."""
    row = connection.execute(_NOTICES.where(notice.c.key == key)).one_or_none()
    if row is None:
        raise NotFound(f"There is no notice {key}.")
    return _notice(row)


def faults(connection: Connection, limit: int, cursor: str | None = None) -> Page[FaultView]:
    """Give a page of scanner faults, newest first."""
    place = (fault.c.occurred_at, fault.c.stream, fault.c.seq)
    query = select(fault, stream.c.station).join(stream, stream.c.key == fault.c.stream)
    query = query.order_by(*(column.desc() for column in place)).limit(limit + 1)
    if (before := unpack(cursor, int, int, int)) is not None:
        query = query.where(tuple_(*place) < tuple_(*before))
    page = page_of(list(connection.execute(query)), limit, lambda row: (row.occurred_at, row.stream, row.seq))
    return Page(tuple(_fault(row) for row in page.items), page.next)


def poisoned(connection: Connection, limit: int, cursor: str | None = None) -> Page[PoisonView]:
    """Give a page of the messages put aside, newest first."""
    query = select(poison).order_by(poison.c.key.desc()).limit(limit + 1)
    if (before := unpack(cursor, int)) is not None:
        query = query.where(poison.c.key < before[0])
    return page_of([_poison(row) for row in connection.execute(query)], limit, lambda view: (int(view.poison_id),))


def _exception(row: Row[Any], words: Words) -> ExceptionView:
    # A book's last sighting stands in its history; of a barcode that belongs to no request, in the exception itself.
    desk, at = (row.seen_desk, row.seen_at) if row.seen_at is not None else (row.last_desk or row.desk, row.last_seen_at or row.opened_at)
    return ExceptionView(
        exception_id=str(row.key),
        kind=row.kind,
        desk=row.desk,
        station=row.station,
        barcode=row.barcode,
        request_id=row.request_id,
        note=row.note,
        opened_at=from_ms(row.opened_at),
        cleared_at=maybe_moment(row.cleared_at),
        cleared_by=row.cleared_by,
        title=row.title,
        todo=words.todo.get(row.kind, ""),
        last_desk=desk,
        last_seen_at=maybe_moment(at),
    )


def _notice(row: Row[Any]) -> NoticeView:
    return NoticeView(
        notice_id=str(row.key),
        type=row.type,
        request_id=row.request_id,
        patron_ref=str(row.patron) if row.patron is not None else None,
        desk=row.desk,
        state=row.state,
        attempts=row.attempts,
        last_error=row.last_error,
        message_id=row.message_id,
        queued_at=from_ms(row.queued_at),
        not_before=from_ms(row.not_before),
        sent_at=maybe_moment(row.sent_at),
    )


def _fault(row: Row[Any]) -> FaultView:
    at = from_ms(row.occurred_at)
    return FaultView(station=row.station, seq=row.seq, kind=row.kind, scanner=row.scanner, detail=row.detail, occurred_at=at)


def _poison(row: Row[Any]) -> PoisonView:
    shown = row.payload[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    at = from_ms(row.received_at)
    return PoisonView(poison_id=str(row.key), topic=row.topic, reason=row.reason, size=row.size, payload=shown, received_at=at)
