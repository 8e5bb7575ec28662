"""The table as people see it: docs/lifecycle.md and docs/lifecycle.svg, written from RULES and from nothing else.

``python -m tools.draw_lifecycle`` writes both files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broker.answers import Tone
from hub.core.desk import Role
from hub.core.drawing import Arrow, draw
from hub.core.lifecycle import RULES, Finding, Row, With
from hub.core.request import State
from hub.core.words import ENGLISH

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

STAFF: tuple[tuple[State | None, State, str], ...] = (
    (None, State.REQUESTED, "create"),
    (State.REQUESTED, State.CLOSED, "cancel"),
)
"""What staff do without a scan; None is the start."""

PLACES: dict[State, str] = {
    State.REQUESTED: "not in hand: asked for at the lender",
    State.IN_TRANSIT_TO_PICKUP: "received, on its way to the pick-up desk",
    State.ON_HOLD_SHELF: "on the hold shelf; the patron may come",
    State.PULL_FROM_SHELF: "still on the shelf and must leave it: expired, cancelled, recalled or damaged",
    State.CHECKED_OUT: "with the patron",
    State.IN_TRANSIT_TO_RS: "on its way back to the resource-sharing desk",
    State.MISSING: "should be on its way or on a shelf, and cannot be found",
    State.LOST: "was on loan and was declared lost",
    State.CLOSED: "off the list: sent back to its lender, or cancelled",
}
DESKS: dict[Role, str] = {
    Role.RS: "resource-sharing desk: receives from lenders and ships back; does not lend",
    Role.PK: "the pick-up desk of this request",
    Role.OT: "another pick-up desk",
    Role.JT: "joint desk, resource sharing and pick-up in one, and this request is picked up here",
    Role.JO: "joint desk, and this request is picked up elsewhere",
}
CONTEXTS: dict[With, str] = {
    With.NONE: "nothing was scanned just before",
    With.REQUESTER: "the card of the patron who asked for this item is open",
    With.OTHER: "the card of somebody else, or one that nobody has, is open",
    With.ARMED: "the slip of a request that waits for its item was scanned just before",
}
TONES: dict[Tone, str] = {
    Tone.OK: "done: green, one high sound",
    Tone.ROUTE: "done or known, and the item must go elsewhere: amber, two sounds",
    Tone.INFO: "nothing changed, or one more scan is awaited: blue, a soft sound",
    Tone.NO: "not possible: red, a low sound",
}
_TOGETHER: dict[frozenset[Finding], str] = {
    frozenset(set(Finding) - {Finding.UNKNOWN, Finding.CLOSED_ONLY}): "any open item",
    frozenset({Finding.PULL_LENDABLE, Finding.PULL_BARRED}): "PULL_FROM_SHELF",
    frozenset({Finding.CHECKED_OUT, Finding.JUST_CHECKED_OUT}): "CHECKED_OUT",
    frozenset({Finding.MISSING_HOLD_VALID, Finding.MISSING_HOLD_ENDED}): "MISSING",
}

INTRO = """\
# What a scan means

Nobody chooses a screen or an action: you scan what is in your hand, and Holdshelf does what follows from three things.

- **The state of the item**: the one place where it is now, for instance on its way to a desk, on the hold shelf, on loan.
- **The desk** where it is scanned, and what that desk is for this request.
- **The context** at the station: whose card is open, or which request slip was scanned just before.

The same book scanned at its pick-up desk goes on the hold shelf; at another desk you are told where to send it; with its
patron's card open it is checked out. For every combination there is exactly one row in the table below, and scanning the same
book again at once never moves it a second time.
"""
BEFORE = """\
## Before the table is asked

1. White space and control characters around a barcode, and what the site's scanners add, are taken off. The inside is never changed.
2. `%HS-` begins a command. A barcode of an open item is always that item; else the site's patterns tell cards, slips and items apart.
3. A scan that was delivered twice gets the answer it got before, and changes nothing.
4. The same barcode again within 2 seconds at the same station is a bounce: the answer is repeated, and nothing changes.
5. A scan that happened before the item's last move (its station was offline) and would move the item is kept as work for staff.
6. Context runs out: a card 30 seconds after the last scan, a slip or an item that waits for its slip after 60 seconds. A card and a
   slip put each other away. All these times are settings.
"""
OTHER_BARCODES = (
    ("Slip of an awaited request", "RS, JT, JO", "waits 60 seconds for its item; takes the one scanned before it", "slip.armed"),
    ("Slip of an awaited request", "PK, OT", "looked up", "slip.not_received"),
    ("Slip of a cancelled request", "RS, JT, JO", "looked up", "slip.cancelled"),
    ("Slip, any other state", "all", "looked up", "slip.look_up"),
    ("Slip that belongs to no request", "all", "nothing", "slip.unknown"),
    ("Patron card", "PK, OT, JT, JO", "opens the patron for 30 seconds, prolonged by each scan", "patron.open"),
    ("Card that nobody has", "PK, OT, JT, JO", "opens a session that lends nothing", "patron.unknown"),
    ("Patron card (row X1)", "RS", "nothing", "X1"),
    ("`%HS-CLEAR`", "all", "forgets card, slip and item", "command.clear"),
    ("Any other command", "all", "nothing", "command.not_here"),
)
OUTCOMES = """\
A request whose item becomes `CLOSED` is closed as *returned* when the item was lent, else as *returned_uncirculated*.
A hold that was begun keeps its date and its shelf while the item strays, and its patron is told once that it is ready."""
GUARDS = ("guard.isbn", "guard.patron", "guard.pattern", "guard.desk_closed")


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one state to another; ``start`` None is the beginning, ``tone`` None is what staff do."""

    start: State | None
    end: State
    labels: tuple[str, ...]
    tone: Tone | None

    @property
    def label(self) -> str:
        """The rows or acts that lead this way."""
        return ", ".join(self.labels)


