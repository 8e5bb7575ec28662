"""What comes out of a receipt printer for a slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.slips import CODEPAGES, Codepage, Paper, encoded, escpos, plain
from tests.support.paper import Line, printed

QUOTED = "„Zitat“ \N{EN DASH} Œuvre…"
LINES = ("Hold shelf A12", "until 4 December", "The Overstory")

# Recorded from python-escpos 3.1 (profile TM-T88V): it would bring nine more packages into the tests.
THEIRS_INIT = b"\x1b@"
THEIRS_LARGE = b"\x1b!0\x1bE\x01"
THEIRS_NORMAL = b"\x1b!\x00\x1bE\x00"
THEIRS_CUT = b"\x1bd\x06\x1dV\x01"
THEIRS_GREETINGS: dict[Codepage, bytes] = {
    "cp437": b"\x1bt\x00Gr\x81\xe1e\n",
    "cp850": b"\x1bt\x02Gr\x81\xe1e\n",
    "cp852": b"\x1bt\x12Gr\x81\xe1e\n",
    "cp858": b"\x1bt\x13Gr\x81\xe1e\n",
    "cp1252": b"\x1bt\x10Gr\xfc\xdfe\n",
}
THEIRS_CODE128 = b"\x1dh@\x1dw\x02\x1df\x00\x1dH\x02\x1dkI\x0e{BILL-000123-7"
THEIRS_CODE39 = b"\x1dh@\x1dw\x02\x1df\x00\x1dH\x02\x1dkE\x0cILL-000123-7"


def test_a_slip_is_a_large_line_then_the_others_then_the_barcode_then_a_cut() -> None:
    (paper,) = printed(escpos(LINES, "30000000000012", Paper()))
    assert paper.lines == [Line("Hold shelf A12", large=True, bold=True), Line("until 4 December"), Line("The Overstory")]
    (barcode,) = paper.barcodes
    assert (barcode.kind, barcode.text, barcode.text_below, barcode.bar_dots) == ("code128", "30000000000012", True, 3)


@pytest.mark.parametrize("codepage", CODEPAGES)
def test_a_codepage_is_chosen_and_written_as_python_escpos_does(codepage: Codepage) -> None:
    choice, text = THEIRS_GREETINGS[codepage][:3], THEIRS_GREETINGS[codepage][3:]
    assert escpos(("Grüße",), None, Paper(codepage=codepage)) == (THEIRS_INIT + choice + THEIRS_LARGE + text + THEIRS_NORMAL + THEIRS_CUT)


def test_barcodes_are_asked_for_as_python_escpos_does() -> None:
    assert THEIRS_CODE39 in escpos(LINES, "ILL-000123-7", Paper(bars="code39", width=46))
    # It leaves the change of set to whoever calls it.
    start, _, text = THEIRS_CODE128.partition(b"kI\x0e")
    assert start in escpos(LINES, "ILL-000123-7", Paper(width=32))
    assert b"kI\x0f{BILL-{C\x00\x01\x17{B-7" in escpos(LINES, "ILL-000123-7", Paper(width=32))
    assert text == b"{BILL-000123-7"


@given(st.lists(st.text(max_size=120), max_size=5), st.sampled_from(list(CODEPAGES)), st.integers(16, 80))
def test_no_line_is_wider_than_the_paper_and_no_text_commands_the_printer(lines: list[str], codepage: Codepage, width: int) -> None:
    (paper,) = printed(escpos(lines, None, Paper(width=width, codepage=codepage)))
    assert all(line.columns <= width for line in paper.lines)


def test_a_title_cannot_cut_the_paper() -> None:
    (paper,) = printed(escpos(("Shelf", "a\x1dV\x00b\x1b@c\nd"), None, Paper()))
    assert paper.texts == ["Shelf", "a V b @c d"]


def test_long_lines_are_wrapped_between_words() -> None:
    (paper,) = printed(escpos(("Return to Technical University Library", "a " * 30), None, Paper(width=32)))
    assert paper.texts == ["Return to", "Technical", "University", "Library", ("a " * 16).strip(), ("a " * 14).strip()]


@pytest.mark.parametrize(
    ("codepage", "text", "paper"),
    [
        ("cp858", "Größe, señor, Ångström: 5 €", "Größe, señor, Ångström: 5 €"),
        ("cp850", "5 €", "5 EUR"),
        ("cp858", "Łódź, Dvořák, Erdős", "Lódz, Dvorák, Erdos"),
        ("cp852", "Łódź, Dvořák, Erdős", "Łódź, Dvořák, Erdős"),
        ("cp1252", QUOTED, QUOTED),
        ("cp858", QUOTED, '"Zitat" - OEuvre...'),
        ("cp437", "Gödel\N{RIGHT SINGLE QUOTATION MARK}s “proof” — ﬁne", 'Gödel\'s "proof" - fine'),
        ("cp858", "cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("cp858", "Война и мир", "????? ? ???"),
    ],
)
def test_what_the_printer_has_not_is_written_with_what_it_has(codepage: Codepage, text: str, paper: str) -> None:
    assert encoded(text, codepage).decode(codepage) == paper


@pytest.mark.parametrize(("width", "dots"), [(48, 3), (42, 3), (32, 2)])
def test_the_bars_are_as_wide_as_the_paper_lets_them(width: int, dots: int) -> None:
    (paper,) = printed(escpos(LINES, "AB-123456", Paper(width=width)))
    assert paper.barcodes[0].bar_dots == dots


@pytest.mark.parametrize("barcode", ["ÄB 1", "x" * 60])
def test_a_barcode_that_cannot_be_bars_is_printed_as_text(barcode: str) -> None:
    (paper,) = printed(escpos(("Shelf",), barcode, Paper()))
    assert paper.barcodes == []
    assert "".join(paper.texts) == "Shelf" + barcode


def test_without_bars_the_barcode_is_text() -> None:
    (paper,) = printed(escpos(("Shelf",), "A1", Paper(bars="none")))
    assert (paper.texts, paper.barcodes) == (["Shelf", "A1"], [])


def test_for_a_print_queue_a_slip_is_plain_text() -> None:
    assert plain(("Hold shelf Ä1", "x" * 20), "A1", Paper(width=16)).decode() == "Hold shelf Ä1\n" + "x" * 16 + "\nxxxx\nA1\n"


def test_a_slip_without_lines_is_still_paper() -> None:
    (paper,) = printed(escpos((), None, Paper()))
    assert paper.texts == [""]
