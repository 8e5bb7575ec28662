"""The devices: ``serial_port`` (COM-style scanners, with ``far_port`` for those on another machine and ``open_line`` for what
is read), ``typed`` (lines from standard input), ``absent`` (not in this version).
"""

from __future__ import annotations

from collections.abc import Callable
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

    async def run(self, take: Take, changed: Changed) -> None:
        """Hand over frames as they end, and say when ``present`` or ``detail`` changed."""


Take = Callable[[Scanner, list[Frame | Broken]], None]
Changed = Callable[[Scanner], None]
