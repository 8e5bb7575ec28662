"""A scanner that types, and the kernel's event device it types into: both do exactly what the test says.

The scanner knows a layout by looking it up backwards. The device keeps the rules of the kernel's evdev.c: a ring of 64 events
a reader, SYN_DROPPED and the newest event alone when it overflows, masks, clocks, grabs, and the question which keys are down,
which throws away the key events that wait. And of its input.c: a device that is inhibited lets its keys go and says nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from station.keymap import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, KeyEvent
from station.layouts import Layout
from station.layouts.layout import KEYS
from station.scanners.event_device import StaysInhibitedError

ENTER, KEYPAD_ENTER, TAB, SPACE, CAPS, NUM_LOCK = 28, 96, 15, 57, 58, 69
CTRL, SHIFT, RIGHT_SHIFT, ALT, ALTGR = 29, 42, 54, 56, 100
MAIN_ROW = dict(zip("1234567890", range(2, 12), strict=True))
KEYPAD = dict(zip("7894561230", (71, 72, 73, 75, 76, 77, 79, 80, 81, 82), strict=True))

MS = 1_000_000
EV_MSC, MSC_SCAN = 4, 4

Change = tuple[int, int]
Report = tuple[Change, ...]
"""What one USB report changes: (key, 1 down or 0 up), in the order the kernel says it."""


@dataclass(frozen=True)
class Style:
    """How a scanner types; all of these are ways of real ones."""

    shift: Literal["each", "held"] = "each"
    one_report: bool = False
    roll_over: bool = False
    altgr: Literal["right", "ctrl+alt"] = "right"
    caps: bool = False
    alt_codes: Literal["needed", "always"] = "needed"
    alt_digits: Literal["keypad", "row"] = "keypad"
    alt_burst: bool = False
    code_page: Literal["cp1252", "cp437"] = "cp1252"
    keypad: bool = False
    end: tuple[int, ...] = (ENTER,)


@dataclass(frozen=True)
class Stroke:
    """One key with what is held beside it."""

    code: int
    held: frozenset[int] = frozenset()


class ModelScanner:
    """Types any text in its layout: by a key, by a dead key and another, else by an Alt code."""

    def __init__(self, layout: Layout, style: Style | None = None) -> None:
        self.style = style or Style()
        self._altgr = (ALTGR,) if self.style.altgr == "right" else (CTRL, ALT)
        self._live: dict[str, Stroke] = {}
        self._dead: dict[str, Stroke] = {}
        for shift, altgr in ((False, False), (True, False), (False, True), (True, True)):
            for code in KEYS if layout.has_altgr or not altgr else ():
                self._learn(layout, code, shift, altgr)
        self._two = {dead.bare: (sign, " ") for sign, dead in layout.dead.items() if sign in self._dead}
        self._two |= {
            both: (sign, letter) for sign, dead in layout.dead.items() if sign in self._dead for letter, both in dead.composed.items()
        }
        self._down: list[int] = []
        self._late: int | None = None
        self._changes: list[Change] = []

    def _learn(self, layout: Layout, code: int, shift: bool, altgr: bool) -> None:
        held = frozenset([*([SHIFT] if shift else []), *(self._altgr if altgr else ())])
        if sign := layout.sign(code, shift=shift, altgr=altgr, caps=self.style.caps):
            (self._dead if sign in layout.dead else self._live).setdefault(sign, Stroke(code, held))

    def types(self, text: str) -> list[Report]:
        """Give the reports of one scan with its end."""
        return list(self._reports(text))

    def _reports(self, text: str) -> Iterator[Report]:
        if self.style.caps:
            yield from self._stroke(Stroke(CAPS))
        for sign in text:
            yield from self._sign(sign)
        if self.style.caps:
            yield from self._stroke(Stroke(CAPS))
        for code in self.style.end:
            yield from self._stroke(Stroke(code))
        yield from self._let_go()

    def _sign(self, sign: str) -> Iterator[Report]:
        if sign == "\x1d":
            yield from self._stroke(self._control())
        elif self.style.alt_codes == "always":
            yield from self._alt_code(sign)
        elif self.style.keypad and sign in KEYPAD:
            yield from self._stroke(Stroke(KEYPAD[sign]))
        elif sign in self._live:
            yield from self._stroke(self._live[sign])
        elif sign in self._two and self._two[sign][1] in self._live:
            dead, letter = self._two[sign]
            yield from self._stroke(self._dead[dead])
            yield from self._stroke(self._live[letter])
        else:
            yield from self._alt_code(sign)

    def _control(self) -> Stroke:
        """Give Ctrl+], by the layout's own bracket or else by its place on a US keyboard."""
        own = self._live.get("]")
        return Stroke(own.code if own and not own.held else 27, frozenset({CTRL}))

    def _stroke(self, stroke: Stroke) -> Iterator[Report]:
        if self._late is not None and (not self.style.roll_over or self._late == stroke.code):
            yield from self._let_key_go()
        changes = self._hold(stroke.held)
        if changes and not self.style.one_report:
            yield changes
            changes = ()
        yield (*changes, *(((self._late, 0),) if self._late is not None else ()), (stroke.code, 1))
        self._late = stroke.code
        if not self.style.roll_over:
            yield from self._let_key_go()
        if self.style.shift == "each" and self._down:
            yield from self._let_key_go()
            yield self._hold(frozenset())

    def _hold(self, held: frozenset[int]) -> Report:
        changes = (
            *((code, 0) for code in sorted(self._down) if code not in held),
            *((code, 1) for code in sorted(held) if code not in self._down),
        )
        self._down = sorted(held)
        return changes

    def _let_key_go(self) -> Iterator[Report]:
        if self._late is not None:
            yield ((self._late, 0),)
            self._late = None

    def _let_go(self) -> Iterator[Report]:
        yield from self._let_key_go()
        if self._down:
            yield self._hold(frozenset())

    def _alt_code(self, sign: str) -> Iterator[Report]:
        yield from self._let_go()
        keys = [(KEYPAD if self.style.alt_digits == "keypad" else MAIN_ROW)[digit] for digit in self._number(sign)]
        yield ((ALT, 1),)
        for group in _different(keys) if self.style.alt_burst else [[key] for key in keys]:
            yield tuple((key, 1) for key in group)
            yield tuple((key, 0) for key in group)
        yield ((ALT, 0),)

    def _number(self, sign: str) -> str:
        if ord(sign) < 128:
            return str(ord(sign))
        pages = ("cp437", "cp1252") if self.style.code_page == "cp437" else ("cp1252", "cp437")
        for page in pages:
            try:
                number = sign.encode(page)[0]
            except UnicodeEncodeError:
                continue
            return f"{'0' if page == 'cp1252' else ''}{number}"
        return str(ord(sign))


