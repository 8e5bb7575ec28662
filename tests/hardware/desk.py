"""A desk in the guest: the station program of the checkout, its settings, and what its screen shows, as lines read on this side."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hardware.guest.build import BYTECODE, HOST_COMPILES, ROOT
from tests.hardware.machine import BROKER_HOST, BROKER_PORT, CHECKOUT, Machine
from tests.support.house import House
from tests.support.programs import Lines, wait_for

HOME = "/var/lib/station"
STATION = ("/usr/bin/python3.11", "-m", "station.cli")
START_LIMIT_S = 240.0
SHOW_LIMIT_S = 60.0
COMPILED = HOST_COMPILES and CHECKOUT == ROOT
BYTECODE_PLACE = BYTECODE if COMPILED else "/tmp/bytecode"  # noqa: S108 - in the guest
ENVIRONMENT = {"PYTHONPATH": "/checkout", "PYTHONPYCACHEPREFIX": BYTECODE_PLACE, "PYTHONUNBUFFERED": "1"}
TAKEN = "SELECT c.seq, c.scan_id, c.happened_at FROM scan c JOIN stream s ON s.key = c.stream WHERE s.station = ? ORDER BY s.key, c.seq"

FAULTS_TAKEN = "SELECT f.scanner, f.kind FROM fault f JOIN stream s ON s.key = f.stream WHERE s.station = ? ORDER BY s.key, f.seq"


@dataclass(frozen=True, slots=True)
class Light:
    """A scan the desk showed as stored."""

    seq: int
    scan_id: str
    barcode: str


class Desk:
    """One station of a house, running in a machine; after a power cut ``move`` takes it to the machine that was booted again."""

    def __init__(self, house: House, name: str, machine: Machine, scanners: str, groups: tuple[str, ...] = ("dialout", "input")) -> None:
        self.name = name
        self.machine = machine
        self._house = house
        self._scanners = scanners
        self._groups = groups
        self._streams: list[tuple[Lines, Lines]] = []

    def start(self, *, wait_online: bool = True) -> None:
        """Start the station; return when it takes scans and, unless told otherwise, the hub answers it."""
        program = f"{self.name}-{len(self._streams)}"
        self.machine.call("write", path=f"{HOME}/{self.name}.toml", text=self._settings())
        out, err = (self._lines(program, stream) for stream in ("out", "err"))
        self._streams.append((out, err))
        command = [*STATION, "run", "--json", "--config", f"{HOME}/{self.name}.toml"]
        self.machine.call("start", name=program, command=command, environment=ENVIRONMENT, folder=HOME, groups=self._groups)
        self.wait_said("ready")
        if wait_online:
            self.wait_said("online")

    def wait_said(self, word: str) -> None:
        """Wait until the station that runs now has said ``ready`` or ``online`` to whoever started it."""
        self._streams[-1][1].wait(f"station {self.name} {word}", limit_s=START_LIMIT_S)

    def faults_taken(self) -> list[tuple[str, str]]:
        """Give scanner and kind of every fault the hub has taken from this station, in order."""
        return self._house.query(FAULTS_TAKEN, self.name)

    def kill(self) -> None:
        """Kill the station with -9."""
        self.machine.call("signal", name=self._program, number=signal.SIGKILL)
        assert self.machine.call("code", name=self._program, limit_s=20) == -signal.SIGKILL

    def stop(self) -> None:
        """Stop the station as its supervisor does; it must end well."""
        self.machine.call("signal", name=self._program, number=signal.SIGTERM)
        code = self.machine.call("code", name=self._program, limit_s=20)
        assert code == 0, f"ended with {code}\n{self.last_words()}"

    def move(self, machine: Machine) -> None:
        """Go on in another machine, with what is on its disk."""
        self.machine = machine

    def shown(self, event: str) -> list[dict[str, Any]]:
        """Give everything of one kind the desk has shown, over all its starts."""
        begin = f'{{"event": "{event}"'
        return [json.loads(line) for out, _ in self._streams for line in out.all() if line.startswith(begin)]

    def lights(self) -> list[Light]:
        """Give every scan the desk showed as stored, once each, in the order of its journal."""
        found = [Light(each["seq"], each["scan_id"], each["barcode"]) for each in self.shown("waiting")]
        told = [(each["reply"], each["barcode"]) for each in self.shown("reply")]
        found += [Light(reply["seq"], reply["scan_id"], barcode) for reply, barcode in told if barcode is not None]
        return sorted(set(found), key=lambda light: light.seq)

    def barcodes(self, after: int = 0) -> list[str]:
        """Give the barcodes of the scans with a light and a higher seq, in the order of the journal."""
        return [light.barcode for light in self.lights() if light.seq > after]

    @property
    def last_seq(self) -> int:
        """The number of the last scan that got a light."""
        return max((light.seq for light in self.lights()), default=0)

    def plug(self, name: str, kind: str, port: int, serial: str | None, ids: str | None = None) -> None:
        """Plug a scanner in and wait until the desk says that it is there."""
        there = self.count("note", f"{name} is there")
        self.machine.call("plug", name=name, kind=kind, port=port, serial=serial, ids=ids)
        self.wait_shown("note", f"{name} is there", there + 1)

    def unplug(self, name: str) -> None:
        """Pull a scanner out and wait until the desk says that it is gone."""
        gone = self.count("note", "unplugged")
        self.machine.call("unplug", name=name)
        self.wait_shown("note", "unplugged", gone + 1)

    def wait_barcodes(self, wanted: list[str], after: int) -> None:
        """Wait for as many scans as these, and compare."""
        wait_for(lambda: len(self.barcodes(after)) >= len(wanted), f"{len(wanted)} scans at {self.name}", SHOW_LIMIT_S)
        assert self.barcodes(after) == wanted

    def scan(self, barcode: str, send: Callable[[], None]) -> None:
        """Send one scan, as a person does who waits for the light, and wait for it."""
        out, _ = self._streams[-1]
        after = len(out)
        send()
        out.wait(f'"barcode": {json.dumps(barcode, ensure_ascii=False)}', after=after, limit_s=SHOW_LIMIT_S)

    def wait_shown(self, event: str, text: str, count: int = 1) -> None:
        """Wait until the desk has shown this, so often."""
        wait_for(lambda: self.count(event, text) >= count, f"{self.name} to show {event} {text!r} {count} times", SHOW_LIMIT_S)

    def count(self, event: str, text: str) -> int:
        """Give how often the desk has shown something that holds this text."""
        return sum(text in json.dumps(each, ensure_ascii=False) for each in self.shown(event))

    def journal(self) -> dict[int, str]:
        """Give the scan_id of every scan in the journal, by its number."""
        rows = self.machine.call("journal", path=f"{HOME}/{self.name}.journal.db")
        return {seq: json.loads(body)["scan_id"] for seq, body in rows}

    def taken(self) -> list[tuple[int, str, int]]:
        """Give number, scan_id and moment (ms) of every scan the hub has taken from this station."""
        return [(seq, scan_id, at) for seq, scan_id, at in self._house.query(TAKEN, self.name)]

    def wait_all_answered(self) -> None:
        """Wait until each scan with a light has shown its answer."""
        wait_for(
            lambda: {each["reply"]["seq"] for each in self.shown("reply")} >= {light.seq for light in self.lights()},
            f"every scan of {self.name} to be answered",
            SHOW_LIMIT_S,
        )

    def wait_all_taken(self) -> None:
        """Wait until the hub has the whole journal, then check: each scan once, in order, and each that had a light among them."""
        journal = list(self.journal().items())
        wait_for(lambda: len(self.taken()) >= len(journal), f"the hub to take {len(journal)} scans of {self.name}", SHOW_LIMIT_S)
        assert [(seq, scan_id) for seq, scan_id, _ in self.taken()] == journal
        assert missing(self.lights(), journal) == []

    def last_words(self) -> str:
        """Give the end of what the station wrote, for a failure's text."""
        return "".join(lines.tail() for streams in self._streams[-2:] for lines in streams)

    @property
    def _program(self) -> str:
        return f"{self.name}-{len(self._streams) - 1}"

    def _settings(self) -> str:
        text = (self._house.data.stations / f"{self.name}.toml").read_text(encoding="utf-8")
        port = self._house.data.settings().mqtt.port
        text = text.replace('"127.0.0.1"', f'"{BROKER_HOST}"').replace(f"port = {port}\n", f"port = {BROKER_PORT}\n")
        return text.replace('[[scanner]]\nkind = "typed"\n', self._scanners, 1)

    def _lines(self, program: str, stream: str) -> Lines:
        read, write = os.pipe()
        lines = Lines(read, f"{program} {stream}")

        def take(line: str | None) -> None:
            if line is None:
                os.close(write)
                self.machine.hear(program, stream, _nothing)
            else:
                os.write(write, line.encode())

        self.machine.hear(program, stream, take)
        return lines


def missing(lights: Iterable[Light], journal: Iterable[tuple[int, str]]) -> list[Light]:
    """Give the lights whose scan is not in the journal under its number."""
    kept = set(journal)
    return [light for light in lights if (light.seq, light.scan_id) not in kept]


def serial_section(name: str, device: Path) -> str:
    """Give the settings of a serial scanner."""
    return f'[[scanner]]\nkind = "serial"\nname = "{name}"\npath = "{device}"\n'


def _nothing(line: str | None) -> None:
    """After its end a program says nothing."""
