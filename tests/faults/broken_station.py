"""Ways to break a station, each by putting other functions in the place of its own; only ``mutants`` calls these."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from station import go_back_n, journal
from station.errors import JournalFull
from station.go_back_n import Heard, State, Then
from station.journal import Journal, Lane
from station.moment import Moment
from station.uplink import Uplink

COMMIT_EVERY_S = 0.7


def trust_puback() -> None:
    """Take the broker's acknowledgement for the hub's, and never go back behind it."""
    trusted = 0

    def published(self: Uplink, lane: Lane, refusal: str | None) -> None:
        nonlocal trusted
        if refusal is None and lane is Lane.SCANS:
            trusted = self._state.scans.sent
            self._journal.confirm(lane, trusted)

    def heard(state: State, position: Heard, now_ns: int) -> tuple[State, Then]:
        return original(state, position._replace(scans=max(position.scans, trusted, state.scans.position)), now_ns)

    original = go_back_n.heard
    go_back_n.heard = heard
    Uplink._published = published  # type: ignore[method-assign]


def light_first() -> None:
    """Show a scan as stored, and commit some time later."""
    committed_at = time.monotonic()

    @contextmanager
    def change(self: Journal) -> Iterator[None]:
        nonlocal committed_at
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        yield
        if time.monotonic() - committed_at > COMMIT_EVERY_S:
            self._db.execute("COMMIT")
            committed_at = time.monotonic()

    Journal._change = Journal._writing = change  # type: ignore[method-assign]
    # It has a commit of its own, which would bring the scans with it.
    Journal.note = lambda self: None  # type: ignore[method-assign]


def lazy_journal() -> None:
    """Commit without a flush."""
    mode, _full, *rest = journal._SETTINGS
    journal._FLUSHING = journal._NOT_FLUSHING
    journal._SETTINGS = (mode, journal._NOT_FLUSHING, *rest)  # type: ignore[assignment]


def red_and_stored() -> None:
    """Remember what found the disk full, and store it before the next."""
    refused: list[tuple[Lane, bytes, Moment]] = []

    def append(self: Journal, lane: Lane, body: bytes, moment: Moment) -> int:
        try:
            for each in refused:
                original(self, *each)
            refused.clear()
            return original(self, lane, body, moment)
        except JournalFull:
            refused.append((lane, body, moment))
            raise

    original = Journal.append
    Journal.append = append  # type: ignore[method-assign]
