"""What can be killed, paused and started again: stations, hub, broker, mail server, database server."""

from __future__ import annotations

import os
import signal
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

from tests.support.programs import Program

if TYPE_CHECKING:
    from tests.faults.library import FaultStation, Library
    from tests.support.postgres import Server

KILLED = -signal.SIGKILL


class Part(Protocol):
    """Something that can be killed."""

    name: str

    @property
    def pid(self) -> int:
        """Its process now."""

    @property
    def running(self) -> bool:
        """Whether its process is there."""

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9; fails if it had ended by itself, unless it may have ``ended`` for want of a disk."""

    def no_room(self) -> int:
        """How often it said that its disk is full."""

    def ended_with_a_sentence(self, code: int) -> None:
        """Fail unless it ended with this code and said why."""

    def start(self) -> None:
        """Start it again, without waiting until it is ready."""


class _ProgramPart(ABC):
    """One of our programs as something that can be killed."""

    name: str

    @property
    @abstractmethod
    def _program(self) -> Program:
        """The program that runs now."""

    @property
    def pid(self) -> int:
        """Its process now."""
        return self._program.pid

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._program.running

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9."""
        if ended:
            self._program.kill()
        else:
            kill(self._program)

    def ended_with_a_sentence(self, code: int) -> None:
        """Fail unless it ended with this code and said why in its last line."""
        program = self._program
        found = program.ended()
        said = program.err.all()[-1:]
        good = found == code and bool(said) and "Traceback" not in "".join(program.err.all()) and said[0].endswith(".")
        assert good, f"{self.name} had ended by itself with {found} and no sentence\n{program.last_words()}"


class StationPart(_ProgramPart):
    """A station as something that can be killed."""

    def __init__(self, station: FaultStation) -> None:
        self.name = station.name
        self._station = station

    @property
    def _program(self) -> Program:
        return self._station.programs[-1]

    def no_room(self) -> int:
        """How often it showed red."""
        self._station.look()
        return self._station.reds

    def start(self) -> None:
        """Start it again."""
        self._station.launch()


class HubPart(_ProgramPart):
    """The hub as something that can be killed."""

    name = "hub"

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def _program(self) -> Program:
        return self._library.hub

    def no_room(self) -> int:
        """How often it said that nothing can be written."""
        return sum("database not writable" in line for line in self._program.err.all())

    def start(self) -> None:
        """Start it again."""
        self._library.launch_hub()


class BrokerPart:
    """The broker as something that can be killed; it comes back empty on the same port."""

    name = "broker"

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def pid(self) -> int:
        """Its process now."""
        pid = self._library.broker.pid
        assert pid is not None, "the broker ended by itself"
        return pid

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._library.broker.running

    def kill(self, *, ended: bool = False) -> None:
        """Kill -9, and with it whatever it held."""
        if ended and not self.running:
            return
        assert self.running, "the broker ended by itself"
        self._library.kill_broker()

    def no_room(self) -> int:
        """It needs none."""
        return 0

    def ended_with_a_sentence(self, code: int) -> None:
        """It never ends by itself."""
        raise AssertionError("the broker ended by itself")

    def start(self) -> None:
        """Start it again."""
        self._library.start_broker()


class MailPart:
    """The mail server as something that can be killed; it comes back on the same port with no order in hand."""

    name = "mail server"

    def __init__(self, library: Library) -> None:
        self._post = library.post

    def kill(self) -> None:
        """Kill -9; fails if it had ended by itself."""
        self._post.check()
        self._post.kill()

    def start(self) -> None:
        """Start it again."""
        self._post.start()


class DatabasePart:
    """The database server as something that can be killed."""

    name = "database server"

    def __init__(self, server: Server) -> None:
        self._server = server

    def kill(self) -> None:
        """Kill -9 its first process; the others see that and end."""
        self._server.kill()

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._server.start()


def kill(program: Program) -> None:
    """Kill a program that must still be there."""
    program.kill()
    code = program.process.returncode
    assert code == KILLED, f"{program.name} had ended by itself with {code}\n{program.last_words()}"


def signal_part(part: Part, number: signal.Signals) -> None:
    """Send a signal to a part."""
    os.kill(part.pid, number)
