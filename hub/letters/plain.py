"""Plain text as mail wants it: short lines, measured in the columns they take on a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

WIDTH = 72
"""Columns of a line; RFC 5322 (2.1.1) asks for at most 78, and an answer that quotes a letter takes some."""


def fold(text: str, indent: str = "") -> str:
    """Give a text as lines of at most ``WIDTH`` columns, each behind ``indent``."""
    return "\n".join(indent + line for line in _lines(text, WIDTH - len(indent)))


def table(rows: Sequence[tuple[str, str, str]]) -> str:
    """Give rows of name, label and value as lines, the values below each other."""
    width = max(len(label) for _, label, _ in rows) + 2
    return "\n".join(f"{label}:".ljust(width) + fold(value, " " * width)[width:] for _, label, value in rows)


def columns(text: str) -> int:
    """Give the columns a text takes: two for a Chinese or Japanese character, none for an accent of its own."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else not combining(character) for character in text)


def _lines(text: str, room: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if columns(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, room)
        yield from full
    yield line


def _pieces(word: str, room: int) -> list[str]:
    pieces = [""]
    for character in word:
        if columns(pieces[-1] + character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
