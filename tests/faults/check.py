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

from hub.store.place import Place
from tests.faults.books import ITEM, ON_SHELF, Book
from tests.faults.forms import Kind
from tests.faults.guests import MOST_KEPT
from tests.faults.ledger import HubLedger, Move, StationLedger, TakenScan
from tests.faults.library import GUEST
from tests.faults.mail import Letter
from tests.faults.stray import NAME, Stream
from tests.faults.witness import Testimony

LATE_TOLERANCE_MS = 2000
"""The hub places a scan in time by its age; what it travelled longer than the one behind it, up to this, is no disorder."""
FEWEST_JOINT = 20
LETTER_TOLERANCE_S = 3.0
"""A letter that began so soon after its book left the shelf was on its way already; a hub stands still for 1.5 s at most."""
DUPLICATE = "duplicate"
READY = "READY_FOR_PICKUP"


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
    database: Place
    journals: dict[str, Path]
    letters: list[Letter]
    """Everything the mail server took, from its own journal."""
    events: list[tuple[str, bytes]]
    """Topic and payload of everything a dashboard heard."""
    heard_before: int
    """How many of these it had heard when the hub was last put back from a backup."""
    stray: list[Stream]
    put_aside: Counter[str]
    """How many messages the hub must have put aside, by topic."""
    came_anyway: set[str]
    """Requests whose patrons waited for a letter until they waited no more, where a mail server or a database may have been away."""
    set_back_s: list[float]
    """By how much the hub's clock was set back, each time."""
    joint: bool
    """Whether letters about several books were to be among them."""
    clock_was_set: bool
    """Whether the hub's clock was not the witness's."""
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
        *_order_is_kept(hub, evidence.set_back_s),
        *([] if evidence.clock_was_set else _placed_when_it_happened(evidence.testimony, hub)),
        *_nothing_twice(hub),
        *_told_what_is_stored(evidence.testimony, hub),
        *_books_went_their_way([*evidence.books, *evidence.parked], hub, journals),
        *_letters(evidence, hub),
        *_no_letter_too_late(evidence, hub),
        *_some_were_joint(evidence),
        *_heard_outside(evidence, hub),
        *_nothing_odd(hub, evidence.put_aside),
    ]


