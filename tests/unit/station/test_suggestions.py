"""The guided run."""

from __future__ import annotations

import pytest

from station.suggestions import Step, Suggestions, parse


def test_lines_and_json_say_the_same() -> None:
    lines = "# first the slip\nILL-000007-3\trequest slip\n\n3001\tthe item\t30\n"
    objects = '{"barcode": "ILL-000007-3", "why": "request slip"}\n{"barcode": "3001", "why": "the item", "wait": 30}\n'
    assert parse(lines) == parse(objects) == (Step("ILL-000007-3", "request slip"), Step("3001", "the item", 30.0))


def test_a_bad_line_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse("1\tx\n2\ty\tsoon\n")


@pytest.mark.parametrize(
    ("outcome", "tone", "state", "goes_on"),
    [
        ("accepted", "ok", "ON_HOLD_SHELF", True),
        ("no_change", "info", None, True),
        ("no_change", "info", "REQUESTED", True),
        ("no_change", "info", "ON_HOLD_SHELF", False),
        ("no_change", "no", None, False),
        ("refused", "no", None, False),
        ("unknown", "info", None, False),
    ],
)
def test_a_step_is_done_when_it_moved_the_item_or_opened_something(outcome: str, tone: str, state: str | None, goes_on: bool) -> None:
    steps = Suggestions((Step("1"), Step("2")))
    assert steps.answered("1", outcome=outcome, tone=tone, state=state) is goes_on
    assert steps.next == Step("2" if goes_on else "1")


def test_another_barcode_changes_nothing() -> None:
    steps = Suggestions((Step("1"),))
    assert not steps.answered("9", outcome="accepted", tone="ok", state=None)


def test_after_the_last_step_nothing_is_suggested() -> None:
    steps = Suggestions((Step("1"),))
    steps.answered("1", outcome="accepted", tone="ok", state=None)
    assert steps.next is None
