"""A request's life by HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.web import ADA, BEN, BOOK, OTHER_BOOK

A_REQUEST = {"title": "The Overstory", "requester": ADA, "pickup_desk": "main", "partner": "tul"}


async def test_a_created_request_has_the_fields_of_the_contract(program: Any) -> None:
    made = await program.post(
        "/requests", 201, **A_REQUEST, author="Richard Powers", partner_due_date="2027-01-31", internal_note="two\nlines"
    )
    named = made["request_id"]
    assert made["request_barcode"] == named
    wanted: dict[str, object] = {"state": "REQUESTED", "outcome": None, "pieces": [], "version": 1, "partner_due_date": "2027-01-31"}
    assert (A_REQUEST | wanted).items() <= made.items()
    assert await program.get(f"/requests/{named}") == made


async def test_the_answer_to_creation_says_where_the_request_is(program: Any) -> None:
    answer = await program.http.post("/api/v1/requests", json=A_REQUEST)
    assert answer.headers["location"] == f"/api/v1/requests/{answer.json()['request_id']}"


async def test_a_possible_duplicate_is_told_until_it_is_confirmed(program: Any) -> None:
    first = await program.request()
    told = await program.post("/requests", 409, **A_REQUEST | {"title": "the overstory!"})
    assert [(one["request_id"], one["title"]) for one in told["duplicates"]] == [(first, "The Overstory")]
    await program.post("/requests", 201, **A_REQUEST, confirm=True)
    answer = await program.http.post("/api/v1/requests", params={"confirm": "true"}, json=A_REQUEST)
    assert answer.status_code == 201


@pytest.mark.parametrize("field", ["requester", "pickup_desk", "partner"])
async def test_somebody_or_someplace_unknown_is_told_in_words(program: Any, field: str) -> None:
    told = await program.post("/requests", 422, **A_REQUEST | {field: "nobody"})
    assert told["detail"].startswith(("No patron has this card.", "There is no "))
    assert (await program.get("/requests"))["items"] == []


async def test_slip_then_item_at_a_station_receives_in_one_call(program: Any) -> None:
    named = await program.request()
    reply = await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    assert (reply["rule"], reply["request_id"], reply["state"]) == ("U2", named, "IN_TRANSIT_TO_PICKUP")
    [piece] = (await program.get(f"/requests/{named}"))["pieces"]
    assert (piece["piece"], piece["barcode"], piece["state"]) == (1, BOOK, "IN_TRANSIT_TO_PICKUP")


async def test_a_barcode_that_is_asked_about_is_received_by_the_same_call_once_more(program: Any) -> None:
    named, isbn = await program.request(), "9780141439549"
    asked = await program.post(f"/requests/{named}/receive", station="rs-1", barcode=isbn)
    assert asked["rule"] == "guard.isbn"
    # Another book between the two is asked about in its turn, and so is another request.
    assert (await program.post(f"/requests/{named}/receive", station="rs-1", barcode="X-17"))["rule"] == "guard.pattern"
    assert (await program.post(f"/requests/{named}/receive", station="rs-1", barcode=isbn))["rule"] == "guard.isbn"
    other = await program.request("Middlemarch")
    assert (await program.post(f"/requests/{other}/receive", station="rs-1", barcode=isbn))["rule"] == "guard.isbn"
    program.doors.connection.execute("UPDATE station_context SET last_scanned_at = last_scanned_at - 3000")
    received = await program.post(f"/requests/{other}/receive", station="rs-1", barcode=isbn)
    assert (received["rule"], received["request_id"]) == ("U2", other)


async def test_receiving_twice_with_one_scan_id_is_one_receive(program: Any) -> None:
    named, scan_id = await program.request(), program.doors.new_id()
    first = await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK, scan_id=scan_id)
    again = await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK, scan_id=scan_id)
    assert first == again


async def test_a_request_that_cannot_be_received_leaves_the_item_alone(program: Any) -> None:
    received, other = await program.request(), await program.request("Austerlitz", pickup_desk="east")
    await program.post(f"/requests/{received}/receive", station="rs-1", barcode=BOOK)
    told = await program.post(f"/requests/{received}/receive", 409, station="rs-1", barcode=OTHER_BOOK)
    assert "on its way to the pick-up desk" in told["detail"]
    told = await program.post(f"/requests/{other}/receive", 409, station="east-1", barcode=OTHER_BOOK)
    assert "Not received yet" in told["detail"]
    assert (await program.get("/exceptions"))["items"] == []


async def test_receiving_never_takes_another_item_that_waits_at_the_station(program: Any) -> None:
    named = await program.request()
    assert (await program.scan("rs-1", OTHER_BOOK))["rule"] == "U1"
    told = await program.post(f"/requests/{named}/receive", 409, station="rs-1", barcode=BOOK)
    assert "waits for its slip" in told["detail"]
    reply = await program.post(f"/requests/{named}/receive", station="rs-1", barcode=OTHER_BOOK)
    assert reply["rule"] == "U2"


async def test_a_whole_loan_and_its_history(program: Any) -> None:
    named = await program.request()
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    shelved = await program.scan("main-1", BOOK)
    assert shelved["rule"] == "T1"
    assert (await program.scan("main-1", ADA))["outcome"] == "accepted"
    assert (await program.scan("main-1", BOOK))["rule"] == "H2"
    lines = (await program.get(f"/requests/{named}/history"))["items"]
    became = [line["became"] for line in lines if line["kind"] == "transition"]
    assert became == ["REQUESTED", "IN_TRANSIT_TO_PICKUP", "ON_HOLD_SHELF", "CHECKED_OUT"]
    assert [line["desk"] for line in lines if line["kind"] == "sighting"] == ["rs", "main", "main"]
    # The book was lent before the grace was over.
    letters = [(line["notice_type"], line["notice_state"]) for line in lines if line["kind"] == "notice"]
    assert letters == [("READY_FOR_PICKUP", "queued"), ("READY_FOR_PICKUP", "suppressed")]
    assert lines == sorted(lines, key=lambda line: str(line["at"]))


async def test_cancelling_needs_the_version_that_was_looked_at(program: Any) -> None:
    named = await program.request()
    told = await program.post(f"/requests/{named}/cancel", 409, reason="cancelled_by_patron", version=7)
    assert "has changed meanwhile" in told["detail"]
    closed = await program.post(f"/requests/{named}/cancel", reason="cancelled_by_patron", version=1, note="bought it", actor="Kim")
    assert (closed["state"], closed["outcome"], closed["cancel_reason"]) == ("CLOSED", "cancelled", "cancelled_by_patron")
    lines = (await program.get(f"/requests/{named}/history"))["items"]
    assert [(line["actor"], line["reason"]) for line in lines if line["rule"] == "cancel"] == [("Kim", "bought it")]
    assert [(line["notice_type"], line["notice_state"]) for line in lines if line["kind"] == "notice"] == [("REQUEST_CANCELLED", "queued")]


async def test_a_request_that_has_come_is_turned_round(program: Any) -> None:
    named = await program.request()
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    turned = await program.post(f"/requests/{named}/cancel", reason="cancelled_by_staff")
    assert (turned["state"], turned["cancel_reason"]) == ("IN_TRANSIT_TO_RS", "cancelled_by_staff")
    told = await program.post("/scans", station="main-1", barcode=BOOK)
    assert (told["rule"], told["message"]) == ("B2", "Cancelled - do not shelve. Send to resource sharing.")


async def test_active_is_every_state_but_closed(program: Any) -> None:
    first, second, third = [await program.request(title) for title in ("One", "Two", "Three")]
    await program.post(f"/requests/{second}/cancel", reason="cancelled_by_staff")
    await program.post(f"/requests/{third}/receive", station="rs-1", barcode=BOOK)

    async def found(**asked: str) -> list[str]:
        return [one["request_id"] for one in (await program.get("/requests", **asked))["items"]]

    assert await found() == [third, second, first]
    assert await found(state="active") == [third, first]
    assert await found(state="CLOSED") == [second]
    assert await found(state="IN_TRANSIT_TO_PICKUP") == [third]


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("ILL-000002-6", ["Über den Fluss"]),
        ("ill-000002-6", ["Über den Fluss"]),
        (BOOK, ["100% Wool"]),
        ("overstory", ["The Overstory"]),
        ("powers", ["The Overstory"]),
        ("über", ["Über den Fluss"]),
        ("100%", ["100% Wool"]),
        ("0%_", []),
        ("ext-7", ["The Overstory"]),
        ("9780393635522", ["The Overstory"]),
        ("'; DROP TABLE item; --", []),
    ],
)
async def test_words_find_ids_barcodes_titles_and_authors(program: Any, q: str, titles: list[str]) -> None:
    await program.request("The Overstory", author="Richard Powers", external_id="ext-7", isbn="9780393635522")
    await program.request("Über den Fluss", requester=BEN)
    wool = await program.request("100% Wool", pickup_desk="east")
    await program.post(f"/requests/{wool}/receive", station="rs-1", barcode=BOOK)
    assert [one["title"] for one in (await program.get("/requests", q=q))["items"]] == titles
    assert [one["title"] for one in (await program.get("/requests", q=q, state="active"))["items"]] == titles


async def test_a_desk_sees_its_own(program: Any) -> None:
    await program.request("One")
    await program.request("Two", pickup_desk="east")
    assert [one["title"] for one in (await program.get("/requests", desk="east", state="active"))["items"]] == ["Two"]


async def test_one_request_that_is_not_there(program: Any) -> None:
    answer = await program.http.get("/api/v1/requests/ILL-000099-4")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no request ILL-000099-4.")
    assert (await program.http.get("/api/v1/requests/ILL-000099-4/history")).status_code == 404
