"""Others on the broker, as a test needs them: a loop in a thread, and guests with a login that hear and say things."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from broker import messages
from broker.codec import decode
from broker.promises import Delivery, SessionSettings
from broker.session import MqttSession
from broker.topics import BY_KEY, Root
from tests.support.programs import LIMIT_S, wait_for

T = TypeVar("T")


class LoopThread:
    """An event loop that runs in a thread of its own, for tests that do not."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="outside", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T], limit_s: float = LIMIT_S) -> T:
        """Run a coroutine on the loop and give its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(limit_s)

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(LIMIT_S)
        self.loop.close()


class Guest:
    """One login at the broker: notes all it hears, and publishes what a test wants said."""

    def __init__(self, outside: LoopThread, settings: SessionSettings) -> None:
        self.deliveries: list[Delivery] = []
        self.reasons: list[str] = []
        self.connects = 0
        self._outside = outside
        outside.call(self._begin(settings))
        wait_for(lambda: self.connects > 0 or len(self.reasons) > 5, f"{settings.username} to be let in")

    async def _begin(self, settings: SessionSettings) -> None:
        self._session = MqttSession(settings, self)
        self._running = asyncio.create_task(self._session.run())

    @property
    def connected(self) -> bool:
        """Whether it is connected now."""
        return self._session.connected

    def on_message(self, delivery: Delivery) -> None:
        """Note it."""
        self.deliveries.append(delivery)
        self._session.acknowledge(delivery)

    def on_connect(self, session_present: bool) -> None:
        """Count it."""
        self.connects += 1

    def on_disconnect(self, reason: str) -> None:
        """Note it."""
        self.reasons.append(reason)

    def on_room(self) -> None:
        """Nothing waits."""

    def publish(self, topic: str, payload: bytes, *, retained: bool = False) -> str | None:
        """Publish and give the broker's refusal, None for a yes, or "gone" when it ended the connection."""
        return self._outside.call(self._publish(topic, payload, retained))

    async def _publish(self, topic: str, payload: bytes, retained: bool) -> str | None:
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        assert self._session.publish(topic, payload, retained=retained, done=lambda refusal: _answer(answer, refusal)), "not connected"
        async with asyncio.timeout(LIMIT_S):
            return await answer

    def close(self) -> None:
        """Say goodbye."""
        self._outside.call(self._end())

    async def _end(self) -> None:
        await self._session.stop()
        await self._running


class Listener(Guest):
    """A dashboard: hears all it may, and sorts it."""

    def __init__(self, outside: LoopThread, settings: SessionSettings, root: Root) -> None:
        self._root = root
        super().__init__(outside, settings)

    def events(self, subject: str | None = None) -> list[messages.Event]:
        """Give the events heard, without repeats (their id is the same), oldest first; of one request, or all."""
        found: dict[str, messages.Event] = {}
        for delivery in tuple(self.deliveries):
            if delivery.topic.startswith(f"{self._root.prefix}/event/"):
                event = decode(messages.Event, delivery.payload)
                assert isinstance(event, messages.Event), event
                found.setdefault(event.id, event)
        return [event for event in found.values() if subject in (None, event.subject)]

    def types(self, subject: str) -> list[str]:
        """Give the types of one request's events in the order they were heard."""
        return [event.type for event in self.events(subject)]

    def wait_for_event(self, subject: str, type_: str) -> None:
        """Wait until an event of this type was heard about a request."""
        wait_for(lambda: type_ in self.types(subject), f"the event {type_} of {subject}")

    def heard(self, topic: str) -> list[bytes]:
        """Give the payloads of one topic, in order."""
        return [delivery.payload for delivery in tuple(self.deliveries) if delivery.topic == topic]


DASHBOARD_READS = ("reply", "state", "event", "counts", "hub")
assert all(key in BY_KEY for key in DASHBOARD_READS)


def _answer(future: asyncio.Future[str | None], refusal: str | None) -> None:
    if not future.done():
        future.set_result(refusal)
