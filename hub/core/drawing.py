"""The states as boxes and the ways between them as arrows: SVG pictures of plain lines, laid out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.core.request import State

BOX_WIDTH = 224
LABEL_HEIGHT = 22
CORNER_RADIUS = 10
INK, GREY, PAPER = "#24292f", "#57606a", "#ffffff"
Point = tuple[int, int]
Way = tuple[State | None, State]
"""From where to where; None is the beginning."""


class Line(StrEnum):
    """What leads from one state to the next."""

    OK = "ok"
    ROUTE = "route"
    STAFF = "staff"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Look:
    """How a line and its words are drawn, and what its legend says; labels of time have corners."""

    colour: str
    legend: str
    dashes: str = ""
    label_radius: int = LABEL_HEIGHT // 2
    slant: str = ""


LOOKS: dict[Line, Look] = {
    Line.OK: Look("#1a7f4b", "a scan; the work at this desk is done"),
    Line.ROUTE: Look("#b35900", "a scan; the item is sent on"),
    Line.STAFF: Look(GREY, "staff, without a scan", dashes="6 4"),
    Line.TIME: Look("#8250df", "by itself, when the day comes", dashes="2 3", label_radius=2, slant=' font-style="italic"'),
}

UNDER: dict[State, str] = {
    State.REQUESTED: "asked for, not in hand",
    State.IN_TRANSIT_TO_PICKUP: "on its way to the pick-up desk",
    State.ON_HOLD_SHELF: "the patron may come",
    State.CHECKED_OUT: "with the patron",
    State.MISSING: "cannot be found",
    State.PULL_FROM_SHELF: "must leave the shelf",
    State.CLOSED: "sent home, cancelled or given up",
    State.IN_TRANSIT_TO_RS: "on its way to resource sharing",
    State.LOST: "declared lost",
}
"""What a box says under its name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: the middle of each box; for each way where its label stands, then its corners from box to box."""

    title: str
    size: Point
    box_height: int
    boxes: Mapping[State, Point]
    routes: Mapping[Way, tuple[Point, ...]]
    of_time: Mapping[Way, tuple[Point, ...]]
    """The routes of what time does: it may lead the same way as staff."""

    def route(self, arrow: Arrow) -> tuple[Point, ...]:
        """Give the label's place and the corners of an arrow; KeyError for one that has no route yet."""
        return (self.of_time if arrow.line is Line.TIME else self.routes)[arrow.start, arrow.end]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way between two states; ``start`` None is the beginning."""

    start: State | None
    end: State
    label: str
    line: Line


@dataclass(frozen=True, slots=True)
class Extra:
    """What a box shows beside its name: what is done there and leaves it there, and whether its border is dashed."""

    stays: tuple[tuple[str, Line], ...] = ()
    dashed: bool = False


SCANS = Layout(
    "The states of an item, and the rows of the scan table and of the commands that lead from one to the next",
    (1400, 890),
    72,
    {
        State.REQUESTED: (150, 170),
        State.IN_TRANSIT_TO_PICKUP: (490, 170),
        State.ON_HOLD_SHELF: (850, 170),
        State.CHECKED_OUT: (1210, 170),
        State.MISSING: (660, 400),
        State.PULL_FROM_SHELF: (940, 400),
        State.CLOSED: (150, 660),
        State.IN_TRANSIT_TO_RS: (1210, 660),
        State.LOST: (680, 768),
    },
    {
        (State.REQUESTED, State.IN_TRANSIT_TO_PICKUP): ((317, 170), (262, 170), (378, 170)),
        (State.REQUESTED, State.ON_HOLD_SHELF): ((500, 58), (190, 134), (190, 58), (810, 58), (810, 134)),
        (State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF): ((667, 154), (602, 154), (738, 154)),
        (State.IN_TRANSIT_TO_PICKUP, State.CHECKED_OUT): ((1040, 98), (530, 134), (530, 98), (1210, 98), (1210, 134)),
        (State.IN_TRANSIT_TO_PICKUP, State.IN_TRANSIT_TO_RS): ((400, 300), (400, 206), (400, 670), (1098, 670)),
        (State.ON_HOLD_SHELF, State.IN_TRANSIT_TO_PICKUP): ((673, 186), (738, 186), (602, 186)),
        (State.ON_HOLD_SHELF, State.CHECKED_OUT): ((1027, 156), (962, 156), (1098, 156)),
        (State.ON_HOLD_SHELF, State.IN_TRANSIT_TO_RS): ((1076, 338), (962, 190), (1076, 190), (1076, 580), (1140, 580), (1140, 624)),
        (State.ON_HOLD_SHELF, State.CLOSED): ((500, 22), (890, 134), (890, 22), (16, 22), (16, 660), (38, 660)),
        (State.PULL_FROM_SHELF, State.CHECKED_OUT): ((1148, 390), (1052, 390), (1220, 390), (1220, 206)),
        (State.PULL_FROM_SHELF, State.IN_TRANSIT_TO_RS): ((980, 494), (980, 436), (980, 638), (1098, 638)),
        (State.PULL_FROM_SHELF, State.CLOSED): ((540, 550), (880, 436), (880, 550), (210, 550), (210, 624)),
        (State.CHECKED_OUT, State.IN_TRANSIT_TO_RS): ((1280, 440), (1280, 206), (1280, 624)),
        (State.CHECKED_OUT, State.CLOSED): ((1372, 440), (1322, 170), (1372, 170), (1372, 830), (100, 830), (100, 696)),
        (State.IN_TRANSIT_TO_RS, State.CLOSED): ((550, 686), (1098, 686), (262, 686)),
        (State.MISSING, State.IN_TRANSIT_TO_PICKUP): ((575, 300), (575, 364), (575, 206)),
        (State.MISSING, State.ON_HOLD_SHELF): ((755, 320), (755, 364), (755, 206)),
        (State.MISSING, State.CHECKED_OUT): ((940, 284), (772, 385), (800, 385), (800, 284), (1160, 284), (1160, 206)),
        (State.MISSING, State.IN_TRANSIT_TO_RS): ((700, 490), (700, 436), (700, 654), (1098, 654)),
        (State.MISSING, State.CLOSED): ((250, 400), (548, 400), (90, 400), (90, 624)),
        (State.LOST, State.IN_TRANSIT_TO_RS): ((1000, 768), (792, 768), (1210, 768), (1210, 696)),
        (State.LOST, State.CLOSED): ((380, 768), (568, 768), (200, 768), (200, 696)),
    },
    {},
)
"""docs/lifecycle.svg."""

ACTS = Layout(
    "The states of an item, and what leads from one to the next without a scan: by staff and by time",
    (1400, 880),
    100,
    {
        State.REQUESTED: (150, 158),
        State.IN_TRANSIT_TO_PICKUP: (490, 158),
        State.ON_HOLD_SHELF: (850, 158),
        State.CHECKED_OUT: (1210, 158),
        State.MISSING: (530, 406),
        State.PULL_FROM_SHELF: (850, 406),
        State.LOST: (1210, 406),
        State.CLOSED: (150, 674),
        State.IN_TRANSIT_TO_RS: (1210, 674),
    },
    {
        (None, State.REQUESTED): ((150, 68), (150, 34), (150, 108)),
        (State.REQUESTED, State.CLOSED): ((110, 300), (110, 208), (110, 624)),
        (State.IN_TRANSIT_TO_PICKUP, State.IN_TRANSIT_TO_RS): ((388, 284), (388, 208), (388, 674), (1098, 674)),
        (State.IN_TRANSIT_TO_PICKUP, State.MISSING): ((505, 284), (505, 208), (505, 356)),
        (State.ON_HOLD_SHELF, State.IN_TRANSIT_TO_PICKUP): ((674, 140), (738, 140), (602, 140)),
        (State.ON_HOLD_SHELF, State.MISSING): ((622, 284), (738, 182), (622, 182), (622, 356)),
        (State.ON_HOLD_SHELF, State.PULL_FROM_SHELF): ((760, 284), (760, 208), (760, 356)),
        (State.PULL_FROM_SHELF, State.ON_HOLD_SHELF): ((940, 284), (940, 356), (940, 208)),
        (State.PULL_FROM_SHELF, State.MISSING): ((694, 406), (738, 406), (642, 406)),
        (State.CHECKED_OUT, State.LOST): ((1210, 284), (1210, 208), (1210, 356)),
        (State.IN_TRANSIT_TO_RS, State.MISSING): ((800, 644), (1098, 644), (560, 644), (560, 456)),
        (State.LOST, State.CLOSED): ((800, 550), (1210, 456), (1210, 550), (235, 550), (235, 624)),
        (State.MISSING, State.CLOSED): ((290, 406), (418, 406), (172, 406), (172, 624)),
        (State.CLOSED, State.IN_TRANSIT_TO_RS): ((680, 704), (262, 704), (1098, 704)),
        (State.CLOSED, State.CHECKED_OUT): ((680, 780), (150, 724), (150, 780), (1366, 780), (1366, 158), (1322, 158)),
    },
    {
        (State.ON_HOLD_SHELF, State.PULL_FROM_SHELF): ((866, 284), (866, 208), (866, 356)),
    },
)  # fmt: skip
"""docs/lifecycle-without-a-scan.svg."""


def draw(layout: Layout, arrows: list[Arrow], extras: Mapping[State, Extra], notes: Iterable[str]) -> str:
    """Give the picture as SVG; KeyError names an arrow that has no route yet."""
    width, height = layout.size
    lines = [line for line in Line if any(arrow.line is line for arrow in arrows)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"',
        ' font-family="Helvetica, Arial, sans-serif" text-anchor="middle">',
        f"<title>{layout.title}</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        *(_head(line) for line in lines),
        *(_beginning(layout.route(arrow)) for arrow in arrows if arrow.start is None),
        *(_way(layout, arrow) for arrow in arrows),
        *(_box(layout, state, extras.get(state, Extra())) for state in layout.boxes),
        *(_label(layout, arrow) for arrow in arrows),
        *(_legend(layout, place, line) for place, line in enumerate(lines)),
        *(_note(layout, len(lines) + place, note) for place, note in enumerate(notes)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def label_width(label: str) -> int:
    """Give how wide a label is drawn."""
    return 16 + 8 * len(label)


def _head(line: Line) -> str:
    return (
        f'<marker id="{line}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse"'
        f' orient="auto"><path d="M0 0L10 5L0 10z" fill="{LOOKS[line].colour}"/></marker>'
    )


def _beginning(route: tuple[Point, ...]) -> str:
    (x, y) = route[1]
    return f'<circle cx="{x}" cy="{y - 6}" r="7" fill="{INK}"/>'


def _way(layout: Layout, arrow: Arrow) -> str:
    """The arrow on a wider white one, so that two that cross can be told apart."""
    path = _path(layout.route(arrow)[1:])
    return f'<path d="{path}" fill="none" stroke="{PAPER}" stroke-width="8"/>\n{_stroke(path, arrow.line)}'


def _stroke(path: str, line: Line) -> str:
    look = LOOKS[line]
    dashed = f' stroke-dasharray="{look.dashes}"' if look.dashes else ""
    return f'<path d="{path}" fill="none" stroke="{look.colour}" stroke-width="2"{dashed} marker-end="url(#{line})"/>'


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


def _box(layout: Layout, state: State, extra: Extra) -> str:
    (x, y), height = layout.boxes[state], layout.box_height
    top = y - 3 - 9 * len(extra.stays)
    dashed = ' stroke-dasharray="5 4"' if extra.dashed else ""
    parts = [
        f'<rect x="{x - BOX_WIDTH // 2}" y="{y - height // 2}" width="{BOX_WIDTH}" height="{height}" rx="8"'
        f' fill="#f6f8fa" stroke="{INK}" stroke-width="1.5"{dashed}/>',
        f'<text x="{x}" y="{top}" font-size="14" font-weight="bold" fill="{INK}">{state}</text>',
        f'<text x="{x}" y="{top + 19}" font-size="12" fill="{GREY}">{UNDER[state]}</text>',
        *(_inside(x, top + 40 + 18 * place, *stay) for place, stay in enumerate(extra.stays)),
    ]
    return "\n".join(parts)


def _inside(x: int, y: int, words: str, line: Line) -> str:
    look = LOOKS[line]
    return f'<text x="{x}" y="{y}" font-size="12" font-weight="bold"{look.slant} fill="{look.colour}">{words}</text>'


def _label(layout: Layout, arrow: Arrow) -> str:
    (x, y), width, look = layout.route(arrow)[0], label_width(arrow.label), LOOKS[arrow.line]
    return (
        f'<rect x="{x - width // 2}" y="{y - LABEL_HEIGHT // 2}" width="{width}" height="{LABEL_HEIGHT}" rx="{look.label_radius}"'
        f' fill="{PAPER}" stroke="{look.colour}"/>\n'
        f'<text x="{x}" y="{y + 5}" font-size="13" font-weight="bold"{look.slant} fill="{look.colour}">{arrow.label}</text>'
    )


def _legend(layout: Layout, place: int, line: Line) -> str:
    x, y = 40 + 330 * place, layout.size[1] - 28
    return f"{_stroke(f'M{x} {y}L{x + 44} {y}', line)}\n{_words(x + 54, y, LOOKS[line].legend)}"


def _note(layout: Layout, place: int, words: str) -> str:
    return _words(40 + 330 * place, layout.size[1] - 28, words)


def _words(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y + 5}" font-size="13" text-anchor="start" fill="{INK}">{words}</text>'
