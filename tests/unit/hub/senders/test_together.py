"""Several books of a patron at a desk are one letter, the same one whatever happens; quiet hours, desks and ways."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from hub.core.notices import NoticeType, day_number
from hub.core.request import State
from hub.core.telling import Quiet, Terms
from hub.letters.written import Written
from hub.senders.channels import Parcel, reached_by
from hub.senders.mail import Blame, Delivered, Refused
from hub.senders.maildir import MaildirTransport
from hub.store import notices as store
from hub.store.database import transaction
from hub.store.notices import LetterFacts
from tests.support.mail import until
from tests.unit.hub.senders.notice_book import GRACE, NOW, Clock, NoticeBook, a_sender, last_errors, running, send_all


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@dataclass
class Phone:
    """A way of a site's own that remembers what was told, and refuses what it is told to refuse."""

    name: str = "sms"
    told: list[Parcel] = field(default_factory=list)
    refuses: Refused | None = None

    def reach(self, facts: LetterFacts) -> str | None:
        """Give the number."""
        return reached_by("phone", facts)

    async def open(self) -> Refused | None:
        """Nothing to open."""
        return None

    async def deliver(self, parcel: Parcel) -> Delivered | Refused:
        """Remember it."""
        if self.refuses is not None:
            return self.refuses
        self.told.append(parcel)
        return Delivered()

    async def close(self) -> None:
        """Nothing to close."""


class Dies(MaildirTransport):
    """Takes a letter, and the program ends before it is marked."""

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Deliver, then die."""
        await super().deliver(letter)
        raise asyncio.CancelledError


def letters(folder: Path) -> list[EmailMessage]:
    """Give the letters that lie in the Maildir."""
    return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted((folder / "new").iterdir())]


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def of_one_patron(book: NoticeBook, *titles: str, apart: timedelta = timedelta()) -> list[int]:
    """Queue READY of several books, all for the first one's patron."""
    keys = [book.a_ready(title=title, queued_at=NOW + number * apart) for number, title in enumerate(titles)]
    book.connection.execute("UPDATE notice SET patron = (SELECT patron FROM notice WHERE key = ?)", (keys[0],))
    return keys


async def test_books_that_come_together_are_one_letter(book: NoticeBook, folder: Path) -> None:
    keys = of_one_patron(book, "One", "Two", "Three")
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 3})
    [letter] = letters(folder)
    assert letter["Subject"] == "Ready to pick up: 3 titles"
    assert all(title in text(letter) for title in ("One", "Two", "Three", "ILL-000001-8", "ILL-000002-6", "ILL-000003-4"))
    assert {book.notice(key)["message_id"] for key in keys} == {letter["Message-ID"]}
    assert [event for event, _ in book.events()] == ["notice.sent"] * 3


async def test_books_of_other_patrons_and_desks_have_letters_of_their_own(book: NoticeBook, folder: Path) -> None:
    [one, two] = of_one_patron(book, "One", "Two")
    book.connection.execute("UPDATE notice SET desk = NULL WHERE key = ?", (two,))
    book.a_ready(title="Three")
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 3})
    assert len(letters(folder)) == 3
    assert book.notice(one)["message_id"] == "<ill-000001-8.ready-for-pickup.1@main.library.example>"


async def test_a_letter_waits_for_the_book_that_comes_behind_it_and_a_lone_one_does_not(book: NoticeBook, folder: Path) -> None:
    clock = Clock(NOW + GRACE)
    first, second = of_one_patron(book, "One", "Two", apart=timedelta(seconds=40))
    alone = book.a_ready(title="Alone")
    sender = a_sender(book, MaildirTransport(folder), clock)
    async with running(sender):
        await until(lambda: book.state(alone) == "sent")
        assert (book.state(first), book.state(second)) == ("queued", "queued")
        clock.forward(timedelta(seconds=40))
        sender.wake()
        await until(lambda: book.states() == {"sent": 3})
    assert sorted(letter["Subject"] for letter in letters(folder)) == ["Ready to pick up: 2 titles", "Ready to pick up: Alone"]


async def test_who_brings_books_all_day_does_not_hold_the_letter(book: NoticeBook, folder: Path) -> None:
    keys = of_one_patron(book, *(f"Book {number}" for number in range(15)), apart=timedelta(seconds=50))
    clock = Clock(NOW + GRACE)
    sender = a_sender(book, MaildirTransport(folder), clock)
    async with running(sender):
        while book.state(keys[0]) == "queued":
            due = store.next_due(book.connection, clock())
            assert due is not None
            clock.moment = max(due, clock())
            sender.wake()
            await asyncio.sleep(0.02)
    assert clock() <= NOW + GRACE + timedelta(minutes=10)


async def test_a_site_may_write_of_each_book_by_itself(book: NoticeBook, folder: Path) -> None:
    of_one_patron(book, "One", "Two")
    sender = a_sender(book, MaildirTransport(folder), Clock(), terms=Terms(together=timedelta()))
    await send_all(book, sender, lambda: book.states() == {"sent": 2})
    assert len(letters(folder)) == 2


