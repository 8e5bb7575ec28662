"""A letter says what the patron needs, in both forms, whatever the title is made of."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.letters.render import Letters, first_known, one_line, shortened
from tests.unit.hub.letters.letterbox import ID, LETTERS, NOW, a_letter, body, received

HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize(
    "said",
    ["Ana Müller", "The Overstory", "by Richard Powers", "Main Library", "4 December", "ILL-000123-0", "Springfield University Library"],
)
def test_both_forms_say_everything(kind: str, said: str) -> None:
    assert said in body(received(a_letter()), kind)


def test_the_headers_are_those_of_an_automatic_message() -> None:
    message = received(a_letter())
    assert message["From"] == "Springfield University Library <loans@library.example>"
    assert message["To"] == "ana@patron.example"
    assert message["Subject"] == "Ready to pick up: The Overstory"
    assert message["Message-ID"] == ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert message.get_content_type() == "multipart/alternative"
    assert set(message.keys()) == HEADERS


def test_what_is_not_known_is_left_out() -> None:
    message = received(a_letter(author=None, hold_until=None, name=""))
    for kind in ("plain", "html"):
        text = body(message, kind)
        assert "Hello," in text
        assert "None" not in text
        assert "by <" not in text
        assert "hold it until" not in text


def test_the_day_is_the_librarys_day_with_the_year_when_it_is_another() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert "1 January 2027" in body(received(a_letter(hold_until=late)), "plain")


@pytest.mark.parametrize("field", ["title", "author", "name", "desk"])
def test_a_text_from_outside_is_text_in_the_html_letter(field: str) -> None:
    html = body(received(a_letter(**{field: '<script>alert("x")</script>&'})), "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_title_cannot_add_a_header() -> None:
    evil = "Overstory\r\nBcc: everybody@evil.example\n\nfree text\x0b\x1cX: y\u2028Cc: z"
    message = received(a_letter(title=evil, author=evil, name=evil, desk=evil))
    assert message["Bcc"] is None
    assert message["Cc"] is None
    assert set(message.keys()) == HEADERS
    assert message["Subject"].strip() == "Ready to pick up: Overstory Bcc: everybody@evil.example free text X: y Cc: z"
    assert not re.search(r"^(Bcc|Cc|X):", body(message, "plain"), re.MULTILINE)


@given(st.text(alphabet='aZ9 \r\n\t\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ud800éß漢=?:;,<>@"\\()._-', max_size=200))
def test_no_title_at_all_changes_the_headers(title: str) -> None:
    message = received(a_letter(title=title, name=title))
    assert set(message.keys()) == HEADERS
    assert message["To"] == "ana@patron.example"
    assert message["Message-ID"] == ID


@pytest.mark.parametrize(
    "library", ["Stadtbücherei, Zweigstelle Süd", 'The "Old" Library', "圖書館", "Evil\r\nBcc: x@evil.example", "L" * 300, "é, " * 80]
)
def test_any_library_name_leaves_the_sender_one_address(library: str) -> None:
    letters = Letters(library=library, sender="loans@library.example", zone=UTC)
    message = received(a_letter(), letters)
    assert [address.addr_spec for address in message["From"].addresses] == ["loans@library.example"]
    assert message["Bcc"] is None


def test_a_long_title_is_cut_in_subject_and_letter() -> None:
    title = "Überblick " * 60 + "Ende"
    message = received(a_letter(title=title))
    assert len(message["Subject"]) <= 160
    assert message["Subject"].endswith("…")
    assert f"{title[:119].rstrip()}… by Richard Powers" in " ".join(body(message, "plain").split())


def test_a_long_message_id_stays_whole() -> None:
    long_id = f"<ill-000123-0.ready-for-pickup.12@{'s' * 40}.{'library-of-a-very-long-name.' * 3}example>"
    raw = LETTERS.render(a_letter(), long_id, NOW).data
    assert long_id.encode() in raw


def test_lines_are_short_enough_for_any_mail_server() -> None:
    raw = LETTERS.render(a_letter(title="x" * 5000), ID, NOW).data
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


@pytest.mark.parametrize(
    ("wished", "site", "greeting"),
    [
        ("de", "en", "Guten Tag"),
        ("de-AT", "en", "Guten Tag"),
        ("DE_ch", "en", "Guten Tag"),
        ("en", "de", "Hello"),
        (None, "de", "Guten Tag"),
        ("fr", "de", "Guten Tag"),
        ("fr", "it", "Hello"),
        ("../de", "en", "Hello"),
    ],
)
def test_a_letter_is_in_the_language_wished_for_else_the_sites_else_english(wished: str | None, site: str, greeting: str) -> None:
    letters = Letters(library="Library", sender="loans@library.example", zone=UTC, language=site)
    message = received(a_letter(), letters, language=wished)
    assert body(message, "plain").startswith(f"{greeting} Ana Müller,")
    assert f">{greeting} Ana Müller," in body(message, "html")


def test_the_first_language_known_is_taken() -> None:
    assert first_known(None, "", "fr", "de-AT", "en") == "de"
    assert first_known("fr", None) is None


def test_one_line_keeps_the_text_and_single_spaces() -> None:
    assert one_line("  a\t b\r\nc\x7f  d ") == "a b c d"
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
