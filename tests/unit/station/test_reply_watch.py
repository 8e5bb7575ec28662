"""Late replies are asked for, a few times."""

from __future__ import annotations

from station.reply_watch import MAX_ASKED, ReplyWatch

S = 1_000_000_000


def test_a_committed_scan_without_a_reply_is_due_after_two_seconds() -> None:
    watch = ReplyWatch()
    watch.sent(1, 0, 0)
    assert watch.due(1, 2 * S - 1) == []
    assert watch.due(1, 2 * S) == [1]
    assert watch.due(1, 2 * S + 1) == []


def test_an_uncommitted_scan_is_not_due() -> None:
    watch = ReplyWatch()
    watch.sent(2, 0, 0)
    assert watch.due(1, 5 * S) == []


def test_an_answered_scan_is_not_due() -> None:
    watch = ReplyWatch()
    watch.sent(1, 0, 0)
    watch.answered(1)
    assert watch.due(1, 5 * S) == []


def test_it_gives_up_after_a_few_times() -> None:
    watch = ReplyWatch()
    watch.sent(1, 0, 0)
    asked = [seq for second in range(0, 60, 2) for seq in watch.due(1, second * S)]
    assert asked == [1] * MAX_ASKED
    assert len(watch) == 0


def test_old_scans_are_not_watched() -> None:
    watch = ReplyWatch()
    watch.sent(1, 0, 61 * S)
    assert len(watch) == 0
    watch.sent(2, 0, 59 * S)
    assert watch.due(2, 61 * S) == []
