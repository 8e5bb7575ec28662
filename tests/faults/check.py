"""The judgement: the witness's file beside the journals, the hub's database, the letters and what was heard outside.

Stored (a desk said so, or it stands in a journal) means exactly one effect; no light means at most one. Effects are
counted where a double shows: in tables that are only added to and have no unique key, in letters and in events.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.faults.books import ITEM, Book
from tests.faults.forms import Kind
from tests.faults.ledger import HubLedger, Move, StationLedger, TakenScan
from tests.faults.stray import INCARNATION, NAME
from tests.faults.witness import Testimony

LATE_TOLERANCE_MS = 2000
"""The hub places a scan in time by its age; what it travelled longer than the one behind it, up to this, is no disorder."""
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``kind`` is one of a few words."""

    kind: str
    words: str


@dataclass
class Evidence:
    """Everything there is to judge by."""

    testimony: Testimony
    kinds: frozenset[Kind]
    """What must have gone wrong."""
    books: Sequence[Book]
    parked: Sequence[Book]
    database: Path | str
    journals: dict[str, Path]
    letters: list[tuple[str, str]]
    """Message-ID and recipient of everything the mail server took."""
    events: list[tuple[str, bytes]]
    """Topic and payload of everything a dashboard heard."""
    stray: list[str]
    figures: dict[str, float]


def check(evidence: Evidence) -> list[Finding]:
    """Give everything that is wrong."""
    hub = HubLedger.read(evidence.database)
    journals = {name: StationLedger.read(path) for name, path in evidence.journals.items()}
    _count(evidence, hub, journals)
    return [
        *_every_kind_happened(evidence.testimony, evidence.kinds),
        *_lit_is_stored(evidence.testimony, hub),
        *_journals_are_whole(evidence.testimony, hub, journals),
        *_the_stray_came_once(evidence.stray, hub),
        *_order_is_kept(hub),
        *_nothing_twice(hub),
        *_told_what_is_stored(evidence.testimony, hub),
        *_books_went_their_way([*evidence.books, *evidence.parked], hub, journals),
        *_letters(evidence, hub),
        *_heard_outside(evidence.events, hub),
        *_nothing_odd(hub),
    ]


def _count(evidence: Evidence, hub: HubLedger, journals: dict[str, StationLedger]) -> None:
    ids = [each for each, _to in evidence.letters]
    evidence.figures |= {
        "stored": sum(len(journal.scans) for journal in journals.values()),
        "lit": len(evidence.testimony.lights),
        "red": evidence.testimony.reds.total(),
        "letters": len(set(ids)),
        "repeated letters": len(ids) - len(set(ids)),
        "transitions": len(hub.moves),
        "events": len(hub.events),
    }


def _every_kind_happened(testimony: Testimony, kinds: frozenset[Kind]) -> Iterator[Finding]:
    for kind in sorted(kinds):
        if not testimony.faults[kind]:
            yield Finding("not tried", f"this never happened: {kind}")


def _lit_is_stored(testimony: Testimony, hub: HubLedger) -> Iterator[Finding]:
    """What a desk said is stored is in the hub, at its place."""
    places = {scan.scan_id: (scan.station, scan.seq) for scan in hub.scans}
    for scan_id, place in testimony.lights.items():
        if places.get(scan_id) != place:
            yield Finding("lost", f"{place[0]} showed light for scan {place[1]}, the hub has it at {places.get(scan_id)}")


def _journals_are_whole(testimony: Testimony, hub: HubLedger, journals: dict[str, StationLedger]) -> Iterator[Finding]:
    streams = hub.by_stream()
    for name, journal in journals.items():
        kept = [(scan.seq, scan.scan_id) for scan in journal.scans]
        if [seq for seq, _id in kept] != list(range(1, len(kept) + 1)):
            yield Finding("gap", f"the journal of {name} has holes")
        taken = [(scan.seq, scan.scan_id) for scan in streams.get((name, journal.incarnation), ())]
        if taken != kept:
            missing = len(set(kept) - set(taken))
            yield Finding("lost", f"{name}: {len(kept)} scans in its journal, {len(taken)} in the hub, {missing} of those missing")
        if len([1 for station, _incarnation in streams if station == name]) != 1:
            yield Finding("doubled", f"{name} began a new stream although its journal was never away")
        if journal.confirmed != len(kept):
            yield Finding("gap", f"{name}: {journal.confirmed} of {len(kept)} scans confirmed")
        # A scan that came while a station opened its port again is a fault, said aloud, and scanned anew; one at most each time.
        if journal.faults > testimony.faults.total():
            yield Finding("gap", f"{name}: {journal.faults} faults of the scanner, and only {testimony.faults.total()} things went wrong")
        yield from _scanned_by_somebody(name, journal, testimony)


def _scanned_by_somebody(name: str, journal: StationLedger, testimony: Testimony) -> Iterator[Finding]:
    """A scan without light counts at most once, a red one never: nothing is stored more often than it was scanned and not red."""
    for barcode, count in Counter(scan.barcode for scan in journal.scans).items():
        scanned, red = testimony.scans[name, barcode], testimony.reds[name, barcode]
        if count > scanned - red:
            yield Finding("doubled", f"{name} stored {barcode} {count} times, it was scanned {scanned} times, {red} times shown red")


def _the_stray_came_once(sent: list[str], hub: HubLedger) -> Iterator[Finding]:
    taken = [(scan.seq, scan.scan_id) for scan in hub.by_stream().get((NAME, INCARNATION), ())]
    if taken != list(enumerate(sent, 1)):
        yield Finding("gap", f"of the stray station's {len(sent)} scans the hub has {len(taken)}, or not in their order")


