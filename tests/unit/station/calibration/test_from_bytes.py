"""A serial scanner, set up in any way, sends the card: the settings found read whatever it scans, exactly."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from station.calibration import from_bytes
from station.calibration.findings import Findings
from station.calibration.from_bytes import Chunk, Rate, findings
from station.calibration.proof import misread, section_with
from station.calibration.words import Word
from station.framers import framer_of, reading_rules
from station.framing import Frame
from station.reading import Reading, read
from station.settings import ScannerSettings
from tests.support.card import AIM, HONEYWELL, Setup, framed, sent_card, with_parity
from tests.support.keyboard import MS

SECTION = {"kind": "serial", "path": "/dev/serial/by-id/usb-x"}
RATE = Rate(9600, "8N1")
PRINTABLE = [chr(code) for code in range(33, 127)]
ENDS = ["\r", "\n", "\r\n", "\r\r", "\t\r", "", "stx", "stx lrc", "stx lrc of data", "ssi"]
AROUND = st.text(st.sampled_from([*(each for each in PRINTABLE if each != "]"), "\x02", "\x1b"]), max_size=3)
SETUPS = st.builds(Setup, prefix=AROUND, suffix=AROUND, letters=st.sampled_from([None, AIM]), guards=st.booleans())
BARCODES = st.text(st.sampled_from([*PRINTABLE, " "]), min_size=1, max_size=24).map(lambda text: f"3{text}7")


def section(found: Findings) -> ScannerSettings:
    assert found.settings is not None, [remark.said("en") for remark in found.remarks]
    return section_with(SECTION, found.settings)


def words(found: Findings) -> set[Word]:
    assert all(remark.said("en") and remark.said("de") for remark in found.remarks)
    return {remark.word for remark in found.remarks}


def read_by(scanner: ScannerSettings, data: bytes) -> Reading:
    framer = framer_of(scanner)
    (frame,) = framer.feed(data, 10_000 * MS) + framer.expire(20_000 * MS)
    assert isinstance(frame, Frame)
    reading = read(frame.data, reading_rules(scanner))
    assert isinstance(reading, Reading)
    return reading


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(ENDS), SETUPS, st.integers(1, 40), st.sampled_from([1, 5, 30]), BARCODES)
@example("", Setup(), 1, 30, "30000000000012")
def test_whatever_the_scanner_is_set_to_the_card_finds_settings_that_read_any_barcode(
    framing: str, setup: Setup, slice_bytes: int, gap_ms: int, barcode: str
) -> None:
    if framing.startswith("stx"):
        # An STX within a frame that begins with one is no frame.
        setup = Setup(setup.prefix.replace("\x02", ""), setup.suffix.replace("\x02", ""), setup.letters, setup.guards)
    card = sent_card(framing, setup, slice_bytes=slice_bytes, gap_ms=gap_ms)
    scanner = section(findings(card, RATE))
    assert misread(scanner, card) is None
    reading = read_by(scanner, framed(setup.text("code128", barcode), framing))
    assert (reading.barcode, reading.aim) == (barcode, "C0" if setup.letters else None)


@pytest.mark.parametrize(
    ("framing", "expected"),
    [
        ("\r", ("line", "none", None)),
        ("", ("idle", "none", 50)),
        ("stx", ("stx", "none", None)),
        ("stx lrc", ("stx", "stx", None)),
        ("stx lrc of data", ("stx", "data", None)),
        ("ssi", ("ssi", "none", None)),
    ],
)
def test_each_framing_is_found(framing: str, expected: tuple[str, str, int | None]) -> None:
    scanner = section(findings(sent_card(framing, Setup()), RATE))
    assert (scanner.framing, scanner.lrc, scanner.idle_ms) == expected


def test_a_plain_scanner_needs_its_rate_and_framing_and_nothing_else() -> None:
    found = findings(sent_card("\r", Setup()), Rate(115200, "8N1"))
    assert {key: value for key, value in (found.settings or {}).items() if value} == {"baud": 115200, "framing": "line"}
    assert words(found) == {Word.RATE, Word.FRAMED_LINE, Word.AIM_OFF}


def test_prefix_suffix_and_code_letters_are_found() -> None:
    scanner = section(findings(sent_card("\r\n", Setup(prefix="<", suffix=">", letters=HONEYWELL)), RATE))
    assert (scanner.prefix, scanner.suffix, scanner.aim_map) == ("<", ">", {"j": "C0", "b": "A0", "a": "F0"})


@pytest.mark.parametrize(("parity", "bits"), [("E", "7E1"), ("O", "7O1")])
def test_seven_bits_with_parity_show_in_eight(parity: str, bits: str) -> None:
    for trace in sent_card("\r", Setup()).values():
        hurt = [Chunk(chunk.t_ns, with_parity(chunk.data, parity)) for chunk in trace]
        assert from_bytes.bits_of(trace) == "8N1"
        assert from_bytes.bits_of(hurt) == bits
        assert from_bytes.without_parity(hurt) == trace


def test_eight_bits_that_are_noise_are_no_parity() -> None:
    (trace, *_) = sent_card("\r", Setup()).values()
    assert from_bytes.bits_of([Chunk(0, bytes(each ^ (0x80 if place == 3 else 0) for place, each in enumerate(trace[0].data)))]) is None
    assert from_bytes.bits_of([Chunk(0, b"\x80\xff\x00")]) is None


@given(st.binary(max_size=200))
def test_noise_is_no_bar(data: bytes) -> None:
    assert from_bytes.bars_of([Chunk(0, data)]) == []


def test_one_case_alone_is_named_and_gets_no_settings() -> None:
    card = {number: [Chunk(each.t_ns, each.data.upper()) for each in trace] for number, trace in sent_card("\r", Setup()).items()}
    found = findings(card, RATE)
    assert (found.settings, words(found)) == (None, {Word.UPPER_CASE})


def test_an_end_that_is_only_behind_some_bars_is_said() -> None:
    card = sent_card("", Setup()) | {number: trace for number, trace in sent_card("\r", Setup()).items() if number % 2}
    assert words(findings(card, RATE)) == {Word.TAILS_DIFFER}


def test_a_suffix_behind_the_line_end_makes_silence_the_end() -> None:
    card = {number: [*trace, Chunk(trace[-1].t_ns + MS, b"XY")] for number, trace in sent_card("\r", Setup()).items()}
    scanner = section(findings(card, RATE))
    assert (scanner.framing, scanner.suffix) == ("idle", "XY")
    assert misread(scanner, card) is None
