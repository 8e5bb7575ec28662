"""What stands around a station in the guest: files, the clock, the console, its journal, somebody else at its port."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.hardware.guest.inside.programs import USER

_console = bytearray()


def run(
    command: list[str],
    limit_s: float = 180,
    user: str | None = None,
    groups: tuple[str, ...] = ("dialout",),
    environment: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Run a command to its end, as root or somebody else with these groups; give its exit code and what it wrote."""
    who: dict[str, Any] = {"user": user, "group": user, "extra_groups": groups} if user else {}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=limit_s, check=False, env=dict(os.environ) | (environment or {}), **who
    )
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


def write(path: str, text: str) -> None:
    """Write a file that only the station may read, in a folder that only it may change."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    for each in (Path(path), Path(path).parent):
        each.chmod(0o700)
        shutil.chown(each, USER, USER)


def journal(path: str) -> list[list[Any]]:
    """Give seq and body of every scan a journal holds, in order; from a copy, because the station lets nobody else read it."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(path + part, f"{folder}/journal{part}")
        return _scans(f"{folder}/journal")


def _scans(path: str) -> list[list[Any]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [[seq, body.decode()] for seq, body in database.execute("SELECT seq, body FROM scan ORDER BY seq")]


def set_clock(at: float) -> None:
    """Set the guest's clock to seconds since 1970."""
    time.clock_settime(time.CLOCK_REALTIME, at)


def console() -> None:
    """Begin to listen to what keyboards type into the first console."""

    def listen() -> None:
        with open("/dev/tty1", "rb", buffering=0) as terminal:
            while data := terminal.read(4096):
                _console.extend(data)

    threading.Thread(target=listen, daemon=True).start()


def typed_on_console() -> str:
    """Give what was typed into the console so far."""
    return _console.decode(errors="replace")
