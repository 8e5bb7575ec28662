"""The devices: ``serial_port`` (COM-style scanners, with ``far_port`` for those on another machine and ``open_line`` for what
is read), ``typed`` (lines from standard input), ``hid`` (keyboards).

Keyboards are read by a process of their own. In the order keys meet its modules: ``hotplug`` (something was plugged),
``keyboards`` (which are there, and whose they are), ``event_device`` (the system calls), ``open_keyboard`` (one of them, with its
decoder), ``reader`` (all of them: the process), ``wire`` (what it writes to the agent), ``hid`` (the agent's side of it).
``one_keyboard`` is for the commands that record or calibrate one while no station runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from station.framing import Broken, Frame
from station.signals import SignalTone
from station.words import Saying

Kind = Literal["serial", "hid", "typed"]


class Scanner(Protocol):
    """One configured scanner; ``run`` reads it until it is cancelled or, for a finite input, ended."""

    @property
    def name(self) -> str:
        """The name that travels with its scans."""

    @property
    def kind(self) -> Kind:
        """How it is connected."""

    @property
    def present(self) -> bool:
        """Whether it can be read now."""

    @property
    def detail(self) -> Saying | None:
        """Why not; None when present."""

    def signal(self, tone: SignalTone) -> None:
        """Let the scanner itself say what was decided, where it can and is set up for that."""

    def in_hand(self) -> bool:
        """Say whether a scan has begun and not ended, what waits to be read included."""

    async def run(self, take: Take, changed: Changed) -> None:
        """Hand over frames as they end, and say when ``present`` or ``detail`` changed."""


class Take(Protocol):
    """Takes what a scanner read."""

    def __call__(self, scanner: Scanner, found: Sequence[Frame | Broken], age_ns: int = 0) -> bool:
        """Take frames and faults that ended so many nanoseconds ago; false when a scan among them could not be stored."""


Changed = Callable[[Scanner], None]
