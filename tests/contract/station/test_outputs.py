"""Sounds, light and slips of the program as it is started: what they do, and that nothing of it ever holds up a scan."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from broker.messages import Slip
from tests.contract.station.model_hub import ModelHub
from tests.contract.station.test_program import Program, broker, hub, settings_file
from tests.support.brokers import BrokerUnderTest, free_port, until
from tests.support.fakes import path_with, program
from tests.support.paper import printed
from tests.support.ptys import PtyScanner

__all__ = ["broker", "hub"]

HOLD = Slip(kind="hold", lines=("Regal A12", "bis 4. Dezember", "Die Größe der Welt"), barcode="30000000000012")


def sections(folder: Path, *, printer: str, lamp: Path) -> str:
    return f'[sounds]\noutput = "aplay"\n[light]\nkind = "command"\ncommand = ["{lamp}"]\n[printer]\n{printer}\n'


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": path_with(folder / "bin")}


@contextmanager
def nobody_accepts() -> Iterator[int]:
    """Be a machine that does not even answer the next connection; gives the port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(server.getsockname())
        yield server.getsockname()[1]
        for each in waiting:
            each.close()


async def test_an_answer_is_heard_seen_and_printed(tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub) -> None:
    program(tmp_path / "bin", "aplay", 'wc -c >> "$HERE/sounds"')
    lamp = program(tmp_path / "bin", "lamp", 'cat > "$HERE/light"')
    hub.slips = (HOLD,)
    with PtyScanner(tmp_path / "scanner") as pty:
        more = sections(tmp_path, printer='kind = "file"\npath = "slips"', lamp=lamp)
        config = settings_file(tmp_path, port=broker.place()[1], scanner=pty.path, more=more)
        station = await Program.start("run", "--json", "--config", str(config), environment=environment(tmp_path))
        await station.says("station front-1 online")
        pty.write(b"30000000000012\r")
        files = [tmp_path / "slips", tmp_path / "bin" / "sounds", tmp_path / "bin" / "light"]
        await until(lambda: all(file.exists() and file.stat().st_size for file in files), "all three")
        station.send(signal.SIGTERM)
        assert await station.end() == 0
    (paper,) = printed(files[0].read_bytes())
    assert (paper.texts, paper.barcodes[0].text) == (list(HOLD.lines), HOLD.barcode)
    assert files[2].read_text().split() == ["ok", "off"]


async def test_when_all_of_it_hangs_scans_are_answered_as_ever_and_the_end_is_in_time(
    tmp_path: Path, broker: BrokerUnderTest, hub: ModelHub
) -> None:
    for name in ("aplay", "lamp"):
        program(tmp_path / "bin", name, "exec sleep 60")
    hub.slips = (HOLD,)
    with PtyScanner(tmp_path / "scanner") as pty, nobody_accepts() as port:
        more = sections(tmp_path, printer=f'kind = "tcp"\nhost = "127.0.0.1"\nport = {port}', lamp=tmp_path / "bin" / "lamp")
        config = settings_file(tmp_path, port=broker.place()[1], scanner=pty.path, more=more)
        station = await Program.start("run", "--json", "--config", str(config), environment=environment(tmp_path))
        await station.says("station front-1 online")
        for number in range(150):
            pty.write(b"A%d\r" % number)
        await until(lambda: station.count("reply") == 150, "150 answers")
        # Its queue is bounded, and what does not fit is said.
        await until(lambda: any("Not printed: hold slip for ILL-000150: too many" in line for line in station.out), "the sentence")
        began = time.monotonic()
        station.send(signal.SIGTERM)
        assert await station.end() == 0
        assert time.monotonic() - began < 5
    assert len(hub.scans) == 150


async def test_check_says_what_would_not_work(tmp_path: Path) -> None:
    port = free_port()
    more = sections(tmp_path, printer=f'kind = "tcp"\nhost = "127.0.0.1"\nport = {port}', lamp=tmp_path / "no-lamp")
    config = settings_file(tmp_path, port=port, more=more)
    (tmp_path / "bin").mkdir()
    station = await Program.start("check", "--config", str(config), environment={**os.environ, "PATH": str(tmp_path / "bin")})
    assert await station.end() == 0
    assert [line for line in station.out if line.startswith("note: ") and "broker" not in line and "scanner" not in line] == [
        "note: sounds: what the settings ask for is not here (aplay, a PC speaker, the bell of a terminal)",
        f"note: light: {tmp_path}/no-lamp is not there or may not be run",
        f"note: printer: 127.0.0.1:{port}: Connection refused; a slip waits 5 min for it",
    ]


async def tried(what: str, config: Path, folder: Path) -> tuple[int, list[str], list[str]]:
    station = await Program.start("try", what, "--config", str(config), environment=environment(folder))
    return await station.end(), station.out, station.errors


async def test_a_slip_is_printed_when_tried(tmp_path: Path) -> None:
    more = sections(tmp_path, printer='kind = "file"\npath = "slips"', lamp=tmp_path / "lamp")
    (tmp_path / "bin").mkdir()
    code, out, errors = await tried("print", settings_file(tmp_path, port=1, more=more), tmp_path)
    assert (code, errors) == (0, [])
    assert out == ["A slip was sent: the row of digits must fill one line, the barcode must be readable, the paper cut."]
    (paper,) = printed((tmp_path / "slips").read_bytes())
    assert paper.texts[0] == "Holdshelf"
    assert [len(text) for text in paper.texts if text.startswith("1234567890")] == [42]
    assert paper.barcodes[0].text == "TEST 123456"


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("sound", "holdshelf-station: No sound: aplay ended (no card)."),
        ("light", "holdshelf-station: No light: {folder}/bin/lamp: No such file or directory."),
        ("print", "holdshelf-station: Not printed: {folder}/lp0 is not there."),
    ],
)
async def test_what_does_not_work_is_one_sentence_when_tried(tmp_path: Path, what: str, sentence: str) -> None:
    program(tmp_path / "bin", "aplay", 'echo "no card" >&2; exit 1')
    more = sections(tmp_path, printer='kind = "usb"\npath = "lp0"', lamp=tmp_path / "bin" / "lamp")
    config = settings_file(tmp_path, port=1, more=more)
    code, _out, errors = await tried(what, config, tmp_path)
    assert (code, errors) == (1, [sentence.format(folder=tmp_path)])


async def test_what_is_not_in_the_settings_cannot_be_tried(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    config = settings_file(tmp_path, port=1)
    code, _out, errors = await tried("print", config, tmp_path)
    assert (code, errors) == (1, ["holdshelf-station: The settings have no section [printer]: add it, then try again."])
