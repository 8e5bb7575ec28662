"""One station with eight scanners, its hub and its broker, and the thread of the hand that scans."""

from __future__ import annotations

import contextlib
import heapq
import json
import random
import select
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import psutil

from tests.faults.scanners.hand import MAKES, Hand, KeyboardHand, LineHand, Make, SsiHand
from tests.faults.scanners.program import READER, write_programs
from tests.faults.scanners.record import STATION, Record
from tests.support.event_devices import Devices, match
from tests.support.house import House, Knobs
from tests.support.programs import Program, family
from tests.support.ptys import PtyScanner

NAME = "main-1"


class Hands:
    """Eight hands in one thread, until ``total`` scans were begun."""

    def __init__(self, folder: Path, record: Record, total: int, seed: int) -> None:
        self.ptys = {make.letter: PtyScanner(folder / f"line-{make.letter}") for make in MAKES if make.kind == "serial"}
        self.failed: BaseException | None = None
        self._record = record
        self._total = total
        self._keyboards = [make for make in MAKES if make.kind == "hid"]
        self._devices = Devices(folder / "keyboards", len(self._keyboards))
        self._hands = [self._hand(make, random.Random(f"{seed} {make.letter}")) for make in MAKES]
        self._going = threading.Event()
        self._stop = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="the hand that scans", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether all was scanned; raises what stopped it."""
        if self.failed is not None:
            raise AssertionError(f"the hand stopped: {self.failed!r}") from self.failed
        return self._done.is_set()

    def begin(self) -> None:
        """Scan; before this the devices are only there."""
        self._going.set()

    def close(self) -> None:
        """Take everything away."""
        self._stop.set()
        self._thread.join(10)
        for pty in self.ptys.values():
            pty.close()

    def _hand(self, make: Make, chance: random.Random) -> Hand:
        if make.kind == "hid":
            number = self._keyboards.index(make)
            return KeyboardHand(make, chance, self._record, self._more, devices=self._devices, number=number)
        kind = SsiHand if make.setting["framing"] == "ssi" else LineHand
        return kind(make, chance, self._record, self._more, pty=self.ptys[make.letter])

    def _more(self) -> bool:
        return self._record.begun < self._total and not self._stop.is_set()

    def _run(self) -> None:
        try:
            while not self._going.is_set() and not self._stop.is_set():
                self._serve(0.02)
            self._scan()
            self._done.set()
            while not self._stop.is_set():
                self._serve(0.02)
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits
            self.failed = error
        finally:
            self._devices.close()

    def _scan(self) -> None:
        due = [(time.monotonic(), number, hand.run()) for number, hand in enumerate(self._hands)]
        heapq.heapify(due)
        while due:
            self._serve(max(0.0, due[0][0] - time.monotonic()))
            while due and due[0][0] <= time.monotonic():
                _, number, pauses = heapq.heappop(due)
                with contextlib.suppress(StopIteration):
                    heapq.heappush(due, (time.monotonic() + next(pauses), number, pauses))

    def _serve(self, limit_s: float) -> None:
        self._devices.serve(select.select(self._devices.sockets, [], [], limit_s)[0])


class Room(House):
    """A house with one station, which is killed and started here; everything its desk shows goes to the record."""

    def __init__(self, folder: Path, record: Record, hands: Hands, environment: Mapping[str, str]) -> None:
        super().__init__(folder, "mosquitto", Knobs(mail=False))
        self.stations: list[Program] = []
        self.shown = 0
        self._record = record
        self._environment = environment
        self._program = write_programs(folder / "bin", folder / "keyboards")
        self._ptys = hands.ptys
        self._read = 0

    @property
    def journal(self) -> Path:
        """The station's journal."""
        return self.data.stations / f"{NAME}.journal.db"

    def __enter__(self) -> Self:
        super().__enter__()
        self.write_settings()
        return self

    def write_settings(self) -> None:
        """Give the station its eight scanners."""
        file = self.data.stations / f"{NAME}.toml"
        text = file.read_text().replace('[[scanner]]\nkind = "typed"\n', "")
        assert 'kind = "typed"' not in text
        keyboards = iter(range(len(MAKES)))
        file.write_text(text + "".join(map(_section, (self._of(make, keyboards) for make in MAKES))))

    def _of(self, make: Make, keyboards: Any) -> dict[str, Any]:
        place = {"match": match(next(keyboards))} if make.kind == "hid" else {"path": str(self._ptys[make.letter].path)}
        return {"kind": make.kind, "name": f"scanner-{make.letter}", **place, **make.setting}

    def start_station(self) -> None:
        """Start it without waiting."""
        settings = self.data.stations / f"{NAME}.toml"
        self.stations.append(Program(str(self._program), "run", "--json", "--config", settings, environment=self._environment))
        self._read = 0

    def kill_station(self) -> None:
        """Kill -9, and read to the end what its desk showed."""
        program = self.stations[-1]
        self._record.happened("station killed", STATION)
        program.kill()
        assert program.process.returncode == -signal.SIGKILL, f"it had ended by itself\n{program.last_words()}"
        self.look()
        # Again: what was read only now was said before.
        self._record.happened("station gone", STATION)

    def reader(self) -> psutil.Process | None:
        """Give the process that reads the keyboards, None while there is none."""
        with contextlib.suppress(psutil.Error):
            return next((each for each in family(self.stations[-1])[1:] if READER in " ".join(each.cmdline())), None)
        return None

    def look(self) -> None:
        """Take in what the desk has shown since the last look."""
        if not self.stations:
            return
        lines = self.stations[-1].out.all(self._read)
        self._read += len(lines)
        self.shown += len(lines)
        for line in lines:
            self._record.shown(json.loads(line))

    def programs(self) -> list[Program]:
        """Give every process but the broker."""
        return [*self.stations, self.hub]


def _section(settings: Mapping[str, Any]) -> str:
    return "\n[[scanner]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
