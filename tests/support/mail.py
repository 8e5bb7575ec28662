"""A mail server for tests: keeps what it takes, and misbehaves on demand.

As a process of its own it writes each message into a folder: ``python -m tests.support.mail FOLDER [PORT]``
prints ``ready HOST:PORT`` and runs until it is stopped.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
LIMIT_S = 10.0


def wait_until(condition: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Wait for a condition, with a limit; for tests without a loop."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        threading.Event().wait(0.005)


async def until(condition: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Wait for a condition, with a limit, while the loop goes on."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "this did not happen in time"
        await asyncio.sleep(0.005)


class SmtpSink:
    """An SMTP server in a thread of its own, on a free loopback port that it keeps over ``stop`` and ``start``."""

    def __init__(
        self,
        *,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        self.messages: list[EmailMessage] = []
        """What was taken, in order; a message whose acknowledgement was cut off is among them."""
        self.recipients: list[str] = []
        """The envelope's recipients, one for each message."""
        self.connections = 0
        self.answers: dict[str, deque[str]] = {"MAIL": deque(), "RCPT": deque(), "DATA": deque()}
        """Refusals still to be given at a stage, each once, e.g. ``sink.answers["RCPT"].append("450 later")``."""
        self.refused: dict[str, str] = {}
        """Recipients that are always refused, with the answer each gets."""
        self.resets_after_data = 0
        """How many messages are still to be kept and then not acknowledged: the connection is reset."""
        self.slow = False
        """While true, no message is answered; those that wait are answered when it is false again."""
        self.keeps_while_slow = False
        """While true, a message that waits for its answer is kept already."""
        self.busy = 0
        """Messages whose end has come and whose answer is still to be given."""
        self.port = 0
        self._login = login
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._clients: set[SMTP] = set()

    def start(self) -> Self:
        """Listen; on the same port as before after a ``stop``."""
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(ready),), daemon=True)
        self._thread.start()
        assert ready.wait(LIMIT_S), "the test's mail server does not start"
        return self

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(LIMIT_S)
        self._loop.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def ids(self) -> list[str]:
        """Give the Message-ID of every message taken, in order."""
        return [str(message["Message-ID"]) for message in self.messages]

    def wait_for(self, count: int, limit_s: float = LIMIT_S) -> list[EmailMessage]:
        """Wait until so many messages were taken, and give them."""
        wait_until(lambda: len(self.messages) >= count, limit_s)
        return self.messages

    async def _serve(self, ready: threading.Event) -> None:
        secure = self._tls if self._implicit_tls else None
        server = await self._loop.create_server(self._client, HOST, self.port, ssl=secure, start_serving=True)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._ending.wait()
        server.close()
        for client in self._clients:
            _cut(client)
        await server.wait_closed()
        handlers = asyncio.all_tasks() - {asyncio.current_task()}
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    def _client(self) -> SMTP:
        self.connections += 1
        starttls = None if self._implicit_tls else self._tls
        client = SMTP(
            self,
            hostname="sink.example",
            tls_context=starttls,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=self._loop,
        )
        self._clients.add(client)
        return client

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=self._login is not None and given == self._login, handled=False)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer MAIL FROM."""
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.answers["MAIL"]:
            return self.answers["MAIL"].popleft()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer RCPT TO."""
        if address in self.refused:
            return self.refused[address]
        if self.answers["RCPT"]:
            return self.answers["RCPT"].popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer the end of DATA."""
        if self.answers["DATA"]:
            return self.answers["DATA"].popleft()
        self.busy += 1
        try:
            await until(lambda: self.keeps_while_slow or not self.slow)
            self._keep(envelope)
            await until(lambda: not self.slow)
        finally:
            self.busy -= 1
        if self.resets_after_data:
            self.resets_after_data -= 1
            _cut(server)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        self.recipients.append(envelope.rcpt_tos[0])
        self.messages.append(message_from_bytes(envelope.content, policy=default))


def _cut(client: SMTP) -> None:
    if isinstance(client.transport, asyncio.WriteTransport):
        client.transport.abort()


class FolderSink(SmtpSink):
    """Writes each message into a folder as well, numbered, so that a repeat is never hidden."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._number = len(list(folder.glob("*.eml")))

    def _keep(self, envelope: Envelope) -> None:
        super()._keep(envelope)
        self._number += 1
        assert isinstance(envelope.content, bytes)
        unfinished = self.folder / "unfinished"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self.folder / f"{self._number:06d}.eml")


def main(folder: str, port: str = "0") -> None:
    """Run as a process of its own."""
    sink = FolderSink(Path(folder))
    sink.port = int(port)
    with sink:
        print(f"ready {HOST}:{sink.port}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
