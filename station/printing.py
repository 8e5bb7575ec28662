"""The desk's slips on their way to the printer: a queue with a thread of its own, so that no scan waits for paper.

While the printer is away slips wait for some minutes, then the desk is told what was not printed: a REPRINT at the desk
gives a new one. What waits when the station ends is not printed, and said so in its log.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from broker.messages import Reply, Slip
from station.aside import Aside
from station.printers import NotPrinted, Printer
from station.screen import SLIPS
from station.words import Key, Saying

log = logging.getLogger(__name__)

MAX_WAITING = 100
REMEMBERED_REPLIES = 4096
AGAIN_AFTER_S = 5.0
AWAY_LIMIT_S = 300.0

Tell = Callable[[bool, Saying], None]
"""Takes whether this is a problem, and the words."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    slip: Slip
    scan_id: str
    about: str
    since: float


class Printing(Aside):
    """Prints the slips of replies; ``print`` returns at once, ``tell`` is called from either thread.

    Closing prints what is left, unless the printer is away.
    """

    def __init__(
        self,
        printer: Printer,
        form: Callable[[Slip], bytes],
        kinds: Collection[str],
        tell: Tell,
        *,
        again_after_s: float = AGAIN_AFTER_S,
        away_limit_s: float = AWAY_LIMIT_S,
    ) -> None:
        super().__init__("printing")
        self._printer = printer
        self._form = form
        self._kinds = kinds
        self._tell = tell
        self._again_after_s = again_after_s
        self._away_limit_s = away_limit_s
        self._waiting: deque[_Waiting] = deque()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._away = False
        self._begin()

    def print(self, reply: Reply) -> None:
        """Print the slips of this reply that are wanted, once however often it comes."""
        wanted = [slip for slip in reply.slips if slip.kind in self._kinds]
        if not wanted or reply.scan_id in self._seen:
            return
        self._seen[reply.scan_id] = None
        if len(self._seen) > REMEMBERED_REPLIES:
            self._seen.popitem(last=False)
        for slip in wanted:
            self._queue(_Waiting(slip, reply.scan_id, reply.request_id or reply.title or "?", time.monotonic()))

    def join(self, limit_s: float) -> None:
        """Wait for the end, and log what is left."""
        super().join(limit_s)
        with self._changed:
            left, self._waiting = self._waiting, deque()
        for each in left:
            _log(each, "the station was stopped")

    def _queue(self, waiting: _Waiting) -> None:
        with self._changed:
            if fits := len(self._waiting) < MAX_WAITING:
                self._waiting.append(waiting)
                self._changed.notify()
        if not fits:
            self._give_up(waiting, Saying(Key.TOO_MANY_SLIPS))

    def _run(self) -> None:
        while (waiting := self._first()) is not None:
            try:
                self._printer.send(self._form(waiting.slip))
            except NotPrinted as error:
                self._not_now(waiting, error.why)
            else:
                self._printed()

    def _first(self) -> _Waiting | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            # At the end a printer that is away is not waited for.
            return self._waiting[0] if self._waiting and not (self._closing and self._away) else None

    def _printed(self) -> None:
        self._done()
        if self._away:
            self._away = False
            self._tell(False, Saying(Key.PRINTER_BACK))

    def _not_now(self, waiting: _Waiting, why: Saying) -> None:
        if not self._away:
            self._away = True
            log.warning("the printer does not print", extra={"action": "print", "reason": str(why)})
            self._tell(True, Saying(Key.PRINTER_AWAY, {"why": why, "minutes": round(self._away_limit_s / 60)}))
        if time.monotonic() - waiting.since >= self._away_limit_s:
            self._done()
            self._give_up(waiting, why)
        else:
            with self._changed:
                self._changed.wait_for(lambda: self._closing, self._again_after_s)

    def _done(self) -> None:
        with self._changed:
            if self._waiting:
                self._waiting.popleft()

    def _give_up(self, waiting: _Waiting, why: Saying) -> None:
        _log(waiting, str(why))
        self._tell(True, Saying(Key.NOT_PRINTED, {"slip": Saying(SLIPS[waiting.slip.kind]), "about": waiting.about, "why": why}))


def _log(waiting: _Waiting, reason: str) -> None:
    log.warning("not printed", extra={"action": "print", "scan": waiting.scan_id, "slip": waiting.slip.kind, "reason": reason})
