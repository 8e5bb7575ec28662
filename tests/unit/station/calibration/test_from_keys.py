"""A scanner of any layout, set up in any way, types the card: the settings found read whatever it scans, exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from station.calibration import from_keys
from station.calibration.findings import Findings
from station.calibration.from_keys import findings
from station.calibration.proof import misread, section_with
from station.calibration.texts import CARD, bars_in
from station.calibration.words import Word
from station.framers import reading_rules
from station.framing import Frame
from station.keymap import EV_SYN, SYN_DROPPED, KeyDecoder, KeyEvent
from station.layouts import CapsKind, load, names
from station.reading import Reading, read
from station.scanners.hid import section_of
from station.settings import ScannerSettings
from tests.support.card import AIM, HONEYWELL, Setup, typed_card, typed_text
from tests.support.keyboard import ALT, CAPS, ENTER, KEYPAD_ENTER, MS, TAB, Style, taps
from tests.support.typed_keys import styles

SECTION = {"kind": "hid", "match": "1-2"}
PRINTABLE = [chr(code) for code in range(33, 127)]

STYLES = styles((ENTER,), (KEYPAD_ENTER,), (ENTER, ENTER), (TAB,), (TAB, ENTER), ())
# No bracket: with an identifier before it, it is an identifier.
AROUND = st.text(st.sampled_from([each for each in PRINTABLE if each != "]"]), max_size=3)
SETUPS = st.builds(Setup, prefix=AROUND, suffix=AROUND, letters=st.sampled_from([None, AIM]), guards=st.booleans())
BARCODES = st.one_of(
    st.text(st.sampled_from("0123456789"), min_size=1, max_size=14),
    st.text(st.sampled_from([*PRINTABLE, " "]), min_size=1, max_size=24).map(lambda text: f"3{text}7"),
)


def section(found: Findings) -> ScannerSettings:
    assert found.settings is not None, [remark.said("en") for remark in found.remarks]
    return section_with(SECTION, found.settings)


def read_by(scanner: ScannerSettings, events: list[KeyEvent]) -> list[Reading]:
    keys = KeyDecoder(load(scanner.layout), section_of(scanner).rules)
    found = keys.feed(events) + keys.idle(events[-1].t_ns + 20_000 * MS)
    readings = [read(each.data, reading_rules(scanner)) if isinstance(each, Frame) else each for each in found]
    assert all(isinstance(each, Reading) for each in readings), readings
    return [each for each in readings if isinstance(each, Reading)]


def words(found: Findings) -> set[Word]:
    assert all(remark.said("en") and remark.said("de") for remark in found.remarks)
    return {remark.word for remark in found.remarks}


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(names()), STYLES, st.sampled_from([None, "letters", "shift"]), SETUPS, st.sampled_from([1, 2, 20, 100, 350]), BARCODES
)
@example("fr", Style(caps=True), "letters", Setup(prefix="X1"), 2, "30000000000012")
@example("us", Style(), None, Setup(prefix="A", suffix="B", guards=True), 2, "30000000000012")
def test_whatever_the_scanner_is_set_to_the_card_finds_settings_that_read_any_barcode(
    layout: str, style: Style, caps: CapsKind | None, setup: Setup, gap_ms: int, barcode: str
) -> None:
    keyboard = replace(load(layout), caps_kind=caps) if caps else load(layout)
    card = typed_card(keyboard, style, setup, gap_ms=gap_ms)
    scanner = section(findings(card))
    assert misread(scanner, card) is None
    (reading,) = read_by(scanner, typed_text(keyboard, style, setup.text("code128", barcode), gap_ms=gap_ms))
    assert (reading.barcode, reading.aim) == (barcode, "C0" if setup.letters else None)
    assert scanner.idle_ms is None or scanner.idle_ms >= 2 * gap_ms


@pytest.mark.parametrize("typed_by", names())
def test_the_card_tells_a_layout_from_every_other_that_types_any_ascii_character_elsewhere(typed_by: str) -> None:
    """For every other layout: either it does not read the card, or it reads each character, before each letter, as it was typed."""
    style = Style(end=())
    card = typed_card(load(typed_by), style, Setup())
    every = "".join(sign + letter for sign in map(chr, range(32, 127)) for letter in "aceE7 ")
    typed = typed_text(load(typed_by), style, every)
    for other in names():
        way = from_keys.Way(other)
        fits = all(bars_in(from_keys.typed(trace, way)) for trace in card.values())
        alike = from_keys.typed(typed, way) == every
        assert fits == alike, other


def test_these_layouts_are_alike_and_the_card_says_so() -> None:
    alike = {
        name: {remark.fields["other"] for remark in found.remarks if remark.word in (Word.ALIKE, Word.SAME)}
        for name, found in FOUND.items()
    }
    assert {name: others for name, others in alike.items() if others} == {
        "at": {"at"},
        "de": {"at"},
        "ch": {"ch_fr"},
        "ch_fr": {"ch_fr"},
        "fi": {"fi"},
        "se": {"fi"},
        "gb": {"ie"},
        "ie": {"ie"},
        "ro": {"ro"},
    }
    assert {name: section(found).layout for name, found in FOUND.items() if section(found).layout != name} == {
        "at": "de",
        "ch_fr": "ch",
        "fi": "se",
        "ie": "gb",
        "ro": "us",
    }


FOUND = {name: findings(typed_card(load(name), Style(), Setup())) for name in names()}


def test_among_layouts_that_are_alike_the_one_that_is_set_stays() -> None:
    assert section(findings(typed_card(load("at"), Style(), Setup()), now="at")).layout == "at"
    assert section(findings(typed_card(load("fr"), Style(), Setup()), now="at")).layout == "fr"


def test_a_plain_scanner_needs_a_layout_and_nothing_else() -> None:
    assert {key: value for key, value in (FOUND["us"].settings or {}).items() if value} == {"layout": "us", "terminator": "enter"}
    assert words(FOUND["us"]) == {Word.LAYOUT, Word.END, Word.PAUSE, Word.AIM_OFF}


def test_nothing_at_the_end_a_slow_scanner_alt_codes_and_caps_lock_are_said() -> None:
    style = Style(end=(), alt_codes="always", caps=True)
    found = findings(typed_card(load("us"), style, Setup(), gap_ms=130))
    assert {Word.NO_END_OF_KEYS, Word.SLOW, Word.ALT_CODES, Word.CAPS_PRESSED, Word.ANY_LAYOUT} <= words(found)
    assert (section(found).terminator, section(found).idle_ms) == ("none", 400)


def test_bars_that_were_skipped_are_said_and_the_rest_is_found() -> None:
    found = findings(typed_card(load("us"), Style(), Setup(prefix="#"), bars=CARD[:5]))
    assert {Word.NOT_READ, Word.PREFIX_OR_LETTER} <= words(found)
    assert section(found).prefix == "#"


def test_a_makers_code_letters_are_no_prefix() -> None:
    found = findings(typed_card(load("us"), Style(), Setup(prefix="XY", letters=HONEYWELL)))
    assert section(found).aim_map == {"j": "C0", "b": "A0", "a": "F0"}
    assert section(found).prefix == "XY"
    assert Word.CODE_LETTERS in words(found)


def test_full_ascii_and_clsi_editing_are_said() -> None:
    card = typed_card(load("us"), Style(), Setup())
    card |= {6: typed_text(load("us"), Style(), "HS-39c!7"), 7: typed_text(load("us"), Style(), "3 9999 00000 0017")}
    found = findings(card)
    assert {Word.FULL_ASCII, Word.CLSI} <= words(found)
    assert misread(section(found), card) is None


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("kind", ["letters", "shift"])
def test_a_scanner_that_takes_caps_lock_for_on_is_named_and_gets_no_settings(name: str, kind: CapsKind) -> None:
    """It types what gives the text on a keyboard with Caps Lock on, and does not press it."""
    style = Style(caps=True)
    pressed = typed_card(replace(load(name), caps_kind=kind), style, Setup())
    card = {number: [event for event in trace if event.code != CAPS] for number, trace in pressed.items()}
    found = findings(card)
    assert found.settings is None
    assert words(found) == {Word.CAPS_LOCK_ASSUMED}


@pytest.mark.parametrize(("change", "word"), [(str.upper, Word.UPPER_CASE), (str.lower, Word.LOWER_CASE)])
def test_one_case_alone_is_named_and_gets_no_settings(change: type[str], word: Word) -> None:
    card = {bar.number: typed_text(load("de"), Style(), change(bar.text)) for bar in CARD}
    found = findings(card)
    assert (found.settings, words(found)) == (None, {word})


def test_an_unknown_layout_is_said() -> None:
    card = {bar.number: typed_text(load("us" if bar.number % 2 else "fr"), Style(), bar.text) for bar in CARD}
    assert words(findings(card)) == {Word.NO_LAYOUT}


@pytest.mark.parametrize(
    ("setup", "word"),
    [
        (Setup(prefix="XY", letters=AIM, letters_first=True), Word.AIM_FIRST),
        (Setup(prefix="XYZ", letters=HONEYWELL, letters_first=True), Word.KINDS_DIFFER),
        (Setup(letters=AIM | {"codabar": ""}), Word.KINDS_DIFFER),
    ],
)
def test_what_no_settings_can_take_off_is_said(setup: Setup, word: Word) -> None:
    found = findings(typed_card(load("us"), Style(), setup))
    assert (found.settings, words(found)) == (None, {word})


def test_a_prefix_or_suffix_that_changes_is_said() -> None:
    for place, word in (("before", Word.LEADS_DIFFER), ("behind", Word.TAILS_DIFFER)):
        texts = {bar.number: f"{bar.number}{bar.text}" if place == "before" else f"{bar.text}{bar.number}" for bar in CARD}
        found = findings({number: typed_text(load("us"), Style(), text) for number, text in texts.items()})
        assert (found.settings, words(found)) == (None, {word})


def test_keys_that_this_computer_lost_are_noticed() -> None:
    trace = typed_text(load("us"), Style(), CARD[0].text)
    assert not from_keys.lost(trace)
    assert from_keys.lost([*trace[:5], KeyEvent(0, EV_SYN, SYN_DROPPED, 0), *trace[20:]])


@given(st.lists(st.sampled_from([*range(1, 90), 100, 124, ALT]), max_size=60))
def test_whatever_is_typed_beside_the_card_is_no_bar_of_it(codes: list[int]) -> None:
    assume(codes)
    assert from_keys.bars_of(taps(*codes)) == []
