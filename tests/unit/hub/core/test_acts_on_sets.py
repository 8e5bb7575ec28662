"""A set of several pieces is acted on as one request: each piece that fits changes, the others stay, the patron hears of it once."""

from __future__ import annotations

from datetime import date

from hub.core.acts import Act, Wish
from hub.core.notices import NoticeType, day_number
from hub.core.request import ClosedAs, Reason, State
from tests.support.acting import EAST, a_piece, day_in_words, done, end_of, no, notice_of, refused, states, told, work
from tests.support.builders import DUE, HOLD_UNTIL, ZONE

ON_ITS_WAY, SHELF, PULL, LENT = State.IN_TRANSIT_TO_PICKUP, State.ON_HOLD_SHELF, State.PULL_FROM_SHELF, State.CHECKED_OUT
BACK, MISSING, LOST, CLOSED, REQUESTED = State.IN_TRANSIT_TO_RS, State.MISSING, State.LOST, State.CLOSED, State.REQUESTED
WAITING = {"hold_until": None, "episode": 0}
"""On its shelf, where it waits for the rest of its set."""
ON_SHELF, ON_LOAN = a_piece(1, SHELF), a_piece(2, LENT)


# -- cancel


def test_cancel_takes_what_is_on_the_shelf_leaves_what_is_on_loan_and_expects_no_more() -> None:
    change = done(Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_PATRON), ON_SHELF, ON_LOAN, pieces=3)
    (one,) = change.moved
    assert (one.after.piece, one.after.state, one.after.reason) == (1, PULL, Reason.CANCELLED_BY_PATRON)
    assert (change.request.pieces, change.request.state, change.request.closed_as) == (2, PULL, None)
    assert told(change) == [NoticeType.REQUEST_CANCELLED]
    assert change.events == ("request.cancelled",)


def test_cancel_of_a_set_of_which_the_rest_is_on_loan_only_ends_the_waiting() -> None:
    change = done(Act.CANCEL, ON_LOAN, pieces=2)
    assert (change.moved, change.request.pieces, change.request.state) == ((), 1, LENT)
    assert change.changed


def test_cancel_of_a_set_of_which_the_rest_went_home_closes_it_as_returned() -> None:
    change = done(Act.CANCEL, a_piece(1, CLOSED, closed_as=ClosedAs.RETURNED), pieces=3, volumes=("I", "II", "III"))
    assert (change.request.state, change.request.closed_as, change.request.pieces) == (CLOSED, ClosedAs.RETURNED, 1)
    assert change.request.volumes == ("I",)
    assert change.events == ("request.cancelled", "request.closed")


def test_cancel_of_a_set_all_on_loan_says_to_recall_it() -> None:
    assert refused(Act.CANCEL, a_piece(1, LENT), ON_LOAN) == no("no.cancel.CHECKED_OUT")


# -- recall


def test_recall_turns_round_what_is_here_and_shortens_what_is_on_loan() -> None:
    change = done(Act.RECALL, ON_SHELF, ON_LOAN, a_piece(3, ON_ITS_WAY))
    assert states(change) == [PULL, LENT, BACK]
    assert [one.after.reason for one in change.moved] == [Reason.RECALLED] * 3
    assert change.moved[1].after.due_at == end_of(2026, 12, 1)


def test_recall_is_one_letter_about_what_cannot_be_picked_up_and_one_about_each_day_it_is_due() -> None:
    pieces = (ON_SHELF, a_piece(2, ON_ITS_WAY), a_piece(3, LENT), a_piece(4, LENT), a_piece(5, LENT, due_at=end_of(2026, 11, 26)))
    change = done(Act.RECALL, *pieces)
    assert [(queued.type, about.piece) for queued, about in change.notices if about is not None] == [
        (NoticeType.RECALLED, 1), (NoticeType.RECALLED, 3), (NoticeType.RECALLED, 5),
    ]  # fmt: skip


def test_recall_by_a_day_leaves_what_is_due_earlier_but_bars_its_renewal() -> None:
    soon = end_of(2026, 11, 26)
    change = done(Wish(act=Act.RECALL, day=date(2026, 12, 10)), a_piece(1, LENT, due_at=soon), ON_LOAN)
    assert [one.after.due_at for one in change.moved] == [soon, end_of(2026, 12, 10)]
    assert [one.after.reason for one in change.moved] == [Reason.RECALLED] * 2


def test_recall_by_a_day_that_shortens_no_loan_of_the_set_is_refused() -> None:
    pieces = a_piece(1, LENT, due_at=end_of(2026, 11, 26)), ON_LOAN
    assert refused(Wish(act=Act.RECALL, day=date(2026, 12, 23)), *pieces) == no("no.recall.longer", due=day_in_words(DUE))


# -- extend


