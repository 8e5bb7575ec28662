"""What goes back to a scanner (decoding.md D30 and "Signals back")."""

from __future__ import annotations

from typing import get_args

import pytest

from station.signals import FAULT_PAUSE_MS, SIGNALS, Dialect, Signaller, SignalTone
from station.ssi import checksum

TONES: tuple[SignalTone, ...] = get_args(SignalTone)
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
MS = 1_000_000


@pytest.mark.parametrize("dialect", [each for each in DIALECTS if each != "none"])
def test_every_dialect_has_bytes_for_every_tone(dialect: Dialect) -> None:
    assert set(SIGNALS[dialect]) == set(TONES)
    assert all(SIGNALS[dialect].values())


@pytest.mark.parametrize("tone", TONES)
def test_a_scanner_that_is_not_set_up_hears_nothing(tone: SignalTone) -> None:
    assert Signaller().signal(tone, 0) == b""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_is_sent_for_stored(dialect: Dialect) -> None:
    assert "stored" not in SIGNALS[dialect]


def test_zebra_signals_are_whole_packets() -> None:
    for data in SIGNALS["ssi"].values():
        assert (data[0], data[1], data[2]) == (len(data) - 2, 0xE6, 0x04)
        assert data[-2:] == checksum(data[:-2])


def test_honeywell_signals_are_escapes_that_write_no_setting() -> None:
    assert SIGNALS["honeywell"]["ok"] == b"\x1b7"
    assert SIGNALS["honeywell"]["no"] == b"\x1b8"
    for data in SIGNALS["honeywell"].values():
        assert set(data[::2]) == {0x1B}
        assert set(data[1::2]) <= set(b"1245678")


def test_datalogic_hears_its_not_on_file_beep_for_no() -> None:
    assert SIGNALS["datalogic"]["no"] == b"F"


def test_metrologic_hears_nak_for_a_fault_alone_because_it_means_send_again() -> None:
    assert {tone for tone, data in SIGNALS["metrologic"].items() if data == b"\x15"} == {"fault"}


def test_a_fault_that_repeats_is_signalled_every_two_seconds_at_most() -> None:
    signaller = Signaller("metrologic")
    sent = [signaller.signal("fault", now_ms * MS) for now_ms in range(0, 2 * FAULT_PAUSE_MS, 100)]
    assert sent.count(b"\x15") == 2
    assert signaller.signal("ok", 0) == b"\x06"
