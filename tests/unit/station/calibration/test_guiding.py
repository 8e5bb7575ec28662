"""The conversation, with a person who scans what is asked for, or does something else; with real descriptors and no clock of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from station.calibration.from_bytes import Rate
from station.calibration.guiding import Answers, Guide
from station.calibration.taps import KeyboardScanner, LineScanner, Subject
from station.calibration.texts import BY_NUMBER, CARD
from station.calibration.words import Remark, Word
from station.errors import StationError
from station.keymap import EV_SYN, SYN_DROPPED, KeyEvent
from station.layouts import load
from station.scanners.one_keyboard import NotOpened
from station.ssi import CMD_ACK, packet
from tests.support.card import AIM, Setup, framed, with_parity
from tests.support.keyboard import CTRL, MS, FakeDevice, ModelScanner, Reader, Report, Style, opened
from tests.support.ptys import PtyScanner

QUIET_MS = 40
ASKS = (Word.SCAN_NOW, Word.SCAN_OR_SKIP)
SETUP = Setup(prefix="#", letters=AIM)

Action = Callable[[], None]


@dataclass
class Person:
    """Does the next of the things planned whenever a bar is asked for, and after the plan scans what is asked for."""

    scan: Callable[[int], None]
    plan: list[Action] = field(default_factory=list)
    heard: list[Remark] = field(default_factory=list)

    def hear(self, remark: Remark) -> None:
        """Hear a sentence of the guide."""
        assert remark.said("en")
        self.heard.append(remark)
        if remark.word in ASKS:
            act = self.plan.pop(0) if self.plan else None
            if act is not None:
                act()
            else:
                self.scan(int(str(remark.fields["bar"])))

    @property
    def words(self) -> list[Word]:
        """What was said, without the asking."""
        return [each.word for each in self.heard if each.word not in ASKS]


class Ends:
    """The pipes of a person's keyboard, and of a wish to stop."""

    def __init__(self) -> None:
        self.typed, self._keys = os.pipe()
        self.stop, self._ask = os.pipe()

    def type(self, text: str) -> None:
        """Type on the person's own keyboard."""
        os.write(self._keys, text.encode())

    def ask_to_stop(self) -> None:
        """Press Ctrl-C."""
        os.write(self._ask, b"\2")

    def close(self) -> None:
        """Close all."""
        for each in (self.typed, self._keys, self.stop, self._ask):
            os.close(each)


@pytest.fixture
def ends() -> Iterator[Ends]:
    found = Ends()
    yield found
    found.close()


def guided(subject: Subject[Any], person: Person, ends: Ends) -> dict[int, Sequence[Any]] | None:
    return Guide(subject, person.hear, Answers(ends.typed), ends.stop, quiet_ms=QUIET_MS).run()


class OnePlug:
    """A keyboard scanner at one socket: what it types comes a few reports a read, behind a descriptor that can be waited for."""

    def __init__(self) -> None:
        self._device = FakeDevice()
        self._reader: Reader | None = None
        self._waiting: list[Report] = []
        self._now_ns = 0
        self._bell = os.eventfd(0, os.EFD_NONBLOCK)
        self.away = 0
        """How often it is not found before it is plugged in again."""
        self.lose = False
        self.pulled_after: int | None = None
        """It is pulled after so many more reads, in the middle of what it types."""

    def __call__(self, match: str) -> OnePlug:
        """Open it."""
        if not self._device.present and self.away > 0:
            self.away -= 1
            raise NotOpened("not there")
        if not self._device.present:
            self._device, self._waiting = FakeDevice(), []
        self._reader = opened(self._device)
        return self

    def type(self, reports: list[Report]) -> None:
        """Let it type; two seconds after what it typed before."""
        self._now_ns += 2000 * MS
        self._waiting += reports
        os.eventfd_write(self._bell, 1)

    def unplug(self) -> None:
        """Pull it."""
        self._device.unplug()
        os.eventfd_write(self._bell, 1)

    def fileno(self) -> int:
        """Give what can be waited for."""
        return self._bell

    def read(self) -> list[KeyEvent]:
        """Give what comes of the next reports."""
        assert self._reader is not None
        now, self._waiting = self._waiting[:8], self._waiting[8:]
        for report in now:
            self._now_ns += 2 * MS
            self._device.type(report, self._now_ns)
        found = self._reader.read()
        self._count_down()
        if not self._waiting:
            os.eventfd_read(self._bell)
        if self.lose:
            self.lose = False
            return [KeyEvent(self._now_ns, EV_SYN, SYN_DROPPED, 0), *found]
        return found

    def _count_down(self) -> None:
        if self.pulled_after is not None:
            self.pulled_after -= 1
        if self.pulled_after == 0:
            self.pulled_after = None
            self._device.unplug()

    def close(self) -> None:
        """Let it go."""
        assert self._reader is not None
        self._reader.close()

    def use_monotonic_clock(self) -> None:
        """It does."""

    def only(self, *kinds: int) -> None:
        """It gives keys only."""

    def keys_down(self) -> set[int]:
        """Nobody asks."""
        return set()

    def grab(self) -> None:
        """It is grabbed."""

    def end(self) -> None:
        """Throw it away."""
        os.close(self._bell)


