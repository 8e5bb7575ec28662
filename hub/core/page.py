"""The tables as a page: docs/lifecycle.md, written from the rows, the words and the settings that hold unless a site says otherwise.

``python -m tools.draw_lifecycle`` writes it and its two pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from hub.core.acts import ACTS, OF_STAFF, OF_TIME, Act, ActRow
from hub.core.acts import EXCEPTIONS as OF_ACTS
from hub.core.commands import AT_ONCE, COMMAND_RULES, USUAL, Command
from hub.core.decide import COMPLETE, EXCEPTIONS, MISSED, NOTICES, RECEIVED, SETTLED
from hub.core.decide_act import CLEARS
from hub.core.desk import Role
from hub.core.explained import (
    BEFORE,
    COMMANDS,
    CONTEXTS,
    DESKS,
    GUARDS,
    INTRO,
    MEANS,
    ONLY_IF,
    OPENED_OTHERWISE,
    OTHER_BARCODES,
    OUTCOMES,
    PLACES,
    RENEWAL,
    SAY,
    TERMS,
    TONES,
    TRUE_WHEN,
    UNDO,
    WINDOWS,
    span,
)
from hub.core.lifecycle import RULES, Deed, Finding, Row, With
from hub.core.notices import USUAL as USUAL_NOTICES
from hub.core.notices import NoticeType
from hub.core.picture import COMES_FROM, COMMAND_ROWS, CREATE, OPEN, scan_edges, state_diagram, svg_of_acts, svg_of_scans
from hub.core.request import Item, State, shown_state
from hub.core.slips import SLIP_OF
from hub.core.words import ENGLISH

ROWS = (*RULES, *COMMAND_ROWS)
EVERY_OPEN = "every state but `CLOSED`"


def files() -> dict[str, str]:
    """Give the page and its pictures by their names in docs."""
    return {"lifecycle.md": page(), "lifecycle.svg": svg_of_scans(), "lifecycle-without-a-scan.svg": svg_of_acts()}


def page() -> str:
    """Give docs/lifecycle.md."""
    return "\n".join(
        [
            INTRO,
            _words("State", "Where the item is", ((f"`{state}`", place) for state, place in PLACES.items())),
            _words("Desk", "What it is for the request", DESKS.items()),
            _words("Context", "What it means", CONTEXTS.items()),
            _words("Tone", "How the desk shows it", TONES.items()),
            _pictures(),
            BEFORE,
            f"## The decision table\n\n`=` leaves the state as it is; names in braces are filled in.\n\n{decision_table()}\n\n{OUTCOMES}\n",
            _commands(),
            f"## Slips and cards\n\n{_other_barcodes()}\n",
            _guards(),
            _acts(),
            _sets(),
            _exceptions(),
            _notices(),
            f"## The same ways as text\n\n```mermaid\n{state_diagram()}\n```\n",
            "This page and its pictures are written from `hub/core/lifecycle.py`, `commands.py`, `acts.py` and the words and settings\n"
            "beside them by `python -m tools.draw_lifecycle`.\n",
        ]
    )


def _pictures() -> str:
    entered = {edge.end for edge in scan_edges()}
    others = _named([state for state in State if state not in entered])
    return f"""\
## The ways of an item

![The states, and the rows that lead from one to the next by a scan](lifecycle.svg)

Rows that leave an item where it is are not drawn. No scan leads to {others}: staff and time do.

![The states, and what staff and time do without a scan](lifecycle-without-a-scan.svg)
"""


# -- scans


def decision_table() -> str:
    """Give the decision table as Markdown, one line a row."""
    head = ("Id", "Found", "Desk", "Context", "Becomes", "Tone", "The desk is told", "Effects")
    return _table(head, [_cells(row) for row in RULES])


def command_table() -> str:
    """Give what each command does to an item, one line a row."""
    head = ("Id", "Command", "Found", "Desk", "Context", "Becomes", "Tone", "The desk is told", "Effects")
    return _table(head, [(row.id, command, *_cells(row)[1:]) for command, rows in COMMAND_RULES.items() for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    becomes = f"`{row.to}`" if row.to is not None else "="
    effects = "; ".join(deed.value for deed in row.deeds) or "-"
    desks = "all" if len(row.roles) == len(Role) else ", ".join(role for role in Role if role in row.roles)
    contexts = ", ".join(context.value for context in With if context in row.contexts)
    return row.id, _found(row), desks, contexts, becomes, row.tone, _told(row), effects


def _found(row: Row) -> str:
    """What was found: a state once where all its cases are meant."""
    if row.found == {finding for finding in Finding if COMES_FROM[finding] is not State.REQUESTED}:
        return "any open item"
    named: dict[str, None] = {}
    for finding in (finding for finding in Finding if finding in row.found):
        state = COMES_FROM[finding]
        whole = state is not State.REQUESTED and {other for other in Finding if COMES_FROM[other] is state} <= row.found
        named[state.value if whole else finding.value] = None
    return ", ".join(named)


def _told(row: Row) -> str:
    """What the desk can be told by this row: received here, a row has words of its own."""
    said = {key: words for key, words in SAY.items() if key.partition(".")[0] == row.id}
    if f"{row.id}.here" in said:
        said = {key: words for key, words in said.items() if (".here" in key) == (row.to is State.ON_HOLD_SHELF)}
    return " or: ".join(said.values())


def _commands() -> str:
    return f"""\
