"""Pages say the same in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.requests import Request

from hub.check_settings import places_in
from hub.web.words import NAMES, PAGES, about_stations, about_wall, english, german, language_for

ENGLISH, GERMAN = PAGES["en"], PAGES["de"]
WEB = Path(__file__).resolve().parents[4] / "hub" / "web"
SAME = {"account.name", "enter.name", "users.name", "tone.ok", "tone.info"}


def test_both_languages_have_the_same_keys() -> None:
    assert set(GERMAN) == set(ENGLISH)
    assert set(NAMES) == set(PAGES)


def test_no_module_says_what_another_says_already() -> None:
    for modules in (
        (english.WORDS, about_stations.ENGLISH, about_wall.ENGLISH),
        (german.WORDS, about_stations.GERMAN, about_wall.GERMAN),
    ):
        said = [key for words in modules for key in words]
        assert len(said) == len(set(said)), sorted(key for key in said if said.count(key) > 1)


@pytest.mark.parametrize("key", ENGLISH)
def test_a_sentence_has_the_same_places_in_both(key: str) -> None:
    assert places_in(GERMAN[key]) == places_in(ENGLISH[key])


def test_every_key_that_is_named_in_a_template_or_a_module_has_its_words() -> None:
    named = set()
    for path in [*WEB.rglob("*.py"), *WEB.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""\bt\(["']([a-z.-]+)["'][,)]""", text))
        named |= set(re.findall(r'say\([a-z_.]*language, "([a-z.-]+)"', text))
    assert named - set(ENGLISH) == set()
    assert len(named) > 50


def asked(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw})


@pytest.mark.parametrize(
    ("headers", "usual", "language"),
    [
        ({}, "en", "en"),
        ({}, "de", "de"),
        ({"accept_language": "de-AT,de;q=0.9,en;q=0.8"}, "en", "de"),
        ({"accept_language": "fr, en;q=0.5"}, "de", "en"),
        ({"accept_language": "fr"}, "de", "de"),
        ({"accept_language": "de", "cookie": "holdshelf-language=en"}, "de", "en"),
        ({"accept_language": "de", "cookie": "holdshelf-language=../x"}, "en", "de"),
    ],
)
def test_a_reader_is_given_what_they_chose_else_what_their_browser_asks_for(headers: dict[str, str], usual: str, language: str) -> None:
    assert language_for(asked(**headers), usual) == language
