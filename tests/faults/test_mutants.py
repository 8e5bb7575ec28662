"""Every program that is broken on purpose is caught, by what it breaks: else the runs prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS
from tests.faults.run import is_caught


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_program_is_caught(name: str, tmp_path: Path) -> None:
    assert is_caught(name, 1, tmp_path, print), f"{MUTANTS[name].says}, and nobody noticed"
