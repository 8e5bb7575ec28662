"""Fifty people at one request, by scanner and by page at the same moment: one wins, the others are told, and nothing is done twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.demo import item_barcode
from tests.support.web import BOOK


async def test_fifty_cancel_one_request_and_one_of_them_did(program: Any) -> None:
    named = await program.request()
    body = {"reason": "cancelled_by_staff", "version": 1}
    answers = await asyncio.gather(*(program.http.post(f"/api/v1/requests/{named}/cancel", json=body) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    refused = [answer.json()["detail"] for answer in answers if answer.status_code == 409]
    assert all(f"{named} has changed meanwhile: it is closed now (cancelled by api" in told for told in refused)
    lines = (await program.get(f"/requests/{named}/history"))["items"]
    assert [line["became"] for line in lines if line["kind"] == "transition"] == ["REQUESTED", "CLOSED"]


@pytest.mark.parametrize("act", ["missing", "change-pickup", "recall"])
async def test_fifty_do_the_same_without_a_version_and_it_is_done_once(program: Any, act: str) -> None:
    named = await program.request()
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    body = {"pickup_desk": "east"} if act == "change-pickup" else {}
    answers = await asyncio.gather(*(program.http.post(f"/api/v1/requests/{named}/{act}", json=body) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    assert all(answer.json()["detail"].startswith(named) or "pick-up desk" in answer.json()["detail"] for answer in answers[1:])
    lines = (await program.get(f"/requests/{named}/history"))["items"]
    assert len([line for line in lines if line["rule"] == act]) == 1


async def test_scans_and_staff_at_once_make_one_step_each_that_is_legal(program: Any) -> None:
    """Twenty-five scan it onto the shelf, twenty-five cancel it: what comes first decides, and the history adds up."""
    named = await program.request()
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    version = (await program.get(f"/requests/{named}"))["version"]
    scan = {"station": "main-1", "barcode": BOOK}
    cancel = {"reason": "cancelled_by_patron", "version": version}
    posts = [("/api/v1/scans", scan), (f"/api/v1/requests/{named}/cancel", cancel)] * 25
    answers = await asyncio.gather(*(program.http.post(path, json=body) for path, body in posts))
    assert {answer.status_code for answer in answers} <= {200, 409}
    lines = (await program.get(f"/requests/{named}/history"))["items"]
    moves = [(line["rule"], line["became"]) for line in lines if line["kind"] == "transition"][2:]
    assert moves in ([("T1", "ON_HOLD_SHELF")], [("cancel", "IN_TRANSIT_TO_RS")])
    assert len([answer for answer in answers if answer.status_code == 409]) == (25 if moves[0][0] == "T1" else 24)


async def test_ten_thousand_double_scans_make_no_second_step(program: Any) -> None:
    """Each of a hundred books is scanned a hundred times onto one shelf; the flow answers each, and moves it once."""
    doors = program.doors
    books = [item_barcode(1000 + number) for number in range(100)]
    for book in books:
        named = await program.request(title=f"Book {book}")
        doors.scan("rs-1", named, doors.new_id())
        doors.scan("rs-1", book, doors.new_id())
    replies = [doors.scan("main-1", book, doors.new_id()) for book in books for _ in range(100)]
    assert [reply.rule for reply in replies if reply.outcome.value == "accepted"] == ["T1"] * 100
    assert len(replies) == 10_000
    moved = "SELECT count(*) FROM history WHERE became = 'ON_HOLD_SHELF'"
    assert doors.connection.execute(moved).fetchone() == (100,)
    assert doors.connection.execute("SELECT count(*) FROM notice").fetchone() == (100,)
