"""The system calls' numbers and records (decoding.md D1, D2); what a kernel does with them the hardware lab shows."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from station.keymap import EV_KEY, KeyEvent
from station.scanners import event_device
from station.scanners.event_device import RECORD, Device, EventDevice, events_of
from tests.support.keyboard import FakeDevice

Pipe = tuple[EventDevice, BinaryIO]
"""A device, and the end of a pipe through which its records come; a pipe knows no ioctls."""


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Nothing was written yet."""
    reads, writes = os.pipe()
    device = EventDevice(f"/dev/fd/{reads}")
    os.close(reads)
    with open(writes, "wb", buffering=0) as kernel:
        yield device, kernel
    device.close()


def test_d2_the_numbers_are_the_kernels() -> None:
    numbers = [getattr(event_device, name) for name in ("EVIOCGKEY", "EVIOCGLED", "EVIOCGRAB", "EVIOCSMASK", "EVIOCSCLOCKID")]
    assert numbers == [0x80604518, 0x80004519 | struct.calcsize("l") << 16, 0x40044590, 0x40104593, 0x400445A0]


def test_d1_a_record_has_the_size_of_this_machine() -> None:
    assert RECORD.size == 2 * struct.calcsize("l") + 8


def test_d1_a_record_becomes_an_event_with_its_time_in_nanoseconds() -> None:
    data = RECORD.pack(5, 250, EV_KEY, 30, 1) + RECORD.pack(5, 251, EV_KEY, 30, 0)
    assert events_of(data) == [KeyEvent(5_000_250_000, EV_KEY, 30, 1), KeyEvent(5_000_251_000, EV_KEY, 30, 0)]


def test_d1_a_whole_batch_is_read_and_nothing_of_it_is_dropped(pipe: Pipe) -> None:
    device, kernel = pipe
    assert device.read() == []
    kernel.write(b"".join(RECORD.pack(1, number, EV_KEY, 30, number % 2) for number in range(150)))
    assert [event.t_ns for event in device.read()] == [1_000_000_000 + 1000 * number for number in range(150)]
    assert device.read() == []


def test_d6_the_end_of_a_device_is_an_unplug(pipe: Pipe) -> None:
    device, kernel = pipe
    kernel.close()
    with pytest.raises(OSError, match="No such device") as caught:
        device.read()
    assert caught.value.errno == errno.ENODEV


def test_a_device_that_is_inhibited_is_switched_on_and_off_by_its_file(tmp_path: Path) -> None:
    node, switch = tmp_path / "dev" / "event7", tmp_path / "event7" / "device" / "inhibited"
    for each in (node, switch):
        each.parent.mkdir(parents=True)
        each.write_text("1\n")
    device = EventDevice(str(node), tmp_path)
    assert device.inhibited()
    device.inhibit(on=False)
    assert (device.inhibited(), switch.read_text()) == (False, "0\n")
    device.inhibit(on=True)
    assert device.inhibited()
    device.close()


def test_a_kernel_that_inhibits_nothing_is_asked_in_vain(pipe: Pipe) -> None:
    device, _ = pipe
    device.inhibit(on=False)
    assert not device.inhibited()


def test_the_model_of_the_tests_takes_the_same_calls() -> None:
    stand_in: Device = FakeDevice().open()
    calls = [name for name in vars(Device) if not name.startswith("_")]
    assert calls
    assert all(callable(getattr(each, name)) for name in calls for each in (stand_in, EventDevice))
