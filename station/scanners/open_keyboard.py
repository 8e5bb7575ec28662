"""One keyboard that is open, with the decoder of its keys: opening, believing it, reading it, losing it (D2, D5-D7)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

from station.framing import Broken, Frame
from station.keymap import EV_KEY, EV_LED, LED_CAPS_LOCK, KeyDecoder, KeyEvent
from station.scanners.event_device import Device
from station.scanners.keyboards import Keyboard

NS_PER_S = 1_000_000_000
KEYS_UP_LIMIT_NS = 2 * NS_PER_S
"""So long a key may be down before the keyboard is taken all the same; whoever had it would wait for the key to go up."""
LOOK_AGAIN_NS = NS_PER_S // 50

Found = Callable[[int, Frame | Broken], None]
"""Takes what ended, and the time of the event that ended it."""
Warn = Callable[[str], None]


class OpenKeyboard:
    """One open device; ``serve`` it whenever there may be something to read, and when ``due_ns`` has come."""

    def __init__(self, keyboard: Keyboard, device: Device, keys: KeyDecoder, found: Found, clock: Callable[[], int]) -> None:
        self.keyboard = keyboard
        self.device = device
        self._keys = keys
        self._found = found
        self._clock = clock
        self._opened_ns = self._last_ns = clock()
        self._grabbed = False
        self._believed = False
        self._was_inhibited = False

    @property
    def ready(self) -> bool:
        """Whether the next scan is a scan: it is ours, and what came before we listened is over."""
        return self._believed

    @property
    def due_ns(self) -> int | None:
        """When ``serve`` has something to do without an event; None for never."""
        return self._keys.deadline_ns if self._believed else self._clock() + LOOK_AGAIN_NS

    def prepare(self, warn: Warn) -> None:
        """Choose clock and events; a kernel that cannot is lived with (D2)."""
        for name, call in (("the clock", self.device.use_monotonic_clock), ("the mask", lambda: self.device.only(EV_KEY))):
            try:
                call()
            except OSError as error:
                warn(f"{self.keyboard.node}: {name} could not be set: {error.strerror}")
        if self._caps_lock_light():
            warn(f"{self.keyboard.node}: its Caps Lock light is on: if its letters come turned round, set caps_light (docs/settings.md)")

    def serve(self) -> bool:
        """Take all there is, and give whether keys came and a scan has not ended yet; OSError when the device is gone or not ours."""
        if not self._grabbed:
            self._try_to_grab()
            return False
        # First the time, then all there is: what comes later cannot have been in the pause.
        now_ns = self._clock()
        typed = self._read_all()
        if self._keys.needs_keys:
            down = self.device.keys_down()
            self._keys.resync(down, self._clock())
        for each in self._keys.idle(now_ns):
            self._found(self._last_ns, each)
        self._believed = self._believed or not self._keys.in_doubt
        return typed and self._keys.held

    def lose(self, warn: Warn) -> None:
        """Close it for good; half a scan is a fault (D6)."""
        counts = asdict(self._keys.counts)
        try:
            if any(counts.values()):
                warn(f"{self.keyboard.node}: {', '.join(f'{name} {count}' for name, count in counts.items())}")
            self._cut_off()
        finally:
            # Whether anybody is left to be told or not.
            if self._was_inhibited:
                # First this: once it is closed it types into the console again.
                with suppress(OSError):
                    self.device.inhibit(on=True)
            self.device.close()

    def watch_over(self) -> None:
        """Switch it on again where somebody switched it off meanwhile; OSError when that cannot be done.

        A rule that inhibits scanners does so again when udev is asked to play their plugging once more.
        """
        if self._grabbed and self.device.inhibited():
            self._cut_off()
            self._switch_on()
            self._begin(self.device.keys_down())

    def _try_to_grab(self) -> None:
        while self.device.read():
            # Whoever had it before us has these, too.
            continue
        down = self.device.keys_down()
        if down and self._clock() - self._opened_ns < KEYS_UP_LIMIT_NS:
            return
        self.device.grab()
        self._grabbed = True
        if self.device.inhibited():
            self._switch_on()
            down = self.device.keys_down()
        self._begin(down)

    def _switch_on(self) -> None:
        # Only now that nobody else gets what it types.
        self.device.inhibit(on=False)
        self._was_inhibited = True

    def _begin(self, down: set[int]) -> None:
        self._keys.opened(down, self._clock())
        self._found_all(KeyEvent(self._clock(), EV_LED, LED_CAPS_LOCK, int(self._caps_lock_light())))
        self._believed = False

    def _caps_lock_light(self) -> bool:
        # One without lights may say that it knows no such question.
        with suppress(OSError):
            return self.device.caps_lock_light()
        return False

    def _cut_off(self) -> None:
        for each in self._keys.cut_off():
            self._found(self._last_ns, each)

    def _read_all(self) -> bool:
        before_ns = self._last_ns
        while batch := self.device.read():
            now_ns = self._clock()
            for event in batch:
                if not 0 <= event.t_ns <= now_ns:
                    # Of another clock, or of none: it came now. A time to come would let no pause end anything.
                    event = event._replace(t_ns=now_ns)
                self._last_ns = event.t_ns
                self._found_all(event)
        return self._last_ns != before_ns

    def _found_all(self, event: KeyEvent) -> None:
        for each in self._keys.feed((event,)):
            self._found(event.t_ns, each)
