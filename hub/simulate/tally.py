"""What a simulated day came to: counted while it runs, checked against the plan, and told in a few lines."""

from __future__ import annotations

import contextlib
import email
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.simulate.plan import Day
from hub.store.database import open_reader
from hub.store.events import last_event
from hub.store.place import Place

MOST_PROBLEMS_SHOWN = 10


@dataclass
class Tally:
    """The counts of the day."""

    made: Counter[str] = field(default_factory=Counter)
    """Scans by station."""
    outcomes: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    """Of the scans made while the station was online."""
    kept: int = 0
    """Scans made offline and answered later."""
    closed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def scans(self) -> int:
        """All scans."""
        return self.made.total()

    def latency_ms(self, share: float) -> float:
        """Give the latency that this share of the scans stayed within; 0 when there were none."""
        found = sorted(self.latencies_ms)
        return round(found[min(int(share * len(found)), len(found) - 1)], 1) if found else 0.0


@dataclass(frozen=True)
class Stored:
    """What database and Maildir hold when all is over."""

    scans: dict[str, int]
    """By station."""
    ends: dict[str, str]
    """How each request ended, or its state where it has not."""
    events: tuple[int, ...]
    letters: tuple[str, ...]
    """The Message-ID of every letter that left."""
    open_items: int = 0
    poison: int = 0


def read_stored(database: Place, maildir: Path) -> Stored:
    """Read what is there."""
    with contextlib.closing(open_reader(database)) as reader:
        return Stored(
            scans=dict(reader.execute("SELECT s.station, count(*) FROM scan c JOIN stream s ON s.key = c.stream GROUP BY 1").fetchall()),
            ends=dict(reader.execute("SELECT request_id, coalesce(outcome, state) FROM request").fetchall()),
            events=tuple(row[0] for row in reader.execute("SELECT seq FROM event")),
            letters=tuple(_message_id(file) for file in sorted((maildir / "new").glob("*"))),
            open_items=reader.execute("SELECT count(*) FROM item WHERE closed_at IS NULL").fetchone()[0],
            poison=reader.execute("SELECT count(*) FROM poison").fetchone()[0],
        )


def _message_id(file: Path) -> str:
    return str(email.message_from_bytes(file.read_bytes())["Message-ID"])


def newest_event(database: Place) -> int:
    """Give the number of the newest event."""
    with contextlib.closing(open_reader(database)) as connection:
        return last_event(connection)


def does_not_add_up(day: Day, tally: Tally, stored: Stored, *, heard: dict[int, int], created: dict[str, int]) -> list[str]:
    """Give a sentence for everything that is not as it was planned; an empty list is a good day.

    ``heard`` says how often each event came, by its number; ``created`` which book a request is about.
    """
    found = [*tally.problems, *_scans(tally, stored), *_books(day, stored, created), *_letters(day, stored), *_events(stored, heard)]
    if stored.open_items:
        found.append(f"{stored.open_items} temporary items are left.")
    if stored.poison:
        found.append(f"The hub put {stored.poison} messages aside as unreadable.")
    return found


def _scans(tally: Tally, stored: Stored) -> Iterator[str]:
    for station in sorted(tally.made | stored.scans):
        if tally.made[station] != stored.scans.get(station, 0):
            yield f"{station} made {tally.made[station]} scans, the hub has {stored.scans.get(station, 0)}."
    if tally.outcomes.total() != tally.scans:
        yield f"{tally.scans} scans got {tally.outcomes.total()} replies."


def _books(day: Day, stored: Stored, created: dict[str, int]) -> Iterator[str]:
    planned = {book.number: book for book in day.books}
    for request, number in created.items():
        book = planned[number]
        if stored.ends.get(request) != book.ends:
            yield f"{request} ({book.title}) should end as {book.ends} and is {stored.ends.get(request)}."
    if len(stored.ends) != len(day.books):
        yield f"{len(day.books)} requests were planned, the hub has {len(stored.ends)}."


def _letters(day: Day, stored: Stored) -> Iterator[str]:
    planned = sum(book.letters for book in day.books)
    if len(stored.letters) != planned:
        yield f"{planned} letters were due, {len(stored.letters)} left."
    for message_id, times in Counter(stored.letters).items():
        if times > 1:
            yield f"The letter {message_id} left {times} times."


def _events(stored: Stored, heard: dict[int, int]) -> Iterator[str]:
    if missing := set(stored.events) - set(heard):
        yield f"{len(missing)} of {len(stored.events)} events were never heard, the first is number {min(missing)}."
    if strange := set(heard) - set(stored.events):
        yield f"{len(strange)} events were heard that the hub does not have."
    if repeated := [number for number, times in heard.items() if times > 1]:
        yield f"{len(repeated)} events were heard more than once."


def summary(day: Day, tally: Tally, stored: Stored, *, broker: str, seconds: float) -> dict[str, Any]:
    """Give the numbers of the day."""
    return {
        "broker": broker,
        "seconds": round(seconds, 1),
        "stations": len(day.stations),
        "scans": tally.scans,
        "outcomes": dict(tally.outcomes.most_common()),
        "latency_ms": {"p50": tally.latency_ms(0.5), "p99": tally.latency_ms(0.99)},
        "kept_while_away": tally.kept,
        "requests": {"created": len(stored.ends), "closed": tally.closed, **Counter(book.ends for book in day.books)},
        "notices_sent": len(stored.letters),
        "events": len(stored.events),
    }


def told(numbers: dict[str, Any], problems: list[str], *, as_json: bool) -> str:
    """Give the summary as JSON, or as a person reads it."""
    if as_json:
        return json.dumps({**numbers, "ok": not problems, "problems": problems}, ensure_ascii=False)
    outcomes = " · ".join(f"{name.replace('_', ' ')} {count}" for name, count in numbers["outcomes"].items())
    requests, latency = numbers["requests"], numbers["latency_ms"]
    ends = f"returned {requests.get('returned', 0)} · cancelled {requests.get('cancelled', 0)}"
    lines = (
        ("scans", numbers["scans"], outcomes),
        ("", "", f"answered within {latency['p50']} ms (half of them), {latency['p99']} ms (99 of 100)"),
        ("", "", f"{numbers['kept_while_away']} of them kept at a station that was cut off, and answered afterwards"),
        (
            "requests",
            requests["created"],
            f"closed {requests['closed']}: {ends}",
        ),
        ("letters", numbers["notices_sent"], "one for each book that came to stand on a hold shelf"),
        ("events", numbers["events"], "each heard by a dashboard"),
    )
    return "\n".join(f"  {name:<9}{count!s:>6}  {words}" for name, count, words in lines)


def verdict(problems: list[str]) -> str:
    """Give the last lines for a person."""
    if not problems:
        return "Everything adds up: each scan got one reply, each book ended as planned, each letter and event came once."
    more = [f"  and {len(problems) - MOST_PROBLEMS_SHOWN} more"] if len(problems) > MOST_PROBLEMS_SHOWN else []
    return "\n".join([f"{len(problems)} things do not add up:", *(f"  {each}" for each in problems[:MOST_PROBLEMS_SHOWN]), *more])
