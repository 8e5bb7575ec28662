"""The one keyboard that a section means, opened for us alone beside the agent: to record what it types, or to calibrate it."""

from __future__ import annotations

from station.keymap import EV_KEY
from station.scanners import keyboards
from station.scanners.event_device import Device, EventDevice
from station.words import Key, Saying


class NotOpened(Exception):
    """The keyboard cannot be had; ``why`` says why not."""

    def __init__(self, why: Saying | str) -> None:
        super().__init__(str(why))
        self.why = why


def open_keyboard(match: str) -> Device:
    """Open the keyboard that this pattern means; NotOpened says why it cannot be."""
    found = [each for each in keyboards.find() if keyboards.matches(match, each)]
    if len(found) != 1:
        nodes = ", ".join(each.node for each in found)
        raise NotOpened(f"{match} matches {nodes}" if found else Saying(Key.KEYBOARD_MISSING, {"match": match}))
    try:
        device = EventDevice(found[0].node)
    except PermissionError as error:
        raise NotOpened(Saying(Key.KEYBOARD_FORBIDDEN, {"path": found[0].node})) from error
    except OSError as error:
        raise NotOpened(Saying(Key.KEYBOARD_UNUSABLE, {"path": found[0].node, "error": error.strerror})) from error
    try:
        take_for_us(device)
    except OSError as error:
        device.close()
        raise NotOpened(Saying(Key.KEYBOARD_IN_USE, {"path": found[0].node})) from error
    return device


def take_for_us(device: Device) -> None:
    """Let a device give its keys, and nothing else, to us and to nobody else (D2)."""
    device.use_monotonic_clock()
    device.only(EV_KEY)
    device.grab()
