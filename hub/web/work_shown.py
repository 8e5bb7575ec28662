"""What a row of a worklist says: where the book is to be looked for, what to do with it, and the buttons that do it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.calendar import local_day
from hub.core.request import State
from hub.store.pages.worklists import Chore, Span
from hub.web.requests_shown import Look
from hub.web.words import say

ORDER = ("receive", "transit", "shelf", "pull", "expiring", "due", "back", "exceptions", "notices")
DEEDS = frozenset({"scan", "scan-rs", "missing", "extend", "renew", "not-received", "lost", "claims-returned"})
"""What a row may offer; all else is done on the request's own page."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One button: what it does, what it says."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    id: str
    request_id: str
    version: int
    piece: int | None
    barcode: str
    title: str
    author: str
    state: str
    head: str
    """What is looked for first: a shelf, a day."""
    urgent: bool
    about: str
    todo: str
    deeds: tuple[Deed, ...]


def row_of(chore: Chore, name: str, look: Look, span: Span) -> Row:
    """Give a row of a list."""
    urgent = _urgent(chore, name, look, span)
    said = _said(chore, name, look, span, urgent=urgent)
    pieces = [say(look.language, "work.piece", piece=chore.piece, pieces=chore.pieces)] if chore.pieces > 1 and chore.piece else []
    about = " · ".join(part for part in (*pieces, chore.requester_alias or "", said[1]) if part)
    deeds = tuple(Deed(deed, say(look.language, f"work.{name}.do.{deed}")) for deed in _deeds(chore, name, urgent=urgent))
    return Row(
        f"chore-{chore.request_id}-{chore.piece or ''}", chore.request_id, chore.version, chore.piece, chore.barcode or "", chore.title,
        chore.author or "", chore.state, said[0], urgent, about, said[2], deeds,
    )  # fmt: skip


def _urgent(chore: Chore, name: str, look: Look, span: Span) -> bool:
    today = local_day(span.now, look.site.zone)
    match name:
        case "receive":
            return chore.needed_by is not None and chore.needed_by < today
        case "transit":
            return chore.changed_at < span.late
        case "due":
            return chore.due_at is not None and chore.due_at < span.now
        case "back":
            return chore.partner_due_date is not None and chore.partner_due_date <= today
        case "shelf" | "expiring":
            return chore.hold_until is not None and chore.hold_until < span.now
        case _:
            return False


def _said(chore: Chore, name: str, look: Look, span: Span, *, urgent: bool) -> tuple[str, str, str]:
    """Give what is read first, what is known besides, and what to do."""

    def phrase(key: str, **places: object) -> str:
        return say(look.language, f"work.{name}.{key}", **places)

    where, partner, due = chore.pickup_name, chore.partner_name, look.day(chore.partner_due_date)
    to = where if chore.state is State.IN_TRANSIT_TO_PICKUP else say(look.language, "desk.rs")
    todo = phrase("todo.urgent" if urgent else "todo", desk=where, partner=partner, shelf=chore.shelf_code or "", to=to)
    match name:
        case "receive":
            needed = phrase("needed", date=look.day(chore.needed_by)) if chore.needed_by else ""
            return partner, " · ".join(part for part in (needed, where) if part), todo
        case "transit":
            return phrase("head", to=to), phrase("since", days=(span.now - chore.changed_at).days), todo
        case "shelf" | "pull" | "expiring":
            reason = look.site.languages[look.language].reasons.get(chore.reason or "", "")
            until = say(look.language, "panel.until", date=look.day(chore.hold_until)) if chore.hold_until and name != "pull" else reason
            return chore.shelf_code or "", f"{where} · {until}", todo
        case "due":
            return look.day(chore.due_at), where, todo
        case _:
            return partner, phrase("due", date=due) if due else "", todo


def _deeds(chore: Chore, name: str, *, urgent: bool) -> tuple[str, ...]:
    match name:
        case "receive":
            return ("not-received",) if urgent else ()
        case "transit":
            here = "scan" if chore.state is State.IN_TRANSIT_TO_PICKUP else "scan-rs"
            return (here, "missing") if urgent else (here,)
        case "shelf":
            return ("extend", "missing")
        case "pull":
            return ("scan", "missing")
        case "expiring":
            return ("extend",)
        case "due":
            return ("renew", "lost", "claims-returned") if urgent else ("renew",)
        case _:
            return ("scan-rs",)
