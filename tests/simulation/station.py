"""A station around the product's ``station.go_back_n``: a journal that keeps its last commit, and the order of ``station.uplink``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from broker.promises import Ticket
from station import go_back_n
from station.go_back_n import LANES, Heard, LaneName, Then
from station.hubs import Hubs
from station.presence import is_due
from station.reply_watch import ReplyWatch
from tests.simulation.hub import Hub
from tests.simulation.journal import Journal
from tests.simulation.wire import Broker, Link, Message
from tests.simulation.witness import Witness

KINDS: dict[LaneName, str] = {"scans": "scan", "faults": "fault"}
EPOCH = datetime(2026, 11, 26, tzinfo=UTC)
DAY_NS = 86_400_000_000_000
KEEP_NS = 30 * DAY_NS


class Station:
    """Journals what is scanned, sends what the hub has not committed."""

    def __init__(self, name: str, witness: Witness, broker: Broker, hub: Hub) -> None:
        self.name = name
        self._witness = witness
        self._broker = broker
        self._hub = hub
        self.link = Link(name, self, ("state", name, None, False))
        self.journals = 1
        self.journal = Journal(f"{name}.1")
        self.copy = self.journal.copy()
        self.now = 0
        self.clock = 0
        self.crash_next = 0
        self.unheard = False
        self.start()

    # -- its life

    def start(self) -> None:
        """Begin as a new process."""
        self.journal.crash()
        self.state = self.from_journal()
        self.replies = ReplyWatch()
        self.hubs = Hubs()
        self.due = False
        self.said_ns: int | None = None

    def crash(self) -> None:
        """End at once, and begin again; not between the return of an old journal and the hub's first word to it."""
        if self.unheard:
            return
        self._broker.cut(self.link)
        self.start()

    def replace_journal(self) -> None:
        """Begin with an empty journal; what the old one held is lost."""
        self._broker.cut(self.link)
        self._give_up(self.journal, Journal(""))
        self.journal = self.new_journal()
        self.copy = self.journal.copy()
        self.start()

    def new_journal(self) -> Journal:
        """Make a journal that never was."""
        self.journals += 1
        return Journal(f"{self.name}.{self.journals}")

    def restore_journal(self) -> None:
        """Put an old copy in the place of the journal."""
        self._broker.cut(self.link)
        self._give_up(self.journal, self.copy)
        self.journal = self.copy.copy()
        self._broker.forget_under_way(self.link)
        self._hub.forget_in_hand(self.name)
        self.unheard = True
        self.start()

    def _give_up(self, old: Journal, new: Journal, only: set[int] | None = None) -> None:
        """Note the scans whose disk is gone; a journal that begins again may drop ``only`` what the hub has had."""
        kept = {number for number, _ in new.rows["scans"].values()}
        gone = {number for number, _ in old.rows["scans"].values() if number not in kept}
        self._witness.fragile.update(gone if only is None else gone & only)
        self._witness.fragile.update(number for number, place in self._witness.purged.items() if place[0] == self.name)

    # -- what people do

    def scan(self, lane: LaneName) -> None:
        """Read something: on disk, then the light, then on the wire."""
        witness = self._witness
        witness.made += 1
        number = witness.made
        crash, self.crash_next = 0 if self.unheard else self.crash_next, 0
        if crash == 1:
            self.crash()
            return
        seq = self.store(lane, number)
        if crash == 2:
            self.crash()
            return
        if lane == "scans":
            witness.lit[number] = self.name
        if crash == 3:
            self.crash()
            return
        self.state = go_back_n.appended(self.state, lane, seq, self.now)
        if lane == "faults":
            self.due = True
        self.pump()

    def store(self, lane: LaneName, number: int) -> int:
        """Commit one row."""
        return self.journal.append(lane, number, self.now + self.clock)

    def purge(self) -> None:
        """Drop what is confirmed and 30 days old."""
        for number, place in self.journal.purge(self.now + self.clock - KEEP_NS).items():
            self._witness.purged[number] = (self.name, self.journal.incarnation, place)
        for name in LANES:
            self.state = go_back_n.purged(self.state, name, self.journal.lowest(name))

    # -- what the session tells

    def on_connect(self, present: bool) -> None:
        """Say hello."""
        self.state = go_back_n.connected(self.state, self.now)
        self.say_hello()

    def on_disconnect(self) -> None:
        """Nothing is under way any more."""
        self.state = go_back_n.disconnected(self.state)

    def on_message(self, message: Message, ticket: Ticket) -> None:
        """Take one message, then acknowledge it."""
        kind = message[0]
        if kind == "position":
            self.position(message[2], message[3])
        elif kind == "reply":
            self._witness.told(self._hub.database, message)
            self.replies.answered(message[2], self.now)
        else:
            self.hub_state(message)
        self._broker.acknowledge(self.link, ticket)

    def on_puback(self, message: Message) -> None:
        """It proves nothing."""

    def on_room(self) -> None:
        """Send on."""
        self.pump()

    def tick(self) -> None:
        """Look after everything that depends on time."""
        self.journal.note()
        self.state, hello = go_back_n.tick(self.state, self.now)
        if hello:
            self.say_hello()
        if self.state.connected and self.state.greeted:
            self.ask_again()
        if self.link.connected and is_due(self.due, self.said_ns, self.now):
            self.say()
            if not self.due:
                self.state = go_back_n.greeting(self.state, self.now)
        self.pump()

    def pump(self) -> None:
        """Publish what may be published now, scans first."""
        if not self.state.greeted or not self.link.room:
            return
        for name in LANES:
            while span := go_back_n.to_send(self.state, name, self.link.room):
                if not self.send_some(name, span):
                    break

    # -- the hub's words

    def position(self, heard: Heard, restores: int) -> None:
        """Take the hub's word."""
        self._witness.position_came(self.link, heard.reason)
        if heard.incarnation == self.state.incarnation:
            self.unheard = False
        self._witness.believes(self._hub.database, (self.name, heard.incarnation), (heard.scans, heard.faults), restores)
        self.state, then = go_back_n.heard(self.state, heard, self.now)
        if then is Then.IGNORE:
            return
        if then is Then.START_AGAIN:
            self.start_again()
            return
        key = (self.name, self.state.incarnation)
        lanes = self.state.scans, self.state.faults
        if heard.reason != "commit":
            self._witness.believes(self._hub.database, key, (lanes[0].position, lanes[1].position), restores)
        self.journal.told["scans"], self.journal.told["faults"] = lanes[0].position, lanes[1].position
        if then is Then.SAY_HELLO:
            self.say_hello()
        self.pump()

    def start_again(self) -> None:
        """Number anew what the hub has not confirmed."""
        before = self.journal.copy()
        self.journals += 1
        self.journal.start_again(f"{self.name}.{self.journals}")
        self._give_up(before, self.journal, self._witness.ever)
        self.state = go_back_n.connected(self.from_journal(), self.now)
        self.replies.forget()
        self.say_hello()

    def hub_state(self, message: Message) -> None:
        """Say hello to a hub that was just born."""
        _, hub, born, online, _canary, retained = message
        fresh = self.hubs.heard(hub, EPOCH + timedelta(microseconds=born // 1000), online=online)
        if fresh and not retained and self.state.connected:
            self.say_hello()

    # -- sending

    def send_some(self, name: LaneName, span: range) -> bool:
        """Publish what there is of these rows; that proves nothing. False where there is none, or no room."""
        rows = self.journal.some(name, span.start, len(span))
        gone = [seq for seq, number in rows if self.publish(name, seq, number)]
        if gone:
            self.state = go_back_n.sent(self.state, name, gone[-1])
        return 0 < len(gone) == len(rows)

    def publish(self, name: LaneName, seq: int, number: int) -> bool:
        """Put a row on the wire."""
        published = self.link.publish((KINDS[name], self.name, self.journal.incarnation, seq, number))
        if published and name == "scans":
            self.replies.sent(seq, self.now, self.now)
        return published

    def ask_again(self) -> None:
        """Ask for replies that did not come."""
        for seq in self.replies.due(self.state.scans.position, self.now):
            for found, number in self.journal.some("scans", seq, 1):
                if found == seq:
                    self.publish("scans", seq, number)

    def say_hello(self) -> None:
        """Say hello; nothing is sent behind it before it is answered."""
        self.state = go_back_n.greeting(self.state, self.now)
        self.due = True
        self.say()

    def say(self) -> None:
        """Publish the state, which is a hello too."""
        journal = self.journal
        hello = (journal.incarnation, journal.lowest("scans"), journal.next["scans"], journal.lowest("faults"), journal.next["faults"])
        said = self.link.publish(("state", self.name, hello, False))
        self.due = not said
        if said:
            self.said_ns = self.now

    def from_journal(self) -> go_back_n.State:
        """Give what a sender knows at its start."""
        journal = self.journal
        scans, faults = (go_back_n.opened(journal.lowest(name), journal.next[name], journal.position(name)) for name in LANES)
        return go_back_n.State(journal.incarnation, scans, faults)
