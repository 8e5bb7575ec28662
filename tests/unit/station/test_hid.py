"""The agent's side of the keyboards: it starts their reader, takes what it says, and never loses it silently."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from station.errors import StationError
from station.framing import Broken, Frame
from station.keymap import KeyRules
from station.scanners import Scanner, wire
from station.scanners.hid import HidScanner, Reader, section_of
from station.scanners.reader import COMMAND
from station.settings import ScannerSettings
from station.words import Key, Saying
from tests.support.brokers import until

NOW_NS = 5_000_000_000
CUT_OFF = Broken("incomplete", Saying(Key.CUT_OFF))
SAID: list[wire.Said] = [
    wire.Present(0, Saying(Key.KEYBOARD_MISSING, {"match": "Ä-*"})),
    wire.Present(0, None),
    wire.Ended(0, 4_000_000_000, Frame("ÄÖ 1\x1d2".encode())),
    wire.Ended(0, 4_000_000_001, Frame(b"0030000000000017")),
    wire.Ended(1, 4_500_000_000, Broken("too_long", Saying(Key.NO_END, {"count": 512}))),
    wire.Warned("no clock"),
    wire.Beat(),
    wire.Typing(),
]


def says(*said: wire.Said, then: str = "sys.stdin.buffer.read()") -> Sequence[str]:
    """Give the command of a reader that says this once it has its sections, then does something."""
    lines = b"".join(map(wire.said_line, said))
    code = f"import sys; sys.stdin.buffer.readline(); sys.stdout.buffer.write({lines!r}); sys.stdout.flush(); {then}"
    return (sys.executable, "-I", "-S", "-c", code)


@dataclass
class Running:
    """Two scanners and their reader."""

    reader: Reader
    scanners: list[HidScanner] = field(init=False)
    taken: list[tuple[str, Frame | Broken, int]] = field(default_factory=list)
    changes: list[tuple[str, bool, str]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        sections = [("left", "1-2"), ("right", "1-3")]
        self.scanners = [HidScanner(name, self.reader, wire.Section(match, "us", KeyRules())) for name, match in sections]
        self.tasks = [asyncio.create_task(each.run(self._take, self._changed)) for each in self.scanners]

    def _take(self, scanner: Scanner, found: Sequence[Frame | Broken], age_ns: int = 0) -> bool:
        self.taken += [(scanner.name, each, age_ns) for each in found]
        return True

    def _changed(self, scanner: Scanner) -> None:
        self.changes.append((scanner.name, scanner.present, str(scanner.detail or "")))

    async def stop(self) -> None:
        """End them as the agent does, whether they still run or not."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def running(command: Sequence[str], clock: Callable[[], int] = lambda: NOW_NS) -> Running:
    return Running(Reader(command, clock=clock))


