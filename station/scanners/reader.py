"""The process that reads the keyboards of a station and does nothing else, so that nothing keeps it from reading.

The kernel keeps 64 events of a keyboard, fewer than one long scan makes; a busy Python thread beside this one would stall it.
It imports only what it needs. The agent writes the sections to its standard input and keeps that open: its end, even by kill -9,
is the end of this process, and the end of this process frees the keyboards (D3). It writes ``wire`` to standard output.
Start it with ``COMMAND``.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from station.scanners import keyboards, wire
from station.scanners.event_device import EventDevice
from station.scanners.hotplug import Heard, Hotplug
from station.scanners.watched import Watched

# Without the environment's packages, which it does not need and which cost time and memory. The name is for those who look at ps.
_PLACE = str(Path(__file__).parents[2])
_START = f"'station.scanners.reader'; import sys; sys.path.append({_PLACE!r}); from station.scanners.reader import main; main()"
COMMAND = (sys.executable, "-I", "-S", "-c", _START)

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
LOOK_EVERY_NS = 2 * NS_PER_S
"""The net under the hot-plug messages, and how often a keyboard in use is tried again."""
UDEV_LIMIT_NS = NS_PER_S
"""So long udev may take for links and rights; without udev it is looked then."""

IN, OUT = 0, 1


def main() -> None:
    """Read until the agent ends."""
    # A service manager or Ctrl-C may stop everybody at once: the agent says when this is over.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    watched = Watched(wire.sections(_first_line(IN)), _tell, find=keyboards.find, open_device=EventDevice, clock=time.monotonic_ns)
    try:
        run(watched, Hotplug(), IN, time.monotonic_ns, beat=lambda: _tell(wire.Beat()))
        watched.close()
    except BrokenPipeError:
        # The agent is gone; so is whoever could be told. The keyboards are still let go of, and switched off where they were.
        with suppress(BrokenPipeError):
            watched.close()
        os._exit(0)


def run(watched: Watched, hotplug: Hotplug, until: int, clock: Callable[[], int], *, beat: Callable[[], None] = lambda: None) -> None:
    """Read the keyboards until this descriptor ends; ``beat`` hears at each look that it still goes round."""
    look_ns = clock()
    while True:
        if clock() >= look_ns:
            watched.look()
            beat()
            look_ns = clock() + LOOK_EVERY_NS
        ready = _wait(watched, hotplug, until, look_ns - clock())
        if until in ready:
            # What was typed last is still taken.
            watched.serve()
            return
        watched.serve()
        heard = hotplug.heard() if hotplug.fileno() in ready else Heard.NOTHING
        if heard & Heard.UDEV:
            look_ns = clock()
        elif heard & Heard.KERNEL:
            look_ns = min(look_ns, clock() + UDEV_LIMIT_NS)


def _wait(watched: Watched, hotplug: Hotplug, until: int, limit_ns: int) -> set[int]:
    """Wait for anything to read, for what is due, or so long; give what can be read."""
    poll = select.poll()
    for descriptor in (until, hotplug.fileno(), *(device.fileno() for device in watched.devices)):
        if descriptor >= 0:
            poll.register(descriptor, select.POLLIN)
    due_ns = watched.due_ns
    if due_ns is not None:
        limit_ns = min(limit_ns, due_ns - time.monotonic_ns())
    # Rounded up: a little too early would be once more for nothing.
    return {descriptor for descriptor, _what in poll.poll(max(0, -(-limit_ns // NS_PER_MS)))}


def _first_line(descriptor: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(descriptor, 65536)
        if not more:
            raise SystemExit(0)
        line += more
    return line


def _tell(said: wire.Said) -> None:
    line = wire.said_line(said)
    while line:
        line = line[os.write(OUT, line) :]