def _count(evidence: Evidence, hub: HubLedger, journals: dict[str, StationLedger]) -> None:
    ids = [each.message_id for each in evidence.letters]
    evidence.figures |= {
        "stored": sum(len(journal.scans) for journal in journals.values()),
        "lit": len(evidence.testimony.lights),
        "red": evidence.testimony.reds.total(),
        "letters": len(set(ids)),
        "repeated letters": len(ids) - len(set(ids)),
        "books in letters": len(set().union(*(each.about for each in evidence.letters))),
        "letters about several": len({each.message_id for each in evidence.letters if len(each.about) > 1}),
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


def _the_stray_came_once(streams: list[Stream], hub: HubLedger) -> Iterator[Finding]:
    """All of its newest journal, and of those that were lost what came, up to somewhere."""
    known = hub.by_stream()
    for stream in streams:
        taken = [(scan.seq, scan.scan_id) for scan in known.get((NAME, stream.incarnation), ())]
        sent = list(enumerate(stream.scan_ids, 1))
        if taken != (sent if stream is streams[-1] else sent[: len(taken)]):
            yield Finding("gap", f"of a stream of {len(sent)} scans of the stray station the hub has {len(taken)}, or not in their order")
    for (station, _incarnation), scans in known.items():
        if station == GUEST and [scan.seq for scan in scans] != [1]:
            yield Finding("doubled", f"the scan of the station that does not read stands there {len(scans)} times")


def _order_is_kept(hub: HubLedger, set_back_s: list[float]) -> Iterator[Finding]:
    """In the order of their numbers; where the hub's clock was set back its own times go back, once each time."""
    written = {scan_id: place for place, scan_id in enumerate(hub.seen_in_order)}
    for (station, _incarnation), scans in hub.by_stream().items():
        back = [(one, other) for one, other in pairwise(scans) if one.decided_at > other.decided_at]
        if len(back) > len(set_back_s):
            yield from (Finding("order", f"{station}: scan {other.seq} was decided before scan {one.seq}") for one, other in back)
        most_ms = max(set_back_s, default=0) * 1000
        late = [(one.happened_at - other.happened_at, one, other) for one, other in pairwise(scans)]
        late = [each for each in late if each[0] > LATE_TOLERANCE_MS]
        if len(late) > len(set_back_s) or any(by_ms > most_ms + LATE_TOLERANCE_MS for by_ms, _one, _other in late):
            yield from (
                Finding("order", f"{station}: scan {other.seq} is placed {by_ms} ms before scan {one.seq}") for by_ms, one, other in late
            )
        seen = [written[scan.scan_id] for scan in scans if scan.scan_id in written]
        if seen != sorted(seen):
            yield Finding("order", f"{station}: sightings are not in the order of the scans")


def _placed_when_it_happened(testimony: Testimony, hub: HubLedger) -> Iterator[Finding]:
    """A scan is placed after it was made and before its light was seen, by the witness's own clock."""
    for scan in hub.scans:
        if scan.scan_id not in testimony.lit_at:
            continue
        made, lit = (moment * 1000 for moment in testimony.lit_at[scan.scan_id])
        by_ms = max(made - scan.happened_at, scan.happened_at - lit)
        if by_ms > LATE_TOLERANCE_MS:
            early = "early" if scan.happened_at < made else "late"
            yield Finding("order", f"{_named(scan)} is placed {by_ms:.0f} ms too {early}")


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
    """A reply on a desk is the one the hub keeps, to the microsecond; told before a backup was put back, it says the same."""
    stored = {scan.scan_id: json.loads(scan.reply) for scan in hub.scans}
    for scan_id, replies in testimony.replies.items():
        for reply in replies:
            kept, anew = stored.get(scan_id), reply["t"] < testimony.restored_at
            if kept is None or _said(reply, anew=anew) != _said(kept, anew=anew):
                yield Finding("told otherwise", f"a desk was told {_said(reply)}, the hub keeps {kept and _said(kept)}")


def _said(reply: dict[str, Any], *, anew: bool = False) -> tuple[Any, ...]:
    names = ("seq", "rule", "outcome", "message") if anew else ("seq", "rule", "outcome", "message", "decided_at")
    return tuple(reply[name] for name in names)


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
    states = {request: state for request, type_, state, _episode in hub.notices if type_ == READY}
    no_use = {request for request in evidence.came_anyway if states.get(request) == "suppressed"}
    by_request: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in evidence.letters:
        for request in letter.about:
            by_request[request].append(letter)
    for book in [*evidence.books, *evidence.parked]:
        mine = by_request[book.request.lower()]
        names = {letter.message_id for letter in mine}
        waited = book.patient and book.request not in no_use
        owed = book.shelved and (waited or not book.lent or states.get(book.request) == "sent")
        if len(names) > 1 or any(letter.to != f"patron{book.patron}@example.org" for letter in mine):
            yield Finding("letter", f"{book.request} has letters {sorted(mine)}")
        if book.shelved and book.request not in states:
            yield Finding("letter", f"{book.request} came to the shelf, and no letter was ever queued")
        if owed and not names:
            yield Finding("letter", f"{book.request} never had its letter")
        if names and not book.shelved:
            yield Finding("letter", f"{book.request} had a letter it was not owed")
    waits = [(request, state) for request, _type, state, _episode in hub.notices if state not in ("sent", "suppressed")]
    yield from (Finding("letter", f"a notice of {request} is still {state}") for request, state in waits)


def _some_were_joint(evidence: Evidence) -> Iterator[Finding]:
    if evidence.joint and (several := evidence.figures["letters about several"]) < FEWEST_JOINT:
        yield Finding("vacuous", f"only {several} letters spoke of several books")


def _no_letter_too_late(evidence: Evidence, hub: HubLedger) -> Iterator[Finding]:
    """Nobody is told of a book on the shelf once a desk has said that it left."""
    left = {
        move.request.lower(): evidence.testimony.told_at[move.scan_id]
        for move in hub.moves
        if move.was == ON_SHELF and move.scan_id in evidence.testimony.told_at
    }
    for letter in evidence.letters:
        is_ready = ".ready-for-pickup." in letter.message_id
        for request in letter.about if is_ready else ():
            late_s = letter.begun - left.get(request, letter.begun)
            if late_s > LETTER_TOLERANCE_S:
                yield Finding("letter", f"{request} left the shelf, and {late_s:.1f} s later a letter about it began")


def _heard_outside(evidence: Evidence, hub: HubLedger) -> Iterator[Finding]:
    """A dashboard may hear an event again, but only as the same one; what a restored backup lacked came again under a new number."""
    bodies: dict[str, bytes] = {}
    for place, (topic, payload) in enumerate(evidence.events):
        if "/event/" not in topic:
            continue
        event = json.loads(payload)
        kept = hub.events.get(int(event["id"]))
        lost = kept is None and place < evidence.heard_before
        if not lost and (kept is None or kept[:2] != (event["type"], event["subject"])):
            yield Finding("event", f"event {event['id']} ({event['type']}) was heard, the hub keeps {kept}")
        if bodies.setdefault(event["id"], payload) != payload:
            yield Finding("event", f"event {event['id']} was heard with two contents")


def _nothing_odd(hub: HubLedger, put_aside: Counter[str]) -> Iterator[Finding]:
    strays = {scan.station for scan in hub.scans if scan.rule == "T4"}
    for kind, station, barcode, note in hub.exceptions:
        if (kind == "wrong_desk" and station in strays) or station == GUEST:
            continue
        yield Finding("exception", f"work for staff that nobody made: {kind} at {station}, {barcode or note}")
    # Of each topic the last hundred are kept.
    for topic, count in Counter(topic for topic, _reason in hub.poison).items():
        if count != min(put_aside[topic], MOST_KEPT):
            yield Finding("poison", f"{count} messages on {topic} are put aside, and {put_aside[topic]} were to be")
    for topic, reason in hub.poison:
        if topic not in put_aside or not reason:
            yield Finding("poison", f"{topic}: {reason or 'no reason is given'}")
    yield from (Finding("poison", f"nothing on {topic} was put aside") for topic in put_aside if topic not in dict(hub.poison))


def _named(scan: TakenScan) -> str:
    return f"scan {scan.seq} of {scan.station} ({scan.rule}, {scan.outcome})"
