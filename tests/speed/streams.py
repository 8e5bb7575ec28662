"""The live pages under load: ``python -m tests.speed.streams [--seconds 60] [--postgresql]``; figures stand in docs/performance.md.

A real hub behind a real broker takes 50 scans a second while twenty streams are followed, as of twenty browsers: desks, the overview,
walls, stations and programs. Five of them break off anywhere every few seconds and come back with Last-Event-ID. What each was told
is compared with what is in the database; a real browser on a desk's page says when a scan's row was painted; the hub's memory is read.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from hub.data_folder import DataFolder
from hub.secret import new_secret
from hub.settings import HubSettings
from hub.store.database import open_reader
from hub.store.pages.desk_page import MOST_ROWS
from hub.store.pages.live import MOST_SCANS
from hub.store.place import Place
from hub.web.session import COOKIE
from tests.pages.browser import a_browser
from tests.speed import books
from tests.speed.beside_pages import let_in
from tests.speed.followed import NEVER, Followed, Rows, Told
from tests.speed.measure import quantile
from tests.speed.processes import cpu_s, machine, memory
from tests.speed.sides import Side, start_hub_side

RATE, SECONDS, WARM_S = 50, 60.0, 15.0
SEEN_AT = "main"
"""The desk whose page the browser is on: a seventh of the scans."""
SETTLE_S = 12.0
"""After the last scan: what comes by a look at the database every few seconds has come."""
LIMIT_S = 30.0
LOOK_S = 10.0
"""Between two looks at the hub's memory."""
PAINTED_MS, GROWTH = 150.0, 0.02
MINUTE_S = 60.0
"""By then what is kept of the database and of code is there: from here on memory is to stay as it is."""
WATCH = """
window.painted = [];
const channel = new MessageChannel();
let begun = [];
channel.port1.onmessage = () => { const at = Date.now(); for (const id of begun.splice(0)) window.painted.push([id, at]); };
new MutationObserver((changes) => {
  const added = changes.flatMap((each) => [...each.addedNodes]).map((node) => node.dataset?.scan).filter(Boolean);
  if (added.length) requestAnimationFrame(() => { begun.push(...added); channel.port2.postMessage(""); });
}).observe(document.getElementById("rows"), { childList: true });
"""
"""Right behind the frame in which a row was drawn for the first time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How far the database was."""

    scan: int
    event: int


@dataclass(frozen=True, slots=True)
class Happened:
    """What is in the database between two moments."""

    scans: list[tuple[str, str, bool]]
    """Of each, in their order: its id, its desk, and whether it was one again, which makes no row."""
    events: list[int]
    versions: dict[str, int]
    """Of the requests that moved: how they are in the end."""


@dataclass
class Verdict:
    """What was wrong with the streams of a kind."""

    streams: int = 0
    returns: int = 0
    told: int = 0
    missed: int = 0
    twice: int = 0
    order: int = 0
    anew: int = 0
    """Told to load the page anew."""

    def add(self, followed: Followed, missed: int, twice: int, order: int) -> None:
        """Add one stream."""
        self.streams += 1
        self.returns += followed.returns
        self.told += sum(1 for _ in followed.all())
        self.missed, self.twice, self.order = self.missed + missed, self.twice + twice, self.order + order
        self.anew += sum(each.event == "reload" for each in followed.all())


@dataclass
class Found:
    """What was measured."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    page_anew: bool = False
    """The browser's page was told to load itself anew; then its rows are not known."""
    painted_ms: list[float] = field(default_factory=list)
    told_ms: list[float] = field(default_factory=list)
    """Until another stream of the same desk brought it: the hub's part of that."""
    unpainted: int = 0
    replied_ms: list[float] = field(default_factory=list)
    unanswered: int = 0
    rss: dict[str, float] = field(default_factory=dict)
    hub_share: float = 0.0


def twenty(start: Moment, cookie: dict[str, str], bearer: dict[str, str]) -> list[Followed]:
    """Give the streams, all behind the same moment; five of them break off."""
    desk = [(code, code in (SEEN_AT, "east", "north")) for code in (books.RS, *books.PICKUPS)]
    desks = [*desk, (SEEN_AT, False), (books.RS, False), ("west", False)]
    return [
        *(Followed("desk", f"/desk/{code}/live?after={start.scan}-{start.event}", breaks, cookie) for code, breaks in desks),
        *(Followed("overview", f"/live?after={start.event}", number == 0, cookie) for number in range(4)),
        *(Followed("wall", f"/wall/{code}/live", headers=cookie) for code in books.PICKUPS),
        *(Followed("stations", "/stations/live", headers=cookie) for _ in range(2)),
        *(Followed("program", f"/api/v1/events?after={start.event}", number == 0, bearer) for number in range(2)),
    ]


