"""A hub is lost and comes back from a backup: stations send again what it misses, and nobody has to do anything."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from hub.backup.restored import read_restored
from hub.demo import card, item_barcode
from station.journal import open_journal
from tests.support.house import House, Knobs
from tests.support.programs import LIMIT_S, script, wait_for

pytestmark = pytest.mark.needs("mosquitto")
KNOBS = Knobs(ready_delay_s=8, bounce_s=0, patron_session_s=60, handover_s=0.1)
PAUSE_S = 0.3
"""Between two desks that see a book: nobody carries it faster."""
EFFECTS = (
    "SELECT t.station, s.seq, s.scan_id, s.rule, s.outcome, s.desk, s.barcode FROM scan s JOIN stream t ON t.key = s.stream ORDER BY 1, 2"
)
MOVES = "SELECT r.request_id, h.rule, h.was, h.became, h.scan_id FROM history h JOIN request r ON r.key = h.request WHERE h.kind = 'scan'"


def command(*words: str | Path, code: int = 0) -> str:
    """Run one command and give what it said."""
    done = subprocess.run([script("holdshelf"), *map(str, words)], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


class Work:
    """Books that go round, group by group; between two desks time goes by."""

    def __init__(self, house: House, books: int) -> None:
        self.house = house
        self.ids = {number: house.created(f"Book {number}", patron=patron(number)) for number in range(1, books + 1)}
        self.scans = 0

    def at(self, station: str, barcodes: list[str]) -> None:
        """Scan one after the other at a desk."""
        self.scans += len(barcodes)
        self.house.station(station).scan_all(barcodes)
        Event().wait(PAUSE_S)

    def receive(self, numbers: range) -> None:
        """Receive books at resource sharing."""
        self.at("rs-1", [barcode for number in numbers for barcode in (self.ids[number], item_barcode(number))])

    def see(self, station: str, numbers: range) -> None:
        """Scan books at a desk: onto the shelf, back, or home."""
        self.at(station, [item_barcode(number) for number in numbers])

    def lend(self, numbers: range) -> None:
        """Lend books at the pick-up desk."""
        self.at("main-1", [barcode for number in numbers for barcode in (card(patron(number)), item_barcode(number), "%HS-CLEAR")])

    def bring_home(self, numbers: range) -> None:
        """Return books, and close them at resource sharing."""
        self.see("main-1", numbers)
        self.see("rs-1", numbers)


def patron(number: int) -> int:
    """Give whose book the n-th is."""
    return (number - 1) % 5 + 1


OLD, READY, ON_THE_WAY, JUST_IN, TAKEN_AT_ONCE = range(1, 6), range(6, 12), range(12, 24), range(24, 30), range(24, 27)


def first_hundred(work: Work) -> None:
    """Scan a hundred times: books that are home again, on the shelf, on their way, and just on the shelf, their letters waiting."""
    work.receive(OLD)
    work.see("main-1", OLD)
    work.lend(OLD)
    work.bring_home(OLD)
    work.receive(READY)
    work.see("main-1", READY)
    work.receive(ON_THE_WAY)
    work.receive(JUST_IN)
    work.see("main-1", JUST_IN)


def second_hundred(work: Work) -> None:
    """Scan a hundred times more."""
    work.lend(TAKEN_AT_ONCE)
    work.lend(READY)
    work.see("main-1", ON_THE_WAY)
    work.lend(ON_THE_WAY[:8])
    work.bring_home(READY)
    work.bring_home(ON_THE_WAY[:8])
    work.bring_home(TAKEN_AT_ONCE)
    work.see("main-1", JUST_IN[3:])


def no_letter_waits(house: House) -> bool:
    """Say whether every letter has left or is of no use any more."""
    return house.query("SELECT count(*) FROM notice WHERE state = 'queued'") == [(0,)]


def letters(house: House) -> Counter[str]:
    """Give every letter the mail server took, by its Message-ID."""
    return Counter(str(message["Message-ID"]) for message in list(house.mail.messages))


def picture(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Give what scans have done, however often they came."""
    return {
        "scans": house.query(EFFECTS),
        "moves": sorted(house.query(MOVES), key=str),
        "states": house.query("SELECT request_id, state, outcome FROM request ORDER BY key"),
        "work": house.query("SELECT kind, note FROM exception WHERE cleared_at IS NULL"),
    }


def test_two_hundred_scans_with_a_backup_at_the_hundredth_are_all_there_once_and_in_order(tmp_path: Path) -> None:
    with House(tmp_path, knobs=KNOBS) as house:
        work = Work(house, 29)
        first_hundred(work)
        assert work.scans == 100
        command("backup", tmp_path / "night.tar", "--data", house.data.path)
        second_hundred(work)
        assert work.scans == 200
        wait_for(lambda: no_letter_waits(house), "the letters to leave")
        before, sent, fingerprint = picture(house), letters(house), noted(house)
        kept = {event.id: event for event in house.listener.events()}
        house.kill_hub()

        said = command("restore", tmp_path / "night.tar", "--data", house.data.path, "--force")
        assert "journals of stations were left where they are" in said
        assert house.query("SELECT count(*) FROM scan") == [(100,)]
        house.start_hub()
        wait_for(lambda: house.query("SELECT count(*) FROM scan") == [(200,)], "the stations to send again what is missing")
        wait_for(lambda: no_letter_waits(house), "the letters to leave")

        assert picture(house) == before
        assert before["work"] == []
        assert in_order(house)
        assert_letters(house, work, sent)
        assert_events(house, kept)
        assert "ok: the history is unbroken" in command("check", "--history", "--config", house.data.hub_toml)
        lost = command("check", "--history", "--config", house.data.hub_toml, "--noted", fingerprint, code=1)
        assert "was restored" in lost
        restored = read_restored(house.data.path)
        assert restored is not None
        assert restored.awaited == ()
        assert_new_numbers(house)
        house.check()


