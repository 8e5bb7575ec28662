"""The one keyboard that a section means, opened for us alone beside the agent: to record what it types, or to calibrate it."""

from __future__ import annotations

from contextlib import suppress

from station.keymap import EV_KEY, KeyEvent
from station.scanners import keyboards
from station.scanners.event_device import Device, EventDevice, StaysInhibitedError
from station.words import Key, Saying


class NotOpened(Exception):
    """The keyboard cannot be had; ``why`` says why not."""

    def __init__(self, why: Saying | str) -> None:
        super().__init__(str(why))
        self.why = why


class KeyboardForUs:
    """An open keyboard that gives its keys, and nothing else, to us and to nobody else (D2)."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.fileno, self.caps_lock_light = device.fileno, device.caps_lock_light
        device.use_monotonic_clock()
        device.only(EV_KEY)
        device.grab()
        self._was_inhibited = device.inhibited()
        device.inhibit(on=False)

    def read(self) -> list[KeyEvent]:
        """Give what waits; OSError when it is gone."""
        return self._device.read()

    def close(self) -> None:
        """Leave it switched off where it was found so."""
        if self._was_inhibited:
            with suppress(OSError):
                self._device.inhibit(on=True)
        self._device.close()


def open_keyboard(match: str) -> KeyboardForUs:
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
        return KeyboardForUs(device)
    except StaysInhibitedError as error:
        device.close()
        raise NotOpened(Saying(Key.KEYBOARD_INHIBITED, {"path": found[0].node})) from error
    except OSError as error:
        device.close()
        raise NotOpened(Saying(Key.KEYBOARD_IN_USE, {"path": found[0].node})) from error
