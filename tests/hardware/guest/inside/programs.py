"""Programs in the guest: started, watched line by line, sent signals."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from typing import IO

USER = "station"


class Programs:
    """Every program by the name it was started under; what it writes goes to ``tell``."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, command: list[str], environment: dict[str, str], folder: str, groups: list[str]) -> None:
        """Start a program as a user of its own, who may read scanners and nothing more."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=folder, env=dict(os.environ) | environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True,
            errors="replace", user=USER, group=USER, extra_groups=groups,
        )  # fmt: skip
        self._running[name] = process
        for stream, source in (("out", process.stdout), ("err", process.stderr)):
            threading.Thread(target=self._read, args=(name, stream, source), daemon=True).start()

    def signal(self, name: str, number: int) -> None:
        """Send a signal."""
        self._running[name].send_signal(number)

    def code(self, name: str, limit_s: float) -> int:
        """Give the exit code, waiting for the end."""
        return self._running[name].wait(limit_s)

    def _read(self, name: str, stream: str, source: IO[str] | None) -> None:
        for line in source or ():
            self._tell(program=name, stream=stream, line=line)
        self._tell(program=name, stream=stream, line=None)
