"""Notices by HTTP: a letter that came back becomes work with the server's words and is sent again; how patrons are reached."""

from __future__ import annotations

from typing import Any

from hub.store.database import transaction
from hub.store.notices import mark_sent
from tests.contract.http.conftest import Program
from tests.support.web import BOOK

ID = "<{request}.ready-for-pickup.1@main.holdshelf.invalid>"
REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary="b"
Subject: Undelivered Mail Returned to Sender

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.library.example

Final-Recipient: rfc822; ada@patron.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {id}
Subject: Ready

--b--
"""


async def sent(program: Program) -> tuple[str, str]:
    """Give a request whose letter has left, and the notice."""
    request = await program.request()
    for station, code in (("rs-1", request), ("rs-1", BOOK), ("main-1", BOOK)):
        await program.scan(station, code)
    [notice] = (await program.get("/notices"))["items"]
    with transaction(program.doors.connection):
        mark_sent(program.doors.connection, int(notice["notice_id"]), ID.format(request=request.lower()), program.doors.now())
    return request, notice["notice_id"]


async def give_back(program: Program, text: str) -> Any:
    return await program.http.post("/api/v1/notices/returned", content=text.encode(), headers={"Content-Type": "message/rfc822"})


async def test_a_letter_that_came_back_is_work_with_the_servers_words_and_can_be_sent_again(program: Program) -> None:
    request, key = await sent(program)
    answer = await give_back(program, REPORT.format(id=ID.format(request=request.lower()), action="failed"))
    assert (answer.status_code, answer.json()) == (200, {"notices": 1})
    [failed] = (await program.get("/notices", state="failed"))["items"]
    assert (failed["notice_id"], failed["last_error"]) == (key, "550 5.1.1 no such user")
    line = (await program.get(f"/requests/{request}/history"))["items"][-1]
    assert (line["notice_state"], line["detail"]) == ("failed", "given back by a mail server")
    assert (await program.post(f"/notices/{key}/resend"))["state"] == "queued"


async def test_a_report_about_no_letter_of_ours_or_a_delay_changes_nothing(program: Program) -> None:
    request, _ = await sent(program)
    for text in (
        REPORT.format(id="<x@elsewhere.example>", action="failed"),
        REPORT.format(id=ID.format(request=request.lower()), action="delayed"),
        REPORT.format(id=ID.format(request="ill-999999-0"), action="failed"),
    ):
        assert (await give_back(program, text)).json() == {"notices": 0}
    assert (await program.get("/notices", state="failed"))["items"] == []


async def test_what_is_no_report_is_refused_in_a_sentence(program: Program) -> None:
    answer = await give_back(program, "Subject: hello\n\nHow are you?")
    assert answer.status_code == 422
    assert "no report of a mail server" in answer.json()["detail"]


async def test_how_a_patron_is_reached_is_told_and_taken_away(program: Program) -> None:
    told = {"card": "20000000000099", "name": "Zoë", "phone": "+49 170 5550100", "channels": ["sms", "mail"], "language": "de"}
    made = await program.post("/patrons", 201, **told)
    assert {name: made[name] for name in told} == told
    changed = await program.patch(f"/patrons/{made['ref']}", phone=None, channels=[])
    assert (changed["phone"], changed["channels"], changed["language"]) == (None, [], "de")
    await program.patch(f"/patrons/{made['ref']}", 422, phone="call me")


async def test_a_desk_has_an_address(program: Program) -> None:
    assert (await program.patch("/desks/main", address="Market Square 1\nSpringfield"))["address"] == "Market Square 1\nSpringfield"
    assert (await program.patch("/desks/main", address=None))["address"] is None
