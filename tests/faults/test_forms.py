"""Links, disks, power and disk calls: every form of a run, with a seed nobody chose."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.forms import FORMS
from tests.faults.run import Order, run


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("name", [name for name in FORMS if name != "kills"])
def test_scans_outlive_what_fails(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    if (why := form.missing()) is not None:
        pytest.skip(f"{form.says}: {why}")
    outcome = run(Order(random.randrange(1, 1_000_000), form.scans, tmp_path / "library", limit_s=600, form=name), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"
