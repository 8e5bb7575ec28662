"""Message to flow to commit to reply to acknowledgement: several waiting scans share a commit, a lone one never waits."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from broker import messages
from broker.codec import Unreadable, decode, place_in
from broker.session import Delivery
from broker.topics import Root
from hub.core import streams
from hub.core.barcode import Patterns
from hub.core.seen import Site
from hub.core.streams import Batch, Memory, Place, Stream
from hub.flows.take_scan import Taken, happened_at, put_aside, take_scan
from hub.flows.take_station import take_fault, take_hello, take_state
from hub.numbers import FAILED, TOO_LARGE, Numbers, Verdict
from hub.opened import Opened, opened, wanted, wanted_scan, wrong_with
from hub.senders.to_desk import ToDesk
from hub.store.batch_store import store_for
from hub.store.database import in_words
from hub.store.scan_path import HTTP_INCARNATION, Poison, ScanStore
from hub.store.sql import DATABASE_ERRORS, Connection, Fenced, Unavailable, may_pass, told
from hub.store.wanted import Wanted

log = logging.getLogger(__name__)

MOST_IN_A_BATCH = 500
TRIES = 3
RETRY_AFTER_S = 1.0
STUCK_S = 15.0
"""What came and has waited for so long was not overtaken by work: something stands still."""

Trouble = Literal["poison", "fault"]
Told = TypeVar("Told", messages.Scan, messages.Fault)


class Heard(Protocol):
    """Who else wants to know that something was committed."""

    def committed(self, desks: set[str], notices: bool) -> None:
        """Called after each commit that changed something."""

    def said_hello(self, station: str) -> None:
        """Called after a station's state was kept."""


@dataclass
class Answers:
    """What goes out once the batch is on disk."""

    replies: list[tuple[str, str]] = field(default_factory=list)
    batch: Batch = field(default_factory=Batch)
    desks: set[str] = field(default_factory=set)
    notices: bool = False
    verdicts: list[Verdict] = field(default_factory=list)
    """What is counted once the batch is on disk: a batch that is rolled back is worked on again."""
    troubles: list[tuple[Trouble, str]] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)
    """What is put aside, written together."""


