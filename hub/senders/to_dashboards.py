"""Events and desk counts to the outside, behind the desks' replies and at the pace the broker takes them.

The event table is the outbox: a cursor remembers how far the broker has confirmed, so a kill repeats a few events
(their ``id`` is the same) and never loses one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from broker import messages
from broker.codec import encode
from broker.session import Session
from broker.topics import Root, dashed
from hub.senders.to_desk import ToDesk
from hub.store.database import transaction
from hub.store.events import StoredEvent, cursor, events_after, set_cursor
from hub.store.moments import maybe_moment
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass

log = logging.getLogger(__name__)

CURSOR = "mqtt"
CHUNK = 50
KEPT_FREE = 8
"""Places in the send window that stay free for replies."""
CURSOR_EVERY_S = 1.0
"""Writing the cursor is a commit: after each handful of events it cost a lone scan as much time on the disk as the scan itself."""
EVENTS_EVERY_S = 0.01
"""Events of this long leave together: dashboards do not see the difference, and the next scan finds the loop free."""
COUNTS_EVERY_S = 1.0
RETRY_AFTER_S = 1.0
MOST_LOOKED_AT = 500
"""Events of others whose desks are counted one by one; after more of them, all desks are."""
COUNTS_REST = 100
"""Counting rests a hundred times as long as it took: with 20,000 open requests it took 40 ms a second, and scans felt it."""

COUNTS = (
    # The condition on CLOSED lets SQLite use the index of active requests.
    "SELECT pickup_desk, state, count(*), min(changed_at) FROM request WHERE state <> 'CLOSED' "
    "AND state IN ('IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'PULL_FROM_SHELF') GROUP BY 1, 2"
)
PULLS = (
    # On this desk's shelf still, and to go to another: its request counts at the other desk already.
    "SELECT desk, count(*), min(opened_at) FROM exception WHERE cleared_at IS NULL AND kind = 'moved_elsewhere' GROUP BY 1"
)


class ToDashboards:
    """Publishes what the event table holds, then what changed at the desks."""

    def __init__(
        self,
        connection: Connection,
        reader: Connection,
        session: Session,
        root: Root,
        to_desk: ToDesk,
        *,
        hub: str | None,
        now: Callable[[], datetime],
        cursor_every_s: float = CURSOR_EVERY_S,
        sure: Callable[[], bool] = lambda: True,
    ) -> None:
        """``reader`` is a second, read-only connection: counting all shelves takes its time, in a thread.

        Of several hubs one tells dashboards, and ``hub`` is None: ``sure`` says that this one still is it.
        """
        self._sure = sure
        self._connection = connection
        self._reader = reader
        self._session = session
        self._root = root
        self._to_desk = to_desk
        self._source = source_of(root.site, hub)
        self._now = now
        self._cursor_every_s = cursor_every_s
        self._woken = asyncio.Event()
        self._dirty: set[str] = set()
        self._all_counts = False
        self._changed = asyncio.Event()
        self._moved = asyncio.Event()
        self._sent = 0
        self._confirmed = 0
        self._written = 0
        self._unconfirmed: set[int] = set()
        self._generation = 0
        self._looked_at = 0

    @property
    def behind(self) -> int:
        """How many events the broker has been handed but not confirmed."""
        return len(self._unconfirmed)

    @property
    def confirmed(self) -> int:
        """The last event up to which the broker has confirmed all."""
        return self._confirmed

    def wake(self, desks: set[str] | None = None) -> None:
        """There is something new; counts of these desks may have changed."""
        if desks:
            self._dirty |= desks
            self._changed.set()
        self._woken.set()

    def reconnected(self) -> None:
        """Start again behind the last confirmed event, and say all counts again."""
        self._generation += 1
        self._unconfirmed.clear()
        self._sent = self._confirmed
        self._all_counts = True
        self._changed.set()
        self._woken.set()

    def catch_up(self, event: int) -> None:
        """Others wrote events up to this one: look, and count the desks they name."""
        behind, self._looked_at = self._looked_at, max(self._looked_at, event)
        if event <= behind:
            return
        found = events_after(self._connection, behind, MOST_LOOKED_AT)
        if len(found) == MOST_LOOKED_AT:
            self._all_counts = True
            self._changed.set()
        desks = {desk for event in found for desk in (event.desk, event.data.get("pickup_desk")) if isinstance(desk, str)}
        self.wake(desks)

    async def run(self) -> None:
        """Publish until cancelled; whoever published before has come as far as the cursor says."""
        self._confirmed = self._written = self._sent = cursor(self._connection, CURSOR)
        self._looked_at = max(self._looked_at, self._sent)
        self.reconnected()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run_events())
            group.create_task(self._run_counts())
            group.create_task(self._run_cursor())

    async def _run_events(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            if self._crowded or not self._sure():
                await asyncio.sleep(EVENTS_EVERY_S)
                self._woken.set()
                continue
            try:
                more = self._publish_events()
            except DATABASE_ERRORS as error:
                await self._wait_for_database(error, self._woken)
                continue
            if more:
                self._woken.set()
            # The scans that came meanwhile go first.
            await asyncio.sleep(0 if more else EVENTS_EVERY_S)

    async def _wait_for_database(self, error: Exception, again: asyncio.Event) -> None:
        if not may_pass(error):
            raise error
        log.warning("dashboards wait for the database", extra={"action": "wait_for_room", "error": str(error)})
        await asyncio.sleep(RETRY_AFTER_S)
        again.set()

    @property
    def _crowded(self) -> bool:
        """True while replies need the window; without a connection there is nothing to wait for but the next one."""
        return self._session.connected and (self._session.room <= KEPT_FREE or not self._to_desk.idle)

    async def _run_counts(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            desks, self._dirty = self._dirty, set()
            began = asyncio.get_running_loop().time()
            try:
                if self._all_counts:
                    desks.update(row[0] for row in self._connection.execute("SELECT code FROM desk WHERE pickup"))
                    self._all_counts = False
                found = await asyncio.to_thread(desk_counts, self._reader, self._now())
            except DATABASE_ERRORS as error:
                self._dirty |= desks
                await self._wait_for_database(error, self._changed)
                continue
            took = asyncio.get_running_loop().time() - began
            self._dirty |= {desk for desk in desks if not self._publish_counts(found(desk))}
            await asyncio.sleep(max(COUNTS_EVERY_S, COUNTS_REST * took))
            if self._dirty:
                self._changed.set()

    async def _run_cursor(self) -> None:
        """Write the cursor a while after it moved, and at the end."""
        try:
            while True:
                await self._moved.wait()
                await asyncio.sleep(self._cursor_every_s)
                self._moved.clear()
                self._write_cursor()
        finally:
            self._write_cursor()

    def _publish_events(self) -> bool:
        """Publish a few events; True when there are more that fit."""
        room = min(CHUNK, self._session.room - KEPT_FREE)
        if room <= 0:
            return False
        events = events_after(self._connection, self._sent, room)
        for event in events:
            if not self._publish(event):
                return False
        return len(events) == room

    def _publish(self, event: StoredEvent) -> bool:
        generation, seq = self._generation, event.seq

        def done(refusal: str | None) -> None:
            # What a lost connection dropped is no more confirmed than what is still under way: it is sent again.
            if generation == self._generation and self._session.connected:
                self._confirm(seq)

        topic = self._root.topic("event", desk=event.desk or "-", type=dashed(event.type))
        self._unconfirmed.add(seq)
        if not self._session.publish(topic, encode(cloud_event(event, self._source)), done=done):
            self._unconfirmed.discard(seq)
            return False
        self._sent = seq
        return True

    def _confirm(self, seq: int) -> None:
        self._unconfirmed.discard(seq)
        self._confirmed = min(self._unconfirmed) - 1 if self._unconfirmed else self._sent
        self._moved.set()
        self._woken.set()

    def _write_cursor(self) -> None:
        if self._confirmed <= self._written:
            return
        try:
            with transaction(self._connection):
                set_cursor(self._connection, CURSOR, self._confirmed)
        except DATABASE_ERRORS as error:
            if not may_pass(error):
                raise
            # Tried again with the next; until then a new start would only say more events again.
            log.warning("cursor not written", extra={"action": "write_cursor", "error": str(error)})
            self._moved.set()
            return
        self._written = self._confirmed

    def _publish_counts(self, counts: messages.DeskCounts) -> bool:
        return self._sure() and self._session.publish(self._root.topic("counts", desk=counts.desk), encode(counts), retained=True)


def source_of(site: str, hub: str | None) -> str:
    """Give the source of events; it is the same for an event that comes twice, from whichever of several hubs (None)."""
    return f"holdshelf/{site}" if hub is None else f"holdshelf/{site}/{hub}"


def cloud_event(event: StoredEvent, source: str) -> messages.Event:
    """Give the CloudEvents form of a stored event; its id is its place in the table."""
    return messages.Event.model_construct(
        specversion="1.0",
        id=str(event.seq),
        source=source,
        type=event.type,
        subject=event.subject,
        time=event.at,
        datacontenttype="application/json",
        data=event.data | ({"desk": event.desk} if event.desk else {}),
    )


def desk_counts(connection: Connection, now: datetime) -> Callable[[str], messages.DeskCounts]:
    """Read all desks' counts once; gives a function from desk to its counts."""
    found: dict[tuple[str, str], messages.Count] = {}
    for pickup, state, count, oldest in connection.execute(COUNTS):
        found[pickup, state] = messages.Count(count=count, oldest_at=maybe_moment(oldest))
    none = messages.Count(count=0)
    for desk, count, oldest in connection.execute(PULLS):
        before = found.get((desk, "PULL_FROM_SHELF"), none)
        known = [at for at in (before.oldest_at, maybe_moment(oldest)) if at is not None]
        found[desk, "PULL_FROM_SHELF"] = messages.Count(count=before.count + count, oldest_at=min(known, default=None))

    def of(desk: str) -> messages.DeskCounts:
        def count(state: str) -> messages.Count:
            return found.get((desk, state), none)

        return messages.DeskCounts(
            desk=desk, on_shelf=count("ON_HOLD_SHELF"), to_pull=count("PULL_FROM_SHELF"), on_the_way=count("IN_TRANSIT_TO_PICKUP"), at=now
        )

    return of
