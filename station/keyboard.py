"""Keys going down and up to characters: what one scanner's keyboard types (D4, D8-D13).

Characters come when a key goes down, in the order of the events. Enter gives CR, Tab gives HT and Escape gives ESC, so that
whoever takes the characters finds every end and every control character in one place. The name of a key is never text.
"""

from __future__ import annotations

from collections.abc import Iterable

from station.alt_code import AltCode
from station.layouts import CapsKind, Layout

BACKSPACE = 14
CAPS_LOCK = 58
SHIFTS = frozenset({42, 54})
CTRLS = frozenset({29, 97})
LEFT_ALT, RIGHT_ALT = 56, 100
METAS = frozenset({125, 126})
MODIFIERS = SHIFTS | CTRLS | METAS | {LEFT_ALT, RIGHT_ALT}

CONTROLS_BY_KEY = {28: "\r", 96: "\r", 15: "\t", 1: "\x1b"}
"""Enter, Enter on the keypad, Tab, Escape."""

KEYPAD = dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 83, 98, 55, 74, 78, 121), "7894561230./*-+,", strict=True))
"""What keypad keys type, whatever Num Lock says (D10)."""

_MAIN_ROW = dict(zip(range(2, 12), "1234567890", strict=True))
_DIGITS = _MAIN_ROW | {code: sign for code, sign in KEYPAD.items() if sign.isdigit()}
_CONTROLS = {sign: chr(ord(sign) - 64) for sign in "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"}
# Where a key has none of these signs of its own, Windows and scanners mean its place on a US keyboard.
_US_PLACES = {3: "@", 7: "^", 12: "_", 26: "[", 27: "]", 43: "\\"}


class Keyboard:
    """One scanner's keyboard: which keys are down, and what was begun with them."""

    def __init__(self, layout: Layout, *, caps_kind: CapsKind | None = None, alt_unicode: bool = False) -> None:
        self.ignored = 0
        """How many keys typed nothing: Num Lock, F keys, media keys, keys this layout has no sign for."""
        self.caps_used = False
        """Whether this scanner ever pressed Caps Lock."""
        self._layout = layout
        self._caps_kind = caps_kind
        self._alts = {LEFT_ALT} if layout.has_altgr else {LEFT_ALT, RIGHT_ALT}
        self._down: set[int] = set()
        self._caps = self._light = False
        self._pending = ""
        self._alt_code = AltCode(unicode=alt_unicode)

    @property
    def begun(self) -> bool:
        """Whether a dead key or an Alt code waits for what comes next."""
        return bool(self._pending) or self._alt_code.begun

    def press(self, code: int) -> str:
        """Give what the key types by going down: nothing, or one or two characters."""
        if code in MODIFIERS:
            self._down.add(code)
            return ""
        if code == CAPS_LOCK:
            self._caps, self.caps_used = not self._caps, True
            return ""
        if code in CONTROLS_BY_KEY:
            return self.finish() + CONTROLS_BY_KEY[code]
        return self._plain_key(code)

    def release(self, code: int) -> str:
        """Give what the key types by going up: only Alt does, after digits."""
        self._down.discard(code)
        if code in self._alts and not self._down & self._alts:
            return self._after_dead(self._alt_code.take())
        return ""

    def finish(self) -> str:
        """Give what was begun as it stands: the bare sign of a dead key, the character of an Alt code."""
        return self._after_dead(self._alt_code.take()) or self._bare()

    def take_back(self) -> bool:
        """Forget a dead key; false when there was none."""
        was, self._pending = self._pending, ""
        return bool(was)

    def forget(self) -> None:
        """Forget what was begun: its other half may be lost."""
        self._pending = ""
        self._alt_code.forget()

    def hold(self, keys: Iterable[int]) -> None:
        """Take it that these keys are down, and no others."""
        self._down = set(keys) & MODIFIERS
        self._alt_code.forget()
        if self._down & self._alts:
            self._alt_code.spoil()

    def rest(self) -> None:
        """Nothing came for a while: Caps Lock is again as its light says, which is off unless told otherwise (D9)."""
        self._caps = self._light

    def light(self, *, on: bool) -> None:
        """The Caps Lock light is on, or off, and the scanner types by it (D9)."""
        self._caps = self._light = on

    def _plain_key(self, code: int) -> str:
        altgr = self._altgr()
        if not altgr and self._down & self._alts:
            return self._alt_digit(code)
        if self._down & METAS:
            return self._ignore()
        if not altgr and self._down & CTRLS:
            return self._control(code)
        if code in KEYPAD:
            return self._after_dead(KEYPAD[code])
        return self._typed(self._sign(code, shift=bool(self._down & SHIFTS), altgr=altgr))

    def _altgr(self) -> bool:
        """Say whether AltGr is down; Ctrl and Alt together are AltGr too, as they are on Windows."""
        by_two = LEFT_ALT in self._down and bool(self._down & CTRLS)
        return self._layout.has_altgr and (RIGHT_ALT in self._down or by_two)

    def _sign(self, code: int, *, shift: bool, altgr: bool) -> str:
        return self._layout.sign(code, shift=shift, altgr=altgr, caps=self._caps, caps_kind=self._caps_kind)

    def _typed(self, sign: str) -> str:
        if not sign:
            return self._ignore()
        if sign not in self._layout.dead:
            return self._after_dead(sign)
        if self._pending:
            return self._bare() + self._layout.dead[sign].bare
        self._pending = sign
        return ""

    def _after_dead(self, sign: str) -> str:
        """Give the sign as it is after a dead key: composed, or both (D13)."""
        if not self._pending or not sign:
            return sign
        dead = self._layout.dead[self._pending]
        self._pending = ""
        return dead.bare if sign == " " else dead.composed.get(sign, dead.bare + sign)

    def _bare(self) -> str:
        """Give the bare sign of a dead key that waits, and forget it."""
        return self._after_dead(" ") if self._pending else ""

    def _alt_digit(self, code: int) -> str:
        digit = _DIGITS.get(code)
        if digit is None:
            return self._ignore()
        self._alt_code.add(int(digit))
        return ""

    def _control(self, code: int) -> str:
        """Give the control character of Ctrl and this key, Shift beside it or not (D12)."""
        plain, shifted = (self._layout.sign(code, shift=shift) for shift in (False, True))
        for sign in (plain, _US_PLACES.get(code, ""), self._shown(plain), self._shown(shifted)):
            if sign.upper() in _CONTROLS:
                return self.finish() + _CONTROLS[sign.upper()]
        return self._ignore()

    def _shown(self, sign: str) -> str:
        return self._layout.dead[sign].bare if sign in self._layout.dead else sign

    def _ignore(self) -> str:
        self.ignored += 1
        return ""
