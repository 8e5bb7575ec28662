"""Write the keyboards of station/layouts from xkeyboard-config: ``python -m tools.make_layouts``.

It asks libxkbcommon, which Debian's libxkbcommon-tools brings together with the data. What scanners are built for is
Windows, so the few places where its keyboards differ in what a scanner types stand here, each with its reason.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from station.layouts.layout import KEYS, NOTHING

FOLDER = Path(__file__).resolve().parents[1] / "station" / "layouts"
VERSION_FILE = Path("/usr/share/pkgconfig/xkeyboard-config.pc")

LAYOUTS: Mapping[str, tuple[str, str]] = {
    "at": ("at", ""),
    "be": ("be", ""),
    "br": ("br", ""),
    "ca": ("ca", ""),
    "ch": ("ch", ""),
    "ch_fr": ("ch", "fr"),
    "cz": ("cz", ""),
    "de": ("de", ""),
    "dk": ("dk", ""),
    "ee": ("ee", ""),
    "es": ("es", ""),
    "fi": ("fi", ""),
    "fr": ("fr", ""),
    "gb": ("gb", ""),
    "hr": ("hr", ""),
    "hu": ("hu", ""),
    "ie": ("ie", ""),
    "is": ("is", ""),
    "it": ("it", ""),
    "jp": ("jp", ""),
    "latam": ("latam", ""),
    "nl": ("nl", ""),
    "no": ("no", ""),
    "pl": ("pl", ""),
    "pt": ("pt", ""),
    "ro": ("ro", ""),
    "se": ("se", ""),
    "si": ("si", ""),
    "sk": ("sk", ""),
    "tr": ("tr", ""),
    "us": ("us", ""),
    "us_intl": ("us", "intl"),
}
"""Our name of each keyboard, and the layout and variant of xkeyboard-config."""

SHIFT_LOCK = {"at", "be", "de", "fr"}
"""Where Caps Lock is Shift for the digits too on Windows; xkeyboard-config knows no such thing."""

GRAVE, CIRCUMFLEX, TILDE = "\u0300", "\u0302", "\u0303"
AS_WINDOWS: Mapping[str, Mapping[tuple[int, int], str]] = {
    # Dead on Windows, so that a scanner types a space after them.
    "es": {(5, 2): TILDE},
    "fr": {(3, 2): TILDE, (8, 2): GRAVE},
    "pl": {(41, 1): TILDE},
    "tr": {(4, 1): CIRCUMFLEX, (27, 2): TILDE, (43, 2): GRAVE},
    # The yen key types a backslash, which barcodes hold and yen signs they do not.
    "jp": {(124, 0): "\\"},
}
"""Keyboard to (key, level: 1 Shift, 2 AltGr) to what it types there."""

DEAD = {
    "dead_grave": ("\u0300", "`"),
    "dead_acute": ("\u0301", "´"),
    "dead_circumflex": ("\u0302", "^"),
    "dead_tilde": ("\u0303", "~"),
    "dead_macron": ("\u0304", "¯"),
    "dead_breve": ("\u0306", "˘"),
    "dead_abovedot": ("\u0307", "˙"),
    "dead_diaeresis": ("\u0308", "¨"),
    "dead_abovering": ("\u030a", "°"),
    "dead_doubleacute": ("\u030b", "˝"),
    "dead_caron": ("\u030c", "ˇ"),
    "dead_cedilla": ("\u0327", "¸"),
    "dead_ogonek": ("\u0328", "˛"),
}
"""Keysym to the combining sign that stands for the dead key in a table, and the bare sign it types with a space."""

BARE = dict(DEAD.values())

X_KEYCODE = 8
RIGHT_ALT = 100


class _Names(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("rules", "model", "layout", "variant", "options")]


class Xkb:
    """One compiled keyboard that says what a key types."""

    def __init__(self, layout: str, variant: str) -> None:
        self._lib = ctypes.CDLL("libxkbcommon.so.0")
        for function in ("xkb_context_new", "xkb_keymap_new_from_names", "xkb_state_new"):
            getattr(self._lib, function).restype = ctypes.c_void_p
        context = ctypes.c_void_p(self._lib.xkb_context_new(0))
        names = _Names(b"evdev", b"pc105", layout.encode(), variant.encode(), b"")
        self._keymap = ctypes.c_void_p(self._lib.xkb_keymap_new_from_names(context, ctypes.byref(names), 0))
        if self._keymap.value is None:
            raise SystemExit(f"xkeyboard-config has no layout {layout} {variant}")
        self._state = ctypes.c_void_p(self._lib.xkb_state_new(self._keymap))

    def keysym(self, code: int, modifiers: Iterable[str] = (), *, caps: bool = False) -> int:
        """Give what the key is with these modifiers held."""
        down = sum(self._bit(name) for name in modifiers)
        self._lib.xkb_state_update_mask(self._state, down, 0, self._bit("Lock") if caps else 0, 0, 0, 0)
        return int(self._lib.xkb_state_key_get_one_sym(self._state, code + X_KEYCODE))

    def sign(self, code: int, modifiers: Iterable[str], *, caps: bool) -> str:
        """Give the character, the combining sign of a dead key, or NOTHING."""
        keysym = self.keysym(code, modifiers, caps=caps)
        name = self.name(keysym)
        if name.startswith("dead_"):
            return DEAD.get(name, (NOTHING, ""))[0]
        character = chr(self._lib.xkb_keysym_to_utf32(keysym)) or NOTHING
        return character if character >= " " and character not in BARE else NOTHING

    def name(self, keysym: int) -> str:
        """Give the name of a keysym."""
        name = ctypes.create_string_buffer(64)
        self._lib.xkb_keysym_get_name(keysym, name, 64)
        return name.value.decode()

    def _bit(self, modifier: str) -> int:
        return 1 << int(self._lib.xkb_keymap_mod_get_index(self._keymap, modifier.encode()))


def version() -> str | None:
    """Give the version of xkeyboard-config here, or None without it."""
    lines = VERSION_FILE.read_text(encoding="utf-8").splitlines() if VERSION_FILE.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("Version: ")), None)


def module(name: str) -> str:
    """Give the text of one keyboard's module."""
    xkb = Xkb(*LAYOUTS[name])
    altgr = xkb.name(xkb.keysym(RIGHT_ALT)) == "ISO_Level3_Shift"
    levels = _levels(name, xkb, altgr=altgr, caps=False)
    under_caps = _levels(name, xkb, altgr=altgr, caps=True)
    lines = [
        f'"""The keyboard {name}, made by tools/make_layouts.py from xkeyboard-config {version()}."""',
        "",
        f"ALTGR = {altgr}",
        f"SHIFT_LOCK = {name in SHIFT_LOCK}",
        *_strings("LEVELS", levels),
        *_strings("UNDER_CAPS", under_caps),
        *_dead([*levels, *under_caps]),
    ]
    return "\n".join(lines) + "\n"


