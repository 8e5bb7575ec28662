"""Follows a live stream as a browser does: keeps what it was told, breaks off anywhere in the middle, and comes back with Last-Event-ID."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

AWAY_EVERY_S = (3.0, 6.0)
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Told:
    """One message."""

    event: str
    id: str
    data: str
    at_ms: float
    """When it came."""


@dataclass
class Followed:
    """One stream over all its connections."""

    kind: str
    path: str
    breaks: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[list[Told]] = field(default_factory=list)
    """By connection."""
    last_id: str = ""
    ended: bool = False
    _retry_s: float = 2.0
    _rest: bytes = b""

    async def follow(self, client: httpx.AsyncClient, chance: random.Random) -> None:
        """Listen until told to end; whoever breaks off waits as long as the stream said."""
        loop = asyncio.get_running_loop()
        while not self.ended:
            back = {"Last-Event-ID": self.last_id} if self.heard and self.last_id else {}
            due = loop.time() + chance.uniform(*AWAY_EVERY_S) if self.breaks else NEVER
            async with client.stream("GET", self.path, headers=self.headers | back) as answer:
                assert answer.status_code == 200, f"{self.path} gave {answer.status_code}"
                self.heard.append([])
                self._rest = b""
                async for some in answer.aiter_raw():
                    if loop.time() >= due:
                        # As a cable does: anywhere, with a message half told.
                        self._take(some[: chance.randrange(len(some))])
                        break
                    self._take(some)
            if not self.ended:
                await asyncio.sleep(self._retry_s)

    @property
    def returns(self) -> int:
        """How often it came back."""
        return max(len(self.heard) - 1, 0)

    def all(self) -> Iterator[Told]:
        """Give everything that was told."""
        for connection in self.heard:
            yield from connection

    def _take(self, some: bytes) -> None:
        *blocks, self._rest = (self._rest + some).split(b"\n\n")
        for block in blocks:
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if line and not line.startswith(":"))
            self.last_id = fields.get("id", self.last_id)
            if "retry" in fields:
                self._retry_s = int(fields["retry"]) / 1000
            if "data" in fields:
                self.heard[-1].append(Told(fields.get("event", "message"), self.last_id, fields["data"], time.time() * 1000))


class Rows:
    """The scans a page shows: the newest so many, each once."""

    def __init__(self, most: int) -> None:
        self._there: deque[str] = deque(maxlen=most)
        self.shown: list[str] = []

    def show(self, scan_id: str) -> bool:
        """Show a scan unless it stands there; says whether it was new."""
        if scan_id in self._there:
            return False
        self._there.append(scan_id)
        self.shown.append(scan_id)
        return True
