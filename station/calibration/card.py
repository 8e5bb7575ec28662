"""Where everything stands on the card: shapes on a page, in points from its upper left corner."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from station.calibration.symbols import QUIET, elements
from station.calibration.texts import CARD, Bar
from station.calibration.words import LANGUAGES, Word, Words
from station.words import Language

Paper = Literal["a4", "letter"]
PAPERS: dict[Paper, tuple[float, float]] = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}

NARROW = 0.72
"""A narrow bar: 0.254 mm, which is 3 dots at 300 dpi and 6 at 600."""
BAR_HEIGHT = 40.0
ROW = 80.0
LEFT = 43.2
TOP = 46.0
BARS_AT = 86.4
WORDS_AT = 316.8
"""All multiples of a dot at 300 dpi, so that no bar is a dot wider than its neighbour."""
EM = 0.52
"""How wide a letter of Helvetica is on the average, with something to spare."""


@dataclass(frozen=True, slots=True)
class Box:
    """A black rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``y`` is its base line."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False
    fixed: bool = False


Shape = Box | Text


@dataclass(frozen=True, slots=True)
class Page:
    """A page of shapes."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


def page(paper: Paper, language: Language) -> Page:
    """Give the card."""
    width, height = PAPERS[paper]
    words = LANGUAGES[language]
    return Page(width, height, words[Word.TITLE], tuple(_shapes(width, height, words)))


def _shapes(width: float, height: float, words: Words) -> Iterator[Shape]:
    room = width - 2 * LEFT
    yield Text(LEFT, TOP + 12, 20, words[Word.TITLE], bold=True)
    y = TOP + 32
    for word in (Word.PURPOSE, Word.HOW_TO_PRINT, Word.HOW_TO_SCAN):
        for line in wrapped(words[word], room, 10):
            yield Text(LEFT, y, 10, line)
            y += 13
    y = round((y + 10) / NARROW) * NARROW
    for bar in CARD:
        yield from _row(bar, y, width, words)
        y += ROW
    yield Text(LEFT, height - 36, 8, words[Word.FOOT])


def _row(bar: Bar, y: float, width: float, words: Words) -> Iterator[Shape]:
    yield Text(LEFT, y + 28, 26, str(bar.number), bold=True)
    x = BARS_AT + QUIET * NARROW
    for place, each in enumerate(elements(bar)):
        if place % 2 == 0:
            yield Box(round(x, 2), round(y, 2), round(each * NARROW, 2), BAR_HEIGHT)
        x += each * NARROW
    yield Text(BARS_AT + QUIET * NARROW, y + BAR_HEIGHT + 11, 9, bar.text, fixed=True)
    for number, line in enumerate(wrapped(words[Word[f"BAR_{bar.number}"]], width - LEFT - WORDS_AT, 10)):
        yield Text(WORDS_AT, y + 12 + 13 * number, 10, line)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Give the text in lines that fit into so many points."""
    return textwrap.wrap(text, int(room / (size * EM)))
