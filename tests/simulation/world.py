"""One seed: stations, a broker, a hub, 400 steps of work and trouble, then quiet in which everything must come to its end.

Each step has 62 bits of its own, drawn before the run: what it does, and how long after the last one. Leaving a step out changes
nothing of what the others do, which is what lets ``shrink`` find the few that matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from station.go_back_n import LANES
from tests.simulation.chance import Chance
from tests.simulation.hub import Hub
from tests.simulation.station import DAY_NS, Station
from tests.simulation.wire import Broker, Link
from tests.simulation.witness import Objection, Witness

MS = 1_000_000
S = 1_000_000_000
STEPS = 400
QUIET_S = 240
"""All must be confirmed within so long: a hello is said again after at most 60 s, and heard in turn."""
BITS = 62

PAUSES = (MS,) * 24 + (20 * MS,) * 22 + (300 * MS,) * 12 + (S,) * 4 + (4 * S, 31 * S)

WORK = (
    *("scan",) * 22, *("fault",) * 3, *("round",) * 20, *("up",) * 10, *("to_hub",) * 8, *("work",) * 10, *("down",) * 8,
    *("to_station",) * 10,
)  # fmt: skip
TROUBLE = (
    *("cut_station",) * 3, *("crash_station",) * 3, *("crash_while_scanning",) * 3, *("cut_hub",) * 2, *("crash_hub",) * 2,
    *("crash_hub_at",) * 4, "busy", "restart_broker", "wipe_broker", "lose_queue", "lose_queue",
)  # fmt: skip
RARE = ("back_up", "back_up", "restore_hub", "copy_journal", "restore_journal", "replace_journal", "month", "clock", "clock")
SIZE = 1024
TICKS, CONNECTS = 40, 60


def _table(trouble: int, rare: int) -> tuple[str, ...]:
    """Give the table a step's first bits choose from."""
    quiet = SIZE - trouble - rare - TICKS - CONNECTS
    return tuple(
        [WORK[i % len(WORK)] for i in range(quiet)]
        + ["tick"] * TICKS
        + ["connect"] * CONNECTS
        + [TROUBLE[i % len(TROUBLE)] for i in range(trouble)]
        + [RARE[i % len(RARE)] for i in range(rare)]
    )


TABLES = (_table(0, 0), _table(len(TROUBLE), 0), _table(len(TROUBLE), len(RARE)), _table(2 * len(TROUBLE), 2 * len(RARE)))


@dataclass(frozen=True, slots=True)
class Finding:
    """What went wrong, and at which step; 0 stands for the quiet at the end."""

    kind: str
    words: str
    step: int


