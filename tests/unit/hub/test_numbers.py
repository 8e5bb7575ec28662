"""What the hub counts: the right drawer, and groups that stay few."""

from __future__ import annotations

import pytest

from hub.core.lifecycle import RULES
from hub.numbers import Times, group_of


def test_a_time_is_counted_up_to_and_with_its_bound() -> None:
    times = Times((0.001, 0.01))
    for seconds in (0.0005, 0.001, 0.0011, 5.0):
        times.add(seconds)
    assert times.counts == [2, 1, 1]
    assert times.sum_s == pytest.approx(5.0026)


@pytest.mark.parametrize(("rule", "group"), [("T1", "T"), ("command.undo", "command"), ("slip.armed.part", "slip"), ("poison", "poison")])
def test_a_rule_belongs_to_a_group(rule: str, group: str) -> None:
    assert group_of(rule) == group


def test_the_whole_table_has_few_groups() -> None:
    assert len({group_of(row.id) for row in RULES}) < 12
