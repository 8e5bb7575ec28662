"""Every notice can be written in every language, says what it must, and says no more."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from hub.core.notices import NoticeType
from hub.core.request import ClosedAs, Reason
from hub.letters.dates import MONTHS
from hub.letters.plain import columns
from tests.unit.hub.letters.letterbox import a_letter, body, received

N = NoticeType
BY_PATRON = {"reason": Reason.CANCELLED_BY_PATRON}
NOT_RECEIVED = {"closed_as": ClosedAs.NOT_RECEIVED}
LENT = {"lent": True}
KINDS: list[tuple[NoticeType, dict[str, Any]]] = [
    *((notice, {}) for notice in NoticeType),
    (N.READY_FOR_PICKUP, {"pieces": 3}),
    (N.RECALLED, LENT),
    (N.REQUEST_CANCELLED, BY_PATRON),
    (N.REQUEST_CANCELLED, NOT_RECEIVED),
]
LANGUAGES = tuple(MONTHS)
NOTHING_KNOWN: dict[str, Any] = {"name": "", "author": None, "desk": "", "hold_until": None, "due_at": None}
every_kind = pytest.mark.parametrize(("notice", "about"), KINDS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def said(notice: NoticeType, language: str, kind: str = "plain", **changes: Any) -> str:
    """Give what a letter says, in one line."""
    text = body(received(a_letter(notice, **changes), language=language), kind)
    return " ".join(unescape(re.sub("<[^>]+>", " ", text) if kind == "html" else text).split())


@every_language
@every_kind
def test_both_forms_name_the_book_and_the_request(notice: NoticeType, about: dict[str, Any], language: str) -> None:
    by = {"en": "by Richard Powers", "de": "von Richard Powers"}[language]
    for kind in ("plain", "html"):
        text = said(notice, language, kind, **about)
        assert all(word in text for word in ("Ana Müller,", "The Overstory", by, "ILL-000123-0", "Springfield University Library"))


@every_language
@every_kind
def test_the_subject_names_the_book_and_stays_short(notice: NoticeType, about: dict[str, Any], language: str) -> None:
    assert received(a_letter(notice, **about), language=language)["Subject"].endswith(": The Overstory")
    long = received(a_letter(notice, title="Überblick " * 60, **about), language=language)["Subject"]
    assert len(long) <= 160
    assert long.endswith("…")


@every_language
@every_kind
def test_a_letter_about_which_little_is_known_leaves_it_out(notice: NoticeType, about: dict[str, Any], language: str) -> None:
    for kind in ("plain", "html"):
        text = said(notice, language, kind, **about | NOTHING_KNOWN)
        assert {"en": "Hello,", "de": "Guten Tag,"}[language] in text
        assert "None" not in text
        assert not re.search("December|Dezember", text)


@every_language
@every_kind
def test_a_title_is_text_in_the_html_letter(notice: NoticeType, about: dict[str, Any], language: str) -> None:
    evil = "<b>x</b>"
    message = received(a_letter(notice, title=evil, author=evil, name=evil, desk=evil, **about), language=language)
    assert "<b>" not in body(message, "html")
    assert "&lt;b&gt;x&lt;/b&gt;" in body(message, "html")
    assert evil in body(message, "plain")
    assert message["Subject"].endswith(evil)


@every_language
@every_kind
@pytest.mark.parametrize("long", ["Überblick " * 60, "x" * 500, "漢字" * 200, "e\u0301" * 300])
def test_plain_lines_have_at_most_78_columns(notice: NoticeType, about: dict[str, Any], language: str, long: str) -> None:
    text = body(received(a_letter(notice, title=long, author=long, name=long, desk=long, **about), language=language), "plain")
    assert max(columns(line) for line in text.splitlines()) <= 78


@every_language
def test_no_letter_is_written_with_an_undefined_name(language: str) -> None:
    # StrictUndefined raises in what is rendered; what a letter sets and no layout shows would go unseen.
    for notice, about in KINDS:
        text = said(notice, language, **about)
        assert text.count("..") == 0
        assert not re.search(r" [,.:]|\{|\}", text)


@pytest.mark.parametrize(
    ("notice", "about", "english", "german"),
    [
        (
            N.READY_FOR_PICKUP,
            {},
            "Pick it up at: Main Library We hold it until: 4 December",
            "Abholort: Main Library Abholen bis: 4. Dezember",
        ),
        (N.READY_FOR_PICKUP, {"pieces": 3}, "by Richard Powers 3 volumes Pick it up", "von Richard Powers 3 Bände Abholort"),
        (N.HOLD_REMINDER, {}, "We hold it until: 4 December", "Abholen bis: 4. Dezember"),
        (N.HOLD_EXTENDED, {}, "We hold it until: 4 December", "Abholen bis: 4. Dezember"),
        (N.HOLD_EXPIRED, {}, "was waiting for you until 4 December", "lag bis zum 4. Dezember für Sie bereit"),
        (
            N.REQUEST_CANCELLED,
            {},
            "Your request for this title has been cancelled",
            "Ihre Fernleihbestellung für diesen Titel wurde storniert",
        ),
        (N.REQUEST_CANCELLED, BY_PATRON, "As you asked, we have cancelled", "wie gewünscht"),
        (N.REQUEST_CANCELLED, NOT_RECEIVED, "could not send us a title you asked for", "leider nicht schicken"),
        (N.CHECKOUT_RECEIPT, {}, "Due: 22 December", "Leihfrist bis: 22. Dezember"),
        (N.DUE_SOON, {}, "Due: 22 December", "Leihfrist bis: 22. Dezember"),
        (N.OVERDUE, {}, "was due on 22 December", "ist am 22. Dezember abgelaufen"),
        (N.RECALLED, {}, "you can no longer pick it up", "leider nicht mehr abholen"),
        (N.RECALLED, LENT, "Please bring it back by 22 December.", "Bitte geben Sie ihn bis zum 22. Dezember zurück."),
        (N.RETURN_RECEIPT, {}, "has come back to us", "wieder bei uns eingetroffen"),
        (N.LOST, {}, "recorded as lost", "als verloren vermerkt"),
        (N.FOUND, {}, "has been found", "wurde wiedergefunden"),
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_letter_says_what_happened_and_by_when_to_act(
    notice: NoticeType, about: dict[str, Any], english: str, german: str, kind: str
) -> None:
    for language, words in (("en", english), ("de", german)):
        assert words.replace(":", "") in said(notice, language, kind, **about).replace(":", "")


@every_language
@pytest.mark.parametrize("notice", [N.REQUEST_CANCELLED, N.RECALLED, N.RETURN_RECEIPT, N.LOST, N.FOUND, N.HOLD_EXPIRED])
def test_who_need_not_come_is_not_told_where_to(notice: NoticeType, language: str) -> None:
    assert "Main Library" not in said(notice, language)


@every_language
def test_a_single_book_has_no_count(language: str) -> None:
    assert not re.search("volumes|Bände", said(N.READY_FOR_PICKUP, language))
