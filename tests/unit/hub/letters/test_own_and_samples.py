"""Letters of a library's own, where they are wrong, samples, calendar entries, hours, and mail that came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from hub.core.notices import NoticeType
from hub.core.opening import read
from hub.errors import Invalid
from hub.letters.dates import closed_days, hours
from hub.letters.render import Letters, place_of
from hub.letters.returned import read_returned
from hub.letters.samples import WEEK, a_sample
from hub.senders.try_letter import unwritable
from tests.unit.hub.letters.letterbox import ID, LETTERS, NOW, a_letter, body, received

ZONE = ZoneInfo("Europe/Berlin")


def own(folder: Path, name: str, text: str) -> Letters:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return Letters(library="Library", sender="loans@library.example", zone=ZONE, own=folder)


def test_a_letter_of_the_librarys_own_stands_in_the_place_of_ours(tmp_path: Path) -> None:
    ours = (
        '{% set subject = "Hooray" %}{% set heading = "Hooray" %}{% set lines = [] %}{% set opening = "come." %}{% set closing = "Bye." %}'
    )
    letters = own(tmp_path, "en/ready_for_pickup.j2", ours)
    assert received(a_letter(), letters)["Subject"] == "Hooray"
    assert received(a_letter(NoticeType.LOST), letters)["Subject"] == "Recorded as lost: The Overstory"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% set subject = 1 %}\n{% if %}", "en/ready_for_pickup.j2, line 2"),
        ("\n\n{{ boks }}", "en/ready_for_pickup.j2, line 3: 'boks' is undefined"),
        ("\n{{ 1 / 0 }}", "en/ready_for_pickup.j2, line 2: ZeroDivisionError"),
        ('{% import "de/none.j2" as x %}', "there is no file de/none.j2"),
    ],
)
def test_a_letter_that_cannot_be_written_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    letters = own(tmp_path, "en/ready_for_pickup.j2", text)
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever a template may do
        letters.render(a_letter(), ID, NOW)
    assert isinstance(raised.value, Exception)
    assert place_of(raised.value).startswith(said)
    assert [line for line in unwritable(letters, NOW, ZONE) if "en/ready_for_pickup" in line] != []


def test_all_of_our_letters_can_be_written_about_one_book_and_about_several() -> None:
    assert list(unwritable(LETTERS, NOW, ZONE)) == []


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", list(NoticeType))
def test_a_sentence_for_a_phone_is_one_line_and_fits_two_messages(kind: NoticeType, language: str) -> None:
    said = LETTERS.short(a_letter(kind), NOW, language=language)
    assert "\n" not in said
    assert len(said) <= 300
    assert "ILL-000123-0" in said


def test_the_pick_up_desk_is_told_with_address_hours_and_closed_days() -> None:
    opening = read({"hours": WEEK, "closed": ["2026-12-01", "2026-12-06", "2026-12-25"]})
    text = body(received(replace(a_letter(), address="Market Square 1\n12345 Springfield", opening=opening)), "plain")
    assert "Market Square 1, 12345 Springfield" in text
    assert "Mon\u2013Fri 09:00\u201318:00; Sat 10:00\u201313:00" in text
    # A Sunday is closed anyway, and Christmas is behind the last day.
    assert "Closed on:        1 December" in text.splitlines()


def test_hours_nobody_has_said_are_not_told() -> None:
    assert hours(read({}), "en") is None
    assert closed_days(read({}), NOW.date(), NOW.date(), "en") is None
    assert hours(read({"hours": {"mon": ["09:00-12:00", "14:00-18:00"], "tue": ["09:00-12:00", "14:00-18:00"]}}), "de") == (
        "Mo, Di\u00a009:00\u201312:00 14:00\u201318:00"
    )


def test_the_last_day_of_a_hold_is_an_entry_for_the_calendar_on_wish() -> None:
    assert list(received(a_letter()).iter_attachments()) == []
    message = received(a_letter(title="Über, alles; \\ und\nmehr"), calendar=True)
    [attached] = message.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "hold.ics")
    entry = Calendar.from_ical(attached.get_content()).walk("VEVENT")[0]
    assert entry.decoded("dtstart").isoformat() == "2026-12-04"
    assert str(entry["summary"]) == "Ready to pick up: Über, alles; \\ und mehr"
    assert str(entry["location"]) == "Main Library"
    assert list(received(a_letter(NoticeType.LOST), calendar=True).iter_attachments()) == []


def test_what_can_be_declined_says_where_and_the_rest_does_not() -> None:
    letters = Letters(library="Library", sender="l@library.example", zone=UTC, unsubscribe="mailto:no@library.example")
    told = {kind for kind in NoticeType if received(a_letter(kind), letters)["List-Unsubscribe"] is not None}
    assert told == {NoticeType.CHECKOUT_RECEIPT, NoticeType.RETURN_RECEIPT, NoticeType.HOLD_REMINDER, NoticeType.DUE_SOON}
    assert received(a_letter(NoticeType.DUE_SOON), letters)["List-Unsubscribe"] == "<mailto:no@library.example>"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "kind", [kind for kind in NoticeType if kind not in ("LOST", "FOUND", "RECALLED", "REQUEST_CANCELLED", "HOLD_EXTENDED")]
)
def test_a_letter_about_several_books_names_each_with_its_days_in_both_forms(kind: NoticeType, language: str) -> None:
    message = received(a_sample(kind, NOW, ZONE, desk="Main desk", several=True), language=language)
    assert ("3 titles" if language == "en" else "3 Titel") in message["Subject"]
    for form in ("plain", "html"):
        text = " ".join(body(message, form).split())
        assert all(named in text for named in ("The Overstory", "Braiding Sweetgrass", "ILL-000123-0", "ILL-000124-8", "ILL-000125-6"))


def report(action: str = "failed", *, headers_only: bool = False) -> bytes:
    """Give the report of a Postfix about a letter of ours."""
    whole = LETTERS.render(a_letter(), ID, NOW).data.replace(b"\r\n", b"\n")
    original = whole.split(b"\n\n", 1)[0] + b"\n" if headers_only else whole
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    boundary = "=_b"
    lines = (
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\nSubject: Undelivered\n\n'
        f"--{boundary}\nContent-Type: text/plain\n\nThis is the mail system.\n\n"
        f"--{boundary}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.library.example\n\n"
        f"Final-Recipient: rfc822; ana@patron.example\nAction: {action}\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <ana@patron.example>: user\n    unknown\n\n--{boundary}\nContent-Type: {kind}\n\n"
    )
    return lines.encode() + original + f"\n--{boundary}--\n".encode()


@pytest.mark.parametrize("headers_only", [False, True])
def test_mail_that_came_back_names_its_letter_and_why(headers_only: bool) -> None:
    found = read_returned(report(headers_only=headers_only))
    assert found.message_id == ID
    assert found.words == "550 5.1.1 <ana@patron.example>: user unknown"
    assert found.for_good


def test_a_delay_is_no_end() -> None:
    assert not read_returned(report("delayed")).for_good


@pytest.mark.parametrize("raw", [b"", b"Subject: hello\n\nHow are you?", report().replace(b"message/delivery-status", b"text/plain")])
def test_what_is_no_report_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(Invalid, match="no report of a mail server"):
        read_returned(raw)
