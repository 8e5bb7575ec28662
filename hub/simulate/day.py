"""Plays a day: real stations on pseudo-terminals, real broker and hub, books that go round; then checks what came of it."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from broker.embedded import BrokerError
from hub.errors import HubError
from hub.simulate.house import House, Pace, open_house
from hub.simulate.people import People, hours
from hub.simulate.plan import plan_day
from hub.simulate.tally import Tally, does_not_add_up, newest_event, read_stored, summary, told, verdict

LAST_EVENTS_LIMIT_S = 10.0
LOOK_EVERY_S = 0.1
LINE_EVERY_S = 5.0
BAR = 30


def play(options: argparse.Namespace) -> int:
    """Play a day and tell how it went; 1 when something does not add up, and then its folder is kept."""
    folder = Path(tempfile.mkdtemp(prefix="holdshelf-day-"))
    try:
        problems, numbers = asyncio.run(_play(folder, options))
    except (HubError, BrokerError) as error:
        raise HubError(f"{error} The day's data and logs are kept in {folder}.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _tell(problems, numbers, as_json=options.json)
    if problems:
        print(f"holdshelf: the day with seed {options.seed} does not add up; its data and logs are kept in {folder}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


async def _play(folder: Path, options: argparse.Namespace) -> tuple[list[str], dict[str, Any]]:
    day, pace, tally = plan_day(options.stations, options.requests, options.seed), Pace(options.speed), Tally()
    people = People(day, pace, tally)
    async with open_house(folder, day, pace, options.broker, people.shown) as house:
        began, progress = time.monotonic(), asyncio.create_task(_progress(pace, tally, len(day.books)))
        try:
            await house.watch(people.live(house))
            await _last_events(house)
        finally:
            progress.cancel()
            _clear_line()
    stored = read_stored(house.settings.place(folder), folder / house.settings.mail.maildir)
    numbers = summary(day, tally, stored, broker=house.broker.kind, seconds=time.monotonic() - began)
    problems = does_not_add_up(day, tally, stored, heard=house.ears.heard, created=people.created)
    return problems, {"seed": options.seed, "speed": options.speed, **numbers}


async def _last_events(house: House) -> None:
    end = time.monotonic() + LAST_EVENTS_LIMIT_S
    database = house.settings.place(house.folder.path)
    while len(house.ears.heard) < newest_event(database) and time.monotonic() < end:  # noqa: ASYNC110 - the number is in another process
        await asyncio.sleep(LOOK_EVERY_S)


async def _progress(pace: Pace, tally: Tally, books: int) -> None:
    """Draw a bar on a terminal; elsewhere say a line now and then."""
    began, drawn = time.monotonic(), sys.stderr.isatty()
    while True:
        await asyncio.sleep(LOOK_EVERY_S if drawn else LINE_EVERY_S)
        words = f"{hours(pace, time.monotonic() - began)}  {tally.closed} of {books} books are home, {tally.scans} scans"
        if drawn:
            full = BAR * tally.closed // books
            sys.stderr.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {words}\x1b[K")
        else:
            sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


def _clear_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _tell(problems: list[str], numbers: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(told(numbers, problems, as_json=True))
        return
    stations = f"{numbers['stations']} station{'s' if numbers['stations'] != 1 else ''}"
    print(f"A day with {stations} on {numbers['broker']}, seed {numbers['seed']}, played in {numbers['seconds']} s:")
    print(told(numbers, problems, as_json=False))
    print(verdict(problems))
