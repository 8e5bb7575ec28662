"""Rules broken on purpose, one each, by another decision in the place of the product's; each must be caught within some hundred seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from broker import promises
from hub.core import streams
from hub.core.streams import Place, Stream
from station import go_back_n
from station.go_back_n import Then
from tests.simulation.hub import Hub
from tests.simulation.journal import Journal
from tests.simulation.station import Station

Patch = tuple[Any, str, Callable[..., Any]]


def _no_dedup() -> list[Patch]:
    def place(memory: Any, batch: Any, key: Any, seq: int) -> Place:
        found = original(memory, batch, key, seq)
        return Place.NEXT if found is Place.REPEAT else found

    original = streams.place_of_scan
    return [(streams, "place_of_scan", place), (Hub, "reply_to", lambda self, number, work: None)]


def _no_gap_check() -> list[Patch]:
    def place(memory: Any, batch: Any, key: Any, seq: int) -> Place:
        found = original(memory, batch, key, seq)
        return Place.NEXT if found is Place.GAP else found

    original = streams.place_of_scan
    return [(streams, "place_of_scan", place)]


def _gap_skipped() -> list[Patch]:
    def back(state: Any, position: Any, now_ns: int) -> Any:
        if position.reason != "gap":
            return original(state, position, now_ns)
        return state._replace(scans=state.scans._replace(position=state.scans.sent), greeted=True), Then.SEND

    original = go_back_n._go_back
    return [(go_back_n, "_go_back", back)]


def _trust_puback() -> list[Patch]:
    def puback(self: Station, message: Any) -> None:
        if message[0] == "scan":
            lane = self.state.scans
            self.state = go_back_n.with_lane(self.state, "scans", lane._replace(position=max(lane.position, message[3])))

    def heard(state: Any, position: Any, now_ns: int) -> Any:
        if position.incarnation != state.incarnation:
            return state, Then.IGNORE
        return _heard(state, position._replace(scans=max(position.scans, state.scans.position)), now_ns)

    return [(Station, "on_puback", puback), (go_back_n, "heard", heard)]


def _ack_first() -> list[Patch]:
    def steps(self: Hub, batch: Any) -> None:
        for _, ticket in batch:
            self._broker.acknowledge(self.link, ticket)
        original(self, batch)

    original = Hub.steps
    return [(Hub, "steps", steps)]


def _answer_first() -> list[Patch]:
    def steps(self: Hub, batch: Any) -> None:
        work = self.decide(batch)
        self.answer(work)
        self.may_crash(0)
        self.commit(work, batch)
        self.may_crash(1)
        self.acknowledge(batch)

    return [(Hub, "steps", steps)]


def _hello_not_awaited() -> list[Patch]:
    return [(go_back_n, "connected", lambda state, now_ns: _connected(state, now_ns)._replace(greeted=True)), _NO_GREETING]


_connected = go_back_n.connected
_NO_GREETING: Patch = (go_back_n, "greeting", lambda state, now_ns: state)


def _reused() -> list[Patch]:
    def purge(self: Journal, before: int) -> dict[int, int]:
        gone = original(self, before)
        for name, rows in self.rows.items():
            self.next[name] = max(rows, default=0) + 1
        return gone

    original = Journal.purge
    return [(Journal, "purge", purge)]


def _mixed_lanes() -> list[Patch]:
    def taken(batch: Any, key: Any, seq: int) -> None:
        stream = batch.streams[key]
        batch.streams[key] = Stream(stream.key, max(stream.seq, seq), seq)
        batch.moved.add(key)

    return [(streams, "fault_taken", taken)]


def _other_incarnation() -> list[Patch]:
    return [(go_back_n, "heard", lambda state, position, now: _heard(state, position._replace(incarnation=state.incarnation), now))]


_heard = go_back_n.heard


def _never_again() -> list[Patch]:
    def heard(state: Any, position: Any, now_ns: int) -> Any:
        after, then = _heard(state, position, now_ns)
        return (after, Then.IGNORE) if then is Then.START_AGAIN else (after, then)

    return [(go_back_n, "heard", heard)]


def _steps_over_one() -> list[Patch]:
    return [(streams, "met", lambda stream, lowest, lowest_fault: _met(stream, lowest + 1, lowest_fault))]


_met = streams.met


def _light_first() -> list[Patch]:
    def scan(self: Station, lane: Any) -> None:
        if lane == "scans":
            self._witness.lit[self._witness.made + 1] = self.name
        original(self, lane)

    original = Station.scan
    return [(Station, "scan", scan)]


def _replaced_unnamed() -> list[Patch]:
    return [(Station, "new_journal", lambda self: Journal(self.journal.incarnation))]


def _purges_unconfirmed() -> list[Patch]:
    old = staticmethod(lambda rows, position, before: [seq for seq, (_, at) in rows.items() if at < before])
    return [(Journal, "old", old)]


def _position_first() -> list[Patch]:
    def commit(self: Hub, work: Any, batch: Any) -> None:
        replies, work.replies = work.replies, []
        self.answer(work)
        work.replies = replies
        self.may_crash(1)
        original(self, work, batch)

    original = Hub.commit
    return [(Hub, "commit", commit)]


MUTANTS: dict[str, tuple[str, Callable[[], list[Patch]]]] = {
    "no_dedup": ("what was taken before is taken again", _no_dedup),
    "no_gap_check": ("any number above the last one is the next", _no_gap_check),
    "gap_skipped": ("a station asked to go back goes on", _gap_skipped),
    "trust_puback": ("what the broker acknowledged counts as confirmed", _trust_puback),
    "ack_first": ("the acknowledgement leaves before the commit", _ack_first),
    "answer_first": ("reply and position leave before the commit", _answer_first),
    "hello_not_awaited": ("a station sends before the hub has answered its hello", _hello_not_awaited),
    "any_generation": (
        "an acknowledgement of an earlier connection counts on this one",
        lambda: [(promises.Ticket, "belongs_to", lambda self, generation: True)],
    ),
    "seq_reused": ("numbers come again after a purge", _reused),
    "lanes_mixed": ("a fault moves the scans on", _mixed_lanes),
    "any_incarnation": ("a position of another incarnation is taken", _other_incarnation),
    "window_ignored": ("more is sent than the broker takes", lambda: [(promises, "room", lambda window, under_way: 1000)]),
    "old_copy_goes_on": ("a journal the hub is ahead of goes on as it is", _never_again),
    "steps_over_one_more": ("the answer to a hello steps over one scan too many", _steps_over_one),
    "light_first": ("the light comes before the commit", _light_first),
    "old_name": ("a new journal has the old one's incarnation", _replaced_unnamed),
    "purges_unconfirmed": ("what is old goes, confirmed or not", _purges_unconfirmed),
    "position_first": ("the position leaves before the commit", _position_first),
    "queue_as_new": ("what waited in the broker is taken at its old age", lambda: [(streams, "stale", lambda memory, key: False)]),
    "gap_untold": (
        "what can no longer come is stepped over without a word",
        lambda: [(Hub, "tell_gap", lambda self, work, key, first, last: None)],
    ),
}


@contextmanager
def broken(name: str | None) -> Iterator[None]:
    """Break one rule for a while; None breaks none."""
    patches = MUTANTS[name][1]() if name is not None else []
    before = [(where, what, vars(where)[what]) for where, what, _ in patches]
    for where, what, wrong in patches:
        setattr(where, what, wrong)
    try:
        yield
    finally:
        for where, what, right in before:
            setattr(where, what, right)