class World:
    """Everything a seed moves."""

    def __init__(self, seed: int, steps: int = STEPS, *, without: frozenset[int] = frozenset(), say: Callable[[str], None] | None = None):
        chance = Random(seed)
        self.plan = [chance.getrandbits(BITS) for _ in range(steps)]
        self.without = without
        self.say = say
        self.now = S
        self.counts: Counter[str] = Counter()
        self.chance = Chance()
        self.witness = Witness()
        self.broker = Broker(self.chance, self.witness)
        self.hub = Hub(self.chance, self.witness, self.broker)
        names = ("a", "b", "c")[: chance.choice((1, 2, 2, 3))]
        self.stations = [Station(name, self.witness, self.broker, self.hub) for name in names]
        self.links: list[Link] = [self.hub.link, *(station.link for station in self.stations)]
        self.broker.links = {link.name: link for link in self.links}
        self.table = chance.choice(TABLES)
        doings = {name: getattr(self, name) for name in set(self.table)}
        self.doings = [doings[name] for name in self.table]
        self.broker.drops, self.broker.doubles = chance.choice(((0, 0), (1, 0), (2, 5), (10, 10)))
        for link in self.links:
            link.window, link.takes = chance.choice(((2, 3), (4, 10), (10, 10), (20, 500)))

    def run(self) -> Finding | None:
        """Do all steps, then be quiet; gives the first thing that was wrong."""
        step = 0
        try:
            for step, bits in enumerate(self.plan, start=1):
                if step not in self.without:
                    self.step(step, bits)
            step = 0
            self.quiet()
            self.judge()
        except Objection as found:
            kind, words = found.args
            return Finding(kind, words, step)
        return None

    def step(self, number: int, bits: int) -> None:
        """Let some time pass and do one thing."""
        chance = self.chance
        chance.bits = bits >> 16
        index = bits & 1023
        self.pass_time(PAUSES[bits >> 10 & 63])
        if self.say is not None:
            self.say(self.line(number, self.table[index]))
        self.counts[self.table[index]] += 1
        self.doings[index]()

    def pass_time(self, ns: int) -> None:
        """Set every clock on."""
        self.now = self.hub.now = now = self.now + ns
        for station in self.stations:
            station.now = now

    def some(self) -> Station:
        """Choose a station."""
        return self.stations[self.chance.pick(len(self.stations))]

    # -- work

    def scan(self) -> None:
        """Somebody scans."""
        self.some().scan("scans")

    def fault(self) -> None:
        """A scanner reports a fault."""
        self.some().scan("faults")

    def round(self) -> None:
        """Everything under way goes one way on."""
        read, deliver, hub = self.broker.read, self.broker.deliver, self.hub
        for link in self.links:
            read(link, 8)
        deliver(hub.link, 8)
        hub.work(8)
        read(hub.link, 8)
        for station in self.stations:
            deliver(station.link, 8)

    def up(self) -> None:
        """The broker reads what a station sent."""
        self.broker.read(self.some().link, 1 + self.chance.pick(8))

    def to_hub(self) -> None:
        """The hub is handed what waits for it."""
        self.broker.deliver(self.hub.link, 1 + self.chance.pick(8))

    def work(self) -> None:
        """The hub works off what it was handed."""
        self.hub.work(1 + self.chance.pick(8))

    def down(self) -> None:
        """The broker reads what the hub sent."""
        self.broker.read(self.hub.link, 1 + self.chance.pick(8))

    def to_station(self) -> None:
        """A station is handed what waits for it."""
        self.broker.deliver(self.some().link, 1 + self.chance.pick(8))

    def tick(self) -> None:
        """The stations look at their clocks."""
        self.hub.tick()
        for station in self.stations:
            station.tick()

    def connect(self) -> None:
        """Who is not connected, is."""
        for link in self.links:
            if not link.connected and self.chance.pick(3):
                self.broker.connect(link)

    # -- trouble

    def cut_station(self) -> None:
        """A station loses its connection."""
        self.broker.cut(self.some().link)

    def crash_station(self) -> None:
        """A station ends and begins again."""
        self.some().crash()

    def crash_while_scanning(self) -> None:
        """The next scan's station ends before its commit, before its light, or before it is sent."""
        self.some().crash_next = 1 + self.chance.pick(3)

    def cut_hub(self) -> None:
        """The hub loses its connection."""
        self.broker.cut(self.hub.link)

    def crash_hub(self) -> None:
        """The hub ends and begins again."""
        self.hub.crash()

    def crash_hub_at(self) -> None:
        """The hub ends within its next transaction: before or after the commit, between the answers, before the acknowledgement."""
        self.hub.crash_at = self.chance.pick(4)

    def busy(self) -> None:
        """The hub's next commit fails and is tried again."""
        self.hub.busy = True

    def restart_broker(self) -> None:
        """The broker ends and comes back with what it had."""
        self.broker.restart(wiped=False)

    def wipe_broker(self) -> None:
        """The broker ends and comes back with nothing."""
        self.broker.restart(wiped=True)

    def lose_queue(self) -> None:
        """The broker forgets what waits for somebody."""
        self.broker.lose_queue(self.links[self.chance.pick(len(self.links))])

    def back_up(self) -> None:
        """The hub's database is copied."""
        self.hub.backup = self.hub.database.copy()

    def restore_hub(self) -> None:
        """The copy takes the database's place."""
        self.hub.restore()

    def copy_journal(self) -> None:
        """A journal is copied."""
        station = self.some()
        if not station.unheard:
            station.copy = station.journal.copy()

    def restore_journal(self) -> None:
        """The copy takes the journal's place."""
        self.some().restore_journal()

    def replace_journal(self) -> None:
        """A station gets a new journal."""
        self.some().replace_journal()

    def month(self) -> None:
        """A month passes, and the journals drop what is old."""
        self.pass_time(31 * DAY_NS)
        for station in self.stations:
            station.purge()

    def clock(self) -> None:
        """A clock jumps by up to 50 days, either way."""
        jump = (self.chance.pick(101) - 50) * DAY_NS
        who = self.chance.pick(len(self.stations) + 1)
        (self.stations[who] if who < len(self.stations) else self.hub).clock += jump

    # -- the end

    def quiet(self) -> None:
        """Nothing goes wrong any more: all must be confirmed in time."""
        self.chance.bits = 0
        self.broker.drops = self.broker.doubles = 0
        self.hub.crash_at, self.hub.busy = None, False
        for second in range(QUIET_S):
            for link in self.links:
                if not link.connected:
                    self.broker.connect(link)
            self.flow()
            if second and self.settled():
                return
            self.pass_time(S)
            self.tick()
        self.witness.object(
            "stall", "; ".join(f"{station.name}: {station.state}" for station in self.stations if not self.at_rest(station))
        )

    def flow(self) -> None:
        """Let everything under way arrive."""
        for _ in range(10_000):
            busy = False
            for link in self.links:
                busy |= bool(link.pipe or link.queue)
                self.broker.read(link, 1000)
                self.broker.deliver(link, 1000)
            busy |= bool(self.hub.pending)
            self.hub.work(1000)
            if not busy:
                return
        self.witness.object("stall", "messages go round for ever")

    def settled(self) -> bool:
        """Say whether everybody knows that all is taken."""
        return all(self.at_rest(station) for station in self.stations)

    def at_rest(self, station: Station) -> bool:
        """Say whether the hub has all of a journal and the station knows."""
        there = self.hub.database.streams.get((station.name, station.journal.incarnation))
        have = {"scans": there.seq, "faults": there.fault_seq} if there is not None else {"scans": 0, "faults": 0}
        state, journal = station.state, station.journal
        return state.greeted and not state.owed and all(have[name] == journal.next[name] - 1 == state.lane(name).position for name in LANES)

    def judge(self) -> None:
        """Hold the lights beside the database."""
        missing = self.witness.missing(self.hub.database)
        if missing:
            number = missing[0]
            self.witness.object(
                "lost", f"scan {number} of {self.witness.lit[number]} had its light; {len(missing)} such scans are not at the hub"
            )

    def line(self, number: int, doing: str) -> str:
        """Show how things stand before a step."""
        parts = [f"{number:4} {self.now / S:12.3f} s  {doing:20}"]
        for station in self.stations:
            state, link = station.state, station.link
            lanes = " ".join(
                f"{lane.lowest}..{lane.next_seq - 1} sent {lane.sent} has {lane.position}" for lane in (state.scans, state.faults)
            )
            mark = ("greeted" if state.greeted else "connected") if link.connected else "away"
            parts.append(f"{state.incarnation} {mark} [{lanes}] >{len(link.pipe)} <{len(link.queue)}")
        there = ", ".join(f"{key[1]}={stream.seq}/{stream.fault_seq}" for key, stream in self.hub.database.streams.items())
        parts.append(
            f"hub {'connected' if self.hub.link.connected else 'away'} {there} <{len(self.hub.link.queue)} in hand {len(self.hub.pending)}"
        )
        return " | ".join(parts)


def run(seed: int, steps: int = STEPS, without: frozenset[int] = frozenset(), say: Callable[[str], None] | None = None) -> Finding | None:
    """Run one seed."""
    return World(seed, steps, without=without, say=say).run()
