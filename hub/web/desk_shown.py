"""How a desk's page shows what is scanned: one word or two that can be read across the room, and a row for each scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker import code128
from hub.core.decide import TO_RESOURCE_SHARING
from hub.core.desk import Desk
from hub.core.request import State
from hub.core.seen import Site
from hub.core.words import Words
from hub.store.pages.books import StationView
from hub.store.pages.desk_page import BookNow, DeskScan, SlipView, Waits
from hub.web.shown import moment, state_words
from hub.web.words import say

MOST_BARS = 40
"""Signs of a barcode that is printed as bars: more are wider than paper."""
LONGEST = 40
"""Signs by which a barcode that waits is known; a code that is a whole leaflet must not fill the page."""


@dataclass(frozen=True, slots=True)
class Look:
    """For whom the page is drawn: its desk, its language, and whether it may show what staff wrote about a request."""

    desk: Desk
    site: Site
    language: str
    notes: bool

    @property
    def words(self) -> Words:
        """Give the words in which the desk is told things."""
        return self.site.words_at(self.desk)

    def day(self, when: datetime, now: datetime) -> str:
        """Give a day in the page's language."""
        return self.site.languages[self.language].day(when, now.astimezone(self.site.zone).date(), self.site.zone)


def shown_desk_scan(scan: DeskScan, look: Look, now: datetime, session: bool) -> dict[str, Any]:
    """Give the fields of a scan; what was told of a patron only as long as their session is open (``session``)."""
    told = say(look.language, "scans.patron") if scan.of_patron and not session else scan.message
    lead, head, rest = headline(scan, look, told)
    on_shelf = scan.said_state == State.ON_HOLD_SHELF and scan.hold_until is not None
    return {
        "scan_id": scan.scan_id,
        "at": moment(scan.at),
        "tone": scan.tone,
        "tone_words": say(look.language, f"tone.{scan.tone}"),
        "again": scan.again,
        "again_words": say(look.language, "desk.again") if scan.again else "",
        "lead": lead,
        "head": head,
        "rest": rest,
        "row": say(look.language, "scans.patron") if scan.of_patron else scan.message,
        "title": scan.title or "",
        "until": say(look.language, "desk.until", date=look.day(scan.hold_until, now)) if on_shelf and scan.hold_until else "",
        "what": " · ".join(dict.fromkeys(part for part in (scan.now and scan.now.request_id, scan.barcode) if part)),
        "patron": scan.of_patron,
        "notes": notes(scan, look),
        "slips": [shown_slip(each, look.language) for each in scan.slips],
        "book": None if scan.now is None else shown_book(scan.now, look.language),
    }


def shown_slip(slip: SlipView, language: str) -> dict[str, Any]:
    """Give a slip as a browser prints it, its bars as the widths of bar and space in turn."""
    bars = code128.elements(slip.barcode) if slip.barcode and len(slip.barcode) <= MOST_BARS else None
    return {"kind": say(language, f"slip.{slip.kind}"), "lines": slip.lines, "barcode": slip.barcode, "bars": bars or ()}


def headline(scan: DeskScan, look: Look, told: str) -> tuple[str, str, str]:
    """Give a few small words, what is read from three metres, and what is said besides: where the book goes, else the first sentence."""
    if scan.destination is not None:
        key = "desk.ship" if scan.destination == scan.partner and scan.destination != scan.pickup_desk else "desk.send"
        return say(look.language, key), _name_of(scan, look), told
    shelf = scan.now.shelf_code if scan.now is not None else None
    if scan.tone in ("ok", "info") and scan.said_state == State.ON_HOLD_SHELF and shelf:
        return say(look.language, "desk.shelf"), shelf, told
    first, _, rest = told.partition(". ")
    return "", first.removesuffix("."), rest


def _name_of(scan: DeskScan, look: Look) -> str:
    if scan.destination == TO_RESOURCE_SHARING:
        return say(look.language, "desk.rs")
    names = {scan.partner: scan.partner_name, scan.pickup_desk: scan.pickup_name}
    return names.get(scan.destination) or scan.destination or ""


def notes(scan: DeskScan, look: Look) -> list[str]:
    """Give what is to be known of this book beside the answer: its place in a set, open work, what staff wrote."""
    found = []
    if scan.pieces > 1 and scan.piece is not None:
        volume = scan.volumes[scan.piece - 1] if len(scan.volumes) >= scan.piece else str(scan.piece)
        found.append(say(look.language, "desk.piece", piece=volume, pieces=scan.pieces))
    found += [look.site.languages[look.language].todo[kind] for kind in scan.todo]
    return found + ([scan.note] if look.notes and scan.note else [])


def shown_book(book: BookNow, language: str) -> dict[str, Any]:
    """Give how a request is now."""
    shelf = f" {book.shelf_code}" if book.shelf_code and book.state in (State.ON_HOLD_SHELF, State.PULL_FROM_SHELF) else ""
    told = say(language, "desk.now", state=state_words(language, book.state, book.outcome if book.state is State.CLOSED else None) + shelf)
    return {"request_id": book.request_id, "state": book.state, "now": told, "version": book.version}


def shown_waits(waits: Waits, language: str, now: datetime) -> list[dict[str, Any]]:
    """Give what the station remembers, each with the time that is left."""
    item = waits.item or ""
    found = (
        ("session", waits.session_until, say(language, "waits.session", who=waits.session or say(language, "waits.unknown"))),
        ("slip", waits.slip_until, say(language, "waits.slip", title=waits.slip or "")),
        ("item", waits.item_until, say(language, "waits.item", barcode=item if len(item) <= LONGEST else f"{item[:LONGEST]}…")),
        ("command", waits.command_until, say(language, "waits.command", command=waits.command or "")),
    )
    return [{"kind": kind, "says": says, "left_ms": _left(until, now)} for kind, until, says in found if until is not None]


def _left(until: datetime, now: datetime) -> int:
    return max(int((until - now).total_seconds() * 1000), 0)


def shown_station(station: StationView | None, look: Look, now: datetime) -> list[str]:
    """Give what is wrong with a station, in sentences; nothing where all is well or where it never was there."""
    if station is None or not station.state:
        return []
    said, waiting = [], station.state.get("waiting") or 0
    if not station.online:
        # Its last will was written when it connected; when that was heard, it went.
        since = station.seen_at or datetime.fromisoformat(station.state["at"])
        said.append(say(look.language, "station.offline", station=station.name, since=_clock(since, look, now)))
    if waiting:
        oldest = station.state.get("oldest_waiting_at")
        key = "station.waiting" if waiting > 1 else "station.waits"
        told = say(look.language, key, count=waiting)
        if oldest:
            told += " " + say(look.language, "station.oldest", since=_clock(datetime.fromisoformat(oldest), look, now))
        said.append(told)
    missing = [each["name"] for each in station.state.get("scanners", ()) if not each["present"]]
    if station.online and missing:
        said.append(say(look.language, "station.scanner", name=", ".join(missing)))
    return said


def _clock(when: datetime, look: Look, now: datetime) -> str:
    """Give a moment as the clock on the wall shows it; with its day where that is not today."""
    local, today = when.astimezone(look.site.zone), now.astimezone(look.site.zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{look.day(when, now)}, {local:%H:%M}"
