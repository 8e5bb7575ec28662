"""The demo: four desks, a few patrons and partners, and requests in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.ids import ENTROPY_BYTES, uuid7
from broker.messages import Scan
from hub.core.acts import Act, Wish
from hub.core.barcode import luhn
from hub.core.desk import Desk
from hub.core.request import Reason
from hub.core.seen import Site
from hub.flows.act_on_request import act_on_request
from hub.flows.keep_books import add_patron, put_desk, put_partner, put_station
from hub.flows.manage_requests import NewRequest, create_request
from hub.flows.take_scan import take_scan
from hub.settings import HubSettings
from hub.store.moments import to_ms
from hub.store.notices import mark_suppressed
from hub.store.scan_path import ScanStore
from hub.store.sql import Connection

DESKS = (
    Desk("rs", "Resource sharing", resource_sharing=True, pickup=False, shelf_prefix="R"),
    Desk("main", "Main desk", resource_sharing=False, pickup=True, shelf_prefix="A"),
    Desk("east", "East branch", resource_sharing=False, pickup=True, shelf_prefix="E"),
    Desk("joint", "Joint desk", resource_sharing=True, pickup=True, shelf_prefix="J"),
)
STATIONS = {"rs-1": "rs", "main-1": "main", "east-1": "east", "joint-1": "joint", "terminal": "joint"}
PARTNERS = {
    "tul": "Tulare County Library",
    "ocl": "Oberlin College Library",
    "gbv": "State Library Lower Saxony",
    "bpl": "Burlington Public Library",
}
PATRONS = (
    ("Heron 12", "Ada Fischer"),
    ("Otter 7", "Ben Okafor"),
    ("Lynx 31", "Chen Li"),
    ("Wren 4", "Dilek Aydin"),
    ("Stork 9", "Elena Rossi"),
)
BOOKS = (
    ("The Overstory", "Richard Powers"),
    ("Braiding Sweetgrass", "Robin Wall Kimmerer"),
    ("The Dispossessed", "Ursula K. Le Guin"),
    ("Entangled Life", "Merlin Sheldrake"),
    ("Austerlitz", "W. G. Sebald"),
    ("The Peregrine", "J. A. Baker"),
    ("Invisible Cities", "Italo Calvino"),
    ("The Mushroom at the End of the World", "Anna Lowenhaupt Tsing"),
    ("A Time of Gifts", "Patrick Leigh Fermor"),
    ("The Living Mountain", "Nan Shepherd"),
    ("Landmarks", "Robert Macfarlane"),
    ("Sand Talk", "Tyson Yunkaporta"),
    ("Weaving the Web", "Tim Berners-Lee"),
)


def card(number: int) -> str:
    """Give the n-th demo patron's card: 14 digits, its last a check digit."""
    digits = f"2{number:012d}"
    return digits + luhn(digits)


def item_barcode(number: int) -> str:
    """Give the n-th demo item's barcode."""
    digits = f"3{number:012d}"
    return digits + luhn(digits)


@dataclass(frozen=True, slots=True)
class Walk:
    """A guided walk at the joint desk: lines of barcode, why, seconds to wait."""

    lines: tuple[tuple[str, str, int], ...]

    def text(self) -> str:
        """Give the file the terminal's station reads."""
        return "".join(f"{barcode}\t{why}\t{wait}\n" for barcode, why, wait in self.lines)


def seed(connection: Connection, settings: HubSettings, now: datetime) -> None:
    """Write the demo into an empty database, in the open transaction."""
    seed_places(connection)
    for number, (alias, name) in enumerate(PATRONS, 1):
        add_patron(connection, card=card(number), alias=alias, name=name, email=f"patron{number}@holdshelf.invalid")
    named = [_request(connection, settings.site_rules(), place, now - timedelta(days=9)) for place in range(len(BOOKS))]
    demo = _Past(connection, settings, now)
    # The first three wait to be received; the first is the one the terminal suggests.
    for place, steps in enumerate(_STEPS, 3):
        demo.walk(named[place], item_barcode(place + 1), card(place % len(PATRONS) + 1), steps)
    demo.act(named[8], Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_PATRON, note="found it elsewhere"))
    demo.act(named[9], Wish(act=Act.MISSING, note="not on the shelf"))
    demo.act(named[10], Wish(act=Act.LOST))
    demo.act(named[12], Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_PATRON, note="bought it"))
    # Letters about books that came days ago would greet every new demo.
    for (key,) in connection.execute("SELECT key FROM notice WHERE state = 'queued' ORDER BY key").fetchall():
        mark_suppressed(connection, key, now)


