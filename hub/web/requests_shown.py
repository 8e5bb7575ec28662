"""How requests are shown to whoever works on them: a text for each column, the words of Alma beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from hub.core.request import State
from hub.core.seen import Site
from hub.store.pages.cursor import Page
from hub.store.pages.request_list import Listed, Moments, Sought, listed, listed_rows
from hub.store.pages.requests import PieceView, RequestView
from hub.web.shown import ON_THE_SHELF, state_words
from hub.web.words import PAGES, say

SOURCES = ("manual", "illiad", "oclc", "public_library", "ncip")
"""Sources that have words; any other is shown as it is written."""


@dataclass(frozen=True, slots=True)
class Look:
    """In which language, by which policy and at which moment."""

    site: Site
    language: str
    at: Moments

    def day(self, day: date | datetime | None) -> str:
        """Give a day in the page's language, empty where there is none."""
        if day is None:
            return ""
        return self.site.languages[self.language].day(day, self.at.now.astimezone(self.site.zone).date(), self.site.zone)

    def moment(self, when: datetime) -> str:
        """Give a moment by the library's clocks."""
        local = when.astimezone(self.site.zone)
        today = local.date() == self.at.now.astimezone(self.site.zone).date()
        return f"{local:%H:%M}" if today else f"{self.day(when)}, {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list."""

    request_id: str
    version: int
    title: str
    author: str
    state: str
    closed: bool
    cells: dict[str, str]


def row_of(listed: Listed, look: Look) -> Row:
    """Give a request as a row."""
    view = listed.view
    return Row(view.request_id, view.version, view.title, view.author or "", view.state, view.state is State.CLOSED, cells(listed, look))


def cells(listed: Listed, look: Look) -> dict[str, str]:
    """Give the text of every column."""
    view = listed.view
    open_ = [piece for piece in view.pieces if piece.closed_at is None]
    shelves = [piece.shelf_code for piece in open_ if piece.shelf_code and piece.state in ON_THE_SHELF]
    return {
        "request": view.title,
        "state": state_words(look.language, view.state, view.outcome),
        "alma": alma(look.language, view),
        "shelf": ", ".join(dict.fromkeys(shelves)),
        "requester": view.requester_alias or "",
        "desk": view.pickup_name,
        "partner": view.partner_name,
        "until": look.day(_until(open_)),
        "partner_due": look.day(view.partner_due_date),
        "source": source_words(look.language, view.source),
        "external_id": view.external_id or "",
        "created": look.day(view.created_at),
        "changed": look.moment(view.changed_at),
        "flags": ", ".join(flags(listed, look)),
    }


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of CSV."""

    of: dict[str, str]


def cell_of(row: Cells, name: str) -> str:
    """Give one cell of it."""
    return row.of[name]


def cells_listed(connection: Connection, limit: int, cursor: str | None, *, sought: Sought, look: Look) -> Page[Cells]:
    """Give a page of the requests that are looked for, as rows of CSV."""
    found = listed(connection, sought, look.at, limit, cursor)
    return Page(_of_all(found.items, look), found.next)


def cells_from(
    connection: Connection, limit: int, cursor: str | None, *, keys: Sequence[int], start: int, end: int, look: Look
) -> Page[Cells]:  # fmt: skip
    """Give these of a list that was put in order before, from its place ``start`` on; ``end`` is how long it is."""
    behind = start + len(keys)
    return Page(_of_all(listed_rows(connection, keys), look), str(behind) if behind < end else None)


def _of_all(found: Sequence[Listed], look: Look) -> tuple[Cells, ...]:
    more = ({"request_id": each.view.request_id, "author": each.view.author or ""} for each in found)
    return tuple(Cells(cells(each, look) | its) for each, its in zip(found, more, strict=True))


def _until(pieces: Sequence[PieceView]) -> datetime | None:
    """Give the day that comes first: the end of a hold or of a loan. Both mean nothing anywhere else."""
    holds = [piece.hold_until for piece in pieces if piece.state is State.ON_HOLD_SHELF and piece.hold_until is not None]
    loans = [piece.due_at for piece in pieces if piece.state is State.CHECKED_OUT and piece.due_at is not None]
    return min((*holds, *loans), default=None)


def flags(listed: Listed, look: Look) -> list[str]:
    """Say what is to be looked at."""
    view, now = listed.view, look.at.now
    told = {
        "overdue": any(piece.state is State.CHECKED_OUT and piece.due_at and piece.due_at < now for piece in view.pieces),
        "expiring": any(
            piece.state is State.ON_HOLD_SHELF and piece.hold_until and piece.hold_until < look.at.soon for piece in view.pieces
        ),
        "late": any(
            piece.state in (State.IN_TRANSIT_TO_PICKUP, State.IN_TRANSIT_TO_RS) and piece.changed_at < look.at.late for piece in view.pieces
        ),
        "work": bool(listed.todo),
        "note": bool(view.internal_note),
    }
    said = [say(look.language, f"list.flag.{name}") for name, true in told.items() if true]
    return [*said, *([say(look.language, "list.pieces", pieces=view.pieces_expected)] if view.pieces_expected > 1 else [])]


def alma(language: str, view: RequestView) -> str:
    """Give what Alma calls it."""
    if view.state is State.CLOSED:
        return say(language, f"alma.CLOSED.{view.outcome}") if f"alma.CLOSED.{view.outcome}" in PAGES[language] else ""
    return say(language, f"alma.{view.state}")


def source_words(language: str, source: str) -> str:
    """Give a source by the name staff know it by, where it is one of the usual ones."""
    return PAGES[language].get(f"source.{source}", source)
