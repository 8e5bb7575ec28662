"""A small library on a real SQLite in memory: scans go straight into the flow, each in its own transaction."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from broker.ids import uuid7
from broker.messages import Reply, Scan
from hub.core.barcode import Patterns
from hub.core.seen import Site
from hub.demo import PATRONS, card, item_barcode, seed_places
from hub.flows.keep_books import add_patron
from hub.flows.manage_requests import NewRequest, create_request
from hub.flows.take_scan import take_scan
from hub.opened import wanted_scan
from hub.settings import HubSettings
from hub.store.batch_store import store_for
from hub.store.database import open_database, transaction
from hub.store.due import Due, due
from hub.store.place import Place
from hub.store.scan_path import HTTP_INCARNATION, ScanStore
from hub.store.sql import Connection
from hub.store.wanted import Wanted

STORE = os.environ.get("HOLDSHELF_TEST_STORE", "sqlite")
"""The database the library of a test is in."""
ONLY_SQLITE = pytest.mark.skipif(STORE != "sqlite", reason="works with the file of SQLite")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JOURNAL = "0197c0de-0000-7000-8000-00000000000a"
BOOK = item_barcode(1)
ADA, BEN = card(1), card(2)


@cache
def _empty() -> bytes:
    """Give a database with its tables and nothing in them; making the tables takes longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hub.db"
        open_database(file).close()
        return file.read_bytes()


def an_empty_file(folder: Path) -> Path:
    """Put a database with its tables into a folder."""
    (folder / "hub.db").write_bytes(_empty())
    return folder / "hub.db"


def open_empty(folder: Path) -> tuple[Place, Connection]:
    """Give a new database, in a file in the folder or on the tests' own server."""
    if STORE == "postgresql":
        # Imported here: its driver need not be there for the other tests.
        from tests.support import postgres

        return postgres.open_empty()
    file = an_empty_file(folder)
    return file, open_database(file)


def day_of(moment: int) -> date:
    """Give the day of a moment of the database, in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).date()


@dataclass
class Library:
    """The demo's desks with two patrons; ``now`` moves only when told."""

    connection: Connection
    settings: HubSettings = field(default_factory=HubSettings)
    now: datetime = START
    made: int = 0
    place: Place = Path("hub.db")

    _store: ScanStore | None = None

    @property
    def database(self) -> Path:
        """The file all this is in; a test that looks into it is skipped where the library is on a server."""
        if isinstance(self.place, str):
            pytest.skip("looks into the file of SQLite")
        return self.place

    @classmethod
    def open(cls, folder: Path, **settings: Any) -> Library:
        """Open a library in a folder of the test."""
        place, connection = open_empty(folder)
        library = cls(connection, HubSettings(**settings), place=place)
        with transaction(library.connection):
            seed_places(library.connection)
            for number, (alias, name) in enumerate(PATRONS[:2], 1):
                add_patron(library.connection, card=card(number), alias=alias, name=name, email=f"patron{number}@example.org")
        return library

    @classmethod
    def reopen(cls, folder: Path, **settings: Any) -> Library:
        """Open a library that is in a folder already."""
        return cls(open_database(folder / "hub.db"), HubSettings(**settings), made=1_000_000, place=folder / "hub.db")

    @property
    def store(self) -> ScanStore:
        """The way of scans into the database of now."""
        if self._store is None or self._store.connection is not self.connection:
            self._store = store_for(self.connection)
        return self._store

    @property
    def site(self) -> Site:
        """What holds for every scan."""
        return self.settings.site_rules()

    @property
    def patterns(self) -> Patterns:
        """The barcode patterns."""
        return self.settings.patterns()

    def due(self) -> list[Due]:
        """Give all the time has come for."""
        return [one for some in due(self.connection, self.site, self.now) for one in some]

    def request(self, title: str = "The Overstory", *, requester: str = ADA, pickup_desk: str = "main", **more: Any) -> str:
        """Create a request and give its id."""
        new = NewRequest(title=title, requester=requester, pickup_desk=pickup_desk, partner="tul", **more)
        with transaction(self.connection):
            return create_request(self.connection, self.site, new, confirm=True, actor="test", now=self.now)

    def scan(self, station: str, barcode: str, *, after_s: float = 3, page: bool = False, **fields: Any) -> Reply:
        """Scan a barcode ``after_s`` seconds after the last one, or type it on a page; gives what the desk is told."""
        self.now += timedelta(seconds=after_s)
        incarnation = HTTP_INCARNATION if page else JOURNAL
        scan = self.message(station, barcode, 1, **fields)
        wanted = Wanted(frozenset({(station, incarnation)}), (wanted_scan(scan, self.patterns),))

        def work(store: ScanStore) -> str:
            stream = store.stream(station, incarnation)
            following = scan.model_copy(update={"seq": stream.seq + 1})
            taken = take_scan(store, self.site, self.patterns, following, stream.key, self.now)
            store.advance(stream.key, following.seq)
            return taken.reply

        return Reply.model_validate_json(self.store.run(work, wanted))

    def message(self, station: str, barcode: str, seq: int, **fields: Any) -> Scan:
        """Make the scan message of a station."""
        self.made += 1
        told: dict[str, Any] = {
            "scan_id": uuid7(self.made, self.made.to_bytes(10, "big")),
            "incarnation": JOURNAL,
            "source": "serial",
            "scanned_at": self.now,
            "age_ms": 0,
        }
        return Scan(station=station, barcode=barcode, seq=seq, **(told | fields))

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read from the database."""
        return self.connection.execute(sql, values).fetchall()

    def events(self) -> list[str]:
        """Give the types of all events in order."""
        return [row[0] for row in self.rows("SELECT type FROM event ORDER BY seq")]

    def event_data(self) -> list[dict[str, Any]]:
        """Give the data of all events in order."""
        return [json.loads(row[0]) for row in self.rows("SELECT data FROM event ORDER BY seq")]

    def state(self, request_id: str) -> tuple[str, str | None]:
        """Give state and outcome of a request."""
        state, outcome = self.rows("SELECT state, outcome FROM request WHERE request_id = ?", request_id)[0]
        return state, outcome

    def notices(self) -> list[tuple[str, str, int]]:
        """Give type, state and episode of all notices."""
        return [(row[0], row[1], row[2]) for row in self.rows("SELECT type, state, episode FROM notice ORDER BY key")]