async def test_a_book_that_left_the_shelf_is_not_in_the_letter(book: NoticeBook, folder: Path) -> None:
    _, gone, _ = of_one_patron(book, "One", "Gone", "Three")
    book.move(gone, State.CHECKED_OUT)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 2, "suppressed": 1})
    [letter] = letters(folder)
    assert "Gone" not in text(letter)


async def test_after_a_crash_the_same_books_are_the_same_letter_and_new_ones_another(book: NoticeBook, folder: Path) -> None:
    """Joined anew, the repeat would bear another name, or the new book would lie in a letter that mail systems drop as a repeat."""
    _, gone = of_one_patron(book, "One", "Two")
    with pytest.raises(asyncio.CancelledError):
        await a_sender(book, Dies(folder), Clock()).run()
    [first] = letters(folder)
    book.move(gone, State.CHECKED_OUT)
    new = book.a_ready(title="New")
    book.connection.execute("UPDATE notice SET patron = 1")
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 2, "suppressed": 1})
    again, other = sorted(letters(folder), key=lambda letter: "New" in text(letter))
    assert again["Message-ID"] == first["Message-ID"]
    assert "Two" not in text(again)
    assert book.notice(new)["message_id"] == other["Message-ID"] != first["Message-ID"]


async def test_a_lone_letter_that_may_have_left_takes_no_other_book_in(book: NoticeBook, folder: Path) -> None:
    of_one_patron(book, "One")
    with pytest.raises(asyncio.CancelledError):
        await a_sender(book, Dies(folder), Clock()).run()
    book.a_ready(title="New")
    book.connection.execute("UPDATE notice SET patron = 1")
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 2})
    assert len(letters(folder)) == 2


async def test_in_quiet_hours_nobody_is_written_to(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready()
    clock = Clock(NOW.replace(hour=22))
    sender = a_sender(book, MaildirTransport(folder), clock, terms=Terms(quiet=Quiet(time(21), time(8))))
    async with running(sender):
        await until(lambda: book.notice(key)["not_before"] == int(datetime(2026, 11, 25, 8, tzinfo=UTC).timestamp() * 1000))
        assert book.notice(key)["attempts"] == 0
        clock.moment = datetime(2026, 11, 25, 8, tzinfo=UTC)
        sender.wake()
        await until(lambda: book.state(key) == "sent")


async def test_a_clock_that_was_set_back_into_the_quiet_hours_does_not_spin(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready()
    sender = a_sender(book, MaildirTransport(folder), Clock(NOW - timedelta(hours=12)), terms=Terms(quiet=Quiet(time(20), time(8))))
    async with running(sender):
        await until(lambda: book.notice(key)["not_before"] == int(NOW.replace(hour=8).timestamp() * 1000))
        assert store.due_notices(book.connection, NOW - timedelta(hours=12), 10) == []


async def test_a_domain_that_takes_few_letters_a_minute_gets_no_more(book: NoticeBook, folder: Path) -> None:
    keys = [book.a_ready(email=f"p{number}@slow.example") for number in range(5)]
    quick = book.a_ready(email="p@quick.example")
    clock = Clock()
    sender = a_sender(book, MaildirTransport(folder), clock, per_domain_per_minute=2)
    async with running(sender):
        await until(lambda: book.state(quick) == "sent")
        assert [book.state(key) for key in keys] == ["sent", "sent", "queued", "queued", "queued"]
        assert book.notice(keys[2])["attempts"] == 0
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(lambda: book.states().get("sent") == 5)


def with_phone(book: NoticeBook, key: int, *, channels: str = "sms mail", phone: str | None = "+49 170 555-0100") -> None:
    book.change("patron", key, phone=phone, channels=channels)


async def test_a_patron_is_reached_by_the_way_they_like_first(book: NoticeBook, folder: Path) -> None:
    key, phone = book.a_ready(), Phone()
    with_phone(book, key)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock(), more=[phone]), lambda: book.state(key) == "sent")
    [parcel] = phone.told
    assert (parcel.address, book.notice(key)["channel"]) == ("+491705550100", "sms")
    assert parcel.short == (
        "Springfield University Library: Ready to pick up: The Overstory. Pick it up at: Main Library. "
        "We hold it until: 4 December. Request ILL-000001-8."
    )
    assert phone.told == [parcel]
    assert book.connection.execute("SELECT detail FROM history WHERE rule = 'sent'").fetchall() == [("by sms",)]


async def test_where_the_first_way_fails_for_good_the_next_is_taken(book: NoticeBook, folder: Path) -> None:
    key, phone = book.a_ready(), Phone(refuses=Refused(True, "no such number"))
    with_phone(book, key)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock(), more=[phone]), lambda: book.state(key) == "sent")
    assert (book.notice(key)["channel"], len(letters(folder))) == ("mail", 1)


async def test_where_no_way_is_left_it_is_work_with_the_last_words(book: NoticeBook, folder: Path) -> None:
    key, phone = book.a_ready(email=None), Phone(refuses=Refused(True, "no such number"))
    with_phone(book, key)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock(), more=[phone]), lambda: book.state(key) == "failed")
    assert last_errors(book) == {"no such number"}


