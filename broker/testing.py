"""A broker in memory and a session to it, for tests; both are held to the contract tests of the real ones.

The knobs to misbehave are methods of ``MemoryBroker``: ``drop``, ``wipe``, ``go_down``, ``come_up``, ``refuse_topic``,
``refuse_login``, ``refuse_subscription``, ``hold_acknowledgements``, ``lose_next``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broker import refusals
from broker.lasting import LastingSession, Link
from broker.promises import Delivery, Done, Handlers, SessionSettings, Ticket, Will, room

FLUSH_LIMIT_S = 1.0


def matches(topic_filter: str, topic: str) -> bool:
    """Say whether a topic falls under a subscription with + and #."""
    wanted, have = topic_filter.split("/"), topic.split("/")
    for place, part in enumerate(wanted):
        if part == "#":
            return True
        if place >= len(have) or part not in ("+", have[place]):
            return False
    return len(wanted) == len(have)


@dataclass(frozen=True)
class _Stored:
    topic: str
    payload: bytes
    retained: bool


@dataclass
class _Kept:
    """What the broker keeps of a client between its connections."""

    subscriptions: set[str] = field(default_factory=set)
    queue: deque[_Stored] = field(default_factory=deque)
    unacknowledged: dict[int, _Stored] = field(default_factory=dict)
    last_mid: int = 0
    link: _MemoryLink | None = None


