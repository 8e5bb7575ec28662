"""The tables as a whole: every combination has one meaning, every meaning its words and its test; so with commands and acts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from broker.answers import Outcome, Tone
from hub.core.acts import ACTS, OF_STAFF, OF_TIME, Act, ActRow, Effect, Wish
from hub.core.acts import EXCEPTIONS as OF_ACTS
from hub.core.barcode import Kind, doubt
from hub.core.commands import COMMAND_RULES, Command
from hub.core.decide import EXCEPTIONS, decide_item
from hub.core.decide_act import Change, decide_act
from hub.core.decide_command import WAITING
from hub.core.desk import LENDING, RECEIVING, Role
from hub.core.lifecycle import CONTEXTS, RULES, Deed, Finding, Row, With, rule_for
from hub.core.request import Reason, State
from hub.core.seen import Decision, Read
from hub.core.words import ENGLISH
from tests.support.builders import NOW, SITE, a_desk, a_request, a_scan, an_item, scan

COMBINATIONS = [(found, role, context) for found, role in product(Finding, Role) for context in CONTEXTS[role]]
IDS = sorted({row.id for row in RULES} | {"X1"})
COMMAND_ROWS = [row for rows in COMMAND_RULES.values() for row in rows]
COMMAND_IDS = sorted({row.id for row in COMMAND_ROWS} | {"KX"})
HUB = Path(__file__).parents[4] / "hub"

WORDS = {
    "request": ("created", "changed", "cancelled", "closed", "reactivated"),
    "item": (
        "received", "in_transit", "sighted", "on_hold_shelf", "pulled", "checked_out", "returned", "returned_uncirculated",
        "damaged", "missing", "lost", "found",
    ),
    "temporary_item": ("deleted",),
    "hold": ("expired", "extended"),
    "loan": ("renewed", "recalled", "overdue"),
    "scan": ("refused", "unknown"),
    "notice": ("queued", "sent", "failed", "suppressed"),
    "station": ("online", "offline"),
}  # fmt: skip
EVENTS = frozenset(f"{thing}.{happened}" for thing, several in WORDS.items() for happened in several)
"""The words of the field for what happens; others read them, so a new one is a new version of the contract."""

ALERTS = {"01": "hold here", "02": "hold elsewhere", "03": "to the lender", "04": "transfer", "00": "unknown", "99": "other"}


def matching(found: Finding, role: Role, context: With) -> list[Row]:
    return [row for row in RULES if found in row.found and role in row.roles and context in row.contexts]


def rows_of(*deeds: Deed) -> list[Row]:
    return [row for row in RULES if set(deeds) & set(row.deeds)]


# One meaning each.


def test_there_are_192_combinations() -> None:
    assert len(COMBINATIONS) == 192


def test_every_combination_has_exactly_one_row() -> None:
    assert [combination for combination in COMBINATIONS if matching(*combination) != [rule_for(*combination)]] == []


def test_no_row_is_unused_and_none_reaches_outside_the_table() -> None:
    covered = [combination for row in RULES for combination in product(row.found, row.roles, row.contexts)]
    assert sorted(covered) == sorted(COMBINATIONS)


@pytest.mark.parametrize("found", list(Finding))
def test_a_scan_is_decided_by_the_row_of_the_table(found: Finding) -> None:
    for role, context in product(Role, With):
        if context not in CONTEXTS[role]:
            continue
        row, told = rule_for(found, role, context), scan(found, role, context)
        assert (told.rule, told.tone, told.alert, told.outcome) == (row.id, row.tone, row.alert, row.outcome)
        assert told.moved == (row.to is not None)
        assert told.state is row.to or not told.moved
        assert "{" not in told.message


# Scanned again at once.


def again(first: Decision, role: Role, after: timedelta) -> Decision:
    """Scan the same item once more at the same desk, as the first scan left it and the station."""
    assert first.item is not None
    assert first.request is not None
    at = NOW + after
    if first.item.state is State.CLOSED:
        read = Read(request=a_request(State.CLOSED))
    else:
        read = Read(first.item, replace(first.request, state=first.item.state))
    return decide_item(SITE, a_scan(at=at), a_desk(role), first.context.at(at), read)


@pytest.mark.parametrize("seconds", [0.5, 3, 15, 29.9])
def test_no_immediate_repeat_at_the_same_desk_moves_the_item_a_second_time(seconds: float) -> None:
    for found, role, context in COMBINATIONS:
        first = scan(found, role, context)
        if first.moved:
            second = again(first, role, timedelta(seconds=seconds))
            assert (second.moved, second.notice) == (False, None), f"{first.rule} at {role}, then {second.rule}"
            # That it strayed is no news at the desk that saw it last: the flow, which knows that desk, opens no second piece of work.
            assert set(second.exceptions) <= {"wrong_desk"}


# What holds for all rows.


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.id)
def test_what_is_accepted_moves_the_item_and_what_is_refused_does_not(row: Row) -> None:
    assert (row.outcome is Outcome.ACCEPTED) == (row.to is not None)
    assert (row.tone in (Tone.OK, Tone.ROUTE)) or row.to is None
    assert (row.tone is Tone.NO) == (row.outcome in (Outcome.REFUSED, Outcome.UNKNOWN) and row.id != "U1")


@pytest.mark.parametrize("row", [*RULES, *COMMAND_ROWS], ids=lambda row: row.id)
def test_every_row_says_what_happened_in_the_words_of_the_field(row: Row) -> None:
    assert row.events
    assert set(row.events) <= EVENTS
    assert row.alert in ALERTS


def test_every_event_that_core_and_flows_name_is_in_the_words_of_the_field() -> None:
    named = re.compile(rf'"((?:{"|".join(WORDS)})\.[a-z_]+)"')
    files = [path for folder in ("core", "flows") for path in (HUB / folder).glob("*.py")]
    said = {(path.name, event) for path in files for event in named.findall(path.read_text(encoding="utf-8"))}
    assert {(name, event) for name, event in said if event not in EVENTS and event not in ENGLISH.sentences} == set()


@pytest.mark.parametrize(
    ("becomes", "slip"),
    [
        (State.IN_TRANSIT_TO_PICKUP, Deed.TRANSIT_SLIP),
        (State.IN_TRANSIT_TO_RS, Deed.TRANSIT_SLIP),
        (State.ON_HOLD_SHELF, Deed.HOLD_SLIP),
        (State.CLOSED, Deed.RETURN_SLIP),
    ],
)
def test_what_is_sent_shelved_or_shipped_has_its_slip(becomes: State, slip: Deed) -> None:
    assert [row.id for row in RULES if row.to is becomes and slip not in row.deeds] == []


@pytest.mark.parametrize("row", [*RULES, *COMMAND_ROWS], ids=lambda row: row.id)
def test_a_self_check_is_told_where_the_item_goes_now(row: Row) -> None:
    goes = {
        State.ON_HOLD_SHELF: "01",
        State.IN_TRANSIT_TO_PICKUP: "02",
        State.CLOSED: "03",
        State.IN_TRANSIT_TO_RS: "04",
        State.CHECKED_OUT: "99",
    }
    stays = {"U1": "00", "U3": "00", "U4": "03", "U6": "00", "T4": "02", "T5": "02", "H1": "01", "B2": "04", "K4": "04"}
    # With K5 and K6 it lies at resource sharing already.
    here = row.id in ("K5", "K6")
    assert row.alert == (goes[row.to] if row.to is not None and not here else stays.get(row.id, "99"))


def test_receiving_makes_the_temporary_item_and_is_the_same_for_a_barcode_that_comes_again() -> None:
    unknown, again = ([row for row in RULES if row.id == rule] for rule in ("U2", "U5"))
    assert rows_of(Deed.CREATE_ITEM) == unknown + again
    assert [replace(row, id="U2", found=frozenset({Finding.UNKNOWN})) for row in again] == unknown


def test_the_ready_notice_is_queued_exactly_when_an_item_reaches_the_hold_shelf() -> None:
    assert rows_of(Deed.QUEUE_READY) == rows_of(Deed.START_HOLD) == [row for row in RULES if row.to is State.ON_HOLD_SHELF]


def test_a_loan_begins_only_with_the_requester_at_the_desk_and_stops_unsent_notices() -> None:
    loans = [row for row in RULES if row.to is State.CHECKED_OUT]
    assert rows_of(Deed.START_LOAN) == rows_of(Deed.DROP_NOTICES) == loans
    assert all(row.contexts == {With.REQUESTER} and row.roles == LENDING for row in loans)


def test_a_loan_that_ends_is_said_as_returned() -> None:
    assert [row for row in RULES if "item.returned" in row.events] == rows_of(Deed.END_LOAN)


def test_a_request_closes_only_where_books_go_back_to_their_lender() -> None:
    closing = [row for row in RULES if row.to is State.CLOSED]
    assert rows_of(Deed.DELETE_ITEM) == closing
    assert all(row.roles <= RECEIVING and row.events[-2:] == ("temporary_item.deleted", "request.closed") for row in closing)


def test_with_somebody_elses_card_open_nothing_ever_moves() -> None:
    assert [row.id for row in RULES if With.OTHER in row.contexts and row.to is not None] == []


# Commands.


@pytest.mark.parametrize("command", COMMAND_RULES)
def test_what_is_found_at_a_desk_in_a_context_fits_at_most_one_row_of_a_command(command: Command) -> None:
    covered = [combination for row in COMMAND_RULES[command] for combination in product(row.found, row.roles, row.contexts)]
    assert len(covered) == len(set(covered))
    assert {context for _, _, context in covered} <= {With.NONE, With.REQUESTER, With.OTHER}, "a command puts a slip away"


@pytest.mark.parametrize("row", COMMAND_ROWS, ids=lambda row: row.id)
def test_a_command_says_and_does_what_fits_together(row: Row) -> None:
    assert row.outcome is Outcome.ACCEPTED or row.to is None
    assert (row.outcome is Outcome.ACCEPTED) == (row.tone is not Tone.INFO)
    assert ("item.returned" in row.events) == (Deed.END_LOAN in row.deeds)
    assert ("item.damaged" in row.events) == (Deed.MARK_DAMAGED in row.deeds) == (Deed.EXC_DAMAGED in row.deeds)
    assert ("item.found" in row.events) == (Deed.CLEAR_MISSING in row.deeds) == (row.found <= MISSING)
    assert ("loan.renewed" in row.events) == (Deed.RENEW_LOAN in row.deeds)
    assert ("item.checked_out" in row.events) == (row.to is State.CHECKED_OUT) == (Deed.START_LOAN in row.deeds)
    assert (row.events[-2:] == ("temporary_item.deleted", "request.closed")) == (row.to is State.CLOSED) == (Deed.DELETE_ITEM in row.deeds)
    assert ("item.in_transit" in row.events) == (row.to is State.IN_TRANSIT_TO_RS)
    assert row.to is None or With.OTHER not in row.contexts, "with somebody else's card open nothing ever moves"


MISSING = {Finding.MISSING_HOLD_VALID, Finding.MISSING_HOLD_ENDED}


# Acts.


def test_an_act_leads_one_way_from_a_state_and_only_reactivate_two() -> None:
    ways = {(row.act, row.was): [other.to for other in ACTS if (other.act, other.was) == (row.act, row.was)] for row in ACTS}
    assert {key: tos for key, tos in ways.items() if len(tos) > 1} == {
        (Act.REACTIVATE, State.CLOSED): [State.IN_TRANSIT_TO_RS, State.CHECKED_OUT]
    }


def test_every_act_has_a_row_and_is_done_by_staff_or_by_time() -> None:
    assert {row.act for row in ACTS} == set(Act) == set(OF_STAFF) | OF_TIME
    assert not set(OF_STAFF) & OF_TIME


@pytest.mark.parametrize("row", ACTS, ids=lambda row: f"{row.act} {row.was}")
def test_an_act_says_and_does_what_fits_together(row: ActRow) -> None:
    assert set(row.events) <= EVENTS
    assert row.to is not row.was, "what stays says None"
    assert row.to or row.effects or row.notice, "something happens"
    assert ("request.closed" in row.events) == (row.to is State.CLOSED)
    assert ("temporary_item.deleted" in row.events) == (Effect.DELETE_ITEM in row.effects)
    goes = {
        State.IN_TRANSIT_TO_PICKUP: "item.in_transit", State.IN_TRANSIT_TO_RS: "item.in_transit", State.MISSING: "item.missing",
        State.ON_HOLD_SHELF: "item.on_hold_shelf", State.CHECKED_OUT: "item.checked_out", State.LOST: "item.lost",
    }  # fmt: skip
    assert row.to not in goes or goes[row.to] in row.events
    assert (Effect.REASON in row.effects) == (row.act in (Act.CANCEL, Act.RECALL, Act.EXPIRE) and row.was is not State.REQUESTED)
    leaves_its_shelf = row.was is State.ON_HOLD_SHELF and row.to is not None
    assert not leaves_its_shelf or Effect.DROP_NOTICES in row.effects


def test_every_exception_that_rows_open_has_its_words() -> None:
    opening = {deed for deed in Deed if deed.name.startswith("EXC_")}, {effect for effect in Effect if effect.value.startswith("exception")}
    assert (set(EXCEPTIONS), set(OF_ACTS)) == opening
    assert {*EXCEPTIONS.values(), *OF_ACTS.values()} <= set(ENGLISH.todo)


ASKED: dict[Act, dict[str, Any]] = {
    Act.CHANGE_PICKUP: {"desk": a_desk(Role.OT)},
    Act.EXTEND: {"day": NOW.date() + timedelta(days=15)},
    Act.PIECES: {"pieces": 2},
}
SO_FAR = {Act.EXPIRE: {"hold_until": NOW - timedelta(days=1)}, Act.RENEW: {"due_at": NOW}, Act.OVERDUE: {"due_at": NOW - timedelta(days=1)}}


@pytest.mark.parametrize(
    "row", [row for row in ACTS if row.act not in (Act.FOUND, Act.FORGET)], ids=lambda row: f"{row.act} {row.was} {row.to}"
)
def test_an_act_is_done_as_its_row_says(row: ActRow) -> None:
    """FOUND is the scan table's, FORGET a flow's."""
    items = () if row.was is State.REQUESTED else (an_item(row.was, **SO_FAR.get(row.act, {})),)
    wish = Wish(act=row.act, to=row.to or State.CLOSED, **ASKED.get(row.act, {}))
    change = decide_act(SITE, wish, a_request(row.was), items, a_desk(), NOW)
    assert isinstance(change, Change), change
    assert (change.was, change.events) == (row.was, row.events)
    assert change.request.state is (State.REQUESTED if row.act is Act.PIECES else row.to or row.was)
    assert [one.after.state for one in change.moved] == ([] if row.act is Act.PIECES else [row.to or row.was for _ in items])
    assert [queued.type for queued, _ in change.notices] == ([row.notice] if row.notice else [])
    assert [work.kind for work in change.exceptions] == [OF_ACTS[effect] for effect in row.effects if effect in OF_ACTS]
    assert change.drop_notices == (Effect.DROP_NOTICES in row.effects)


# Words and tests for every row.


@pytest.mark.parametrize("rule", [*IDS, *COMMAND_IDS])
def test_every_row_has_words(rule: str) -> None:
    assert ENGLISH.sentences[rule].endswith(".")


def written(*names: str) -> str:
    """Give the text of the tests beside this one."""
    return "\n".join(path.read_text(encoding="utf-8") for name in names for path in Path(__file__).parent.glob(name))


@pytest.mark.parametrize("rule", IDS)
def test_every_row_has_a_test_that_carries_its_id(rule: str) -> None:
    assert f"def test_{rule.lower()}_" in written("test_*.py"), f"write test_{rule.lower()}_… for row {rule}"


@pytest.mark.parametrize("rule", COMMAND_IDS)
def test_every_row_of_the_commands_has_a_test_that_carries_its_id(rule: str) -> None:
    assert f"def test_{rule.lower()}_" in written("test_commands.py"), f"write test_{rule.lower()}_… for row {rule}"


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_test_that_carries_its_name(act: Act) -> None:
    name = f"test_{act.replace('-', '_')}_"
    assert f"def {name}" in written("test_acts*.py"), f"write {name}… for what {act} does"


DOUBTS = {doubt("9780393356687", Kind.ITEM), doubt("x", Kind.PATRON), doubt("x", Kind.OTHER), doubt("x", Kind.ITEM, "bad")}
ROWS = {*IDS, *(row.id for rows in COMMAND_RULES.values() for row in rows)}
PUT_TOGETHER = ROWS | {f"command.{command}" for command in WAITING} | {f"guard.{odd}" for odd in DOUBTS} | {f"no.{act}" for act in OF_STAFF}
"""Keys that code makes up from ids; each needs its sentence."""
RECEIVED_HERE = {f"{row.id}.here" for row in RULES if Deed.CREATE_ITEM in row.deeds and row.to is State.ON_HOLD_SHELF}
SPECIAL = (
    RECEIVED_HERE
    | {f"{key}.part" for key in ROWS | RECEIVED_HERE}
    | {f"no.{act}.{state}" for act, state in product(OF_STAFF, State)}
)  # fmt: skip
"""Keys that are said where they are, instead of the plain ones."""


def test_every_key_that_is_put_together_has_its_sentence() -> None:
    assert sorted((PUT_TOGETHER | RECEIVED_HERE) - ENGLISH.sentences.keys()) == []


def test_every_sentence_is_said_by_something() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in HUB.rglob("*.py") if path.parent.name != "words")
    named = set(re.findall(r"""["']([A-Za-z0-9_.-]+)["']""", code))
    assert sorted(ENGLISH.sentences.keys() - PUT_TOGETHER - SPECIAL - named) == []


def test_every_state_and_reason_has_its_words() -> None:
    assert set(ENGLISH.states) == set(State)
    assert set(ENGLISH.reasons) == set(Reason)
