"""The command ``card``: writes the sheet."""

from __future__ import annotations

import subprocess
from pathlib import Path

from station.calibration.card import Page, Paper, page
from station.calibration.sheet import pdf, svg
from station.errors import StationError
from station.words import Language

PNG_DPI = 300
"""The page is laid out by these dots, and a narrow bar is three of them."""
PNG_LIMIT_S = 60


def png(page: Page) -> bytes:
    """Give the page as PNG, drawn by poppler's ``pdftoppm``: no library that draws letters is worth its place at a station."""
    command = ["pdftoppm", "-r", str(PNG_DPI), "-gray", "-png", "-singlefile", "-"]
    try:
        done = subprocess.run(command, input=pdf(page), capture_output=True, timeout=PNG_LIMIT_S, check=True)
    except FileNotFoundError as error:
        raise StationError(
            "A PNG is drawn by pdftoppm, which is not here: apt-get install poppler-utils, or name the card like card.pdf."
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise StationError(f"pdftoppm did not draw the card ({error}): name it like card.pdf.") from error
    return done.stdout


FORMATS = {".pdf": pdf, ".svg": svg, ".png": png}


def write_card(path: Path, paper: Paper, language: Language) -> int:
    """Write the card to a new file; StationError says what is wrong with its name or place."""
    make = FORMATS.get(path.suffix.lower())
    if make is None:
        raise StationError(f"{path} has no ending that is known: name the card like card.pdf (or card.svg, for a browser, or card.png).")
    card = make(page(paper, language))
    try:
        with path.open("xb") as out:
            out.write(card)
    except OSError as error:
        raise StationError(f"{path} cannot be written ({error.strerror}): choose a new file.") from error
    print(f"{path} written: print it at 100 % (actual size), then run holdshelf-station calibrate.")
    return 0