def _levels(name: str, xkb: Xkb, *, altgr: bool, caps: bool) -> list[str]:
    held: list[tuple[str, ...]] = [(), ("Shift",)]
    if altgr:
        held += [("Mod5",), ("Shift", "Mod5")]
    changed = AS_WINDOWS.get(name, {})
    return [
        "".join(changed.get((code, level)) or _sign(xkb, code, modifiers, caps=caps) for code in KEYS)
        for level, modifiers in enumerate(held)
    ]


def _sign(xkb: Xkb, code: int, modifiers: Iterable[str], *, caps: bool) -> str:
    sign = xkb.sign(code, modifiers, caps=caps)
    # xkbcommon makes a capital of the micro sign that is no character of a keyboard.
    return xkb.sign(code, modifiers, caps=False) if sign == NOTHING else sign


def _strings(name: str, strings: Iterable[str]) -> list[str]:
    return [f"{name} = (", *(f"    {_literal(each)}," for each in strings), ")"]


def _dead(levels: list[str]) -> list[str]:
    typed = {sign for level in levels for sign in level}
    letters = sorted(sign for sign in typed if sign.isalpha())
    dead = sorted(typed & BARE.keys())
    if not dead:
        return ["DEAD: dict[str, tuple[str, str]] = {}"]
    return ["DEAD = {", *(f"    {_literal(sign)}: ({_literal(BARE[sign])}, {_literal(_composed(sign, letters))})," for sign in dead), "}"]


def _composed(sign: str, letters: Iterable[str]) -> str:
    """Give each letter that takes the sign, followed by both as one character."""
    pairs = ((letter, unicodedata.normalize("NFC", letter + sign)) for letter in letters)
    return "".join(letter + both for letter, both in pairs if len(both) == 1)


def _literal(text: str) -> str:
    """Give the string as Python has it, with escapes for what cannot be seen alone."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(sign, quote) for sign in text) + quote


def _escaped(sign: str, quote: str) -> str:
    if sign in ("\\", quote):
        return "\\" + sign
    hidden = not sign.isprintable() or unicodedata.combining(sign) != 0
    return f"\\u{ord(sign):04x}" if hidden else sign


def main() -> None:
    """Write all keyboards and name them."""
    for name in LAYOUTS:
        path = FOLDER / f"{name}.py"
        path.write_text(module(name), encoding="utf-8")
        print(f"wrote {path.relative_to(FOLDER.parents[1])}")


if __name__ == "__main__":
    main()
