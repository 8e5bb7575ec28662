"""Looks through all that was heard for anything of a patron: by what was told of the patrons, and by what their data look like."""

from __future__ import annotations

import html
import json
import re
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unicodedata import combining, normalize
from urllib.parse import unquote_plus

SHORTEST = 5
"""A shorter name stands in too many words, and a card of zeros with less behind them in too many numbers."""
ORDINARY = frozenset({"patron", "reader", "sample", "example", "somebody", "nobody"})
"""What tests call a patron who needs no name."""
DIGITS = 7
"""So many digits of a telephone number are that number, with or without its country and its zero."""
CARD = re.compile(r"(?<![0-9a-fA-F])2\d{13}(?![0-9a-fA-F])")
MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\w.+-])(?:\+|00)[1-9]\d{0,2}[ ./()-]{0,2}\d[\d ./()-]{6,16}\d(?![\w-])")
NOBODYS_MAIL = re.compile(
    r"^(?:library|loans|desk|rs|bounces|office|ill|interlibrary|noreply|postmaster|root|hub)@|@(?:main|east|joint)\.|^ill-\d+|\.ready-for-pickup|@sha256",
    re.IGNORECASE,
)
"""Addresses of libraries and desks, and the names of letters, which look like addresses."""
PACKED = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{8,}(?![\w-])")


class Finding(NamedTuple):
    """Something of a patron, where nothing of one should be."""

    kind: str
    what: str
    text: str
    where: str


class Text(NamedTuple):
    """Something that was heard."""

    kind: str
    where: str
    text: str


@dataclass
class Heard:
    """What a run gave to hear."""

    counts: Counter[str] = field(default_factory=Counter)
    patrons: int = 0
    passed: list[str] = field(default_factory=list)
    """The reason of each finding that is none."""


class Allowed(NamedTuple):
    """What is found where it may be, and why."""

    kind: str
    where: str
    text: str
    why: str


ALLOWED: tuple[Allowed, ...] = (
    Allowed("topic", "", r"^[^ ]+/station/[^ ]+/scan ", "a scanned card is a scan, on the topic only the hub may read"),
    Allowed("metric", "", r"^process_cpu_seconds_total \d+\.\d+$", "seconds with as many places as a computer's number has"),
    Allowed(
        "asked",
        "test_hostile_texts.py::test_every_address_answers_every_text_with_a_text",
        "",
        "a test asks every address with texts, which are names elsewhere in its file; what is answered is looked through",
    ),
    Allowed(
        "answered",
        "test_hostile_texts.py::test_every_address_answers_every_text_with_a_text",
        r"^location: /enter\?next=/",
        "whoever has to sign in first is led back to the address that this test asked",
    ),
)


def search(folder: Path) -> tuple[Heard, list[Finding]]:
    """Give what was heard, and what of it is a patron's."""
    heard = Heard()
    facts: dict[str, set[str]] = defaultdict(set)
    for text in _texts(folder):
        if text.kind.startswith("patron "):
            facts[text.kind.removeprefix("patron ")].add(text.text)
        else:
            heard.counts[text.kind] += 1
    heard.patrons = len(facts["card"])
    secrets = Secrets(facts)
    found: dict[tuple[str, str, str], Finding] = {}
    for text in _texts(folder):
        if text.kind.startswith("patron "):
            continue
        for what in secrets.within(text):
            if (why := _allowed(text)) is not None:
                heard.passed.append(why)
            else:
                found.setdefault((text.kind, what, text.text), Finding(text.kind, what, text.text, text.where))
    return heard, list(found.values())


def _texts(folder: Path) -> Iterator[Text]:
    for file in sorted(folder.glob("*.jsonl")):
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.endswith("]\n"):
                    # A program that was killed has not finished its last line.
                    yield Text(*json.loads(line))


def _allowed(text: Text) -> str | None:
    for each in ALLOWED:
        if each.kind == text.kind and each.where in text.where and re.search(each.text, text.text):
            return each.why
    return None


class Secrets:
    """What must not be heard, made ready to be looked for."""

    def __init__(self, facts: dict[str, set[str]]) -> None:
        facts["card"] = {card for card in facts["card"] if len(card.strip("0")) >= SHORTEST}
        words = ((plain(word), what) for what in ("card", "name", "email") for fact in facts[what] for word in _words(what, fact))
        self._words = {word: f"the {what} {word!r}" for word, what in words if word not in ORDINARY}
        self._numbers = {
            digits[-max(DIGITS, len(digits) - 4) :] for phone in facts["phone"] if len(digits := re.sub(r"\D", "", phone)) >= DIGITS
        }
        self._begin: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._begin[word[:SHORTEST]].append(word)

    def within(self, text: Text) -> list[str]:
        """Say what of a patron is in a text, however it is spelled there."""
        return sorted({what for form in _forms(text) for what in self._in(form)})

    def _in(self, form: str) -> Iterator[str]:
        if CARD.search(form):
            yield "a card"
        if "@" in form and any(NOBODYS_MAIL.search(address) is None for address in MAIL.findall(form)):
            yield "an address"
        if TELEPHONE.search(form):
            yield "a telephone number"
        folded = plain(form)
        for place in range(len(folded) - SHORTEST + 1):
            for word in self._begin.get(folded[place : place + SHORTEST], ()):
                if folded.startswith(word, place) and not _goes_on(folded, place, place + len(word)):
                    yield self._words[word]
        squeezed = re.sub(r"(?<=\d)[ ./()-]+(?=\d)", "", folded) if self._numbers else ""
        if any(number in squeezed for number in self._numbers):
            yield "a telephone number of a patron"


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether what stands there is only a part of a longer word."""
    return text[begin - 1 : begin].isalpha() or text[end : end + 1].isalpha()


def _words(what: str, fact: str) -> Iterator[str]:
    parts = fact.split()
    if len(fact) >= SHORTEST and (what != "name" or len(parts) > 1):
        # A name of one word is some text that a test writes everywhere.
        yield fact
    if what == "name" and len(parts) in (2, 3) and all(part.isalpha() and part.istitle() for part in parts):
        yield from (part for part in parts if len(part) >= SHORTEST)
    if what == "email":
        yield from (part for part in [fact.partition("@")[0]] if len(part) > SHORTEST)


def plain(text: str) -> str:
    """Give a text without its capitals and accents."""
    return "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))


def _forms(text: Text) -> Iterator[str]:
    """Give a text as it stands, and as what it stands for."""
    yield text.text
    if text.kind in ("asked", "answered", "link") or "%" in text.text:
        yield unquote_plus(html.unescape(text.text))
    if "\\u" in text.text:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda met: chr(int(met[1], 16)), text.text)
    if text.kind in ("asked", "answered", "link"):
        yield from filter(None, map(_unpacked, PACKED.findall(text.text)))


def _unpacked(word: str) -> str | None:
    try:
        return urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
    except ValueError:
        return None
