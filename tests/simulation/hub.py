"""A hub around the product's ``hub.core.streams``: a database that keeps its last commit, and the order of ``hub.inbox``."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from broker.promises import Ticket
from hub.core import streams
from hub.core.streams import Batch, Key, Memory, Place, Stream
from station.go_back_n import Heard
from tests.simulation.chance import Chance
from tests.simulation.wire import Broker, Link, Message
from tests.simulation.witness import Witness


@dataclass
class Database:
    """What is committed; ``scans`` gives the decision of each scan that had its effect."""

    streams: dict[Key, Stream] = field(default_factory=dict)
    scans: dict[int, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    faults: set[tuple[Key, int]] = field(default_factory=set)
    gaps: list[tuple[Key, int, int]] = field(default_factory=list)

    def copy(self) -> Database:
        """Give a backup."""
        return Database(dict(self.streams), dict(self.scans), dict(self.last), set(self.faults), list(self.gaps))


class Crash(Exception):
    """The program ends here."""


CANARY_NS = 10_000_000_000
BEFORE_COMMIT, AFTER_COMMIT, AFTER_REPLIES, AFTER_ANSWERS = range(4)


class Work:
    """One transaction: what it would write, and what goes out after it."""

    def __init__(self) -> None:
        self.batch = Batch()
        self.replies: list[Message] = []
        self.effects: list[tuple[str, int, int]] = []
        self.faults: list[tuple[Key, int]] = []
        self.gaps: list[tuple[Key, int, int]] = []
        self.decisions: dict[int, int] = {}


class Hub:
    """Takes what comes, commits, answers, acknowledges."""

    def __init__(self, chance: Chance, witness: Witness, broker: Broker) -> None:
        self._chance = chance
        self._witness = witness
        self._broker = broker
        self.link = Link("hub", self, None)
        self.database = Database()
        self.backup = Database()
        self.now = 0
        self.clock = 0
        self.nonce = 0
        self.busy = False
        self.canaries, self.said_ns = 0, 0
        self.said: list[Message] = []
        """What it said of itself on this connection."""
        self.crash_at: int | None = None
        self.start()

    # -- its life

    def start(self) -> None:
        """Begin as a new process."""
        self.memory = Memory()
        self.pending: list[tuple[Message, Ticket]] = []
        self.waiting: deque[Message] = deque()
        self.crash_at = None
        self.born = self.now + self.clock
        self.link.will = ("hub", "hub", self.born, False, 0, False)

    def crash(self) -> None:
        """End at once, and begin again."""
        self._broker.cut(self.link)
        self.start()

    def restore(self) -> None:
        """Put the backup in the place of the database."""
        self._broker.cut(self.link)
        self.database = self.backup.copy()
        self._witness.restores += 1
        self.start()

    # -- what the session tells

    def forget_in_hand(self, station: str) -> None:
        """Drop what one station sent and is not worked off."""
        self.pending = [(message, ticket) for message, ticket in self.pending if message[1] != station]

    def on_connect(self, present: bool) -> None:
        """Say that the hub is here."""
        in_hand = max((ticket.generation for _, ticket in self.pending), default=0)
        streams.connected(self.memory, resumed=present, in_hand=in_hand)
        self.waiting.clear()
        self.said.clear()
        self.say_here()

    def tick(self) -> None:
        """Say it again now and then: a broker forgets."""
        if self.link.connected and self.now - self.said_ns >= CANARY_NS:
            self.say_here()

    def say_here(self) -> None:
        """Say that the hub is here, once more: what it hears of it tells it that nothing older is to come."""
        self.canaries, self.said_ns = self.canaries + 1, self.now
        state = ("hub", "hub", self.born, True, self.canaries, False)
        self.said.append(state)
        self.waiting.append(state)
        self.flush()

    def on_disconnect(self) -> None:
        """Drop what waits."""
        self.waiting.clear()

    def on_message(self, message: Message, ticket: Ticket) -> None:
        """Queue a delivery."""
        if message[0] == "hub" and (message[-1] or message not in self.said):
            # The broker kept it, or it is of an earlier connection.
            self._broker.acknowledge(self.link, ticket)
            return
        self.pending.append((message, ticket))

    def on_puback(self, message: Message) -> None:
        """Not of interest."""

    def on_room(self) -> None:
        """Send on."""
        self.flush()

    def flush(self) -> None:
        """Send what fits into the window."""
        waiting = self.waiting
        while waiting and self.link.publish(waiting[0]):
            waiting.popleft()

    # -- the work

    def work(self, most: int) -> None:
        """Work off some of what waits; a crash may come between any two steps."""
        batch = self.pending[:most]
        if not batch:
            return
        try:
            self.steps(batch)
        except Crash:
            self.crash()

    def steps(self, batch: list[tuple[Message, Ticket]]) -> None:
        """Decide, commit, reply, acknowledge."""
        work = self.decide(batch)
        self.may_crash(BEFORE_COMMIT)
        if self.busy:
            self.busy = False
            streams.taken_back(self.memory, work.batch)
            return
        self.commit(work, batch)
        self.may_crash(AFTER_COMMIT)
        self.answer(work)
        self.may_crash(AFTER_ANSWERS)
        self.acknowledge(batch)

    def may_crash(self, where: int) -> None:
        """End here if this is where the program ends."""
        if self.crash_at == where:
            raise Crash

    def decide(self, batch: list[tuple[Message, Ticket]]) -> Work:
        """Look at each message; nothing is written."""
        work = Work()
        for message, ticket in batch:
            kind = message[0]
            if kind == "scan":
                self.scan(message, work, ticket)
            elif kind == "fault":
                self.fault(message, work)
            elif kind == "hub":
                streams.came_back(self.memory, work.batch, generation=ticket.generation)
            elif message[2] is not None:
                self.hello(message, work)
        return work

    def commit(self, work: Work, batch: list[tuple[Message, Ticket]]) -> None:
        """Write everything at once."""
        database = self.database
        for key in work.batch.moved:
            database.streams[key] = work.batch.streams[key]
        for station, number, nonce in work.effects:
            if number in database.scans:
                self._witness.object("doubled", f"scan {number} of {station} has two effects")
            if number < database.last.get(station, 0) and not self._witness.was_gone(number):
                self._witness.object("misordered", f"scan {number} of {station} came after {database.last[station]}")
            database.scans[number] = nonce
            database.last[station] = max(number, database.last.get(station, 0))
            self._witness.ever.add(number)
        self._witness.effects += len(work.effects)
        for fault in work.faults:
            if fault in database.faults:
                self._witness.object("doubled", f"fault {fault} is kept twice")
            database.faults.add(fault)
        database.gaps += work.gaps
        taken_in = self._witness.taken_in
        for message, _ in batch:
            taken_in[id(message)] = message

    def answer(self, work: Work) -> None:
        """Replies first, then the positions."""
        self.waiting.extend(work.replies)
        if self.crash_at == AFTER_REPLIES:
            self.flush()
            raise Crash
        for key, why in work.batch.reasons.items():
            stream = work.batch.streams[key]
            self.waiting.append(("position", key[0], Heard(key[1], stream.seq, stream.fault_seq, why), self._witness.restores))
        self.flush()

    def acknowledge(self, batch: list[tuple[Message, Ticket]]) -> None:
        """Tell the broker that these are safe."""
        acknowledge, link = self._broker.acknowledge, self.link
        for _, ticket in batch:
            acknowledge(link, ticket)
        del self.pending[: len(batch)]

    # -- one message

    def scan(self, message: Message, work: Work, ticket: Ticket) -> None:
        """Take a scan, once."""
        _, station, incarnation, seq, number = message
        key = (station, incarnation)
        if streams.stale(self.memory, key):
            return
        self.stream(key, work)
        place = streams.place_of_scan(self.memory, work.batch, key, seq)
        if place is Place.GAP:
            return
        earlier = self.reply_to(number, work)
        if place is Place.NEXT:
            if earlier is None:
                self.check_age(message, ticket)
                self.nonce += 1
                earlier = work.decisions[number] = self.nonce
                work.effects.append((station, number, earlier))
            streams.scan_taken(self.memory, work.batch, key, seq)
        if earlier is not None:
            work.replies.append(("reply", station, seq, number, earlier, self._witness.restores))

    def reply_to(self, number: int, work: Work) -> int | None:
        """Give the decision a scan has had."""
        return self.database.scans.get(number) or work.decisions.get(number)

    def fault(self, message: Message, work: Work) -> None:
        """Keep a fault, once."""
        _, station, incarnation, seq, _ = message
        key = (station, incarnation)
        if streams.stale(self.memory, key):
            return
        self.stream(key, work)
        if streams.place_of_fault(work.batch, key, seq) is Place.NEXT:
            work.faults.append((key, seq))
            streams.fault_taken(work.batch, key, seq)

    def hello(self, message: Message, work: Work) -> None:
        """Answer where the stream stands; what can no longer come is told."""
        incarnation, lowest, _, lowest_fault, _ = message[2]
        key = (message[1], incarnation)
        stream = self.stream(key, work)
        if lowest - 1 > stream.seq:
            self.tell_gap(work, key, stream.seq + 1, lowest - 1)
        fresh = streams.fresh(self.memory, retained=message[3])
        streams.greeted(self.memory, work.batch, key, streams.met(stream, lowest, lowest_fault), fresh=fresh)

    def tell_gap(self, work: Work, key: Key, first: int, last: int) -> None:
        """Write down work for staff."""
        work.gaps.append((key, first, last))

    def stream(self, key: Key, work: Work) -> Stream:
        """Give a stream as this transaction sees it."""
        known = work.batch.streams
        if key not in known:
            known[key] = self.database.streams.get(key) or Stream(0, 0, 0)
        return known[key]

    def check_age(self, message: Message, ticket: Ticket) -> None:
        """What the broker kept while the hub was away must not be placed by its age."""
        if self.memory.resumed and ticket.generation == self.link.generation and id(message) in self.link.kept:
            self._witness.object("placed late", f"{message[:4]} had waited for the hub in the broker and was taken at its old age")