def _different(keys: Iterable[int]) -> list[list[int]]:
    """Cut into groups without a key twice, none longer than the six of a report."""
    groups: list[list[int]] = []
    for key in keys:
        if groups and key not in groups[-1] and len(groups[-1]) < 6:
            groups[-1].append(key)
        else:
            groups.append([key])
    return groups


def events(reports: Iterable[Report], start_ns: int = 0, gap_ns: int = 2 * MS) -> list[KeyEvent]:
    """Give the events of these reports as a reader that asks for keys alone gets them."""
    found: list[KeyEvent] = []
    for place, report in enumerate(reports):
        t_ns = start_ns + place * gap_ns
        found += [KeyEvent(t_ns, EV_KEY, code, value) for code, value in report]
        found += [KeyEvent(t_ns, EV_SYN, SYN_REPORT, 0)]
    return found


def taps(*codes: int, start_ns: int = 0, gap_ns: int = 2 * MS) -> list[KeyEvent]:
    """Give the events of keys that go down and up, one after the other."""
    return events([((code, value),) for code in codes for value in (1, 0)], start_ns, gap_ns)


BUFFER = 64


@dataclass
class FakeDevice:
    """One /dev/input/eventN; its time is CLOCK_MONOTONIC, and CLOCK_REALTIME is ``wall_ns`` more."""

    wall_ns: int = 1_700_000_000_000_000_000
    down: set[int] = field(default_factory=set)
    readers: list[Reader] = field(default_factory=list)
    grabbed_by: Reader | None = None
    present: bool = True
    inhibited: bool = False
    may_inhibit: bool = True
    """Whether whoever opens it may write to its ``inhibited``."""
    caps_lock_light: bool = False

    def open(self) -> Reader:
        """Open it once more."""
        if not self.present:
            raise OSError(errno.ENODEV, "no such device")
        reader = Reader(self)
        self.readers.append(reader)
        return reader

    def type(self, report: Report, t_ns: int) -> None:
        """Let one report arrive; a key that changes nothing is no event."""
        found: list[tuple[int, int, int]] = []
        for code, value in () if self.inhibited else report:
            if (code in self.down) != bool(value):
                (self.down.add if value else self.down.discard)(code)
                found += [(EV_MSC, MSC_SCAN, 0x70000 + code), (EV_KEY, code, value)]
        for reader in [self.grabbed_by] if self.grabbed_by else self.readers:
            reader.pass_values([*found, (EV_SYN, SYN_REPORT, 0)], t_ns)

    def inhibit(self, t_ns: int, *, on: bool) -> None:
        """Switch it off, or on; keys that are down go up first."""
        if on:
            self.type(tuple((code, 0) for code in sorted(self.down)), t_ns)
        self.inhibited = on

    def unplug(self) -> None:
        """Take it away; whoever reads next is told."""
        self.present = False


