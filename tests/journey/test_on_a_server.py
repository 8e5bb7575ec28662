"""A library whose database is on a PostgreSQL server: the way of a book, the server killed on it, and a hub that finds no server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub.demo import card, item_barcode
from tests.support.house import House, Knobs, after
from tests.support.postgres import Server, running_server
from tests.support.programs import Program, script, wait_for

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

pytestmark = pytest.mark.needs("postgres", "mosquitto")
BACK_LIMIT_S = 30
"""The hub's tries rest for up to ten seconds where a try took its time."""


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server(durable=True) as server:
        yield server


@pytest.fixture
def library(server: Server, tmp_path: Path) -> Iterator[House]:
    with House(tmp_path / "house", "mosquitto", Knobs(database=server.new_database())) as library:
        yield library


def test_a_book_goes_round_and_what_is_scanned_while_the_server_is_away_is_taken_once(server: Server, library: House) -> None:
    rs, main, book, other = library.station("rs-1"), library.station("main-1"), item_barcode(1), item_barcode(2)
    request, second = library.created("The Overstory"), library.created("Austerlitz", patron=2)
    for slip, item in ((request, book), (second, other)):
        rs.scan(slip)
        assert rs.scan(item).rule == "U2"
    assert main.scan(book).rule == "T1"
    library.listener.wait_for_event(request, "notice.sent")
    assert [found["request_id"] for found in library.get("/requests", q="overSTORY")["items"]] == [request]

    answered = main.answered
    server.stop("immediate")
    for barcode in (other, card(1), book):
        main.send(barcode)
    wait_for(lambda: _health(library).status_code == 503, "the hub to say that it answers no scan", BACK_LIMIT_S)
    told = _health(library).text
    assert "goes on by itself" in told
    # Everybody may ask that.
    assert "hs-pg-" not in told
    assert (
        library.api.post("/requests", json={"title": "Emma", "requester": card(1), "pickup_desk": "main", "partner": "tul"}).status_code
        == 503
    )
    assert main.answered == answered
    server.start()

    wait_for(lambda: main.answered == answered + 3, "the scans to be answered", BACK_LIMIT_S)
    assert [reply.rule for reply in main.replies()[answered:]] == ["T1", "patron.open", "H2"]
    wait_for(lambda: _health(library).status_code == 200, "the hub to be ready", BACK_LIMIT_S)
    after(main.replies()[-1], 1)
    assert main.scan(book).rule == "C2"
    assert rs.scan(book).rule == "B1"

    library.listener.wait_for_event(request, "request.closed")
    library.listener.wait_for_event(second, "notice.sent")
    for station in (rs, main):
        replies = station.replies()
        rows = library.query("SELECT s.seq FROM scan s JOIN stream t ON t.key = s.stream WHERE t.station = ? ORDER BY s.key", station.name)
        assert rows == [(number,) for number in range(1, len(replies) + 1)]
        assert len({reply.scan_id for reply in replies}) == len(replies)
    kept = [f"<{named.lower()}.ready-for-pickup.1@main.holdshelf.invalid>" for named in (request, second)]
    assert sorted(library.mail.ids()) == sorted(kept)
    assert library.query("SELECT count(*) FROM request WHERE title = 'Emma'") == [(0,)]
    _is_sound(library)
    library.check()


def test_a_hub_that_finds_no_server_says_so_and_ends(server: Server, library: House) -> None:
    library.stop_hub()
    server.stop("immediate")
    try:
        with Program("holdshelf", "run", "--config", library.data.hub_toml) as hub:
            hub.err.wait("Cannot use the database")
            assert hub.ended() == 1
            assert "See that the server runs" in hub.last_words()
    finally:
        server.start()
    library.start_hub()


def _health(library: House) -> httpx.Response:
    return httpx.get(f"{str(library.api.base_url).removesuffix('api/v1/')}health/ready", timeout=20)


def _is_sound(library: House) -> None:
    """What the command checks: rows that belong together, and the chain of the history."""
    library.data.hub_toml.chmod(0o600)
    done = subprocess.run(
        [script("holdshelf"), "check", "--json", "--config", library.data.hub_toml], check=False, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert told["findings"] == [], done.stdout
    done = subprocess.run(
        [script("holdshelf"), "check", "--history", "--config", library.data.hub_toml], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "the history is unbroken" in done.stdout
