"""The reader's loop: it waits for keys, for what is plugged in and for its end, and for nothing else."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from station.framing import Frame
from station.keymap import KeyRules
from station.scanners.event_device import RECORD
from station.scanners.hotplug import Heard, Hotplug
from station.scanners.keyboards import Keyboard
from station.scanners.reader import run
from station.scanners.watched import Watched
from station.scanners.wire import Ended, Present, Said, Section
from station.words import Key
from tests.support.keyboard import ENTER, taps
from tests.support.pipe_keyboards import PipeDevice
from tests.support.programs import wait_for


class Loop:
    """The loop in a thread, with one keyboard that is a pipe."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self._keys, self._typed = os.pipe()
        self._until, self._end = os.pipe()
        keyboard = Keyboard(node=f"/dev/fd/{self._keys}", name="pipe", vendor="05e0", product="1200", port="1-2", serial=None)
        self._there = [keyboard]
        sections = [Section("1-2", "us", KeyRules())]
        watched = Watched(sections, self.said.append, find=lambda: self._there, open_device=PipeDevice, clock=time.monotonic_ns)
        self._hotplug = Hotplug()
        self.beats: list[float] = []
        beat = {"beat": lambda: self.beats.append(time.monotonic())}
        self._thread = threading.Thread(target=run, args=(watched, self._hotplug, self._until, time.monotonic_ns), kwargs=beat)
        self._thread.start()
        wait_for(lambda: bool(watched.devices), "the keyboard to be opened")

    def type(self, *codes: int) -> None:
        """Tap these keys now."""
        for event in taps(*codes, start_ns=time.monotonic_ns()):
            os.write(self._typed, RECORD.pack(*divmod(event.t_ns // 1000, 1_000_000), event.type, event.code, event.value))

    def unplug(self) -> None:
        """Pull the keyboard out."""
        self._there = []
        os.close(self._typed)
        self._typed = -1

    def end(self) -> None:
        """End as when the agent ends."""
        os.close(self._end)
        self._thread.join(5)
        assert not self._thread.is_alive()
        self._hotplug.close()
        for each in (self._keys, self._until, self._typed):
            if each >= 0:
                os.close(each)

    def frames(self) -> list[Frame]:
        """Give what was scanned."""
        return [each.what for each in self.said if isinstance(each, Ended) and isinstance(each.what, Frame)]


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop that runs."""
    loop = Loop()
    yield loop
    loop.end()


def test_what_is_typed_is_said_at_once(loop: Loop) -> None:
    # Enter first: what was typed before the keyboard was opened would end with it.
    loop.type(ENTER)
    loop.type(2, 3, ENTER)
    wait_for(lambda: loop.frames() == [Frame(b"12")], "the scan")


def test_an_unplug_is_said_at_once(loop: Loop) -> None:
    loop.type(ENTER)
    wait_for(lambda: bool(loop.said), "the keyboard to be there")
    loop.unplug()
    wait_for(lambda: len(loop.said) == 2, "the unplug")
    last = loop.said[-1]
    assert isinstance(last, Present)
    assert last.why_not is not None
    assert last.why_not.key is Key.KEYBOARD_UNPLUGGED


def test_it_says_every_two_seconds_that_it_goes_round(loop: Loop) -> None:
    wait_for(lambda: len(loop.beats) >= 3, "three beats")
    assert loop.beats[2] - loop.beats[0] < 6


def test_the_kernels_messages_are_listened_to_and_none_is_no_news() -> None:
    hotplug = Hotplug()
    assert hotplug.fileno() >= 0
    assert hotplug.heard() is Heard.NOTHING
    hotplug.close()


def test_a_system_without_hot_plug_messages_has_no_descriptor_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise OSError("no netlink here")

    monkeypatch.setattr(socket, "socket", refuse)
    hotplug = Hotplug()
    assert (hotplug.fileno(), hotplug.heard()) == (-1, Heard.NOTHING)
