"""What staff do to a request by HTTP: each act once, its refusals in words, and two people at once."""

from __future__ import annotations

from typing import Any

import pytest

from hub.core.acts import OF_STAFF, Act
from hub.web.api.act_bodies import BODIES, SUMMARIES
from tests.support.web import ADA, BOOK, OTHER_BOOK


async def on_the_shelf(program: Any, barcode: str = BOOK, **more: Any) -> str:
    """Give a request whose book stands on the shelf of main."""
    named = await program.request(**more)
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=barcode)
    await program.post("/scans", station="main-1", barcode=barcode)
    return str(named)


async def on_loan(program: Any) -> str:
    """Give a request whose book was lent."""
    named = await on_the_shelf(program)
    for barcode in (ADA, BOOK, "%HS-CLEAR"):
        await program.post("/scans", station="main-1", barcode=barcode)
    return named


def test_every_act_of_staff_has_an_address_and_its_words() -> None:
    assert set(BODIES) == set(SUMMARIES) == set(OF_STAFF)


async def test_a_hold_is_extended_moved_and_cancelled(program: Any) -> None:
    named = await on_the_shelf(program)
    held = await program.post(f"/requests/{named}/extend", hold_until="2099-01-31", actor="Kim", note="on holiday")
    assert held["pieces"][0]["hold_until"].startswith("2099-01-31")
    moved = await program.post(f"/requests/{named}/change-pickup", pickup_desk="east")
    assert (moved["state"], moved["pickup_desk"]) == ("IN_TRANSIT_TO_PICKUP", "east")
    [work] = (await program.get("/exceptions"))["items"]
    assert (work["kind"], work["desk"], work["note"], work["request_id"]) == ("moved_elsewhere", "main", "A1", named)
    assert work["todo"].startswith("Take it off the shelf")
    assert work["last_desk"] == "main"
    await program.post("/scans", station="east-1", barcode=BOOK)
    assert (await program.get("/exceptions"))["items"] == []
    pulled = await program.post(f"/requests/{named}/cancel", reason="cancelled_by_patron")
    assert pulled["state"] == "PULL_FROM_SHELF"


async def test_a_loan_is_renewed_recalled_lost_and_found(program: Any) -> None:
    named = await on_loan(program)
    told = await program.post(f"/requests/{named}/renew", 409)
    assert told["detail"].startswith("Not renewed: The Overstory is due")
    recalled = await program.post(f"/requests/{named}/recall")
    assert (recalled["state"], recalled["pieces"][0]["reason"]) == ("CHECKED_OUT", "recalled")
    assert "called The Overstory back" in (await program.post(f"/requests/{named}/renew", 409))["detail"]
    assert (await program.post(f"/requests/{named}/claims-returned"))["state"] == "LOST"
    found = await program.post(f"/requests/{named}/found", desk="rs")
    assert (found["state"], found["outcome"]) == ("CLOSED", "returned")
    back = await program.post(f"/requests/{named}/reactivate", note="was not in the box", state="IN_TRANSIT_TO_RS")
    assert (back["state"], back["outcome"]) == ("IN_TRANSIT_TO_RS", None)


async def test_a_missing_book_is_found_or_closed(program: Any) -> None:
    first, second = await on_the_shelf(program), await on_the_shelf(program, OTHER_BOOK, title="Austerlitz")
    for named in (first, second):
        assert (await program.post(f"/requests/{named}/missing"))["state"] == "MISSING"
    assert (await program.post(f"/requests/{first}/found", desk="main"))["state"] == "ON_HOLD_SHELF"
    assert (await program.post(f"/requests/{second}/close"))["outcome"] == "lost"


async def test_a_set_says_how_many_pieces_and_what_they_are_called(program: Any) -> None:
    named = await program.request(volumes=["Band 1", "Band 2", "Band 3"])
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    shown = await program.get(f"/requests/{named}")
    assert (shown["state"], shown["pieces_expected"], shown["volumes"]) == ("REQUESTED", 3, ["Band 1", "Band 2", "Band 3"])
    assert [piece["volume"] for piece in shown["pieces"]] == ["Band 1"]
    fewer = await program.post(f"/requests/{named}/pieces", pieces=1)
    assert (fewer["state"], fewer["pieces_expected"]) == ("IN_TRANSIT_TO_PICKUP", 1)
    assert "expect at least so many" in (await program.post(f"/requests/{await set_of(program)}/pieces", 409, pieces=1))["detail"]


async def test_one_volume_of_a_set_is_missing_and_the_others_are_not(program: Any) -> None:
    named = await set_of(program)
    for barcode in ("30000000000095", "30000000000103"):
        await program.post("/scans", station="main-1", barcode=barcode)
    gone = await program.post(f"/requests/{named}/missing", piece=2)
    assert [piece["state"] for piece in gone["pieces"]] == ["ON_HOLD_SHELF", "MISSING"]
    assert "is on the hold shelf" in (await program.post(f"/requests/{named}/found", 409, desk="main", piece=1))["detail"]
    assert "Piece 3 of" in (await program.post(f"/requests/{named}/missing", 409, piece=3))["detail"]
    back = await program.post(f"/requests/{named}/found", desk="main", piece=2)
    assert [piece["state"] for piece in back["pieces"]] == ["ON_HOLD_SHELF", "ON_HOLD_SHELF"]


