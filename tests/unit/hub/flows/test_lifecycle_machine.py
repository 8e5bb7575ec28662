"""Whatever is scanned, done or left to time, in whatever order: what must always hold, holds.

A state machine over the real flows on a real SQLite. Barcodes come from the domain: books, slips, cards, commands, an ISBN, and short
strings that look alike.
"""

from __future__ import annotations

import os
import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from hub.core.acts import OF_STAFF, Act, Wish
from hub.core.calendar import hold_cap, local_day
from hub.core.commands import Command
from hub.core.desk import Desk
from hub.core.notices import NoticeType, message_id, still_true
from hub.core.request import Reason, State, shown_state
from hub.demo import STATIONS, card, item_barcode
from hub.errors import Conflict, Invalid
from hub.flows.act_on_request import act_on_request
from hub.flows.forget import forget_cards
from hub.flows.pass_time import pass_time
from hub.store.agreement import disagreements
from hub.store.database import open_database, transaction
from hub.store.history import verify
from hub.store.notices import due_notices, letter_facts, mark_sent, mark_suppressed
from hub.store.scan_path import ScanStore
from tests.support.desks import ONLY_SQLITE, START, Library

pytestmark = ONLY_SQLITE

DEEP = int(os.environ.get("HOLDSHELF_DEEP", "0"))
"""``HOLDSHELF_DEEP=1000`` looks that often, by chance; about ten minutes."""
PLACES = ("main", "east", "joint")
BOOKS = [item_barcode(number) for number in range(1, 4)]
CARDS = [card(1), card(2), card(77)]
COMMANDS = [*(command.barcode for command in Command), "%HS-NONSENSE"]
barcodes = st.one_of(
    st.sampled_from(BOOKS),
    st.sampled_from(CARDS),
    st.sampled_from(COMMANDS),
    st.sampled_from(["9780141036144", " 30000000000012\r"]),
    st.text("01A-", min_size=1, max_size=3),
)
stations = st.sampled_from([*STATIONS, "nowhere-9"])
pauses = st.sampled_from([0.5, 3.0, 12.0, 40.0, 700.0, 90_000.0])
reasons = st.sampled_from([Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF])