## Command cards

A printed card at each desk with a barcode that begins `%HS-`. A desk may use all of them but `{_unusual()}`, unless its settings
name others (`commands`). For what it may not use, and for what is no command, it is told: *{SAY["command.not_here"]}*

{_table(("Barcode", "What for", "Needs an item", "May be used", "The desk is told"), [_card(command) for command in Command])}

A command that needs an item waits {span(WINDOWS.armed_command)} for it. The item's row, by what it is found to be:

{command_table()}

KX: what fits no row is refused and changes nothing: *{SAY["KX"]}* with *{SAY["command.known_item"]}* or *{SAY["command.unknown_item"]}*.
The same item again within {span(WINDOWS.handover)}: *{SAY["command.done"]}*

A renewal (K7) may be refused:

{_list(SAY[key] for key in RENEWAL)}

`{Command.UNDO.barcode}` takes back the last step of this station that did something: the item is where it was, notices that have not left
are withdrawn, those that the step had dropped are queued again, exceptions it had opened or cleared are as they were.

{_table(("When", "The desk is told"), [(when, SAY[key]) for when, key in UNDO])}

`{Command.REPRINT.barcode}` within {span(WINDOWS.reprint)} after a scan that printed prints the same once more:
*{SAY["command.reprinted"]}* Else it waits for an item and prints the slip that lies in it: {_slips()}.
In any other state: *{SAY["command.no_slip"]}*
"""


def _unusual() -> str:
    return "`, `".join(command.barcode for command in Command if command not in USUAL)


def _card(command: Command) -> tuple[str, ...]:
    told = "see below" if command is Command.UNDO else SAY[f"command.{'clear' if command is Command.CLEAR else command}"]
    needs = "no" if command in AT_ONCE else "unless its slips were just printed" if command is Command.REPRINT else "yes"
    return f"`{command.barcode}`", COMMANDS[command], needs, "at all desks" if command in USUAL else "where settings say so", told


def _slips() -> str:
    lies = {state: deed.value for state, deed in SLIP_OF.items() if state is not State.CLOSED}
    return ", ".join(f"`{state}` {slip}" for state, slip in lies.items())


def _other_barcodes() -> str:
    return _table(("Scanned", "Desk", "What happens", "The desk is told"), [(*cells, SAY[key]) for *cells, key in OTHER_BARCODES])


def _guards() -> str:
    rows = [(when, "receives it" if again else "is told the same", SAY[key]) for when, again, key in GUARDS]
    return f"""\
## Before an item is received

With a slip waiting for its item, the desk may be told first, in this order:

{_table(("When", "The same barcode again", "The desk is told"), rows)}

Check digits advise. With `check_digits` as `warn`, which it is unless settings say otherwise, an item with a wrong one is received and
the desk is told, behind the answer: *{SAY["advice.check"]}* With `ignore` nothing is said.
"""


# -- acts


def act_table(acts: Iterable[Act]) -> str:
    """Give the rows of some acts as Markdown; states with the same row share a line."""
    chosen = set(acts)
    together: dict[tuple[str, ...], list[State]] = {}
    for row in ACTS:
        if row.act in chosen:
            together.setdefault(_act_cells(row), []).append(row.was)
    rows = [(act, _states(was), *rest) for (act, *rest), was in together.items()]
    return _table(("Act", "From", "Only if", "Becomes", "Effects", "Events", "The patron is told"), rows)


def _act_cells(row: ActRow) -> tuple[str, ...]:
    becomes = f"`{row.to}`" if row.to is not None else "="
    effects = "; ".join(effect.value for effect in row.effects) or "-"
    events = ", ".join(f"`{event}`" for event in row.events) or "-"
    return f"`{row.act}`", ONLY_IF.get((row.act, row.was), "-"), becomes, effects, events, row.notice or "-"


def _states(states: Sequence[State]) -> str:
    return EVERY_OPEN if set(states) == set(OPEN) else ", ".join(f"`{state}`" for state in states)


def _acts() -> str:
    def meanings(acts: Iterable[Act]) -> str:
        return _words("Act", "What it is", ((f"`{act}`", MEANS[act]) for act in Act if act in acts))

    return f"""\
## What happens without a scan

A request begins with `{CREATE}` (`request.created`); one that the same patron seems to have open already must be confirmed. From then on
an act is done to every piece of the request that it fits. What stands in no row is refused with a sentence, as in
*{SAY["no.cancel.CHECKED_OUT"]}* Each event is said once, `request.closed` only with the last piece.

