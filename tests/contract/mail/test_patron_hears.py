"""The patron hears: from the queue in the database to a real mail server, through what can go wrong between."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from hub.core.request import State
from hub.senders.mail import MailSettings
from hub.senders.to_patron import PatronSender, transport_for
from tests.support.mail import HOST, SmtpSink, until
from tests.unit.hub.senders.notice_book import Clock, NoticeBook, a_sender, last_errors, running, send_all

FIRST_ID = "<ill-000001-8.ready-for-pickup.1@main.library.example>"


def sender_to(sink: SmtpSink, book: NoticeBook, clock: Clock, *, timeout_s: float = 5, password: str | None = None) -> PatronSender:
    username = "loans" if password is not None else None
    settings = MailSettings("loans@library.example", HOST, sink.port, username=username, password=password, timeout_s=timeout_s)
    return a_sender(book, transport_for(settings), clock)


def sent(book: NoticeBook, count: int = 1) -> Callable[[], bool]:
    return lambda: book.states().get("sent", 0) == count


async def test_fifty_due_notices_leave_over_one_connection(book: NoticeBook, sink: SmtpSink) -> None:
    for number in range(50):
        book.a_ready(email=f"patron-{number}@patron.example")
    await send_all(book, sender_to(sink, book, Clock()), sent(book, 50))
    assert sink.connections == 1
    assert sorted(sink.recipients) == sorted(f"patron-{number}@patron.example" for number in range(50))
    assert len(set(sink.ids())) == 50
    assert [event for event, _ in book.events()] == ["notice.sent"] * 50


async def test_what_was_taken_off_the_shelf_in_the_grace_is_never_sent(book: NoticeBook, sink: SmtpSink) -> None:
    gone, _here = book.a_ready(title="Gone"), book.a_ready(title="Here")
    book.move(gone, State.CHECKED_OUT)
    await send_all(book, sender_to(sink, book, Clock()), sent(book))
    assert [str(message["Subject"]) for message in sink.messages] == ["Ready to pick up: Here"]
    assert book.state(gone) == "suppressed"


async def test_a_greylisted_letter_is_sent_a_minute_later(book: NoticeBook, sink: SmtpSink) -> None:
    key, clock = book.a_ready(), Clock()
    sink.answers["RCPT"].append("450 4.2.0 Greylisted")
    sender = sender_to(sink, book, clock)
    async with running(sender):
        await until(lambda: book.notice(key)["attempts"] == 1)
        assert last_errors(book) == {"450 4.2.0 Greylisted"}
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(sent(book))
    assert sink.ids() == [FIRST_ID]


async def test_one_refused_recipient_does_not_hold_the_others(book: NoticeBook, sink: SmtpSink) -> None:
    sink.refused["nobody@patron.example"] = "550 5.1.1 No such user"
    before, refused, after = book.a_ready(), book.a_ready(email="nobody@patron.example"), book.a_ready()
    await send_all(book, sender_to(sink, book, Clock()), sent(book, 2))
    assert [book.state(key) for key in (before, refused, after)] == ["sent", "failed", "sent"]
    assert book.notice(refused)["last_error"] == "550 5.1.1 No such user"
    assert sink.connections == 1


async def test_a_letter_taken_but_not_acknowledged_is_repeated_under_the_same_name(book: NoticeBook, sink: SmtpSink) -> None:
    key, clock = book.a_ready(), Clock()
    sink.resets_after_data = 1
    sender = sender_to(sink, book, clock)
    async with running(sender):
        await until(lambda: book.notice(key)["attempts"] == 1)
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(sent(book))
    assert sink.ids() == [FIRST_ID, FIRST_ID]


async def test_a_hub_killed_between_sending_and_marking_repeats_the_letter(book: NoticeBook, sink: SmtpSink) -> None:
    book.a_ready()
    sink.slow = True
    killed = asyncio.create_task(sender_to(sink, book, Clock()).run())
    await until(lambda: sink.busy == 1)
    sink.keeps_while_slow = True
    await until(lambda: len(sink.messages) == 1)
    killed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await killed
    assert book.states() == {"queued": 1}
    sink.slow = False
    await send_all(book, sender_to(sink, book, Clock()), sent(book))
    assert sink.ids() == [FIRST_ID, FIRST_ID]


async def test_letters_wait_for_a_server_that_is_down(book: NoticeBook, sink: SmtpSink) -> None:
    for _ in range(5):
        book.a_ready()
    clock = Clock()
    sink.stop()
    sender = sender_to(sink, book, clock)
    async with running(sender):
        await until(lambda: all(error is not None for error in last_errors(book)))
        assert book.states() == {"queued": 5}
        sink.start()
        clock.forward(timedelta(minutes=1))
        sender.wake()
        await until(sent(book, 5))
    assert len(set(sink.ids())) == len(sink.ids()) == 5


async def test_letters_wait_for_a_login_that_is_mended(book: NoticeBook) -> None:
    book.a_ready()
    clock = Clock()
    with SmtpSink(login=("loans", "secret")) as sink:
        await send_all(book, sender_to(sink, book, clock, password="wrong"), lambda: None not in last_errors(book))
        assert book.states() == {"queued": 1}
        clock.forward(timedelta(minutes=1))
        await send_all(book, sender_to(sink, book, clock, password="secret"), sent(book))


async def test_stopping_finishes_the_letter_in_hand_and_no_other(book: NoticeBook, sink: SmtpSink) -> None:
    book.a_ready()
    book.a_ready()
    sink.slow = True
    sender = sender_to(sink, book, Clock())
    run = asyncio.create_task(sender.run())
    await until(lambda: sink.busy == 1)
    sender.stop()
    sink.slow = False
    await asyncio.wait_for(run, 5)
    assert book.states() == {"sent": 1, "queued": 1}
    assert len(sink.messages) == 1


async def test_a_slow_server_delays_only_letters(book: NoticeBook, sink: SmtpSink) -> None:
    key, other = book.a_ready(), book.a_ready()
    sink.slow = True
    sender = sender_to(sink, book, Clock(), timeout_s=0.3)
    async with running(sender):
        await until(lambda: book.notice(key)["attempts"] == 1 and book.notice(other)["attempts"] == 1, 5)
    assert last_errors(book) == {"The connection to the mail server failed: no answer in time."}
    sink.slow = False


async def test_the_mail_server_for_tests_runs_as_a_process_of_its_own(book: NoticeBook, tmp_path: Path) -> None:
    book.a_ready()
    folder = tmp_path / "taken"
    folder.mkdir()
    server = subprocess.Popen(  # noqa: ASYNC220 - starts once, and its first line is waited for
        [sys.executable, "-m", "tests.support.mail", str(folder)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2])
        settings = MailSettings("loans@library.example", HOST, port, timeout_s=5)
        await send_all(book, a_sender(book, transport_for(settings), Clock()), sent(book))
    finally:
        server.kill()
        server.communicate()
    [taken] = folder.iterdir()
    assert taken.name == "000001.eml"
    assert message_from_bytes(taken.read_bytes())["Message-ID"] == FIRST_ID
