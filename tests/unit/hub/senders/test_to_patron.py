"""When a notice leaves, when it does not, and what is left behind either way."""

from __future__ import annotations

import asyncio
import logging
import mailbox
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.messages import Notice
from hub.core.request import State
from hub.letters.render import Letter, Letters
from hub.letters.written import Written
from hub.senders import choosing, to_patron
from hub.senders.backoff import MAX_TRIES
from hub.senders.mail import Blame, Delivered, Refused
from hub.senders.maildir import MaildirTransport
from hub.store import notices as store
from hub.store.database import transaction
from tests.support.mail import until
from tests.unit.hub.senders.notice_book import GRACE, NOW, Clock, NoticeBook, a_sender, as_json, running, send_all


class Outbox(MaildirTransport):
    """The Maildir, and what a test wants to happen on the way to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.refuses: Refused | None = None
        self.tries = 0
        self.on_open: Callable[[], None] = lambda: None
        self.crashes_after_delivery = False

    async def open(self) -> Refused | None:
        """Open, after what the test wants to happen meanwhile."""
        self.on_open()
        if self.refuses is not None and self.refuses.blame is not Blame.LETTER:
            self.tries += 1
            return self.refuses
        return await super().open()

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Deliver, or refuse, or deliver and end as a killed program does."""
        self.tries += 1
        if self.refuses is not None:
            return self.refuses
        outcome = await super().deliver(letter)
        if self.crashes_after_delivery:
            raise asyncio.CancelledError
        return outcome

    def letters(self) -> list[str]:
        """Give the Message-IDs of all letters."""
        return sorted(str(message["Message-ID"]) for message in mailbox.Maildir(self.folder))


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "mail")


def sent(book: NoticeBook, count: int = 1) -> Callable[[], bool]:
    return lambda: book.states().get("sent", 0) == count


async def test_a_notice_leaves_when_its_grace_is_over(book: NoticeBook, outbox: Outbox) -> None:
    clock = Clock(NOW + GRACE)
    due, early = book.a_ready(), book.a_ready(queued_at=NOW + timedelta(seconds=1))
    sender = a_sender(book, outbox, clock)
    async with running(sender):
        await until(sent(book, 1))
        assert (book.state(due), book.state(early)) == ("sent", "queued")
        clock.forward(timedelta(seconds=1))
        sender.wake()
        await until(sent(book, 2))
    assert outbox.letters() == [
        "<ill-000001-8.ready-for-pickup.1@main.library.example>",
        "<ill-000002-6.ready-for-pickup.1@main.library.example>",
    ]


async def test_the_sender_wakes_by_itself_when_a_notice_is_due(book: NoticeBook, outbox: Outbox) -> None:
    book.a_ready(queued_at=datetime.now(UTC), grace=timedelta(milliseconds=150))
    await send_all(book, a_sender(book, outbox, lambda: datetime.now(UTC)), sent(book))


