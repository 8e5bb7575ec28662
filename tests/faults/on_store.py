"""A database that is put back from a backup, and a database server that is killed."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

from tests.faults.forms import Fault, Kind
from tests.faults.library import Library
from tests.faults.parts import DatabasePart, HubPart
from tests.support.programs import script

COMMAND_LIMIT_S = 60.0


class Backups:
    """The newest backup, and what is done with it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._number = 0
        self._holds = 0

    def take(self) -> None:
        """Make one while everything runs."""
        self._number += 1
        self._holds = self._scans()
        self._command("backup", self._newest)

    def put_back(self, fault: Fault) -> tuple[str, ...]:
        """Kill the hub, put the newest backup in the place of its data, start it; stations run on. Then make the next backup."""
        library, hub = self._library, HubPart(self._library)
        missed = self._scans() - self._holds
        hub.kill()
        library.heard_before = len(library.listener.deliveries)
        threading.Event().wait(fault.away_s)
        self._command("restore", self._newest, "--force")
        hub.start()
        # It is, once the stations have sent again what the backup missed.
        library.wait_until_ready()
        self.take()
        return (f"{missed} scans newer than the backup",) if missed else ()

    @property
    def _newest(self) -> Path:
        return self._library.data.path.parent / f"backup-{self._number}"

    def _scans(self) -> int:
        return int(self._library.query("SELECT count(*) FROM scan")[0][0])

    def _command(self, *words: str | Path) -> None:
        command = [script("holdshelf"), *words, "--data", self._library.data.path]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=COMMAND_LIMIT_S)
        assert done.returncode == 0, f"{words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}"


def kill_server(library: Library, fault: Fault) -> tuple[str, ...]:
    """Kill the database server, or let it crash; the hub waits for it and goes on by itself."""
    assert library.server is not None
    part = DatabasePart(library.server)
    if fault.kind is Kind.SERVER_KILLED:
        part.kill()
    else:
        library.server.stop("immediate")
    threading.Event().wait(fault.away_s)
    part.start()
    return (part.name,)
