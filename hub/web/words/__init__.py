"""What pages say, a module a language, and which of them a reader is given."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from hub.web.session import LANGUAGE
from hub.web.words import (
    about_acts,
    about_admin,
    about_import,
    about_letters,
    about_openid,
    about_policies,
    about_reports,
    about_requests,
    about_stations,
    about_wall,
    about_work,
    english,
    german,
)

ABOUT = (
    about_acts, about_admin, about_import, about_letters, about_openid, about_policies, about_reports, about_requests, about_stations,
    about_wall, about_work,
)  # fmt: skip
PAGES: Mapping[str, Mapping[str, str]] = {
    "en": english.WORDS | {key: words for each in ABOUT for key, words in each.ENGLISH.items()},
    "de": german.WORDS | {key: words for each in ABOUT for key, words in each.GERMAN.items()},
}
NAMES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}


def say(language: str, key: str, /, **places: object) -> str:
    """Give a sentence of a page with its places filled in."""
    text = PAGES[language][key]
    return text.format(**places) if places else text


def number(language: str, value: float, places: int = 0) -> str:
    """Give a number as its reader writes it."""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def language_for(request: Request, usual: str) -> str:
    """Give the language that was chosen in this browser, else the first one of its own that we speak, else the usual one."""
    if (chosen := request.cookies.get(LANGUAGE)) in PAGES:
        return str(chosen)
    asked = (part.partition(";")[0].strip().lower()[:2] for part in request.headers.get("accept-language", "").split(","))
    return next((each for each in asked if each in PAGES), usual)
