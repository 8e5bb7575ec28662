"""The command cards themselves: which desk may use which, how long one waits, and what puts it away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.answers import Outcome, Tone
from hub.core.commands import AT_ONCE, COMMAND_RULES, USUAL, Command, command_of, may_use
from hub.core.context import NOTHING
from hub.core.decide import decide_item
from hub.core.decide_command import WAITING, LastSlips, decide_command
from hub.core.decide_slip import decide_patron, decide_slip
from hub.core.desk import LENDING, Role
from hub.core.lifecycle import With
from hub.core.request import State
from hub.core.slips import SlipNote
from tests.support.builders import (
    ADA,
    ANOTHER,
    BARCODE,
    NOW,
    SITE,
    a_context,
    a_desk,
    a_patron,
    a_request,
    a_scan,
    an_item,
    known,
    unchanged,
    waiting,
)

RS, PK, OT, JT, JO = Role
REQUESTER = With.REQUESTER
DECLINED, DAMAGED, RENEW, REPRINT, CHECKOUT = Command.DECLINED, Command.DAMAGED, Command.RENEW, Command.REPRINT, Command.CHECKOUT


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize("command", USUAL)
def test_every_usual_command_is_obeyed_at_every_desk(command: Command) -> None:
    for role in Role:
        told = decide_command(SITE, a_scan(command.barcode), a_desk(role), NOTHING)
        assert told.rule != "command.not_here"
        assert (told.context.command == command) == (command in WAITING)


def test_lending_without_a_card_is_off_unless_the_desk_allows_it() -> None:
    usual, allowed = a_desk(PK), a_desk(PK, commands=frozenset({"CHECKOUT"}))
    assert (may_use(usual, CHECKOUT), may_use(allowed, CHECKOUT)) == (False, True)
    refused = decide_command(SITE, a_scan(CHECKOUT.barcode), usual, NOTHING)
    assert (refused.rule, refused.outcome, refused.context) == ("command.not_here", Outcome.REFUSED, NOTHING)
    assert decide_command(SITE, a_scan(CHECKOUT.barcode), allowed, NOTHING).context.command == CHECKOUT


@pytest.mark.parametrize("command", Command)
def test_a_desk_uses_the_commands_it_names_and_no_others(command: Command) -> None:
    only, none = a_desk(PK, commands=frozenset({command.value})), a_desk(PK, commands=frozenset())
    assert [other for other in Command if may_use(only, other)] == [command]
    assert decide_command(SITE, a_scan(command.barcode), only, NOTHING).rule != "command.not_here"
    assert decide_command(SITE, a_scan(command.barcode), none, NOTHING).rule == "command.not_here"


@pytest.mark.parametrize("barcode", ["%HS-NONSENSE", "%HS-", "%HS-declined", "%HS-DECLINED-2", "%HS- UNDO"])
def test_a_command_that_is_none_is_refused_and_leaves_everything_as_it_was(barcode: str) -> None:
    assert command_of(barcode) is None
    for context in (a_context(With.ARMED), waiting(DECLINED, REQUESTER)):
        told = decide_command(SITE, a_scan(barcode), a_desk(JT), context)
        assert (told.rule, told.outcome, told.tone) == ("command.not_here", Outcome.REFUSED, Tone.NO)
        assert barcode in told.message
        assert (told.context, unchanged(told)) == (context, True)


def test_a_command_in_lower_case_is_none_because_case_is_never_changed() -> None:
    assert command_of("%hs-undo") is None


@pytest.mark.parametrize("command", WAITING)
def test_a_command_waits_fifteen_seconds_and_no_longer(command: Command) -> None:
    context = decide_command(SITE, a_scan(command.barcode), a_desk(PK, commands=frozenset(Command)), NOTHING).context
    assert context.at(NOW + seconds(15)).command == command
    assert context.at(NOW + seconds(15.001)) == NOTHING


def test_a_command_is_no_idleness_of_the_patron() -> None:
    told = decide_command(SITE, a_scan(RENEW.barcode, at=NOW + seconds(25)), a_desk(PK), a_context(REQUESTER))
    assert told.context.session_until == NOW + seconds(55)
    assert told.context.session_patron == ADA


@pytest.mark.parametrize("desk", sorted(LENDING))
def test_a_command_waits_on_while_a_card_is_scanned(desk: Role) -> None:
    command = decide_command(SITE, a_scan(RENEW.barcode), a_desk(desk), NOTHING).context
    card = decide_patron(SITE, a_scan(at=NOW + seconds(5)), a_desk(desk), command, a_patron())
    assert (card.context.command, card.context.session_patron) == (RENEW, ADA)
    told = decide_item(SITE, a_scan(at=NOW + seconds(10)), a_desk(desk), card.context, known(an_item(State.CHECKED_OUT, due_at=NOW)))
    assert told.rule == "K7"
    assert card.context.at(NOW + seconds(16)).command is None


def test_a_card_that_is_refused_leaves_the_command_waiting() -> None:
    assert decide_patron(SITE, a_scan(), a_desk(RS), waiting(DAMAGED), a_patron()).context == waiting(DAMAGED)


@pytest.mark.parametrize("desk", list(Role))
@pytest.mark.parametrize("state", [None, State.REQUESTED, State.ON_HOLD_SHELF])
def test_a_slip_puts_a_waiting_command_away(desk: Role, state: State | None) -> None:
    request = a_request(state) if state is not None else None
    told = decide_slip(SITE, a_scan("ILL-000001-8"), a_desk(desk), waiting(DAMAGED), request)
    assert told.context.command is None


def test_a_command_puts_an_armed_slip_and_an_armed_item_away() -> None:
    item = NOTHING.with_item(BARCODE, NOW + seconds(60))
    for context in (NOTHING.with_request(ANOTHER, NOW + seconds(60)), item):
        told = decide_command(SITE, a_scan(DAMAGED.barcode), a_desk(RS), context)
        assert told.context == NOTHING.with_command(DAMAGED, NOW + seconds(15))


def test_the_later_of_two_commands_waits() -> None:
    first = decide_command(SITE, a_scan(DAMAGED.barcode), a_desk(PK), NOTHING).context
    told = decide_command(SITE, a_scan(RENEW.barcode, at=NOW + seconds(10)), a_desk(PK), first)
    assert told.context == NOTHING.with_command(RENEW, NOW + seconds(25))


def test_clear_puts_a_waiting_command_away() -> None:
    assert decide_command(SITE, a_scan(Command.CLEAR.barcode), a_desk(PK), waiting(DAMAGED, REQUESTER)).context == NOTHING


def test_what_was_printed_last_is_printed_again_at_once_within_a_minute() -> None:
    slip = SlipNote("hold", ("Hold shelf A7",), BARCODE)
    scan = a_scan(REPRINT.barcode)
    at_once = decide_command(SITE, scan, a_desk(PK), a_context(REQUESTER), printed=LastSlips((slip,), seconds(60)))
    assert (at_once.rule, at_once.slips, at_once.context.command) == ("command.reprinted", (slip,), None)
    for printed in (LastSlips((slip,), seconds(61)), LastSlips((), seconds(1)), None):
        assert decide_command(SITE, scan, a_desk(PK), NOTHING, printed=printed).context.command == REPRINT


def test_commands_either_wait_or_act_at_once() -> None:
    assert set(WAITING) == set(COMMAND_RULES)
    assert set(WAITING) | AT_ONCE == set(Command)
