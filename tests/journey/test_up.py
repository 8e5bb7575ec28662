"""``holdshelf up`` as a newcomer meets it: it starts, it shows what to do, it stops, and it says what is wrong."""

from __future__ import annotations

import re
import shutil
import socket
import time
from pathlib import Path

import psutil
import pytest

from tests.support.brokers import free_port
from tests.support.programs import Program, TerminalProgram, alive, family, part_of, wait_for

SECOND_START_LIMIT_S = 5.0
"""Of the processor, for all its parts: a busy machine makes it longer, not more. How fast it is, tests/speed measures."""
NEXT = re.compile(r"Next: scan (\S+)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
VERDICT = re.compile(r"\s*(\S\s+)?(OK|ROUTE|INFO|NO) ")


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a first start and Ctrl-C; the demo's waits are made short."""
    data = tmp_path_factory.mktemp("first") / "data"
    up = TerminalProgram("holdshelf", "up", "--demo", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0")
    with up:
        assert re.search(r"ready http://127\.0\.0\.1:\d+/$", up.out.wait("ready http"))
        assert re.search(r"page:  http://127\.0\.0\.1:\d+/first\?link=[\w-]{40,}  \(makes the first account", up.out.wait("page:"))
        up.out.wait("Next: scan ")
        assert (data / "api-token").stat().st_mode & 0o777 == 0o600
        _ctrl_c(up)
    settings = (data / "hub.toml").read_text()
    settings = settings.replace("ready_notice_delay_s = 5", "ready_notice_delay_s = 0.2").replace("handover_s = 10", "handover_s = 1")
    (data / "hub.toml").write_text(settings)
    return data


@pytest.fixture
def data(first_run: Path, tmp_path: Path) -> Path:
    """A copy of that folder, on ports of its own."""
    return Path(shutil.copytree(first_run, tmp_path / "data"))


def start(data: Path, *more: str) -> Program:
    """Start everything with piped input; the places are given, because a copied folder names those of the first run."""
    return Program("holdshelf", "up", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", *more, typed=True)


def test_the_suggestions_are_followed_to_the_end(data: Path, elsewhere: Path) -> None:
    with TerminalProgram("holdshelf", "up", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0") as up:
        url = up.out.wait("ready http").removeprefix("ready ")
        seen, outcomes = 0, []
        for _ in range(6):
            prompt = up.out.wait("Next: scan ", after=seen)
            found = NEXT.search(COLOURS.sub("", prompt))
            assert found is not None
            seen = len(up.out)
            up.write(f"{found[1]}\r")
            outcomes.append(up.out.wait(_is_verdict, after=seen))
        assert "Receive The Overstory" in outcomes[0]
        assert "Hold shelf" in outcomes[1]
        assert "Checked out" in outcomes[3]
        assert "Returned. Ship back" in outcomes[5]
        assert len(list((data / "mail" / "new").iterdir())) == 1
        assert url.startswith("http://127.0.0.1:")
        _ctrl_c(up)


def test_a_second_start_is_ready_soon(data: Path) -> None:
    began = time.monotonic()
    with start(data, "--no-station") as up:
        up.out.wait("ready http")
        waited = time.monotonic() - began
        worked = sum(sum(process.cpu_times()) for process in family(up))
    print(f"second start: ready after {waited:.2f} s, {worked:.2f} s of the processor")
    assert worked < SECOND_START_LIMIT_S


def test_piped_lines_are_scans_and_their_end_ends_nothing(data: Path) -> None:
    with start(data) as up:
        found = NEXT.search(up.out.wait("Next: scan "))
        assert found is not None
        up.write(f"{found[1]}\n")
        up.out.wait("Receive The Overstory")
        up.end_of_input()
        up.out.wait("Next: scan 3")
        assert not any("\x1b" in line for line in up.out.all())


def test_a_station_that_is_added_while_it_runs_is_let_in(data: Path) -> None:
    with start(data, "--no-station") as up:
        up.out.wait("ready http")
        added = Program("holdshelf", "station", "add", "front-1", "--desk", "main", "--data", data)
        assert added.ended() == 0, added.last_words()
        assert "front-1 stands at main." in added.out.all()[0]
        with Program("holdshelf-station", "type", "--config", data / "stations" / "front-1.toml", typed=True) as front:
            front.err.wait("station front-1 online")
            front.write("39999999999999\n")
            front.out.wait("Not known here. Send to resource sharing.")


def test_an_unknown_desk_is_no_place_for_a_station(data: Path) -> None:
    added = Program("holdshelf", "station", "add", "front-1", "--desk", "attic", "--data", data)
    _fails_with(added, "There is no desk 'attic'.")
    assert not (data / "stations" / "front-1.toml").exists()


def test_kill_9_leaves_nobody_behind(data: Path) -> None:
    with start(data) as up:
        up.out.wait("ready http")
        up.out.wait("Next: scan ")
        parts = family(up)
        assert len(parts) >= 3
        up.kill()
        _all_gone(parts)


@pytest.mark.parametrize(("part", "words"), [("hub.cli", "The hub ended by itself"), ("mosquitto.conf", "The broker (mosquitto) ended")])
@pytest.mark.needs("mosquitto")
def test_a_part_that_dies_stops_everything_with_one_sentence(data: Path, part: str, words: str) -> None:
    with start(data) as up:
        up.out.wait("Next: scan ")
        parts = family(up)
        victim = part_of(up, part)
        assert victim is not None
        victim.kill()
        assert up.ended() == 1
        said = [line for line in up.err.all() if line.startswith("holdshelf: ")]
        assert len(said) == 1, up.last_words()
        assert words in said[0]
        assert "nothing stored is lost" in said[0]
        _all_gone(parts)


@pytest.mark.parametrize(("option", "words"), [("--http", "Pages cannot be served at"), ("--mqtt", "The broker cannot listen on")])
def test_a_port_in_use_is_one_sentence(data: Path, option: str, words: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        places = {"--http": f"127.0.0.1:{free_port()}", "--mqtt": f"127.0.0.1:{free_port()}"}
        places[option] = f"127.0.0.1:{taken.getsockname()[1]}"
        up = Program("holdshelf", "up", "--data", data, *(word for pair in places.items() for word in pair))
        _fails_with(up, words)


def test_a_data_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    _fails_with(Program("holdshelf", "up", "--data", tmp_path / "file" / "data"), "Cannot write the data folder")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("\n[policies]\nhold_days = 3\n", "unknown key policies: did you mean 'policy'?"),
        ('\n[barcodes]\npatron = ["[0-9]{14}"]\n', "make one of them narrower"),
    ],
    ids=["unknown key", "overlapping patterns"],
)
def test_settings_that_cannot_be_used_are_one_sentence(data: Path, lines: str, words: str) -> None:
    with (data / "hub.toml").open("a") as file:
        file.write(lines)
    for command in (("up", "--data", data), ("run", "--config", data / "hub.toml"), ("check", "--config", data / "hub.toml")):
        _fails_with(Program("holdshelf", *command), words)


def test_a_broker_place_off_this_machine_is_one_sentence_and_leaves_the_files_as_they_are(data: Path) -> None:
    before = (data / "hub.toml").read_text()
    _fails_with(Program("holdshelf", "up", "--data", data, "--mqtt", "0.0.0.0:1883"), "listens on this machine only")
    assert (data / "hub.toml").read_text() == before


def test_a_station_file_without_a_password_is_one_sentence(data: Path) -> None:
    file = data / "stations" / "main-1.toml"
    file.write_text(file.read_text().replace("password =", "passwort ="))
    _fails_with(Program("holdshelf", "up", "--data", data), f"{file}: set mqtt.password or mqtt.password_file.")


def test_a_station_file_that_cannot_be_read_while_up_runs_is_said_and_changes_nothing(data: Path) -> None:
    with Program("holdshelf", "up", "--data", data, "--no-station", "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0") as up:
        up.out.wait("ready ")
        (data / "stations" / "new-1.toml").write_text("station = \n")
        up.err.wait("new-1.toml is not valid TOML")


def test_a_scanner_that_is_not_there_is_said_and_waited_for(data: Path, tmp_path: Path) -> None:
    file = data / "stations" / "main-1.toml"
    file.write_text(file.read_text().replace('kind = "typed"', f'kind = "serial"\npath = "{tmp_path / "missing"}"', 1))
    with Program("holdshelf-station", "run", "--config", file) as station:
        station.err.wait("station main-1 ready")
        station.out.wait("is not there: plug the scanner in")


@pytest.mark.parametrize("words", [(), ("--surprise",), ("up", "--broker", "pigeon"), ("simulate", "--requests", "0")])
def test_wrong_use_is_exit_code_2(words: tuple[str, ...]) -> None:
    program = Program("holdshelf", *words)
    assert program.ended() == 2
    assert program.err.all()[0].startswith("usage: holdshelf")


def _is_verdict(line: str) -> bool:
    # Nothing but a sign stands before it; a line of the log, where that is on, begins with the time.
    return VERDICT.match(COLOURS.sub("", line)) is not None


def _ctrl_c(up: TerminalProgram) -> None:
    """Stop as a person does: all gone, and the terminal as it was."""
    parts = family(up)
    up.write("\x03")
    wait_for(lambda: not up.running, "everything to stop")
    assert up.terminal_as_before
    assert up.ended() == 0, up.last_words()
    assert "Stopped." in up.out.all()
    _all_gone(parts)


def _all_gone(parts: list[psutil.Process]) -> None:
    wait_for(lambda: not any(alive(process) for process in parts), "every process to end")


def _fails_with(program: Program, words: str) -> None:
    """Exit code 1, and one line that says what to do."""
    assert program.ended() == 1, program.last_words()
    assert not program.out.all(), program.last_words()
    assert len(program.err.all()) == 1, program.last_words()
    assert words in program.err.all()[0]
