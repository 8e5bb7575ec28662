"""The program as it is started: exit codes, sentences, signals, kill -9, memory; over ptys and a real broker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from broker.promises import SessionSettings
from broker.topics import Root
from station.signals import SIGNALS
from station.ssi import packet
from tests.contract.station import model_hub
from tests.contract.station.model_hub import ModelHub
from tests.support.brokers import FRONT, HUB, MOSQUITTO_5, BrokerUnderTest, broker_for, free_port, until
from tests.support.ptys import PtyScanner

REPO = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "station.cli")
BARCODE = "30000000000012"
MAX_RSS_KIB = 36 * 1024


def settings_file(folder: Path, *, port: int, scanner: Path | None = None, more: str = "") -> Path:
    """Write a station.toml."""
    path = folder / "station.toml"
    text = f'station = "{FRONT.name}"\nsite = "main"\n[mqtt]\nport = {port}\npassword = "{FRONT.password}"\n{more}'
    if scanner is not None:
        text += f'[[scanner]]\nkind = "serial"\npath = "{scanner}"\n'
    path.write_text(text, encoding="utf-8")
    return path


def resident_kib(pid: int) -> int:
    """Give how much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


class Program:
    """The program as a child process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.errors: list[str] = []
        self._reading = [
            asyncio.create_task(self._read(process.stdout, self.out)),
            asyncio.create_task(self._read(process.stderr, self.errors)),
        ]

    @staticmethod
    async def start(*arguments: str, stdin: int = asyncio.subprocess.DEVNULL, environment: dict[str, str] | None = None) -> Program:
        """Start it."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *arguments, cwd=REPO, stdin=stdin, stdout=pipe, stderr=pipe, env=environment
        )
        return Program(process)

    @staticmethod
    async def _read(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        while line := await stream.readline():
            lines.append(line.decode().rstrip("\n"))

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the desk showed, with --json."""
        return [json.loads(line) for line in self.out]

    def count(self, event: str) -> int:
        """How often the desk showed something."""
        return sum(f'"event": "{event}"' in line for line in self.out)

    async def says(self, line: str) -> None:
        """Wait for a line on standard error."""
        await until(lambda: line in self.errors, f"{line!r} in {self.errors}")

    async def end(self) -> int:
        """Wait for its end and give the exit code."""
        code = await asyncio.wait_for(self.process.wait(), 10)
        await asyncio.gather(*self._reading)
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number)


async def run(*arguments: str) -> tuple[int, str, str]:
    """Run a command to its end: exit code, standard output, standard error."""
    program = await Program.start(*arguments)
    code = await program.end()
    return code, "\n".join(program.out), "\n".join(program.errors)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[BrokerUnderTest]:
    """A mosquitto of our own."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = broker_for(MOSQUITTO_5, folder)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture
async def hub(broker: BrokerUnderTest) -> AsyncIterator[ModelHub]:
    """A model hub on it."""
    host, port = broker.place()
    hub = ModelHub(Root("main"))
    settings = SessionSettings(host, port, HUB.name, HUB.name, HUB.password, subscriptions=hub.subscriptions)
    task = await model_hub.start(hub, lambda handlers, will: broker.session(settings, handlers, will))
    yield hub
    assert hub.session is not None
    await hub.session.stop()
    await task


async def test_scans_on_a_pty_are_answered_and_the_program_stays_small(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config = settings_file(tmp_path, port=broker.place()[1], scanner=pty.path)
        # Bytecode as an installation has it: what the compiler takes is not the station's.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode")}
        warm_up = await Program.start("check", "--config", str(config), environment=environment)
        assert await warm_up.end() == 0
        program = await Program.start("run", "--json", "--config", str(config), environment=environment)
        await program.says("station front-1 ready")
        await program.says("station front-1 online")
        pty.write(b"".join(b"ILL-%06d\r\n" % number for number in range(200)))
        await until(lambda: program.count("reply") == 200, "200 answers")
        assert hub.barcodes == [f"ILL-{number:06d}" for number in range(200)]
        resident = resident_kib(program.process.pid)
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    assert resident <= MAX_RSS_KIB


async def test_kill_9_at_any_point_loses_nothing_stored_and_doubles_nothing(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config = settings_file(tmp_path, port=broker.place()[1], scanner=pty.path)
        scanned = 0
        for round_number in range(3):
            program = await Program.start("run", "--json", "--config", str(config))
            await program.says("station front-1 ready")
            for _ in range(20):
                pty.write(b"A%d\r" % scanned)
                scanned += 1
            await until(lambda target=10 * (round_number + 1): len(hub.scans) >= target, "some scans at the hub")  # type: ignore[misc]
            program.send(signal.SIGKILL)
            assert await program.end() == -signal.SIGKILL
        program = await Program.start("run", "--json", "--config", str(config))
        await program.says("station front-1 online")
        pty.write(b"last\r")
        await until(lambda: "last" in hub.barcodes, "the last scan at the hub")
        program.send(signal.SIGTERM)
        assert await program.end() == 0
    numbers = [int(code[1:]) for code in hub.barcodes[:-1]]
    # What was still in the port when the program was killed never was a scan; what was stored came once and in order.
    assert numbers == sorted(set(numbers))
    assert [scan.seq for scan in hub.scans] == list(range(1, len(hub.scans) + 1))
    assert len(hub.streams) == 1


async def test_a_scanner_of_packets_is_set_up_by_the_settings_file(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config = settings_file(tmp_path, port=broker.place()[1], scanner=pty.path)
        config.write_text(config.read_text(encoding="utf-8") + 'framing = "ssi"\nsignals = "ssi"\n', encoding="utf-8")
        program = await Program.start("run", "--json", "--config", str(config))
        await program.says("station front-1 online")
        pty.write(packet(0xF3, b"\x03ILL-000001", source=0))
        await until(lambda: pty.heard == packet(0xD0) + SIGNALS["ssi"]["ok"], "the acknowledgement and the beep")
        assert hub.barcodes == ["ILL-000001"]
        program.send(signal.SIGTERM)
        assert await program.end() == 0


async def test_piped_lines_are_answered_and_the_program_ends_with_them(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    config = settings_file(tmp_path, port=broker.place()[1])
    lines = tmp_path / "lines"
    lines.write_bytes(b"A1\nA2\n\nA3")
    with lines.open("rb") as stream:
        program = await Program.start("type", "--exit-at-end", "--config", str(config), stdin=stream.fileno())
        assert await program.end() == 0
    assert hub.barcodes == ["A1", "A2", "A3"]
    assert {scan.source for scan in hub.scans} == {"typed"}
    text = "\n".join(program.out)
    assert "✔ OK         Hold shelf 3." in text
    assert "\x1b" not in text


async def test_the_end_of_standard_input_does_not_end_the_station(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    config = settings_file(tmp_path, port=broker.place()[1])
    program = await Program.start("type", "--json", "--config", str(config))
    await until(lambda: program.count("note") > 0, "the note that standard input ended")
    await program.says("station front-1 online")
    assert program.process.returncode is None
    program.send(signal.SIGINT)
    assert await program.end() == 0


async def test_json_is_utf_8_whatever_the_terminal_shows(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    config, typed = settings_file(tmp_path, port=broker.place()[1]), tmp_path / "typed"
    typed.write_text("30\u00e4\u00f600\nA2\n", encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    with typed.open(encoding="utf-8") as stream:
        arguments = ("type", "--exit-at-end", "--json", "--config", str(config))
        program = await Program.start(*arguments, stdin=stream.fileno(), environment=environment)
        assert await program.end() == 0
    assert hub.barcodes == ["30\u00e4\u00f600", "A2"]
    assert [each["barcode"] for each in program.events if each["event"] == "reply"] == hub.barcodes


def keyboard_settings(folder: Path) -> Path:
    """Write station.toml with a keyboard scanner that is not there."""
    keyboard = '[[scanner]]\nkind = "hid"\nmatch = "usb-Nobody_Makes_This*"\nname = "gun"\n'
    config = settings_file(folder, port=free_port())
    config.write_text(config.read_text(encoding="utf-8") + keyboard, encoding="utf-8")
    return config


async def keyboard_station(config: Path) -> tuple[Program, psutil.Process]:
    """Start the station; gives its reader of keyboards, too."""
    program = await Program.start("run", "--config", str(config))
    await until(lambda: any("Scanner gun: no keyboard matches" in line for line in program.out), "the scanner to be missed")
    (reader,) = psutil.Process(program.process.pid).children()
    return program, reader


async def test_a_keyboard_scanner_that_is_not_there_is_said_and_waited_for(tmp_path: Path) -> None:
    program, reader = await keyboard_station(keyboard_settings(tmp_path))
    program.send(signal.SIGTERM)
    assert await program.end() == 0
    assert not reader.is_running()


async def test_kill_9_of_a_station_ends_the_reader_of_its_keyboards_which_frees_them(tmp_path: Path) -> None:
    program, reader = await keyboard_station(keyboard_settings(tmp_path))
    program.send(signal.SIGKILL)
    await program.end()
    await until(lambda: not reader.is_running() or reader.status() == psutil.STATUS_ZOMBIE, "the end of the reader")


async def test_kill_9_of_the_reader_of_the_keyboards_ends_the_station_with_a_sentence(tmp_path: Path) -> None:
    program, reader = await keyboard_station(keyboard_settings(tmp_path))
    reader.kill()
    assert await program.end() == 1
    assert "holdshelf-station: The reader of the keyboard scanners ended (exit code -9): start the station again." in program.errors


async def test_check_says_which_keyboard_is_missing(tmp_path: Path) -> None:
    code, out, error = await run("check", "--config", str(keyboard_settings(tmp_path)))
    assert (code, error) == (0, "")
    assert "note: scanner gun: no keyboard matches usb-Nobody_Makes_This*" in out


async def test_a_recorded_scan_is_replayed(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config, file = settings_file(tmp_path, port=1, scanner=pty.path), tmp_path / "file.jsonl"
        program = await Program.start("record", str(file), "--scanner", "scanner", "--config", str(config))
        await until(lambda: any(line.startswith("Recording scanner to ") for line in program.out), "the recording to begin")
        pty.write(BARCODE.encode() + b"\r")
        await until(lambda: file.stat().st_size > 0 and file.read_text(encoding="utf-8").count("\n") == 2, "the scan in the file")
        program.send(signal.SIGINT)
        assert await program.end() == 0
    # It holds barcodes, patrons' cards among them.
    assert file.stat().st_mode & 0o777 == 0o600
    code, out, _error = await run("replay", str(file))
    assert code == 0
    assert json.loads(out)["barcode"] == BARCODE


async def test_without_a_broker_it_runs_keeps_scans_and_ends_on_sigterm(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config = settings_file(tmp_path, port=free_port(), scanner=pty.path)
        program = await Program.start("run", "--config", str(config))
        await program.says("station front-1 ready")
        pty.write(b"A1\r")
        await until(lambda: any("STORED" in line for line in program.out), "the desk to say stored")
        await until(lambda: any("Offline:" in line for line in program.out), "the desk to say that it is offline")
        began = asyncio.get_running_loop().time()
        program.send(signal.SIGTERM)
        assert await program.end() == 0
        assert asyncio.get_running_loop().time() - began < 5


async def test_a_german_station_says_in_german_that_it_is_offline(tmp_path: Path) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        config = settings_file(tmp_path, port=free_port(), scanner=pty.path)
        config.write_text('language = "de"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
        program = await Program.start("run", "--config", str(config))
        await program.says("station front-1 ready")
        await until(lambda: any("Offline: Unter 127.0.0.1:" in line for line in program.out), "the desk to say why it is offline")
        pty.write(b"A1\r")
        await until(lambda: any("GESPEICHERT" in line for line in program.out), "the desk to say stored")
        program.send(signal.SIGTERM)
        assert await program.end() == 0


async def test_an_unknown_key_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    config = settings_file(tmp_path, port=1, more="colour = 3\n")
    code, out, error = await run("run", "--config", str(config))
    assert (code, out) == (1, "")
    assert error == f"holdshelf-station: {config} line 6: unknown key mqtt.colour: remove it or correct its name."


@pytest.mark.parametrize("command", ["run", "check"])
async def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, command: str) -> None:
    with PtyScanner(tmp_path / "scanner") as pty:
        # Nobody may write in /proc, not even root.
        config = settings_file(tmp_path, port=1, scanner=pty.path, more='[journal]\npath = "/proc/journal.db"\n')
        code, _out, error = await run(command, "--config", str(config))
    assert code == 1
    # A log that is on at its loudest says more.
    (said,) = (line for line in error.splitlines() if " DEBUG " not in line)
    assert "/proc" in said


async def test_no_scanner_at_all_is_one_sentence(tmp_path: Path) -> None:
    config = settings_file(tmp_path, port=1)
    code, _out, error = await run("run", "--config", str(config))
    assert code == 1
    assert "names no scanner" in error


async def test_check_shows_what_is_in_force_without_the_password(tmp_path: Path) -> None:
    port = free_port()
    config = settings_file(tmp_path, port=port, scanner=tmp_path / "nowhere")
    code, out, error = await run("check", "--config", str(config))
    assert (code, error) == (0, "")
    assert FRONT.password not in out
    assert f"note: the broker at 127.0.0.1:{port} cannot be reached now" in out
    assert "note: scanner nowhere: " in out
    assert not (tmp_path / "journal.db").exists()


async def test_scanners_runs_without_a_settings_file(tmp_path: Path) -> None:
    code, out, _error = await run("scanners", "--config", str(tmp_path / "none.toml"))
    assert code == 0
    assert out


@pytest.mark.parametrize("arguments", [(), ("fly",), ("run", "--fast")])
async def test_wrong_use_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    code, _out, error = await run(*arguments)
    assert code == 2
    assert "usage: holdshelf-station" in error


async def test_a_guided_run_says_what_to_scan_next(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    steps = tmp_path / "steps.tsv"
    steps.write_text("A1\tthe slip\nA2\tthe item\n", encoding="utf-8")
    config = settings_file(tmp_path, port=broker.place()[1])
    read_end, write_end = os.pipe()
    program = await Program.start("type", "--suggest", str(steps), "--config", str(config), stdin=read_end)
    os.close(read_end)
    await until(lambda: any("Next: scan A1  (the slip)" in line for line in program.out), "the first step")
    os.write(write_end, b"A1\n")
    await until(lambda: any("Next: scan A2  (the item)" in line for line in program.out), "the second step")
    os.close(write_end)
    program.send(signal.SIGTERM)
    assert await program.end() == 0
