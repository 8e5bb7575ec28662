"""Two hubs on one PostgreSQL server: what one cannot do any more the other does, and one that wakes up late does no harm."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest

from hub.core.accounts import StaffRole
from hub.demo import card, item_barcode
from hub.flows.keep_accounts import add_account, begin_sign_in
from hub.secret import id_of, new_secret
from hub.store.database import open_database, transaction
from tests.faults.books import STATIONS
from tests.faults.ledger import HubLedger
from tests.faults.two_hubs import LIMIT_TAKEOVER_S, NAMES, SETTLED_S, TwoHubs, holder_of, letters, opened, rules, scanned
from tests.support.programs import LIMIT_S, wait_for
from tests.support.staff import Signed, kept

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

SOON_S = 2 * LIMIT_TAKEOVER_S
"""A machine on which many tests run at once is slow; what a takeover takes is measured by ``make faults``."""
pytestmark = pytest.mark.needs("postgres", "mosquitto")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TwoHubs]:
    with opened(TwoHubs, tmp_path) as library:
        yield library


def test_a_book_goes_round_while_its_hubs_are_killed_stand_still_and_end(library: TwoHubs) -> None:
    request, book = library.created("The Overstory"), item_barcode(1)
    scanned(library, "rs-1", request)

    killed = holder_of(library, "rs-1")
    library.hub_named(killed).kill()
    assert scanned(library, "rs-1", book) < SOON_S
    assert holder_of(library, "rs-1") != killed
    library.launch(killed)
    wait_for(library.both_there, "both hubs to be there", SETTLED_S)

    asleep = holder_of(library, "main-1")
    program = library.hub_named(asleep)
    program.process.send_signal(signal.SIGSTOP)
    assert scanned(library, "main-1", book) < SOON_S
    program.process.send_signal(signal.SIGCONT)
    program.err.wait("this hub was taken for dead and joins anew")
    wait_for(library.both_there, "both hubs to be there", SETTLED_S)
    assert scanned(library, "main-1", card(1)) < SOON_S

    ended = holder_of(library, "main-1")
    library.hub_named(ended).stop()
    assert scanned(library, "main-1", book) < SOON_S
    library.launch(ended)
    wait_for(library.both_there, "both hubs to be there", SETTLED_S)

    assert rules(library) == [("rs-1", "slip.armed"), ("rs-1", "U2"), ("main-1", "T1"), ("main-1", "patron.open"), ("main-1", "H2")]
    assert HubLedger.read(str(library.data.settings().database)).states == {request: "CHECKED_OUT"}
    assert library.query("SELECT kind FROM exception") == []
    wait_for(lambda: len(letters(library)) >= 1, "the letter")
    assert len(set(letters(library))) == 1


def an_admin(library: TwoHubs) -> Signed:
    """Sign an admin in: the database they share knows it for all hubs."""
    secret, now = new_secret(), datetime.now(UTC)
    with closing(open_database(library.data.settings().place(library.data.path))) as connection, transaction(connection):
        account = add_account(connection, "maria", StaffRole.ADMIN, kept(), now)
        begin_sign_in(connection, id_of(secret), account, now, now + timedelta(hours=1))
    return Signed(secret)


def what_is_changed_on_a_page_of_one_is_said_by_the_other(library: TwoHubs) -> None:
    signed, one = an_admin(library), library.hub_named("hub").out.wait("ready ").removeprefix("ready ").rstrip("/")
    told = {"csrf": signed.token, "version": "0", "en": "What is this?", "de": ""}
    done = httpx.post(f"{one}/admin/words/U3/set", headers=signed.cookie | {"Origin": one}, data=told, timeout=LIMIT_S)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/words?done=changed")
    unknown = count(700)
    for name in NAMES:
        with library.api_of(name) as api:

            def says(api: httpx.Client = api) -> bool:
                body = {"station": "main-1", "barcode": item_barcode(next(unknown))}
                return bool(api.post("/scans", json=body).json()["message"] == "What is this?")

            wait_for(says, f"{name} to say it in the new words")


def test_a_page_of_any_hub_scans_for_any_station_every_hub_is_well_and_works_by_what_a_page_of_the_other_changed(library: TwoHubs) -> None:
    request = library.created("Austerlitz")
    for number, name in enumerate(NAMES):
        other = next(each for each in NAMES if each != name)
        with library.api_of(name) as api:
            ready = api.get("/health/ready").json()
            assert ready["ready"], ready
            metrics = dict(line.rsplit(" ", 1) for line in api.get("/metrics").text.splitlines() if line.startswith("holdshelf_"))
            assert float(metrics["holdshelf_hubs"]) == 2
            assert float(metrics["holdshelf_lease_age_seconds"]) > 0
            # A station that the other hub has: the slip on a page of this one, the book at its scanner.
            station = next(each for each in (*STATIONS, "east-1", "terminal") if holder_of(library, each) == other)
            reply = api.post("/scans", json={"station": station, "barcode": request})
            assert reply.status_code == 200, reply.text
            assert reply.json()["station"] == station
        assert len(rules(library)) == number + 1
    offices = [hub for part, hub in library.query("SELECT part, hub FROM partition_lease") if part == -1]
    assert len(offices) == 1
    # Events of both come from the one that does that for all.
    heard = {delivery.payload for delivery in library.listener.deliveries if "/event/" in delivery.topic}
    assert all(b'"holdshelf/main"' in payload for payload in heard)
    what_is_changed_on_a_page_of_one_is_said_by_the_other(library)
