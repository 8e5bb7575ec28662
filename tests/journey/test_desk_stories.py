"""What happens at desks beside the usual: stories a librarian would tell, walked with real scanners' bytes, broker, hub and mail.

Each begins with a book and ends with what the desks were told, where the book is, and what its history says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.messages import Reply
from hub.demo import card, item_barcode
from tests.support.house import House, Knobs, Station, after
from tests.support.programs import wait_for

KNOBS = Knobs(patron_session_s=60, handover_s=0.5, bounce_s=0.3)
ADA, BEN = card(1), card(2)
CLEAR = "%HS-CLEAR"


def told(reply: Reply) -> tuple[str, str]:
    """Give the row that answered, and its words."""
    return reply.rule, reply.message


def scan(station: Station, barcode: str) -> Reply:
    """Scan as people do: the same book twice at one desk not within the moment in which it would be one scan."""
    if replies := station.replies():
        after(replies[-1], KNOBS.bounce_s)
    return station.scan(barcode)


def state(house: House, request: str) -> tuple[str, str | None]:
    """Give where a request stands."""
    found = house.get(f"/requests/{request}")
    return found["state"], found["outcome"]


def act(house: House, request: str, name: str, **body: Any) -> Any:
    """Staff do something to a request."""
    answer = house.api.post(f"/requests/{request}/{name}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def on_the_shelf(house: House, title: str, book: str, **more: Any) -> str:
    """Give a request whose book came and stands on the shelf of main, its patron told."""
    request = house.created(title, **more)
    for barcode in (request, book):
        scan(house.station("rs-1"), barcode)
    assert scan(house.station("main-1"), book).rule == "T1"
    house.listener.wait_for_event(request, "notice.sent")
    return request


def letters(house: House, request: str) -> list[str]:
    """Give the kinds of letter a patron had about a request."""
    lines = house.get(f"/requests/{request}/history")["items"]
    return [line["notice_type"] for line in lines if line["kind"] == "notice" and line["notice_state"] == "sent"]


def test_a_book_comes_for_a_request_that_was_cancelled(house: House) -> None:
    """The parcel arrives anyway: the slip says so, and nobody shelves it."""
    request, book = house.created("The Overstory"), item_barcode(1)
    act(house, request, "cancel", reason="cancelled_by_patron")
    rs = house.station("rs-1")
    assert told(scan(rs, request)) == ("slip.cancelled", "Cancelled. Return to Tulare County Library.")
    assert scan(rs, book).rule == "U1"
    scan(rs, CLEAR)
    assert state(house, request) == ("CLOSED", "cancelled")


def test_a_request_is_cancelled_while_its_book_is_on_the_way(house: House) -> None:
    """It is turned round at its pick-up desk, and its patron never hears that it is ready."""
    request, book = house.created("The Waves"), item_barcode(2)
    rs, main = house.station("rs-1"), house.station("main-1")
    for barcode in (request, book):
        scan(rs, barcode)
    act(house, request, "cancel", reason="cancelled_by_staff")
    assert told(scan(main, book)) == ("B2", "Cancelled - do not shelve. Send to resource sharing.")
    assert scan(rs, book).rule == "B1"
    assert state(house, request) == ("CLOSED", "returned_uncirculated")
    house.listener.wait_for_event(request, "notice.sent")
    assert letters(house, request) == ["REQUEST_CANCELLED"]


def test_a_patron_declines_at_the_desk(house: House) -> None:
    """Card, book in hand, "no, that is the wrong one": the command, the book, and it goes home."""
    request, book = on_the_shelf(house, "The Dispossessed", item_barcode(3)), item_barcode(3)
    main = house.station("main-1")
    assert scan(main, ADA).rule == "patron.open"
    assert told(scan(main, "%HS-DECLINED")) == ("command.DECLINED", "Declined: now scan the item.")
    assert told(scan(main, book)) == ("K1", "Declined. Send to resource sharing.")
    scan(main, CLEAR)
    assert state(house, request)[0] == "IN_TRANSIT_TO_RS"
    scan(house.station("rs-1"), book)
    assert state(house, request) == ("CLOSED", "returned_uncirculated")


def test_a_book_is_found_on_the_wrong_desks_shelf(house: House) -> None:
    """East finds it while tidying: sent back, work for staff until it is home, no second letter."""
    request, book = on_the_shelf(house, "Austerlitz", item_barcode(4)), item_barcode(4)
    assert told(scan(house.station("east-1"), book)) == ("H4", "Belongs on the hold shelf at Main desk. Send it there.")
    open_now = [work for work in house.get("/exceptions")["items"] if work["request_id"] == request]
    assert [(work["kind"], work["desk"], work["last_desk"]) for work in open_now] == [("off_shelf", "east", "east")]
    assert open_now[0]["todo"]
    assert scan(house.station("main-1"), book).rule == "T1"
    assert [work for work in house.get("/exceptions")["items"] if work["request_id"] == request] == []
    assert letters(house, request) == ["READY_FOR_PICKUP"]


def test_slip_and_book_are_scanned_in_the_wrong_order(house: House) -> None:
    """The book first, the slip within a minute: as good."""
    request, book = house.created("The Peregrine"), item_barcode(5)
    rs = house.station("rs-1")
    assert told(scan(rs, book)) == ("U1", "Unknown. Scan the request slip to receive this item.")
    assert told(scan(rs, request)) == ("U2", "Received. Send to Main desk.")
    assert [work for work in house.get("/exceptions")["items"] if work["barcode"] == book] == []


def test_a_return_is_scanned_twice_and_a_mistake_is_taken_back(house: House) -> None:
    """At the desk and again on the trolley: one return. And a book that was not meant: UNDO."""
    request, book = on_the_shelf(house, "Invisible Cities", item_barcode(6)), item_barcode(6)
    main = house.station("main-1")
    scan(main, ADA)
    lent = scan(main, book)
    assert lent.rule == "H2"
    scan(main, CLEAR)
    after(lent, 0.5)
    returned = scan(main, book)
    assert told(returned) == ("C2", "Returned. Send to resource sharing.")
    after(returned, 0.3)
    assert told(scan(main, book)) == ("B2", "On its way back. Send to resource sharing.")
    assert told(scan(main, "%HS-UNDO")) == ("UNDO", "Taken back: Invisible Cities is checked out again.")
    assert state(house, request)[0] == "CHECKED_OUT"
    moves = [line["rule"] for line in house.get(f"/requests/{request}/history")["items"] if line["kind"] == "transition"]
    assert moves == ["create", "U2", "T1", "H2", "C2", "UNDO"]


def test_a_set_of_three_volumes(house: House) -> None:
    """One slip, three books; the patron hears when the last is there; the request ends with the last."""
    volumes = [item_barcode(number) for number in (11, 12, 13)]
    request = house.created("The Man Without Qualities", patron=3, volumes=["Vol. 1", "Vol. 2", "Vol. 3"])
    rs, main = house.station("rs-1"), house.station("main-1")
    scan(rs, request)
    assert [scan(rs, volume).message for volume in volumes] == [f"Received: piece Vol. {n} of 3. Send to Main desk." for n in (1, 2, 3)]
    assert told(scan(main, volumes[0]))[0] == "T1"
    assert "waits for the rest of its set" in scan(main, volumes[1]).message
    assert state(house, request)[0] == "IN_TRANSIT_TO_PICKUP"
    assert letters(house, request) == []
    assert scan(main, volumes[2]).message.startswith("Hold shelf A3. Hold until ")
    house.listener.wait_for_event(request, "notice.sent")
    assert letters(house, request) == ["READY_FOR_PICKUP"]
    scan(main, card(3))
    lent = [scan(main, volume) for volume in volumes]
    assert [reply.rule for reply in lent] == ["H2", "H2", "H2"]
    scan(main, CLEAR)
    after(lent[-1], 0.5)
    assert [scan(main, volume).rule for volume in volumes] == ["C2", "C2", "C2"]
    assert [scan(rs, volume).rule for volume in volumes] == ["B1", "B1", "B1"]
    assert state(house, request) == ("CLOSED", "returned")


def test_a_station_is_offline_over_lunch_while_the_book_moves_on(house: House) -> None:
    """What it saw is kept as a note; the book is where it was scanned last."""
    request, book = house.created("A Time of Gifts"), item_barcode(7)
    rs, main, east = house.station("rs-1"), house.station("main-1"), house.station("east-1")
    for barcode in (request, book):
        scan(rs, barcode)
    stored = len(east.shown("waiting"))
    house.kill_hub()
    east.programs[-1].err.wait("station east-1 offline")
    east.send(book)
    wait_for(lambda: len(east.shown("waiting")) > stored, "the scan to be stored")
    east.kill()
    seen = datetime.now(UTC)
    house.start_hub()
    # Longer than the two seconds by which a scan may only have travelled slower.
    wait_for(lambda: datetime.now(UTC) > seen + timedelta(seconds=2.5), "lunch to go by")
    before = main.answered
    main.send(book)
    wait_for(lambda: main.answered > before, "the book to be shelved")
    late = east.answered
    house.station("east-1")
    wait_for(lambda: east.answered > late, "the scan of noon")
    assert east.replies()[-1].rule == "late"
    assert state(house, request)[0] == "ON_HOLD_SHELF"
    assert "late_scan" in [work["kind"] for work in house.get("/exceptions")["items"] if work["request_id"] == request]


def test_a_lender_recalls_a_book_on_the_shelf(house: House) -> None:
    """Off the shelf, not to be lent, home; the patron is told."""
    request, book = on_the_shelf(house, "The Living Mountain", item_barcode(8)), item_barcode(8)
    act(house, request, "recall", note="course reserve")
    main = house.station("main-1")
    scan(main, ADA)
    assert told(scan(main, book)) == ("P5", "Recalled. Cannot be lent.")
    scan(main, CLEAR)
    wait_for(lambda: "RECALLED" in letters(house, request), "the letter")
    assert told(scan(main, book)) == ("P1", "Take off shelf (recalled). Send to resource sharing.")
    assert scan(house.station("rs-1"), book).rule == "B1"
    assert state(house, request) == ("CLOSED", "returned_uncirculated")


def test_a_book_is_lost_paid_for_and_found(house: House) -> None:
    """Lost on loan, closed when it was paid; months later it lies in the book drop."""
    request, book = on_the_shelf(house, "Landmarks", item_barcode(9)), item_barcode(9)
    main = house.station("main-1")
    scan(main, ADA)
    scan(main, book)
    scan(main, CLEAR)
    act(house, request, "lost")
    wait_for(lambda: "LOST" in letters(house, request), "the letter")
    act(house, request, "close", note="paid")
    assert state(house, request) == ("CLOSED", "lost")
    assert told(scan(main, book)) == ("U6", "This loan is closed. Send to resource sharing.")
    work = [work for work in house.get("/exceptions")["items"] if work["barcode"] == book]
    assert [one["kind"] for one in work] == ["closed_item_seen"]
    assert scan(house.station("rs-1"), book).rule == "U4"
    assert [work for work in house.get("/exceptions")["items"] if work["barcode"] == book] == []


def test_a_lost_book_that_is_found_before_it_is_paid(house: House) -> None:
    """It comes back over the desk: returned, the bill to be taken back, the patron told."""
    request, book = on_the_shelf(house, "Sand Talk", item_barcode(10)), item_barcode(10)
    main = house.station("main-1")
    scan(main, ADA)
    lent = scan(main, book)
    scan(main, CLEAR)
    act(house, request, "claims-returned", note="says it was in the drop")
    after(lent, 0.5)
    assert told(scan(main, book)) == ("L1", "Was lost, now found. Send to resource sharing.")
    kinds = {work["kind"] for work in house.get("/exceptions")["items"] if work["request_id"] == request}
    assert kinds == {"found_after_lost"}
    wait_for(lambda: "FOUND" in letters(house, request), "the letter")
    assert scan(house.station("rs-1"), book).rule == "B1"
    assert state(house, request) == ("CLOSED", "returned")


@pytest.mark.needs("faketime")
def test_a_hold_expires_on_a_closed_day(house: House) -> None:
    """It does not: the days are counted in open days, so it ends on the next one; then the book is pulled, and the patron told."""
    main, book = house.station("main-1"), item_barcode(20)
    today = datetime.now(UTC).date()
    closed = [today + timedelta(days=days) for days in (9, 10, 11)]
    opened = house.api.patch("/desks/main", json={"opening": {"closed": [day.isoformat() for day in closed]}})
    assert opened.status_code == 200, opened.text
    request = on_the_shelf(house, "Entangled Life", book)
    until = datetime.fromisoformat(house.get(f"/requests/{request}")["pieces"][0]["hold_until"]).date()
    # Ten open days from today: the ninth and tenth calendar days, and the eleventh, do not count.
    assert until == today + timedelta(days=13)
    house.stop_hub()
    house.start_hub(days_later=12)
    assert state(house, request)[0] == "ON_HOLD_SHELF"
    house.stop_hub()
    house.start_hub(days_later=14)
    house.listener.wait_for_event(request, "hold.expired")
    assert state(house, request)[0] == "PULL_FROM_SHELF"
    wait_for(lambda: "HOLD_EXPIRED" in letters(house, request), "the letter")
    main.programs[-1].err.wait("station main-1 online", after=0)
    before = main.answered
    main.send(book)
    wait_for(lambda: main.answered > before, "the desk to be told")
    assert told(main.replies()[-1]) == ("P1", "Take off shelf (hold expired). Send to resource sharing.")
    assert letters(house, request).count("HOLD_EXPIRED") == 1