@cache
def _empty() -> bytes:
    """Give the file of a library with nothing in it but desks, partners and two patrons."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder))
        # The second desk has weekends, and days on which it is closed.
        opening = '{"hours": {"mon": ["09:00-18:00"], "wed": ["09:00-18:00"], "fri": ["09:00-12:00"]}, "closed": ["2026-12-25"]}'
        library.connection.execute("UPDATE desk SET opening = ? WHERE code = 'east'", (opening,))
        library.connection.execute("UPDATE desk SET commands = 'DECLINED DAMAGED RENEW REPRINT CHECKOUT UNDO CLEAR' WHERE code = 'joint'")
        library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        library.connection.close()
        return (Path(folder) / "hub.db").read_bytes()


class Lifecycle(RuleBasedStateMachine):
    """One library, and everybody who can touch it."""

    requests = Bundle("requests")
    scans: Bundle[tuple[str, str, Any]] = Bundle("scans")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "hub.db"
        path.write_bytes(_empty())
        self.library = Library(open_database(path))
        # Power is not what this is about.
        self.library.connection.execute("PRAGMA synchronous=OFF")
        self.sent: set[str] = set()
        self.extended: set[str] = set()

    @initialize(
        target=requests, desk=st.sampled_from(PLACES), pieces=st.sampled_from([1, 1, 2]), came=st.booleans(), book=st.sampled_from(BOOKS)
    )  # fmt: skip
    def begin(self, desk: str, pieces: int, came: bool, book: str) -> str:
        """There is a request, and its book may have come."""
        named = self.ask(CARDS[0], desk, pieces, 60, None)
        if came:
            self.receive("rs-1", named, book)
        return named

    # -- what people do

    @rule(
        target=requests, requester=st.sampled_from(CARDS[:2]), desk=st.sampled_from(PLACES), pieces=st.sampled_from([1, 1, 1, 2, 3]),
        lent_for=st.sampled_from([None, 5, 20, 60]), needed=st.sampled_from([None, 3]),
    )  # fmt: skip
    def staff_ask(self, requester: str, desk: str, pieces: int, lent_for: int | None, needed: int | None) -> str:
        """Staff create a request."""
        return self.ask(requester, desk, pieces, lent_for, needed)

    def ask(self, requester: str, desk: str, pieces: int, lent_for: int | None, needed: int | None) -> str:
        """Create a request."""
        today = self.library.now.date()
        more = {
            "partner_due_date": today + timedelta(days=lent_for) if lent_for else None,
            "needed_by": today + timedelta(days=needed) if needed else None,
        }
        return self.library.request(f"Book {self.library.made}", requester=requester, pickup_desk=desk, pieces=pieces, **more)

    @rule(target=scans, station=stations, barcode=barcodes, pause=pauses)
    def scan(self, station: str, barcode: str, pause: float) -> tuple[str, str, Any]:
        """Somebody scans something somewhere."""
        return self._scanned(station, barcode, pause)

    @rule(target=scans, station=stations, request=requests, pause=pauses)
    def scan_a_slip(self, station: str, request: str, pause: float) -> tuple[str, str, Any]:
        """Somebody scans a request slip."""
        return self._scanned(station, request, pause)

    @rule(station=st.sampled_from(["rs-1", "joint-1"]), request=requests, book=st.sampled_from(BOOKS))
    def a_parcel_comes(self, station: str, request: str, book: str) -> None:
        """A parcel comes: slip and book."""
        self.receive(station, request, book)

    def receive(self, station: str, request: str, book: str) -> None:
        """Scan slip and book."""
        self._scanned(station, request, 3.0)
        self._scanned(station, book, 3.0)

    @rule(station=st.sampled_from(["main-1", "east-1", "joint-1"]), patron=st.sampled_from(CARDS), book=st.sampled_from(BOOKS))
    def fetch(self, station: str, patron: str, book: str) -> None:
        """A patron comes: card and book, and leaves."""
        for barcode in (patron, book, "%HS-CLEAR"):
            self._scanned(station, barcode, 3.0)

    @rule(book=st.sampled_from(BOOKS), times=st.integers(1, 4))
    def go_on(self, book: str, times: int) -> None:
        """A book goes the usual way, some steps of it."""
        for _ in range(times):
            where = "SELECT i.state, r.pickup_desk, p.card FROM item i JOIN request r ON r.key = i.request "
            row = self.library.rows(where + "LEFT JOIN patron p ON p.key = r.requester WHERE i.barcode = ? AND i.closed_at IS NULL", book)
            if not row:
                return
            state, desk, card_of = row[0]
            station = "rs-1" if state == State.IN_TRANSIT_TO_RS else f"{desk}-1"
            for barcode in (card_of, book, "%HS-CLEAR") if state == State.ON_HOLD_SHELF and card_of else (book,):
                self._scanned(station, barcode, 45.0 if state == State.CHECKED_OUT else 3.0)

    @rule(
        station=st.sampled_from(["main-1", "east-1", "joint-1", "rs-1"]), command=st.sampled_from(COMMANDS), book=st.sampled_from(BOOKS),
        pause=pauses,
    )  # fmt: skip
    def command(self, station: str, command: str, book: str, pause: float) -> None:
        """A command card, and a book."""
        self._scanned(station, command, 3.0)
        self._scanned(station, book, pause)

    @rule(station=stations, book=st.sampled_from(BOOKS), hours=st.integers(1, 60), known=st.booleans())
    def scan_late(self, station: str, book: str, hours: int, known: bool) -> None:
        """A station was offline; after a reboot it does not even know how long ago it was."""
        told = {"age_ms": hours * 3_600_000} if known else {"age_ms": None, "scanned_at": self.library.now - timedelta(hours=hours)}
        self.library.scan(station, book, after_s=1, **told)

    @rule(scan=scans)
    def deliver_again(self, scan: tuple[str, str, Any]) -> None:
        """The wire delivers a scan twice: the same answer, and nothing else."""
        station, scan_id, reply = scan
        before = self._everything()
        again = self.library.scan(station, "whatever", after_s=0, scan_id=scan_id)
        # What a desk was told of a patron is forgotten after a day.
        forgotten = reply.model_copy(update={"message": "-"}) if reply.rule.startswith("patron.") else reply
        assert again in (reply, forgotten)
        assert self._everything() == before

    @rule(
        request=requests, act=st.sampled_from(OF_STAFF), by=reasons, days=st.integers(-3, 40), desk=st.sampled_from([*PLACES, "rs"]),
        to=st.sampled_from([State.IN_TRANSIT_TO_RS, State.CHECKED_OUT]), pieces=st.integers(1, 3), dated=st.booleans(),
    )  # fmt: skip
    def act(self, request: str, act: Act, by: Reason, days: int, desk: str, to: State, pieces: int, dated: bool) -> None:
        """Staff do something, or are told why not; then nothing has changed."""
        place = Desk(desk, desk, resource_sharing=False, pickup=False)
        day = self.library.now.date() + timedelta(days=days) if dated else None
        wish = Wish(act=act, by=by, day=day, desk=place, to=to, pieces=pieces, note="a note")
        before = self._everything()
        try:
            with transaction(self.library.connection):
                act_on_request(
                    self.library.connection, self.library.site, request, wish, actor="kim", version=None, now=self.library.now
                )  # fmt: skip
        except (Conflict, Invalid):
            assert self._everything() == before
            return
        if act is Act.EXTEND:
            self.extended.add(request)

    @rule(days=st.sampled_from([0, 1, 3, 11, 45]))
    def wait(self, days: int) -> None:
        """Days go by, and the hub looks at the clock; twice is as good as once."""
        self.library.now += timedelta(days=days, minutes=1)
        connection, site, now = self.library.connection, self.library.site, self.library.now
        found = self.library.due()
        with transaction(connection):
            pass_time(connection, site, [*found, *found], now)
            forget_cards(connection, site, now)
        before = self._everything()
        with transaction(connection):
            pass_time(connection, site, [*self.library.due(), *found], now)
        assert self._everything() == before

    @rule()
    def mail(self) -> None:
        """The sender looks at what is due: what is no longer true stays, and nothing leaves twice."""
        connection, now = self.library.connection, self.library.now
        for key in due_notices(connection, now, 100):
            facts = letter_facts(connection, [key])[key]
            with transaction(connection):
                if facts.patron is None or not still_true(facts.type, facts.about, facts.episode, now, self.library.site.zone):
                    mark_suppressed(connection, key, now)
                    continue
                named = message_id(facts.request_id, facts.type, facts.episode, "test")
                assert named not in self.sent
                self.sent.add(named)
                if facts.type is NoticeType.READY_FOR_PICKUP:
                    states = connection.execute("SELECT i.state FROM item i JOIN notice n ON n.item = i.key WHERE n.key = ?", (key,))
                    assert states.fetchall() == [("ON_HOLD_SHELF",)]
                mark_sent(connection, key, named, now)

    def _scanned(self, station: str, barcode: str, pause: float) -> tuple[str, str, Any]:
        reply = self.library.scan(station, barcode, after_s=pause)
        return station, reply.scan_id, reply

    def _everything(self) -> list[Any]:
        tables = ("request", "item", "history", "event", "notice", "exception", "time_mark")
        return [self.library.rows(f"SELECT * FROM {table}") for table in tables]  # noqa: S608 - the tables above

    # -- what always holds

    @invariant()
    def a_request_shows_its_least_advanced_piece(self) -> None:
        """And is closed exactly when all its pieces are."""
        store = ScanStore(self.library.connection)
        for key, pieces, state, outcome, closed_at in self.library.rows("SELECT key, pieces, state, outcome, closed_at FROM request"):
            items = store.items_of(key)
            if items or state != State.CLOSED:
                assert state == shown_state(pieces, items)
            assert (state == State.CLOSED) == (closed_at is not None) == (outcome is not None)

    @invariant()
    def an_item_is_in_one_place(self) -> None:
        """Open items have a barcode of their own, closed ones are closed for good."""
        assert self.library.rows("SELECT barcode FROM item WHERE closed_at IS NULL GROUP BY barcode HAVING count(*) > 1") == []
        assert self.library.rows("SELECT key FROM item WHERE (closed_at IS NULL) = (state = 'CLOSED')") == []
        assert self.library.rows("SELECT key FROM item WHERE (outcome IS NULL) = (state = 'CLOSED')") == []

    @invariant()
    def a_closed_request_has_no_live_temporary_item(self) -> None:
        """Neither has one with a piece too many."""
        assert self.library.rows(
            "SELECT r.request_id FROM request r JOIN item i ON i.request = r.key WHERE r.state = 'CLOSED' AND i.closed_at IS NULL"
        ) == []  # fmt: skip
        assert self.library.rows("SELECT request FROM item GROUP BY request, piece HAVING count(*) > 1") == []
        assert self.library.rows("SELECT r.key FROM request r WHERE pieces < (SELECT count(*) FROM item i WHERE i.request = r.key)") == []

    @invariant()
    def a_hold_never_passes_its_cap(self) -> None:
        """The lender's date less shipping and the shortest loan; an extended one may use those, but not pass the date itself."""
        site = self.library.site
        held = "FROM item i JOIN request r ON r.key = i.request WHERE i.state = 'ON_HOLD_SHELF'"
        for named, partner_due, until in self.library.rows(f"SELECT r.request_id, r.partner_due_date, i.hold_until {held}"):
            if partner_due is None or until is None:
                continue
            last, due_day = local_day(_moment(until), site.zone), date.fromisoformat(partner_due)
            cap = hold_cap(due_day, site.policy)
            assert last <= due_day if named in self.extended else cap is not None and last <= cap

    @invariant()
    def the_history_knows_where_each_item_is(self) -> None:
        """Its last line that moved an item is where the item is now."""
        moves = "FROM history h WHERE h.item = i.key AND h.became IS NOT NULL ORDER BY h.key DESC LIMIT 1"
        elsewhere = f"SELECT i.key, i.state, (SELECT h.became {moves}) AS told FROM item i WHERE told IS NOT i.state"  # noqa: S608
        assert self.library.rows(elsewhere) == []

    @invariant()
    def letters_are_of_one_kind_an_episode(self) -> None:
        """At most one, and only of kinds there are."""
        assert self.library.rows("SELECT request FROM notice GROUP BY request, type, episode HAVING count(*) > 1") == []

    def teardown(self) -> None:
        """The history is one unbroken chain, and reads back without a fault."""
        assert list(disagreements(self.library.connection)) == []
        verdict = verify(self.library.connection)
        assert verdict.broken == ()
        self.library.connection.close()
        self.folder.cleanup()


def _moment(milliseconds: int) -> Any:
    return START.fromtimestamp(milliseconds / 1000, START.tzinfo)


Lifecycle.TestCase.settings = settings(
    max_examples=DEEP or 150,
    stateful_step_count=60 if DEEP else 40,
    deadline=None,
    derandomize=not DEEP,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestLifecycle = Lifecycle.TestCase