def ignored_by(pid: int) -> set[int]:
    """Give the signals that a process ignores."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    mask = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigIgn"))
    return {number for number in range(1, 65) if mask >> number - 1 & 1}


@pytest.mark.parametrize("said", SAID)
def test_what_the_reader_says_is_what_the_agent_hears(said: wire.Said) -> None:
    line = wire.said_line(said)
    assert line.count(b"\n") == 1
    assert wire.said(line) == said


def test_what_the_agent_says_is_what_the_reader_hears() -> None:
    sections = [wire.Section("usb-Ä*", "de", KeyRules(terminator="none", idle_ms=50, caps="shift")), wire.Section("1-2", "us", KeyRules())]
    assert wire.sections(wire.sections_line(sections)) == sections


def test_every_setting_of_a_section_reaches_the_decoder() -> None:
    given = {
        "terminator": "tab",
        "idle_ms": 90,
        "backspace": True,
        "control": "keep",
        "caps": "shift",
        "caps_light": True,
        "alt_unicode": True,
        "max_length": 99,
    }
    settings = ScannerSettings.model_validate({"kind": "hid", "match": "1-2", "layout": "fr"} | given)
    assert section_of(settings) == wire.Section("1-2", "fr", KeyRules(**given))  # type: ignore[arg-type]


async def test_frames_and_faults_reach_their_scanner_with_their_age() -> None:
    run = running(says(*SAID))
    await until(lambda: len(run.taken) == 3, "what was scanned")
    assert run.taken == [
        ("left", Frame("ÄÖ 1\x1d2".encode()), 1_000_000_000),
        ("left", Frame(b"0030000000000017"), 999_999_999),
        ("right", Broken("too_long", Saying(Key.NO_END, {"count": 512})), 500_000_000),
    ]
    assert [(name, there) for name, there, _why in run.changes] == [("left", False), ("left", True)]
    assert run.changes[0][2].startswith("no keyboard matches Ä-*")
    await run.stop()


async def test_a_reader_that_dies_ends_the_station_with_a_sentence() -> None:
    run = running(says(then="sys.exit(3)"))
    with pytest.raises(StationError, match=r"^The reader of the keyboard scanners ended \(exit code 3\): start the station again.$"):
        await run.tasks[0]
    await run.stop()


def started_beside(others: list[psutil.Process]) -> list[psutil.Process]:
    """Give what this process has started beside these, which other tests may have left running on purpose."""
    return [child for child in psutil.Process().children() if child not in others]


async def test_a_reader_that_stands_still_is_ended_and_ends_the_station() -> None:
    others = psutil.Process().children()
    run = Running(Reader(says(wire.Beat(), then="time = __import__('time'); time.sleep(60)"), silence_s=0.2))
    with pytest.raises(StationError, match=r"^The reader of the keyboard scanners said nothing for 0\.2 s"):
        await run.tasks[0]
    await run.stop()
    assert started_beside(others) == []


async def test_a_reader_that_has_nothing_to_read_but_goes_round_is_left_in_peace() -> None:
    beats = (
        "import time\nfor _ in range(20): sys.stdout.buffer.write(b'{\"beat\":true}\\n'); sys.stdout.flush(); time.sleep(0.05)\nsys.exit(7)"
    )
    run = Running(Reader(says(then=f"exec({beats!r})"), silence_s=0.4))
    with pytest.raises(StationError, match=r"exit code 7"):
        await run.tasks[0]
    await run.stop()


async def test_what_the_reader_read_before_it_died_is_taken() -> None:
    run = running(says(wire.Ended(0, NOW_NS, Frame(b"17")), then="sys.exit(3)"))
    with pytest.raises(StationError):
        await run.tasks[0]
    assert run.taken == [("left", Frame(b"17"), 0)]
    await run.stop()


async def test_what_is_read_while_the_station_stops_is_taken() -> None:
    last = wire.said_line(wire.Ended(0, NOW_NS, CUT_OFF))
    run = running(says(wire.Present(0, None), then=f"sys.stdin.buffer.read(); sys.stdout.buffer.write({last!r})"))
    await until(lambda: bool(run.changes), "the scanner")
    await run.stop()
    assert run.taken == [("left", CUT_OFF, 0)]


async def test_a_line_in_two_reads_is_one_line() -> None:
    run = running(("true",))
    reads, writes = os.pipe()
    line = wire.said_line(wire.Ended(0, NOW_NS, Frame(b"17")))
    await asyncio.sleep(0)
    for half in (line[:9], line[9:]):
        assert run.taken == []
        os.write(writes, half)
        run.reader._read(reads)
    assert run.taken == [("left", Frame(b"17"), 0)]
    os.close(reads)
    os.close(writes)
    await run.stop()


async def test_what_is_no_line_of_a_reader_ends_the_station() -> None:
    run = running((sys.executable, "-c", "print('hello'); input(); input()"))
    with pytest.raises(ValueError, match="Expecting value"):
        await run.tasks[0]
    await run.stop()


async def test_the_real_reader_starts_says_what_is_missing_and_ends_with_the_station() -> None:
    others = psutil.Process().children()
    run = running(COMMAND)
    await until(lambda: len(run.changes) == 2, "both scanners to be tried")
    assert [(name, there) for name, there, _why in run.changes] == [("left", False), ("right", False)]
    (process,) = started_beside(others)
    await run.stop()
    assert not process.is_running()


async def test_only_the_agent_ends_the_real_reader_when_all_are_told_to_stop() -> None:
    others = psutil.Process().children()
    run = running(COMMAND)
    await until(lambda: len(run.changes) == 2, "both scanners to be tried")
    (process,) = started_beside(others)
    assert {signal.SIGINT, signal.SIGTERM} <= ignored_by(process.pid)
    await run.stop()
    assert not process.is_running()


async def test_the_real_reader_imports_nothing_of_the_agents() -> None:
    code = "import sys; sys.path.insert(0, '.'); import station.scanners.reader; print(*sorted(sys.modules))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", code, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    out, _ = await process.communicate()
    loaded = set(out.decode().split())
    assert "station.scanners.watched" in loaded
    assert loaded.isdisjoint({"asyncio", "pydantic", "paho", "sqlite3", "logging", "serial", "broker", "subprocess", "threading"})
