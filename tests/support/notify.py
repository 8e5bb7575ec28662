"""The socket of a service manager, as systemd gives it to a service: a real one, in a folder or in the abstract space."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.programs import wait_for

DATAGRAM = 4096


class Manager:
    """Hears what a service says. ``watchdog_s`` is how often it wants to hear that the service works."""

    def __init__(self, folder: Path | None = None, watchdog_s: float | None = None) -> None:
        self.address = str(folder / "notify") if folder else f"@holdshelf-test-{uuid.uuid4()}"
        self.heard: list[tuple[float, dict[str, str]]] = []
        self._watchdog_s = watchdog_s
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{self.address[1:]}" if folder is None else self.address)
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        """What systemd puts into the environment of a service."""
        found = {"NOTIFY_SOCKET": self.address}
        return found | ({"WATCHDOG_USEC": str(int(self._watchdog_s * 1_000_000))} if self._watchdog_s else {})

    def said(self, key: str) -> list[str]:
        """Give every value that was said of a key."""
        return [fields[key] for _, fields in list(self.heard) if key in fields]

    def pings(self) -> list[float]:
        """Give when the service said that it works."""
        return [at for at, fields in list(self.heard) if fields.get("WATCHDOG") == "1"]

    def wait_status(self, words: str, limit_s: float = 20) -> None:
        """Wait until the last status holds these words."""
        wait_for(lambda: words in (self.said("STATUS") or [""])[-1], f"the status {words!r}, not {self.said('STATUS')[-1:]}", limit_s)

    def wait_pings(self, count: int, limit_s: float = 20) -> None:
        """Wait for so many more pings."""
        before = len(self.pings())
        wait_for(lambda: len(self.pings()) >= before + count, f"{count} more pings", limit_s)

    def would_kill(self, limit_s: float = 20) -> None:
        """Wait until systemd would kill the service: no ping for as long as it was told."""
        assert self._watchdog_s is not None
        watchdog_s = self._watchdog_s
        wait_for(lambda: time.monotonic() - self.pings()[-1] > watchdog_s, "the pings to stop", limit_s)

    def _listen(self) -> None:
        while text := self._socket.recv(DATAGRAM).decode():
            self.heard.append((time.monotonic(), dict(line.split("=", 1) for line in text.split("\n"))))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", f"\0{self.address[1:]}" if self.address.startswith("@") else self.address)
        self._thread.join(5)
        self._socket.close()
        if self.address.startswith("/"):
            os.unlink(self.address)
