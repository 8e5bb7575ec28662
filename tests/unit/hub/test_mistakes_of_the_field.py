"""The mistakes that ``python -m tests.faults --complaints`` builds in still find what they break: the whole of it takes minutes."""

from __future__ import annotations

import pytest

from tests.faults.complaints import BREAKS, broken
from tests.unit.hub.test_complaints_of_the_field import COMPLAINTS


def test_every_complaint_has_its_mistake() -> None:
    assert sorted(BREAKS) == sorted(complaint.test.partition("::")[2] for complaint in COMPLAINTS)


@pytest.mark.parametrize("test", BREAKS)
def test_a_mistake_finds_what_it_breaks(test: str) -> None:
    patches = BREAKS[test]()
    before = [getattr(where, what) for where, what, _ in patches]
    with broken(patches):
        assert [getattr(where, what) for where, what, _ in patches] != before