async def set_of(program: Any) -> str:
    """Give a request for two pieces, both received."""
    named = await program.request(title="Another", pieces=2)
    for barcode in ("30000000000095", "30000000000103"):
        await program.post(f"/requests/{named}/receive", station="rs-1", barcode=barcode)
    return str(named)


async def test_what_never_came_is_closed_as_not_received(program: Any) -> None:
    named = await program.request()
    closed = await program.post(f"/requests/{named}/not-received", note="unfilled")
    assert (closed["state"], closed["outcome"]) == ("CLOSED", "not_received")


@pytest.mark.parametrize("act", [act for act in OF_STAFF if act is not Act.PIECES])
async def test_with_an_old_version_nothing_is_done_and_the_answer_says_what_happened(program: Any, act: Act) -> None:
    named = await on_the_shelf(program)
    needed = {"reason": "cancelled_by_staff", "pickup_desk": "east", "desk": "east", "note": "why"}
    body = {name: value for name, value in needed.items() if name in BODIES[act].model_fields}
    told = await program.post(f"/requests/{named}/{act.value}", 409, version=1, **body)
    assert f"{named} has changed meanwhile: it is on the hold shelf now (scanned by main-1" in told["detail"]
    assert (await program.get(f"/requests/{named}"))["state"] == "ON_HOLD_SHELF"


@pytest.mark.parametrize(
    ("act", "body", "words"),
    [
        ("change-pickup", {"pickup_desk": "attic"}, "There is no desk 'attic'"),
        ("change-pickup", {"pickup_desk": "rs"}, "takes no holds"),
        ("found", {"desk": "attic"}, "There is no desk 'attic'"),
        ("extend", {"hold_until": "2009-01-01"}, "Not extended"),
    ],
)
async def test_what_cannot_be_is_said_in_words(program: Any, act: str, body: dict[str, Any], words: str) -> None:
    named = await on_the_shelf(program)
    answer = await program.http.request("POST", f"/api/v1/requests/{named}/{act}", json=body)
    assert answer.status_code in (409, 422), answer.text
    assert words in answer.json()["detail"]


async def test_opening_days_are_read_kept_and_checked(program: Any) -> None:
    opening = {"hours": {"mon": ["09:00-18:00"], "sat": []}, "closed": ["2026-12-25"]}
    desk = await program.patch("/desks/main", opening=opening, commands=["UNDO", "CLEAR"], language="de")
    assert (desk["opening"]["closed"], desk["opening"]["hours"]["mon"]) == (["2026-12-25"], ["09:00-18:00"])
    assert (desk["commands"], desk["language"]) == (["CLEAR", "UNDO"], "de")
    usual = await program.patch("/desks/main", opening=None, commands=None)
    assert (usual["opening"], usual["commands"], usual["language"]) == (None, None, "de")
    wrong = await program.http.request("PATCH", "/api/v1/desks/main", json={"opening": {"hours": {"mon": ["18:00-09:00"]}}})
    assert "close before they open" in wrong.json()["detail"]
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nRRULE:FREQ=YEARLY\r\n"
        "DTSTART;VALUE=DATE:20201224\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    headers = {"Content-Type": "text/calendar"}
    closed = await program.http.request("POST", "/api/v1/desks/main/closed-days", content=calendar.encode(), headers=headers)
    assert [day[5:] for day in closed.json()["closed"]] == ["12-24"] * len(closed.json()["closed"])
    assert closed.json()["closed"]
    broken = await program.http.request("POST", "/api/v1/desks/main/closed-days", content=b"BEGIN:VCARD", headers=headers)
    assert broken.status_code == 422, broken.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1999-12-31", "2200-01-01"])
async def test_a_day_that_nobody_means_is_refused_in_words(program: Any, day: str) -> None:
    """Counted from, it leaves the calendar; the scans of its book could not be worked on."""
    named = await program.request()
    limit = "2000-01-01" if day < "2000" else "2199-12-31"
    for act, field in (("extend", "hold_until"), ("recall", "due_date"), ("renew", "due_date")):
        told = await program.post(f"/requests/{named}/{act}", 422, **{field: day})
        assert (field in told["detail"], limit in told["detail"]) == (True, True)
    body = {"title": "Middlemarch", "requester": ADA, "pickup_desk": "main", "partner": "tul"}
    for field in ("partner_due_date", "needed_by"):
        assert limit in (await program.post("/requests", 422, **body, **{field: day}))["detail"]


@pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
async def test_the_first_and_the_last_day_there_can_be_are_counted_from(program: Any, day: str) -> None:
    named = await program.request(partner_due_date=day, needed_by=day, pickup_desk="joint")
    assert (await program.post(f"/requests/{named}/receive", station="joint-1", barcode=BOOK))["rule"] == "U2"
    if day > "2100":
        await program.post(f"/requests/{named}/extend", hold_until=day)
    for barcode, rule in ((ADA, "patron.open"), (BOOK, "H2")):
        assert (await program.post("/scans", station="joint-1", barcode=barcode))["rule"] == rule
    await program.post(f"/requests/{named}/recall")
