"""What the keys of each keyboard type (decoding.md D8, D9, D13)."""

from __future__ import annotations

import string
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from station import layouts
from station.layouts import Layout, UnknownLayoutError, load, names
from station.layouts.layout import KEYS, NOTHING
from tools import make_layouts

FOLDER = Path(layouts.__file__).parent
ASKED_FOR = {"us", "gb", "de", "ch", "fr", "be", "es", "it", "pt", "br", "dk", "no", "se", "fi", "nl", "pl", "cz", "sk", "hu", "tr", "jp"}
PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "
OTHER_MODULES = {"__init__", "layout"}


def row(layout: Layout, first: int, count: int, *, shift: bool = False, altgr: bool = False, caps: bool = False) -> str:
    """Give what keys side by side type, a dead key as its bare sign."""
    signs = [layout.sign(code, shift=shift, altgr=altgr, caps=caps) for code in range(first, first + count)]
    return "".join(layout.dead[sign].bare if sign in layout.dead else sign for sign in signs)


def test_every_layout_asked_for_is_there() -> None:
    assert set(names()) >= ASKED_FOR


def test_every_name_has_a_table_and_every_table_a_name() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - OTHER_MODULES == set(names()) == set(make_layouts.LAYOUTS)


@pytest.mark.parametrize("name", names())
def test_d8_a_table_has_one_sign_for_every_key_and_level(name: str) -> None:
    layout = load(name)
    assert {len(level) for level in (*layout.levels, *layout.under_caps)} == {len(KEYS)}
    assert len(layout.levels) == len(layout.under_caps) == (4 if layout.has_altgr else 2)
    assert all(sign == NOTHING or sign.isprintable() or unicodedata.category(sign) in ("Zs", "Cf") for sign in "".join(layout.levels))


@pytest.mark.parametrize("name", names())
def test_d8_every_keyboard_types_all_that_a_barcode_holds(name: str) -> None:
    layout = load(name)
    typed = set("".join(layout.levels))
    bare = {dead.bare for sign, dead in layout.dead.items() if sign in typed}
    assert set(PRINTABLE) - typed - bare == set()


@pytest.mark.parametrize(
    ("name", "first", "plain", "shifted"),
    [
        ("us", 2, "1234567890-=", "!@#$%^&*()_+"),
        ("us", 16, "qwertyuiop[]", "QWERTYUIOP{}"),
        ("gb", 2, "1234567890-=", '!"£$%^&*()_+'),
        ("de", 2, "1234567890ß´", '!"§$%&/()=?`'),
        ("de", 16, "qwertzuiopü+", "QWERTZUIOPÜ*"),
        ("de", 44, "yxcvbnm,.-", "YXCVBNM;:_"),
        ("ch", 16, "qwertzuiopü¨", "QWERTZUIOPè!"),
        ("fr", 2, "&é\"'(-è_çà)=", "1234567890°+"),
        ("fr", 16, "azertyuiop^$", "AZERTYUIOP¨£"),
        ("be", 2, "&é\"'(§è!çà)-", "1234567890°_"),
        ("es", 2, "1234567890'¡", '!"·$%&/()=?¿'),
        ("it", 2, "1234567890'ì", '!"£$%&/()=?^'),
        ("pt", 2, "1234567890'«", '!"#$%&/()=?»'),
        ("br", 30, "asdfghjklç~'", 'ASDFGHJKLÇ^"'),
        ("dk", 30, "asdfghjklæø½", "ASDFGHJKLÆØ§"),
        ("no", 30, "asdfghjkløæ|", "ASDFGHJKLØÆ§"),
        ("se", 30, "asdfghjklöä§", "ASDFGHJKLÖÄ½"),
        ("cz", 2, "+ěščřžýáíé=´", "1234567890%ˇ"),
        ("hu", 2, "123456789öüó", "'\"+!%/=()ÖÜÓ"),
        ("tr", 16, "qwertyuıopğü", "QWERTYUIOPĞÜ"),
        ("jp", 2, "1234567890-^", "!\"#$%&'()~=~"),
    ],
)
def test_d8_the_keys_type_what_is_printed_on_them(name: str, first: int, plain: str, shifted: str) -> None:
    layout = load(name)
    assert row(layout, first, len(plain)) == plain
    assert row(layout, first, len(shifted), shift=True) == shifted


