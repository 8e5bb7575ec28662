"""The station's programs with the model keyboards instead of the kernel's; a mutant, where one is asked for, breaks it first."""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial
from pathlib import Path

from tests.faults.mutants import VARIABLE
from tests.support.programs import script

REPOSITORY = Path(__file__).parents[3]
STATION, READER = "station-with-models", "reader-of-models"


def write_programs(folder: Path, keyboards: Path) -> Path:
    """Write the two programs; gives the station's."""
    folder.mkdir()
    python = script("holdshelf-station").parent / "python"
    # Behind the installed packages: where the wheel is tested, the station is the wheel's.
    head = f"#!{python}\nimport sys\nsys.path.append({str(REPOSITORY)!r})\n"
    _write(
        folder / READER, f"{head}from pathlib import Path\nfrom tests.support.event_devices import main\nmain(Path({str(keyboards)!r}))\n"
    )
    _write(folder / STATION, f"{head}from tests.faults.scanners.program import main\nsys.exit(main({str(folder / READER)!r}))\n")
    return folder / STATION


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o700)


def main(reader: str) -> int:
    """Be the station."""
    from station.scanners import hid

    hid.Reader = partial(hid.Reader, (reader,))  # type: ignore[misc,assignment]
    if mutant := os.environ.get(VARIABLE):
        getattr(importlib.import_module("tests.faults.broken_station"), mutant)()
    from station.cli import main as station

    return station(sys.argv[1:])
