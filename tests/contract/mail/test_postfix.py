"""Debian's Postfix takes our letters, refuses them in its own words, and mutt and swaks do with them what one does with letters."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from hub.letters.render import Letter
from hub.letters.written import Written, as_written
from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Security
from hub.senders.maildir import MaildirTransport
from hub.senders.smtp import SmtpTransport
from hub.senders.to_patron import transport_for
from tests.contract.mail.test_transports import text
from tests.support.postfix import DELAYS, HOST, Postfix, a_postfix
from tests.unit.hub.letters.letterbox import ID, LETTERS, NOW, a_letter
from tests.unit.hub.senders.notice_book import Clock, NoticeBook, a_sender, last_errors, send_all

pytestmark = [
    pytest.mark.needs("postfix"),
    pytest.mark.skipif(os.geteuid() != 0, reason="starts a Postfix, whose parts change who they are: root"),
]


@pytest.fixture(scope="module")
def postfix(certificate: tuple[Path, ssl.SSLContext]) -> Iterator[Postfix]:
    cert = certificate[0]
    with a_postfix(cert, cert.with_name("key.pem")) as running:
        yield running


def to(port: int, *, security: Security = Security.NONE, ca_file: Path | None = None) -> SmtpTransport:
    trusted = None if ca_file is None else str(ca_file)
    return SmtpTransport(MailSettings("loans@library.example", "localhost", port, security, ca_file=trusted, timeout_s=10))


def a_message(who: str, letter: Letter | None = None) -> EmailMessage:
    written = message_from_bytes(LETTERS.render(letter or a_letter(title="Über die Blätter: 漢字"), ID, NOW).data, policy=default)
    written.replace_header("To", who)
    return written


async def outcome(transport: SmtpTransport, message: EmailMessage) -> Delivered | Refused:
    """Deliver one letter and close."""
    result = await transport.deliver(as_written(message))
    await transport.close()
    return result


async def test_a_letter_arrives_in_both_forms(postfix: Postfix) -> None:
    written = a_message("ana@patron.example")
    assert await outcome(to(postfix.plain), written) == Delivered()
    letter = postfix.letters("ana")[-1]
    assert {name: letter[name] for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        name: written[name] for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")
    }
    assert text(letter) == text(written)
    html = letter.get_body(("html",))
    assert html is not None
    assert "Über die Blätter: 漢字" in html.get_content()


async def test_it_does_not_relay_for_the_hub(postfix: Postfix) -> None:
    result = await outcome(to(postfix.plain), a_message("kim@elsewhere.example"))
    assert isinstance(result, Refused)
    assert (result.permanent, result.blame, result.code) == (False, Blame.LOGIN, 554)
    assert result.words.endswith("Relay access denied")


async def test_nobody_of_that_name_is_for_good(postfix: Postfix) -> None:
    result = await outcome(to(postfix.plain), a_message("nobody@patron.example"))
    assert isinstance(result, Refused)
    assert (result.permanent, result.blame, result.code) == (True, Blame.LETTER, 550)


async def test_a_greylisted_letter_is_for_now(postfix: Postfix) -> None:
    result = await outcome(to(postfix.plain), a_message(DELAYS))
    assert isinstance(result, Refused)
    assert (result.permanent, result.blame, result.code) == (False, Blame.LETTER, 450)


async def test_who_wants_tls_gets_it_or_nothing(postfix: Postfix, certificate: tuple[Path, ssl.SSLContext]) -> None:
    refused = await outcome(to(postfix.encrypted), a_message("ben@patron.example"))
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.blame, refused.code) == (False, Blame.LOGIN, 530)
    assert await outcome(to(postfix.encrypted, security=Security.STARTTLS, ca_file=certificate[0]), a_message("ben@patron.example")) == (
        Delivered()
    )
    assert "with ESMTPS" in postfix.letters("ben")[-1]["Received"]


async def test_a_letter_too_large_for_the_server_holds_up_no_other(postfix: Postfix, book: NoticeBook) -> None:
    large, small = book.a_ready(title="Large " * 100, email="ana@patron.example"), book.a_ready(email="ana@patron.example")
    settings = MailSettings("loans@library.example", HOST, postfix.small, timeout_s=10)
    letters = _Short(small)
    await send_all(book, a_sender(book, letters.over(transport_for(settings)), Clock()), lambda: "queued" not in book.states())
    assert {book.state(large), book.state(small)} == {"failed", "sent"}
    assert any("552 5.3.4" in str(words) for words in last_errors(book))


class _Short:
    """Sends the letter of one notice as a short one: ours are all larger than this server takes."""

    def __init__(self, key: int) -> None:
        self._request = f"ill-{key:06d}"

    def over(self, transport: object) -> _Short:
        """Go on with this transport."""
        assert isinstance(transport, SmtpTransport)
        self._transport = transport
        return self

    async def open(self) -> Refused | None:
        """As it does."""
        return await self._transport.open()

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Send it, or in its place one line."""
        if self._request in letter.id:
            message, short = message_from_bytes(letter.data, policy=default), EmailMessage()
            for name in ("From", "To", "Subject", "Message-ID"):
                short[name] = message[name]
            short.set_content("It is here.")
            letter = as_written(short)
        return await self._transport.deliver(letter)

    async def close(self) -> None:
        """As it does."""
        await self._transport.close()


