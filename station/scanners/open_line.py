"""One open line to a scanner: read from the event loop, cut into frames, timed, answered, until it is gone."""

from __future__ import annotations

import asyncio
import os
import select
import time
from collections.abc import Callable

from station.framing import Broken, Frame, Framer
from station.words import Saying

READ_BYTES = 4096

Found = list[Frame | Broken]


class OpenLine:
    """``take`` gets what is found, ``first`` may refuse the line by its first bytes, ``unsent`` hears of bytes that did not fit."""

    def __init__(
        self,
        descriptor: int,
        framer: Framer,
        *,
        take: Callable[[Found], bool],
        first: Callable[[bytes], Saying | None],
        unsent: Callable[[], None],
        gone: Saying,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = descriptor
        self._framer = framer
        self._take = take
        self._first: Callable[[bytes], Saying | None] | None = first
        self._unsent = unsent
        self._gone = gone
        self._timer: asyncio.TimerHandle | None = None
        self._ear: asyncio.TimerHandle | None = None
        self._heard_ns = 0
        self._waits = select.poll()
        self._waits.register(descriptor, select.POLLIN)
        self.ended: asyncio.Future[Saying] = self._loop.create_future()
        framer.opened(time.monotonic_ns())
        self._begin()
        self._loop.add_reader(descriptor, self._readable)

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._descriptor)
        for timer in (self._timer, self._ear):
            if timer is not None:
                timer.cancel()

    def read_waiting(self) -> None:
        """Take what waits to be read, now."""
        if not self.ended.done():
            self._readable()

    def refit(self, framer: Framer, half: Found) -> None:
        """Cut into frames otherwise from now on, after the half scan of before was handed over."""
        self._hand_over(lambda: half)
        self._framer = framer
        if half:
            # Its rest may still come, and must not become a barcode.
            framer.opened(time.monotonic_ns())
        self._begin()

    def write(self, data: bytes) -> None:
        """Send at once or not at all: a scanner that does not listen must not hold up the next scan."""
        try:
            sent = os.write(self._descriptor, data) if data else 0
        except OSError:
            sent = 0
        if sent < len(data):
            self._unsent()

    def _readable(self) -> None:
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if self.ended.done():
            return
        if why := self._why_ended(data):
            self.ended.set_result(why)
            return
        self._hand_over(lambda: self._feed(data))

    def _why_ended(self, data: bytes) -> Saying | None:
        if not data:
            return self._gone
        first, self._first = self._first, None
        return first(data) if first else None

    def _feed(self, data: bytes) -> Found:
        """Feed, but never at a time at which a silence was over that nobody listened to.

        While this program was busy elsewhere the bytes may have been waiting here: only the timer, which looks for them
        first, may call it silence.
        """
        now_ns, due_ns = time.monotonic_ns(), self._framer.due_ns
        if self._framer.listens_ms:
            self._framer.late(self._heard_ns, now_ns)
            self._heard_ns = now_ns
            return self._framer.feed(data, now_ns)
        return self._framer.feed(data, now_ns if due_ns is None else min(now_ns, due_ns - 1))

    def _begin(self) -> None:
        """Time by the framer there is now; one that need not know whether anybody listens costs no look."""
        if self._ear is not None:
            self._ear.cancel()
            self._ear = None
        self._heard_ns = time.monotonic_ns()
        if self._framer.listens_ms:
            self._listen()
        self._set_timer()

    def _listen(self) -> None:
        """Note when nothing waited: what is read later came later."""
        now_ns = time.monotonic_ns()
        if not self._waits.poll(0):
            self._heard_ns = now_ns
        self._ear = self._loop.call_later(self._framer.listens_ms / 1000, self._listen)

    def _silent(self) -> None:
        self._readable()
        if not self.ended.done():
            self._hand_over(lambda: self._framer.expire(time.monotonic_ns()))

    def _hand_over(self, find: Callable[[], Found]) -> None:
        try:
            if (found := find()) and not self._take(found):
                self._framer.not_stored()
        except Exception as error:  # noqa: BLE001 - the event loop would only log it; it must end the program
            self.ended.set_exception(error)
            return
        # After it was taken: an answer says that the scan is safe.
        self.write(self._framer.answer())
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (due_ns := self._framer.due_ns) is not None:
            self._timer = self._loop.call_later(max(0, due_ns - time.monotonic_ns()) / 1e9, self._silent)