class Reader:
    """One open file of a device, with a ring of its own."""

    def __init__(self, device: FakeDevice) -> None:
        self._device = device
        self._ring = [KeyEvent(0, 0, 0, 0)] * BUFFER
        self._head = self._tail = self._packet_head = 0
        self._monotonic = False
        self._only: frozenset[int] | None = None

    def pass_values(self, values: Sequence[tuple[int, int, int]], t_ns: int) -> None:
        """Take what one report brought, as evdev_pass_values does."""
        t_ns = t_ns if self._monotonic else t_ns + self._device.wall_ns
        for kind, code, value in values:
            if kind == EV_SYN and code == SYN_REPORT and self._packet_head == self._head:
                continue
            if kind == EV_SYN or self._only is None or kind in self._only:
                self._pass(KeyEvent(t_ns, kind, code, value))

    def _pass(self, event: KeyEvent) -> None:
        self._ring[self._head] = event
        self._head = (self._head + 1) % BUFFER
        if self._head == self._tail:
            self._tail = (self._head - 2) % BUFFER
            self._ring[self._tail] = KeyEvent(event.t_ns, EV_SYN, SYN_DROPPED, 0)
            self._packet_head = self._tail
        if event.type == EV_SYN and event.code == SYN_REPORT:
            self._packet_head = self._head

    def read(self, count: int = BUFFER) -> list[KeyEvent]:
        """Give what waits, whole packets first in first out; nothing when nothing waits (EAGAIN)."""
        self._there()
        found: list[KeyEvent] = []
        while len(found) < count and self._tail != self._packet_head:
            found.append(self._ring[self._tail])
            self._tail = (self._tail + 1) % BUFFER
        return found

    @property
    def waits(self) -> bool:
        """Whether there is a whole packet to read: what poll says."""
        return self._tail != self._packet_head

    def fileno(self) -> int:
        """Give nothing that could be waited for: a test knows when something comes."""
        return -1

    def use_monotonic_clock(self) -> None:
        """EVIOCSCLOCKID: a new clock throws away what waits, and says so."""
        self._there()
        if not self._monotonic and self._head != self._tail:
            self._head = self._tail = self._packet_head = 0
            self._pass(KeyEvent(0, EV_SYN, SYN_DROPPED, 0))
        self._monotonic = True

    def only(self, *kinds: int) -> None:
        """EVIOCSMASK: let events of these types through, and EV_SYN."""
        self._there()
        self._only = frozenset(kinds)

    def grab(self) -> None:
        """EVIOCGRAB: no other reader gets anything until this one closes."""
        self._there()
        if self._device.grabbed_by is not None:
            raise OSError(errno.EBUSY, "device or resource busy")
        self._device.grabbed_by = self

    def caps_lock_light(self) -> bool:
        """EVIOCGLED."""
        self._there()
        return self._device.caps_lock_light

    def inhibited(self) -> bool:
        """Its file in /sys."""
        return self._device.inhibited

    def inhibit(self, *, on: bool) -> None:
        """The same, written."""
        self._there()
        if not self._device.may_inhibit:
            raise StaysInhibitedError(errno.EBADF, "bad file descriptor")
        self._device.inhibit(0, on=on)

    def close(self) -> None:
        """Close it; a grab ends with it."""
        self._device.readers.remove(self)
        if self._device.grabbed_by is self:
            self._device.grabbed_by = None

    def keys_down(self) -> set[int]:
        """EVIOCGKEY: give the keys that are down now; key events that wait are thrown away, and packets left empty by it."""
        self._there()
        kept: list[KeyEvent] = []
        # Not 0: the kernel keeps the end of the first packet, even where it emptied it.
        in_packet = 1
        while self._tail != self._head:
            event = self._ring[self._tail]
            self._tail = (self._tail + 1) % BUFFER
            is_end = event.type == EV_SYN and event.code == SYN_REPORT
            if event.type == EV_KEY or (is_end and not in_packet):
                continue
            kept.append(event)
            in_packet = 0 if is_end else in_packet + 1
        self._refill(kept)
        return set(self._device.down)

    def _refill(self, kept: Iterable[KeyEvent]) -> None:
        self._head = self._tail = self._packet_head = 0
        for event in kept:
            self._pass(event)

    def _there(self) -> None:
        if not self._device.present:
            raise OSError(errno.ENODEV, "no such device")


def opened(device: FakeDevice) -> Reader:
    """Open it as a station does (D2)."""
    reader = device.open()
    reader.use_monotonic_clock()
    reader.only(EV_KEY)
    reader.grab()
    return reader