def test_extend_holds_all_pieces_until_the_same_day_and_tells_it_once() -> None:
    later = Wish(act=Act.EXTEND, day=date(2026, 12, 10))
    change = done(later, ON_SHELF, a_piece(2, PULL), a_piece(3, ON_ITS_WAY))
    assert [(one.after.piece, one.after.state, one.after.hold_until) for one in change.moved] == [
        (1, SHELF, end_of(2026, 12, 10)), (2, SHELF, end_of(2026, 12, 10)),
    ]  # fmt: skip
    assert (notice_of(change)[0].type, notice_of(change)[0].episode) == (NoticeType.HOLD_EXTENDED, day_number(end_of(2026, 12, 10), ZONE))


def test_extend_leaves_a_piece_that_is_held_longer_already() -> None:
    longer = a_piece(2, SHELF, hold_until=end_of(2026, 12, 12))
    change = done(Wish(act=Act.EXTEND, day=date(2026, 12, 10)), ON_SHELF, longer)
    assert [one.after.piece for one in change.moved] == [1]
    sentence = refused(Wish(act=Act.EXTEND, day=date(2026, 12, 1)), ON_SHELF, longer)
    assert sentence == no("no.extend.earlier", until=day_in_words(HOLD_UNTIL))


def test_extend_waits_until_the_set_is_complete() -> None:
    assert refused(Act.EXTEND, a_piece(1, SHELF, **WAITING), pieces=2) == no("no.extend.part")


# -- change-pickup


def test_change_pickup_sends_on_what_is_here_and_leaves_what_is_on_loan() -> None:
    pieces = (ON_SHELF, a_piece(2, SHELF), a_piece(3, ON_ITS_WAY), a_piece(4, LENT), a_piece(5, MISSING))
    change = done(Wish(act=Act.CHANGE_PICKUP, desk=EAST), *pieces)
    assert [(one.after.piece, one.after.state) for one in change.moved] == [(1, ON_ITS_WAY), (2, ON_ITS_WAY), (3, ON_ITS_WAY), (5, MISSING)]
    assert work(change) == [("moved_elsewhere", "main")] * 2
    assert [one.item.piece for one in change.exceptions if one.item is not None] == [1, 2]
    # No piece remembers a place on the old desk's shelf.
    assert {(one.after.hold_until, one.after.shelf_code) for one in change.moved} == {(None, None)}


def test_change_pickup_of_a_waiting_set_begins_no_hold_on_the_way() -> None:
    change = done(Wish(act=Act.CHANGE_PICKUP, desk=EAST), a_piece(1, SHELF, **WAITING), pieces=2)
    assert (change.begun, change.notices, states(change)) == ((), (), [ON_ITS_WAY])


# -- missing, lost, close


def test_missing_and_lost_take_the_pieces_that_can_be() -> None:
    assert [one.after.piece for one in done(Act.MISSING, ON_SHELF, ON_LOAN).moved] == [1]
    assert [one.after.piece for one in done(Act.LOST, ON_SHELF, ON_LOAN).moved] == [2]


def test_lost_pieces_are_one_letter_and_a_line_of_work_each() -> None:
    change = done(Act.LOST, a_piece(1, LENT), ON_LOAN)
    assert told(change) == [NoticeType.LOST]
    assert work(change) == [("lost", "main")] * 2


def test_close_what_stays_missing_makes_the_rest_ready_for_the_patron() -> None:
    waiting = a_piece(1, SHELF, **WAITING), a_piece(2, SHELF, **WAITING)
    change = done(Act.CLOSE, *waiting, a_piece(3, MISSING, **WAITING))
    assert (change.request.state, change.request.closed_as) == (SHELF, None)
    assert [(item.piece, item.hold_until, item.episode) for item in change.begun] == [(1, HOLD_UNTIL, 1), (2, HOLD_UNTIL, 1)]
    assert (notice_of(change)[0].type, notice_of(change)[0].episode) == (NoticeType.READY_FOR_PICKUP, 1)
    assert change.events == ("temporary_item.deleted",)


def test_close_the_last_open_piece_ends_the_request_as_badly_as_any_piece_did() -> None:
    change = done(Act.CLOSE, a_piece(1, CLOSED, closed_as=ClosedAs.RETURNED), a_piece(2, LOST))
    assert (change.request.state, change.request.closed_as) == (CLOSED, ClosedAs.LOST)
    assert change.events == ("temporary_item.deleted", "request.closed")


def test_not_received_of_the_rest_makes_what_came_ready_and_tells_only_that() -> None:
    change = done(Act.NOT_RECEIVED, a_piece(1, SHELF, **WAITING), a_piece(2, SHELF, **WAITING), pieces=3, volumes=("I", "II", "III"))
    assert (change.request.pieces, change.request.state, change.request.volumes) == (2, SHELF, ("I", "II"))
    assert len(change.begun) == 2
    assert (told(change), change.events) == ([NoticeType.READY_FOR_PICKUP], ())


# -- renew, reactivate