class Inbox:
    """Takes deliveries, works them off in order, and acknowledges each only after its commit."""

    def __init__(
        self,
        connection: Connection,
        site: Site,
        patterns: Patterns,
        root: Root,
        to_desk: ToDesk,
        *,
        acknowledge: Callable[[Delivery], None],
        heard: Heard,
        now: Callable[[], datetime],
        numbers: Numbers | None = None,
        own_topic: str = "",
    ) -> None:
        """``numbers`` counts what is done here; ``own_topic`` is where what we said on connecting comes back."""
        self._store = self._batch = store_for(connection)
        self._site = site
        self._patterns = patterns
        self._root = root
        self._to_desk = to_desk
        self._acknowledge = acknowledge
        self._heard = heard
        self._now = now
        self._own_topic = own_topic
        self._pending: list[Delivery] = []
        self._came: dict[int, float] = {}
        """When what waits for the database came, by its object's id; empty while nothing has to wait."""
        self._scheduled = False
        self._memory = Memory()
        self.problem: str | None = None
        self._no_room = False
        self._since_s: float | None = None
        self._over: asyncio.Future[None] | None = None
        self.numbers = numbers or Numbers()
        self.batches = 0

    def connected(self, *, resumed: bool) -> None:
        """Say that a connection came about; a ``resumed`` one begins with what the broker kept while the hub was away.

        Scans and faults among that are as old as the hub was away, and their age says nothing of it: they would be placed too late, a
        patron's session over, a return taken for the hand-over. They are passed; each station says hello and sends them anew.
        """
        in_hand = max((delivery.ticket.generation for delivery in self._pending), default=0)
        streams.connected(self._memory, resumed=resumed, in_hand=in_hand)

    @property
    def here(self) -> bool:
        """Whether nothing is to come any more that the broker kept while the hub was away."""
        return self._memory.here

    def follow(self, site: Site) -> None:
        """Go by other rules from the next scan on."""
        self._site = site

    async def run(self) -> None:
        """Raise what stops the inbox, as soon as something does."""
        self._over = asyncio.get_running_loop().create_future()
        await self._over

    def stuck(self) -> str | None:
        """Say that what came is not worked off, and that more room on the disk is not what it waits for."""
        if self._no_room or self._since_s is None:
            return None
        waited_s = asyncio.get_running_loop().time() - self._since_s
        if waited_s < STUCK_S:
            return None
        return self.problem or f"{len(self._pending)} messages have waited for {waited_s:.0f} s and are not worked off."

    def take(self, delivery: Delivery) -> None:
        """Queue a delivery; it is worked off at the end of this turn of the loop."""
        if not self._pending:
            self._since_s = asyncio.get_running_loop().time()
        self._pending.append(delivery)
        if self.problem is not None:
            self._came[id(delivery)] = asyncio.get_running_loop().time()
        self._schedule()

    def give_up(self, is_another: Callable[[str], bool]) -> None:
        """Let go of what came from stations that are another hub's now: they send it there, from their journals."""
        places = ((each, self._root.station_and_key(each.topic)) for each in self._pending)
        gone = {id(each): each for each, place in places if place is not None and is_another(place[0])}
        self._pending[:] = [each for each in self._pending if id(each) not in gone]
        for number, delivery in gone.items():
            self._came.pop(number, None)
            self._acknowledge(delivery)
        if not self._pending:
            self.problem, self._no_room, self._since_s = None, False, None

    def take_from_page(self, station: str, barcode: str, scan_id: str) -> messages.Reply:
        """Take a scan typed on a page the same way as a scanner's; gives the reply."""
        now = self._now()
        scan = messages.Scan(
            scan_id=scan_id, station=station, incarnation=HTTP_INCARNATION, seq=1, barcode=barcode, source="http", scanned_at=now, age_ms=0
        )  # fmt: skip

        def work(store: ScanStore) -> Taken:
            stream = store.stream(station, HTTP_INCARNATION)
            following = scan.model_copy(update={"seq": stream.seq + 1})
            repeat = store.reply_to(scan_id) is not None
            taken = take_scan(store, self._site, self._patterns, following, stream.key, now)
            if not repeat:
                store.advance(stream.key, following.seq)
            return taken

        taken = self._store.run(work, Wanted(frozenset({(station, HTTP_INCARNATION)}), (wanted_scan(scan, self._patterns),)))
        self.numbers.commits.add(self._store.commit_s)
        self.numbers.decided(() if taken.verdict is None else (taken.verdict,))
        self._to_desk.reply(station, taken.reply)
        self._to_desk.flush()
        _log([(station, taken.reply)])
        self._heard.committed(set(taken.desks), taken.notice)
        return messages.Reply.model_validate_json(taken.reply)

    def _schedule(self, delay_s: float = 0) -> None:
        if self._scheduled:
            return
        self._scheduled = True
        loop = asyncio.get_running_loop()
        if delay_s:
            loop.call_later(delay_s, self._turn)
        else:
            loop.call_soon(self._turn)

    def _turn(self) -> None:
        if self._over is not None and self._over.done():
            # A disk that failed once may say yes the next time, and have lost what it failed to write before.
            return
        try:
            self._work()
        except Exception as error:
            if self._over is None:
                raise
            # The event loop would only log it; it must end the program.
            self._over.set_exception(in_words(error))

    def _work(self) -> None:
        self._scheduled = False
        batch = self._pending[:MOST_IN_A_BATCH]
        try:
            self._work_off(batch)
        except Fenced:
            self.give_up(lambda _station: True)
            return
        except DATABASE_ERRORS as error:
            self._wait_for_room(error)
            return
        del self._pending[: len(batch)]
        for delivery in batch if self._came else ():
            self._came.pop(id(delivery), None)
        self.problem, self._no_room = None, False
        self._since_s = asyncio.get_running_loop().time() if self._pending else None
        if self._pending:
            self._schedule()

    def _wait_for_room(self, error: Exception) -> None:
        """A full disk or a busy database is waited for; anything else about the disk stops the program."""
        if not may_pass(error):
            raise error
        # Starting this program anew helps neither a full disk nor a server that is away.
        self._no_room = isinstance(error, Unavailable) or getattr(error, "sqlite_errorname", "").startswith("SQLITE_FULL")
        what = self._what_helps(error)
        self.problem = f"The database cannot be written ({told(error)}). {what}; scans wait at their stations meanwhile."
        now_s = asyncio.get_running_loop().time()
        for delivery in self._pending:
            self._came.setdefault(id(delivery), now_s)
        log.error("database not writable", extra={"action": "wait_for_room", "error": str(error)})
        self._schedule(RETRY_AFTER_S)

    def _what_helps(self, error: Exception) -> str:
        if isinstance(error, Unavailable):
            return "See to its server; the hub goes on by itself when that answers"
        return "Make room on its disk" if self._no_room else "End the other program that holds it"

    def _work_off(self, batch: list[Delivery]) -> None:
        try:
            answers = self._commit(batch)
        except DATABASE_ERRORS:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, only its own message is put aside
            # One message of the batch cannot be worked on: each alone, so that only that one is put aside.
            for delivery in batch:
                self._work_alone(delivery)
            return
        self._answer(batch, answers)

    def _work_alone(self, delivery: Delivery) -> None:
        for last_try in (*[False] * (TRIES - 1), True):
            try:
                answers = self._commit([delivery])
            except DATABASE_ERRORS:
                raise
            except Exception as error:
                if not last_try:
                    continue
                log.exception("message put aside", extra={"action": "quarantine", "topic": delivery.topic})
                answers = self._quarantine(delivery, f"{type(error).__name__}: {error}")
            self._answer([delivery], answers)
            return

    def _commit(self, batch: list[Delivery]) -> Answers:
        answers = Answers()
        now = self._now()
        came = [opened(self._root, delivery) for delivery in batch]

        def work(store: ScanStore) -> None:
            self._batch = store
            for one in came:
                self._one(one, answers, now)
            if answers.poison:
                store.add_poison(answers.poison, now)
            self._keep_positions(answers)

        try:
            self._store.run(work, wanted(came, self._patterns))
        except Exception:
            streams.taken_back(self._memory, answers.batch)
            raise
        self.numbers.commits.add(self._store.commit_s)
        self.batches += 1
        self._count(answers)
        return answers

    def _count(self, answers: Answers) -> None:
        numbers = self.numbers
        numbers.decided(answers.verdicts)
        for trouble, kind in answers.troubles:
            (numbers.poison if trouble == "poison" else numbers.faults)[kind] += 1

    def _quarantine(self, delivery: Delivery, reason: str) -> Answers:
        answers = Answers()
        now = self._now()

        def work(store: ScanStore) -> None:
            self._batch = store
            store.add_poison([Poison(delivery.topic, delivery.payload, reason)], now)
            answers.troubles.append(("poison", FAILED))
            scan = decode(messages.Scan, delivery.payload)
            if isinstance(scan, messages.Scan) and delivery.topic.endswith("/scan"):
                stream = self._stream(scan.station, scan.incarnation, answers)
                if scan.seq == stream.seq + 1:
                    at = happened_at(self._aged(scan, delivery), now)
                    taken = put_aside(store, self._site, self._patterns, scan, stream.key, "poison", at, now)
                    streams.scan_taken(self._memory, answers.batch, (scan.station, scan.incarnation), scan.seq)
                    answers.replies.append((scan.station, taken.reply))
                    if taken.verdict is not None:
                        answers.verdicts.append(taken.verdict)
            self._keep_positions(answers)

        self._store.run(work)
        self._count(answers)
        return answers

    def _keep_positions(self, answers: Answers) -> None:
        for key in answers.batch.moved:
            self._batch.keep_position(answers.batch.streams[key])

    def _answer(self, batch: list[Delivery], answers: Answers) -> None:
        """Reply and position first, then the acknowledgement."""
        for station, reply in answers.replies:
            self._to_desk.reply(station, reply)
        for (station, incarnation), reason in answers.batch.reasons.items():
            stream = answers.batch.streams[station, incarnation]
            self._to_desk.position(
                messages.Position.model_construct(
                    v=1, station=station, incarnation=incarnation, seq=stream.seq, fault_seq=stream.fault_seq, reason=reason
                )
            )
        for station in {station for (station, _), reason in answers.batch.reasons.items() if reason == "hello"}:
            self._heard.said_hello(station)
        self._to_desk.flush()
        for delivery in batch:
            self._acknowledge(delivery)
        # Desks first, dashboards afterwards.
        self._to_desk.send_now()
        _log(answers.replies)
        self._heard.committed(answers.desks, answers.notices)

    def _one(self, came: Opened, answers: Answers, now: datetime) -> None:
        delivery, message = came.delivery, came.message
        if came.sort is None and delivery.topic == self._own_topic:
            streams.came_back(self._memory, answers.batch, generation=delivery.ticket.generation)
        elif (wrong := wrong_with(came)) is not None:
            self._poison(delivery, *wrong, answers)
            if came.sort == "scan" and isinstance(message, Unreadable):
                self._step_over(came.station, delivery, answers)
        elif isinstance(message, messages.StationState):
            self._state(message, delivery, answers, now)
        elif came.stream is None or streams.stale(self._memory, came.stream):
            return
        elif isinstance(message, messages.Scan):
            self._scan(self._aged(message, delivery), answers, now)
        elif isinstance(message, messages.Fault):
            self._fault(self._aged(message, delivery), answers, now)

    def _scan(self, scan: messages.Scan, answers: Answers, now: datetime) -> None:
        key = (scan.station, scan.incarnation)
        stream = self._stream(*key, answers)
        match streams.place_of_scan(self._memory, answers.batch, key, scan.seq):
            case Place.NEXT:
                taken = take_scan(self._batch, self._site, self._patterns, scan, stream.key, now)
                answers.replies.append((scan.station, taken.reply))
                answers.desks.update(taken.desks)
                answers.notices |= taken.notice
                streams.scan_taken(self._memory, answers.batch, key, scan.seq)
                if taken.verdict is not None:
                    answers.verdicts.append(taken.verdict)
            case Place.REPEAT:
                self._repeat(scan, answers)

    def _aged(self, message: Told, delivery: Delivery) -> Told:
        """Give a message as old as it is: what waited here for the database has grown older than it says."""
        came_s = self._came.get(id(delivery)) if self._came else None
        if came_s is None or message.age_ms is None:
            return message
        waited_ms = round((asyncio.get_running_loop().time() - came_s) * 1000)
        return message.model_copy(update={"age_ms": message.age_ms + waited_ms})

    def _repeat(self, scan: messages.Scan, answers: Answers) -> None:
        stored = self._batch.reply_to(scan.scan_id)
        if stored is not None:
            answers.replies.append((scan.station, stored))

    def _step_over(self, station: str, delivery: Delivery, answers: Answers) -> None:
        """An unreadable scan that still tells its place is passed, or its station would send it for ever."""
        place = place_in(delivery.payload)
        if place is None:
            return
        incarnation, seq = place
        stream = self._stream(station, incarnation, answers)
        if seq == stream.seq + 1:
            streams.scan_taken(self._memory, answers.batch, (station, incarnation), seq)

    def _state(self, state: messages.StationState, delivery: Delivery, answers: Answers, now: datetime) -> None:
        take_state(self._batch, self._batch.connection, state, now, fresh=not delivery.retained)
        if state.online and state.hello is not None:
            key = (state.station, state.hello.incarnation)
            there = take_hello(self._batch, state.station, self._stream(*key, answers), state.hello, now)
            fresh = streams.fresh(self._memory, retained=delivery.retained)
            streams.greeted(self._memory, answers.batch, key, there, fresh=fresh)

    def _fault(self, fault: messages.Fault, answers: Answers, now: datetime) -> None:
        key = (fault.station, fault.incarnation)
        stream = self._stream(*key, answers)
        if streams.place_of_fault(answers.batch, key, fault.seq) is Place.NEXT:
            take_fault(self._batch, fault, stream.key, now)
            answers.troubles.append(("fault", fault.kind))
            streams.fault_taken(answers.batch, key, fault.seq)

    def _stream(self, station: str, incarnation: str, answers: Answers) -> Stream:
        key = (station, incarnation)
        known = answers.batch.streams
        if key not in known:
            known[key] = self._batch.stream(station, incarnation)
        return known[key]

    def _poison(self, delivery: Delivery, reason: str, kind: str, answers: Answers) -> None:
        answers.poison.append(Poison(delivery.topic, delivery.payload, reason))
        too_large = len(delivery.payload) > messages.MAX_PAYLOAD_BYTES
        answers.troubles.append(("poison", TOO_LARGE if too_large else kind))


def _log(replies: list[tuple[str, str]]) -> None:
    """Write a line a reply, for whoever follows one scan through all logs; ids only."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    for station, reply in replies:
        told = json.loads(reply)
        ids = {"action": "take_scan", "station": station, "scan": told["scan_id"], "seq": told["seq"], "request": told["request_id"]}
        log.debug("scan answered", extra=ids | {"rule": told["rule"], "outcome": told["outcome"]})
