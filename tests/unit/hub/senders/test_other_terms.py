"""Terms that an admin changes count for letters that wait already: nothing waits for what holds no more, and nothing leaves too soon."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from hub.core.telling import Quiet, Telling, Terms
from hub.senders.mail import Blame, Refused
from hub.senders.maildir import MaildirTransport
from hub.store.moments import from_ms
from tests.support.mail import until
from tests.unit.hub.senders.notice_book import GRACE, NOW, Clock, NoticeBook, a_sender, running

NIGHT = Terms(quiet=Quiet(time(8), time(12)), together=timedelta())
"""It is nine."""
DAY = Telling(Terms(together=timedelta()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def not_before(book: NoticeBook, key: int) -> timedelta:
    return from_ms(book.notice(key)["not_before"]) - NOW


async def test_a_letter_that_waits_for_the_end_of_quiet_hours_leaves_when_there_are_none_any_more(book: NoticeBook, folder: Path) -> None:
    key, sender = book.a_ready(), a_sender(book, MaildirTransport(folder), Clock(), terms=NIGHT)
    async with running(sender):
        await until(lambda: not_before(book, key) == timedelta(hours=3))
        assert book.state(key) == "queued"
        sender.follow(DAY)
        await until(lambda: book.state(key) == "sent")


async def test_a_letter_waits_for_the_end_of_quiet_hours_that_came_meanwhile(book: NoticeBook, folder: Path) -> None:
    clock = Clock(NOW)
    key, sender = book.a_ready(), a_sender(book, MaildirTransport(folder), clock, terms=DAY.usual)
    async with running(sender):
        sender.follow(Telling(NIGHT))
        clock.forward(GRACE)
        sender.wake()
        await until(lambda: not_before(book, key) == timedelta(hours=3))
        assert book.state(key) == "queued"


async def test_no_letter_leaves_before_its_own_wait_in_which_a_step_can_be_taken_back(book: NoticeBook, folder: Path) -> None:
    clock = Clock(NOW + timedelta(seconds=5))
    waits, late = book.a_ready(), book.a_ready(grace=timedelta(hours=3))
    sender = a_sender(book, MaildirTransport(folder), clock, terms=NIGHT)
    async with running(sender):
        sender.follow(DAY)
        await until(lambda: not_before(book, late) == GRACE)
        assert not_before(book, waits) == GRACE
        assert book.states() == {"queued": 2}
        clock.forward(GRACE)
        sender.wake()
        await until(lambda: book.states() == {"sent": 2})


async def test_a_mail_server_that_is_away_is_not_asked_sooner_because_of_other_terms(book: NoticeBook, folder: Path) -> None:
    class Away(MaildirTransport):
        tries = 0

        async def open(self) -> Refused | None:
            self.tries += 1
            return Refused(False, "421 come back later", blame=Blame.SERVER)

    away = Away(folder)
    key, sender = book.a_ready(), a_sender(book, away, Clock(), terms=DAY.usual)
    async with running(sender):
        await until(lambda: book.notice(key)["attempts"] == 1)
        waits = not_before(book, key)
        sender.follow(Telling(Terms(together=timedelta(), delay=timedelta())))
        other = book.a_ready(grace=timedelta())
        sender.wake()
        await until(lambda: book.notice(other)["attempts"] == 1)
    assert (away.tries, not_before(book, key), book.notice(key)["attempts"]) == (2, waits, 1)