@dataclass
class MemoryBroker:
    """Sessions, queues and retained messages in a few dictionaries; everything is delivered by the running loop."""

    receive_maximum: int = 65535
    retained: dict[str, bytes] = field(default_factory=dict)
    published: list[tuple[str, bytes]] = field(default_factory=list)
    """Everything that was accepted, wills included, in order."""

    to_lose: int = 0
    """How many publishes are still to be thrown away."""

    def __post_init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._up = True
        self._refused_topics: dict[str, str] = {}
        self._refused_logins: set[str] = set()
        self._refused_filters: set[str] = set()
        self._held: list[Callable[[], None]] | None = None
        self._loses = ""

    # -- knobs

    def drop(self, client_id: str) -> None:
        """Break this client's connection; its will is published."""
        kept = self._kept.get(client_id)
        if kept is not None and kept.link is not None:
            self._break(kept.link, refusals.hung_up(kept.link.settings.place, client_id))

    def wipe(self) -> None:
        """Lose everything, as a broker without persistence does at kill -9; every connection breaks, no will is sent."""
        links = [kept.link for kept in self._kept.values() if kept.link is not None]
        self._kept.clear()
        self.retained.clear()
        for link in links:
            link.will = None
            self._break(link, refusals.hung_up(link.settings.place, link.settings.client_id))

    def go_down(self) -> None:
        """Break every connection and refuse new ones until ``come_up``."""
        self._up = False
        for client_id in tuple(self._kept):
            self.drop(client_id)

    def come_up(self) -> None:
        """Take connections again."""
        self._up = True

    def refuse_topic(self, topic_filter: str, reason: str = "Not authorized") -> None:
        """Answer publishes to these topics with a negative acknowledgement."""
        self._refused_topics[topic_filter] = reason

    def refuse_login(self, username: str, *, refused: bool = True) -> None:
        """Refuse this user name, or take it again."""
        (self._refused_logins.add if refused else self._refused_logins.discard)(username)

    def refuse_subscription(self, topic_filter: str) -> None:
        """Refuse this subscription."""
        self._refused_filters.add(topic_filter)

    def hold_acknowledgements(self) -> None:
        """Keep back the acknowledgements of publishes until ``release_acknowledgements``."""
        self._held = []

    def release_acknowledgements(self) -> None:
        """Send what was kept back, and no longer keep back."""
        held, self._held = self._held or [], None
        for answer in held:
            answer()

    def lose_next(self, count: int, wanted: str = "#") -> None:
        """Acknowledge the next publishes on topics of this filter and throw them away."""
        self.to_lose, self._loses = count, wanted

    # -- what links ask

    def accept(self, link: _MemoryLink) -> str | None:
        """Take a connection: give None, or the sentence that refuses it."""
        settings = link.settings
        if not self._up:
            return refusals.unreachable(ConnectionRefusedError(), settings.place)
        if settings.username in self._refused_logins:
            who = {"user": settings.username, "client_id": settings.client_id, "protocol": settings.protocol}
            return refusals.login_refused(refusals.BAD_LOGIN, "Bad user name or password", place=settings.place, **who)
        if refused := [(topic, "Not authorized") for topic in settings.subscriptions if topic in self._refused_filters]:
            return refusals.subscriptions_refused(settings.place, settings.username, refused)
        known = self._kept.get(settings.client_id)
        if known is not None and known.link is not None:
            taken = refusals.closed(refusals.TAKEN_OVER, "", place=settings.place, client_id=settings.client_id)
            self._break(known.link, taken)
        if settings.clean:
            self._kept.pop(settings.client_id, None)
            known = None
        link.session_present = known is not None
        self._kept.setdefault(settings.client_id, _Kept()).link = link
        return None

    def start(self, link: _MemoryLink) -> None:
        """Send what waits: first what was never acknowledged, then retained messages and the queue."""
        kept = self._kept[link.settings.client_id]
        again, kept.unacknowledged = kept.unacknowledged, {}
        kept.queue.extendleft(reversed(again.values()))
        self.listen(link.settings.client_id, link.settings.subscriptions)

    def listen(self, client_id: str, filters: Sequence[str]) -> None:
        """Take subscriptions, and send what is retained of them."""
        kept = self._kept[client_id]
        for topic_filter in filters:
            kept.subscriptions.add(topic_filter)
            kept.queue.extend(_Stored(t, p, retained=True) for t, p in self.retained.items() if matches(topic_filter, t))
        self._send(kept)

    def ask(self, client_id: str, filters: Sequence[str]) -> str | None:
        """Take subscriptions of a connection that stands; gives why not."""
        if refused := [each for each in filters if each in self._refused_filters]:
            return f"the broker refuses to deliver {refused[0]} (Not authorized)"
        self.listen(client_id, filters)
        return None

    def ignore(self, client_id: str, filters: Sequence[str]) -> None:
        """Take subscriptions back."""
        self._kept[client_id].subscriptions.difference_update(filters)

    def publish(self, topic: str, payload: bytes, *, retained: bool, answer: Callable[[str | None], None]) -> None:
        """Take a publish and answer it."""
        refusal = next((reason for wanted, reason in self._refused_topics.items() if matches(wanted, topic)), None)
        if refusal is None and self.to_lose and matches(self._loses, topic):
            self.to_lose -= 1
        elif refusal is None:
            self.spread(topic, payload, retained=retained)
        if self._held is None:
            answer(refusal)
        else:
            self._held.append(lambda: answer(refusal))

    def spread(self, topic: str, payload: bytes, *, retained: bool) -> None:
        """Keep a retained message, and queue it for every session that subscribed."""
        self.published.append((topic, payload))
        if retained:
            self.retained[topic] = payload
            if not payload:
                del self.retained[topic]
        for kept in tuple(self._kept.values()):
            if any(matches(wanted, topic) for wanted in kept.subscriptions):
                kept.queue.append(_Stored(topic, payload, retained=False))
                self._send(kept)

    def acknowledged(self, client_id: str, mid: int) -> None:
        """Forget a delivered message."""
        kept = self._kept.get(client_id)
        if kept is not None:
            kept.unacknowledged.pop(mid, None)
            self._send(kept)

    def gone(self, link: _MemoryLink, *, with_will: bool) -> None:
        """Take note that a connection ended."""
        kept = self._kept.get(link.settings.client_id)
        if kept is not None and kept.link is link:
            kept.link = None
            if link.settings.session_expiry_s == 0 or link.settings.clean:
                del self._kept[link.settings.client_id]
        if with_will and link.will is not None:
            will, link.will = link.will, None
            self.spread(will.topic, will.payload, retained=will.retained)

    def _break(self, link: _MemoryLink, reason: str) -> None:
        self.gone(link, with_will=True)
        link.end(reason)

    def _send(self, kept: _Kept) -> None:
        while kept.link is not None and kept.queue and len(kept.unacknowledged) < kept.link.settings.receive_maximum:
            kept.last_mid += 1
            stored = kept.unacknowledged[kept.last_mid] = kept.queue.popleft()
            kept.link.receive(stored, kept.last_mid)


