"""What is on the card.

The five bars in Code 128 hold every printable ASCII character once. A scanner set to one keyboard layout and a station set to another
agree on all of them only where they agree on every barcode. Six characters would tell all layouts apart as they should be
typed; a scanner's own table may be wrong at any other. A sign that is a dead key somewhere stands before a letter it would be
composed with. Code 39 and Codabar show what comes before one kind of barcode and not before another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from station.calibration.words import Word

Symbology = Literal["code128", "code39", "codabar"]

AIM_LETTER: dict[Symbology, str] = {"code128": "C", "code39": "A", "codabar": "F"}
GUARDS: dict[Symbology, tuple[str, str]] = {"code128": ("", ""), "code39": ("*", "*"), "codabar": ("A", "B")}
"""What begins and ends the symbol, and is sent by some scanners; the station takes it off."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One barcode of the card."""

    number: int
    symbology: Symbology
    text: str
    """What the station must make of it."""
    variants: tuple[tuple[Word, str], ...] = ()
    """What some scanners make of it by themselves, and what is said of that."""

    @property
    def needed(self) -> bool:
        """Whether nothing can be found without it."""
        return self.symbology == "code128"


CARD = (
    Bar(1, "code128", "0-1.2$3/4+5%6:7 8A9"),
    Bar(2, "code128", "^e~n'a`o\"u,c;iBCDEF"),
    Bar(3, "code128", "|y<s>z=x?w@qGHIJKLM"),
    Bar(4, "code128", "[p]m\\l{b}d_fNOPQRST"),
    Bar(5, "code128", "!g#h&j(k)r*tvUVWXYZ"),
    Bar(6, "code39", "HS-39+C/A7", ((Word.FULL_ASCII, "HS-39c!7"),)),
    Bar(7, "codabar", "39999000000017", ((Word.CLSI, "3 9999 00000 0017"),)),
)
BY_NUMBER = {bar.number: bar for bar in CARD}


ONE_CASE = (Word.UPPER_CASE, Word.LOWER_CASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A bar of the card within what came; ``as_text`` is what stood for it, ``said`` what there is to say of that."""

    bar: Bar
    lead: str
    tail: str
    as_text: str
    said: Word | None = None


def bars_in(text: str) -> list[Seen]:
    """Give every bar that this text holds, in the order of the card; one that comes twice comes twice."""
    return [seen for bar in CARD for as_text, said in _forms(bar) for seen in _all_of(bar, as_text, said, text)]


def changed_bars_in(text: str) -> list[Seen]:
    """Give the bars that this text holds in one case alone."""
    changed = [
        seen
        for bar in CARD
        for as_text, said in ((bar.text.upper(), Word.UPPER_CASE), (bar.text.lower(), Word.LOWER_CASE))
        if as_text != bar.text
        for seen in _all_of(bar, as_text, said, text)
    ]
    return changed


def _forms(bar: Bar) -> tuple[tuple[str, Word | None], ...]:
    return ((bar.text, None), *((as_text, said) for said, as_text in bar.variants))


def _all_of(bar: Bar, as_text: str, said: Word | None, text: str) -> list[Seen]:
    lead, *others = text.split(as_text)
    return [Seen(bar, lead, as_text.join(others), as_text, said)] * len(others)
