"""Keyboards for a real station process on a machine without any: the model of the kernel's event device behind a socket.

Whoever types holds the devices (``Devices``, served from one thread); the station's reader, a process of its own, opens them by
their nodes (``ModelDevice``). The ring of 64 events stands on the typing side, so a reader that is late loses events as it would
with a kernel, and a killed one lets go of its grab. As a file it is the reader: ``python event_devices.py FOLDER``.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import socket
import struct
import sys
from dataclasses import asdict
from pathlib import Path

from station.keymap import KeyEvent
from station.scanners import keyboards, reader
from station.scanners.keyboards import Keyboard
from tests.support.keyboard import FakeDevice, Report

VENDOR = "05e0"
KEYBOARDS = "keyboards.json"
RECORD = struct.Struct("=qHHi")
KEY = struct.Struct("=H")
MOST_BYTES = 65536
CLOCK, MASK, KEYS, GRAB, READ = b"c", b"m", b"k", b"g", b"r"


class Opened:
    """One open file of a device: the ring, the connection of whoever opened it, and what that one waits for."""

    def __init__(self, device: FakeDevice, connection: socket.socket) -> None:
        self.connection = connection
        self._ring = device.open()
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._raised = False
        socket.send_fds(connection, [b"."], [self._event])

    def signal(self) -> None:
        """Let it be readable exactly while something waits."""
        waits = self._ring.waits
        if waits and not self._raised:
            os.eventfd_write(self._event, 1)
        elif self._raised and not waits:
            os.eventfd_read(self._event)
        self._raised = waits

    def answer(self) -> bool:
        """Do what it asked for; false when it was closed."""
        try:
            asked = self.connection.recv(1)
        except OSError:
            return False
        if not asked:
            return False
        try:
            told = b"\x00" + self._do(asked)
        except OSError as error:
            told = bytes([error.errno or errno.EIO])
        self.signal()
        with contextlib.suppress(OSError):
            self.connection.send(told)
        return True

    def close(self) -> None:
        """Close the file; a grab ends with it."""
        self._ring.close()
        self.connection.close()
        os.close(self._event)

    def _do(self, asked: bytes) -> bytes:
        if asked == READ:
            return b"".join(RECORD.pack(*event) for event in self._ring.read())
        if asked == KEYS:
            return b"".join(map(KEY.pack, sorted(self._ring.keys_down())))
        if asked == GRAB:
            self._ring.grab()
        elif asked == CLOCK:
            self._ring.use_monotonic_clock()
        elif asked == MASK:
            self._ring.only(1)
        return b""


class Devices:
    """All the keyboards of a machine; one thread calls ``type``, ``serve`` and ``close``."""

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir()
        found = [_keyboard(folder, number) for number in range(count)]
        (folder / KEYBOARDS).write_text(json.dumps([asdict(each) for each in found]))
        self._devices = [FakeDevice() for _ in found]
        self._doors = {_door(each.node): device for each, device in zip(found, self._devices, strict=True)}
        self._opened: dict[socket.socket, tuple[FakeDevice, Opened]] = {}

    @property
    def sockets(self) -> list[socket.socket]:
        """What to wait for before ``serve``."""
        return [*self._doors, *self._opened]

    def type(self, number: int, report: Report, t_ns: int) -> None:
        """Let one report arrive at a keyboard."""
        device = self._devices[number]
        device.type(report, t_ns)
        for of, opened in self._opened.values():
            if of is device:
                opened.signal()

    def serve(self, ready: list[socket.socket]) -> None:
        """Let devices be opened, answer whoever opened one."""
        for each in ready:
            if each in self._doors:
                device = self._doors[each]
                connection, _ = each.accept()
                self._opened[connection] = (device, Opened(device, connection))
            elif each in self._opened and not self._opened[each][1].answer():
                self._opened.pop(each)[1].close()

    def close(self) -> None:
        """Take the keyboards away."""
        for _, opened in self._opened.values():
            opened.close()
        for door in self._doors:
            door.close()


def match(number: int) -> str:
    """Give what a section of the settings says to mean this keyboard."""
    return f"{VENDOR}:{0x1200 + number:04x}"


def _keyboard(folder: Path, number: int) -> Keyboard:
    vendor, product = match(number).split(":")
    return Keyboard(node=str(folder / f"event{number}"), name=f"model {number}", vendor=vendor, product=product, port=None, serial=None)


def _door(node: str) -> socket.socket:
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(node)
    door.listen()
    return door


class ModelDevice:
    """The reader's side: what it asks of the kernel goes to the model."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.connect(path)
        _, [self._event], _, _ = socket.recv_fds(self._socket, 1, 1)
        self._poll = select.poll()
        self._poll.register(self._event, select.POLLIN)

    def fileno(self) -> int:
        """Give what can be waited for."""
        return self._event

    def use_monotonic_clock(self) -> None:
        """EVIOCSCLOCKID."""
        self._ask(CLOCK)

    def only(self, *kinds: int) -> None:
        """EVIOCSMASK; the reader wants keys and nothing else."""
        self._ask(MASK)

    def keys_down(self) -> set[int]:
        """EVIOCGKEY."""
        return {key for (key,) in KEY.iter_unpack(self._ask(KEYS))}

    def grab(self) -> None:
        """EVIOCGRAB."""
        self._ask(GRAB)

    def caps_lock_light(self) -> bool:
        """EVIOCGLED: nobody puts these lights on."""
        return False

    def inhibited(self) -> bool:
        """A model has no file in /sys by which it could be switched off."""
        return False

    def inhibit(self, *, on: bool) -> None:
        """As a kernel without that file: nothing."""

    def read(self) -> list[KeyEvent]:
        """Give what waits."""
        if not self._poll.poll(0):
            return []
        return [KeyEvent(*fields) for fields in RECORD.iter_unpack(self._ask(READ))]

    def close(self) -> None:
        """Close it."""
        self._socket.close()
        os.close(self._event)

    def _ask(self, what: bytes) -> bytes:
        try:
            self._socket.send(what)
            told = self._socket.recv(MOST_BYTES)
        except OSError:
            told = b""
        number = told[0] if told else errno.ENODEV
        if number:
            raise OSError(number, os.strerror(number))
        return told[1:]


def main(folder: Path) -> None:
    """Be the reader of a station, with these keyboards and no others."""
    found = [Keyboard(**fields) for fields in json.loads((folder / KEYBOARDS).read_text())]
    vars(keyboards).update(find=lambda: found)
    vars(reader).update(EventDevice=ModelDevice)
    reader.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
