"""What happened to a request, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.store.pages.history import Happening, History
from hub.web.requests_shown import Look
from hub.web.words import PAGES, say


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, what, where and by whom, and what was written about it."""

    at: str
    kind: str
    what: str
    where: str
    who: str
    note: str


def time_line(history: History, look: Look, desks: Mapping[str, str]) -> tuple[Line, ...]:
    """Give the lines, newest first."""
    return tuple(_line(each, look, desks) for each in reversed(history.items))


def _line(each: Happening, look: Look, desks: Mapping[str, str]) -> Line:
    where = desks.get(each.desk or "", each.desk or "")
    note = " · ".join(part for part in (each.detail, each.reason) if part)
    return Line(look.moment(each.at), each.kind, _what(each, look), where, _who(each, look), note)


def _who(each: Happening, look: Look) -> str:
    # A scan's actor is its station, an act's somebody's account.
    return "" if each.actor in (None, "hub") else str(each.actor)


def _what(each: Happening, look: Look) -> str:
    words = look.site.languages[look.language]
    if each.kind == "notice":
        kind = PAGES[look.language].get(f"notice.{each.notice_type}", each.notice_type or "")
        return say(look.language, f"line.notice.{each.notice_state}", notice=kind)
    done = words.acts.get(each.rule or "", words.acts["scan"])
    if each.kind == "sighting":
        return say(look.language, "line.scanned", barcode=each.barcode or "")
    if each.became is not None:
        return f"{done}: {words.states[each.became]}"
    return done
