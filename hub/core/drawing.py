"""The states as boxes and the ways between them as arrows: an SVG picture of plain lines, laid out by hand."""

from __future__ import annotations

from dataclasses import dataclass

from broker.answers import Tone
from hub.core.request import State

WIDTH, HEIGHT = 1310, 826
BOX_WIDTH, BOX_HEIGHT = 224, 64
CORNER_RADIUS = 10
Point = tuple[int, int]

BOXES: dict[State, Point] = {
    State.REQUESTED: (170, 160),
    State.IN_TRANSIT_TO_PICKUP: (490, 160),
    State.ON_HOLD_SHELF: (810, 160),
    State.CHECKED_OUT: (1130, 160),
    State.MISSING: (490, 370),
    State.PULL_FROM_SHELF: (810, 370),
    State.CLOSED: (170, 580),
    State.IN_TRANSIT_TO_RS: (1130, 580),
    State.LOST: (650, 680),
}
"""The middle of each box."""

UNDER: dict[State, str] = {
    State.REQUESTED: "asked for, not in hand",
    State.IN_TRANSIT_TO_PICKUP: "on its way to the pick-up desk",
    State.ON_HOLD_SHELF: "the patron may come",
    State.CHECKED_OUT: "with the patron",
    State.MISSING: "cannot be found",
    State.PULL_FROM_SHELF: "must leave the shelf",
    State.CLOSED: "sent home, or cancelled",
    State.IN_TRANSIT_TO_RS: "on its way to resource sharing",
    State.LOST: "declared lost",
}
"""What a box says under its name."""

ROUTES: dict[tuple[State | None, State], tuple[Point, ...]] = {
    (None, State.REQUESTED): ((130, 92), (130, 58), (130, 128)),
    (State.REQUESTED, State.IN_TRANSIT_TO_PICKUP): ((330, 160), (282, 160), (378, 160)),
    (State.REQUESTED, State.ON_HOLD_SHELF): ((490, 40), (210, 128), (210, 40), (770, 40), (770, 128)),
    (State.REQUESTED, State.CLOSED): ((130, 370), (130, 192), (130, 548)),
    (State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF): ((650, 145), (602, 145), (698, 145)),
    (State.IN_TRANSIT_TO_PICKUP, State.CHECKED_OUT): ((930, 84), (530, 128), (530, 84), (1130, 84), (1130, 128)),
    (State.ON_HOLD_SHELF, State.IN_TRANSIT_TO_PICKUP): ((650, 175), (698, 175), (602, 175)),
    (State.ON_HOLD_SHELF, State.CHECKED_OUT): ((970, 160), (922, 160), (1018, 160)),
    (State.PULL_FROM_SHELF, State.CHECKED_OUT): ((1020, 352), (922, 352), (1130, 352), (1130, 192)),
    (State.PULL_FROM_SHELF, State.IN_TRANSIT_TO_RS): ((1020, 388), (922, 388), (1130, 388), (1130, 548)),
    (State.PULL_FROM_SHELF, State.CLOSED): ((525, 505), (810, 402), (810, 505), (240, 505), (240, 548)),
    (State.CHECKED_OUT, State.IN_TRANSIT_TO_RS): ((1200, 370), (1200, 192), (1200, 548)),
    (State.CHECKED_OUT, State.CLOSED): ((1275, 370), (1242, 160), (1275, 160), (1275, 750), (130, 750), (130, 612)),
    (State.IN_TRANSIT_TO_RS, State.CLOSED): ((650, 580), (1018, 580), (282, 580)),
    (State.MISSING, State.IN_TRANSIT_TO_PICKUP): ((450, 265), (450, 338), (450, 192)),
    (State.MISSING, State.ON_HOLD_SHELF): ((665, 240), (530, 338), (530, 240), (800, 240), (800, 192)),
    (State.MISSING, State.CHECKED_OUT): ((860, 290), (602, 352), (645, 352), (645, 290), (1070, 290), (1070, 192)),
    (State.MISSING, State.IN_TRANSIT_TO_RS): ((940, 450), (602, 388), (645, 388), (645, 450), (1070, 450), (1070, 548)),
    (State.MISSING, State.CLOSED): ((290, 370), (378, 370), (190, 370), (190, 548)),
    (State.LOST, State.IN_TRANSIT_TO_RS): ((950, 680), (762, 680), (1130, 680), (1130, 612)),
    (State.LOST, State.CLOSED): ((370, 680), (538, 680), (210, 680), (210, 612)),
}
"""Where the label of each arrow stands, and then its corners from box to box."""

