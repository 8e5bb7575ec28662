"""Who acts on a simulated day: clerks who scan and read the answer, books that go round, and what takes a station away."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from hub.errors import HubError
from hub.simulate.house import House, Pace
from hub.simulate.plan import HOUR_S, SLIP, Away, Book, Day, Scan, Visit
from hub.simulate.station import Line, Station
from hub.simulate.tally import Tally

ANSWER_LIMIT_S = 30.0
LETTER_LIMIT_S = 60.0
SHORTEST_ABSENCE_S = 1.0
BOUNCED = "duplicate"


class Unexpected(Exception):
    """Something went another way than planned; the text says what."""


@dataclass
class Made:
    """One scan made: what was scanned, when, and the answer to come."""

    barcode: str
    at: float
    live: bool
    answer: asyncio.Future[Line] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Clerk:
    """Works at one station, one visit at a time, and reads each answer; the n-th scan is the station's number n."""

    def __init__(self, station: Station, tally: Tally) -> None:
        self.station = station
        self.free = asyncio.Lock()
        self._tally = tally
        self._made: list[Made] = []

    async def visit(self, visit: Visit, slip: str) -> None:
        """Make the visit's scans and return when all are answered as planned; Unexpected for anything else."""
        answers: list[tuple[Scan, list[Made]]] = []
        async with self.free:
            for scan in visit.scans:
                made = self._scan(slip if scan.barcode == SLIP else scan.barcode, 2 if scan.twice else 1)
                answers.append((scan, made))
                if self.station.cable.plugged:
                    await self._answered(made)
        for scan, made in answers:
            await self._answered(made)
            self._check(scan, made)

    def shown(self, line: Line) -> None:
        """Take a line of the station's screen: count each reply, and find the scan it is for."""
        if line["event"] != "reply":
            return
        reply = line["reply"]
        seq, place = reply["seq"], f"Scan {reply['seq']} at {self.station.name}"
        if not 1 <= seq <= len(self._made):
            self._tally.problems.append(f"{place} was answered, but nobody made it.")
            return
        made = self._made[seq - 1]
        self._tally.outcomes[reply["outcome"]] += 1
        if made.answer.done():
            self._tally.problems.append(f"{place} was answered twice.")
            return
        if line["barcode"] != made.barcode:
            self._tally.problems.append(f"{place} came out as another barcode than was scanned.")
        self._count(made)
        made.answer.set_result(reply)

    def _scan(self, barcode: str, times: int) -> list[Made]:
        at = time.monotonic()
        made = [Made(barcode, at, self.station.cable.plugged) for _ in range(times)]
        self._made += made
        self._tally.made[self.station.name] += times
        self.station.scan(f"{barcode}\r" * times)
        return made

    def _count(self, made: Made) -> None:
        if made.live and self.station.cable.plugged:
            self._tally.latencies_ms.append((time.monotonic() - made.at) * 1000)
        else:
            self._tally.kept += 1

    async def _answered(self, made: list[Made]) -> None:
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                for each in made:
                    await each.answer
        except TimeoutError:
            raise Unexpected(f"{self.station.name} got no answer to {made[0].barcode} within {ANSWER_LIMIT_S:.0f} s.") from None

    def _check(self, scan: Scan, made: list[Made]) -> None:
        for place, each in enumerate(made):
            reply = each.answer.result()
            bounced = reply["outcome"] == BOUNCED
            if reply["rule"] not in scan.rules or bounced != (place > 0):
                planned = " or ".join(scan.rules) + (", again" if place else "")
                found = f"{reply['rule']}{', again' if bounced else ''} ({reply['message']})"
                raise Unexpected(f"{each.barcode} at {self.station.name} should be answered by {planned} and was by {found}.")


class People:
    """Everybody of one day."""

    def __init__(self, day: Day, pace: Pace, tally: Tally) -> None:
        self.created: dict[str, int] = {}
        self._day = day
        self._pace = pace
        self._tally = tally
        self._clerks: dict[str, Clerk] = {}

    def shown(self, station: str, line: Line) -> None:
        """Pass a line of a station's screen to its clerk."""
        if station in self._clerks:
            self._clerks[station].shown(line)

    async def live(self, house: House) -> None:
        """Play the day to its end; what goes wrong with one book is noted, and the others go on."""
        self._clerks = {name: Clerk(station, self._tally) for name, station in house.stations.items()}
        async with asyncio.TaskGroup() as together:
            for book in self._day.books:
                together.create_task(self._noted(self._book(house, book)))
            for visit in self._day.strays:
                together.create_task(self._noted(self._stray(visit)))
            for away in self._day.away:
                together.create_task(self._noted(self._away(away)))

    async def _noted(self, part: Any) -> None:
        try:
            await part
        except (Unexpected, HubError) as what:
            self._tally.problems.append(str(what))

    async def _book(self, house: House, book: Book) -> None:
        await asyncio.sleep(self._pace.real(book.created_s))
        request = await self._create(house, book)
        if book.cancelled:
            await self._ask(house, f"/requests/{request}/cancel", {"reason": "cancelled_by_patron"}, 200)
        for visit in book.visits:
            await self._wait(house, request, visit)
            await self._clerks[visit.station].visit(visit, request)
        self._tally.closed += 1

    async def _create(self, house: House, book: Book) -> str:
        body = {
            "title": book.title,
            "author": book.author,
            "requester": book.card,
            "pickup_desk": book.pickup_desk,
            "partner": book.partner,
        }
        answer = await self._ask(house, "/requests", body, 201)
        request = str(answer["request_id"])
        self.created[request] = book.number
        if book.asked_twice:
            await self._ask(house, "/requests", body, 409)
        return request

    async def _ask(self, house: House, path: str, body: dict[str, Any], expected: int) -> dict[str, Any]:
        status, answer = await house.post(path, body)
        if status != expected:
            raise Unexpected(f"POST {path} should answer {expected} and answered {status}: {answer.get('detail')}")
        return answer

    async def _wait(self, house: House, request: str, visit: Visit) -> None:
        if visit.after_letter:
            try:
                await asyncio.wait_for(house.ears.letter(request).wait(), LETTER_LIMIT_S)
            except TimeoutError:
                raise Unexpected(f"The letter about {request} did not leave within {LETTER_LIMIT_S:.0f} s.") from None
        shortest = self._pace.handover_s + self._pace.breath_s if visit.after_handover else self._pace.breath_s
        await asyncio.sleep(max(self._pace.real(visit.gap_s), shortest))

    async def _stray(self, visit: Visit) -> None:
        await asyncio.sleep(self._pace.real(visit.gap_s))
        await self._clerks[visit.station].visit(visit, "")

    async def _away(self, away: Away) -> None:
        await asyncio.sleep(self._pace.real(away.from_s))
        clerk, seconds = self._clerks[away.station], max(self._pace.real(away.for_s), SHORTEST_ABSENCE_S)
        if away.switched_off:
            async with clerk.free:
                await clerk.station.switch_off()
                await asyncio.sleep(seconds)
                await clerk.station.switch_on()
            return
        clerk.station.cable.pull()
        await asyncio.sleep(seconds)
        clerk.station.cable.put_back()


def hours(pace: Pace, seconds: float) -> str:
    """Give the time of the simulated day, which begins at eight; a day that is played too fast for its waits runs into the next."""
    minutes = int(8 * 60 + seconds * pace.speed * 60 / HOUR_S)
    days, minutes = divmod(minutes, 24 * 60)
    return f"{f'day {days + 1}, ' if days else ''}{minutes // 60:02d}:{minutes % 60:02d}"
