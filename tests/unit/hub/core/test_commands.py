"""Command barcodes (K1-K9, KX): what waits for its item, what it does to it, and that nothing follows from the same scan again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from broker.answers import Outcome, Tone
from hub.core.commands import COMMAND_RULES, Command
from hub.core.context import NOTHING
from hub.core.decide import decide_item
from hub.core.decide_command import WAITING
from hub.core.desk import LENDING, RECEIVING, Role
from hub.core.lifecycle import RULES, Deed, Finding, Row, With
from hub.core.notices import NoticeType
from hub.core.request import ClosedAs, Item, Reason, State
from hub.core.seen import Decision, Read
from hub.core.words import ENGLISH, GERMAN
from tests.support.builders import (
    DUE,
    HOLD_UNTIL,
    NOW,
    SITE,
    STATION,
    a_desk,
    a_request,
    a_scan,
    an_item,
    an_item_found,
    known,
    unchanged,
    waiting,
)

RS, PK, OT, JT, JO = Role
NONE, REQUESTER, OTHER = With.NONE, With.REQUESTER, With.OTHER
DECLINED, DAMAGED, RENEW, REPRINT, CHECKOUT = Command.DECLINED, Command.DAMAGED, Command.RENEW, Command.REPRINT, Command.CHECKOUT
CARDS: dict[Role, tuple[With, ...]] = {role: (NONE,) if role is RS else (NONE, REQUESTER, OTHER) for role in Role}
"""Resource sharing knows no patron, and a command puts an armed slip away."""
COMBINATIONS = [(command, found, role, card) for command, found, role in product(WAITING, Finding, Role) for card in CARDS[role]]
ROWS = [row for rows in COMMAND_RULES.values() for row in rows]
IDS = sorted({row.id for row in ROWS} | {"KX"})
OUT = [Finding.CHECKED_OUT, Finding.JUST_CHECKED_OUT]
OPEN = [found for found in Finding if found not in (Finding.UNKNOWN, Finding.CLOSED_ONLY)]
AT_ONCE_AGAIN = [0.5, 3, 15, 29.9]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def obey(command: Command, what: Finding | Item, at: Role, card: With = NONE, *, decided: datetime = NOW, **request: Any) -> Decision:
    """Scan an item while a command waits for it; a loan is one that can be renewed, unless it is said what it is."""
    item = an_item_found(what) if isinstance(what, Finding) else what
    if what in OUT and item is not None:
        item = replace(item, due_at=NOW + timedelta(days=2))
    return decide_item(SITE, replace(a_scan(), now=decided), a_desk(at), waiting(command, card), known(item or what, **request))


def fitting(command: Command, found: Finding, role: Role, card: With) -> list[Row]:
    return [row for row in COMMAND_RULES[command] if found in row.found and role in row.roles and card in row.contexts]


def again(first: Decision, role: Role, after: timedelta) -> Decision:
    """Scan the same item once more at the same desk, as the first scan left it and the station."""
    at = NOW + after
    state = first.item.state if first.item is not None else State.CLOSED
    read = Read(request=a_request(State.CLOSED)) if state is State.CLOSED else Read(first.item, a_request(state))
    return decide_item(SITE, a_scan(at=at), a_desk(role), first.context.at(at), read)


# One meaning each.


@pytest.mark.parametrize(("command", "found"), list(product(WAITING, Finding)))
def test_either_one_row_says_what_a_command_does_or_it_is_refused_and_changes_nothing(command: Command, found: Finding) -> None:
    for role in Role:
        for card in CARDS[role]:
            rows, told = fitting(command, found, role, card), obey(command, found, role, card)
            assert len(rows) <= 1, f"{command} {found} {role} {card}"
            if rows:
                [row] = rows
                assert (told.rule, told.outcome, told.tone, told.moved) == (row.id, row.outcome, row.tone, row.outcome is Outcome.ACCEPTED)
                assert told.item is not None
                assert told.state is (row.to or told.item.state)
            else:
                assert (told.rule, told.outcome, told.tone) == ("KX", Outcome.REFUSED, Tone.NO)
                assert unchanged(told)
            assert "{" not in told.message


def test_no_row_of_a_command_is_out_of_reach() -> None:
    reached = {(command, *found) for command, *found in COMBINATIONS}
    covered = [(command, *cell) for command, rows in COMMAND_RULES.items() for row in rows
               for cell in product(row.found, row.roles, row.contexts) if cell[1] is not RS or cell[2] is NONE]  # fmt: skip
    assert set(covered) <= reached
    assert len(covered) == len(set(covered))


@pytest.mark.parametrize("after", AT_ONCE_AGAIN)
def test_after_a_command_was_done_the_same_item_scanned_again_at_once_moves_nothing(after: float) -> None:
    for command, found, role, card in COMBINATIONS:
        first = obey(command, found, role, card)
        if first.rule == "KX":
            continue
        second = again(first, role, seconds(after))
        assert unchanged(second), f"{command} {found} at {role} with {card}: {first.rule}, then {second.rule}"


def test_later_the_same_item_means_again_what_it_says_without_a_command() -> None:
    noted = obey(DAMAGED, Finding.ON_HOLD_SHELF, RS)
    assert again(noted, RS, seconds(31)).rule == "B1"


def test_another_item_is_not_held_up_by_a_command_that_was_done() -> None:
    done = obey(DAMAGED, Finding.ON_HOLD_SHELF, PK)
    other = an_item(State.IN_TRANSIT_TO_PICKUP, key=2, barcode="30000000000025")
    told = decide_item(SITE, a_scan(other.barcode, at=NOW + seconds(5)), a_desk(PK), done.context, known(other))
    assert told.rule == "T1"
    assert again(replace(done, context=told.context), PK, seconds(10)).rule == "command.done"


def test_a_command_that_was_done_keeps_the_patron_open_as_any_scan_does() -> None:
    renewed = obey(RENEW, Finding.CHECKED_OUT, PK, REQUESTER)
    told = again(renewed, PK, seconds(20))
    assert told.rule == "command.done"
    assert told.context.session_until == NOW + seconds(50)


# Each row.


@pytest.mark.parametrize("card", [NONE, REQUESTER])
def test_k1_what_its_patron_declines_leaves_the_shelf_for_resource_sharing_and_says_nothing_to_them(card: With) -> None:
    told = obey(DECLINED, Finding.ON_HOLD_SHELF, PK, card)
    assert (told.rule, told.tone, told.alert, told.destination) == ("K1", Tone.ROUTE, "04", "resource-sharing")
    assert told.state is State.IN_TRANSIT_TO_RS
    assert told.events == ("item.pulled", "item.in_transit")
    assert [slip.kind for slip in told.slips] == ["transit"]
    assert (told.drop_notices, told.notice) == (True, None)
    assert told.item is not None
    assert not told.item.circulated


def test_k1_what_was_declined_and_then_lost_on_its_way_is_not_put_on_the_shelf_again_when_found() -> None:
    declined = obey(DECLINED, Finding.ON_HOLD_SHELF, PK)
    assert declined.item is not None
    missing = an_item(State.MISSING, reason=declined.item.reason, hold_until=declined.item.hold_until)
    assert decide_item(SITE, a_scan(), a_desk(PK), NOTHING, known(missing)).rule == "M3"


def test_k2_what_is_declined_at_the_joint_desk_goes_home_unused() -> None:
    told = obey(DECLINED, Finding.ON_HOLD_SHELF, JT, REQUESTER)
    assert (told.rule, told.tone, told.alert, told.destination) == ("K2", Tone.OK, "03", "graz")
    assert (told.state, told.closed_as) == (State.CLOSED, ClosedAs.RETURNED_UNCIRCULATED)
    assert told.events == ("item.returned_uncirculated", "temporary_item.deleted", "request.closed")
    assert [slip.kind for slip in told.slips] == ["return"]
    assert told.drop_notices


@pytest.mark.parametrize("desk", [OT, RS, JO])
def test_what_is_declined_elsewhere_than_at_its_shelf_is_refused(desk: Role) -> None:
    assert obey(DECLINED, Finding.ON_HOLD_SHELF, desk).rule == "KX"


IN_LIBRARY = [
    Finding.IN_TRANSIT_TO_PICKUP, Finding.ON_HOLD_SHELF, Finding.PULL_LENDABLE, Finding.PULL_BARRED, Finding.MISSING_HOLD_VALID,
    Finding.MISSING_HOLD_ENDED,
]  # fmt: skip


@pytest.mark.parametrize("desk", [PK, OT])
@pytest.mark.parametrize("found", IN_LIBRARY + OUT)
def test_k3_what_is_damaged_where_books_are_lent_is_sent_to_resource_sharing_and_is_work_for_staff(found: Finding, desk: Role) -> None:
    told = obey(DAMAGED, found, desk)
    assert (told.rule, told.tone, told.alert, told.destination) == ("K3", Tone.ROUTE, "04", "resource-sharing")
    assert told.item is not None
    assert (told.item.state, told.item.reason) == (State.IN_TRANSIT_TO_RS, Reason.DAMAGED)
    assert told.exceptions == ("damaged",)
    assert told.events[-2:] == ("item.damaged", "item.in_transit")
    assert [slip.lines[-1] for slip in told.slips] == [ENGLISH.say("print.damaged")]
    assert told.drop_notices


@pytest.mark.parametrize(("desk", "rule"), [(PK, "K3"), (JT, "K5")])
def test_k3_a_loan_that_comes_back_damaged_has_come_back(desk: Role, rule: str) -> None:
    told = obey(DAMAGED, Finding.CHECKED_OUT, desk)
    assert (told.rule, told.events[0]) == (rule, "item.returned")
    assert told.item is not None
    assert told.item.circulated


@pytest.mark.parametrize(("desk", "rule"), [(PK, "K3"), (OT, "K3"), (RS, "K5"), (JT, "K5"), (JO, "K5")])
def test_k3_a_missing_book_that_turns_up_damaged_is_missing_no_more(desk: Role, rule: str) -> None:
    told = obey(DAMAGED, Finding.MISSING_HOLD_VALID, desk)
    assert (told.rule, "missing" in told.clears) == (rule, True)


@pytest.mark.parametrize("desk", [PK, OT])
def test_k4_what_is_on_its_way_back_is_noted_as_damaged_and_goes_on(desk: Role) -> None:
    told = obey(DAMAGED, Finding.IN_TRANSIT_TO_RS, desk)
    assert (told.rule, told.outcome, told.state, told.destination) == ("K4", Outcome.ACCEPTED, State.IN_TRANSIT_TO_RS, "resource-sharing")
    assert told.item is not None
    assert told.item.reason is Reason.DAMAGED
    assert (told.events, told.exceptions) == (("item.damaged",), ("damaged",))
    assert [slip.kind for slip in told.slips] == ["transit"]


@pytest.mark.parametrize("desk", [RS, JT, JO])
@pytest.mark.parametrize("found", IN_LIBRARY + OUT)
def test_k5_where_books_go_home_a_damaged_one_waits_for_its_note_before_it_is_closed(found: Finding, desk: Role) -> None:
    told = obey(DAMAGED, found, desk)
    assert (told.rule, told.state, told.closed_as) == ("K5", State.IN_TRANSIT_TO_RS, None)
    assert told.item is not None
    assert told.item.reason is Reason.DAMAGED
    assert told.exceptions == ("damaged",)


@pytest.mark.parametrize("desk", [RS, JT, JO])
def test_k6_what_came_back_is_noted_as_damaged_and_closed_by_a_later_scan_that_says_so(desk: Role) -> None:
    told = obey(DAMAGED, Finding.IN_TRANSIT_TO_RS, desk)
    assert (told.rule, told.outcome, told.state) == ("K6", Outcome.ACCEPTED, State.IN_TRANSIT_TO_RS)
    closed = again(told, desk, seconds(31))
    assert (closed.rule, closed.state) == ("B1", State.CLOSED)
    assert closed.message == ENGLISH.say("B1.damaged", partner="Graz University Library")


@pytest.mark.parametrize("desk", sorted(LENDING))
@pytest.mark.parametrize("card", [NONE, REQUESTER])
def test_k7_a_loan_is_renewed_with_and_without_its_patron(desk: Role, card: With) -> None:
    told = obey(RENEW, an_item(State.CHECKED_OUT, due_at=NOW + timedelta(days=2)), desk, card)
    assert (told.rule, told.outcome, told.state, told.events) == ("K7", Outcome.ACCEPTED, State.CHECKED_OUT, ("loan.renewed",))
    assert told.item is not None
    assert (told.item.due_at, told.item.renewals) == (DUE, 1)
    assert told.detail == f"due_at: {(NOW + timedelta(days=2)).isoformat()} -> {DUE.isoformat()}"
    assert told.message == ENGLISH.say("K7", due="22 December")


@pytest.mark.parametrize(
    ("item", "request_", "says"),
    [
        ({"renewals": 2}, {}, ENGLISH.say("no.renew.often", title="The Overstory", times=2)),
        ({"reason": Reason.RECALLED}, {}, ENGLISH.say("no.renew.recalled", title="The Overstory")),
        ({"due_at": DUE}, {"partner_due": None}, ENGLISH.say("no.renew.early", title="The Overstory", due="22 December")),
        (
            {"due_at": DUE}, {"partner_due": date(2026, 12, 24)},
            ENGLISH.say("no.renew.partner", title="The Overstory", partner_due="24 December", due="22 December"),
        ),
    ],
)  # fmt: skip
def test_kx_a_loan_that_cannot_be_renewed_says_why_and_is_kept_as_a_refused_scan(
    item: dict[str, Any], request_: dict[str, Any], says: str
) -> None:
    told = obey(RENEW, an_item(State.CHECKED_OUT, **item), PK, **request_)
    assert (told.rule, told.outcome, told.tone, told.message) == ("KX", Outcome.REFUSED, Tone.NO, says)
    assert unchanged(told)
    assert (told.item, told.events) == (an_item(State.CHECKED_OUT, **item), ("scan.refused",))


def test_k7_is_refused_at_a_desk_that_does_not_lend_and_on_somebody_elses_card() -> None:
    assert obey(RENEW, Finding.CHECKED_OUT, RS).rule == "KX"
    assert obey(RENEW, Finding.CHECKED_OUT, PK, OTHER).rule == "KX"


@pytest.mark.parametrize(
    ("found", "slip"),
    [
        (Finding.IN_TRANSIT_TO_PICKUP, "transit"),
        (Finding.ON_HOLD_SHELF, "hold"),
        (Finding.IN_TRANSIT_TO_RS, "transit"),
        (Finding.CHECKED_OUT, None),
        (Finding.PULL_BARRED, None),
        (Finding.LOST, None),
    ],
)
def test_k8_the_slip_of_an_item_is_printed_again_and_nothing_else_happens(found: Finding, slip: str | None) -> None:
    for role in Role:
        for card in CARDS[role]:
            told = obey(REPRINT, found, role, card)
            assert (told.rule, told.outcome, told.moved) == ("K8", Outcome.NO_CHANGE, False)
            assert [made.kind for made in told.slips] == ([slip] if slip else [])
            assert (told.message == ENGLISH.say("K8")) == (slip is not None)


def test_k9_where_it_is_allowed_a_book_is_lent_to_its_patron_without_a_card() -> None:
    for desk in (PK, JT):
        told = obey(CHECKOUT, Finding.ON_HOLD_SHELF, desk)
        assert (told.rule, told.state, told.events) == ("K9", State.CHECKED_OUT, ("item.checked_out",))
        assert told.item is not None
        assert (told.item.due_at, told.item.checked_out_by, told.item.circulated) == (DUE, STATION, True)
        assert told.drop_notices


@pytest.mark.parametrize("card", [REQUESTER, OTHER])
def test_k9_is_not_for_a_desk_with_a_card_open(card: With) -> None:
    assert obey(CHECKOUT, Finding.ON_HOLD_SHELF, PK, card).rule == "KX"


@pytest.mark.parametrize("command", WAITING)
@pytest.mark.parametrize("found", [Finding.UNKNOWN, Finding.CLOSED_ONLY])
def test_kx_a_command_is_refused_for_what_is_on_no_open_request(command: Command, found: Finding) -> None:
    told = obey(command, found, PK)
    assert (told.rule, told.message) == ("KX", ENGLISH.say("KX", command=command, known=ENGLISH.say("command.unknown_item")))
    assert unchanged(told)
    assert told.context.command is command


def test_kx_says_what_the_book_is_instead_and_the_command_waits_on() -> None:
    # A book that is scanned again at once, in surprise, must not be returned or closed by that.
    told = obey(DECLINED, Finding.CHECKED_OUT, PK)
    is_out = ENGLISH.say("command.known_item", title="The Overstory", state=ENGLISH.states["CHECKED_OUT"])
    assert told.message == ENGLISH.say("KX", command="DECLINED", known=is_out)
    assert (told.context.command, told.context.command_item, told.events) == (DECLINED, None, ("scan.refused",))


@pytest.mark.parametrize("command", [DECLINED, DAMAGED, RENEW, CHECKOUT])
def test_kx_with_somebody_elses_card_open_no_command_moves_anything(command: Command) -> None:
    for found, desk in product(OPEN, sorted(LENDING)):
        assert obey(command, found, desk, OTHER).rule == "KX"


@pytest.mark.parametrize("command", [DECLINED, DAMAGED, RENEW, CHECKOUT])
def test_a_command_scanned_before_the_book_moved_on_changes_nothing(command: Command) -> None:
    found = {DECLINED: State.ON_HOLD_SHELF, CHECKOUT: State.ON_HOLD_SHELF}.get(command, State.CHECKED_OUT)
    told = obey(command, an_item(found, changed_at=NOW + timedelta(minutes=5)), PK, decided=NOW + timedelta(minutes=6))
    assert (told.rule, told.outcome, told.moved, told.exceptions) == ("late", Outcome.LATE, False, ("late_scan",))


# What holds for all rows.


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_makes_no_sense_on_another_desk_says_so(row: Row) -> None:
    if Deed.START_LOAN in row.deeds or Deed.RENEW_LOAN in row.deeds:
        assert row.roles <= LENDING
    if row.to is State.CLOSED:
        assert row.roles <= RECEIVING
    assert Deed.QUEUE_READY not in row.deeds


def test_no_command_tells_the_patron_anything_but_a_receipt() -> None:
    for command, found, role, card in COMBINATIONS:
        notice = obey(command, found, role, card).notice
        assert notice is None or notice.type in (NoticeType.CHECKOUT_RECEIPT, NoticeType.RETURN_RECEIPT)


def test_the_events_of_commands_are_those_of_the_table() -> None:
    table = {event for row in RULES for event in row.events}
    assert {event for row in ROWS for event in row.events} - table == {"item.damaged", "loan.renewed"}


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=lambda words: words.language)
def test_every_command_and_row_has_words(words: Any) -> None:
    assert {f"command.{command}" for command in WAITING} | set(IDS) <= set(words.sentences)


@pytest.mark.parametrize("rule", IDS)
def test_every_row_has_a_test_that_carries_its_id(rule: str) -> None:
    assert f"def test_{rule.lower()}_" in Path(__file__).read_text(encoding="utf-8")


def test_the_hold_date_of_what_was_damaged_on_the_shelf_is_kept_for_undo() -> None:
    told = obey(DAMAGED, Finding.ON_HOLD_SHELF, PK)
    assert told.before is not None
    assert told.before.hold_until == HOLD_UNTIL
