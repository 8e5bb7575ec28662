"""A mail server as a process of its own, that refuses, dawdles, hangs up and dies on demand, and keeps a journal as a witness.

What it takes is in the journal, flushed, before it says so. It does what it is told on its standard input, one JSON object a line:
``python -m tests.faults.post_office JOURNAL PORT`` prints ``ready HOST:PORT``.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

HOST = "127.0.0.1"
REQUEST = re.compile(r"\b[A-Z]+-[0-9]{6,}-[0-9]\b")
"""What a letter calls each book it speaks of."""
STAGES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "end of DATA")
"""Where a letter can be refused, in the order of a dialogue."""


class Office:
    """What all connections share: the orders still to be carried out, and the journal."""

    def __init__(self, journal: Path) -> None:
        self.refusals: dict[str, deque[str]] = {stage: deque() for stage in STAGES}
        self.slow: deque[float] = deque()
        """How long each of the next letters waits for its answer."""
        self.hang_ups: deque[str] = deque()
        """For each of the next letters: hang up ``before`` it is taken, or ``after``, and say nothing."""
        self.strike: tuple[str, int] | None = None
        """Kill this process when the next letter ``begins``, or when it was ``taken``."""
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, did: str, **more: Any) -> None:
        """Write down what happened; it is on the disk afterwards."""
        os.write(self._journal, (json.dumps({"did": did, "t": time.time(), **more}) + "\n").encode())
        os.fsync(self._journal)

    def order(self, told: dict[str, Any]) -> None:
        """Take an order."""
        match told["do"]:
            case "refuse":
                self.refusals[told["stage"]].extend([told["answer"]] * told["times"])
            case "slow":
                self.slow.extend([told["seconds"]] * told["times"])
            case "hang up":
                self.hang_ups.extend([told["when"]] * told["times"])
            case "strike":
                self.strike = (told["when"], told["pid"])
            case _:
                for refusals in self.refusals.values():
                    refusals.clear()
                self.slow.clear()
                self.hang_ups.clear()
                self.strike = None

    def refused(self, stage: str) -> str | None:
        """Give the refusal that is due at this stage, and note it."""
        answer = self.refusals[stage].popleft() if self.refusals[stage] else None
        if answer is not None:
            self.note("refused", stage=stage, answer=answer)
        return answer

    def maybe_strike(self, when: str) -> None:
        """Kill whom it was told to kill now."""
        if self.strike is not None and self.strike[0] == when:
            (_when, pid), self.strike = self.strike, None
            os.kill(pid, signal.SIGKILL)
            self.note("struck", when=when)


class Window(SMTP):
    """One connection."""

    def __init__(self, office: Office, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(self, hostname="post.example", loop=loop)
        self._office = office
        self._begun = 0.0
        self._refused_at_once = office.refused("greeting")

    async def push(self, status: AnyStr) -> None:
        """Say something; a refused connection says only that."""
        if self._refused_at_once is None:
            await super().push(status)
            return
        await super().push(self._refused_at_once)
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.close()

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Begin a letter's text, or refuse to."""
        if (refusal := self._office.refused("DATA")) is not None:
            await self.push(refusal)
            return
        await super().smtp_DATA(arg)

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        """Answer EHLO."""
        session.host_name = hostname
        refusal = self._office.refused("EHLO")
        return [refusal] if refusal is not None else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer MAIL FROM: a letter begins."""
        self._begun = time.time()
        self._office.maybe_strike("begins")
        if (refusal := self._office.refused("MAIL")) is not None:
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer RCPT TO."""
        if (refusal := self._office.refused("RCPT")) is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer the end of a letter."""
        office = self._office
        if (refusal := office.refused("end of DATA")) is not None:
            return refusal
        hang_up = office.hang_ups.popleft() if office.hang_ups else None
        if hang_up != "before":
            self._take(envelope)
            office.maybe_strike("taken")
        if hang_up is not None:
            office.note("hung up", when=hang_up)
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.abort()
        if office.slow:
            seconds = office.slow.popleft()
            office.note("slow", seconds=seconds)
            await asyncio.sleep(seconds)
        return "250 OK"

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        plain = message.get_body(("plain",))
        about = sorted(set(REQUEST.findall(plain.get_content()))) if plain is not None else []
        self._office.note("took", id=str(message["Message-ID"]), to=envelope.rcpt_tos[0], begun=self._begun, about=about)


async def serve(journal: Path, port: int) -> None:
    """Serve until killed, or until nobody is left to give orders."""
    office, loop = Office(journal), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Window(office, loop), HOST, port)
    print(f"ready {HOST}:{server.sockets[0].getsockname()[1]}", flush=True)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        office.order(json.loads(line))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
