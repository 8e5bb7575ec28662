"""What to send next: go-back-N over the journal's two lanes, as values in and values out.

The broker is a lossy wire, so only the hub's word counts: its Position says how far it has committed, and everything
above it is sent again from there. ``connected`` and silence make the station say hello; ``hello`` and ``gap`` answers
move it back to the hub's position; ``commit`` opens the window. A PUBACK moves nothing.

What a position leads to:

==============================  ====================================================================
``seq`` above ``reach``           the hub knows more than this journal ever sent (it came back from an old copy, and may have grown
                                since): begin a new incarnation, or the hub takes the next scans for repeats
hello, gap                      send on from ``seq + 1``, also when that is further back than before
                                (a hub restored from a backup)
commit                          never backwards: an old one may come late
other incarnation               ignored
==============================  ====================================================================
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Literal, NamedTuple

WINDOW = 50
PATIENCE_NS = 3_000_000_000
MAX_PATIENCE_NS = 60_000_000_000
SAME_GAP_NS = 500_000_000
NOTHING = range(0)

LaneName = Literal["scans", "faults"]
LANES: tuple[LaneName, ...] = ("scans", "faults")


class Lane(NamedTuple):
    """One stream: what is kept, how far the hub has it, how far it was sent on this flight, how many were never sent."""

    lowest: int = 1
    next_seq: int = 1
    position: int = 0
    sent: int = 0
    unsent: int = 0

    @property
    def reach(self) -> int:
        """The highest seq the hub can have from here: what an earlier run wrote it may have sent, what this one has not sent, not."""
        return self.next_seq - 1 - self.unsent

    @property
    def waiting(self) -> int:
        """How many rows the hub has not confirmed."""
        return max(0, self.next_seq - 1 - max(self.position, self.lowest - 1))


class Heard(NamedTuple):
    """A Position as it came from the hub."""

    incarnation: str
    scans: int
    faults: int
    reason: Literal["hello", "commit", "gap"]


class Then(Enum):
    """What the caller must do after a position."""

    SEND = auto()
    SAY_HELLO = auto()
    START_AGAIN = auto()
    IGNORE = auto()


class State(NamedTuple):
    """Everything the sender knows; times are monotonic nanoseconds."""

    incarnation: str
    scans: Lane = Lane()
    faults: Lane = Lane()
    connected: bool = False
    greeted: bool = False
    quiet_since_ns: int = 0
    hellos: int = 0
    gap: tuple[int, int] | None = None
    gap_ns: int = 0

    def lane(self, name: LaneName) -> Lane:
        """Give one of the two lanes."""
        return self.scans if name == "scans" else self.faults

    @property
    def owed(self) -> bool:
        """Whether something waits for the hub."""
        return bool(self.scans.waiting or self.faults.waiting)


def opened(lowest: int, next_seq: int, position: int) -> Lane:
    """Give a lane as its journal holds it; an earlier run may have sent all of it."""
    return Lane(lowest, next_seq, position, position)


def with_lane(state: State, name: LaneName, lane: Lane) -> State:
    """Put a lane back."""
    if name == "scans":
        return State(state.incarnation, lane, *state[2:])
    return State(state.incarnation, state.scans, lane, *state[3:])


def connected(state: State, now_ns: int) -> State:
    """A connection came about: the caller says hello, and nothing is sent before the hub has answered."""
    return state._replace(connected=True, greeted=False, quiet_since_ns=now_ns, hellos=0, gap=None)


def greeting(state: State, now_ns: int) -> State:
    """A hello is said: nothing is sent behind it before it is answered, so that what follows a hello is never stale.

    Every state is a hello, the heartbeat's too: a hub that was away finds both in the broker and takes what is behind it for new.
    """
    return state._replace(greeted=False, quiet_since_ns=now_ns if state.greeted else state.quiet_since_ns)


def disconnected(state: State) -> State:
    """The connection is gone, and with it whatever was under way."""
    return state._replace(connected=False, greeted=False)


def appended(state: State, name: LaneName, seq: int, now_ns: int) -> State:
    """A row is on disk."""
    lane = state.lane(name)
    quiet = state.quiet_since_ns if state.owed else now_ns
    state = with_lane(state, name, Lane(min(lane.lowest, seq), seq + 1, lane.position, lane.sent, lane.unsent + 1))
    return state if quiet == state.quiet_since_ns else state._replace(quiet_since_ns=quiet)


def purged(state: State, name: LaneName, lowest: int) -> State:
    """Old rows went from the journal."""
    return with_lane(state, name, state.lane(name)._replace(lowest=lowest))


def heard(state: State, position: Heard, now_ns: int) -> tuple[State, Then]:
    """Take the hub's word."""
    if position.incarnation != state.incarnation:
        return state, Then.IGNORE
    if position.scans > state.scans.reach or position.faults > state.faults.reach:
        return state, Then.START_AGAIN
    if position.reason == "commit":
        return _advance(state, position, now_ns), Then.SEND
    if position.reason == "gap" and _same_gap(state, position, now_ns):
        return state, Then.IGNORE
    return _go_back(state, position, now_ns)


