"""The calibration card as a browser prints it: its bars are read back."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from station.calibration.printing import write_card
from station.calibration.texts import CARD

PROGRAM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "chromium")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-pdf-header-footer")


@pytest.mark.needs("chromium", "pdftoppm", "zbarimg")
def test_a_browser_prints_the_svg_so_that_another_reader_reads_it(tmp_path: Path) -> None:
    write_card(tmp_path / "card.svg", "a4", "en")
    # A page around it without margins, as "actual size" in a browser's print dialogue.
    (tmp_path / "card.html").write_text("<style>@page{size:A4;margin:0}body{margin:0}</style><img src=card.svg>", encoding="utf-8")
    made = f"--print-to-pdf={tmp_path / 'card.pdf'}"
    command = [PROGRAM, *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", made, (tmp_path / "card.html").as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    subprocess.run(["pdftoppm", "-r", "300", "-png", "-f", "1", "-singlefile", tmp_path / "card.pdf", tmp_path / "card"], check=True)
    done = subprocess.run(["zbarimg", "-q", "--nodbus", tmp_path / "card.png"], capture_output=True, text=True, check=True)
    found = {
        line.partition(":")[2].strip("AB") if line.startswith("Codabar") else line.partition(":")[2] for line in done.stdout.splitlines()
    }
    assert found == {bar.text for bar in CARD}
