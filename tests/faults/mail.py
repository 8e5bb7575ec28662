"""The mail server from outside: started, killed and given orders, and what it took read from its own journal."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.faults.post_office import HOST
from tests.support.brokers import free_port

START_LIMIT_S = 15.0
REPOSITORY = Path(__file__).parents[2]


class Letter(NamedTuple):
    """A letter the server took."""

    message_id: str
    to: str
    begun: float
    """When its dialogue began, by the clock of the machine."""
    about: frozenset[str]
    """The requests it speaks of, in lower case, read from its text."""


class PostOffice:
    """A mail server in a process of its own; it stays on its port over ``kill`` and ``start``."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.port = free_port()
        self.letters: list[Letter] = []
        """What it took, as far as ``look`` has read."""
        self.requests: set[str] = set()
        """The requests it took letters about, in lower case."""
        self.said: list[dict[str, Any]] = []
        """Everything else it wrote down."""
        self.running = False
        self._read = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and return when it answers."""
        command = [sys.executable, "-m", "tests.faults.post_office", str(self.journal), str(self.port)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=REPOSITORY, text=True, start_new_session=True)
        self.running = True
        assert self._answer() == f"ready {HOST}:{self.port}"

    def kill(self) -> None:
        """Kill -9; what it was told and has not done is forgotten."""
        self.running = False
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def check(self) -> None:
        """Fail if it ended unasked."""
        assert not self.running or self._process.poll() is None, f"the mail server ended by itself with {self._process.returncode}"

    def order(self, do: str, **more: Any) -> None:
        """Give an order, and return when it is taken."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._process.stdin.flush()
        assert self._answer() == "done"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def look(self) -> None:
        """Read on in its journal."""
        with self._lock:
            if not self.journal.exists():
                return
            with self.journal.open("rb") as file:
                file.seek(self._read)
                whole = file.read().rpartition(b"\n")[0]
            self._read += len(whole) + 1 if whole else 0
            for line in whole.splitlines():
                self._take(json.loads(line))

    def _take(self, told: dict[str, Any]) -> None:
        if told["did"] != "took":
            self.said.append(told)
            return
        letter = Letter(told["id"], told["to"], told["begun"], frozenset(map(str.lower, told["about"])))
        self.letters.append(letter)
        self.requests |= letter.about

    def has_written_to(self, request: str) -> bool:
        """Whether it took a letter about this request."""
        self.look()
        return request.lower() in self.requests

    def count(self, did: str) -> int:
        """Give how often it did this."""
        self.look()
        return sum(told["did"] == did for told in self.said)