async def test_a_clock_that_jumps_forward_is_noticed_without_a_wake(
    book: NoticeBook, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(to_patron, "LONGEST_WAIT_S", 0.02)
    clock = Clock(NOW)
    book.a_ready(grace=timedelta(hours=1))
    async with running(a_sender(book, outbox, clock)):
        clock.forward(timedelta(hours=1))
        await until(sent(book))


async def test_a_clock_that_was_set_back_does_not_hold_a_letter(book: NoticeBook, outbox: Outbox) -> None:
    book.a_ready()
    await send_all(book, a_sender(book, outbox, Clock(NOW - timedelta(days=1))), sent(book))


@pytest.mark.parametrize("state", [state for state in State if state is not State.ON_HOLD_SHELF])
async def test_a_notice_that_is_no_longer_true_never_leaves(book: NoticeBook, outbox: Outbox, state: State) -> None:
    key = book.a_ready()
    book.move(key, state)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "suppressed")
    assert outbox.tries == 0
    about = {"request_id": "ILL-000001-8", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": str(key)}
    assert book.events() == [("notice.suppressed", about)]


async def test_a_notice_of_an_earlier_stay_on_the_shelf_never_leaves(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    book.move(key, State.ON_HOLD_SHELF, episode=2)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "suppressed")
    assert outbox.tries == 0


async def test_the_state_is_read_again_after_connecting(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    outbox.on_open = lambda: book.move(key, State.CHECKED_OUT)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "suppressed")
    assert outbox.tries == 0


async def test_a_notice_whose_patron_is_forgotten_is_nobodys_and_no_work_for_staff(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    book.forget(key)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "suppressed")
    assert outbox.tries == 0
    assert book.history() == [("suppressed", "hub")]


async def test_a_patron_forgotten_while_connecting_gets_no_letter(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    outbox.on_open = lambda: book.forget(key)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "suppressed")
    assert outbox.tries == 0


@pytest.mark.parametrize(
    ("email", "words"), [(None, choosing.NO_ADDRESS), ("", choosing.NO_ADDRESS), ("ana at home", choosing.BAD_ADDRESS)]
)
async def test_a_patron_without_a_usable_address_is_work_for_staff(book: NoticeBook, outbox: Outbox, email: str | None, words: str) -> None:
    key = book.a_ready(email=email)
    await send_all(book, a_sender(book, outbox, Clock()), lambda: book.state(key) == "failed")
    assert book.notice(key)["last_error"] == words
    assert [event for event, _ in book.events()] == ["notice.failed"]
    assert outbox.tries == 0


async def test_a_corrected_address_gets_the_letter_when_staff_send_it_again(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready(email=None)
    sender, clock = a_sender(book, outbox, clock := Clock()), clock
    async with running(sender):
        await until(lambda: book.state(key) == "failed")
        book.set_email(key, "ana@patron.example")
        with transaction(book.connection):
            store.resend(book.connection, key, clock())
        sender.wake()
        await until(sent(book))


async def test_a_crash_between_sending_and_marking_repeats_the_letter_under_its_name(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    outbox.crashes_after_delivery = True
    with pytest.raises(asyncio.CancelledError):
        await a_sender(book, outbox, Clock()).run()
    assert (book.state(key), outbox.tries) == ("queued", 1)
    outbox.crashes_after_delivery = False
    await send_all(book, a_sender(book, outbox, Clock()), sent(book))
    assert outbox.tries == 2
    assert outbox.letters() == ["<ill-000001-8.ready-for-pickup.1@main.library.example>"]


async def test_a_letter_that_has_left_is_published_without_the_patron(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    heard: list[Notice] = []
    await send_all(book, a_sender(book, outbox, Clock(), publish=heard.append), sent(book))
    assert [as_json(notice) for notice in heard] == [
        {
            "v": 1,
            "notice_id": str(key),
            "type": "READY_FOR_PICKUP",
            "request_id": "ILL-000001-8",
            "desk": "main",
            "title": "The Overstory",
            "hold_until": "2026-12-04T09:00:00Z",
            "patron_ref": "1",
            "at": "2026-11-24T09:01:00Z",
        }
    ]


async def test_whoever_follows_the_events_is_told_of_every_ending(book: NoticeBook, outbox: Outbox) -> None:
    gone, silent = book.a_ready(), book.a_ready(email=None)
    book.a_ready()
    book.move(gone, State.CHECKED_OUT)
    seen: list[list[str]] = []
    sender = a_sender(book, outbox, Clock(), changed=lambda: seen.append([event for event, _ in book.events()]))
    await send_all(book, sender, sent(book))
    assert seen[-1] == ["notice.suppressed", "notice.failed", "notice.sent"]
    assert book.state(silent) == "failed"
    assert len(seen) == 2, "what is found out together is written together"


async def test_nothing_is_published_of_a_letter_that_has_not_left(book: NoticeBook, outbox: Outbox) -> None:
    key = book.a_ready()
    outbox.refuses = Refused(True, "550 no such user", code=550)
    heard: list[Notice] = []
    await send_all(book, a_sender(book, outbox, Clock(), publish=heard.append), lambda: book.state(key) == "failed")
    assert heard == []


async def test_a_letter_refused_for_now_waits_longer_each_time_and_then_is_work_for_staff(book: NoticeBook, outbox: Outbox) -> None:
    key, clock = book.a_ready(), Clock()
    outbox.refuses = Refused(False, "451 try later", code=451)
    sender = a_sender(book, outbox, clock)
    waits: list[timedelta] = []
    async with running(sender):
        for tries in range(1, MAX_TRIES + 1):
            await until(lambda: book.notice(key)["attempts"] == tries)  # noqa: B023 - awaited before tries changes
            due = store.next_due(book.connection, clock())
            assert due is not None
            waits.append(due - clock())
            clock.moment = due
            sender.wake()
        await until(lambda: book.state(key) == "failed")
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15] + [60] * (MAX_TRIES - 3)
    assert book.notice(key)["last_error"] == f"given up after {MAX_TRIES + 1} tries: 451 try later"


async def test_a_dead_server_is_asked_once_for_all_letters(book: NoticeBook, outbox: Outbox) -> None:
    keys = [book.a_ready() for _ in range(30)]
    stale = book.a_ready()
    book.move(stale, State.CHECKED_OUT)
    outbox.refuses = Refused(False, "No connection to the mail server: refused.", Blame.SERVER)
    clock = Clock()
    sender = a_sender(book, outbox, clock)
    async with running(sender):
        await until(lambda: all(book.notice(key)["attempts"] == 1 for key in keys))
        assert (outbox.tries, book.state(stale)) == (1, "suppressed")
        outbox.refuses = None
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(sent(book, 30))


async def test_a_refused_login_is_told_once_and_again_after_it_worked(
    book: NoticeBook, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    sender = a_sender(book, outbox, clock)
    refused = Refused(False, "535 no", Blame.LOGIN, 535)

    def told() -> int:
        return sum(getattr(record, "action", "") == "mail_login_refused" for record in caplog.records)

    async with running(sender):
        for round_, expected in enumerate([1, 1, 1, 2]):
            outbox.refuses = refused if round_ != 2 else None
            key = book.a_ready(queued_at=clock() - GRACE)
            clock.forward(timedelta(seconds=1))
            sender.wake()
            await until(lambda: book.notice(key)["attempts"] == 1)  # noqa: B023 - awaited before key changes
            assert told() == expected


async def test_logs_name_neither_patron_nor_address(book: NoticeBook, outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = Clock()
    failed, gone = book.a_ready(), book.a_ready()
    book.move(gone, State.CHECKED_OUT)
    outbox.refuses = Refused(False, "451 <ana@patron.example> is busy", code=451)
    sender = a_sender(book, outbox, clock)
    async with running(sender):
        await until(lambda: book.notice(failed)["attempts"] == 1)
        outbox.refuses = Refused(True, "550 <ana@patron.example> unknown", code=550)
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(lambda: book.state(failed) == "failed")
        outbox.refuses = None
        book.a_ready(queued_at=clock() - GRACE)
        sender.wake()
        await until(sent(book))
    logged = [str(record.__dict__) for record in caplog.records if record.name.startswith("hub")]
    assert {getattr(record, "action", None) for record in caplog.records if record.name.startswith("hub")} == {
        "suppress_notice",
        "retry_notice",
        "fail_notice",
        "send_notice",
    }
    assert not any(word in line for line in logged for word in ("ana@", "Ana", "Müller", "patron.example"))


class OneBroken(Letters):
    """Cannot write one letter; the error names the patron, as errors do."""

    def render(self, letter: Letter, message_id: str, now: datetime, *, language: str | None = None, calendar: bool = False) -> Written:
        """Write all letters but one."""
        if letter.books[0].title == "Broken":
            raise RuntimeError(f"cannot write to {letter.to} {letter.name}")
        return super().render(letter, message_id, now, language=language, calendar=calendar)


async def test_a_letter_that_cannot_be_written_does_not_stop_the_others(book: NoticeBook, outbox: Outbox) -> None:
    broken = book.a_ready(title="Broken")
    book.a_ready()
    letters = OneBroken(library="Library", sender="loans@library.example", zone=UTC)
    await send_all(book, a_sender(book, outbox, Clock(), letters=letters), sent(book))
    row = book.notice(broken)
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert "RuntimeError in test_to_patron.py" in row["last_error"]
    assert "ana" not in row["last_error"].lower()


async def test_stop_ends_the_run_at_once_when_nothing_is_in_hand(book: NoticeBook, outbox: Outbox) -> None:
    book.a_ready(grace=timedelta(days=1))
    sender = a_sender(book, outbox, Clock())
    task = asyncio.create_task(sender.run())
    await until(lambda: book.states() == {"queued": 1})
    sender.stop()
    await asyncio.wait_for(task, 5)


async def test_a_letter_that_left_while_the_disk_was_full_is_noted_once_there_is_room_and_leaves_once(
    book: NoticeBook, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """To end the hub here would send it again at each start."""
    monkeypatch.setattr(to_patron, "RETRY_AFTER_S", 0.01)
    keys = [book.a_ready(), book.a_ready()]
    with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
        book.connection.execute("PRAGMA busy_timeout=0")

        def no_room() -> None:
            if not other.in_transaction and not outbox.tries:
                other.execute("BEGIN IMMEDIATE")

        outbox.on_open = no_room
        async with running(a_sender(book, outbox, Clock(NOW + GRACE))):
            await until(lambda: "letters wait for the database" in caplog.text)
            assert (outbox.tries, book.states()) == (1, {"queued": 2})
            other.execute("ROLLBACK")
            await until(sent(book, 2))
    assert (outbox.tries, len(outbox.letters()), [book.state(key) for key in keys]) == (2, 2, ["sent", "sent"])


async def test_a_letter_that_is_no_longer_true_waits_for_the_database_too(
    book: NoticeBook, outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(to_patron, "RETRY_AFTER_S", 0.01)
    book.connection.execute("PRAGMA busy_timeout = 0")
    notice = book.a_ready()
    book.move(notice, State.CHECKED_OUT)
    with closing(sqlite3.connect(tmp_path / "hub.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with running(a_sender(book, outbox, Clock())):
            await until(lambda: any("wait for the database" in record.message for record in caplog.records))
            other.execute("ROLLBACK")
            await until(lambda: book.state(notice) == "suppressed")
    assert outbox.tries == 0


async def test_a_hub_that_is_not_sure_to_be_the_one_sends_nothing_until_it_is(
    book: NoticeBook, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(to_patron, "RETRY_AFTER_S", 0.02)
    book.a_ready()
    sender, sure = a_sender(book, outbox, Clock()), [False]
    sender._sure = lambda: sure[0]
    async with running(sender):
        await asyncio.sleep(0.1)
        assert outbox.tries == 0
        sure[0] = True
        await until(sent(book))
