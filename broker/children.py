"""Child processes that end when we do, and are ended in their orderly way first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

STOP_LIMIT_S = 5.0
_TETHER = str(Path(__file__).with_name("tether.py"))


def tethered(command: Sequence[str]) -> list[str]:
    """Give the command line that ends when this process does, even by kill -9."""
    return [sys.executable, "-I", _TETHER, str(os.getpid()), *command]


async def end(process: asyncio.subprocess.Process, *, limit_s: float = STOP_LIMIT_S) -> None:
    """Stop a process by SIGTERM, or by SIGKILL when that takes too long; one that has ended is left in peace."""
    if process.returncode is not None:
        return
    _signal(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), limit_s)
    except TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # Not process.terminate(): it would ask for the exit code first, which belongs to asyncio's watcher.
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)
