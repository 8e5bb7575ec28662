"""The long form: 500 scans, some forty faults, a seed nobody chose."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.run import Order, run


@pytest.mark.needs("mosquitto")
def test_five_hundred_scans_outlive_everything(tmp_path: Path) -> None:
    outcome = run(Order(random.randrange(1, 1_000_000), 500, tmp_path / "library", limit_s=400), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"
