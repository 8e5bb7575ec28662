"""What a scan waits while pages are read: ``python -m tests.speed.beside_pages``; figures stand in docs/performance.md.

A real hub behind a real broker takes 50 scans a second, from a database with a million closed requests: alone, then while a report over
a year is asked for again and again, while all closed requests are downloaded as CSV, and while twenty pages listen to their streams.
Each is measured beside "alone" of the same round. ``--keep PLACE`` keeps the filled database, which takes minutes to write.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta
from pathlib import Path

from hub.core.accounts import StaffRole
from hub.core.tally import OneRequest, Past, Tally
from hub.flows.keep_accounts import add_account, begin_sign_in
from hub.flows.keep_tally import HISTORY, SCANS, Counted, keep_counted, rows_of
from hub.secret import id_of, new_secret
from hub.settings import HubSettings
from hub.store.database import open_database, transaction
from hub.store.events import set_cursor
from hub.store.place import Place
from hub.store.sql import Connection
from hub.web.session import COOKIE
from tests.speed import books, lists, reports
from tests.speed.in_bulk import settle
from tests.speed.processes import machine
from tests.speed.sides import Side, start_hub_side
from tests.support.staff import kept

OPEN_BESIDE = 30_000
"""With those that go round, 50,000 are open."""
FIRST = 1_000_001
"""Behind all numbers and barcodes of the books that go round."""
OF_A_YEAR = 200_000
"""Requests of which the counts of a report are made."""
PAGES = 20
STREAMS = ("/live", "/wall/main/live")
KEPT, MEASURED = "kept", "measured"
"""Databases of a server that is kept."""
RATE, SECONDS = 50, 12.0
AIM = 1.5
KINDS = ("a report", "CSV of all", "20 pages")


def fill(connection: Connection, closed: int, say: Callable[[str], None]) -> None:
    """Write the requests of many years beside the books that go round, and the counts of one year."""
    say(f"writing {closed:,} closed requests")
    lists.fill(connection, closed, OPEN_BESIDE, books.now(), first=FIRST)
    say("counting a year")
    tally = Tally(UTC)
    for some in reports.rows(OF_A_YEAR):
        past: dict[int, list[Past]] = defaultdict(list)
        for key, request, item, kind, at, rule, was, became, desk, _actor, notice, _hash in some["history"]:
            past[request].append(Past(key, item, kind, at, rule, was, became, desk, notice))
        for made in some["request"]:
            OneRequest(tally, made[5], made[4], 0).walk(past[made[0]])
    with transaction(connection):
        keep_counted(connection, Counted({}, rows_of(tally.cells)))
    settle(connection)


def prepared(keep: Path | None, closed: int, secret: str, say: Callable[[str], None]) -> Callable[[Place, HubSettings], None]:
    """Give what fills the file of a hub: anew, or from one that is kept."""

    def make(place: Place, settings: HubSettings) -> None:
        assert isinstance(place, Path)
        if keep is None or not keep.exists():
            write_all(place, settings, closed, say)
            if keep is not None:
                shutil.copy(place, keep)
        else:
            shutil.copy(keep, place)
        ready(place, secret)

    return make


def write_all(place: Place, settings: HubSettings, closed: int, say: Callable[[str], None]) -> None:
    """Fill a new database."""
    books.prepare(place, settings, books.now())
    with contextlib.closing(open_database(place)) as connection:
        fill(connection, closed, say)


def on_server(keep: Path | None, closed: int, say: Callable[[str], None], stack: contextlib.ExitStack) -> str:
    """Give the address of a filled database on a server: where one is kept, a copy beside what is kept there."""
    # Imported here: its driver need not be there for the rest.
    from tests.support.postgres import Server, find_programs, running_server

    if keep is None:
        url = stack.enter_context(running_server(durable=True)).new_database()
        write_all(url, HubSettings(), closed, say)
        return url
    programs = find_programs()
    assert programs is not None, "apt-get install postgresql"
    server, is_new = Server(keep, programs), not keep.exists()
    if is_new:
        keep.mkdir()
        server.make(durable=True)
    server.start()
    stack.callback(server.stop)
    if is_new:
        write_all(server.new_database(name=KEPT), HubSettings(), closed, say)
    # What an earlier run that was killed has left goes first.
    server.drop_database(MEASURED)
    url = server.new_database(KEPT, MEASURED)
    stack.callback(server.drop_database, MEASURED)
    return url


def ready(place: Place, secret: str) -> None:
    """Let a browser in; what came before is not counted for the reports while scans are measured."""
    with contextlib.closing(open_database(place)) as connection, transaction(connection):
        for name, table in ((HISTORY, "history"), (SCANS, "scan")):
            set_cursor(connection, name, connection.execute(f"SELECT max(key) FROM {table}").fetchone()[0])  # noqa: S608 - two names
    let_in(place, secret)


def let_in(place: Place, secret: str) -> None:
    """Let a browser with this secret in as staff of resource sharing."""
    with contextlib.closing(open_database(place)) as connection, transaction(connection):
        now = books.now()
        key = add_account(connection, f"bench-{time.time_ns()}", StaffRole.RESOURCE_SHARING, kept(), now)
        begin_sign_in(connection, id_of(secret), key, now, now + timedelta(hours=8))


class Browser:
    """Asks a hub for pages in threads of its own, until it is told to end."""

    def __init__(self, port: int, secret: str) -> None:
        self._port, self._headers = port, {"Cookie": f"{COOKIE}={secret}"}
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self.took_s: list[float] = []
        self.bytes = 0
        self.wrong: list[str] = []

    def begin(self, path: str) -> None:
        """Ask for a page again and again; what never ends is read until the end."""
        thread = threading.Thread(target=self._ask, args=(path,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def end(self) -> None:
        """End all of them."""
        self._ended.set()
        for thread in self._threads:
            thread.join(10)

    def _ask(self, path: str) -> None:
        while not self._ended.is_set():
            connection, began = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30), time.perf_counter()
            with contextlib.closing(connection):
                connection.request("GET", path, headers=self._headers)
                answer = connection.getresponse()
                if answer.status != 200:
                    self.wrong.append(f"{path} gave {answer.status}")
                    return
                while not self._ended.is_set() and (some := answer.read1(65536)):
                    self.bytes += len(some)
            self.took_s.append(time.perf_counter() - began)


@contextlib.contextmanager
def beside(what: str, port: int, secret: str) -> Iterator[Browser]:
    """Have pages asked for meanwhile."""
    browser = Browser(port, secret)
    year = f"from={reports.YEAR[0]}&to={reports.YEAR[1]}"
    asked: Sequence[str] = {
        "alone": (),
        "a report": (f"/reports?{year}",),
        "CSV of all": ("/requests.csv?scope=closed",),
        "20 pages": [STREAMS[number % len(STREAMS)] for number in range(PAGES)],
    }[what]
    for path in asked:
        browser.begin(path)
    try:
        yield browser
    finally:
        browser.end()


def measure(side: Side, what: str, port: int, secret: str, seconds: float) -> tuple[list[float], Browser]:
    """Give how long each scan took, in milliseconds, and what was asked for beside them."""
    with beside(what, port, secret) as browser:
        answer = side.ask(work="round", warm_s=1.0, seconds=seconds, rate=RATE, window=None)
    assert not answer["problem"], answer["problem"]
    assert not answer["lost"], f"{answer['lost']} scans were not answered"
    assert not browser.wrong, browser.wrong
    return answer["latencies_ms"], browser


def lines(found: dict[str, list[list[float]]], told: dict[str, str]) -> Iterator[str]:
    """Give the figures of all rounds together as a table."""
    yield f"| {RATE} scans/s | p50 | p99 | slowest | p99 by that alone (of a round), aim {AIM} | beside |"
    yield "|---|---|---|---|---|---|"
    for what, rounds in found.items():
        together, alone = ([each for one in some for each in one] for some in (rounds, found["alone"]))
        ratios = [p99(one) / p99(by_itself) for one, by_itself in zip(rounds, found["alone"], strict=True)]
        ratio = "" if what == "alone" else f"{p99(together) / p99(alone):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        figures = " | ".join(f"{ms:.1f} ms" for ms in (statistics.median(together), p99(together), max(together)))
        yield f"| {what} | {figures} | {ratio} | {told[what]} |"


def p99(took: list[float]) -> float:
    """Give what 99 of 100 stay below."""
    return reports.p99(took)


def _told(what: str, browser: Browser) -> str:
    if what == "a report":
        return f"{len(browser.took_s)} reports, {statistics.median(browser.took_s) * 1000:.0f} ms each" if browser.took_s else "none ended"
    return "" if what == "alone" else f"{browser.bytes / 1e6:.1f} MB came"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.beside_pages", description="Measure scans while pages are read.")
    parser.add_argument("--closed", type=int, default=lists.CLOSED, metavar="N", help="closed requests (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds (default: %(default)s); with 0 it is only filled")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help="of each measurement (default: %(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="a filled database, or a server's folder, of an earlier run, or where this one is kept"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the database lies")
    options = parser.parse_args()
    begin, secret = time.monotonic(), new_secret()

    def say(words: str) -> None:
        print(f"{time.monotonic() - begin:5.0f} s  {words}", file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-beside-", dir=options.folder)))
        server = on_server(options.keep, options.closed, say, stack) if options.postgresql else None
        make = prepared(options.keep, options.closed, secret, say) if server is None else lambda place, settings: ready(place, secret)
        if options.rounds == 0:
            # A server's is filled already.
            if server is None:
                make(folder / "hub.db", HubSettings())
            return 0
        side = start_hub_side(folder / "hub", stack, fill=make, server=server)
        print(machine(folder), flush=True)
        found: dict[str, list[list[float]]] = {what: [] for what in ("alone", *KINDS)}
        told: dict[str, str] = {}
        # A hub that has just started is slower for some seconds, on a server most of all.
        measure(side, "alone", side.http, secret, options.seconds)
        for number in range(options.rounds):
            for what in found if number % 2 == 0 else reversed(list(found)):
                took, browser = measure(side, what, side.http, secret, options.seconds)
                found[what].append(took)
                told[what] = _told(what, browser)
                say(f"round {number + 1}, {what}: p50 {statistics.median(took):.1f} ms, p99 {p99(took):.1f} ms; {told[what]}")
        print("\n".join(lines(found, told)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
