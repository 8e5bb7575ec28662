"""The journal's rows to the hub, and the hub's words back: the edge around ``go_back_n``.

It is the session's handlers. Every message is acknowledged after it was taken; one that cannot be read is logged
and acknowledged too, for nothing would come of seeing it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from broker.answers import IDENTIFY
from broker.codec import Unreadable, decode, encode
from broker.messages import HubState, Message, Position, Reply, StationSettings
from broker.session import Delivery, Session
from broker.topics import Root
from station import go_back_n
from station.desk import Desk
from station.errors import JournalFull
from station.go_back_n import Heard, LaneName, Then
from station.hubs import Hubs
from station.journal import Journal, Lane, Row
from station.moment import NS_PER_MS, Clock, Moment, NewId
from station.presence import Presence
from station.reasons import reason
from station.records import Origin, fault_message, payload_of, scan_of
from station.reply_watch import ReplyWatch
from station.screen import Scanned, Waiting
from station.words import Key, Saying

log = logging.getLogger(__name__)

PAGE = 50
SIGNAL_WITHIN_MS = 10_000
CALLED_WITHIN = timedelta(seconds=30)
_NAMES: dict[Lane, LaneName] = {Lane.SCANS: "scans", Lane.FAULTS: "faults"}
_REFUSED = {Lane.SCANS: Key.SCAN_REFUSED, Lane.FAULTS: Key.FAULT_REFUSED}


class Uplink:
    """Sends what the hub has not committed, as fast as window and room allow."""

    def __init__(
        self,
        station: str,
        root: Root,
        journal: Journal,
        desk: Desk,
        presence: Presence,
        *,
        clock: Clock,
        new_id: NewId,
        began_anew: Callable[[], None],
        settings_came: Callable[[StationSettings], None],
    ) -> None:
        self._station = station
        self._root = root
        self._journal = journal
        self._desk = desk
        self._presence = presence
        self._clock = clock
        self._new_id = new_id
        self._began_anew = began_anew
        self._settings_came = settings_came
        self._topics = {lane: root.topic(lane.value, station=station) for lane in Lane}
        self._done = {lane: partial(self._published, lane) for lane in Lane}
        self._replies = ReplyWatch()
        self._hubs = Hubs()
        self._session: Session | None = None
        self._silence_told = False
        self._desk_shown: str | None = None
        self._state = self._from_journal()

    def attach(self, session: Session) -> None:
        """Say which session to publish through."""
        self._session = session

    @property
    def session(self) -> Session:
        """The session in use."""
        assert self._session is not None, "attach comes first"  # noqa: S101 - wiring
        return self._session

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """What a station listens to."""
        own = (self._root.topic(key, station=self._station) for key in ("reply", "position", "settings"))
        return (*own, self._root.filter("hub"))

    @property
    def waiting(self) -> int:
        """How many scans the hub has not confirmed."""
        return self._state.scans.waiting

    @property
    def queue(self) -> Waiting:
        """How many those are, and how old the first of them is."""
        first = self._journal.rows(Lane.SCANS, self._state.scans.position + 1, 1) if self.waiting else []
        return Waiting(self.waiting, first[0].moment.age_s(self._clock()) if first else 0.0)

    @property
    def answers_owed(self) -> bool:
        """Whether the hub is there and still has to answer something the desk waits for."""
        return self._state.greeted and bool(self._replies)

    @property
    def settled(self) -> bool:
        """Whether everything is committed by the hub and answered."""
        return self.waiting == 0 and not self._replies

    # -- what the session tells

    def on_connect(self, session_present: bool) -> None:
        """Say hello; sending starts with the hub's answer."""
        log.info("connected", extra={"action": "connect", "session_present": session_present})
        self._state = go_back_n.connected(self._state, self._now_ns())
        self._silence_told = False
        self._say_hello()

    def on_disconnect(self, why: str) -> None:
        """Note that nothing is under way any more."""
        log.warning("not connected", extra={"action": "disconnect", "reason": why})
        self._state = go_back_n.disconnected(self._state)
        self._desk.went_offline(Saying(Key.OFFLINE, {"reason": reason(why)}))

    def on_room(self) -> None:
        """Send on."""
        self.pump()

    def on_message(self, delivery: Delivery) -> None:
        """Take one message from the hub, then acknowledge it."""
        self._take(delivery)
        self.session.acknowledge(delivery)

    # -- what the station tells

    def appended(self, lane: Lane, row: Row) -> None:
        """A row is on disk: send it, a scan without reading it back where it is the only one to be sent."""
        now = self._clock()
        self._state = go_back_n.appended(self._state, _NAMES[lane], row.seq, now.monotonic_ns)
        if lane is Lane.FAULTS:
            self._presence.changed()
            self.pump()
        elif go_back_n.to_send(self._state, "scans", self.session.room) != range(row.seq, row.seq + 1):
            self.pump()
        elif self._publish_scan(row, now):
            # Before the desk is shown anything: the hub's answer is what it waits for.
            self.session.send_now()
            self._state = go_back_n.sent(self._state, "scans", row.seq)

    def tick(self) -> None:
        """Look after everything that depends on time; a few times a second is enough."""
        now_ns = self._now_ns()
        self._state, hello = go_back_n.tick(self._state, now_ns)
        if hello:
            log.info("no progress, saying hello again", extra={"action": "hello", "waiting": self.waiting})
            self._tell_silence()
            self._say_hello()
        if self._state.connected and self._state.greeted:
            self._ask_again(now_ns)
        if self._presence.tick(self.session, self._state):
            self._state = go_back_n.greeting(self._state, now_ns)
        self.pump()

    def purged(self) -> None:
        """Old rows went from the journal."""
        for lane, name in _NAMES.items():
            self._state = go_back_n.purged(self._state, name, self._journal.bounds(lane).lowest)

    def pump(self) -> None:
        """Publish what may be published now, scans first."""
        for lane, name in _NAMES.items():
            while span := go_back_n.to_send(self._state, name, self.session.room):
                rows = self._journal.rows(lane, span.start, min(len(span), PAGE))
                if not all(self._send(lane, row) for row in rows) or not rows:
                    break

    # -- the hub's words

    def _take(self, delivery: Delivery) -> None:
        found = self._root.station_and_key(delivery.topic)
        kinds: dict[str, type[Message]] = {"reply": Reply, "position": Position, "settings": StationSettings}
        kind = kinds.get(found[1], Message) if found else HubState
        message = decode(kind, delivery.payload)
        match message:
            case Reply():
                self._take_reply(message)
            case Position():
                self._take_position(message)
            case StationSettings():
                self._take_settings(message)
            case HubState():
                self._take_hub(message, just_now=not delivery.retained)
            case Unreadable():
                log.warning("unreadable message", extra={"action": "receive", "topic": delivery.topic, "reason": message.reason})
            case _:
                log.warning("unexpected message", extra={"action": "receive", "topic": delivery.topic})

    def _take_reply(self, reply: Reply) -> None:
        if reply.rule == IDENTIFY:
            self._take_call(reply)
            return
        scan = self._scan_of(reply)
        if scan is not None and (took_ns := self._replies.answered(reply.seq, self._now_ns())) is not None:
            self._presence.clock_is_off(_offset_ms(reply.decided_at, self._clock().wall, took_ns))
        log.info("reply", extra={"action": "reply", "scan": reply.scan_id, "rule": reply.rule, "outcome": reply.outcome.value})
        self._desk.replied(reply, scan)

    def _take_call(self, call: Reply) -> None:
        # The broker keeps it for a station that is away, and whoever asked has left the desk by then.
        offset = timedelta(milliseconds=self._presence.clock_offset_ms or 0)
        age = self._clock().wall + offset - call.decided_at
        if self._presence.clock_offset_ms is not None and age > CALLED_WITHIN:
            log.info("call came late", extra={"action": "identify", "call": call.scan_id})
            return
        log.info("called", extra={"action": "identify", "call": call.scan_id})
        self._desk.called(call)

    def _scan_of(self, reply: Reply) -> Scanned | None:
        known = 0 < reply.seq < self._journal.bounds(Lane.SCANS).next_seq
        row = self._journal.row(Lane.SCANS, reply.seq) if known else None
        if row is None or (kept := scan_of(row.body)).scan_id != reply.scan_id:
            return None
        # The answers to a morning offline must not make the scanner beep for a minute.
        age_ms = row.moment.age_ms(self._clock())
        scanner = kept.scanner if age_ms is not None and age_ms <= SIGNAL_WITHIN_MS else None
        return Scanned(row.seq, kept.scan_id, kept.barcode, scanner)

    def _take_position(self, position: Position) -> None:
        heard = Heard(position.incarnation, position.seq, position.fault_seq, position.reason)
        self._state, then = go_back_n.heard(self._state, heard, self._now_ns())
        match then:
            case Then.IGNORE:
                log.info("position ignored", extra={"action": "position", "incarnation": position.incarnation, "reason": position.reason})
            case Then.START_AGAIN:
                self._start_again(position)
            case Then.SEND | Then.SAY_HELLO:
                self._follow(then)

    def _follow(self, then: Then) -> None:
        for lane, name in _NAMES.items():
            self._journal.confirm(lane, self._state.lane(name).position)
        if self._state.greeted:
            self._desk.went_online(Saying(Key.ONLINE))
        if then is Then.SAY_HELLO:
            log.error("the hub waits for scans that are no longer kept", extra={"action": "position", "lowest": self._state.scans.lowest})
            self._say_hello()
        self.pump()

    def _start_again(self, position: Position) -> None:
        log.error(
            "the hub is ahead of this journal, which must be an old copy: a new incarnation begins",
            extra={"action": "start_again", "hub_seq": position.seq, "next_seq": self._state.scans.next_seq},
        )
        try:
            self._journal.start_again(self._new_id())
        except JournalFull as error:
            # Tried again at the next hello.
            self._presence.problem("storing", str(error))
            return
        self._state = go_back_n.connected(self._from_journal(), self._now_ns())
        self._replies.forget()
        self._began_anew()
        self._say_hello()

    def _take_settings(self, settings: StationSettings) -> None:
        if settings.v == 2:
            # Who sends it reads it: a hub whose own state did not come through is known by this.
            self._presence.speak(more=True)
        self._settings_came(settings)
        # The settings come again with each connect, and the desk is still the same.
        if settings.desk_name != self._desk_shown:
            self._desk_shown = settings.desk_name
            self._desk.note("ready", Saying(Key.DESK, {"desk": settings.desk_name}))

    def _take_hub(self, hub: HubState, *, just_now: bool) -> None:
        born = self._hubs.heard(hub.hub, hub.born_at, online=hub.online, program=hub.version)
        if (more := self._hubs.read_second) is not None:
            self._presence.speak(more=more)
        # A retained birth came with our own connect, and that has said hello already.
        if born and just_now and self._state.connected:
            self._say_hello()
        elif self._hubs.all_away and self._desk.online:
            self._desk.went_offline(Saying(Key.HUB_AWAY))

    # -- sending

    def _send(self, lane: Lane, row: Row) -> bool:
        if not self._publish(lane, row):
            return False
        self._state = go_back_n.sent(self._state, _NAMES[lane], row.seq)
        return True

    def _publish(self, lane: Lane, row: Row) -> bool:
        now = self._clock()
        return self._publish_scan(row, now) if lane is Lane.SCANS else self._hand_over(lane, encode(fault_message(row, self._origin, now)))

    def _publish_scan(self, row: Row, now: Moment) -> bool:
        published, moment = self._hand_over(Lane.SCANS, payload_of(row, self._origin, now)), row.moment
        if published and moment.boot == now.boot:
            self._replies.sent(row.seq, moment.monotonic_ns, now.monotonic_ns)
        return published

    @property
    def _origin(self) -> Origin:
        return Origin(self._station, self._journal.incarnation)

    def _hand_over(self, lane: Lane, payload: bytes) -> bool:
        return self.session.publish(self._topics[lane], payload, done=self._done[lane])

    def _published(self, lane: Lane, refusal: str | None) -> None:
        """The broker answered; a yes proves nothing, a no is told to people."""
        if not self.session.connected:
            return
        saying = Saying(_REFUSED[lane], {"reason": reason(refusal)}) if refusal else None
        if self._presence.problem("broker", str(saying) if saying else None) and saying:
            log.warning("refused by the broker", extra={"action": "publish", "lane": lane.value, "reason": refusal})
            self._desk.note("problem", saying)

    def _ask_again(self, now_ns: int) -> None:
        for seq in self._replies.due(self._state.scans.position, now_ns):
            row = self._journal.row(Lane.SCANS, seq)
            if row is not None:
                log.info("no reply, asking again", extra={"action": "ask_again", "seq": seq})
                self._publish(Lane.SCANS, row)

    def _tell_silence(self) -> None:
        if self._desk.online or not self._silence_told:
            self._silence_told = True
            self._desk.went_offline(Saying(Key.HUB_SILENT))

    def _say_hello(self) -> None:
        self._state = go_back_n.greeting(self._state, self._now_ns())
        self._presence.changed()
        self._presence.say(self.session, self._state)

    def _from_journal(self) -> go_back_n.State:
        lanes = {}
        for lane, name in _NAMES.items():
            bounds = self._journal.bounds(lane)
            lanes[name] = go_back_n.opened(bounds.lowest, bounds.next_seq, bounds.position)
        return go_back_n.State(self._journal.incarnation, lanes["scans"], lanes["faults"])

    def _now_ns(self) -> int:
        return self._clock().monotonic_ns


def _offset_ms(decided_at: datetime, now: datetime, took_ns: int) -> int:
    """Give the hub's clock minus ours, as if the answer had taken as long as the question."""
    return round((decided_at - now).total_seconds() * 1000 + took_ns / 2 / NS_PER_MS)
