"""A frame from a scanner to a row in the journal: the one place where a scan is taken."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from broker.messages import FaultKind
from station.desk import Desk
from station.errors import JournalFull
from station.framing import Broken, Frame
from station.journal import Journal, Lane, Row
from station.moment import Clock, Moment, NewId
from station.reading import NO_RULES, Doubles, Reading, Rules, read
from station.records import FaultRecord, Origin, ScanRecord, is_message, to_body
from station.scanners import Scanner
from station.screen import Scanned
from station.words import Key, Saying

log = logging.getLogger(__name__)

Appended = Callable[[Lane, Row], None]
Storing = Callable[[Saying | None], None]


class Taking:
    """Reads, stores, shows; ``appended`` hears of each stored row, ``storing`` why nothing can be stored or that it can (None)."""

    def __init__(
        self,
        station: str,
        journal: Journal,
        desk: Desk,
        *,
        rules: Mapping[str, Rules],
        clock: Clock,
        new_id: NewId,
        appended: Appended,
        storing: Storing,
    ) -> None:
        self._station = station
        self._journal = journal
        self._desk = desk
        self._rules = rules
        self._clock = clock
        self._new_id = new_id
        self._appended = appended
        self._storing = storing
        self._doubles = Doubles()
        self.faults: Counter[FaultKind] = Counter()
        """How many of each kind since the start."""
        self.last: Scanner | None = None
        """Whose scan was stored last."""

    def take(self, scanner: Scanner, found: Sequence[Frame | Broken], age_ns: int = 0) -> bool:
        """Take everything one read of a scanner finished, so many nanoseconds ago; false when a scan of it could not be stored."""
        # One moment a read: what arrived together happened together, however long the disk takes for each.
        moment, stored = self._clock().before(age_ns), True
        for each in found:
            rules = self._rules.get(scanner.name, NO_RULES)
            read_as = read(each.data, rules) if isinstance(each, Frame) else each
            if isinstance(read_as, Reading):
                if rules.aim == "on" and read_as.aim is None:
                    log.warning("no AIM identifier", extra={"action": "take_scan", "scanner": scanner.name})
                stored &= self._take_scan(scanner, read_as, moment)
            elif read_as is not None:
                self._take_fault(scanner, read_as, moment)
        return stored

    def read_by(self, rules: Mapping[str, Rules]) -> None:
        """Read by these rules from now on."""
        self._rules = rules

    def numbers_began_anew(self) -> None:
        """The journal has a new incarnation: remembered numbers mean nothing."""
        self._doubles.forget()

    def _take_scan(self, scanner: Scanner, reading: Reading, moment: Moment) -> bool:
        record = ScanRecord(
            scan_id=self._new_id(),
            barcode=reading.barcode,
            source=scanner.kind,
            scanner=scanner.name,
            aim=reading.aim,
            check=reading.check,
            raw=reading.raw,
            dup_of=self._doubles.earlier(scanner.name, reading.barcode, moment.monotonic_ns),
        )
        body = to_body(record)
        if not is_message(record, body, Origin(self._station, self._journal.incarnation), moment):
            self._take_fault(scanner, Broken("too_long", Saying(Key.MORE_THAN_A_MESSAGE)), moment)
            return True
        if (seq := self._store(Lane.SCANS, body, moment, scanner)) is None:
            return False
        self.last = scanner
        self._doubles.taken(scanner.name, reading.barcode, seq, moment.monotonic_ns)
        self._appended(Lane.SCANS, Row(seq, body, moment))
        self._storing(None)
        log.debug("scan stored", extra={"action": "take_scan", "scan": record.scan_id, "seq": seq, "scanner": scanner.name})
        self._desk.scanned(Scanned(seq, record.scan_id, reading.barcode, scanner.name))
        return True

    def _take_fault(self, scanner: Scanner, broken: Broken, moment: Moment) -> None:
        detail = str(broken.detail)
        self.faults[FaultKind(broken.kind)] += 1
        log.warning("no barcode", extra={"action": "take_fault", "kind": broken.kind, "scanner": scanner.name, "detail": detail})
        self._desk.fault(broken.kind, broken.detail, scanner.name)
        record = FaultRecord(fault_id=self._new_id(), kind=broken.kind, scanner=scanner.name, detail=detail)
        body = to_body(record)
        if (seq := self._store(Lane.FAULTS, body, moment, scanner)) is not None:
            self._appended(Lane.FAULTS, Row(seq, body, moment))
            self._storing(None)

    def _store(self, lane: Lane, body: bytes, moment: Moment, scanner: Scanner) -> int | None:
        try:
            return self._journal.append(lane, body, moment)
        except JournalFull as error:
            if lane is Lane.SCANS:
                self._desk.not_stored(error.why, scanner.name)
            self._storing(error.why)
            return None
