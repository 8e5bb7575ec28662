"""Webhooks and apprise against real HTTP servers: signed, repeated under one id, and what they answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hub.errors import ConfigError
from hub.senders.channels import Channel
from hub.senders.maildir import MaildirTransport
from hub.senders.webhook import WebhookChannel
from tests.support.mail import until
from tests.unit.hub.senders.notice_book import Clock, NoticeBook, a_sender, last_errors, running, send_all

SECRET = "a-secret-that-both-sides-know"


class Program(ThreadingHTTPServer):
    """A library's own program: keeps what it is posted, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hears)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"127.0.0.1:{self.server_port}/notices"


class Hears(BaseHTTPRequestHandler):
    """One request."""

    server: Program

    def do_POST(self) -> None:
        """Keep it, and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Content-Length", "0")
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def program() -> Iterator[Program]:
    with Program() as server:
        yield server
        server.shutdown()


def hook(program: Program, clock: Clock) -> WebhookChannel:
    return WebhookChannel("crm", f"http://{program.url}", SECRET, "nothing", now=clock, limit_s=5)


def a_reader_of(book: NoticeBook, name: str) -> int:
    key = book.a_ready()
    book.change("patron", key, channels=name, phone="+49 170 5550100")
    return key


async def test_a_notice_is_posted_signed_and_a_repeat_has_its_id(book: NoticeBook, program: Program, tmp_path: Path) -> None:
    key, clock = a_reader_of(book, "crm"), Clock()
    program.answers += [503, 302, 204]
    sender = a_sender(book, MaildirTransport(tmp_path / "mail"), clock, more=[hook(program, clock)])
    async with running(sender):
        for tries in (1, 2):
            await until(lambda: book.notice(key)["attempts"] == tries)  # noqa: B023 - awaited before tries changes
            clock.forward(timedelta(minutes=6))
            sender.wake()
        await until(lambda: book.state(key) == "sent")
    assert len(program.heard) == 3
    assert {headers["idempotency-key"] for headers, _ in program.heard} == {"ill-000001-8.ready-for-pickup.1@main.library.example"}
    for headers, body in program.heard:
        signed = ".".join((headers["webhook-id"], headers["webhook-timestamp"])).encode() + b"." + body
        made = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{made}"
    told = json.loads(program.heard[0][1])
    assert (told["type"], told["patron"]["ref"], told["notices"][0]["request_id"]) == ("READY_FOR_PICKUP", "1", "ILL-000001-8")
    assert "The Overstory" in told["text"]


@pytest.mark.parametrize(("answer", "state"), [(410, "failed"), (422, "failed"), (404, "queued"), (401, "queued"), (500, "queued")])
async def test_what_a_program_answers_decides(book: NoticeBook, program: Program, tmp_path: Path, answer: int, state: str) -> None:
    key, clock = a_reader_of(book, "crm"), Clock()
    program.answers.append(answer)
    sender = a_sender(book, MaildirTransport(tmp_path / "mail"), clock, more=[hook(program, clock)])
    await send_all(book, sender, lambda: book.notice(key)["attempts"] == 1)
    assert book.state(key) == state
    assert last_errors(book).pop().startswith(f"The webhook answers {answer}")


async def test_a_program_that_is_away_is_asked_once_and_holds_up_no_mail(book: NoticeBook, program: Program, tmp_path: Path) -> None:
    keys, clock = [a_reader_of(book, "crm") for _ in range(3)], Clock()
    program.shutdown()
    program.server_close()
    book.a_ready()
    sender = a_sender(book, MaildirTransport(tmp_path / "mail"), clock, more=[hook(program, clock)])
    await send_all(book, sender, lambda: book.states() == {"queued": 3, "sent": 1})
    assert [book.notice(key)["attempts"] for key in keys] == [1, 1, 1]


def apprise(url: str) -> Channel:
    pytest.importorskip("apprise", reason="pip install 'holdshelf[sms]'")
    from hub.senders.by_apprise import AppriseChannel

    return AppriseChannel("sms", url, "phone")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_apprise_takes_the_sentence_to_the_patrons_number(
    book: NoticeBook, program: Program, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = a_reader_of(book, "sms")
    sender = a_sender(book, MaildirTransport(tmp_path / "mail"), Clock(), more=[apprise(f"json://{program.url}?:to={{phone}}")])
    await send_all(book, sender, lambda: book.state(key) == "sent")
    [(_, body)] = program.heard
    assert b"Ready to pick up: The Overstory" in body
    assert json.loads(body)["to"] == "+491705550100"
    ours = [record for record in caplog.records if record.name.startswith(("hub", "apprise"))]
    assert [record for record in ours if "5550100" in str(record.__dict__)] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_a_service_that_does_not_take_it_is_tried_again(book: NoticeBook, program: Program, tmp_path: Path) -> None:
    key = a_reader_of(book, "sms")
    program.answers.append(500)
    sender = a_sender(book, MaildirTransport(tmp_path / "mail"), Clock(), more=[apprise(f"json://{program.url}")])
    await send_all(book, sender, lambda: book.notice(key)["attempts"] == 1)
    assert last_errors(book) == {"sms: the service did not take the message."}


def test_a_service_apprise_does_not_know_is_said_at_the_start() -> None:
    with pytest.raises(ConfigError, match="knows no such service"):
        apprise("pigeon://{phone}")
