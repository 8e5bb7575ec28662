"""What systemd is told: that the program is ready, how it is, that it still works (sd_notify(3)). Nothing where it does not ask.

Datagrams of ``KEY=value`` lines to the socket that NOTIFY_SOCKET names; WATCHDOG_USEC says how often systemd wants to hear
``WATCHDOG=1`` before it kills the program and starts it again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping

log = logging.getLogger(__name__)

STATUS_EVERY_S = 5.0
START_LIMIT_S = 60
"""Asked for again and again while the program starts: what it waits for (a broker) may take as long as it likes."""
PINGS_A_LIMIT = 3
"""One ping may be lost and one be late, and the limit still holds."""
USEC_PER_S = 1_000_000
KEYS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")

Unfit = Callable[[], Awaitable[str | None]]
"""Gives None while the program does its work, else a sentence: only a new start would help."""


class Supervisor:
    """The socket of a service manager; every call returns at once, and one that cannot be heard is no error."""

    def __init__(self, address: str | None = None, watchdog_s: float | None = None) -> None:
        """``address`` is a path, or a name in the abstract space that begins with ``@``."""
        self._address = address
        self._watchdog_s = watchdog_s
        self._untold: dict[str, str] = {}
        self._status = ""
        self._ready = False
        self._deaf = False

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str]) -> Supervisor:
        """Read who started us, and take it out of the environment: our own children do not speak for us."""
        address, usec, pid = (environment.pop(key, "") for key in KEYS)
        if not address.startswith(("/", "@")):
            return cls()
        ours = pid in ("", str(os.getpid())) and usec.isdecimal() and int(usec) > 0
        return cls(address, int(usec) / USEC_PER_S if ours else None)

    def ready(self) -> None:
        """Say that the program does its work from now on."""
        self._ready = True
        self._tell(READY="1")

    def stopping(self) -> None:
        """Say that the program ends."""
        self._tell(STOPPING="1", STATUS="Stopping.")

    def status(self, sentence: str) -> None:
        """Say how the program is; the same again is not said."""
        if sentence != self._status:
            self._status = sentence
            self._tell(STATUS=sentence.replace("\n", " "))

    async def watch(self, unfit: Unfit, status: Callable[[], str]) -> None:
        """Say how the program is and, as long as it is fit, that it works; for ever."""
        if self._address is None:
            await asyncio.get_running_loop().create_future()
        every_s = min(STATUS_EVERY_S, (self._watchdog_s or STATUS_EVERY_S) / PINGS_A_LIMIT)
        was: str | None = None
        while True:
            why = await unfit()
            self.status(why or status())
            if why is None:
                self._alive()
            elif why != was:
                log.error(why, extra={"action": "unfit"})
            was = why
            await asyncio.sleep(every_s)

    def _alive(self) -> None:
        if not self._ready:
            self._tell(EXTEND_TIMEOUT_USEC=str(START_LIMIT_S * USEC_PER_S))
        elif self._watchdog_s is not None:
            self._tell(WATCHDOG="1")

    def _tell(self, **fields: str) -> None:
        if self._address is None:
            return
        self._untold |= fields
        text = "\n".join(f"{key}={value}" for key, value in self._untold.items())
        # The address of the abstract space begins with a null byte.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as notify:
                notify.sendto(text.encode(), address)
        except OSError as error:
            self._not_heard(error)
            return
        self._deaf = False
        self._untold.clear()

    def _not_heard(self, error: OSError) -> None:
        # What systemd could not take goes out with the next message; but an old ping proves nothing.
        for key in ("WATCHDOG", "EXTEND_TIMEOUT_USEC"):
            self._untold.pop(key, None)
        if not self._deaf:
            log.warning("the service manager does not hear us", extra={"action": "notify", "error": error.strerror or str(error)})
        self._deaf = True
