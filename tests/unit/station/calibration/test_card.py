"""The card: every character is on it, everything is on the page, and its bars are read back from the printed page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from station.calibration.card import NARROW, PAPERS, Box, Page, Paper, Text, page
from station.calibration.printing import PNG_DPI, write_card
from station.calibration.sheet import pdf
from station.calibration.symbols import QUIET, WIDE, elements, width
from station.calibration.texts import CARD, bars_in
from station.calibration.words import ENGLISH, GERMAN, Word
from station.errors import StationError
from station.words import Language

DPI = 300
"""What a plain office printer prints with."""
ZBAR = {"code128": "CODE-128", "code39": "CODE-39", "codabar": "Codabar"}
PAGES: list[tuple[Paper, Language]] = [(paper, language) for paper in ("a4", "letter") for language in ("en", "de")]


def bars_on(picture: Path) -> set[str]:
    """Give what another reader finds in a picture."""
    done = subprocess.run(["zbarimg", "-q", "--nodbus", picture], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


EXPECTED = {f"{ZBAR[bar.symbology]}:{f'A{bar.text}B' if bar.symbology == 'codabar' else bar.text}" for bar in CARD}


@pytest.mark.needs("pdftoppm", "zbarimg")
@pytest.mark.parametrize(("paper", "language"), PAGES)
def test_every_bar_of_the_printed_page_is_read_by_another_reader(tmp_path: Path, paper: Paper, language: Language) -> None:
    assert write_card(tmp_path / "card.pdf", paper, language) == 0
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", "-singlefile", tmp_path / "card.pdf", tmp_path / "card"], check=True)
    assert bars_on(tmp_path / "card.png") == EXPECTED


@pytest.mark.needs("pdftoppm", "zbarimg")
def test_the_card_as_a_png_is_read_by_another_reader_too(tmp_path: Path) -> None:
    assert write_card(tmp_path / "card.png", "a4", "en") == 0
    picture = (tmp_path / "card.png").read_bytes()
    assert bars_on(tmp_path / "card.png") == EXPECTED
    # Dots a metre: it prints at its true size.
    unit = picture.index(b"pHYs") + 4
    assert int.from_bytes(picture[unit : unit + 4], "big") == round(PNG_DPI / 0.0254)


def test_without_the_program_that_draws_it_a_png_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StationError, match=r"apt-get install poppler-utils, or name the card like card.pdf"):
        write_card(tmp_path / "card.png", "a4", "en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize(("paper", "language"), PAGES)
def test_every_word_is_within_the_margins_and_none_on_another(tmp_path: Path, paper: Paper, language: Language) -> None:
    (tmp_path / "card.pdf").write_bytes(pdf(page(paper, language)))
    done = subprocess.run(["pdftotext", "-bbox", tmp_path / "card.pdf", "-"], capture_output=True, text=True, check=True)
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<', done.stdout)
    boxes = [tuple(map(float, each[:4])) for each in found]
    assert len(boxes) > 60
    right, bottom = (side - 30 for side in PAPERS[paper])
    assert [each for each in boxes if each[0] < 30 or each[1] < 30 or each[2] > right or each[3] > bottom] == []
    # Shrunk a little: fonts claim more room above and below than letters take.
    inner = [(x, y + 3, far_x, far_y - 3) for x, y, far_x, far_y in boxes]
    assert [(a, b) for a in inner for b in inner if a < b and a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]] == []


@pytest.mark.parametrize(("paper", "language"), PAGES)
def test_bars_stand_on_dots_have_white_around_them_and_are_on_the_page(paper: Paper, language: Language) -> None:
    sheet = page(paper, language)
    boxes = [each for each in sheet.shapes if isinstance(each, Box)]
    assert {round(each.x / NARROW * 100) % 100 for each in boxes} == {0}
    for bar, row in zip(CARD, rows(sheet), strict=True):
        left, right = min(each.x for each in row), max(each.x + each.width for each in row)
        assert right - left == pytest.approx((width(bar) - 2 * QUIET) * NARROW, abs=0.1)
        near = [text for text in texts(sheet) if row[0].y - 10 < text.y < row[0].y + row[0].height]
        assert [text.text for text in near if left - QUIET * NARROW < text.x < right + QUIET * NARROW] == []
        assert [text.text for text in near if text.x < left and text.x + 20 > left - QUIET * NARROW] == []


def rows(sheet: Page) -> list[list[Box]]:
    boxes = [each for each in sheet.shapes if isinstance(each, Box)]
    return [[each for each in boxes if each.y == y] for y in sorted({each.y for each in boxes})]


def texts(sheet: Page) -> list[Text]:
    return [each for each in sheet.shapes if isinstance(each, Text)]


def test_a_symbol_begins_and_ends_with_a_bar() -> None:
    for each in CARD:
        widths = elements(each)
        assert widths[0] >= 1
        assert len(widths) % 2 == 1
        assert set(widths) <= ({1, 2, 3, 4} if each.symbology == "code128" else {1, WIDE})


def test_the_card_has_every_printable_ascii_character_and_knows_its_bars() -> None:
    assert set("".join(bar.text for bar in CARD if bar.needed)) == {chr(code) for code in range(32, 127)}
    for bar in CARD:
        assert [seen.bar for seen in bars_in(f"<{bar.text}>")] == [bar]


def test_a_card_is_never_written_over_and_its_ending_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "card.pdf").touch()
    with pytest.raises(StationError, match=r"card.pdf cannot be written .*: choose a new file"):
        write_card(tmp_path / "card.pdf", "a4", "en")
    with pytest.raises(StationError, match=r"card.jpg has no ending that is known: name the card like card.pdf"):
        write_card(tmp_path / "card.jpg", "a4", "en")


def test_every_language_has_every_sentence_with_the_same_places() -> None:
    assert set(ENGLISH) == set(GERMAN) == set(Word)
    places = {word: [set(re.findall(r"{(\w+)}", words[word])) for words in (ENGLISH, GERMAN)] for word in Word}
    assert {word: both for word, both in places.items() if both[0] != both[1]} == {}


def test_every_sentence_is_used() -> None:
    folder = Path(__file__).parents[4] / "station" / "calibration"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "words.py")
    assert {word.name for word in Word if not re.search(rf"Word\.{word.name}\b", code) and not word.name.startswith("BAR_")} == set()