COLOURS: dict[Tone | None, tuple[str, str]] = {
    Tone.OK: ("#1a7f4b", "the work at this desk is done"),
    Tone.ROUTE: ("#b35900", "the item is sent on"),
    None: ("#57606a", "by staff, without a scan"),
}


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way between two states; ``start`` None is the beginning, ``tone`` None is what staff do."""

    start: State | None
    end: State
    label: str
    tone: Tone | None


def draw(arrows: list[Arrow]) -> str:
    """Give the picture as SVG; KeyError names an arrow that has no route yet."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"',
        ' font-family="Helvetica, Arial, sans-serif" text-anchor="middle">',
        "<title>The states of an item, and the rows of the decision table that lead from one to the next</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *(_head(tone) for tone in COLOURS),
        '<circle cx="130" cy="52" r="7" fill="#24292f"/>',
        *(_line(arrow) for arrow in arrows),
        *(_box(state) for state in BOXES),
        *(_label(arrow) for arrow in arrows),
        *(_legend(place, tone) for place, tone in enumerate(COLOURS)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _name(tone: Tone | None) -> str:
    return tone.value if tone is not None else "staff"


def _head(tone: Tone | None) -> str:
    return (
        f'<marker id="{_name(tone)}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse"'
        f' orient="auto"><path d="M0 0L10 5L0 10z" fill="{COLOURS[tone][0]}"/></marker>'
    )


def _line(arrow: Arrow) -> str:
    """The arrow on a wider white one, so that two that cross can be told apart."""
    path = _path(ROUTES[arrow.start, arrow.end][1:])
    return f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="8"/>\n{_stroke(path, arrow.tone)}'


def _stroke(path: str, tone: Tone | None) -> str:
    dashed = ' stroke-dasharray="6 4"' if tone is None else ""
    return f'<path d="{path}" fill="none" stroke="{COLOURS[tone][0]}" stroke-width="2"{dashed} marker-end="url(#{_name(tone)})"/>'


def _path(corners: tuple[Point, ...]) -> str:
    """Go from corner to corner, rounding those on the way."""
    steps = [f"M{corners[0][0]} {corners[0][1]}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        (x0, y0), (x1, y1) = _towards(corner, before), _towards(corner, after)
        steps.append(f"L{x0} {y0}Q{corner[0]} {corner[1]} {x1} {y1}")
    steps.append(f"L{corners[-1][0]} {corners[-1][1]}")
    return "".join(steps)


def _towards(corner: Point, other: Point) -> Point:
    def step(here: int, there: int) -> int:
        return here + max(-CORNER_RADIUS, min(CORNER_RADIUS, there - here))

    return step(corner[0], other[0]), step(corner[1], other[1])


def _box(state: State) -> str:
    x, y = BOXES[state]
    return (
        f'<rect x="{x - BOX_WIDTH // 2}" y="{y - BOX_HEIGHT // 2}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"'
        ' fill="#f6f8fa" stroke="#24292f" stroke-width="1.5"/>\n'
        f'<text x="{x}" y="{y - 4}" font-size="14" font-weight="bold" fill="#24292f">{state}</text>\n'
        f'<text x="{x}" y="{y + 16}" font-size="12" fill="#57606a">{UNDER[state]}</text>'
    )


def label_width(label: str) -> int:
    """Give how wide a label is drawn."""
    return 16 + 8 * len(label)


def _label(arrow: Arrow) -> str:
    (x, y), width, colour = ROUTES[arrow.start, arrow.end][0], label_width(arrow.label), COLOURS[arrow.tone][0]
    return (
        f'<rect x="{x - width // 2}" y="{y - 11}" width="{width}" height="22" rx="11" fill="#ffffff" stroke="{colour}"/>\n'
        f'<text x="{x}" y="{y + 5}" font-size="13" font-weight="bold" fill="{colour}">{arrow.label}</text>'
    )


def _legend(place: int, tone: Tone | None) -> str:
    x, y = 170 + 330 * place, HEIGHT - 28
    words = f'<text x="{x + 54}" y="{y + 5}" font-size="13" text-anchor="start" fill="#24292f">{COLOURS[tone][1]}</text>'
    return f"{_stroke(f'M{x} {y}L{x + 44} {y}', tone)}\n{words}"
