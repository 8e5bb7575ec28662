"""The judgement: the witness's file beside the station's journal and the hub's database.

Lost: a light without its scan at the hub. Wrong: a barcode at the hub that nobody typed, or more often than it was sent. Silent: a
scan that was listened to from its beginning to its end, and came to neither a barcode nor a fault.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.faults.scanners.record import Told, Typed

CLOCKS_S = 0.01
SAID_WITHIN_S = 5.0
"""So long after its end a fault may be said: a busy station is behind, and scans that silence does not part are one fault at their end."""


class Kept(NamedTuple):
    """One scan in the journal or at the hub."""

    seq: int
    scan_id: str
    barcode: str
    scanner: str


class Fault(NamedTuple):
    """One fault in the journal, its time in seconds since boot."""

    scanner: str
    kind: str
    at: float


@dataclass(frozen=True, slots=True)
class Books:
    """What the files hold once everything has stopped."""

    journal: Sequence[Kept]
    faults: Sequence[Fault]
    hub: Sequence[Kept]
    hub_faults: int
    streams: int
    poison: int

    @classmethod
    def read(cls, journal: Path, hub: Path) -> Books:
        """Read them all."""
        with contextlib.closing(sqlite3.connect(journal)) as station, contextlib.closing(sqlite3.connect(hub)) as central:
            kept = [_kept(*row) for row in station.execute("SELECT seq, body FROM scan ORDER BY seq")]
            faults = [_fault(*row) for row in station.execute("SELECT body, monotonic_ns FROM fault ORDER BY seq")]
            taken = central.execute("SELECT seq, scan_id, coalesce(barcode, ''), '' FROM scan ORDER BY seq")
            return cls(
                kept,
                faults,
                [Kept(*row) for row in taken],
                *(central.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("fault", "stream", "poison")),  # noqa: S608
            )


def _kept(seq: int, body: bytes) -> Kept:
    told = json.loads(body)
    return Kept(seq, told["scan_id"], told["barcode"], told["scanner"])


def _fault(body: bytes, monotonic_ns: int) -> Fault:
    told = json.loads(body)
    return Fault(told["scanner"], told["kind"], monotonic_ns / 1e9)


class Finding(NamedTuple):
    """One thing that is wrong."""

    kind: str
    words: str


def judge(told: Told, books: Books, kinds: Iterable[str]) -> list[Finding]:
    """Give everything that is wrong."""
    return [
        *_all_happened(told, books, kinds),
        *_lit_is_at_the_hub(told, books),
        *_the_hub_has_the_journal(books),
        *_nobody_typed(told, books),
        *_in_order(told, books),
        *_silent(told, books),
    ]


def _all_happened(told: Told, books: Books, kinds: Iterable[str]) -> Iterator[Finding]:
    for kind in kinds:
        if not told.happened[kind]:
            yield Finding("not tried", f"this never happened: {kind}")
    letters = {each.scanner for each in told.typed.values()}
    for letter in letters - {each.barcode[:1] for each in books.hub}:
        yield Finding("not tried", f"no scan of scanner {letter} came to the hub")


def _lit_is_at_the_hub(told: Told, books: Books) -> Iterator[Finding]:
    places = {each.scan_id: (each.seq, each.barcode) for each in books.hub}
    for scan_id, lit in told.lights.items():
        if places.get(scan_id) != lit:
            yield Finding("lost", f"the desk showed light for scan {lit}, the hub has {places.get(scan_id)}")


def _the_hub_has_the_journal(books: Books) -> Iterator[Finding]:
    kept, taken = ([each[:3] for each in side] for side in (books.journal, books.hub))
    if [each.seq for each in books.journal] != list(range(1, len(kept) + 1)):
        yield Finding("gap", "the journal has holes")
    if kept != taken:
        missing, more = len(set(kept) - set(taken)), len(set(taken) - set(kept))
        yield Finding("lost", f"{len(kept)} scans in the journal, {len(taken)} at the hub: {missing} missing, {more} that are not in it")
    if books.hub_faults != len(books.faults):
        yield Finding("lost", f"{len(books.faults)} faults in the journal, {books.hub_faults} at the hub")
    if books.streams != 1 or books.poison:
        yield Finding("odd", f"{books.streams} streams instead of one, {books.poison} messages put aside")


def _nobody_typed(told: Told, books: Books) -> Iterator[Finding]:
    for barcode, count in Counter(each.barcode for each in books.hub).items():
        sent = told.typed[barcode].sendings if barcode in told.typed and not told.typed[barcode].cut else told.pieces[barcode]
        if count > sent:
            yield Finding("wrong", f"{barcode!r} is at the hub {count} times, it was typed {sent} times")
    for each in books.journal:
        if each.scanner != f"scanner-{each.barcode[:1]}" and not told.pieces[each.barcode]:
            yield Finding("wrong", f"{each.barcode!r} came from {each.scanner}")


def _in_order(told: Told, books: Books) -> Iterator[Finding]:
    last: dict[str, Typed] = {}
    for each in books.hub:
        typed = told.typed.get(each.barcode)
        if typed is None:
            continue
        before = last.get(typed.scanner)
        if before is not None and before.begun > typed.begun:
            yield Finding("order", f"{typed.barcode!r} was typed before {before.barcode!r} and stands behind it")
        last[typed.scanner] = typed


def owed(told: Told, books: Books) -> Iterator[Typed]:
    """Give the scans that were listened to: behind each, in the same start of the station, came something that was taken."""
    came, letters = {each.barcode for each in books.journal}, {each.scanner for each in told.typed.values()}
    for letter in letters:
        typed = sorted((each for each in told.typed.values() if each.scanner == letter), key=lambda each: each.begun)
        for since, until in told.listening[f"scanner-{letter}"]:
            inside = [each for each in typed if since < each.begun and each.ended is not None and each.ended < until]
            last = max((place for place, each in enumerate(inside) if each.barcode in came), default=0)
            # A scanner is read in order: what stands before a scan that was taken was read, however busy the station is.
            yield from inside[:last]


def _silent(told: Told, books: Books) -> Iterator[Finding]:
    """Give what came to nothing: what was listened to and is no barcode is a fault of this scanner, then or soon after."""
    came = {each.barcode for each in books.journal}
    said = defaultdict(list)
    for fault in books.faults:
        said[fault.scanner].append(fault.at)
    for each in owed(told, books):
        if each.barcode in came or each.ended is None:
            continue
        place = bisect_left(said[f"scanner-{each.scanner}"], each.begun - CLOCKS_S)
        if not any(at <= each.ended + SAID_WITHIN_S for at in said[f"scanner-{each.scanner}"][place : place + 1]):
            yield Finding("silent", f"{each.barcode!r} came to nothing, and no fault was said")
