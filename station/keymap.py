"""Key events of one scanner to frames: one frame is what was typed before Enter (D4, D5, D14-D17).

What the edge does, which opens the device and owns the clock. The clock is the one the events carry (CLOCK_MONOTONIC):

    layout = layouts.load("de")                      # once, from the settings
    keys = KeyDecoder(layout, KeyRules())            # one a device (D7); after a replug the same or a new one

    keys.opened(EVIOCGKEY, clock())                  # once it is grabbed: a scan may be under way
    keys.feed([KeyEvent(clock(), EV_LED, LED_CAPS_LOCK, EVIOCGLED)])    # only the first light counts: a grab keeps it as it is

    now = clock()                                    # first the time, then everything there is to read
    found = keys.feed(batch)                         # a whole batch, of any size; KeyEvent(t_ns, type, code, value)
    if keys.needs_keys:                              # after SYN_DROPPED
        down = EVIOCGKEY                             # this throws away what is queued, so ask for the time after it
        keys.resync(down, clock())
    found += keys.idle(now)                          # after each read, and when ``deadline_ns`` has come and nothing was read
    wait until keys.deadline_ns or readable
    found = keys.cut_off()                           # unplugged

``found`` holds Frames, whose data is UTF-8, for ``reading.read``, and Brokens, each of which is a fault that must be heard.
``counts`` goes into the heartbeat. A frame is never made of what is not known for certain: after SYN_DROPPED all is
``damaged`` until an end that came after the keys were asked for, or a second without any; and the rest of a scan that stood
still too long is ``incomplete`` as its beginning was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from station.framing import BEGUN_BEFORE, DEFAULT_MAX_BYTES, Broken, Frame
from station.keyboard import BACKSPACE, Keyboard
from station.layouts import CapsKind, Layout
from station.reading import GROUP_SEPARATOR
from station.words import Key, Saying

EV_SYN, EV_KEY, EV_LED = 0, 1, 17
SYN_REPORT, SYN_DROPPED = 0, 3
LED_CAPS_LOCK = 1
RELEASE, PRESS = 0, 1

NS_PER_MS = 1_000_000
REST_NS = 1000 * NS_PER_MS
"""After a pause as long as this nothing before it counts: not Caps Lock, not a scan that was cut short, not lost events."""
NO_CHARACTER = "\ufffd"

_KEYS_LOST = Broken("damaged", Saying(Key.KEYS_LOST))
_NO_CHARACTER = Broken("damaged", Saying(Key.NO_CHARACTER))


class KeyEvent(NamedTuple):
    """One input event as the kernel gives it, its time in nanoseconds."""

    t_ns: int
    type: int
    code: int
    value: int


@dataclass(frozen=True, slots=True)
class KeyRules:
    """How one scanner is set up; its layout is given beside this."""

    terminator: Literal["enter", "tab", "none"] = "enter"
    """What ends a scan beside Enter, Ctrl+J and Ctrl+M, which always do: nothing, Tab too, or a pause too."""
    idle_ms: int = 300
    """A longer pause is the end; keep it well over the 100 ms some scanners leave between keys."""
    max_length: int = DEFAULT_MAX_BYTES
    """Bytes in UTF-8."""
    backspace: bool = False
    control: Literal["drop", "keep"] = "drop"
    """What becomes of control characters; GS is always data."""
    alt_unicode: bool = False
    """Whether an Alt code over 255 is a code point."""
    caps: CapsKind | None = None
    """How Caps Lock acts where the scanner sees it otherwise than its layout."""
    caps_light: bool = False
    """Whether the scanner turns its letters round while its Caps Lock light is on."""


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """What was seen and is no part of any barcode, since the decoder was made."""

    ignored_keys: int
    dropped_controls: int
    overflows: int


DEFAULT_RULES = KeyRules()


class KeyDecoder:
    """Takes one scanner's events and gives its scans."""

    def __init__(self, layout: Layout, rules: KeyRules = DEFAULT_RULES) -> None:
        self._rules = rules
        self._keyboard = Keyboard(layout, caps_kind=rules.caps, alt_unicode=rules.alt_unicode)
        self._ends = {"\r", "\n", "\t"} if rules.terminator == "tab" else {"\r", "\n"}
        self._idle_ns = rules.idle_ms * NS_PER_MS
        self._cut_short = Broken("incomplete", Saying(Key.END_DID_NOT_COME, {"count": rules.idle_ms}))
        self._refused_keys = self._dropped_controls = self._overflows = 0
        self._fresh()

    def _fresh(self) -> None:
        self._last_ns: int | None = None
        self._asked_ns = 0
        self._doubt = _KEYS_LOST
        self._skipping = self._needs_keys = self._in_doubt = self._cut = False
        self._begin()

    def _begin(self) -> None:
        """Wait for the first character of a scan."""
        self._signs: list[str] = []
        self._bytes = 0
        self._discarding = False
        self._fault: Broken | None = None

    @property
    def needs_keys(self) -> bool:
        """Whether events were lost, so that ``resync`` must be told which keys are down."""
        return self._needs_keys

    @property
    def in_doubt(self) -> bool:
        """Whether what comes now would be no barcode, since its beginning may not have been seen."""
        return self._in_doubt

    @property
    def deadline_ns(self) -> int | None:
        """When ``idle`` has something to close, unless more events come; None while nothing is held."""
        return self._last_ns + self._idle_ns + 1 if self._last_ns is not None and self.held else None

    @property
    def counts(self) -> KeyCounts:
        """What was ignored, dropped and lost so far."""
        return KeyCounts(self._keyboard.ignored + self._refused_keys, self._dropped_controls, self._overflows)

    def opened(self, keys_down: Collection[int], asked_ns: int) -> None:
        """Begin with these keys down at this time; until an end or a second's rest it may be the middle of a scan."""
        self._fresh()
        self._doubt, self._in_doubt = BEGUN_BEFORE, True
        self.resync(keys_down, asked_ns)

    def feed(self, events: Iterable[KeyEvent]) -> list[Frame | Broken]:
        """Give what these events finish; what follows the last end is kept for the next call."""
        return [each for event in events for each in self._one(event)]

    def idle(self, now_ns: int) -> list[Frame | Broken]:
        """Close the scan whose last event is too long ago; call it only when all events up to now were fed (D16)."""
        return self._pause(now_ns)

    def resync(self, keys_down: Collection[int], asked_ns: int) -> None:
        """Take it that these keys, and no others, were down at this time; what was typed up to then stays in doubt (D5)."""
        self._keyboard.hold(keys_down)
        self._needs_keys = False
        self._asked_ns = asked_ns
        self._seen(asked_ns)

    def cut_off(self) -> list[Frame | Broken]:
        """The scanner was unplugged: half a scan is ``incomplete``, and all begins anew (D6)."""
        half = self.held and not (self._discarding and self._fault is None)
        self._keyboard.forget()
        self._keyboard.hold(())
        self._keyboard.rest()
        self._fresh()
        return [Broken("incomplete", Saying(Key.CUT_OFF))] if half else []

    @property
    def held(self) -> bool:
        """Whether a scan has begun and not ended."""
        return bool(self._signs) or self._discarding or self._keyboard.begun

    @property
    def _unsure(self) -> bool:
        return self._skipping or self._needs_keys

    def _one(self, event: KeyEvent) -> list[Frame | Broken]:
        if event.type == EV_SYN:
            self._synchronise(event)
            return []
        if event.type == EV_LED and event.code == LED_CAPS_LOCK and self._rules.caps_light:
            self._keyboard.light(on=bool(event.value))
        if self._skipping or event.type != EV_KEY or event.value not in (PRESS, RELEASE):
            return []
        found = self._pause(event.t_ns)
        self._seen(event.t_ns)
        for sign in self._typed(event):
            found += self._take(sign, event.t_ns)
        return found

    def _synchronise(self, event: KeyEvent) -> None:
        if event.code == SYN_DROPPED:
            self._overflows += 1
            self._skipping = self._in_doubt = True
            self._doubt = _KEYS_LOST
            self._keyboard.forget()
            self._fault = None
            self._spoil(_KEYS_LOST)
            self._seen(event.t_ns)
        elif event.code == SYN_REPORT and self._skipping:
            self._skipping = False
            self._needs_keys = self._in_doubt = True

    def _seen(self, t_ns: int) -> None:
        self._last_ns = t_ns if self._last_ns is None else max(self._last_ns, t_ns)

    def _typed(self, event: KeyEvent) -> str:
        if event.value == RELEASE:
            return self._keyboard.release(event.code)
        if event.code == BACKSPACE:
            self._backspace()
            return ""
        return self._keyboard.press(event.code)

    def _backspace(self) -> None:
        if not self._rules.backspace:
            self._refused_keys += 1
        elif not self._keyboard.take_back() and self._signs:
            self._bytes -= len(self._signs.pop().encode())

    def _take(self, sign: str, t_ns: int) -> list[Frame | Broken]:
        if sign in self._ends:
            # How often Caps Lock was pressed among what was lost nobody knows, until it is off again by itself.
            return self._end(certain=t_ns > self._asked_ns and not self._keyboard.caps_used)
        if _is_control(sign) and sign != GROUP_SEPARATOR and self._rules.control == "drop":
            self._dropped_controls += 1
            return []
        return self._hold(sign)

    def _hold(self, sign: str) -> list[Frame | Broken]:
        if self._in_doubt:
            self._spoil(self._doubt)
        elif self._cut:
            self._spoil(self._cut_short)
        elif sign == NO_CHARACTER and not self._discarding:
            self._spoil(_NO_CHARACTER)
        if self._discarding:
            return []
        self._signs.append(sign)
        self._bytes += len(sign.encode())
        if self._bytes <= self._rules.max_length:
            return []
        # Said at once and not at the end: one may never come, and the desk must not stay silent.
        self._begin()
        self._discarding = True
        return [Broken("too_long", Saying(Key.NO_END, {"count": self._rules.max_length}))]

    def _spoil(self, fault: Broken) -> None:
        """Let no barcode come of this scan; its end will say why."""
        self._signs, self._bytes = [], 0
        self._discarding = True
        self._fault = self._fault or fault

    def _pause(self, now_ns: int) -> list[Frame | Broken]:
        pause_ns = 0 if self._last_ns is None else now_ns - self._last_ns
        found = self._stop() if pause_ns > self._idle_ns and self.held else []
        if pause_ns > max(self._idle_ns, REST_NS):
            # Nothing that was lost or cut off can belong to what comes now.
            self._keyboard.rest()
            self._in_doubt, self._cut = self._unsure, False
        return found

    def _stop(self) -> list[Frame | Broken]:
        """End a scan by a pause."""
        found = [each for sign in self._keyboard.finish() for each in self._hold(sign)]
        if self._rules.terminator == "none":
            return found + self._end(certain=False)
        fault = self._fault if self._discarding else self._cut_short
        self._begin()
        # Its rest may still come, and would look like a barcode.
        self._cut = True
        return [*found, fault] if fault else found

    def _end(self, *, certain: bool) -> list[Frame | Broken]:
        fault, text = self._fault, "".join(self._signs)
        self._begin()
        self._cut = False
        if certain:
            self._in_doubt = self._unsure
        if fault:
            return [fault]
        return [Frame(text.encode())] if text else []


def _is_control(sign: str) -> bool:
    return sign < " " or "\x7f" <= sign <= "\x9f"