def _advance(state: State, position: Heard, now_ns: int) -> State:
    scans, faults = _forward(state.scans, position.scans), _forward(state.faults, position.faults)
    if (scans.position, faults.position) == (state.scans.position, state.faults.position):
        return state
    return state._replace(scans=scans, faults=faults, quiet_since_ns=now_ns, hellos=0, gap=None)


def _forward(lane: Lane, seq: int) -> Lane:
    return Lane(lane.lowest, lane.next_seq, max(lane.position, seq), max(lane.sent, seq), lane.unsent)


def _back(lane: Lane, seq: int) -> Lane:
    return Lane(lane.lowest, lane.next_seq, seq, seq, lane.unsent)


def _same_gap(state: State, position: Heard, now_ns: int) -> bool:
    # The hub answers each of the messages behind a hole: one answer is enough, or the window is sent fifty times.
    return state.gap == (position.scans, position.faults) and now_ns - state.gap_ns < SAME_GAP_NS


def _go_back(state: State, position: Heard, now_ns: int) -> tuple[State, Then]:
    before = (state.scans.position, state.faults.position)
    progress = position.scans > before[0] or position.faults > before[1]
    gap = ((position.scans, position.faults), now_ns) if position.reason == "gap" else (None, 0)
    state = state._replace(
        scans=_back(state.scans, position.scans),
        faults=_back(state.faults, position.faults),
        greeted=state.connected,
        quiet_since_ns=now_ns,
        hellos=0 if progress else state.hellos,
        gap=gap[0],
        gap_ns=gap[1],
    )
    # The hub waits for rows that are no longer kept: a hello tells it the lowest there is.
    gone = position.reason == "gap" and any(state.lane(name).position < state.lane(name).lowest - 1 for name in LANES)
    return state, Then.SAY_HELLO if gone else Then.SEND


def to_send(state: State, name: LaneName, room: int) -> range:
    """Give the seqs to publish now: behind what was sent, within the window and the session's room."""
    lane = state.lane(name)
    if not (state.connected and state.greeted) or lane.sent >= lane.next_seq - 1:
        return NOTHING
    floor = max(lane.position, lane.lowest - 1)
    first = max(lane.sent, floor) + 1
    return range(first, min(lane.next_seq, floor + WINDOW + 1, first + room))


def sent(state: State, name: LaneName, seq: int) -> State:
    """A row was handed to the session; that proves nothing."""
    lane = state.lane(name)
    unsent = min(lane.unsent, lane.next_seq - 1 - seq)
    return with_lane(state, name, Lane(lane.lowest, lane.next_seq, lane.position, max(lane.sent, seq), unsent))


def tick(state: State, now_ns: int) -> tuple[State, bool]:
    """Say whether it is time to say hello again: owed something, and no progress for longer and longer waits."""
    patience = min(PATIENCE_NS << min(state.hellos, 8), MAX_PATIENCE_NS)
    silent = state.connected and (state.owed or not state.greeted) and now_ns - state.quiet_since_ns >= patience
    if not silent:
        return state, False
    return state._replace(quiet_since_ns=now_ns, hellos=state.hellos + 1), True
