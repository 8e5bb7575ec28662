"""What a receipt printer would put on paper: reads ESC/POS as Epson documents it, and fails on any byte it does not know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

CODEPAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 18: "cp852", 19: "cp858"}
SETTINGS: dict[bytes, tuple[str, Collection[int]]] = {
    b"\x1bt": ("codepage", CODEPAGES),
    b"\x1b!": ("size", (0x00, 0x30)),
    b"\x1bE": ("bold", (0, 1)),
    b"\x1bd": ("feed", range(256)),
    b"\x1dh": ("height", range(1, 256)),
    b"\x1dw": ("bar", range(2, 7)),
    b"\x1df": ("font", (0,)),
    b"\x1dH": ("text", range(4)),
}
"""Each command with one value: what it sets, and to what it may."""

START = {"B": 104, "C": 105}
SWITCH = {"B": 100, "C": 99}
MODULO_128 = 103


@dataclass(frozen=True)
class Line:
    """One printed line."""

    text: str
    large: bool = False
    bold: bool = False

    @property
    def columns(self) -> int:
        """How many columns of normal size it takes."""
        return len(self.text) * (2 if self.large else 1)


@dataclass(frozen=True)
class Barcode:
    """One printed barcode."""

    kind: str
    text: str
    height_dots: int
    bar_dots: int
    text_below: bool
    symbols: tuple[int, ...] = ()
    """Of Code 128: start and data, without check and stop."""

    @property
    def check(self) -> int:
        """The check symbol of Code 128, which the printer works out."""
        first, *others = self.symbols
        return (first + sum(place * symbol for place, symbol in enumerate(others, 1))) % MODULO_128


@dataclass
class Paper:
    """One piece of paper up to its cut."""

    lines: list[Line] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The text of all lines."""
        return [line.text for line in self.lines]


def printed(data: bytes) -> list[Paper]:
    """Give the pieces of paper that come out; every slip must end with its cut."""
    printer = _Printer(data)
    while printer.rest:
        printer.step()
    assert printer.paper == Paper(), "something was not cut off"
    assert not printer.line, "a line without an end"
    return printer.done


class _Printer:
    def __init__(self, data: bytes) -> None:
        self.rest = data
        self.done: list[Paper] = []
        self.paper = Paper()
        self.line = ""
        self._set_up()

    def _set_up(self) -> None:
        self.set = {"codepage": 0, "size": 0, "bold": 0, "height": 162, "bar": 3, "text": 0}

    def take(self, count: int) -> bytes:
        assert len(self.rest) >= count, "a command without its end"
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def step(self) -> None:
        byte = self.take(1)
        if byte == b"\n":
            self.paper.lines.append(Line(self.line, self.set["size"] == 0x30, bool(self.set["bold"])))
            self.line = ""
        elif byte in (b"\x1b", b"\x1d"):
            self.command(byte + self.take(1))
        else:
            assert byte[0] >= 0x20, f"control character {byte!r} in text"
            self.line += byte.decode(CODEPAGES[self.set["codepage"]])

    def command(self, name: bytes) -> None:
        if name == b"\x1b@":
            self._set_up()
        elif name == b"\x1dk":
            self.barcode()
        else:
            self.setting(name, self.take(1)[0])

    def setting(self, name: bytes, value: int) -> None:
        if name == b"\x1dV":
            assert value in (0, 1)
            self.done.append(self.paper)
            self.paper = Paper()
            return
        assert name in SETTINGS, f"unknown command {name!r}"
        what, allowed = SETTINGS[name]
        assert value in allowed, f"{what} of {value}"
        self.set[what] = value

    def barcode(self) -> None:
        kind, length = self.take(2)
        data = self.take(length)
        shape = (self.set["height"], self.set["bar"], self.set["text"] == 2)
        if kind == ord("E"):
            assert b"*" not in data, "the printer adds the stars"
            self.paper.barcodes.append(Barcode("code39", data.decode("ascii"), *shape))
        else:
            assert kind == ord("I")
            text, symbols = _code128(data)
            self.paper.barcodes.append(Barcode("code128", text, *shape, tuple(symbols)))


def _code128(data: bytes) -> tuple[str, list[int]]:
    text, symbols, code = "", list[int](), ""
    rest = list(data)
    while rest:
        byte = rest.pop(0)
        if byte == ord("{"):
            sign = chr(rest.pop(0))
            if sign in START:
                symbols.append(SWITCH[sign] if code else START[sign])
                code = sign
                continue
            assert sign == "{", f"unknown function {sign!r}"
        assert code, "Code 128 must begin with its set"
        if code == "C":
            assert byte < 100
            text, symbols = f"{text}{byte:02d}", [*symbols, byte]
        else:
            assert 32 <= byte < 128
            text, symbols = text + chr(byte), [*symbols, byte - 32]
    return text, symbols
