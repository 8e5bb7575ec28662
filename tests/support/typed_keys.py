"""Keys as a scanner types them, and what the decoder makes of them: the hand of the tests of D4-D18."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from station.framing import Broken, Frame
from station.keymap import KeyDecoder, KeyEvent, KeyRules
from station.layouts import load
from tests.support.keyboard import (
    ALT,
    ENTER,
    KEYPAD,
    MS,
    ModelScanner,
    Report,
    Style,
    events,
)

BARCODE = "30000000000017"
A, B, C, E, J, M, Q = 30, 48, 46, 18, 36, 50, 16
ACUTE, CIRCUMFLEX = 13, 41
BRACKET = 27
BACKSPACE, ESCAPE, META, F1, VOLUME_UP = 14, 1, 125, 59, 115

Seen = list[str]


def styles(*ends: tuple[int, ...]) -> st.SearchStrategy[Style]:
    """Draw how a scanner types, with one of these ends."""
    return st.builds(
        Style,
        shift=st.sampled_from(["each", "held"]),
        one_report=st.booleans(),
        roll_over=st.booleans(),
        altgr=st.sampled_from(["right", "ctrl+alt"]),
        caps=st.booleans(),
        alt_codes=st.sampled_from(["needed", "needed", "always"]),
        alt_digits=st.sampled_from(["keypad", "row"]),
        alt_burst=st.booleans(),
        code_page=st.sampled_from(["cp1252", "cp437"]),
        keypad=st.booleans(),
        end=st.sampled_from(ends),
    )


def seen(found: Iterable[Frame | Broken]) -> Seen:
    """Give the text of each frame and the kind of each fault."""
    return [each.data.decode() if isinstance(each, Frame) else each.kind.upper() for each in found]


def decoder(layout: str = "us", rules: KeyRules | None = None) -> KeyDecoder:
    return KeyDecoder(load(layout), rules or KeyRules())


def down(*codes: int) -> Report:
    return tuple((code, 1) for code in codes)


def up(*codes: int) -> Report:
    return tuple((code, 0) for code in codes)


def tap(*codes: int) -> list[Report]:
    return [report for code in codes for report in (down(code), up(code))]


def holding(code: int, *reports: Report) -> list[Report]:
    return [down(code), *reports, up(code)]


def alt(number: str, keys: dict[str, int] = KEYPAD) -> list[Report]:
    return holding(ALT, *tap(*(keys[digit] for digit in number)))


def typed(*reports: Report, layout: str = "us", rules: KeyRules | None = None, end: bool = True) -> Seen:
    """Give what these reports and Enter make."""
    return seen(decoder(layout, rules).feed(events([*reports, *(tap(ENTER) if end else [])])))


def scan(text: str, start_ns: int = 0, gap_ns: int = 2 * MS, layout: str = "us", style: Style | None = None) -> list[KeyEvent]:
    return events(ModelScanner(load(layout), style).types(text), start_ns, gap_ns)
