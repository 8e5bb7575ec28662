"""SMTP against a server that misbehaves: what is for good, what is for now, and nothing that hangs."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path

import pytest

from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Security
from hub.senders.smtp import SmtpTransport
from tests.contract.mail.test_transports import a_message
from tests.support.mail import SmtpSink, until

Certificate = tuple[Path, ssl.SSLContext]


def to(
    sink: SmtpSink,
    *,
    security: Security = Security.NONE,
    login: tuple[str, str] | None = None,
    ca_file: Path | None = None,
    timeout_s: float = 5,
) -> SmtpTransport:
    name, password = login if login is not None else (None, None)
    trusted = str(ca_file) if ca_file is not None else None
    return SmtpTransport(
        MailSettings("loans@library.example", "localhost", sink.port, security, name, password, ca_file=trusted, timeout_s=timeout_s)
    )


async def outcome(transport: SmtpTransport, number: int = 1) -> Delivered | Refused:
    """Deliver one letter and close."""
    result = await transport.deliver(a_message(number))
    await transport.close()
    return result


async def test_a_run_of_letters_takes_one_connection(sink: SmtpSink) -> None:
    transport = to(sink)
    for number in range(10):
        assert await transport.deliver(a_message(number)) == Delivered()
    await transport.close()
    assert sink.connections == 1


async def test_an_unknown_recipient_is_refused_for_good_in_the_servers_words(sink: SmtpSink) -> None:
    sink.refused["patron-1@patron.example"] = "550 5.1.1 No such user here"
    transport = to(sink)
    assert await transport.deliver(a_message(1)) == Refused(True, "550 5.1.1 No such user here", code=550)
    assert await outcome(transport, 2) == Delivered()
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
async def test_a_4xx_is_for_now(sink: SmtpSink, stage: str) -> None:
    sink.answers[stage].append("451 4.7.1 Greylisted, come back later")
    transport = to(sink)
    assert await transport.deliver(a_message()) == Refused(False, "451 4.7.1 Greylisted, come back later", code=451)
    assert await outcome(transport) == Delivered()


async def test_a_letter_the_server_will_not_carry_is_refused_for_good(sink: SmtpSink) -> None:
    sink.answers["DATA"].append("554 5.7.1 Looks like spam")
    assert await outcome(to(sink)) == Refused(True, "554 5.7.1 Looks like spam", code=554)


async def test_a_refused_sender_is_no_fault_of_the_letter(sink: SmtpSink) -> None:
    sink.answers["MAIL"].append("550 5.7.1 Sender not allowed")
    assert await outcome(to(sink)) == Refused(False, "550 5.7.1 Sender not allowed", Blame.SERVER, 550)


async def test_a_server_that_ends_the_connection_is_connected_again(sink: SmtpSink) -> None:
    transport = to(sink)
    assert await transport.deliver(a_message(1)) == Delivered()
    sink.answers["MAIL"].append("421 4.7.0 Too many messages in one connection")
    assert await outcome(transport, 2) == Delivered()
    assert sink.connections == 2


async def test_a_server_that_always_ends_the_connection_is_not_asked_for_ever(sink: SmtpSink) -> None:
    sink.answers["MAIL"].extend(["421 bye"] * 10)
    assert await outcome(to(sink)) == Refused(False, "421 bye", code=421)
    assert sink.connections == 2


async def test_a_letter_taken_but_not_acknowledged_is_for_now(sink: SmtpSink) -> None:
    sink.resets_after_data = 1
    transport = to(sink)
    result = await transport.deliver(a_message())
    assert isinstance(result, Refused)
    assert (result.permanent, result.blame) == (False, Blame.LETTER)
    assert await outcome(transport) == Delivered()
    assert sink.ids() == ["<1.ready-for-pickup.1@main.library.example>"] * 2


async def test_a_slow_server_holds_nothing_else_up(sink: SmtpSink) -> None:
    sink.slow = True
    transport = to(sink, timeout_s=0.4)
    longest = 0.0
    began = time.monotonic()
    delivery = asyncio.create_task(transport.deliver(a_message()))
    while not delivery.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - before)
    assert await delivery == Refused(False, "The connection to the mail server failed: no answer in time.")
    assert longest < 0.3
    assert time.monotonic() - began < 3
    sink.slow = False
    assert await outcome(transport) == Delivered()


async def test_a_server_that_never_greets_is_given_up_in_time() -> None:
    taken: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda reader, writer: taken.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    transport = SmtpTransport(MailSettings("loans@library.example", "127.0.0.1", port, timeout_s=0.3))
    assert await transport.open() == Refused(False, "No connection to the mail server: no answer in time.", Blame.SERVER)
    silent.close()
    for writer in taken:
        writer.close()
        await writer.wait_closed()


async def test_a_server_that_is_down_is_used_when_it_is_up_again(sink: SmtpSink) -> None:
    transport = to(sink)
    assert await transport.deliver(a_message(1)) == Delivered()
    sink.stop()
    await until(lambda: transport._client is not None and not transport._client.is_connected)
    refused = await transport.deliver(a_message(2))
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.blame) == (False, Blame.SERVER)
    assert refused.words.startswith("No connection to the mail server: ")
    sink.start()
    assert await outcome(transport, 2) == Delivered()


async def test_a_cut_delivery_leaves_no_answer_for_the_next_letter(sink: SmtpSink) -> None:
    transport = to(sink)
    await transport.open()
    sink.slow = True
    delivery = asyncio.create_task(transport.deliver(a_message(1)))
    await until(lambda: sink.busy == 1)
    delivery.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivery
    sink.slow = False
    sink.refused["patron-2@patron.example"] = "550 no"
    assert await outcome(transport, 2) == Refused(True, "550 no", code=550)


async def test_a_login_lets_letters_through() -> None:
    with SmtpSink(login=("loans", "secret")) as sink:
        assert await outcome(to(sink, login=("loans", "secret"))) == Delivered()


async def test_a_refused_login_is_a_matter_of_the_settings() -> None:
    with SmtpSink(login=("loans", "secret")) as sink:
        for login in (("loans", "wrong"), None):
            result = await outcome(to(sink, login=login))
            assert isinstance(result, Refused)
            assert (result.permanent, result.blame) == (False, Blame.LOGIN)
        assert sink.messages == []


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_letters_travel_over_tls(certificate: Certificate, security: Security) -> None:
    cert, context = certificate
    with SmtpSink(tls=context, implicit_tls=security is Security.TLS) as sink:
        assert await outcome(to(sink, security=security, ca_file=cert)) == Delivered()
        assert len(sink.messages) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_nobody_vouches_for_is_refused(certificate: Certificate, security: Security) -> None:
    _, context = certificate
    with SmtpSink(tls=context, implicit_tls=security is Security.TLS) as sink:
        result = await outcome(to(sink, security=security))
        assert isinstance(result, Refused)
        assert (result.permanent, result.blame) == (False, Blame.SERVER)
        assert sink.messages == []


async def test_a_server_without_starttls_gets_no_letter_in_the_clear(sink: SmtpSink) -> None:
    result = await outcome(to(sink, security=Security.STARTTLS))
    assert isinstance(result, Refused)
    assert (result.permanent, result.blame) == (False, Blame.SERVER)
    assert sink.messages == []


async def test_a_server_that_does_not_relay_for_the_hub_is_a_matter_of_settings_and_no_patrons_fault(sink: SmtpSink) -> None:
    words = "554 5.7.1 <patron-1@patron.example>: Relay access denied"
    sink.answers["RCPT"].append(words)
    assert await outcome(to(sink)) == Refused(False, words, Blame.LOGIN, 554)


async def test_a_full_mailbox_may_have_room_tomorrow(sink: SmtpSink) -> None:
    sink.answers["RCPT"].append("552 5.2.2 mailbox full")
    assert await outcome(to(sink)) == Refused(False, "552 5.2.2 mailbox full", code=552)
