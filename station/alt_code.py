"""Alt held down, digits, Alt let go: one character, as Windows makes it (D11)."""

from __future__ import annotations

LAST_CODE_POINT = 0x10FFFF
# A multiple of 256, so that what counts of a longer number is the same; no number grows without an end.
_WRAPS_AT = 1 << 24


class AltCode:
    """The digits typed under Alt so far."""

    def __init__(self, *, unicode: bool = False) -> None:
        self._unicode = unicode
        self._first: int | None = None
        self._number = 0
        self._broken = False

    @property
    def begun(self) -> bool:
        """Whether there is a digit yet."""
        return self._first is not None

    def add(self, digit: int) -> None:
        """Take one more digit."""
        if self._broken:
            return
        self._first = digit if self._first is None else self._first
        self._number = (self._number * 10 + digit) % _WRAPS_AT

    def take(self) -> str:
        """Give the character and begin anew; nothing without a digit, U+FFFD for a number that is no character."""
        first, number = self._first, self._number
        self.forget()
        if first is None:
            return ""
        if self._unicode and number > 0xFF:
            return _by_code_point(number)
        return _by_code_page(number % 256, "cp1252" if first == 0 else "cp437")

    def forget(self) -> None:
        """Begin anew."""
        self._first, self._number, self._broken = None, 0, False

    def spoil(self) -> None:
        """Let nothing come of this one: digits of it were lost, and what is left could even be an Enter."""
        self.forget()
        self._broken = True


def _by_code_point(number: int) -> str:
    return "\ufffd" if number > LAST_CODE_POINT or 0xD800 <= number <= 0xDFFF else chr(number)


def _by_code_page(number: int, page: str) -> str:
    if number < 128:
        return chr(number)
    try:
        return bytes([number]).decode(page)
    except UnicodeDecodeError:
        # Five numbers of cp1252 are no character; Windows gives the control character of that number.
        return chr(number)
