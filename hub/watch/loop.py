"""Does the loop turn that takes scans? A tick that comes late tells how long it was held up, a thread beside it tells where."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import FrameType

from hub.watch.problem import Kind, Problem

log = logging.getLogger(__name__)

TICK_S = 0.5
LATE_S = 2.0
"""A desk notices this: its scan is not answered for so long."""
TOLD_S = 15.0
"""A hold-up is over when it can be told at all: whoever asks every few seconds shall still hear of it."""
SHOWN_S = 60.0
FRAMES = 4


class LoopWatch:
    """Ticks on the loop it was started on."""

    def __init__(self, *, tick_s: float = TICK_S, late_s: float = LATE_S, told_s: float = TOLD_S) -> None:
        self._tick_s, self._late_s, self._told_s = tick_s, late_s, told_s
        self._late: deque[tuple[float, float]] = deque()
        self._ticked_at = time.monotonic()
        self._ended = threading.Event()

    async def run(self) -> None:
        """Tick until cancelled."""
        self._ticked_at = time.monotonic()
        watcher = threading.Thread(target=self._look_from_beside, args=(threading.get_ident(),), name="loop watch", daemon=True)
        watcher.start()
        try:
            while True:
                await asyncio.sleep(self._tick_s)
                self._tick()
        finally:
            self._ended.set()

    def _tick(self) -> None:
        now = time.monotonic()
        self._late.append((now, max(now - self._ticked_at - self._tick_s, 0.0)))
        self._ticked_at = now
        while self._late[0][0] < now - SHOWN_S:
            self._late.popleft()

    def worst_s(self, within_s: float = SHOWN_S) -> float:
        """Give the longest hold-up of the last while, in seconds."""
        since = time.monotonic() - within_s
        return max((late for at, late in self._late if at >= since), default=0.0)

    @property
    def problem(self) -> Problem | None:
        """Say that the hub was held up just now."""
        late = self.worst_s(self._told_s)
        if late < self._late_s:
            return None
        return Problem(
            Kind.LOOP,
            f"The hub was held up for {late:.1f} s and answered no scan. See whether its machine has too little processor time or a slow "
            "disk; the log says where it stood.",
        )

    def _look_from_beside(self, thread: int) -> None:
        told_at = 0.0
        while not self._ended.wait(self._tick_s):
            ticked_at = self._ticked_at
            if time.monotonic() - ticked_at > self._late_s + self._tick_s and ticked_at != told_at:
                told_at = ticked_at
                log.error("the loop is held up", extra={"action": "loop_watch", "at": _place(sys._current_frames().get(thread))})


def _place(frame: FrameType | None) -> str:
    """Name the innermost functions of a thread; no values, which may be a patron's."""
    names: list[str] = []
    while frame is not None and len(names) < FRAMES:
        code = frame.f_code
        names.append(f"{Path(code.co_filename).name}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " < ".join(names)