def test_d8_altgr_is_a_level_only_where_the_layout_has_one() -> None:
    assert row(load("de"), 8, 5, altgr=True) == "{[]}\\"
    assert not load("us").has_altgr
    assert row(load("us"), 8, 5, altgr=True) == "7890-"


def test_d8_japan_and_brazil_have_keys_of_their_own() -> None:
    assert [load("jp").sign(code, shift=shift) for code in (89, 124) for shift in (False, True)] == ["\\", "_", "\\", "|"]
    assert [load("br").sign(89, shift=shift) for shift in (False, True)] == ["/", "?"]


def test_d10_a_key_without_a_sign_is_no_text() -> None:
    assert [load("us").sign(code) for code in (14, 15, 28, 58, 69, 70, 113, 240, 100_000)] == [""] * 9


def test_d9_caps_lock_by_letters_leaves_digits_and_what_has_no_other_case() -> None:
    us = load("us")
    assert row(us, 2, 12, caps=True) == "1234567890-="
    assert row(us, 16, 12, caps=True) == "QWERTYUIOP[]"
    assert row(us, 16, 12, shift=True, caps=True) == "qwertyuiop{}"


@pytest.mark.parametrize("name", ["be", "fr", "de", "at"])
def test_d9_a_shift_lock_swaps_the_digits_too(name: str) -> None:
    layout = load(name)
    assert row(layout, 2, 10, caps=True) == row(layout, 2, 10, shift=True)
    assert row(layout, 2, 10, caps=True, shift=True) == row(layout, 2, 10)


def test_d9_caps_lock_knows_the_letters_of_each_country() -> None:
    assert load("cz").sign(3, caps=True) == "Ě"
    assert [load("tr").sign(code, caps=True) for code in (23, 40)] == ["I", "İ"]


@pytest.mark.parametrize("name", names())
def test_d13_a_dead_key_makes_one_letter_of_two(name: str) -> None:
    layout = load(name)
    for sign, dead in layout.dead.items():
        assert len(dead.bare) == 1
        assert dead.composed
        assert [both for letter, both in dead.composed.items() if unicodedata.normalize("NFC", letter + sign) != both] == []


def test_d13_what_is_dead_on_windows_is_dead() -> None:
    assert load("fr").sign(3, altgr=True) in load("fr").dead
    assert load("pl").sign(41, shift=True) in load("pl").dead
    assert load("tr").sign(4, shift=True) in load("tr").dead


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("German", "de"), ("uk", "gb"), ("DE", "de"), ("us-intl", "us_intl"), ("switzerland", "ch"), ("fra", "fr"), ("czech", "cz")],
)
def test_an_unknown_name_names_its_neighbours(wrong: str, near: str) -> None:
    with pytest.raises(UnknownLayoutError) as error:
        load(wrong)
    assert near in str(error.value).partition("did you mean ")[2].split(", ")


@pytest.mark.parametrize("wrong", ["", "qqqq"])
def test_a_name_that_is_like_none_gets_the_whole_list(wrong: str) -> None:
    with pytest.raises(UnknownLayoutError, match="there are at, be, br, "):
        load(wrong)


@pytest.mark.parametrize("wrong", ["layout", "__init__", "de.x", "../us", "string"])
def test_no_name_reaches_another_module(wrong: str) -> None:
    with pytest.raises(UnknownLayoutError):
        load(wrong)


def test_only_the_chosen_table_is_in_memory() -> None:
    code = "import sys; from station import layouts; layouts.load('de'); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[1], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("station.layouts.") for name in done.stdout.split() if name.startswith("station.layouts.")}
    assert loaded == {"de", "layout"}


@pytest.mark.needs("xkbcli")
@pytest.mark.parametrize("name", names())
def test_a_table_is_what_xkeyboard_config_says(name: str) -> None:
    here, kept = make_layouts.version(), (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    if f"xkeyboard-config {here}." not in kept.partition("\n")[0]:
        pytest.skip(f"the tables are from another xkeyboard-config than {here}, which is here")
    assert make_layouts.module(name) == kept
