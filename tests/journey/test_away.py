"""When a part is away, scanning goes on; when it is back, everything is decided in the order it was scanned."""

from __future__ import annotations

from broker.messages import Reply
from hub.demo import card, item_barcode
from tests.support.house import House, Knobs, Station
from tests.support.programs import wait_for

SCANS = 50
KNOBS = Knobs(patron_session_s=60)


def test_fifty_scans_without_a_hub_are_decided_in_order_when_it_is_back(house: House) -> None:
    rs = house.station("rs-1")
    books, before = [item_barcode(100 + number) for number in range(SCANS)], rs.answered
    house.kill_hub()
    rs.programs[-1].err.wait("station rs-1 offline")
    for book in books:
        rs.send(book)
    wait_for(lambda: len(rs.shown("waiting")) >= SCANS, "every scan to be shown as stored")
    assert rs.answered == before
    house.start_hub()
    _decided_in_order(rs, before, books)


def test_fifty_scans_without_a_broker_are_decided_in_order_when_it_is_back_with_nothing_left(house: House) -> None:
    rs = house.station("rs-1")
    books, before, stored = [item_barcode(200 + number) for number in range(SCANS)], rs.answered, len(rs.shown("waiting"))
    house.kill_broker()
    wait_for(lambda: rs.shown("note")[-1]["kind"] == "offline", "the station to see that the broker is gone")
    for book in books:
        rs.send(book)
    wait_for(lambda: len(rs.shown("waiting")) >= stored + SCANS, "every scan to be shown as stored")
    house.start_broker()
    _decided_in_order(rs, before, books)


def test_a_station_that_was_killed_sends_what_it_had_stored(house: House) -> None:
    main = house.station("main-1")
    before, stored = main.answered, len(main.shown("waiting"))
    house.kill_hub()
    main.programs[-1].err.wait("station main-1 offline")
    books = [item_barcode(300 + number) for number in range(5)]
    for book in books:
        main.send(book)
    wait_for(lambda: len(main.shown("waiting")) >= stored + len(books), "every scan to be shown as stored")
    main.kill()
    house.start_hub()
    house.station("main-1")
    _decided_in_order(main, before, books, rule="U3")


def test_a_hub_that_is_killed_in_the_middle_of_a_visit_still_knows_who_stands_there(house: House) -> None:
    """The open patron session is on disk: check-out needs no second scan of the card."""
    joint = house.station("joint-1")
    request, book = house.created("The Peregrine", pickup_desk="joint"), item_barcode(400)
    joint.scan_all([request, book])
    card_shown = joint.scan(card(1))
    assert card_shown.rule == "patron.open"
    house.kill_hub()
    joint.send(book)
    before = joint.answered
    house.start_hub()
    wait_for(lambda: joint.answered > before, "the scan to be decided")
    assert joint.replies()[-1].rule == "H2"


def _decided_in_order(station: Station, before: int, books: list[str], rule: str = "U1") -> None:
    wait_for(lambda: station.answered >= before + len(books), f"{len(books)} replies at {station.name}")
    shown = station.shown("reply")[before:]
    assert [line["barcode"] for line in shown] == books
    replies = [Reply.model_validate(line["reply"]) for line in shown]
    assert {reply.rule for reply in replies} == {rule}
    assert [reply.seq for reply in replies] == list(range(replies[0].seq, replies[0].seq + len(books)))