def edges() -> list[Edge]:
    """Give every way between states, of scans in the table's order and then of staff."""
    found: dict[tuple[State, State], Edge] = {}
    for row in RULES:
        for start in (COMES_FROM[finding] for finding in Finding if finding in row.found):
            if row.to is not None:
                known = found.get((start, row.to), Edge(start, row.to, (), row.tone)).labels
                found[start, row.to] = Edge(start, row.to, known if row.id in known else (*known, row.id), row.tone)
    return [*found.values(), *(Edge(start, end, (act,), None) for start, end, act in STAFF)]


def svg() -> str:
    """Give docs/lifecycle.svg."""
    return draw([Arrow(edge.start, edge.end, edge.label, edge.tone) for edge in edges()])


def state_diagram() -> str:
    """Give the states and their ways as Mermaid text."""
    ways = [f"    {edge.start or '[*]'} --> {edge.end}: {edge.label}" for edge in edges()]
    return "\n".join(["stateDiagram-v2", *ways, f"    {State.CLOSED} --> [*]"])


def decision_table() -> str:
    """Give the decision table as Markdown, one line a row."""
    head = ("Id", "Found", "Desk", "Context", "Becomes", "Tone", "The desk is told", "Effects")
    return _table(head, [_cells(row) for row in RULES])


def page() -> str:
    """Give docs/lifecycle.md."""
    return "\n".join(
        [
            INTRO,
            _words("State", "Where the item is", ((f"`{state}`", place) for state, place in PLACES.items())),
            _words("Desk", "What it is for the request", DESKS.items()),
            _words("Context", "What it means", CONTEXTS.items()),
            _words("Tone", "How the desk shows it", TONES.items()),
            f"## The ways of an item\n\n![The states, and the rows that lead from one to the next](lifecycle.svg)\n\n{_not_drawn()}\n",
            BEFORE,
            f"## The decision table\n\n`=` leaves the state as it is; names in braces are filled in.\n\n{decision_table()}\n\n{OUTCOMES}\n",
            f"## Barcodes that are no item\n\n{_other_barcodes()}\n",
            f"## Before an item is received\n\n{_guards()}\n",
            f"## The same ways as text\n\n```mermaid\n{state_diagram()}\n```\n",
            "This page and its picture are written from `hub/core/lifecycle.py` by `python -m tools.draw_lifecycle`.\n",
        ]
    )


def _cells(row: Row) -> tuple[str, ...]:
    becomes = f"`{row.to}`" if row.to is not None else "="
    effects = "; ".join(deed.value for deed in row.deeds) or "-"
    return row.id, _found(row), _desks(row), _contexts(row), becomes, row.tone, _told(row), effects


def _found(row: Row) -> str:
    return _TOGETHER.get(row.found) or ", ".join(finding.value for finding in Finding if finding in row.found)


def _desks(row: Row) -> str:
    return "all" if len(row.roles) == len(Role) else ", ".join(role for role in Role if role in row.roles)


def _contexts(row: Row) -> str:
    return ", ".join(context.value for context in With if context in row.contexts)


def _told(row: Row) -> str:
    """What the desk can be told by this row: received here, a row has words of its own."""
    said = {key: words for key, words in ENGLISH.sentences.items() if key.partition(".")[0] == row.id}
    if f"{row.id}.here" in said:
        said = {key: words for key, words in said.items() if (".here" in key) == (row.to is State.ON_HOLD_SHELF)}
    return " or: ".join(said.values())


def _not_drawn() -> str:
    entered = {edge.end for edge in edges()}
    lone = [f"`{state}`" for state in State if state not in entered]
    if not lone:
        return "Every state has a way in and a way out."
    unmade = "no scan leads there, and the acts of staff that will are not made yet"
    return f"No way into {', '.join(lone[:-1])} and {lone[-1]} is drawn: {unmade}."


def _other_barcodes() -> str:
    return _table(
        ("Scanned", "Desk", "What happens", "The desk is told"), [(*cells, ENGLISH.sentences[key]) for *cells, key in OTHER_BARCODES]
    )


def _guards() -> str:
    asked = "\n".join(f"- {ENGLISH.sentences[guard]}" for guard in GUARDS)
    return f"With a slip waiting for its item, the desk may be told first:\n\n{asked}"


def _words(name: str, meaning: str, words: Iterable[tuple[str, str]]) -> str:
    return _table((name, meaning), list(words)) + "\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ("---",) * len(head), *rows])