def _order_is_kept(hub: HubLedger) -> Iterator[Finding]:
    written = {scan_id: place for place, scan_id in enumerate(hub.seen_in_order)}
    for (station, _incarnation), scans in hub.by_stream().items():
        for one, other in pairwise(scans):
            if one.decided_at > other.decided_at:
                yield Finding("order", f"{station}: scan {other.seq} was decided before scan {one.seq}")
            if one.happened_at > other.happened_at + LATE_TOLERANCE_MS:
                late = one.happened_at - other.happened_at
                yield Finding("order", f"{station}: scan {other.seq} is placed {late} ms before scan {one.seq}")
        seen = [written[scan.scan_id] for scan in scans if scan.scan_id in written]
        if seen != sorted(seen):
            yield Finding("order", f"{station}: sightings are not in the order of the scans")


def _nothing_twice(hub: HubLedger) -> Iterator[Finding]:
    for scan in hub.scans:
        due = int(scan.item is not None and scan.outcome != DUPLICATE)
        if hub.sightings[scan.scan_id] != due:
            yield Finding("doubled", f"{_named(scan)} was sighted {hub.sightings[scan.scan_id]} times instead of {due}")
    moved = Counter(move.scan_id for move in hub.moves if move.scan_id is not None)
    yield from (Finding("doubled", f"scan {scan_id} moved books {count} times") for scan_id, count in moved.items() if count != 1)
    told = Counter((json.loads(data).get("scan_id"), type_) for type_, _subject, data in hub.events.values())
    for (scan_id, type_), count in told.items():
        if scan_id is not None and count != 1:
            yield Finding("doubled", f"scan {scan_id} made {count} events {type_}")


def _told_what_is_stored(testimony: Testimony, hub: HubLedger) -> Iterator[Finding]:
    """A reply on a desk is the reply the hub keeps, to the millisecond it was decided."""
    stored = {scan.scan_id: json.loads(scan.reply) for scan in hub.scans}
    for scan_id, replies in testimony.replies.items():
        for reply in replies:
            kept = stored.get(scan_id)
            if kept is None or _said(reply) != _said(kept):
                yield Finding("told otherwise", f"a desk was told {_said(reply)}, the hub keeps {kept and _said(kept)}")


def _said(reply: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(reply[name] for name in ("seq", "rule", "outcome", "message", "decided_at"))


def _books_went_their_way(books: Sequence[Book], hub: HubLedger, journals: dict[str, StationLedger]) -> Iterator[Finding]:
    """Each book has exactly the moves its scans ask for, each by a scan of this book at the desk of that step."""
    scanned = {(name, scan.scan_id): scan.barcode for name, journal in journals.items() for scan in journal.scans}
    moves: defaultdict[str, list[Move]] = defaultdict(list)
    for move in hub.moves:
        moves[move.request].append(move)
    for book in books:
        found = moves[book.request]
        states = [move.became for move in found]
        if states != book.states or hub.states.get(book.request) != book.states[-1]:
            rules = [move.rule for move in found]
            yield Finding("way", f"{book.request} should go {book.states}, went {states} by {rules} and is {hub.states.get(book.request)}")
        for one, other in pairwise(found):
            if other.was != one.became:
                yield Finding("way", f"{book.request} left {other.was} after it came to {one.became}")
        for move in found[1:]:
            if scanned.get((move.actor, move.scan_id or "")) != book.barcode(ITEM):
                yield Finding("way", f"{book.request} was moved at {move.actor} by a scan that was not of it")


def _letters(evidence: Evidence, hub: HubLedger) -> Iterator[Finding]:
    sent = {request for request, type_, state, _episode in hub.notices if type_ == "READY_FOR_PICKUP" and state == "sent"}
    for book in [*evidence.books, *evidence.parked]:
        mine = [(each, to) for each, to in evidence.letters if f"<{book.request.lower()}." in each]
        names = {each for each, _to in mine}
        owed = book.shelved and (book.patient or not book.lent or book.request in sent)
        if len(names) > 1 or any(to != f"patron{book.patron}@example.org" for _each, to in mine):
            yield Finding("letter", f"{book.request} has letters {sorted(mine)}")
        if owed and not names:
            yield Finding("letter", f"{book.request} never had its letter")
        if names and not book.shelved:
            yield Finding("letter", f"{book.request} had a letter it was not owed")


def _heard_outside(heard: list[tuple[str, bytes]], hub: HubLedger) -> Iterator[Finding]:
    """A dashboard may hear an event again, but only as the same one."""
    bodies: dict[str, bytes] = {}
    for topic, payload in heard:
        if "/event/" not in topic:
            continue
        event = json.loads(payload)
        kept = hub.events.get(int(event["id"]))
        if kept is None or kept[:2] != (event["type"], event["subject"]):
            yield Finding("event", f"event {event['id']} ({event['type']}) was heard, the hub keeps {kept}")
        if bodies.setdefault(event["id"], payload) != payload:
            yield Finding("event", f"event {event['id']} was heard with two contents")


def _nothing_odd(hub: HubLedger) -> Iterator[Finding]:
    strays = {scan.station for scan in hub.scans if scan.rule == "T4"}
    for kind, station, barcode, note in hub.exceptions:
        if kind == "wrong_desk" and station in strays:
            continue
        yield Finding("exception", f"work for staff that nobody made: {kind} at {station}, {barcode or note}")
    for topic, reason in hub.poison:
        yield Finding("poison", f"{topic}: {reason}")


def _named(scan: TakenScan) -> str:
    return f"scan {scan.seq} of {scan.station} ({scan.rule}, {scan.outcome})"