def noted(house: House) -> str:
    """Give the fingerprint of the history as somebody notes it."""
    return str(json.loads(command("check", "--history", "--json", "--config", house.data.hub_toml))["fingerprint"])


def in_order(house: House) -> bool:
    """Say whether scans were decided in the order in which they happened, over all stations."""
    happened = [row[0] for row in house.query("SELECT happened_at FROM scan ORDER BY key")]
    return all(one <= other + PAUSE_S * 1000 for one, other in pairwise(happened))


def assert_letters(house: House, work: Work, sent: Counter[str]) -> None:
    """No letter under a new name, and none that was not true any more: the backup held three that waited, and the books were taken."""
    assert set(letters(house)) == set(sent)
    taken = [work.ids[number].lower() for number in TAKEN_AT_ONCE]
    assert [name for name in letters(house) if any(request in name for request in taken)] == []
    assert house.query("SELECT count(*) FROM notice WHERE state = 'suppressed' AND type = 'READY_FOR_PICKUP'")[0][0] >= len(TAKEN_AT_ONCE)


def assert_events(house: House, kept: dict[str, Any]) -> None:
    """No number stands for two happenings."""
    for event in house.listener.events():
        if event.id in kept:
            assert kept[event.id] == event
    highest = max(map(int, kept))
    assert house.query("SELECT count(*) FROM event WHERE seq > ?", highest)[0][0] > 0


def assert_new_numbers(house: House) -> None:
    """Slips and letters of requests made after the backup are out there: their numbers are not given again."""
    assert house.created("A new book").startswith("ILL-002001-")


@pytest.fixture
def short_of_scans(tmp_path: Path) -> Iterator[House]:
    """A library whose station no longer has all that the backup misses: three scans confirmed long ago, and one since."""
    with House(tmp_path, knobs=KNOBS) as house:
        command("backup", tmp_path / "old", "--data", house.data.path)
        station = house.station("rs-1")
        for number in (1, 2, 3):
            station.scan(item_barcode(number))
        station.programs[-1].stop()
        journal = open_journal(house.data.stations / "rs-1.journal.db", lambda: "unused")
        assert journal.purge(datetime.now(UTC) + timedelta(minutes=1)) == 3
        journal.close()
        house.station("rs-1").scan(item_barcode(4))
        house.kill_hub()
        yield house


def test_what_a_station_no_longer_keeps_is_work_and_no_stall(short_of_scans: House, tmp_path: Path) -> None:
    house = short_of_scans
    command("restore", tmp_path / "old", "--data", house.data.path, "--force")
    house.start_hub()
    wait_for(lambda: house.query("SELECT seq FROM scan") == [(4,)], "the scan that is kept to come again")
    assert house.query("SELECT kind, station, note FROM exception WHERE kind = 'gap'") == [
        ("gap", "rs-1", "Scans 1 to 3 never came and rs-1 no longer has them.")
    ]
    assert house.station("rs-1").scan(item_barcode(5)).rule
    house.check()


def test_a_station_that_does_not_come_back_is_waited_for_only_so_long(tmp_path: Path) -> None:
    with House(tmp_path, knobs=KNOBS) as house:
        for name in ("rs-1", "main-1"):
            house.station(name).scan(item_barcode(1))
        command("backup", tmp_path / "night", "--data", house.data.path)
        house.station("main-1").programs[-1].stop()
        house.kill_hub()
        told = json.loads(command("restore", tmp_path / "night", "--data", house.data.path, "--force", "--wait", "9", "--json"))
        assert told["awaited_stations"] == ["main-1", "rs-1"]
        house.start_hub()
        house.station("rs-1").programs[-1].err.wait("station rs-1 online")
        health = house.api.get("/health/ready")
        assert health.status_code == 503
        assert "Waiting for main-1" in health.text
        began = datetime.now(UTC)
        house.station("rs-1").scan(item_barcode(2))
        assert datetime.now(UTC) - began < timedelta(seconds=LIMIT_S / 2)
        wait_for(lambda: house.api.get("/health/ready").status_code == 200, "the waiting to end")
        house.check()


def test_a_killed_backup_never_looks_like_a_whole_one(tmp_path: Path) -> None:
    with House(tmp_path, knobs=KNOBS) as house:
        place = tmp_path / "backups"
        words = [str(script("holdshelf")), "backup", str(place), "--keep", "3", "--data", str(house.data.path)]
        for wait_s in (0.35, 0.45, 0.55, 0.65, 0.75):
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
            Event().wait(wait_s)
            process.kill()
            process.wait()
            for whole in place.glob("holdshelf-*") if place.exists() else ():
                command("restore", whole, "--data", tmp_path / "looked-at")
                shutil.rmtree(tmp_path / "looked-at")
        command(*words[1:])
        assert len(list(place.glob("holdshelf-*"))) <= 3
        house.check()