@pytest.fixture
def plug() -> Iterator[OnePlug]:
    found = OnePlug()
    yield found
    found.end()


class Gun:
    """A keyboard scanner in somebody's hand."""

    def __init__(self, plug: OnePlug, layout: str = "de", style: Style | None = None) -> None:
        self._plug = plug
        self._model = ModelScanner(load(layout), style)

    def scan(self, number: int) -> None:
        """Scan a bar of the card."""
        self._plug.type(self._model.types(SETUP.bar(BY_NUMBER[number])))

    def text(self, text: str) -> None:
        """Scan something else."""
        self._plug.type(self._model.types(text))


def keyboard(plug: OnePlug) -> KeyboardScanner:
    return KeyboardScanner("gun", "1-2", "us", plug)


def test_seven_bars_are_asked_for_one_after_the_other_and_found(plug: OnePlug, ends: Ends) -> None:
    person = Person(Gun(plug).scan)
    traces = guided(keyboard(plug), person, ends)
    assert [each.fields["bar"] for each in person.heard if each.word in ASKS] == [1, 2, 3, 4, 5, 6, 7]
    assert person.words == [Word.BAR_READ] * 7
    assert traces is not None
    found = keyboard(plug).findings(traces)
    assert {key: value for key, value in (found.settings or {}).items() if value} == {
        "layout": "de",
        "terminator": "enter",
        "prefix": "#",
        "aim": "on",
    }


def test_garbage_other_bars_the_same_bar_and_two_at_once_are_said_and_do_no_harm(plug: OnePlug, ends: Ends) -> None:
    gun = Gun(plug)

    def two_at_once() -> None:
        gun.scan(2)
        gun.scan(5)

    plan: list[Action] = [
        lambda: gun.text("30000000000012"),
        lambda: gun.text("x"),
        lambda: gun.text("y"),
        lambda: gun.scan(3),
        lambda: gun.scan(1),
        lambda: gun.scan(1),
        two_at_once,
    ]
    person = Person(gun.scan, plan)
    traces = guided(keyboard(plug), person, ends)
    assert person.words == [
        *(Word.NOT_OF_THE_CARD, Word.NOT_OF_THE_CARD, Word.MANY_MISSES, Word.OTHER_BAR_READ, Word.BAR_READ, Word.BAR_AGAIN),
        *(Word.TWO_AT_ONCE, *[Word.BAR_READ] * 5),
    ]
    assert sorted(traces or {}) == [1, 2, 3, 4, 5, 6, 7]


def test_enter_skips_a_bar_that_is_not_needed_and_no_other(plug: OnePlug, ends: Ends) -> None:
    gun = Gun(plug)
    plan: list[Action] = [lambda: ends.type("\n"), *[lambda number=number: gun.scan(number) for number in range(1, 6)]]
    person = Person(gun.scan, [*plan, lambda: ends.type("\n"), lambda: ends.type("\n")])
    traces = guided(keyboard(plug), person, ends)
    assert person.words == [Word.NEEDED, *[Word.BAR_READ] * 5, Word.SKIPPED, Word.SKIPPED]
    assert sorted(traces or {}) == [1, 2, 3, 4, 5]


def test_a_scanner_unplugged_in_the_middle_goes_on_where_it_was(plug: OnePlug, ends: Ends) -> None:
    gun = Gun(plug)

    def pull() -> None:
        plug.away, plug.pulled_after = 1, 2
        gun.scan(2)

    person = Person(gun.scan, [lambda: gun.scan(1), pull])
    traces = guided(keyboard(plug), person, ends)
    assert person.words == [Word.BAR_READ, Word.UNPLUGGED, Word.PLUGGED, *[Word.BAR_READ] * 6]
    assert (keyboard(plug).findings(traces or {}).settings or {})["prefix"] == "#"


def test_keys_that_were_lost_are_scanned_again(plug: OnePlug, ends: Ends) -> None:
    gun = Gun(plug)

    def slow() -> None:
        plug.lose = True
        gun.scan(1)

    person = Person(gun.scan, [slow])
    assert guided(keyboard(plug), person, ends) is not None
    assert person.words[:2] == [Word.KEYS_LOST, Word.BAR_READ]


@pytest.mark.parametrize("unplugged", [False, True])
def test_somebody_who_stops_gets_nothing(plug: OnePlug, ends: Ends, unplugged: bool) -> None:
    gun = Gun(plug)

    def stop() -> None:
        if unplugged:
            plug.away = 100
            plug.unplug()
        ends.ask_to_stop()

    assert guided(keyboard(plug), Person(gun.scan, [lambda: gun.scan(1), stop]), ends) is None


def test_ctrl_c_on_the_keyboard_that_was_taken_for_a_scanner_stops(plug: OnePlug, ends: Ends) -> None:
    ctrl_c: list[Report] = [((CTRL, 1),), ((46, 1),), ((46, 0),), ((CTRL, 0),)]
    assert guided(keyboard(plug), Person(Gun(plug).scan, [lambda: plug.type(ctrl_c)]), ends) is None


