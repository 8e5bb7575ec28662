"""What a station says at the desk: complete in every language, and with everything its sentences need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from station.words import ENGLISH, GERMAN, LANGUAGES, Key, Language, Saying, in_ascii, spoken

STATION = Path(__file__).parents[3] / "station"


def places(template: str) -> set[str]:
    """Give the names of the places in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def users() -> Iterator[ast.AST]:
    """Give every node of the station's modules but the table itself."""
    for path in sorted(STATION.rglob("*.py")):
        if path.name != "words.py":
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def keys_in(node: ast.AST) -> set[Key]:
    """Give the keys that are named within a piece of a module."""
    inner = (each for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return {Key[each.attr] for each in inner if isinstance(each.value, ast.Name) and each.value.id == "Key"}


def sayings() -> Iterator[tuple[Key, set[str]]]:
    """Give each key that is said by its name, with the names of the fields it is given."""
    for node in users():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Saying":
            fields = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
            names = {each.value for each in ast.walk(fields) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
            for key in keys_in(node.args[0]):
                yield key, names


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence(language: Language) -> None:
    assert set(LANGUAGES[language]) == set(Key)
    assert [key for key, text in LANGUAGES[language].items() if not text.strip()] == []


@pytest.mark.parametrize("key", Key)
def test_a_sentence_has_the_same_places_in_both_languages(key: Key) -> None:
    assert places(GERMAN[key]) == places(ENGLISH[key])


def test_every_key_is_used() -> None:
    used = {key for node in users() if isinstance(node, ast.Attribute) for key in keys_in(node)}
    assert set(Key) - used == set()


def test_every_sentence_is_given_what_it_needs() -> None:
    found = list(sayings())
    assert len(found) > 30
    assert [(key, places(ENGLISH[key]) - names) for key, names in found if places(ENGLISH[key]) - names] == []


def test_a_saying_within_a_saying_is_said_in_the_same_language() -> None:
    saying = Saying(Key.NONE_ACCEPTED, {"why": Saying(Key.DISK_FULL)})
    assert spoken(saying, GERMAN) == "Es wird kein Scan angenommen: die Festplatte ist voll: Platz schaffen."


def test_as_text_a_saying_is_english() -> None:
    assert str(Saying(Key.SCANNER_THERE, {"scanner": "left"})) == "Scanner left is there."


def test_braces_in_what_came_from_outside_mean_nothing() -> None:
    assert str(Saying(Key.DESK, {"desk": "{0} {desk}"})) == "Desk: {0} {desk}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_written_in_ascii(language: Language) -> None:
    assert [text for text in in_ascii(LANGUAGES[language]).values() if not text.isascii()] == []
