"""Wires that carry packets: a station stands in a network namespace of its own, and what it sends goes through this program frame by frame.

A kernel's own means (``tc netem``) are not everywhere; two TAP devices and a thread between them are. The thread loses frames, doubles
them, holds some back so that others overtake them, swallows all, or takes the carrier away as a pulled cable does. Only root can.
"""

from __future__ import annotations

import contextlib
import fcntl
import heapq
import os
import random
import select
import shutil
import struct
import subprocess
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
TUN = Path("/dev/net/tun")
TUNSETIFF, TUNSETCARRIER = 0x400454CA, 0x400454E2
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
FRAME_BYTES = 65536
NSENTER, NAMESPACES = "/usr/bin/nsenter", Path("/run/netns")
"""The second is where ``ip netns`` has them."""
LOOK_EVERY_S = 0.02
LATEST_S = 0.06
"""So long a frame is held back at most; TCP sends what is lost again after some 200 ms."""
_number = count(os.getpid() % 10000 * 8)


@cache
def missing() -> str | None:
    """Say why there can be no such wire here, None when there can."""
    if os.geteuid() != 0:
        return "only root can make a network namespace"
    if shutil.which("ip", path=SEARCHED) is None:
        return "ip is missing: apt-get install iproute2"
    if not TUN.exists():
        return "this kernel has no TAP devices"
    if not Path(NSENTER).exists():
        return "nsenter is missing: apt-get install util-linux"
    probe = f"hs-probe-{os.getpid()}"
    made = subprocess.run([_program(), "netns", "add", probe], check=False, capture_output=True)
    if made.returncode:
        return "this machine allows no network namespaces"
    _ip("netns", "del", probe)
    return None


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely a frame is lost, sent twice, held back; each of them for itself."""

    lost: float = 0
    doubled: float = 0
    late: float = 0


FINE = Weather()
NOTHING_PASSES = Weather(lost=1)


@dataclass
class Told:
    """What became of frames."""

    passed: int = 0
    lost: int = 0
    doubled: int = 0
    late: int = 0


class Wire:
    """From a namespace, where a station is, to the machine's own network, where the broker is."""

    def __init__(self, chance: random.Random) -> None:
        self.told = Told()
        self.weather = FINE
        self._chance = chance
        number = next(_number)
        # Of the private addresses those that few use; by chance, so that two runs on a machine do not meet.
        net = f"10.{random.randrange(130, 250)}.{random.randrange(256)}."
        self.near, self.far, self.namespace = f"{net}1", f"{net}2", f"hs-{number}"
        self._names = (f"hsn{number}", f"hsf{number}")
        self._held: list[_Held] = []
        self._order = count()
        self._over = threading.Event()
        self._ends = tuple(_open_tap(name) for name in self._names)
        self._lay()
        self._thread = threading.Thread(target=self._carry, name=f"wire {self.namespace}", daemon=True)
        self._thread.start()

    @property
    def into(self) -> tuple[str, ...]:
        """Give what a command begins with that runs at the far end."""
        # Not by ``ip netns exec``: what it starts has all mounts for itself, too, and keeps a disk that loses its power beside it there.
        return (NSENTER, f"--net={NAMESPACES / self.namespace}")

    def pull(self) -> None:
        """Pull the cable out."""
        self._carrier(plugged=False)

    def plug_in(self) -> None:
        """Put the cable in again."""
        self._carrier(plugged=True)

    def close(self) -> None:
        """Take it all away."""
        self._over.set()
        self._thread.join()
        for end in self._ends:
            os.close(end)
        with contextlib.suppress(subprocess.CalledProcessError):
            _ip("netns", "del", self.namespace)

    def _lay(self) -> None:
        near, far = self._names
        _ip("netns", "add", self.namespace)
        _ip("link", "set", far, "netns", self.namespace)
        _ip("addr", "add", f"{self.near}/24", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", self.namespace, "addr", "add", f"{self.far}/24", "dev", far)
        for device in (far, "lo"):
            _ip("-n", self.namespace, "link", "set", device, "up")

    def _carrier(self, *, plugged: bool) -> None:
        for end in self._ends:
            fcntl.ioctl(end, TUNSETCARRIER, struct.pack("i", plugged))

    def _carry(self) -> None:
        while not self._over.is_set():
            ready, _, _ = select.select(self._ends, [], [], LOOK_EVERY_S if not self._held else 0.002)
            for end in ready:
                # While the cable is out there is an error to read.
                with contextlib.suppress(OSError):
                    self._pass(self._ends[1 - self._ends.index(end)], os.read(end, FRAME_BYTES))
            while self._held and self._held[0].due <= time.monotonic():
                held = heapq.heappop(self._held)
                self._write(held.to, held.frame)

    def _pass(self, to: int, frame: bytes) -> None:
        weather, told, chance = self.weather, self.told, self._chance.random
        if chance() < weather.lost:
            told.lost += 1
            return
        told.passed += 1
        if chance() < weather.late:
            told.late += 1
            due = time.monotonic() + self._chance.uniform(0.005, LATEST_S)
            heapq.heappush(self._held, _Held(due, next(self._order), to, frame))
        else:
            self._write(to, frame)
        if chance() < weather.doubled:
            told.doubled += 1
            self._write(to, frame)

    def _write(self, to: int, frame: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(to, frame)


@dataclass(order=True)
class _Held:
    due: float
    number: int
    to: int = field(compare=False)
    frame: bytes = field(compare=False)


def _open_tap(name: str) -> int:
    opened = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(opened, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return opened


def _program() -> str:
    found = shutil.which("ip", path=SEARCHED)
    assert found is not None
    return found


def _ip(*words: str) -> None:
    subprocess.run([_program(), *words], check=True, capture_output=True)
