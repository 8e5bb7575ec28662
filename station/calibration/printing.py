"""The command ``card``: writes the sheet."""

from __future__ import annotations

from pathlib import Path

from station.calibration.card import Paper, page
from station.calibration.sheet import pdf, svg
from station.errors import StationError
from station.words import Language

FORMATS = {".pdf": pdf, ".svg": svg}


def write_card(path: Path, paper: Paper, language: Language) -> int:
    """Write the card to a new file; StationError says what is wrong with its name or place."""
    make = FORMATS.get(path.suffix.lower())
    if make is None:
        raise StationError(f"{path} has no ending that is known: name the card like card.pdf (or card.svg, for a browser).")
    try:
        with path.open("xb") as out:
            out.write(make(page(paper, language)))
    except OSError as error:
        raise StationError(f"{path} cannot be written ({error.strerror}): choose a new file.") from error
    print(f"{path} written: print it at 100 % (actual size), then run holdshelf-station calibrate.")
    return 0