def test_a_keyboard_that_cannot_be_had_is_one_sentence(plug: OnePlug, ends: Ends) -> None:
    plug.unplug()
    plug.away = 1
    with pytest.raises(StationError, match=r"The scanner cannot be calibrated: not there\."):
        guided(keyboard(plug), Person(Gun(plug).scan), ends)


class Line:
    """A serial scanner on a pseudo-terminal; at another rate than its own noise comes."""

    def __init__(self, pty: PtyScanner, framing: str = "\r", baud: int = 9600, parity: str = "") -> None:
        self._pty, self._framing, self._baud, self._parity = pty, framing, baud, parity

    def scan(self, number: int) -> None:
        """Scan a bar of the card."""
        data = framed(SETUP.bar(BY_NUMBER[number]), self._framing)
        if self._pty.baud != self._baud:
            data = bytes(each & 0x55 | 0x80 for each in data[:7])
        self._pty.write(with_parity(data, self._parity) if self._parity else data)


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[PtyScanner]:
    with PtyScanner(tmp_path / "scanner") as found:
        yield found


def line(pty: PtyScanner) -> LineScanner:
    return LineScanner("line", str(pty.path), Rate(9600, "8N1"))


@pytest.mark.parametrize("framing", ["\r", "\r\n", "", "stx", "stx lrc", "ssi"])
def test_a_serial_scanner_is_found_over_a_pseudo_terminal(pty: PtyScanner, ends: Ends, framing: str) -> None:
    subject, person = line(pty), Person(Line(pty, framing).scan)
    traces = guided(subject, person, ends)
    assert person.words == [Word.BAR_READ] * 7
    assert traces is not None
    found = subject.findings(traces)
    assert found.settings is not None
    expected = {"\r": "line", "\r\n": "line", "": "idle", "stx": "stx", "stx lrc": "stx", "ssi": "ssi"}[framing]
    assert (found.settings["framing"], found.settings["prefix"]) == (expected, "#")
    assert pty.heard == (packet(CMD_ACK) * 7 if framing == "ssi" else b"")


def test_another_rate_is_tried_until_the_bar_comes(pty: PtyScanner, ends: Ends) -> None:
    subject, person = line(pty), Person(Line(pty, baud=115200).scan)
    traces = guided(subject, person, ends)
    assert person.words == [Word.NOT_OF_THE_CARD, Word.OTHER_RATE, *[Word.BAR_READ] * 7]
    assert (subject.findings(traces or {}).settings or {})["baud"] == 115200


def test_enter_tries_another_rate_where_nothing_comes_at_all(pty: PtyScanner, ends: Ends) -> None:
    subject = line(pty)
    person = Person(Line(pty, baud=115200).scan, [lambda: ends.type("\n")])
    assert guided(subject, person, ends) is not None
    assert person.words == [Word.OTHER_RATE, *[Word.BAR_READ] * 7]


def test_noise_after_a_bar_changes_no_rate(pty: PtyScanner, ends: Ends) -> None:
    gun = Line(pty)
    person = Person(gun.scan, [lambda: gun.scan(1), lambda: pty.write(b"\x80\x80")])
    assert guided(line(pty), person, ends) is not None
    assert person.words == [Word.BAR_READ, Word.NOT_OF_THE_CARD, *[Word.BAR_READ] * 6]


def test_seven_bits_with_parity_are_found_with_the_first_bar(pty: PtyScanner, ends: Ends) -> None:
    subject = line(pty)

    def scan(number: int) -> None:
        # A pseudo-terminal has no parity: once the port is opened with it, the line takes it off.
        Line(pty, parity="E" if subject.rate.bits == "8N1" else "").scan(number)

    def hear(remark: Remark) -> None:
        if remark.word is Word.RATE_FOUND:
            # The C library lets a pseudo-terminal be opened with parity only as its first setting.
            pty.unplug()
            pty.replug()
        Person.hear(person, remark)

    person = Person(scan)
    traces = Guide(subject, hear, Answers(ends.typed), ends.stop, quiet_ms=QUIET_MS).run()
    assert person.words == [Word.BAR_READ, Word.RATE_FOUND, *[Word.BAR_READ] * 6]
    assert (subject.findings(traces or {}).settings or {})["bits"] == "7E1"


def test_a_port_unplugged_in_the_middle_goes_on_where_it_was(pty: PtyScanner, ends: Ends) -> None:
    gun = Line(pty)

    def pull() -> None:
        gun.scan(2)
        pty.unplug()

    def hear(remark: Remark) -> None:
        Person.hear(person, remark)
        if remark.word is Word.UNPLUGGED:
            pty.replug()

    person = Person(gun.scan, [lambda: gun.scan(1), pull])
    traces = Guide(line(pty), hear, Answers(ends.typed), ends.stop, quiet_ms=QUIET_MS).run()
    assert person.words == [Word.BAR_READ, Word.UNPLUGGED, Word.PLUGGED, *[Word.BAR_READ] * 6]
    assert len(traces or {}) == len(CARD)
