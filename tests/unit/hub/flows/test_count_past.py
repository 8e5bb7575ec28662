"""A long past is counted request by request, and comes to the same as following the history line by line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.core.acts import Act
from hub.core.request import State
from hub.demo import seed_places
from hub.flows import count_past as past
from hub.flows.count_past import count_past, is_long
from hub.flows.keep_books import put_partner
from hub.flows.keep_tally import HISTORY, SCANS, UNTIL, Counted, count_some, keep_counted
from hub.store.database import open_reader, transaction
from hub.store.events import cursor, set_cursor
from hub.store.place import Place
from hub.store.sql import Connection
from tests.speed.in_bulk import write_rows
from tests.support.desks import START, open_empty

ZONE = ZoneInfo("Asia/Kathmandu")
"""Three quarters of an hour from the full one."""
DESKS = ("main", "east", "rs")
REQUEST = "key, request_id, source, title, pickup_desk, partner, pieces, state, version, created_at, changed_at"
LINE = "request, item, kind, at, rule, was, became, desk, actor, notice, hash"
SCAN = "stream, seq, scan_id, desk, barcode, source, happened_at, decided_at, outcome, rule, reply"
Line = tuple[object, ...]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Place, Connection]]:
    place, connection = open_empty(tmp_path)
    with transaction(connection):
        seed_places(connection)
        for code in ("l0", "l1"):
            put_partner(connection, code, code)
        connection.execute("INSERT INTO stream(station, incarnation, seq, fault_seq) VALUES ('rs-1', 'a', 0, 0)")
    yield place, connection
    connection.close()


def wander(chance: random.Random, request: int) -> list[Line]:
    """Give what happened to a request, anything after anything: closed and brought back, in pieces, without a book."""
    at = int(START.timestamp() * 1000) + chance.randrange(90 * 86_400_000)
    lines: list[Line] = [(request, None, "act", at, "create", None, State.REQUESTED, "rs", "ada", None, b"")]
    states = {chance.randrange(10**6): State.REQUESTED for _ in range(chance.choice((0, 1, 1, 1, 2)))}
    for _ in range(chance.randrange(1, 14)):
        at += int(chance.expovariate(1 / 40_000_000))
        desk = chance.choice((*DESKS, None))
        match chance.randrange(6):
            case 0:
                lines.append((request, None, "notice", at, chance.choice(("queued", "sent")), None, None, desk, "hub", "DUE_SOON", b""))
            case 1:
                act = chance.choice((Act.CANCEL, Act.NOT_RECEIVED, Act.EXTEND))
                ended = None if act is Act.EXTEND else State.CLOSED
                lines.append((request, None, "act", at, act, State.REQUESTED, ended, desk, "ada", None, b""))
            case _ if states:
                item = chance.choice(list(states))
                became = chance.choice(list(State))
                rule = chance.choice(("U2", "T1", Act.EXPIRE, Act.CLOSE))
                lines.append((request, item, "scan", at, rule, states[item], became, desk, "main-1", None, b""))
                states[item] = became
    return lines


def write(connection: Connection, chance: random.Random, requests: range) -> None:
    """Write requests (some were deleted since), what happened to them in the order of time, and scans."""
    lines = sorted((line for request in requests for line in wander(chance, request)), key=lambda line: str(line[3]))
    with transaction(connection):
        for key in requests:
            if chance.random() < 0.95:
                made = (key, f"R{key}", "manual", "A book", chance.choice(DESKS), chance.choice(("l0", "l1")), 1, "CLOSED", 1, 0, 0)
                write_rows(connection, "request", REQUEST, [made])
        write_rows(connection, "history", LINE, lines)
        scans = [
            (1, key, f"{requests.start}-{key}", chance.choice((*DESKS, None)), "1", "typed", at, at, outcome, "T1", "{}")
            for key, at, outcome in (
                (requests.start + number, int(START.timestamp() * 1000) + chance.randrange(10**9), chance.choice(("accepted", "refused")))
                for number in range(60)
            )
        ]
        write_rows(connection, "scan", SCAN, scans)


def follow(place: Place, connection: Connection) -> None:
    """Count the ordinary way, up to the end."""
    reader = open_reader(place)
    while (counted := count_some(reader, ZONE)).more:
        assert keep(connection, counted)
    reader.close()


def keep(connection: Connection, counted: Counted) -> bool:
    with transaction(connection):
        return keep_counted(connection, counted)


def table(connection: Connection) -> list[tuple[object, ...]]:
    """Give all that is counted, but for what came to nothing."""
    rows = connection.execute("SELECT * FROM tally WHERE count != 0 OR total != 0 ORDER BY 1, 2, 3, 4, 5, 6").fetchall()
    return [tuple(row) for row in rows]


def begin_anew(connection: Connection) -> None:
    with transaction(connection):
        connection.execute("DELETE FROM tally")
        connection.execute("DELETE FROM cursor WHERE name LIKE 'tally%'")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few requests at a time, a few rows in a part."""
    for name, size in {"CELLS": 12, "BLOCK": 7, "SCANS_AT_ONCE": 25, "ROWS": 15}.items():
        monkeypatch.setattr(past, name, size)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("small")
