"""How fast the lists of requests answer with very many of them: ``python -m tests.speed.lists``; figures stand in docs/performance.md.

The rows are written as the hub's flows would leave them: closed requests of ten years, open ones in every state, titles with frequent
words and rare ones. Then every question a page asks is asked of the page itself, in this process: reading and drawing together.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import httpx

from hub.core.accounts import StaffRole
from hub.core.barcode import request_id
from hub.core.desk import Desk
from hub.core.request import State
from hub.core.wording import findable, in_one_text
from hub.flows.keep_books import add_patron, put_desk, put_partner, put_station
from hub.store.database import open_database, transaction
from hub.store.moments import to_ms
from hub.store.place import Place
from hub.store.sql import Connection
from hub.web.app import create_app, inside_of
from tests.speed.in_bulk import go_on_behind, settle, write_rows
from tests.speed.processes import machine
from tests.support.staff import Signed, sign_in
from tests.support.web import TestDoors

CLOSED, OPEN = 1_000_000, 50_000
PATRONS, PARTNERS = 5_000, 120
DESKS = ("east", "main", "north", "south", "west")
SOURCES = ("illiad", "oclc", "public_library", "manual")
STATES = (
    (State.REQUESTED, 35), (State.IN_TRANSIT_TO_PICKUP, 6), (State.ON_HOLD_SHELF, 14), (State.PULL_FROM_SHELF, 2),
    (State.CHECKED_OUT, 38), (State.IN_TRANSIT_TO_RS, 4), (State.MISSING, 0.5), (State.LOST, 0.5),
)  # fmt: skip
SYLLABLES = tuple(a + b for a in "bdfklmnprst" for b in "aeio")
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


def fill(connection: Connection, closed: int, open_: int, now: datetime, *, first: int = 1) -> None:
    """Write the library and its requests, numbered from ``first`` on."""
    with transaction(connection):
        put_desk(connection, Desk("rs", "Resource sharing", resource_sharing=True, pickup=False))
        put_station(connection, "rs-1", "rs")
        for code in DESKS:
            put_desk(connection, Desk(code, code.capitalize(), resource_sharing=False, pickup=True, shelf_prefix=code[0].upper()))
            put_station(connection, f"{code}-1", code)
        for number in range(PARTNERS):
            put_partner(connection, f"p{number:03d}", f"Library of {number:03d}")
        patrons = [
            add_patron(connection, card=f"2{number:013d}", alias=f"Heron {number}", name=f"Patron {number} Example", email=None)
            for number in range(first, first + PATRONS)
        ]
    chance = random.Random(7)
    made, total = titles(chance), closed + open_
    for begin in range(1, total + 1, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, total + 1))
        with transaction(connection):
            _write(connection, [_request(number, first - 1, closed, total, next(made), patrons, chance, now) for number in numbers])
    go_on_behind(connection, "request", "item")
    settle(connection)


Row = tuple[object, ...]


REQUEST = (
    "key, request_id, external_id, source, title, author, isbn, requester, pickup_desk, partner, partner_due_date, pieces, words, state, "
    "outcome, version, created_at, changed_at, closed_at"
)
ITEM = (
    "request, piece, barcode, state, received_at, changed_at, hold_until, shelf_code, episode, due_at, checked_out_at, circulated, "
    "version, closed_at, outcome"
)


def _request(
    number: int, before: int, closed: int, total: int, named: tuple[str, str], patrons: Sequence[int], chance: random.Random, now: datetime
) -> tuple[Row, Row | None, tuple[str, ...]]:  # fmt: skip
    title, author = named
    key = before + number
    # A few of the old ones are open still, as everywhere.
    is_open = number > closed or chance.random() < 0.0005
    state = chance.choices([each for each, _ in STATES], [share for _, share in STATES])[0] if is_open else State.CLOSED
    since, back = (60, total - closed) if number > closed else (3650, total)
    made = now - timedelta(days=since * (total - number) / back)
    at = to_ms(made + (now - made) * chance.random() if is_open else min(made + timedelta(days=30), now))
    isbn = f"978{chance.randrange(10**10):010d}"
    words = findable((title, author), (str(key), isbn))
    ended, outcome = (None, None) if is_open else (at, "returned")
    request = (
        key, request_id(key), str(key), chance.choice(SOURCES), title, author, isbn, chance.choice(patrons) if is_open else None,
        chance.choice(DESKS), f"p{min(int(chance.expovariate(0.05)), PARTNERS - 1):03d}",
        (now + timedelta(days=chance.randint(5, 70))).date().isoformat(), 1, in_one_text(words), state, outcome, 3, to_ms(made), at, ended,
    )  # fmt: skip
    if state is State.REQUESTED:
        return request, None, words
    held, lent = state in (State.ON_HOLD_SHELF, State.PULL_FROM_SHELF), state is State.CHECKED_OUT
    until, due = to_ms(now + timedelta(days=chance.randint(-1, 9))), to_ms(now + timedelta(days=chance.randint(-9, 28)))
    item = (
        key, 1, f"3{key:013d}", state, at, at, until if held else None, f"A{key % 400}" if held else None, 1, due if lent else None,
        at if lent else None, lent, 3, ended, outcome,
    )  # fmt: skip
    return request, item, words


def _write(connection: Connection, made: list[tuple[Row, Row | None, tuple[str, ...]]]) -> None:
    write_rows(connection, "request", REQUEST, (request for request, _, _ in made))
    write_rows(connection, "item", ITEM, (item for _, item, _ in made if item is not None))
    write_rows(connection, "request_word", "word, request", sorted((word, request[0]) for request, _, words in made for word in words))


TYPED = ("h", "hist", "history ko", "kemi", "kemiba", "the of", "zzz", "Heron 12")
QUESTIONS: dict[str, tuple[str, ...]] = {
    "the list, newest first": ("/requests",),
    "in another order": ("/requests?sort=title", "/requests?sort=changed", "/requests?sort=partner_due", "/requests?sort=desk"),
    "by a facet": (
        "/requests?state=ON_HOLD_SHELF", "/requests?desk=main&state=CHECKED_OUT", "/requests?partner=p100",
        "/requests?source=oclc&age=week",
    ),
    "by a flag": ("/requests?flag=overdue", "/requests?flag=late", "/requests?flag=expiring", "/requests?flag=work"),
    "as one types": tuple(f"/requests?q={typed}" for typed in TYPED),
    "a number or barcode": tuple(f"/requests?q={typed}" for typed in (request_id(777), "30000000000777", "778")),
    "among the closed": (
        "/requests?scope=closed", "/requests?scope=closed&partner=p118", "/requests?scope=closed&source=oclc&desk=west",
        *(f"/requests?scope=closed&q={typed}" for typed in TYPED[:-1]),
    ),
    "the worklists": ("/worklists", "/worklists/receive",
        "/worklists/transit", "/worklists/shelf", "/worklists/shelf?desk=main", "/worklists/due", "/worklists/expiring"),
    "one request": (f"/request/{request_id(778)}", f"/request/{request_id(77)}/panel"),
    "the facets' counts, read behind the list": ("/requests/facets", "/requests/facets?q=hist", "/requests/facets?state=CHECKED_OUT"),
}  # fmt: skip
"""What is asked, each some times in turn."""
TYPING = "as one types"


async def _asked(http: httpx.AsyncClient, signed: Signed, path: str, headers: dict[str, str]) -> httpx.Response:
    """Ask as the page does: words come in the body of a form."""
    where, _, query = path.partition("?")
    told = {"csrf": signed.token} | dict(parse_qsl(query))
    if where != "/requests" or "q" not in told:
        return await http.get(path, headers=headers)
    return await http.post("/requests/find", headers=headers | signed.changing | {"HX-Request": "true"}, data=told)


async def ask(doors: TestDoors, times: int) -> dict[str, list[float]]:
    """Ask everything, and give the milliseconds of each answer."""
    app, signed = create_app(doors), sign_in(doors, StaffRole.RESOURCE_SHARING, f"bench-{time.time_ns()}")
    found: dict[str, list[float]] = {what: [] for what in QUESTIONS}
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as http:
        for number in range(times + 1):
            for what, paths in QUESTIONS.items():
                for path in paths:
                    headers = signed.cookie | ({"HX-Request": "true"} if what == TYPING else {})
                    began = time.perf_counter()
                    answer = await _asked(http, signed, path, headers)
                    took = (time.perf_counter() - began) * 1000
                    assert answer.status_code == 200, (path, answer.status_code)
                    # The first of each reads the files into memory.
                    if number:
                        found[what].append(took)
    inside_of(app).close()
    return found


def lines(found: dict[str, list[float]]) -> Iterator[str]:
    """Give the figures as a table."""
    yield f"| {LIMIT_MS} ms is the aim | p50 | p95 | slowest | answers |"
    yield "|---|---|---|---|---|"
    for what, took in found.items():
        p95 = statistics.quantiles(took, n=20)[-1]
        yield f"| {what} | {statistics.median(took):.0f} ms | {p95:.0f} ms | {max(took):.0f} ms | {len(took)} |"
    together = [each for what, took in found.items() if "behind" not in what for each in took]
    p50, p95 = statistics.median(together), statistics.quantiles(together, n=20)[-1]
    yield f"| all lists and searches | {p50:.0f} ms | {p95:.0f} ms | {max(together):.0f} ms | {len(together)} |"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.speed.lists", description="Measure the lists of requests with very many of them."
    )
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    parser.add_argument("--closed", type=int, default=CLOSED, metavar="N", help="closed requests (default: %(default)s)")
    parser.add_argument("--open", type=int, default=OPEN, metavar="N", help="open requests (default: %(default)s)")
    parser.add_argument("--times", type=int, default=TIMES, metavar="N", help="how often each question is asked (default: %(default)s)")
    parser.add_argument("--database", metavar="PLACE", help="a file or postgresql:// to be filled, or one that was filled before")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-lists-")))
        given = options.database or str(folder / "hub.db")
        place: Place = given if given.startswith("postgresql:") else Path(given)
        if options.postgresql:
            # Imported here: its driver need not be there for the rest.
            from tests.support.postgres import running_server

            place = stack.enter_context(running_server(durable=False)).new_database()
        connection = stack.enter_context(contextlib.closing(open_database(place)))
        [filled] = connection.execute("SELECT count(*) FROM partner").fetchone()
        if not filled:
            print(f"writing {options.closed:,} closed and {options.open:,} open requests", file=sys.stderr, flush=True)
            fill(connection, options.closed, options.open, datetime.now(UTC))
        print(machine(folder), flush=True)
        print("\n".join(lines(asyncio.run(ask(TestDoors(folder, connection, place), options.times)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
