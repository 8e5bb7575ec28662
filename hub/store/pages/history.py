"""What happened to one request, in one time line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from hub.core.request import State
from hub.store.moments import from_ms
from hub.store.pages.requests import request_key
from hub.store.schema import history, notice

MOST = 3000
"""A book to which more happens than this is a toy."""
LineKind = Literal["transition", "sighting", "act", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a request's history; what a kind has not got is None.

    A transition moved the item or the request, by a scan, by staff or because its day came (``actor``); a sighting is a scan that moved
    nothing; an act changed something else, which ``detail`` says; a notice line says how far a letter has come.
    """

    at: datetime
    kind: LineKind
    was: State | None = None
    became: State | None = None
    rule: str | None = None
    desk: str | None = None
    actor: str | None = None
    reason: str | None = None
    detail: str | None = None
    barcode: str | None = None
    scan_id: str | None = None
    notice_id: str | None = None
    notice_type: str | None = None
    notice_state: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All lines, oldest first."""

    items: tuple[Happening, ...]
    next: str | None = None


def history_of(connection: Connection, request_id: str) -> History:
    """Give what happened to a request, in the order in which it was written down; a scan is a sighting, and a transition if it moved."""
    key = request_key(connection, request_id)
    rows = connection.execute(select(history).where(history.c.request == key).order_by(history.c.key).limit(MOST)).all()
    notices = connection.execute(select(notice).where(notice.c.request == key).order_by(notice.c.queued_at, notice.c.key)).all()
    return History(tuple(line for row in rows for line in _lines(row, notices)))


def _lines(row: Row[Any], notices: Sequence[Row[Any]]) -> Iterator[Happening]:
    if row.kind == "notice":
        yield _notice(row, notices)
        return
    if row.kind == "scan":
        yield replace(_line(row, "sighting"), was=None, became=None, reason=None, detail=None)
    if row.became is not None:
        yield _line(row, "transition")
    elif row.kind != "scan" or row.detail is not None:
        yield _line(row, "act")


def _line(row: Row[Any], kind: LineKind) -> Happening:
    return Happening(
        at=from_ms(row.at),
        kind=kind,
        was=State(row.was) if row.was else None,
        became=State(row.became) if row.became else None,
        rule=row.rule,
        desk=row.desk,
        actor=row.actor,
        reason=row.note,
        detail=row.detail,
        barcode=row.barcode,
        scan_id=row.scan_id,
    )


def _notice(row: Row[Any], notices: Sequence[Row[Any]]) -> Happening:
    """A line about a letter: of those of its kind it is the one that was queued last by then."""
    of_kind = [known for known in notices if known.type == row.notice]
    known = next((known for known in reversed(of_kind) if known.queued_at <= row.at), of_kind[0] if of_kind else None)
    return Happening(
        at=from_ms(row.at),
        kind="notice",
        desk=row.desk,
        actor=row.actor,
        detail=row.detail,
        notice_id=str(known.key) if known is not None else None,
        notice_type=row.notice,
        notice_state=row.rule,
        sent_at=from_ms(row.at) if row.rule == "sent" else None,
    )
