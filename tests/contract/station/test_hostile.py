"""The short form of ``make faults ARGS=--hostile``: the program on four lines and a keyboard, under what nobody should send."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.hostile import storm


def test_a_station_under_hostile_input_goes_on_does_not_grow_and_keeps_nothing_but_barcodes(tmp_path: Path) -> None:
    found = storm(tmp_path, random.randrange(1, 1_000_000), 700, print)
    assert found.good, found.report()
    assert found.scans > 5
    assert found.faults.total() > 100