class _MemoryLink:
    """One connection to a MemoryBroker."""

    def __init__(self, broker: MemoryBroker, settings: SessionSettings, handlers: Handlers, generation: int, will: Will | None) -> None:
        self.settings = settings
        self.will = will
        self.session_present = False
        self.connected = False
        self.was_connected = False
        self._broker = broker
        self._handlers = handlers
        self._generation = generation
        self._loop = asyncio.get_running_loop()
        self._pending: dict[int, Done | None] = {}
        self._last_id = 0
        self._window = 0
        self._drained = asyncio.Event()
        self.ended: asyncio.Future[str] = self._loop.create_future()

    def open(self) -> None:
        """Log in at the loop's next round."""
        self._loop.call_soon(self._login)

    def _login(self) -> None:
        if self.ended.done():
            return
        if (refusal := self._broker.accept(self)) is not None:
            self.end(refusal)
            return
        self.connected = self.was_connected = True
        self._window = min(self.settings.window, self._broker.receive_maximum)
        self._call(self._handlers.on_connect, self.session_present)
        if self.connected:
            self._broker.start(self)

    @property
    def room(self) -> int:
        """How many publishes fit now."""
        return room(self._window, len(self._pending))

    def publish(self, topic: str, payload: bytes, retained: bool, done: Done | None) -> bool:
        """Hand one publish to the broker at the loop's next round."""
        if len(self._pending) >= self._window:
            return False
        self._last_id = mid = self._last_id + 1
        self._pending[mid] = done
        self._loop.call_soon(self._send, mid, topic, payload, retained)
        return True

    def _send(self, mid: int, topic: str, payload: bytes, retained: bool) -> None:
        if self.connected:
            self._broker.publish(topic, payload, retained=retained, answer=lambda refusal: self._answered(mid, refusal))

    def _answered(self, mid: int, refusal: str | None) -> None:
        if mid not in self._pending or self.ended.done():
            return
        was_full = len(self._pending) >= self._window > 0
        done = self._pending.pop(mid)
        if done is not None:
            self._call(done, refusal)
        if was_full and self.room:
            self._call(self._handlers.on_room)
        if not self._pending:
            self._drained.set()

    def receive(self, stored: _Stored, mid: int) -> None:
        """Deliver at the loop's next round, as a network would."""
        delivery = Delivery(stored.topic, stored.payload, stored.retained, Ticket(self._generation, mid, 1))
        self._loop.call_soon(self._deliver, delivery)

    def _deliver(self, delivery: Delivery) -> None:
        if self.connected:
            self._call(self._handlers.on_message, delivery)

    def acknowledge(self, ticket: Ticket) -> None:
        """Acknowledge, if the message came by this connection."""
        if ticket.belongs_to(self._generation) and not self.ended.done():
            self._broker.acknowledged(self.settings.client_id, ticket.mid)

    def send_now(self) -> None:
        """What is queued arrives in the next round of the loop anyhow: nobody is called from within a call."""

    def subscribe(self, filters: Sequence[str], done: Done) -> bool:
        """Listen to more, from the loop's next round on."""
        if self.connected:
            self._loop.call_soon(self._ask, tuple(filters), done)
        return self.connected

    def _ask(self, filters: Sequence[str], done: Done) -> None:
        gone = "the connection is over"
        self._call(done, self._broker.ask(self.settings.client_id, filters) if self.connected else gone)

    def unsubscribe(self, filters: Sequence[str]) -> bool:
        """Listen to less, from the loop's next round on."""
        if self.connected:
            self._loop.call_soon(self._ignore, tuple(filters))
        return self.connected

    def _ignore(self, filters: Sequence[str]) -> None:
        if self.connected:
            self._broker.ignore(self.settings.client_id, filters)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        try:
            function(*args)
        except Exception as error:  # noqa: BLE001 - raised again by run()
            if not self.ended.done():
                self.ended.set_exception(error)
            self.connected, self._window = False, 0

    def end(self, reason: str) -> None:
        """Note the end and why; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(reason)
        self.connected, self._window = False, 0

    async def finish(self, *, with_will: bool) -> None:
        """Empty the window (bounded), say goodbye, end."""
        self._window = 0
        if self.connected and self._pending:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._drained.wait(), FLUSH_LIMIT_S)
        if not self.ended.done():
            self._broker.gone(self, with_will=with_will)
        self.end("stopped")

    def close(self) -> None:
        """Vanish, if nobody said goodbye before."""
        if self.was_connected and (not self.ended.done() or self.ended.cancelled() or self.ended.exception() is not None):
            self._broker.gone(self, with_will=True)
        self.connected = False

    def answer_all(self, reason: str) -> None:
        """Tell every open publish that it was dropped."""
        pending, self._pending = self._pending, {}
        for done in pending.values():
            if done is not None:
                done(reason)


class MemorySession(LastingSession):
    """A Session to a MemoryBroker."""

    def __init__(
        self, broker: MemoryBroker, settings: SessionSettings, handlers: Handlers, *, will: Callable[[], Will] | None = None
    ) -> None:
        super().__init__(settings, handlers)
        self._broker = broker
        self._will = will

    def _new_link(self, generation: int) -> Link:
        return _MemoryLink(self._broker, self._settings, self._handlers, generation, self._will() if self._will else None)