async def measure(side: Side, place: Place, secret: str, seconds: float, say: Callable[[str], None]) -> Found:
    """Measure everything."""
    found, start = Found(), _now(place)
    token = (side.folder / "data" / "api-token").read_text().strip()
    streams = twenty(start, {"Cookie": f"{COOKIE}={secret}"}, {"Authorization": f"Bearer {token}"})
    address = f"http://127.0.0.1:{side.http}"
    async with (
        httpx.AsyncClient(base_url=address, timeout=30, limits=httpx.Limits(max_connections=None)) as client,
        a_browser(side.folder / "profile") as browser,
        _following(streams, client),
    ):
        await browser.open(f"{address}/desk/{SEEN_AT}", cookie=secret)
        await browser.until("document.getElementById('desk').dataset.live === 'yes'")
        await browser.value(WATCH)
        say(f"{len(streams)} streams and a browser; {RATE} scans/s for {WARM_S:.0f} + {seconds:.0f} s")
        begin_ms = (time.time() + WARM_S) * 1000
        answer = await _under_load(side, seconds, found)
        await asyncio.sleep(SETTLE_S)
        painted = await browser.value("window.painted ?? null")
        found.page_anew = painted is None
        assert browser.complaints == [], browser.complaints
    pictures = {path: await _picture(client_of(address), path, streams) for path in _pictures(streams)}
    happened = _happened(place, start)
    found.replied_ms, found.unanswered = answer["latencies_ms"], answer["lost"]
    told = dict(_told_at(streams))
    _judge_painted(found, painted or [], told, happened, (begin_ms, begin_ms + seconds * 1000))
    for each in streams:
        found.verdicts.setdefault(each.kind, Verdict()).add(each, *_judge(each, happened, pictures))
    return found


def client_of(address: str) -> httpx.AsyncClient:
    """Give a client for what is asked when the load is over."""
    return httpx.AsyncClient(base_url=address, timeout=30)


@contextlib.asynccontextmanager
async def _following(streams: list[Followed], client: httpx.AsyncClient) -> Any:
    chance = random.Random(11)
    tasks = [asyncio.create_task(each.follow(client, chance)) for each in streams]
    await _until(lambda: all(each.heard for each in streams))
    yield
    # One that failed says so here.
    failed = [task for task in tasks if task.done()]
    for each in streams:
        each.ended = True
    for task in tasks:
        task.cancel()
    await asyncio.gather(*(set(tasks) - set(failed)), return_exceptions=True)
    for task in failed:
        task.result()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not condition():  # noqa: ASYNC110 - what is watched comes from another process
            await asyncio.sleep(0.05)


async def _under_load(side: Side, seconds: float, found: Found) -> dict[str, Any]:
    pid = side.program.pid
    found.rss["start"] = memory(pid).rss
    load = asyncio.create_task(asyncio.to_thread(side.ask, work="round", warm_s=WARM_S, seconds=seconds, rate=RATE, window=None))
    await asyncio.sleep(WARM_S)
    found.rss["warm"], used, began = memory(pid).rss, cpu_s(pid), time.monotonic()
    while not (await asyncio.wait({load}, timeout=LOOK_S))[0]:
        found.rss[f"{time.monotonic() - began:.0f} s"] = memory(pid).rss
    answer = load.result()
    found.hub_share = (cpu_s(pid) - used) / (time.monotonic() - began)
    found.rss["end"] = memory(pid).rss
    assert not answer["problem"], answer["problem"]
    return answer


def _now(place: Place) -> Moment:
    with contextlib.closing(open_reader(place)) as reader:
        [(scan,)] = reader.execute("SELECT coalesce(max(key), 0) FROM scan").fetchall()
        [(event,)] = reader.execute("SELECT coalesce(max(seq), 0) FROM event").fetchall()
    return Moment(scan, event)


def _happened(place: Place, start: Moment) -> Happened:
    with contextlib.closing(open_reader(place)) as reader:
        scans = reader.execute("SELECT scan_id, desk, reply FROM scan WHERE key > ? ORDER BY key", (start.scan,)).fetchall()
        events = reader.execute("SELECT seq FROM event WHERE seq > ? ORDER BY seq", (start.event,)).fetchall()
        moved = "SELECT request_id, version FROM request WHERE request_id IN (SELECT subject FROM event WHERE seq > ?)"
        versions = reader.execute(moved, (start.event,)).fetchall()
    return Happened(
        [(scan_id, desk, json.loads(reply)["again"]) for scan_id, desk, reply in scans],
        [seq for (seq,) in events],
        dict((request_id, version) for request_id, version in versions),
    )


