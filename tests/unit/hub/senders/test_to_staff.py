"""A desk or a partner is told once a day what is there, or not at all when nothing is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from hub.errors import Conflict
from hub.letters.written import Written
from hub.senders.mail import Delivered, Refused, addresses
from hub.senders.maildir import MaildirTransport
from hub.senders.to_staff import DigestPlan, StaffSender
from hub.store.database import transaction
from hub.store.digests import resend
from tests.support.desks import ADA, Library
from tests.support.roads import received, shelved

DAILY = frozenset(range(7))
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path)
    yield opened
    opened.connection.close()


class Post(MaildirTransport):
    """The Maildir, or a refusal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.refuses: Refused | None = None

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Deliver or refuse."""
        return self.refuses or await super().deliver(letter)

    def letters(self) -> list[EmailMessage]:
        """Give what was taken."""
        return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted((self.folder / "new").iterdir())]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path / "mail")


def a_sender(library: Library, post: Post, about: str, *, weekdays: frozenset[int] = DAILY) -> StaffSender:
    to = addresses("desk@library.example, second@library.example")
    plan = DigestPlan(about=about, to=to, at=time(8), weekdays=weekdays, as_csv=True, language=None)
    return StaffSender(
        library.connection,
        post,
        [plan],
        library="Library",
        sender="loans@library.example",
        domain="library.example",
        zone=library.site.zone,
        language="en",
        now=lambda: library.now,
        jitter=lambda: 0.5,
    )


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_a_desk_hears_once_a_day_what_waits_and_what_comes(library: Library, post: Post) -> None:
    named = shelved(library)
    library.now = TEN
    sender = a_sender(library, post, "desk:main")
    assert [await sender.look(), await sender.look()] == [1, 0]
    [letter] = post.letters()
    assert letter["Subject"] == "Main desk: 1 books on 24 November"
    assert letter["Message-ID"] == "<desk.main.2026-11-24@library.example>"
    assert named in body(letter)
    assert "shelf A1" in body(letter)
    library.now += timedelta(days=1)
    assert await sender.look() == 1


async def test_nothing_of_a_patron_is_in_it(library: Library, post: Post) -> None:
    shelved(library)
    library.now = TEN
    await a_sender(library, post, "desk:main").look()
    text = post.letters()[0].as_string()
    assert [secret for secret in (ADA, "Ada", "Fischer", "Heron", "patron1@") if secret in text] == []


async def test_a_partner_gets_the_list_as_csv_that_no_spreadsheet_runs(library: Library, post: Post) -> None:
    named = library.request(title='=HYPERLINK("evil")')
    library.now = TEN
    await a_sender(library, post, "partner:tul").look()
    [letter] = post.letters()
    [attached] = letter.iter_attachments()
    content = attached.get_content()
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert (rows[0]["request_id"], rows[0]["title"], rows[0]["state"]) == (named, '\'=HYPERLINK("evil")', "REQUESTED")


async def test_where_nothing_is_there_nobody_is_written_to(library: Library, post: Post) -> None:
    library.now = TEN
    assert await a_sender(library, post, "desk:main").look() == 0
    assert library.rows("SELECT state FROM digest") == [("nothing",)]


@pytest.mark.parametrize(("at", "weekdays"), [(TEN.replace(hour=7), DAILY), (TEN, frozenset({0}))], ids=["too early", "another day"])
async def test_it_comes_at_its_time(library: Library, post: Post, at: datetime, weekdays: frozenset[int]) -> None:
    received(library)
    library.now = at
    assert await a_sender(library, post, "desk:main", weekdays=weekdays).look() == 0
    assert library.rows("SELECT count(*) FROM digest") == [(0,)]


async def test_after_a_stop_of_days_one_mail_leaves(library: Library, post: Post) -> None:
    received(library)
    library.now = TEN + timedelta(days=9)
    sender = a_sender(library, post, "desk:main")
    assert [await sender.look(), await sender.look()] == [1, 0]


async def test_a_mail_refused_for_now_is_tried_again_and_one_for_good_is_not(library: Library, post: Post) -> None:
    received(library)
    library.now = TEN
    sender = a_sender(library, post, "desk:main")
    post.refuses = Refused(False, "451 later", code=451)
    assert [await sender.look(), await sender.look()] == [0, 0]
    assert library.rows("SELECT state, attempts, last_error FROM digest") == [("queued", 1, "451 later")]
    library.now += timedelta(minutes=2)
    post.refuses = Refused(True, "550 no such mailbox", code=550)
    assert await sender.look() == 0
    post.refuses = None
    library.now += timedelta(hours=1)
    assert await sender.look() == 0
    assert library.rows("SELECT state, attempts, last_error FROM digest") == [("failed", 2, "550 no such mailbox")]


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="'maria'"):
        addresses("desk@library.example, maria")


async def test_a_mail_that_failed_for_good_leaves_once_more_when_staff_say_so(library: Library, post: Post) -> None:
    received(library)
    library.now = TEN
    sender = a_sender(library, post, "desk:main")
    post.refuses = Refused(True, "550 nobody", code=550)
    assert [await sender.look(), await sender.look()] == [0, 0]
    post.refuses = None
    assert await sender.look() == 0
    with transaction(library.connection):
        resend(library.connection, "desk:main", TEN.date(), library.now)
    assert [await sender.look(), await sender.look()] == [1, 0]
    with transaction(library.connection), pytest.raises(Conflict):
        resend(library.connection, "desk:main", TEN.date(), library.now)
