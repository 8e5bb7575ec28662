"""A clerk at each desk: scans what may be scanned there, and scans again what got no light."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from tests.faults.books import ITEM, Book, Step, Work
from tests.faults.library import FaultStation
from tests.faults.witness import Witness
from tests.support.programs import wait_for

NO_LIGHT_S = 1.2
"""Three times as long as a desk takes to show a scan whose answer is slow; then the clerk scans again."""
GIVE_UP_S = 90.0
PAUSES_S = (0.01, 0.12)
BRISK_PAUSES_S = (0.0, 0.02)
"""Of a clerk who has a pile of books, and a long run before them."""


class Clerk:
    """Works in a thread of their own until all work is done; ``failed`` holds what stopped them."""

    def __init__(
        self, desk: FaultStation, work: Work, witness: Witness, scan_on: Callable[[], bool], seed: int, *, brisk: bool = False
    ) -> None:
        """``scan_on`` says whether something may be begun."""
        self.desk = desk
        self.failed: BaseException | None = None
        self.again = 0
        self._work = work
        self._witness = witness
        self._scan_on = scan_on
        self._chance = random.Random(seed)
        self._pauses_s = BRISK_PAUSES_S if brisk else PAUSES_S
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"clerk at {desk.name}", daemon=True)

    def start(self) -> None:
        """Go to work."""
        self._thread.start()

    def stop(self) -> None:
        """Go home, whatever is left."""
        self._stop.set()
        self._thread.join(GIVE_UP_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and not self._work.done:
                job = self._work.take(self.desk.name) if self._scan_on() else None
                if job is not None:
                    self._do(*job)
                else:
                    self.desk.look()
                self._stop.wait(self._chance.uniform(*self._pauses_s))
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits for the clerks
            self.failed = error

    def _do(self, book: Book, step: Step) -> None:
        lit = {what: self._scan(book.barcode(what)) for what in step.scans}
        self._work.finished(book, lit[ITEM])

    def _scan(self, barcode: str) -> str:
        """Scan until there is light, and give the id of the scan it was for."""
        end = time.monotonic() + GIVE_UP_S
        after = self.desk.highest
        while True:
            self._witness.scan(self.desk.name, barcode)
            self.desk.scanner.write(barcode.encode() + b"\r")
            if (scan_id := self._light(barcode, after)) is not None:
                self._stop.wait(self._chance.uniform(*self._pauses_s))
                return scan_id
            assert time.monotonic() < end, f"{self.desk.name} showed no light for {barcode} in {GIVE_UP_S:.0f} s"
            self.again += 1

    def _light(self, barcode: str, after: int) -> str | None:
        found: list[str] = []

        def seen() -> bool:
            light = self.desk.light_for(barcode, after)
            if light is not None:
                found.append(light[1])
            return light is not None

        try:
            wait_for(seen, f"light for {barcode}", NO_LIGHT_S)
        except AssertionError:
            return None
        return found[0]
