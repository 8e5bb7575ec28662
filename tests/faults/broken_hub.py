"""Ways to break a hub, each by putting other functions in the place of its own; only ``mutants`` calls these.

What is slow here only makes a kill in the wrong moment likelier: the moment is there without it, too.
"""

from __future__ import annotations

import asyncio
import functools
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broker import messages
from broker.promises import Delivery
from hub.core.notices import QueuedNotice
from hub.core.seen import Decision
from hub.core.streams import Stream
from hub.flows import take_scan
from hub.inbox import Answers, Inbox
from hub.opened import opened
from hub.senders.channels import Channel
from hub.senders.mail import Delivered, Refused
from hub.senders.ready import Ready
from hub.senders.to_patron import PatronSender
from hub.store import database, scan_path
from hub.store.database import transaction
from hub.store.scan_path import ScanStore
from hub.store.sql import SqliteConnection

SLOW_DISK_S = 0.05
SLOW_QUEUE_S = 1.5


class _NotYet(Exception):
    """Takes a transaction back."""


def answer_first() -> None:
    """Work out the answers, send them, and commit a slow disk later."""

    def work(self: Inbox) -> None:
        batch, answers, now = tuple(self._pending), Answers(), self._now()
        try:
            with transaction(self._store.connection):
                _take(self, batch, answers, now)
                raise _NotYet
        except _NotYet:
            self._answer(list(batch), answers)
        asyncio.get_running_loop().call_later(SLOW_DISK_S, commit, self, batch, now)

    def commit(self: Inbox, batch: tuple[Delivery, ...], now: datetime) -> None:
        with transaction(self._store.connection):
            _take(self, batch, Answers(), now)
        del self._pending[: len(batch)]
        self._scheduled = False
        if self._pending:
            self._schedule()

    Inbox._work = work  # type: ignore[method-assign]


def _take(self: Inbox, batch: tuple[Delivery, ...], answers: Answers, now: datetime) -> None:
    for delivery in batch:
        self._one(opened(self._root, delivery), answers, now)
    self._keep_positions(answers)


def no_dedup() -> None:
    """Take a repeat like any other scan."""

    def repeat(self: Inbox, scan: messages.Scan, answers: Answers) -> None:
        stream = self._stream(scan.station, scan.incarnation, answers)
        taken = take_scan.take_scan(self._batch, self._site, self._patterns, scan, stream.key, self._now())
        answers.replies.append((scan.station, taken.reply))

    Inbox._repeat = repeat  # type: ignore[method-assign]
    ScanStore.reply_to = lambda self, scan_id: None  # type: ignore[method-assign]
    scan_path.PUT_SCAN = scan_path.PUT_SCAN.replace("INSERT", "INSERT OR REPLACE")


def no_gap_check() -> None:
    """Take what lies behind a hole as if there were none."""

    def take(self: Inbox, scan: messages.Scan, answers: Answers, now: datetime) -> None:
        key = (scan.station, scan.incarnation)
        stream = self._stream(*key, answers)
        answers.batch.streams[key] = Stream(stream.key, max(stream.seq, scan.seq - 1), stream.fault_seq)
        original(self, scan, answers, now)

    original = Inbox._scan
    Inbox._scan = take  # type: ignore[method-assign]


def queue_as_new() -> None:
    """Take what the broker kept while the hub was away, at the age it had when it was sent."""
    Inbox.connected = lambda self, *, resumed: None  # type: ignore[method-assign]


def mark_first() -> None:
    """Mark a letter as sent, then send it."""

    async def deliver(self: PatronSender, ready: Ready, door: Channel) -> Delivered | Refused:
        with transaction(self._connection):
            self._mark_sent(ready, self._now())
        return await original(self, ready, door)

    original = PatronSender._deliver
    PatronSender._deliver = deliver  # type: ignore[method-assign]


def new_message_id() -> None:
    """Give every try of a letter another name."""

    async def deliver(self: PatronSender, ready: Ready, door: Channel) -> Delivered | Refused:
        return await original(self, replace(ready, id=f"<{ready.first.request_id.lower()}.{uuid.uuid4()}@main.holdshelf.invalid>"), door)

    original = PatronSender._deliver
    PatronSender._deliver = deliver  # type: ignore[method-assign]


def notice_apart() -> None:
    """Queue letters in a transaction behind that of their scans."""
    later: list[Callable[[], bool]] = []

    def queue(self: take_scan.Taking, notice: QueuedNotice, decision: Decision, item: int | None) -> bool:
        if decision.request is None or item is None:
            return False
        later.append(functools.partial(self.store.add_notice, notice, decision.request, item, self.now, self.scan.scan_id))
        return True

    def answer(self: Inbox, batch: list[Delivery], answers: Answers) -> None:
        if later:
            threading.Event().wait(SLOW_QUEUE_S)
            with transaction(self._store.connection):
                for put in later:
                    put()
            later.clear()
        original(self, batch, answers)

    original = Inbox._answer
    take_scan.Taking._queue_notice = queue  # type: ignore[method-assign]
    Inbox._answer = answer  # type: ignore[method-assign]


def lazy_database() -> None:
    """Commit without a flush."""

    def connect(path: Path) -> SqliteConnection:
        connection = original(path)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    original = database._open_file
    database._open_file = connect


def waits_young() -> None:
    """Place what waited for room when there was room."""
    Inbox._aged = lambda self, message, delivery: message  # type: ignore[method-assign]
