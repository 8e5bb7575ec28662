"""What tests have a process beside the hub do (``hub.web.apart``): it imports this file, so it asks for little."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from sqlalchemy import Connection, text

from hub.errors import Invalid

LONG_S = 30


def who(_connection: Connection) -> tuple[int, int]:
    """Give its number and its priority."""
    return os.getpid(), os.getpriority(os.PRIO_PROCESS, 0)


def tables(connection: Connection, like: str) -> int:
    """Count tables."""
    return int(connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name LIKE :like"), {"like": like}).scalar_one())


def writes(connection: Connection) -> None:
    """Try to write."""
    connection.execute(text("DELETE FROM desk"))


def refuses(_connection: Connection) -> None:
    """Refuse, as for a reader."""
    raise Invalid("The first day lies behind the last one.").keyed("reports.wrong.order", day="2026-11-27")


def fails(_connection: Connection) -> None:
    """Fail as a mistake does."""
    raise LookupError("card 123")


def asks_for_nothing(connection: Connection) -> None:
    """Fail as the database does, with values."""
    connection.execute(text("SELECT 1 FROM nothing WHERE card = :card"), {"card": "card 123"})


class Peculiar(Exception):
    """What cannot be sent as others are."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def fails_peculiarly(_connection: Connection) -> None:
    """Fail with an error of that kind."""
    raise Peculiar("one", "two")


def gives_a_lock(_connection: Connection) -> object:
    """Give what cannot be sent."""
    return open(os.devnull)


def ends_once(_connection: Connection, mark: Path) -> str:
    """End the process, but not a second time."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "made"


def ends(_connection: Connection) -> None:
    """End the process."""
    os.kill(os.getpid(), signal.SIGKILL)


def lasts(_connection: Connection, mark: Path, seconds: float = LONG_S) -> None:
    """Say which process this is, and go on for long."""
    mark.write_text(str(os.getpid()))
    time.sleep(seconds)