# -- what each should have been told


def _judge(one: Followed, happened: Happened, pictures: dict[str, str]) -> tuple[int, int, int]:
    match one.kind:
        case "program":
            return _compare([int(each.id) for each in one.all()], happened.events)
        case "desk":
            code = one.path.split("/")[2]
            return _judge_desk(one, [scan_id for scan_id, desk, _ in happened.scans if desk == code])
        case "overview":
            return _judge_overview(one, happened)
        case _:
            return _judge_picture(one, pictures[one.path])


def _compare(told: list[Any], happened: list[Any]) -> tuple[int, int, int]:
    """Give how many were missed, came twice (or never happened), and came before one they should follow."""
    places = {each: number for number, each in enumerate(happened)}
    at = [places[each] for each in told if each in places]
    behind = sum(second < first for first, second in pairwise(at))
    return len(happened) - len(set(at)), len(told) - len(set(at)), behind


def _judge_desk(one: Followed, scans: list[str]) -> tuple[int, int, int]:
    rows = Rows(MOST_ROWS)
    for each in _scans(one.all()):
        rows.show(each)
    return _compare(rows.shown, scans)


def _judge_overview(one: Followed, happened: Happened) -> tuple[int, int, int]:
    """A page that is behind is told the newest scans it has room for, and how each request is that moved meanwhile."""
    order = {scan_id: number for number, (scan_id, _, _) in enumerate(happened.scans)}
    rows, ends = Rows(MOST_SCANS), list[int]()
    for connection in one.heard:
        for each in _scans(iter(connection)):
            if each in order:
                rows.show(each)
        ends.append(len(rows.shown))
    missed, twice, behind = _compare(rows.shown, list(order))
    missed -= _no_room([order[each] for each in rows.shown], ends)
    requests = (json.loads(each.data) for each in one.all() if each.event == "request")
    versions = Counter[str]()
    for each in requests:
        versions[each["request_id"]] = max(versions[each["request_id"]], each["version"])
    stale = {request: (versions[request], version) for request, version in happened.versions.items() if versions[request] != version}
    if missed or stale:
        told = [order[each] for each in rows.shown]
        jumps = [(before, after) for before, after in pairwise([-1, *told]) if after != before + 1]
        print(f"overview, breaks off: {one.breaks}: {missed} scans missed, jumps {jumps}, versions told and there {stale}", file=sys.stderr)
    return missed + len(stale), twice, behind


def _no_room(shown: list[int], ends: list[int]) -> int:
    """Give how many were left out because as many newer ones as the page has rows came in one go behind them, unless it broke off there."""
    left_out = 0
    for place, (before, after) in enumerate(pairwise([-1, *shown])):
        came = min([MOST_SCANS, *(end - place for end in ends if end > place)])
        if after > before + 1 and shown[place : place + came] == list(range(after, after + came)):
            left_out += after - before - 1
    return left_out


def _judge_picture(one: Followed, last: str) -> tuple[int, int, int]:
    twice = 0
    for connection in one.heard:
        told = [each.data for each in connection if each.event == "picture"]
        twice += sum(first == second for first, second in pairwise(told))
    seen = [each.data for each in one.all() if each.event == "picture"]
    return int(not seen or seen[-1] != last), twice, 0


def _scans(told: Iterator[Told]) -> Iterator[str]:
    return (json.loads(each.data)["scan_id"] for each in told if each.event == "scan")


def _told_at(streams: list[Followed]) -> Iterator[tuple[str, float]]:
    """Give when each scan came by the stream of the browser's desk that never breaks off."""
    one = next(each for each in streams if each.path.startswith(f"/desk/{SEEN_AT}/") and not each.breaks)
    return ((json.loads(each.data)["scan_id"], each.at_ms) for each in one.all() if each.event == "scan")


def _pictures(streams: list[Followed]) -> set[str]:
    return {each.path for each in streams if each.kind in ("wall", "stations")}


async def _picture(client: httpx.AsyncClient, path: str, streams: list[Followed]) -> str:
    """Give the picture as it is made anew, since nobody looks at it any more."""
    headers = next(each.headers for each in streams if each.path == path)
    one = Followed("picture", path, headers=headers)
    async with client:
        task = asyncio.create_task(one.follow(client, random.Random(1)))
        await _until(lambda: any(each.event == "picture" for each in one.all()))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return next(each.data for each in one.all() if each.event == "picture")


