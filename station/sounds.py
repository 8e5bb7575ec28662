"""The desk's sounds, made in a thread of their own, one at a time.

A new sound does not wait behind the one before: that is cut short once it was long enough to be noticed, and counted.
Only a "no" or a fault is heard to its end whatever less grave comes after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from station.aside import Aside
from station.players import NoSound, Player, Playing
from station.tones import SOUNDS, Tone
from station.words import Key, Saying

Tell = Callable[[Saying], None]

LIMIT_S = 3.0
HEARD_S = 0.12
LOOK_EVERY_S = 0.02


class Sounds(Aside):
    """Plays tones; ``tell`` hears once, from the thread, that there is no sound, and again only after there was.

    Closing stops what is heard.
    """

    def __init__(self, player: Player, tell: Tell, *, limit_s: float = LIMIT_S) -> None:
        super().__init__("sounds")
        self._player = player
        self._tell = tell
        self._limit_s = limit_s
        self._next: Tone | None = None
        self._now: Tone | None = None
        self._broken = False
        self.dropped = 0
        """Sounds that were cut short, or not made, because a newer or a graver one was due."""
        self._begin()

    def play(self, tone: Tone) -> None:
        """Make this sound now, before any that is not graver; returns at once."""
        with self._changed:
            if any(other is not None and _graver(other, tone) for other in (self._now, self._next)):
                self.dropped += 1
                return
            self.dropped += self._next is not None
            self._next = tone
            self._changed.notify()

    def _run(self) -> None:
        while (tone := self._take()) is not None:
            try:
                self._make(tone)
                self._broken = False
            except NoSound as error:
                self._complain(error.why)

    def _take(self) -> Tone | None:
        with self._changed:
            self._now = None
            self._changed.wait_for(lambda: self._next is not None or self._closing)
            self._now, self._next = None if self._closing else self._next, None
            return self._now

    def _make(self, tone: Tone) -> None:
        if not follow(self._player(tone), self._limit_s, self._pressing):
            self.dropped += not self._closing

    def _pressing(self, lasted_s: float) -> bool:
        return self._closing or (self._next is not None and lasted_s >= HEARD_S)

    def _complain(self, why: Saying) -> None:
        if not self._broken:
            self._broken = True
            self._tell(Saying(Key.NO_SOUND, {"why": why}))


def follow(playing: Playing, limit_s: float = LIMIT_S, cut: Callable[[float], bool] = lambda lasted_s: False) -> bool:
    """Wait for a sound's end and give whether it was heard whole; NoSound when it ends badly or not at all."""
    began = time.monotonic()
    while not playing.over():
        lasted_s = time.monotonic() - began
        if cut(lasted_s):
            playing.stop()
            return False
        if lasted_s > limit_s:
            playing.stop()
            raise NoSound(Saying(Key.DOES_NOT_END, {"program": playing.name}))
        time.sleep(LOOK_EVERY_S)
    return True


def _graver(one: Tone, than: Tone) -> bool:
    return SOUNDS[one].grave and not SOUNDS[than].grave
