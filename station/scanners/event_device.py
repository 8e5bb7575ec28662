"""The system calls on one /dev/input/eventN, and nothing else: the only file that knows the kernel's ioctls and the
file by which an input device is switched off, ``inhibited`` (D1, D2, D9).

The numbers are those of linux/input.h and asm-generic/ioctl.h, the same on x86, ARM and RISC-V. What happens with the events
is decided above; tests put a model of the kernel's device in this one's place.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from station.keymap import LED_CAPS_LOCK, KeyEvent

RECORD = struct.Struct("@llHHi")
"""struct input_event: 24 bytes on 64-bit systems, 16 on 32-bit ones."""
RECORDS_A_READ = 256
"""More than the kernel keeps for a reader of a keyboard."""

NS_PER_S, NS_PER_US = 1_000_000_000, 1_000
KEY_COUNT = 0x300
CLOCK_MONOTONIC = 1
LONG_BITS = 8 * struct.calcsize("l")
SYS = Path("/sys/class/input")

_WRITE, _READ = 1, 2


def _ioctl(direction: int, number: int, size: int) -> int:
    return direction << 30 | size << 16 | ord("E") << 8 | number


EVIOCGKEY = _ioctl(_READ, 0x18, KEY_COUNT // 8)
EVIOCGLED = _ioctl(_READ, 0x19, struct.calcsize("l"))
EVIOCGRAB = _ioctl(_WRITE, 0x90, struct.calcsize("i"))
EVIOCSMASK = _ioctl(_WRITE, 0x93, struct.calcsize("=IIQ"))
EVIOCSCLOCKID = _ioctl(_WRITE, 0xA0, struct.calcsize("i"))


class StaysInhibitedError(OSError):
    """The device is switched off, and this user may not switch it on."""


class Device(Protocol):
    """An open event device: the kernel's, or a model of it."""

    def fileno(self) -> int:
        """Give what can be waited for."""

    def use_monotonic_clock(self) -> None:
        """Let events carry CLOCK_MONOTONIC."""

    def only(self, *kinds: int) -> None:
        """Let only events of these types through, and EV_SYN."""

    def keys_down(self) -> set[int]:
        """Give the keys that are down now; key events that wait are thrown away."""

    def grab(self) -> None:
        """Let nobody else have the events, until this is closed."""

    def caps_lock_light(self) -> bool:
        """Say whether its Caps Lock light is on."""

    def inhibited(self) -> bool:
        """Say whether the kernel keeps from everybody what it types."""

    def inhibit(self, *, on: bool) -> None:
        """Let the kernel do so, or no more; StaysInhibitedError where this user may not."""

    def read(self) -> list[KeyEvent]:
        """Give what waits, nothing when nothing does; OSError when the device is gone."""

    def close(self) -> None:
        """Close it; a grab ends with it (D3)."""


class EventDevice:
    """The kernel's."""

    def __init__(self, path: str, sys: Path = SYS) -> None:
        # Never for writing: some firmware reacts to it.
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        # Opened now and kept: after an unplug the same name may be somebody's keyboard.
        self._switch = _opened_switch(sys / Path(path).name / "device" / "inhibited")

    def fileno(self) -> int:
        """Give what can be waited for."""
        return self._descriptor

    def use_monotonic_clock(self) -> None:
        """EVIOCSCLOCKID."""
        fcntl.ioctl(self._descriptor, EVIOCSCLOCKID, struct.pack("i", CLOCK_MONOTONIC))

    def only(self, *kinds: int) -> None:
        """EVIOCSMASK of type 0, which is a mask of types."""
        bits = array("Q", [sum(1 << kind for kind in kinds)])
        address, count = bits.buffer_info()
        fcntl.ioctl(self._descriptor, EVIOCSMASK, struct.pack("=IIQ", 0, count * bits.itemsize, address))

    def keys_down(self) -> set[int]:
        """EVIOCGKEY."""
        words = array("L", bytes(KEY_COUNT // 8))
        fcntl.ioctl(self._descriptor, EVIOCGKEY, words)
        return {key for key in range(KEY_COUNT) if words[key // LONG_BITS] >> key % LONG_BITS & 1}

    def grab(self) -> None:
        """EVIOCGRAB."""
        fcntl.ioctl(self._descriptor, EVIOCGRAB, 1)

    def caps_lock_light(self) -> bool:
        """EVIOCGLED."""
        words = array("L", [0])
        fcntl.ioctl(self._descriptor, EVIOCGLED, words)
        return bool(words[0] >> LED_CAPS_LOCK & 1)

    def inhibited(self) -> bool:
        """Read the file; a kernel before 5.11 has none and inhibits nothing."""
        return self._switch is not None and os.pread(self._switch, 1, 0) == b"1"

    def inhibit(self, *, on: bool) -> None:
        """Write the file."""
        try:
            if self._switch is not None:
                os.pwrite(self._switch, b"1" if on else b"0", 0)
        except OSError as error:
            # Opened for reading alone, it says EBADF.
            raise StaysInhibitedError(error.errno, error.strerror) from error

    def read(self) -> list[KeyEvent]:
        """Give what waits; the kernel gives whole records only."""
        try:
            data = os.read(self._descriptor, RECORD.size * RECORDS_A_READ)
        except BlockingIOError:
            return []
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return events_of(data)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)
        if self._switch is not None:
            os.close(self._switch)


def _opened_switch(path: Path) -> int | None:
    for access in (os.O_RDWR, os.O_RDONLY):
        with suppress(OSError):
            return os.open(path, access | os.O_CLOEXEC)
    return None


def events_of(data: bytes) -> list[KeyEvent]:
    """Give the events of the kernel's records."""
    return [
        KeyEvent(seconds * NS_PER_S + micros * NS_PER_US, kind, code, value)
        for seconds, micros, kind, code, value in RECORD.iter_unpack(data)
    ]
