"""Every notice that is true leaves, in the patron's language, and says how things stand when it does."""

from __future__ import annotations

from datetime import UTC, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from hub.core.notices import NoticeType, day_number
from hub.core.request import State
from hub.letters.render import Letters
from hub.senders.maildir import MaildirTransport
from hub.store.moments import to_ms
from tests.unit.hub.senders.notice_book import NOW, Clock, NoticeBook, a_sender, send_all

N = NoticeType
HELD_UNTIL, DUE = NOW + timedelta(days=10), NOW + timedelta(days=28)
HOLD_DAY, DUE_DAY = day_number(HELD_UNTIL, UTC), day_number(DUE, UTC)
LENT: dict[str, Any] = {"state": State.CHECKED_OUT, "due_at": to_ms(DUE), "circulated": 1}
PULLED: dict[str, Any] = {"state": State.PULL_FROM_SHELF}
BACK: dict[str, Any] = {"state": State.IN_TRANSIT_TO_RS, "circulated": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


async def letter(book: NoticeBook, folder: Path, key: int, *, clock: Clock, site: str = "en") -> EmailMessage:
    """Send one notice and give its letter as it lies in the Maildir."""
    letters = Letters(library="Library", sender="loans@library.example", zone=UTC, language=site)
    await send_all(book, a_sender(book, MaildirTransport(folder), clock, letters=letters), lambda: book.state(key) != "queued")
    assert book.state(key) == "sent"
    [file] = (folder / "new").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


@pytest.mark.parametrize(
    ("notice", "item", "episode", "after", "says"),
    [
        (N.READY_FOR_PICKUP, {}, 1, timedelta(), "We hold it until: 4 December"),
        (N.HOLD_REMINDER, {}, HOLD_DAY, timedelta(days=8), "We hold it until: 4 December"),
        (N.HOLD_EXTENDED, {}, HOLD_DAY, timedelta(), "We hold it until: 4 December"),
        (N.HOLD_EXPIRED, PULLED | {"reason": "expired"}, 5, timedelta(days=11), "until 4 December"),
        (N.REQUEST_CANCELLED, PULLED | {"reason": "cancelled_by_patron"}, 5, timedelta(), "As you asked"),
        (N.REQUEST_CANCELLED, BACK | {"reason": "cancelled_by_staff"}, 5, timedelta(), "has been cancelled"),
        (N.CHECKOUT_RECEIPT, LENT, 5, timedelta(), "Due: 22 December"),
        (N.DUE_SOON, LENT, DUE_DAY, timedelta(days=25), "Due: 22 December"),
        (N.OVERDUE, LENT, DUE_DAY, timedelta(days=29), "was due on 22 December"),
        (N.RECALLED, LENT, DUE_DAY, timedelta(), "bring it back by 22 December"),
        (N.RECALLED, PULLED | {"reason": "recalled"}, 5, timedelta(), "you can no longer pick it up"),
        (N.RETURN_RECEIPT, BACK, 5, timedelta(), "has come back to us"),
        (N.LOST, LENT | {"state": State.LOST}, 5, timedelta(), "recorded as lost"),
        (N.FOUND, BACK, 5, timedelta(), "has been found"),
    ],
)
async def test_every_notice_that_is_true_leaves(
    book: NoticeBook, folder: Path, notice: NoticeType, item: dict[str, Any], episode: int, after: timedelta, says: str
) -> None:
    key = book.a_ready(notice=notice, episode=episode)
    if item:
        book.change("item", key, **item)
    assert says in text(await letter(book, folder, key, clock=Clock(NOW + timedelta(minutes=1) + after)))


async def test_a_request_the_lender_could_not_fill_is_told_in_its_own_words(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready(notice=N.REQUEST_CANCELLED)
    book.connection.execute("UPDATE notice SET item = NULL")
    book.change("request", key, state=State.CLOSED, outcome="not_received")
    assert "could not send us" in text(await letter(book, folder, key, clock=Clock()))


async def test_a_request_cancelled_before_its_book_came_is_told_as_the_patrons_wish(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready(notice=N.REQUEST_CANCELLED)
    book.connection.execute("UPDATE notice SET item = NULL")
    book.change("request", key, state=State.CLOSED, outcome="cancelled", cancel_reason="cancelled_by_patron")
    assert "As you asked" in text(await letter(book, folder, key, clock=Clock()))


async def test_a_set_is_announced_with_its_volumes_when_all_are_here(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready()
    book.change("request", key, pieces=2)
    book.another_piece(key, State.ON_HOLD_SHELF)
    assert "2 volumes" in text(await letter(book, folder, key, clock=Clock()))


@pytest.mark.parametrize("missing", [State.IN_TRANSIT_TO_PICKUP, State.MISSING, None])
async def test_a_set_is_not_announced_while_a_volume_is_missing(book: NoticeBook, folder: Path, missing: State | None) -> None:
    key = book.a_ready()
    book.change("request", key, pieces=2)
    if missing is not None:
        book.another_piece(key, missing)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.state(key) == "suppressed")


@pytest.mark.parametrize(
    ("patron", "desk", "site", "greeting"),
    [
        ("de", "en", "en", "Guten Tag Ana"),
        ("en", "de", "de", "Hello Ana"),
        (None, "de", "en", "Guten Tag Ana"),
        ("fr", "de", "en", "Guten Tag Ana"),
        (None, None, "de", "Guten Tag Ana"),
        ("fr", None, "de", "Guten Tag Ana"),
        (None, None, "fr", "Hello Ana"),
    ],
)
async def test_the_patrons_language_comes_first_then_the_desks_then_the_sites(
    book: NoticeBook, folder: Path, patron: str | None, desk: str | None, site: str, greeting: str
) -> None:
    key = book.a_ready()
    book.change("patron", key, language=patron)
    book.set_desk_language(desk)
    assert text(await letter(book, folder, key, clock=Clock(), site=site)).startswith(greeting)