def test_renew_renews_the_pieces_that_can_be() -> None:
    due = end_of(2026, 11, 26)
    change = done(Act.RENEW, a_piece(1, LENT, due_at=due, renewals=2), a_piece(2, LENT, due_at=due))
    assert [(one.after.piece, one.after.renewals) for one in change.moved] == [(2, 1)]


def test_reactivate_brings_back_the_closed_pieces_but_not_the_lost_one() -> None:
    home, lost = a_piece(1, CLOSED, closed_as=ClosedAs.RETURNED), a_piece(2, CLOSED, closed_as=ClosedAs.LOST)
    change = done(Act.REACTIVATE, home, lost)
    assert [(one.after.piece, one.after.state) for one in change.moved] == [(1, BACK)]
    assert (change.request.state, change.request.closed_as) == (BACK, None)


def test_reactivate_works_for_a_piece_that_went_home_while_the_others_are_out() -> None:
    change = done(Wish(act=Act.REACTIVATE, to=LENT), a_piece(1, CLOSED, closed_as=ClosedAs.RETURNED), ON_LOAN)
    assert [(one.after.piece, one.after.state) for one in change.moved] == [(1, LENT)]


# -- pieces


def test_pieces_from_three_to_two_makes_the_two_on_the_shelf_ready() -> None:
    pieces = a_piece(1, SHELF, **WAITING), a_piece(2, SHELF, **WAITING)
    change = done(Wish(act=Act.PIECES, pieces=2), *pieces, pieces=3, volumes=("I", "II", "III"))
    assert (change.request.pieces, change.request.volumes, change.request.state) == (2, ("I", "II"), SHELF)
    assert [(item.piece, item.hold_until, item.episode) for item in change.begun] == [(1, HOLD_UNTIL, 1), (2, HOLD_UNTIL, 1)]
    assert told(change) == [NoticeType.READY_FOR_PICKUP]
    assert change.detail == "pieces: 3 -> 2"


def test_pieces_keeps_the_name_of_a_piece_that_has_come() -> None:
    change = done(Wish(act=Act.PIECES, pieces=2), a_piece(1, SHELF), a_piece(3, SHELF), pieces=3, volumes=("I", "II", "III"))
    assert change.request.volume(3) == "III"


def test_pieces_are_never_fewer_than_have_come() -> None:
    assert refused(Wish(act=Act.PIECES, pieces=1), ON_SHELF, ON_LOAN) == no("no.pieces.fewer", here=2)


def test_pieces_are_named_each_or_none() -> None:
    assert refused(Wish(act=Act.PIECES, volumes=("I", "II"), pieces=3)) == no("no.pieces.volumes", volumes=2, pieces=3)
    named = done(Wish(act=Act.PIECES, volumes=("I", "II")))
    assert (named.request.pieces, named.request.volumes) == (2, ("I", "II"))
    assert done(Wish(act=Act.PIECES, volumes=()), pieces=1, volumes=("I",)).request.volumes == ()


def test_pieces_called_something_else_say_so_in_the_history() -> None:
    change = done(Wish(act=Act.PIECES, volumes=("A", "B")), pieces=2, volumes=("I", "II"))
    assert change.detail == "volumes: I, II -> A, B"


def test_pieces_that_stay_as_they_were_change_nothing() -> None:
    change = done(Wish(act=Act.PIECES, pieces=2), pieces=2, volumes=("I", "II"))
    assert (change.changed, change.events, change.request.volumes) == (False, (), ("I", "II"))


def test_pieces_down_to_those_that_went_home_closes_the_request() -> None:
    change = done(Wish(act=Act.PIECES, pieces=1), a_piece(1, CLOSED, closed_as=ClosedAs.RETURNED), pieces=2)
    assert (change.request.state, change.request.closed_as) == (CLOSED, ClosedAs.RETURNED)
    assert change.events == ("request.changed", "request.closed")


# -- the day comes


def test_expire_ends_all_holds_of_the_set_that_are_over_and_tells_it_once() -> None:
    over = end_of(2026, 11, 23)
    pieces = a_piece(1, SHELF, hold_until=over), a_piece(2, SHELF, hold_until=over), a_piece(3, SHELF), a_piece(4, LENT)
    change = done(Act.EXPIRE, *pieces)
    assert [(one.after.piece, one.after.state) for one in change.moved] == [(1, PULL), (2, PULL)]
    assert told(change) == [NoticeType.HOLD_EXPIRED]


def test_needed_by_is_said_of_a_set_that_is_not_complete() -> None:
    change = done(Act.NEEDED_BY, ON_SHELF, pieces=2)
    assert (change.moved, work(change), change.changed) == ((), [("needed_by_passed", "main")], False)


def test_a_piece_that_is_said_to_be_overdue_says_nothing_of_the_others() -> None:
    change = done(Act.OVERDUE, a_piece(1, LENT), ON_LOAN, only=ON_LOAN)
    assert [one.after.piece for one in change.moved] == [2]
