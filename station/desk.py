"""The desk: what a clerk sees and when. Every scan gets a line at once or within 400 ms; nothing here makes a scan wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from broker.messages import Reply
from station.framing import BrokenKind
from station.screen import NoteKind, Scanned, Screen, Waiting
from station.signals import SignalTone
from station.suggestions import Suggestions
from station.tones import Tone
from station.words import Saying

PATIENCE_S = 0.4
REMEMBERED_REPLIES = 256
CALLS = 3
CALL_EVERY_S = 0.8
"""Three soft sounds at this distance are like the answer to no scan."""


class Timer(Protocol):
    """What can be called off; the event loop's handles are."""

    def cancel(self) -> None:
        """Never mind."""


Later = Callable[[float, Callable[[], None]], Timer]
Signal = Callable[[str | None, SignalTone], None]
"""Lets one scanner beep, or all of them (None)."""


class Feedback(Protocol):
    """What hears with the desk: sounds, a light, slips. Each call returns at once."""

    def tone(self, tone: Tone) -> None:
        """This happened to the scan."""

    def answered(self, reply: Reply) -> None:
        """The hub answered, perhaps with slips."""


class NoFeedback:
    """Nothing but the screen."""

    def tone(self, tone: Tone) -> None:
        """Silence."""

    def answered(self, reply: Reply) -> None:
        """No slip."""


class Desk:
    """Turns what happens into what is shown; ``write`` must return at once, ``later`` calls back after seconds."""

    def __init__(self, screen: Screen, write: Callable[[str], None], later: Later, suggestions: Suggestions | None = None) -> None:
        self._screen = screen
        self._write = write
        self._later = later
        self._suggestions = suggestions or Suggestions(())
        self._open: dict[str, Timer] = {}
        self._shown: OrderedDict[str, None] = OrderedDict()
        self._prompt: Timer | None = None
        self._calls: list[Timer] = []
        self._online = False
        self._feedback: Feedback = NoFeedback()
        self._waiting: Callable[[], Waiting] = lambda: Waiting(0)
        self._online_changed: Callable[[bool], None] = lambda online: None
        self._signal: Signal = lambda scanner, tone: None

    def watch(self, waiting: Callable[[], Waiting], online_changed: Callable[[bool], None], signal: Signal | None = None) -> None:
        """Say where it is known what waits, who hears when the hub begins or ceases to answer, and who beeps."""
        self._waiting = waiting
        self._online_changed = online_changed
        self._signal = signal or self._signal

    def hear(self, feedback: Feedback) -> None:
        """Say what makes the sounds and prints the slips."""
        self._feedback = feedback

    def show_on(self, screen: Screen) -> None:
        """Show what comes from now on another screen, or in another language."""
        self._screen = screen

    @property
    def online(self) -> bool:
        """Whether the hub answers."""
        return self._online

    def scanned(self, scan: Scanned) -> None:
        """A scan is on disk: show it at once when offline, else only if the answer is slow."""
        if not self._online:
            self._stored(scan)
            return
        self._open[scan.scan_id] = self._later(PATIENCE_S, lambda: self._too_slow(scan))

    def replied(self, reply: Reply, scan: Scanned | None) -> None:
        """The hub answered; the same answer twice is shown once."""
        if reply.scan_id in self._shown:
            return
        self._remember(reply.scan_id)
        if timer := self._open.pop(reply.scan_id, None):
            timer.cancel()
        self._write(self._screen.reply(reply, scan))
        self._feedback.tone(reply.tone.value)
        self._feedback.answered(reply)
        if scan is not None:
            self._beep(scan.scanner, reply.tone.value)
            self._advance(reply, scan)

    def called(self, reply: Reply) -> None:
        """Somebody looks for this station: beep, light up and show its name."""
        if reply.scan_id in self._shown:
            return
        self._remember(reply.scan_id)
        self._write(self._screen.reply(reply, None))
        for timer in self._calls:
            timer.cancel()
        self._call()
        self._calls = [self._later(number * CALL_EVERY_S, self._call) for number in range(1, CALLS)]

    def _call(self) -> None:
        self._feedback.tone("info")
        self._signal(None, "info")

    def fault(self, kind: BrokenKind, detail: Saying, scanner: str | None = None) -> None:
        """A scanner delivered no barcode."""
        self._write(self._screen.fault(kind, detail))
        self._feedback.tone("fault")
        self._beep(scanner, "fault")

    def not_stored(self, why: Saying, scanner: str | None = None) -> None:
        """A scan could not be kept, so it does not count."""
        self._write(self._screen.not_stored(why))
        self._feedback.tone("fault")
        self._beep(scanner, "fault")

    def note(self, kind: NoteKind, saying: Saying) -> None:
        """Something about the station."""
        self._write(self._screen.note(kind, saying))

    def went_online(self, saying: Saying) -> None:
        """The hub answers."""
        if not self._online:
            self._online = True
            self._online_changed(True)
            self.note("online", saying)
            self._suggest()

    def went_offline(self, saying: Saying) -> None:
        """The hub does not answer; scanning goes on."""
        if self._online:
            self._online = False
            self._online_changed(False)
        self.note("offline", saying)

    def close(self) -> None:
        """Call off what is still to be shown."""
        for timer in (*self._open.values(), *self._calls, *([self._prompt] if self._prompt else [])):
            timer.cancel()

    def _beep(self, scanner: str | None, tone: SignalTone) -> None:
        if scanner is not None:
            self._signal(scanner, tone)

    def _too_slow(self, scan: Scanned) -> None:
        if self._open.pop(scan.scan_id, None) is not None:
            self._stored(scan)

    def _stored(self, scan: Scanned) -> None:
        self._write(self._screen.waiting(scan, self._waiting(), online=self._online))
        self._feedback.tone("stored")

    def _remember(self, scan_id: str) -> None:
        self._shown[scan_id] = None
        if len(self._shown) > REMEMBERED_REPLIES:
            self._shown.popitem(last=False)

    def _advance(self, reply: Reply, scan: Scanned) -> None:
        waiting = self._prompt is not None
        if self._suggestions.answered(scan.barcode, outcome=reply.outcome.value, tone=reply.tone.value, state=reply.state):
            self._suggest(self._suggestions.next.wait_s if self._suggestions.next else 0)
        elif not waiting:
            # Another scan pushed it up the screen.
            self._suggest()

    def _suggest(self, wait_s: float = 0) -> None:
        if self._prompt:
            self._prompt.cancel()
            self._prompt = None
        step = self._suggestions.next
        if step is None:
            return
        self._write(self._screen.next_step(step, wait_s))
        if wait_s > 0:
            self._prompt = self._later(wait_s, self._suggest)