def _judge_painted(
    found: Found, painted: list[tuple[str, int]], told: dict[str, float], happened: Happened, counted_ms: tuple[float, float]
) -> None:
    """From the moment in a scan's id, which is that of its sending, to the moment behind the frame that showed it."""
    at = dict(painted)
    for scan_id, desk, again in happened.scans:
        sent_ms = int(scan_id.replace("-", "")[:12], 16)
        if desk != SEEN_AT or again or not counted_ms[0] <= sent_ms < counted_ms[1]:
            continue
        if scan_id in at:
            found.painted_ms.append(at[scan_id] - sent_ms)
            found.told_ms.append(told.get(scan_id, NEVER) - sent_ms)
        else:
            found.unpainted += 1


def lines(found: Found) -> Iterator[str]:
    """Give the tables, line by line."""
    yield f"{'streams':12}{'open':>6}{'returns':>9}{'told':>9}{'missed':>8}{'twice':>7}{'order':>7}{'anew':>6}  aim: 0"
    for kind, each in found.verdicts.items():
        wrong = each.missed + each.twice + each.order + each.anew
        yield (
            f"{kind:12}{each.streams:>6}{each.returns:>9}{each.told:>9,}{each.missed:>8}{each.twice:>7}{each.order:>7}{each.anew:>6}"
            f"  {_met(not wrong)}"
        )
    painted, replied = sorted(found.painted_ms), sorted(found.replied_ms)
    p95 = quantile(painted, 0.95)
    others = ", ".join(f"{name} {quantile(painted, part):.0f}" for name, part in (("p50", 0.5), ("p99", 0.99), ("slowest", 1.0)))
    yield (
        f"scan -> painted row on the desk's page: p95 {p95:.0f} ms ({others}) of {len(painted)}; "
        f"aim <= {PAINTED_MS:.0f}: {_met(bool(painted) and p95 <= PAINTED_MS)}"
    )
    told = sorted(found.told_ms)
    yield f"of that until another stream of the desk brought it: p50 {quantile(told, 0.5):.0f}, p95 {quantile(told, 0.95):.0f} ms"
    if found.page_anew:
        yield "the page was told to load itself anew: its rows are not known"
    yield f"rows never painted: {found.unpainted}; aim 0: {_met(not found.unpainted)}"
    yield (
        f"scan -> reply meanwhile: p50 {quantile(replied, 0.5):.1f}, p99 {quantile(replied, 0.99):.1f} ms of {len(replied):,}; "
        f"never answered: {found.unanswered}"
    )
    held = ", ".join(f"{when} {rss:.1f}" for when, rss in found.rss.items())
    yield f"memory of the hub, MiB resident: {held}"
    yield f"growth since warm {found.rss['end'] / found.rss['warm'] - 1:.1%}{_growth(found.rss)}"
    yield f"the hub took {found.hub_share:.0%} of a core"


def _growth(rss: dict[str, float]) -> str:
    """Give how much it grew behind the first minute: the mean of the last three looks by that of the three from there on."""
    later = [held for when, held in rss.items() if when[0].isdigit() and float(when.split()[0]) >= MINUTE_S - WARM_S]
    if len(later) < 6:
        return f"; for the growth from the first minute on, measure for {MINUTE_S + 6 * LOOK_S:.0f} s at least"
    growth = statistics.mean(later[-3:]) / statistics.mean(later[:3]) - 1
    return f", from the first minute to the end {growth:.1%}, aim <= {GROWTH:.0%}: {_met(growth <= GROWTH)}"


def _met(yes: bool) -> str:
    return "met" if yes else "NOT met"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.streams", description="The live pages under load.")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help="behind the warm-up (default: %(default)s)")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the database lies")
    options = parser.parse_args()
    secret = new_secret()

    def fill(place: Place, settings: HubSettings) -> None:
        books.prepare(place, settings, books.now())
        let_in(place, secret)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-streams-", dir=options.folder)))
        server = None
        if options.postgresql:
            # Imported here: its driver need not be there for the rest.
            from tests.support.postgres import running_server

            server = stack.enter_context(running_server(durable=True)).new_database()
        side = start_hub_side(folder / "hub", stack, fill=fill, server=server)
        print(machine(folder), flush=True)
        data = DataFolder(folder / "hub" / "data")
        place = data.settings().place(data.path)
        found = asyncio.run(measure(side, place, secret, options.seconds, lambda words: print(words, file=sys.stderr, flush=True)))
    print("\n".join(lines(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
