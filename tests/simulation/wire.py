"""A broker that keeps its word as little as MQTT lets it, and what a client has of a connection to it.

It acknowledges and forgets, delivers twice, lets topics overtake each other, keeps a queue over restarts or loses it. What it never
does: mix up the order within a topic, or deliver more than a client said it takes.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol

from broker import promises
from broker.promises import Ticket
from tests.simulation.chance import Chance
from tests.simulation.witness import Witness

Message = tuple[Any, ...]
"""Kind, station or hub, and what the kind says; ``scan`` and ``fault`` end with when they were published."""


class Handlers(Protocol):
    """A station or the hub."""

    def on_connect(self, present: bool) -> None:
        """Connected."""

    def on_disconnect(self) -> None:
        """The connection ended."""

    def on_message(self, message: Message, ticket: Ticket) -> None:
        """A message came."""

    def on_puback(self, message: Message) -> None:
        """The broker answered a publish."""

    def on_room(self) -> None:
        """The window opened."""


class Link:
    """One client: its side of the session, and what the broker keeps of it."""

    def __init__(self, name: str, owner: Handlers, will: Message | None) -> None:
        self.name = name
        self.owner = owner
        self.will = will
        self.window = self.takes = 10
        self.generation = 0
        self.connected = False
        self.pipe: deque[Message] = deque()
        self.present = False
        self.queue: deque[Message] = deque()
        self.inflight: dict[int, Message] = {}
        self.kept: dict[int, Message] = {}
        """What the broker had kept for it when its connection began."""

    @property
    def room(self) -> int:
        """How many publishes fit now."""
        return promises.room(self.window, len(self.pipe)) if self.connected else 0

    def publish(self, message: Message) -> bool:
        """Put a message on its way to the broker, if there is room."""
        if not self.connected or promises.room(self.window, len(self.pipe)) == 0:
            return False
        self.pipe.append(message)
        return True


class Broker:
    """Queues, retained messages and connections of all clients."""

    def __init__(self, chance: Chance, witness: Witness) -> None:
        self._chance = chance
        self._witness = witness
        self.links: dict[str, Link] = {}
        self.retained: dict[str, Message] = {}
        self.drops = 0
        self.doubles = 0

    def connect(self, link: Link) -> None:
        """Give a client a connection; what it did not acknowledge comes again, what is retained comes too."""
        link.generation += 1
        link.connected = True
        again = list(link.inflight.values())
        link.inflight.clear()
        link.queue.extendleft(reversed(again))
        link.kept = {id(message): message for message in link.queue}
        wanted = "hub" if link.name != "hub" else "state"
        kept = [(*message[:-1], True) for message in self.retained.values() if message[0] == wanted]
        (link.queue.extend if self._chance.pick(2) else link.queue.extendleft)(kept)
        present, link.present = link.present, True
        link.owner.on_connect(present)

    def cut(self, link: Link) -> None:
        """End a connection: some of what is under way arrives, the rest is lost, and so are the answers."""
        if not link.connected:
            return
        for _ in range(self._chance.pick(len(link.pipe) + 1)):
            self._accept(link, link.pipe.popleft())
        link.pipe.clear()
        link.connected = False
        link.owner.on_disconnect()
        if link.will is not None:
            self._route(link.will)

    def restart(self, *, wiped: bool) -> None:
        """End every connection; ``wiped`` loses queues, sessions and what is retained."""
        for link in self.links.values():
            self.cut(link)
        if wiped:
            self.retained.clear()
            for link in self.links.values():
                link.present = False
                link.queue.clear()
                link.inflight.clear()

    def lose_queue(self, link: Link) -> None:
        """Forget what waits for a client, as a full queue does."""
        link.queue.clear()

    def forget_under_way(self, link: Link) -> None:
        """Lose what is between one client and the hub, both ways."""
        link.queue.clear()
        link.inflight.clear()
        hub = self.links["hub"]
        hub.queue = deque(message for message in hub.queue if message[1] != link.name)
        hub.inflight = {mid: message for mid, message in hub.inflight.items() if message[1] != link.name}

    def read(self, link: Link, count: int) -> None:
        """Take what a client sent and acknowledge it."""
        pipe = link.pipe
        if not pipe:
            return
        if len(pipe) > link.window:
            self._witness.object("overrun", f"{link.name} has {len(pipe)} messages under way, {link.window} are allowed")
        if not link.connected:
            return
        for _ in range(min(count, len(pipe))):
            message = pipe.popleft()
            self._accept(link, message)
            link.owner.on_puback(message)
        link.owner.on_room()

    def deliver(self, link: Link, count: int) -> None:
        """Hand a client some of what waits for it, as many as it takes unacknowledged."""
        inflight, queue = link.inflight, link.queue
        while count and queue and link.connected and len(inflight) < link.takes:
            count -= 1
            mid = 1
            while mid in inflight:
                mid += 1
            message = inflight[mid] = queue.popleft()
            link.owner.on_message(message, Ticket(link.generation, mid, 1))

    def acknowledge(self, link: Link, ticket: Ticket) -> None:
        """Take a client's acknowledgement, if the client finds that it still counts."""
        if not link.connected or not ticket.belongs_to(link.generation):
            return
        message = link.inflight.pop(ticket.mid, None)
        if message is not None:
            self._witness.acknowledged(link.name, message)

    def _accept(self, link: Link, message: Message) -> None:
        kind = message[0]
        if kind == "scan" or kind == "fault":
            self._witness.published(link, message)
        if self.drops and self._chance.pick(100) < self.drops:
            return
        self._route(message)
        if self.doubles and self._chance.pick(100) < self.doubles:
            self._route(message)

    def _route(self, message: Message) -> None:
        kind, name = message[0], message[1]
        if kind == "hub":
            self.retained["hub"] = message
            for link in self.links.values():
                if link.present:
                    link.queue.append(message)
            return
        if kind == "state":
            self.retained[name] = message
        link = self.links["hub" if kind in ("scan", "fault", "state") else name]
        if link.present:
            link.queue.append(message)
            if self.doubles and len(link.queue) > 1 and self._chance.pick(100) < self.doubles:
                self._overtake(link.queue)

    @staticmethod
    def _overtake(queue: deque[Message]) -> None:
        last, before = queue.pop(), queue.pop()
        # Only messages of different topics may change places.
        queue.extend((last, before) if last[:2] != before[:2] else (before, last))
