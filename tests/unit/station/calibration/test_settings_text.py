"""One section of a settings file changed, everything else as it was."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.calibration.settings_text import CannotChange, added, changed, lines, toml

FILE = """\
# Main desk
station = "main-1"   # never change
site = "main"

[mqtt]
password = "s # ecret"

[[scanner]]            # the gun
kind = "hid"
match = "usb-Symbol_*"    # by-id
layout = 'us'             # as delivered
prefix = "#"
# a note of ours

[[scanner]]
kind = "serial"
path = "/dev/ttyS0"

[sounds]
volume = 80
"""


def test_keys_are_set_in_place_added_behind_the_last_and_taken_out() -> None:
    found = changed(FILE, 0, {"layout": "de", "prefix": None, "idle_ms": 400, "aim": None})
    assert found == FILE.replace("layout = 'us'  ", 'layout = "de"  ').replace('prefix = "#"\n', "idle_ms = 400\n")


def test_the_second_scanner_is_changed_and_the_first_is_not() -> None:
    assert changed(FILE, 1, {"baud": 115200}) == FILE.replace('path = "/dev/ttyS0"\n', 'path = "/dev/ttyS0"\nbaud = 115200\n')


def test_what_is_so_already_changes_nothing() -> None:
    assert changed(FILE, 0, {"layout": "us", "prefix": "#", "suffix": None}) == FILE


def test_a_scanner_is_added_at_the_end() -> None:
    assert added(FILE, {"kind": "serial", "path": "/dev/x", "lrc": None}) == FILE + '\n[[scanner]]\nkind = "serial"\npath = "/dev/x"\n'
    assert added("", {"kind": "typed"}) == '[[scanner]]\nkind = "typed"\n'
    assert added("a = 1", {"kind": "typed"}) == 'a = 1\n\n[[scanner]]\nkind = "typed"\n'


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_section_at_the_end_of_a_file_without_line_end_is_changed(end: str) -> None:
    assert changed(f'[[scanner]]\nkind = "hid"{end}', 0, {"layout": "de"}) == '[[scanner]]\nkind = "hid"\nlayout = "de"\n'


def test_line_ends_of_windows_stay() -> None:
    assert changed('[[scanner]]\r\nlayout = "us" # a\r\nkind = "hid"\r\n', 0, {"layout": "de"}).startswith(
        '[[scanner]]\r\nlayout = "de" # a\r\nkind = "hid"\r\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        'scanner = [{ kind = "hid", layout = "us" }]\n',
        '[[scanner]]\nkind = "hid"\naim_map = { j = "C0" }\n[scanner.more]\nlayout = "us"\n',
        '[[scanner]]\nkind = "hid"\n"layout" = "us"\n',
        '[[scanner]]\nkind = "hid"\nlayout = """\nus"""\n',
        'note = """\n[[scanner]]\nlayout = "us"\n"""\n[[scanner]]\nlayout = "us"\n',
        '[[scanner]]\nlayout = "us"\nnote = """\nlayout = 5\n"""\n',
    ],
)
def test_a_file_that_is_written_otherwise_is_left_alone_or_changed_rightly(text: str) -> None:
    try:
        found = changed(text, 0, {"layout": "de"})
    except CannotChange:
        return
    assert tomllib.loads(found)["scanner"][0]["layout"] == "de"
    assert "scanner.more" in text
    assert found == text.replace('aim_map = { j = "C0" }\n', 'aim_map = { j = "C0" }\nlayout = "de"\n')


VALUES = st.one_of(
    st.booleans(),
    st.integers(0, 10**6),
    st.text(max_size=8),
    st.dictionaries(st.text(min_size=1, max_size=2), st.text(max_size=3), min_size=1),
)


@given(st.dictionaries(st.sampled_from(["layout", "prefix", "suffix", "aim_map", "idle_ms"]), VALUES, min_size=1))
def test_whatever_the_values_are_they_are_read_back(values: dict[str, str | int | bool | dict[str, str]]) -> None:
    assert tomllib.loads(lines(values)) == {"scanner": [values]}
    assert tomllib.loads(changed(FILE, 0, values))["scanner"][0] == tomllib.loads(FILE)["scanner"][0] | values


def test_what_cannot_be_seen_is_escaped() -> None:
    assert toml('\x02"\\\x7fü') == '"\\u0002\\"\\\\\\u007fü"'
