"""Every form of a run but the kills, on SQLite, and the kills on PostgreSQL as well, with a seed nobody chose."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.forms import FORMS, POSTGRESQL
from tests.faults.run import Order, run
from tests.support.postgres import find_programs


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.usual and name != "kills"])
def test_scans_outlive_what_fails(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    if (why := form.missing()) is not None:
        pytest.skip(f"{form.says}: {why}")
    outcome = run(Order(random.randrange(1, 1_000_000), form.scans, tmp_path / "library", limit_s=600, form=name), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"


@pytest.mark.needs("mosquitto")
def test_scans_outlive_kills_of_the_database_server_too(tmp_path: Path) -> None:
    if find_programs() is None:
        pytest.skip("needs postgres: apt-get install postgresql (its own cluster need not run)")
    outcome = run(Order(random.randrange(1, 1_000_000), 200, tmp_path / "library", limit_s=400, store=POSTGRESQL), print)
    assert not outcome.findings, f"{outcome.report()}\n{outcome.logs}"
