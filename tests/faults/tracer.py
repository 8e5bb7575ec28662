"""Strikes a running program at its n-th system call for the disk, by strace: kill, an error of fsync, a slow fsync. Only root can."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.programs import wait_for

FLUSHES = "fsync,fdatasync"
WRITES = "pwrite64,write,ftruncate,unlink"
"""What reaches the disk between two flushes; ``write`` is in it because a log and a pipe are written so, too."""
ATTACH_LIMIT_S = 5.0
LET_GO_LIMIT_S = 3.0


def missing() -> str | None:
    """Say why no program can be traced here, None when one can."""
    if os.geteuid() != 0:
        return "only root may trace a running program"
    return None if shutil.which("strace") else "strace is missing: apt-get install strace"


class Tracer:
    """strace on a process and all its threads, with one injection: ``fsync,fdatasync:error=EIO:when=3+``."""

    def __init__(self, pid: int, injection: str) -> None:
        calls = injection.partition(":")[0]
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={calls}", "-e", f"inject={injection}"]
        self._pid = pid
        self._strace = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def __enter__(self) -> Self:
        wait_for(lambda: self._attached() or self._strace.poll() is not None, "strace to take hold", ATTACH_LIMIT_S)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # It lets the program go on, of itself or, where it waits for something that does not come, by its end.
        self._strace.send_signal(signal.SIGTERM)
        try:
            self._strace.wait(LET_GO_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._strace.kill()
            self._strace.wait(LET_GO_LIMIT_S)

    def _attached(self) -> bool:
        try:
            status = Path(f"/proc/{self._pid}/status").read_text()
        except OSError:
            return True
        return f"TracerPid:\t{self._strace.pid}\n" in status

    def wait_until(self, condition: Callable[[], bool], limit_s: float) -> bool:
        """Give whether it came about in time."""
        try:
            wait_for(condition, "strace to strike", limit_s)
        except AssertionError:
            return False
        return True
