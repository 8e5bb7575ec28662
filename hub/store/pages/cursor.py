"""Where a list goes on: the keys of the last row given, packed so that nobody builds on what is inside."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hub.errors import Invalid

T = TypeVar("T")
Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and the cursor that gives the part behind it; None at the end."""

    items: tuple[T, ...]
    next: str | None = None


def pack(place: Place) -> str:
    """Give the cursor of a place in a list."""
    return urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str | None, *kinds: type[int] | type[str]) -> Place | None:
    """Give the place a cursor stands for; Invalid for one that no list of this kind gave."""
    if cursor is None:
        return None
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise _foreign() from error
    if not isinstance(place, list) or [type(part) for part in place] != list(kinds):
        raise _foreign()
    if any(isinstance(part, int) and abs(part) >= 1 << 63 for part in place):
        raise _foreign()
    return tuple(place)


def page_of(rows: Sequence[T], limit: int, place: Callable[[T], Place]) -> Page[T]:
    """Make a page of the rows that were found when one more than ``limit`` was asked for."""
    items = tuple(rows[:limit])
    return Page(items, pack(place(items[-1])) if len(rows) > limit else None)


def _foreign() -> Invalid:
    return Invalid("This cursor does not belong to this list. Start again without one.")
