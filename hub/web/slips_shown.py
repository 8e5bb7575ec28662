"""Request slips: what goes into the file for the parcel, with bars that the desk's scanner reads; never a patron's name or card."""

from __future__ import annotations

from dataclasses import dataclass

from broker import code128
from hub.store.pages.requests import RequestView
from hub.web.requests_shown import Look
from hub.web.words import say

QUIET = 10
"""White on both sides of the bars, in widths of the narrowest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it begins and how wide it is."""

    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Slip:
    """One request slip."""

    request_id: str
    title: str
    about: tuple[str, ...]
    bars: tuple[Bar, ...]
    width: int


def request_slip(view: RequestView, look: Look) -> Slip:
    """Give the slip of a request."""

    def told(name: str, value: str) -> tuple[str, ...]:
        return (f"{say(look.language, f'list.column.{name}')}: {value}",) if value else ()

    pieces = (say(look.language, "list.pieces", pieces=view.pieces_expected),) if view.pieces_expected > 1 else ()
    about = (
        *([view.author] if view.author else []), *told("desk", view.pickup_name), *told("partner", view.partner_name),
        *told("external_id", view.external_id or ""), *told("partner_due", look.day(view.partner_due_date)), *pieces,
    )  # fmt: skip
    bars, width = _bars(view.request_barcode)
    return Slip(view.request_id, view.title, about, bars, width)


def _bars(barcode: str) -> tuple[tuple[Bar, ...], int]:
    found, x = [], QUIET
    for place, wide in enumerate(code128.elements(barcode) or ()):
        if place % 2 == 0:
            found.append(Bar(x, wide))
        x += wide
    return tuple(found), x + QUIET