@pytest.mark.parametrize(("channels", "phone"), [("sms", None), ("pigeon", "+49 1"), ("sms pigeon", "")])
async def test_a_patron_nobody_can_reach_is_work_and_not_silence(book: NoticeBook, folder: Path, channels: str, phone: str | None) -> None:
    key = book.a_ready()
    with_phone(book, key, channels=channels, phone=phone)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock(), more=[Phone()]), lambda: book.state(key) == "failed")
    assert last_errors(book).pop().startswith("the patron can be reached by none of these ways")


async def test_a_way_that_is_down_does_not_hold_up_the_others(book: NoticeBook, folder: Path) -> None:
    waits, phone = book.a_ready(), Phone(refuses=Refused(False, "gateway away", Blame.SERVER))
    with_phone(book, waits, channels="sms")
    others = [book.a_ready() for _ in range(3)]
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock(), more=[phone]), lambda: book.states().get("sent") == 3)
    assert (book.state(waits), [book.state(key) for key in others]) == ("queued", ["sent"] * 3)


async def test_the_time_line_says_why_a_notice_was_not_sent(book: NoticeBook, folder: Path) -> None:
    key = book.a_ready()
    book.move(key, State.CHECKED_OUT)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.state(key) == "suppressed")
    assert book.connection.execute("SELECT detail FROM history WHERE rule = 'suppressed'").fetchall() == [("item CHECKED_OUT",)]


async def test_a_letter_a_server_gave_back_is_work_and_can_be_sent_again(book: NoticeBook, folder: Path) -> None:
    keys = of_one_patron(book, "One", "Two")
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 2})
    named = book.notice(keys[0])["message_id"]
    with transaction(book.connection):
        assert store.mark_returned(book.connection, "ILL-000001-8", named, "550 5.1.1 no such user", NOW) == 2
    assert (book.states(), last_errors(book)) == ({"failed": 2}, {"550 5.1.1 no such user"})
    with transaction(book.connection):
        for key in keys:
            store.resend(book.connection, key, NOW)
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.states() == {"sent": 2})
    assert [letter["Message-ID"] for letter in letters(folder)] == [named]


@pytest.fixture
def overdue(book: NoticeBook) -> int:
    due = NOW - timedelta(days=8)
    key = book.a_ready(notice=NoticeType.OVERDUE, episode=8 * 10_000_000 + day_number(due, UTC))
    book.change("item", key, state=State.CHECKED_OUT, due_at=int(due.timestamp() * 1000))
    return key


async def test_a_later_call_for_a_loan_is_true_of_its_day_alone(book: NoticeBook, folder: Path, overdue: int) -> None:
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.state(overdue) == "sent")
    other = book.a_ready(notice=NoticeType.OVERDUE, episode=8 * 10_000_000 + day_number(NOW, UTC))
    await send_all(book, a_sender(book, MaildirTransport(folder), Clock()), lambda: book.state(other) == "suppressed")


class Gate(MaildirTransport):
    """A connection that opens or does not, and counts how many are under way at a time."""

    under_way = most = 0

    def __init__(self, folder: Path, *, opens: bool = True) -> None:
        super().__init__(folder)
        self._opens = opens

    async def open(self) -> Refused | None:
        """Open, or be one connection too many."""
        return await super().open() if self._opens else Refused(False, "421 too many connections", Blame.SERVER, 421)

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Deliver, seen by the others."""
        Gate.under_way += 1
        Gate.most = max(Gate.most, Gate.under_way)
        try:
            await asyncio.sleep(0)
            return await super().deliver(letter)
        finally:
            Gate.under_way -= 1


@pytest.mark.parametrize(("opens", "at_once"), [(True, 3), (False, 1)])
async def test_many_letters_leave_over_as_many_connections_as_the_server_takes(
    book: NoticeBook, folder: Path, opens: bool, at_once: int
) -> None:
    Gate.under_way = Gate.most = 0
    for number in range(12):
        book.a_ready(email=f"p{number}@patron.example")
    beside = [Gate(folder, opens=opens) for _ in range(2)]
    await send_all(book, a_sender(book, Gate(folder), Clock(), beside=beside), lambda: book.states() == {"sent": 12})
    assert Gate.most == at_once
    assert len(letters(folder)) == 12
    assert {row[0] for row in book.connection.execute("SELECT attempts FROM notice")} == {1}


async def test_a_book_that_leaves_the_shelf_while_others_are_sent_is_not_told_of(book: NoticeBook, folder: Path) -> None:
    """Named in one commit with the others, and read again right before it would leave."""
    keys = [book.a_ready(email=f"p{number}@patron.example") for number in range(3)]

    class Takes(MaildirTransport):
        async def deliver(self, letter: Written) -> Delivered | Refused:
            """While the first letter is on its way, the last book is lent."""
            book.move(keys[2], State.CHECKED_OUT)
            return await super().deliver(letter)

    await send_all(book, a_sender(book, Takes(folder), Clock()), lambda: book.states() == {"sent": 2, "suppressed": 1})
    assert book.notice(keys[2])["message_id"] is None
    assert len(letters(folder)) == 2
