"""How fast the lists of requests answer with very many of them: ``python -m tests.speed.lists``; figures stand in docs/performance.md.

The database holds what the hub's own flows and scans have written, and copies of it made by SQL: closed requests of the years before, and
open ones in every state, each with words of its own. Every question a page asks is then asked through the page itself, in this process.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.core.barcode import request_id
from hub.core.desk import Desk
from hub.core.request import State
from hub.core.wording import findable, in_one_text
from hub.flows.keep_books import add_patron, put_desk, put_partner, put_station
from hub.store.database import transaction
from hub.store.moments import to_ms
from hub.store.sql import Connection

CLOSED, OPEN = 1_000_000, 50_000
PATRONS, PARTNERS = 5_000, 120
DESKS = ("east", "main", "north", "south", "west")
SOURCES = ("illiad", "oclc", "public_library", "manual")
STATES = (
    (State.REQUESTED, 35), (State.IN_TRANSIT_TO_PICKUP, 6), (State.ON_HOLD_SHELF, 14), (State.PULL_FROM_SHELF, 2),
    (State.CHECKED_OUT, 38), (State.IN_TRANSIT_TO_RS, 4), (State.MISSING, 0.5), (State.LOST, 0.5),
)  # fmt: skip
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "da",
    "de",
    "di",
    "do",
    "fa",
    "fe",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
]
COMMON = ("the", "of", "and", "a", "in", "history", "introduction", "handbook", "geschichte", "die", "der", "und", "new", "world")
AT_ONCE = 5_000
TIMES = 40
LIMIT_MS = 100


def titles(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Give titles and authors with common words and rare ones, as a catalogue has them."""
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(40_000)]
    weights = list(range(1, len(vocabulary) + 1))
    total = [0.0]
    for each in weights:
        total.append(total[-1] + 1 / each)
    while True:
        rare = chance.choices(vocabulary, cum_weights=total[1:], k=3)
        words = [*chance.choices(COMMON, k=2), *rare]
        chance.shuffle(words)
        yield " ".join(words).capitalize(), f"{chance.choice(vocabulary).capitalize()} {chance.choice(vocabulary).capitalize()}"


def fill(connection: Connection, closed: int, open_: int, now: datetime) -> None:
    """Write the library and its requests."""
    with transaction(connection):
        put_desk(connection, Desk("rs", "Resource sharing", resource_sharing=True, pickup=False))
        put_station(connection, "rs-1", "rs")
        for code in DESKS:
            put_desk(connection, Desk(code, code.capitalize(), resource_sharing=False, pickup=True, shelf_prefix=code[0].upper()))
            put_station(connection, f"{code}-1", code)
        for number in range(PARTNERS):
            put_partner(connection, f"p{number:03d}", f"Library of {number:03d}")
        for number in range(1, PATRONS + 1):
            add_patron(connection, card=f"2{number:013d}", alias=f"Heron {number}", name=f"Patron {number} Example", email=None)
    chance = random.Random(7)
    made, total = titles(chance), closed + open_
    for first in range(1, total + 1, AT_ONCE):
        with transaction(connection):
            _write(
                connection, [_request(key, closed, total, next(made), chance, now) for key in range(first, min(first + AT_ONCE, total + 1))]
            )
    connection.execute("ANALYZE")
    if connection.dialect == "sqlite":
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


Row = tuple[object, ...]


def _request(
    key: int, closed: int, total: int, named: tuple[str, str], chance: random.Random, now: datetime
) -> tuple[Row, Row | None, tuple[str, ...]]:
    title, author = named
    # A few of the old ones are open still, as everywhere.
    state = State.CLOSED
    if key > closed or chance.random() < 0.0005:
        state = chance.choices([each for each, _ in STATES], [share for _, share in STATES])[0]
    made = (
        now - timedelta(days=3650 * (total - key) / total) if key <= closed else now - timedelta(days=60 * (total - key) / (total - closed))
    )
    changed = made + (now - made) * chance.random() if state is not State.CLOSED else made + timedelta(days=30)
    isbn = f"978{chance.randrange(10**10):010d}"
    words = findable((title, author), (str(key), isbn))
    at = to_ms(min(changed, now))
    request = (
        key, request_id(key), str(key), chance.choice(SOURCES), title, author, isbn, chance.randint(1, PATRONS) if state is not State.CLOSED else None,
        chance.choice(DESKS), f"p{min(int(chance.expovariate(0.05)), PARTNERS - 1):03d}", (now + timedelta(days=chance.randint(5, 70))).date().isoformat(),
        1, in_one_text(words), state, "returned" if state is State.CLOSED else None, 3, to_ms(made), at, at if state is State.CLOSED else None,
    )  # fmt: skip
    if state is State.REQUESTED:
        return request, None, words
    held = state in (State.ON_HOLD_SHELF, State.PULL_FROM_SHELF)
    until, due = to_ms(now + timedelta(days=chance.randint(-1, 9))), to_ms(now + timedelta(days=chance.randint(-9, 28)))
    item = (
        key, 1, f"3{key:013d}", state, at, at, until if held else None, f"A{key % 400}" if held else None, 1,
        due if state is State.CHECKED_OUT else None, at if state is State.CHECKED_OUT else None, state is State.CHECKED_OUT, 3,
        at if state is State.CLOSED else None, "returned" if state is State.CLOSED else None,
    )  # fmt: skip
    return request, item, words


def _write(connection: Connection, made: list[tuple[Row, Row | None, tuple[str, ...]]]) -> None:
    requests = (
        "INSERT INTO request(key, request_id, external_id, source, title, author, isbn, requester, pickup_desk, partner, partner_due_date, "
        "pieces, words, state, outcome, version, created_at, changed_at, closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    items = (
        "INSERT INTO item(request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, "
        "circulated, version, closed_at, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    for request, item, words in made:
        connection.execute(requests, request)
        if item is not None:
            connection.execute(items, item)
        for word in words:
            connection.execute("INSERT INTO request_word(word, request) VALUES (?, ?)", (word, request[0]))
