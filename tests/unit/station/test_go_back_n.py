"""What to send next (reliability.md, rules 1-4)."""

from __future__ import annotations

from typing import Literal

from station import go_back_n
from station.go_back_n import WINDOW, Heard, Lane, State, Then

S = 1_000_000_000


def a_state(*, scans: int = 0, faults: int = 0, lowest: int = 1, position: int = 0, greeted: bool = True) -> State:
    lane = Lane(lowest, scans + 1, position, position)
    return State("inc", lane, Lane(1, faults + 1), connected=True, greeted=greeted)


def hear(state: State, seq: int, reason: Literal["hello", "commit", "gap"], *, at: int = 0, faults: int = 0) -> tuple[State, Then]:
    return go_back_n.heard(state, Heard("inc", seq, faults, reason), at)


def flown(state: State, room: int = 1000) -> State:
    for seq in go_back_n.to_send(state, "scans", room):
        state = go_back_n.sent(state, "scans", seq)
    return state


def test_nothing_is_sent_before_the_hub_answered_the_hello() -> None:
    state = go_back_n.connected(a_state(scans=3), 0)
    assert not go_back_n.to_send(state, "scans", 50)
    state, then = hear(state, 1, "hello")
    assert then is Then.SEND
    assert go_back_n.to_send(state, "scans", 50) == range(2, 4)


def test_the_window_and_the_room_limit_what_is_under_way() -> None:
    state = a_state(scans=200)
    assert go_back_n.to_send(state, "scans", 20) == range(1, 21)
    state = flown(state)
    assert state.scans.sent == WINDOW
    assert not go_back_n.to_send(state, "scans", 1000)
    state, _ = hear(state, 10, "commit")
    assert go_back_n.to_send(state, "scans", 1000) == range(WINDOW + 1, WINDOW + 11)


def test_a_commit_never_goes_back() -> None:
    state, _ = hear(flown(a_state(scans=20)), 10, "commit")
    later, _ = hear(state, 5, "commit")
    assert later.scans.position == 10


def test_a_hello_goes_back_even_behind_the_position() -> None:
    state, _ = hear(flown(a_state(scans=20)), 10, "commit")
    restored, _ = hear(state, 4, "hello")
    assert go_back_n.to_send(restored, "scans", 50) == range(5, 21)


def test_the_same_gap_goes_back_once_in_half_a_second() -> None:
    state, then = hear(flown(a_state(scans=20)), 3, "gap", at=0)
    assert then is Then.SEND
    assert go_back_n.to_send(state, "scans", 50).start == 4
    again, then = hear(flown(state), 3, "gap", at=S // 10)
    assert then is Then.IGNORE
    again, then = hear(again, 3, "gap", at=S)
    assert then is Then.SEND
    assert go_back_n.to_send(again, "scans", 50).start == 4


def test_another_incarnations_position_is_ignored() -> None:
    state = a_state(scans=3)
    assert go_back_n.heard(state, Heard("other", 2, 0, "hello"), 0) == (state, Then.IGNORE)


def test_a_hub_that_is_ahead_of_the_journal_means_a_new_start() -> None:
    assert hear(a_state(scans=3), 4, "hello")[1] is Then.START_AGAIN
    assert hear(a_state(scans=3), 3, "hello", faults=1)[1] is Then.START_AGAIN
    assert hear(a_state(scans=3), 3, "hello")[1] is Then.SEND


def test_a_gap_below_what_is_kept_is_told_by_a_hello_and_work_goes_on() -> None:
    state = a_state(scans=20, lowest=11, position=15)
    state, then = hear(state, 4, "gap")
    assert then is Then.SAY_HELLO
    assert go_back_n.to_send(state, "scans", 50) == range(11, 21)


def test_silence_makes_the_station_say_hello_again_ever_more_rarely() -> None:
    state, hellos = a_state(scans=1), []
    for second in range(200):
        state, hello = go_back_n.tick(state, second * S)
        hellos += [second] if hello else []
    assert hellos == [3, 9, 21, 45, 93, 153]


def test_silence_with_nothing_owed_is_fine() -> None:
    assert go_back_n.tick(a_state(), 1000 * S)[1] is False


def test_the_wait_begins_with_the_first_scan_owed() -> None:
    state = go_back_n.appended(a_state(), "scans", 1, 100 * S)
    assert go_back_n.tick(state, 102 * S)[1] is False
    assert go_back_n.tick(state, 103 * S)[1] is True


def test_an_unanswered_hello_is_said_again() -> None:
    state = go_back_n.connected(a_state(), 0)
    assert go_back_n.tick(state, 3 * S)[1] is True


def test_disconnected_nothing_is_sent_or_said() -> None:
    state = go_back_n.disconnected(a_state(scans=3))
    assert not go_back_n.to_send(state, "scans", 50)
    assert go_back_n.tick(state, 1000 * S)[1] is False


def test_faults_have_a_stream_of_their_own() -> None:
    state, _ = hear(a_state(scans=3, faults=5), 3, "hello", faults=2)
    assert not go_back_n.to_send(state, "scans", 50)
    assert go_back_n.to_send(state, "faults", 50) == range(3, 6)
    assert state.owed


def test_a_hub_that_has_more_than_was_ever_sent_means_an_old_copy_though_the_journal_has_grown() -> None:
    state = go_back_n.connected(State("inc", go_back_n.opened(1, 1, 0), go_back_n.opened(1, 1, 0)), 0)
    for seq in (1, 2, 3):
        state = go_back_n.appended(state, "scans", seq, 0)
    assert go_back_n.heard(state, Heard("inc", 2, 0, "hello"), 0)[1] is Then.START_AGAIN
    assert go_back_n.heard(go_back_n.sent(state, "scans", 2), Heard("inc", 2, 0, "hello"), 0)[1] is Then.SEND