@pytest.mark.needs("swaks")
async def test_swaks_hands_a_letter_on_as_it_is(postfix: Postfix, tmp_path: Path) -> None:
    written = a_message("ben@patron.example")
    await MaildirTransport(tmp_path / "mail").deliver(as_written(written))
    [file] = (tmp_path / "mail" / "new").iterdir()
    before = len(postfix.letters("ben", 0)) if (postfix.folder / "boxes" / "ben").exists() else 0
    told = ["--server", HOST, "--port", str(postfix.plain), "--from", "loans@library.example", "--to", "ben@patron.example"]
    swaks = await asyncio.create_subprocess_exec("swaks", *told, "--data", f"@{file}", stdout=subprocess.PIPE)
    said, _ = await swaks.communicate()
    assert swaks.returncode == 0, said
    letter = postfix.letters("ben", before + 1)[-1]
    assert (letter["Message-ID"], text(letter)) == (written["Message-ID"], text(written))


@pytest.mark.needs("mutt")
async def test_mutt_shows_a_letter_to_who_reads_in_a_terminal(tmp_path: Path) -> None:
    written = a_message("ana@patron.example", a_letter(title="Über die Blätter"))
    await MaildirTransport(tmp_path / "mail").deliver(as_written(written))
    shown = read_in_mutt(tmp_path, tmp_path / "mail")
    assert "Subject: Ready to pick up: Über die Blätter" in shown
    assert "From: Springfield University Library <loans@library.example>" in shown
    body = shown.partition("\n\n")[2]
    for line in filter(None, text(written).splitlines()):
        assert line.rstrip() in body
    assert "<html" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def read_in_mutt(folder: Path, box: Path) -> str:
    """Let mutt show the first letter of a Maildir on a terminal of 80 columns; gives what it shows."""
    shown = folder / "shown"
    settings = folder / "muttrc"
    # It shows a letter by a program of one's own: this one keeps it.
    settings.write_text(
        f'set folder="{folder}"\nignore *\nunignore from to subject date\nset wait_key=no\nset charset=utf-8\n'
        f'set pager="cp %s {shown}; true"\npush "<display-message><exit>"\n'
    )
    environment = os.environ | {"TERM": "vt100", "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "80", "LINES": "40"}
    program = shutil.which("mutt")
    assert program is not None
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program, [program, "-R", "-n", "-F", str(settings), "-f", str(box)], environment)  # noqa: S606 - no shell
    try:
        end = time.monotonic() + 20
        while not (shown.exists() and shown.stat().st_size):
            assert time.monotonic() < end, "mutt shows nothing"
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:
                    break
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    return shown.read_text()