def test_it_comes_to_the_same_broken_off_or_not_while_more_happens(place: tuple[Place, Connection], seed: int) -> None:
    at, connection = place
    chance = random.Random(seed)
    write(connection, chance, range(1, 40))
    reader = open_reader(at)
    # What was counted before is counted anew; a gap in the numbers is passed over.
    for _ in range(seed % 2):
        keep(connection, count_some(reader, ZONE))
    write(connection, chance, range(5000, 5020))
    tries = 0
    while tries == 0 or cursor(reader, UNTIL):
        # Broken off in the middle of what it writes, then in what it writes over that, until it is let.
        left = chance.randrange(1, 25) if tries < 4 else 10_000
        for counted in count_past(reader, ZONE):
            if left == 0:
                break
            assert keep(connection, counted)
            left -= 1
            # The ordinary way would count twice what is in the middle of this.
            assert cursor(connection, UNTIL) == 0 or not keep(connection, count_some(reader, ZONE))
        tries += 1
        write(connection, chance, range(7000 + 10 * tries, 7010 + 10 * tries))
    assert tries > 1
    reader.close()
    follow(at, connection)
    found = table(connection)
    assert len(found) > 200
    begin_anew(connection)
    follow(at, connection)
    assert found == table(connection)


@pytest.mark.usefixtures("small")
def test_a_part_that_another_hub_has_counted_adds_nothing(place: tuple[Place, Connection]) -> None:
    at, connection = place
    write(connection, random.Random(1), range(1, 20))
    reader = open_reader(at)
    parts = list(count_past(reader, ZONE))
    other = list(count_past(reader, ZONE))
    assert keep(connection, parts[0])
    assert not keep(connection, other[0])
    assert all(keep(connection, part) for part in parts[1:])
    found = table(connection)
    assert not any(keep(connection, part) for part in parts + other)
    assert found == table(connection)
    reader.close()


def test_what_is_long_is_told_by_the_lines_that_are_left(place: tuple[Place, Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    at, connection = place
    write(connection, random.Random(1), range(1, 20))
    reader = open_reader(at)
    lines = reader.execute("SELECT max(key) FROM history").fetchone()[0]
    assert not is_long(reader)
    monkeypatch.setattr(past, "LONG_LINES", lines)
    assert not is_long(reader)
    monkeypatch.setattr(past, "LONG_LINES", lines - 1)
    assert is_long(reader)
    set_cursor(connection, HISTORY, lines // 2 + 1)
    assert not is_long(reader), "the ordinary way is sooner there than all would be counted anew"
    keep(connection, next(count_past(reader, ZONE)))
    assert is_long(reader), "one that has begun is begun again, whatever is left"
    for counted in count_past(reader, ZONE):
        keep(connection, counted)
    assert not is_long(reader)
    assert cursor(reader, HISTORY) == lines
    assert cursor(reader, SCANS) == reader.execute("SELECT max(key) FROM scan").fetchone()[0]
    reader.close()