### By staff

{meanings(OF_STAFF)}
{act_table(OF_STAFF)}

### By time

{meanings(OF_TIME)}
{act_table(OF_TIME)}

Each is said once, however long the hub stood still. What a scan has changed meanwhile is left alone.
"""


def advance() -> list[State]:
    """Give the states as a set counts them, the least advanced first."""
    then = datetime.min.replace(tzinfo=UTC)
    left, order = [Item(0, 0, 0, "", state, received_at=then, changed_at=then) for state in State], list[State]()
    while left:
        order.append(shown_state(len(left), left))
        left = [item for item in left if item.state is not order[-1]]
    return order


def _sets() -> str:
    order = " · ".join(f"`{state}`" for state in advance())
    return f"""\
## Pieces of a set

Each piece of a request has a state of its own, moves by its own scans and prints its own slips. The request shows the state of its
least advanced piece; one that has not come is `{State.REQUESTED}`. In this order:

{order}

The hold of a set begins, and its patron is told, when the last expected piece is on the shelf: by its scan, or by an act after which
no further piece is awaited. Until then a piece waits on the shelf without a date. The request closes with its last piece: as *lost* if
any piece was, else as *returned* if any was lent, else as *returned_uncirculated*; where no piece ever came, as *cancelled* or
*not_received*.

One letter speaks of all pieces that share an act or a day, and leaves as long as it is true of one of them. A piece that goes home
from the shelf takes back no letter about the rest; one that is lent does, for its patron stands there. What is done to one piece settles
the work about that piece alone; a set that did not come in time is work until its last piece has come.
"""


# -- what follows


def _exceptions() -> str:
    rows = [(f"`{kind}`", _opened(kind), todo, clearing(kind) or "-") for kind, todo in ENGLISH.todo.items()]
    return f"""\
## Exceptions

Work for staff. One that is open already about the same barcode is not opened twice, but seen again. Staff can clear any of them by hand,
with a note; what else clears it stands in the last column.

{_table(("Kind", "Opened by", "What to do", "Cleared by"), rows)}
"""


def _opened(kind: str) -> str:
    rows = _ids(row for row in ROWS for deed in row.deeds if EXCEPTIONS.get(deed) == kind)
    acts = _names(row.act for row in ACTS for effect in row.effects if OF_ACTS.get(effect) == kind)
    otherwise = OPENED_OTHERWISE.get(kind)
    return "; ".join(part for part in (rows, acts, otherwise) if part)


def clearing(kind: str) -> str:
    """Give what clears an exception of this kind, beside staff; empty for nothing."""
    gone = {row.to for row in ACTS for effect in row.effects if OF_ACTS.get(effect) == kind}
    by = (
        "the next scan that does something to the item" if kind in SETTLED else "",
        _ids(row for row in ROWS if kind in MISSED and row.to is not None and gone & {COMES_FROM[found] for found in row.found}),
        _ids(row for row in ROWS if kind in (*RECEIVED, *COMPLETE) and Deed.CREATE_ITEM in row.deeds),
        _ids(row for row in ROWS if kind == "closed_item_seen" and Deed.CLEAR_SEEN in row.deeds),
        _names(act for act, kinds in CLEARS.items() if kind in kinds),
    )
    return "; ".join(part for part in by if part)


def _notices() -> str:
    rows = [(kind, "yes" if kind in USUAL_NOTICES else "no", _queued(kind), TRUE_WHEN[kind]) for kind in NoticeType]
    return f"""\
## What the patron is told

A notice waits {span(TERMS.delay)}, so that a mistake can be taken back, and leaves only if it is still true by the state read
at that moment. Settings say which are sent (`[notices] send`).

{_table(("Notice", "Sent unless settings say otherwise", "Queued by", "Leaves if the item is"), rows)}
"""


def _queued(kind: NoticeType) -> str:
    rows = _ids(row for row in ROWS for deed in row.deeds if NOTICES.get(deed) is kind)
    acts = _names(row.act for row in ACTS if row.notice is kind)
    of_sets = "an act after which a set is complete" if kind is NoticeType.READY_FOR_PICKUP else ""
    return "; ".join(part for part in (rows, acts, of_sets) if part)


# -- Markdown


def _ids(rows: Iterable[Row]) -> str:
    return ", ".join(dict.fromkeys(row.id for row in rows))


def _names(acts: Iterable[Act]) -> str:
    return ", ".join(dict.fromkeys(f"`{act}`" for act in acts))


def _named(states: Sequence[State]) -> str:
    names = [f"`{state}`" for state in states]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _words(name: str, meaning: str, words: Iterable[tuple[str, str]]) -> str:
    return _table((name, meaning), list(words)) + "\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    escaped = [tuple(cell.replace("|", "\\|") for cell in cells) for cells in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ("---",) * len(head), *escaped])
