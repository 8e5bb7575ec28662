"""Health tells the truth: not ready when a scan would not be answered, with what to do, and ready again by itself."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.demo import item_barcode
from hub.web.metrics import METRICS
from tests.support.house import House, Knobs
from tests.support.programs import LIMIT_S, Program, script, wait_for

KNOBS = Knobs(more="[health]\ncanary_every_s = 0.5\ncanary_limit_s = 1\n")
DEAF = """\
user hub
topic write holdshelf/v1/main/#

user dashboard
topic read holdshelf/v1/main/#

pattern readwrite holdshelf/v1/main/station/%u/#
"""
"""Whom it concerns may write everything, and the hub may read nothing: each subscription is granted all the same."""


def health_of(house: House) -> tuple[int, dict[str, Any]]:
    """Give status and body of the readiness that everybody may ask for; of a hub that takes no HTTP yet, no status and no body."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{house.data.settings().http.port}/health/ready", timeout=5)
    except httpx.ConnectError:
        return 0, {"ready": False, "problems": [], "warnings": []}
    return answer.status_code, answer.json()


def wait_until_ready(house: House, limit_s: float = 15) -> None:
    """Return when the hub is ready."""
    wait_for(lambda: health_of(house)[0] == 200, "the hub to be ready by itself", limit_s)


def wait_for_problem(house: House, words: str, limit_s: float = 15) -> None:
    """Return when the hub is not ready and says these words."""
    wait_for(lambda: words in " ".join(health_of(house)[1]["problems"]), f"the hub to say: {words}", limit_s)
    assert health_of(house)[0] == 503
    # Whoever watches the process alone sees nothing wrong, and must not restart it.
    assert httpx.get(f"http://127.0.0.1:{house.data.settings().http.port}/health/live", timeout=LIMIT_S).status_code == 200


def numbers(house: House) -> dict[str, float]:
    """Give every sample of the metrics, by name and labels and, without labels, by name alone."""
    lines = [line for line in house.api.get("/metrics").text.splitlines() if not line.startswith("#")]
    found = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
    return {name.partition("{")[0]: value for name, value in found.items()} | found


def check(house: House) -> subprocess.CompletedProcess[str]:
    """Run ``holdshelf check`` beside the running hub."""
    command = [str(script("holdshelf")), "check", "--config", str(house.data.hub_toml)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def problems_measured(house: House) -> set[str]:
    """Give the kinds of problems as the metrics tell them."""
    lines = house.api.get("/metrics").text.splitlines()
    return {
        line.partition('kind="')[2].partition('"')[0] for line in lines if line.startswith("holdshelf_problem{") and line.endswith(" 1.0")
    }


@contextmanager
def deaf(house: House) -> Iterator[None]:
    """Let the broker deliver nothing to the hub meanwhile."""
    acl = house.data.broker / "acl"
    right = acl.read_text()
    acl.write_text(DEAF)
    assert house.broker.pid is not None
    os.kill(house.broker.pid, signal.SIGHUP)
    try:
        yield
    finally:
        acl.write_text(right)
        os.kill(house.broker.pid, signal.SIGHUP)


def test_a_working_hub_is_ready(house: House) -> None:
    assert health_of(house) == (200, {"ready": True, "problems": [], "warnings": []})
    checked = check(house)
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "ok: the hub runs and answers scans.")


def test_a_running_hub_has_every_number(house: House) -> None:
    rs = house.station("rs-1")
    before = rs.answered
    rs.scan(item_barcode(9))
    # Metrics rest two seconds after each count.
    wait_for(lambda: numbers(house)["holdshelf_scans_total"] > before, "the scan to be counted")
    found = numbers(house)
    of_several = {each.name for each in METRICS if "lease" in each.name} | {"holdshelf_hubs", "holdshelf_takeovers_total"}
    assert {each.name for each in METRICS} - {name.removesuffix("_bucket") for name in found} == of_several
    assert found["holdshelf_broker_connected"] == 1
    assert found["holdshelf_broker_connections_total"] == 1
    assert 0 < found["holdshelf_canary_round_trip_seconds"] < 1
    assert found["holdshelf_commit_seconds_count"] >= 1
    assert 0 < found["holdshelf_commit_seconds_sum"] < 10
    assert found['holdshelf_station_online{station="rs-1"}'] == 1
    assert found['holdshelf_station_journal_waiting_scans{station="rs-1"}'] >= 0
    assert found["holdshelf_database_bytes"] > 4096


def test_a_hub_to_which_the_broker_delivers_nothing_is_not_ready_and_says_that_its_access_list_is_wrong(house: House) -> None:
    rs = house.station("rs-1")
    with deaf(house):
        wait_for_problem(house, "its access list does not let 'hub' read")
        assert problems_measured(house) == {"delivery"}
        checked = check(house)
        assert checked.returncode == 1
        assert checked.stderr.startswith("the hub runs and answers no scan: The broker at 127.0.0.1:")
        assert house.hub.err.wait("ERROR The broker at")
        rs.send(item_barcode(1))
        wait_for(lambda: len(rs.shown("waiting")) > 0, "the scan to be stored at the station")
    wait_until_ready(house)
    wait_for(lambda: rs.answered == 1, "the scan that waited to be answered", 60)


def test_a_hub_that_starts_deaf_does_not_say_ready(house: House) -> None:
    house.stop_hub()
    with deaf(house):
        house.hub = Program("holdshelf", "run", "--config", house.data.hub_toml)
        wait_for(lambda: "its access list" in " ".join(house.hub.err.all()), "the hub to say what is wrong")
        wait_for_problem(house, "its access list does not let 'hub' read")
        assert house.hub.out.all() == []
        house.hub.stop()
    house.start_hub()


def test_a_hub_whose_broker_hangs_is_not_ready_though_the_connection_is_open(house: House) -> None:
    broker = house.broker.pid
    assert broker is not None
    os.kill(broker, signal.SIGSTOP)
    try:
        wait_for_problem(house, "See whether it hangs")
    finally:
        os.kill(broker, signal.SIGCONT)
    wait_until_ready(house)


def test_a_hub_whose_broker_is_gone_is_not_ready_and_is_again_when_it_is_back(house: House) -> None:
    house.kill_broker()
    wait_for_problem(house, "broker")
    assert problems_measured(house) == {"broker"}
    house.start_broker()
    wait_until_ready(house, 30)


def test_a_full_disk_makes_the_hub_not_ready_until_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk: run it as root")
    try:
        with House(disk, knobs=KNOBS) as house:
            # Ready, and it says already that this is little.
            status, told = health_of(house)
            assert (status, told["problems"]) == (200, [])
            _fill(disk / "filler")
            wait_for_problem(house, "Make room")
            assert problems_measured(house) == {"database"}
            (disk / "filler").unlink()
            wait_until_ready(house)
            assert "MB are free" in " ".join(health_of(house)[1]["warnings"])
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            return
