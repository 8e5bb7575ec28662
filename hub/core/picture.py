"""The tables as pictures: every way between two states, by a scan, by staff and by time, drawn for docs and as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.acts import ACTS, OF_TIME, Act, ActRow, Effect
from hub.core.commands import COMMAND_RULES
from hub.core.drawing import ACTS as ACTS_LAYOUT
from hub.core.drawing import SCANS as SCANS_LAYOUT
from hub.core.drawing import Arrow, Extra, Line, draw
from hub.core.lifecycle import RULES, Finding, Row
from hub.core.request import State

COMES_FROM: dict[Finding, State] = {
    Finding.UNKNOWN: State.REQUESTED,
    Finding.CLOSED_ONLY: State.REQUESTED,
    Finding.IN_TRANSIT_TO_PICKUP: State.IN_TRANSIT_TO_PICKUP,
    Finding.ON_HOLD_SHELF: State.ON_HOLD_SHELF,
    Finding.PULL_LENDABLE: State.PULL_FROM_SHELF,
    Finding.PULL_BARRED: State.PULL_FROM_SHELF,
    Finding.JUST_CHECKED_OUT: State.CHECKED_OUT,
    Finding.CHECKED_OUT: State.CHECKED_OUT,
    Finding.IN_TRANSIT_TO_RS: State.IN_TRANSIT_TO_RS,
    Finding.MISSING_HOLD_VALID: State.MISSING,
    Finding.MISSING_HOLD_ENDED: State.MISSING,
    Finding.LOST: State.LOST,
}
"""The state an accepted scan leaves; what is received leaves REQUESTED."""
CREATE = "create"
"""How a request begins: staff or the web say so, and no row is needed."""
OPEN = tuple(state for state in State if state is not State.CLOSED)
COMMAND_ROWS: tuple[Row, ...] = tuple(row for rows in COMMAND_RULES.values() for row in rows)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one state to another; ``start`` None is the beginning."""

    start: State | None
    end: State
    labels: tuple[str, ...]
    line: Line

    @property
    def label(self) -> str:
        """The rows or acts that lead this way."""
        return ", ".join(self.labels)


def scan_edges() -> list[Edge]:
    """Give every way a scan leads, in the tables' order; a way has the colour of its first row."""
    rows = [row for row in (*RULES, *COMMAND_ROWS) if row.to is not None]
    ways = (
        (COMES_FROM[finding], row.to, row.id, Line(row.tone.value)) for row in rows for finding in Finding if finding in row.found
    )  # fmt: skip
    return _gathered((start, end, label, line) for start, end, label, line in ways if end is not None)


def act_edges() -> list[Edge]:
    """Give every way that staff and time lead, in the table's order; the beginning first."""
    ways = ((row.was, row.to, row.act.value, line_of(row.act)) for row in ACTS)
    moves = _gathered((start, end, label, line) for start, end, label, line in ways if end is not None)
    return [Edge(None, State.REQUESTED, (CREATE,), Line.STAFF), *moves]


def edges() -> list[Edge]:
    """Give every way there is, over both pictures."""
    return [*scan_edges(), *act_edges()]


def line_of(act: Act) -> Line:
    """Say who does it: staff, or time."""
    return Line.TIME if act in OF_TIME else Line.STAFF


def stays() -> dict[State, tuple[ActRow, ...]]:
    """Give the acts that leave an item where it is, by state; without those that fit every open state."""
    return {state: tuple(row for row in ACTS if row.was is state and row.to is None and row.act not in everywhere()) for state in State}


def everywhere() -> tuple[Act, ...]:
    """Give the acts that fit every open state and leave it as it is."""
    still = {act: {row.was for row in ACTS if row.act is act and row.to is None} for act in Act}
    return tuple(act for act in Act if still[act] >= set(OPEN))


def svg_of_scans() -> str:
    """Give docs/lifecycle.svg; a state that no scan leads to has a dashed border."""
    ways = scan_edges()
    entered = {edge.end for edge in ways}
    extras = {state: Extra(dashed=True) for state in State if state not in entered}
    notes = ("K: a command card was scanned first", "dashed box: no scan leads there (other picture)")
    return draw(SCANS_LAYOUT, _arrows(ways), extras, notes)


def svg_of_acts() -> str:
    """Give docs/lifecycle-without-a-scan.svg; what leaves an item where it is stands inside its box."""
    extras = {state: Extra(inside(rows)) for state, rows in stays().items() if rows}
    scanned = ", ".join(dict.fromkeys(row.act for row in ACTS if Effect.AS_SCANNED in row.effects))
    others = f"in every open state: {', '.join(everywhere())}; {scanned}: as if scanned"
    notes = ("in a box: done there, and the item stays", others)
    return draw(ACTS_LAYOUT, _arrows(act_edges()), extras, notes)


def state_diagram() -> str:
    """Give the states and all their ways as Mermaid text."""
    ways = [f"    {edge.start or '[*]'} --> {edge.end}: {edge.label}" for edge in edges()]
    return "\n".join(["stateDiagram-v2", *ways, f"    {State.CLOSED} --> [*]"])


def _gathered(ways: Iterable[tuple[State, State, str, Line]]) -> list[Edge]:
    """One edge for all that leads from one state to another; what time does apart from what staff do."""
    found: dict[tuple[State, State, bool], Edge] = {}
    for start, end, label, line in ways:
        key = (start, end, line is Line.TIME)
        known = found.get(key, Edge(start, end, (), line))
        found[key] = Edge(start, end, known.labels if label in known.labels else (*known.labels, label), known.line)
    return list(found.values())


def _arrows(ways: list[Edge]) -> list[Arrow]:
    return [Arrow(edge.start, edge.end, edge.label, edge.line) for edge in ways]


def inside(rows: tuple[ActRow, ...]) -> tuple[tuple[str, Line], ...]:
    """Give the words in the box of a state for the acts that leave an item there, staff before time."""
    named = {line: ", ".join(row.act for row in rows if line_of(row.act) is line) for line in (Line.STAFF, Line.TIME)}
    return tuple((words, line) for line, words in named.items() if words)
