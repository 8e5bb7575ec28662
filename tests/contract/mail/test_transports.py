"""What every way of sending promises, held against a real mail server and a Maildir alike."""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from hub.letters.render import Book, Letter
from hub.letters.written import Written
from hub.senders.mail import Delivered, MailSettings, Transport
from hub.senders.maildir import MaildirTransport
from hub.senders.smtp import SmtpTransport
from tests.support.mail import SmtpSink
from tests.unit.hub.senders.notice_book import LETTERS, NOW


@dataclass
class Way:
    """A transport, and what has arrived at its other end."""

    transport: Transport
    arrived: Callable[[], list[EmailMessage]]


@pytest.fixture(params=["smtp", "maildir"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    if request.param == "maildir":
        folder = tmp_path / "data" / "mail"
        yield Way(MaildirTransport(folder), lambda: in_maildir(folder))
        return
    with SmtpSink() as sink:
        settings = MailSettings(sender="loans@library.example", host="127.0.0.1", port=sink.port, timeout_s=5)
        yield Way(SmtpTransport(settings), lambda: sink.messages)


def in_maildir(folder: Path) -> list[EmailMessage]:
    kept = mailbox.Maildir(folder, create=False)
    return [message_from_bytes(kept.get_bytes(key), policy=default) for key in kept.keys()]  # noqa: SIM118 - iterating gives messages


def a_message(number: int = 1, title: str = "Überblick: 漢字") -> Written:
    until = NOW + timedelta(days=10)
    to = Address(addr_spec=f"patron-{number}@patron.example")
    letter = Letter(
        notice="READY_FOR_PICKUP",
        to=to,
        name="Ana Müller",
        books=(Book(title=title, hold_until=until, request_id="ILL-000123-0"),),
        desk="Main Library",
    )
    return LETTERS.render(letter, f"<{number}.ready-for-pickup.1@main.library.example>", NOW)


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_a_letter_arrives_as_it_was_written(way: Way) -> None:
    letter = a_message()
    written = message_from_bytes(letter.data, policy=default)
    assert isinstance(written, EmailMessage)
    assert await way.transport.deliver(letter) == Delivered()
    await way.transport.close()
    [message] = way.arrived()
    for header in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"):
        assert message[header] == written[header]
    assert text(message) == text(written)
    assert message.get_body(("html",)) is not None


async def test_fifty_letters_arrive_each_once(way: Way) -> None:
    for number in range(50):
        assert await way.transport.deliver(a_message(number)) == Delivered()
    await way.transport.close()
    assert {str(message["To"]) for message in way.arrived()} == {f"patron-{number}@patron.example" for number in range(50)}
    assert len(way.arrived()) == 50


async def test_a_repeat_can_be_known_by_its_message_id(way: Way) -> None:
    for _ in range(2):
        assert await way.transport.deliver(a_message()) == Delivered()
    await way.transport.close()
    assert {str(message["Message-ID"]) for message in way.arrived()} == {"<1.ready-for-pickup.1@main.library.example>"}


async def test_opening_twice_and_closing_twice_change_nothing(way: Way) -> None:
    assert await way.transport.open() is None
    assert await way.transport.open() is None
    await way.transport.close()
    await way.transport.close()
    assert way.arrived() == []


async def test_a_letter_after_closing_opens_again(way: Way) -> None:
    assert await way.transport.deliver(a_message(1)) == Delivered()
    await way.transport.close()
    assert await way.transport.deliver(a_message(2)) == Delivered()
    await way.transport.close()
    assert len(way.arrived()) == 2


async def test_a_line_with_a_dot_is_only_text(way: Way) -> None:
    assert await way.transport.deliver(a_message(title=".")) == Delivered()
    await way.transport.close()
    assert "\n    .\n" in text(way.arrived()[0])