def seed_places(connection: Connection) -> None:
    """Write the demo's desks, stations and partners."""
    for desk in DESKS:
        put_desk(connection, desk)
    for station, desk_code in STATIONS.items():
        put_station(connection, station, desk_code)
    for code, name in PARTNERS.items():
        put_partner(connection, code, name)


def suggestions(connection: Connection, settings: HubSettings) -> Walk:
    """Give the guided walk of the first book that waits to be received at the joint desk."""
    row = connection.execute(
        "SELECT r.request_id, p.card, r.title FROM request r JOIN patron p ON p.key = r.requester "
        "WHERE r.state = 'REQUESTED' AND r.pickup_desk = 'joint' ORDER BY r.key LIMIT 1"
    ).fetchone()
    if row is None:
        return Walk(())
    slip, patron, title = row
    used = connection.execute("SELECT count(*) FROM item").fetchone()[0]
    book = item_barcode(1 if not connection.execute("SELECT 1 FROM item WHERE barcode = ?", (item_barcode(1),)).fetchone() else used + 100)
    return Walk(
        (
            (slip, f"the request slip of {title}: a parcel came", 0),
            (book, "the lender's barcode on the book: received, onto the hold shelf", 0),
            (patron, "the patron comes: their card (the letter is in mail/ by now)", int(settings.policy.ready_notice_delay_s) + 2),
            (book, "the book again: checked out", 0),
            ("%HS-CLEAR", "the patron leaves: this card at the desk closes their session", 0),
            (book, "days later it comes back: the book once more", int(settings.windows.handover_s) + 1),
        )
    )


RECEIVE, SHELVE, LEND, RETURN, HOME = range(5)
_STEPS = (
    (RECEIVE,),
    (RECEIVE, SHELVE),
    (RECEIVE, SHELVE),
    (RECEIVE, SHELVE, LEND),
    (RECEIVE, SHELVE, LEND, RETURN),
    (RECEIVE, SHELVE),
    (RECEIVE, SHELVE),
    (RECEIVE, SHELVE, LEND),
    (RECEIVE, SHELVE, LEND, RETURN, HOME),
)


class _Past:
    """Walks books through scans that happened in the days before, at the separate desks."""

    def __init__(self, connection: Connection, settings: HubSettings, now: datetime) -> None:
        self._connection = connection
        self._settings = settings
        self._store = ScanStore(connection)
        self._now = now
        self._count = 0

    def walk(self, request: str, barcode: str, patron: str, steps: tuple[int, ...]) -> None:
        """Scan one book as far as ``steps`` say."""
        stations = {RECEIVE: "rs-1", SHELVE: "main-1", LEND: "main-1", RETURN: "main-1", HOME: "rs-1"}
        before = {RECEIVE: (request,), LEND: (patron,)}
        for step in steps:
            for scanned in (*before.get(step, ()), barcode):
                self._scan(stations[step], scanned, self._now - timedelta(days=8 - step))

    def act(self, request: str, wish: Wish) -> None:
        """Do something to a request that comes about without a scan."""
        act_on_request(self._connection, self._settings.site_rules(), request, wish, actor="demo", version=None, now=self._now)

    def _scan(self, station: str, barcode: str, at: datetime) -> None:
        self._count += 1
        at += timedelta(seconds=5 * self._count)
        stream = self._store.stream(station, DEMO_INCARNATION)
        scan = Scan(
            scan_id=uuid7(to_ms(at), self._count.to_bytes(ENTROPY_BYTES, "big")), station=station, incarnation=DEMO_INCARNATION,
            seq=stream.seq + 1, barcode=barcode, source="typed", scanned_at=at, age_ms=0,
        )  # fmt: skip
        take_scan(self._store, self._settings.site_rules(), self._settings.patterns(), scan, stream.key, at)
        self._store.advance(stream.key, scan.seq)


DEMO_INCARNATION = "00000000-0000-7000-8000-00000000de70"


def _request(connection: Connection, site: Site, place: int, at: datetime) -> str:
    title, author = BOOKS[place]
    new = NewRequest(
        title=title,
        author=author,
        requester=card(place % len(PATRONS) + 1),
        # The first book goes round at the joint desk, where the terminal stands; what was walked is picked up at main.
        pickup_desk=("joint", "main", "east")[place] if place < 3 else "main",
        partner=list(PARTNERS)[place % len(PARTNERS)],
        partner_due_date=(at + timedelta(days=70)).date(),
        source=("illiad", "oclc", "public_library")[place % 3],
        external_id=f"{1234500 + place}",
    )
    return create_request(connection, site, new, confirm=False, actor="demo", now=at)
