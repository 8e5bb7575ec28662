"""Hears that an input device came or went: the kernel's own messages, and udev's, which come once links and rights are set.

A message is only a reason to look again: what is there is read from /sys and /dev, so nothing in a message must be believed.
Where no messages come (a container), looking every few seconds does.
"""

from __future__ import annotations

import contextlib
import socket
from enum import IntFlag

NETLINK_KOBJECT_UEVENT = 15
MESSAGE_BYTES = 16384


class Heard(IntFlag):
    """Who spoke of an input device; the values are the netlink groups."""

    NOTHING = 0
    KERNEL = 1
    UDEV = 2


class Hotplug:
    """An open netlink socket, or none where the system has none."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        with contextlib.suppress(OSError):
            self._socket = _listening()

    def fileno(self) -> int:
        """Give what can be waited for; -1, which poll leaves alone, for none."""
        return self._socket.fileno() if self._socket else -1

    def heard(self) -> Heard:
        """Take all messages that wait and say whose were about input devices."""
        heard = Heard.NOTHING
        while self._socket:
            try:
                data, (_sender, groups) = self._socket.recvfrom(MESSAGE_BYTES)
            except BlockingIOError:
                break
            except OSError:
                # Too many came at once and some are lost.
                return Heard.KERNEL | Heard.UDEV
            if b"SUBSYSTEM=input\0" in data:
                heard |= Heard(groups & (Heard.KERNEL | Heard.UDEV))
        return heard

    def close(self) -> None:
        """Listen no more."""
        if self._socket:
            self._socket.close()


def _listening() -> socket.socket:
    found = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)
    try:
        found.bind((0, Heard.KERNEL | Heard.UDEV))
    except OSError:
        found.close()
        raise
    return found
