"""The worklists over HTTP: each row says what is to be done, and does it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hub.core.calendar import local_day
from hub.store.digests import keep
from tests.support.request_pages import by_script, post, shelved, show, version
from tests.support.staff import Signed
from tests.support.web import BOOK, OTHER_BOOK


async def test_every_list_has_its_row_and_its_deed(program: Any, maria: Signed) -> None:
    waiting, shelf = await program.request("Waits"), await shelved(program)
    pull = await shelved(program, OTHER_BOOK, title="Pulled")
    await program.post(f"/requests/{pull}/cancel", reason="cancelled_by_patron")
    text = await show(program, maria, "/worklists")
    counts = dict(re.findall(r'href="/worklists/(\w+)".*?class="count">(\d+)<', text))
    assert (counts["receive"], counts["shelf"], counts["pull"], counts["transit"]) == ("1", "1", "1", "0")
    for name, named, said in (
        ("receive", waiting, "receive it"),
        ("shelf", shelf, "Does it stand there?"),
        ("pull", pull, "Take it off shelf A1"),
    ):
        text = await show(program, maria, f"/worklists/{name}")
        assert (f"chore-{named}-" in text, said in text) == (True, True), name
    taken = await by_script(
        program,
        maria,
        "/worklists/pull/do",
        request=pull,
        version=await version(program, pull),
        piece="1",
        deed="scan",
    )
    assert "Send to resource sharing" in taken.text
    assert f"chore-{pull}-1" in await show(program, maria, "/worklists/back")
    packed = await by_script(
        program,
        maria,
        "/worklists/back/do",
        request=pull,
        version=await version(program, pull),
        piece="1",
        deed="scan-rs",
    )
    assert "Ship back to Tulare County Library" in packed.text
    assert (await program.get(f"/requests/{pull}"))["state"] == "CLOSED"
    assert "Nothing to do here." in await show(program, maria, "/worklists/shelf?desk=east")


async def test_a_row_that_somebody_else_has_done_says_so(program: Any, maria: Signed) -> None:
    named = await shelved(program)
    seen = await version(program, named)
    await by_script(program, maria, "/worklists/shelf/do", request=named, version=seen, piece="1", deed="missing")
    for deed in ("extend", "scan"):
        late = await by_script(program, maria, "/worklists/shelf/do", request=named, version=seen, piece="1", deed=deed)
        assert "has changed meanwhile: it is missing now (declared missing by maria" in late.text
    plain = await post(program, maria, "/worklists/shelf/do", request=named, version=seen, piece="1", deed="extend")
    assert (plain.status_code, "has changed meanwhile" in plain.text) == (409, True)
    for name, deed in (("shelf", "cancel"), ("nothing", "extend")):
        assert (
            "There is no such work."
            in (await by_script(program, maria, f"/worklists/{name}/do", request=named, version="1", deed=deed)).text
        )
    assert (await program.http.get("/worklists/nothing", headers=maria.cookie)).status_code == 404


async def test_an_exception_is_cleared_with_a_note_and_once(program: Any, maria: Signed) -> None:
    await program.scan("main-1", BOOK)
    text = await show(program, maria, "/worklists/exceptions")
    assert ("Unknown barcode" in text, BOOK in text, "Find its request and receive it" in text) == (True, True, True)
    [found] = (await program.get("/exceptions"))["items"]
    done = await by_script(program, maria, "/worklists/exceptions/clear", exception=found["exception_id"], note="was ours")
    assert "Cleared." in done.text
    again = await by_script(program, maria, "/worklists/exceptions/clear", exception=found["exception_id"])
    assert "Somebody has cleared it already." in again.text
    [cleared] = (await program.get("/exceptions", state="cleared"))["items"]
    assert (cleared["cleared_by"], "was ours" in cleared["note"]) == ("maria", True)
    for key in ("", "x", "99999", "9" * 40):
        assert "There is no" in (await by_script(program, maria, "/worklists/exceptions/clear", exception=key)).text


async def test_letters_that_failed_are_shown_with_the_servers_words(program: Any, maria: Signed) -> None:
    named = await shelved(program)
    program.doors.write(
        lambda connection: connection.execute("UPDATE notice SET state = 'failed', attempts = 3, last_error = '550 <no such user>'")
    )
    text = await show(program, maria, "/worklists/notices")
    assert all(part in text for part in ("ready for pick-up", named, "550 &lt;no such user&gt;", "3 tries"))
    [failed] = (await program.get("/notices", state="failed"))["items"]
    again = await by_script(program, maria, "/worklists/notices/resend", notice=failed["notice_id"])
    assert "The letter leaves once more" in again.text
    assert "It is not sent now" in (await by_script(program, maria, "/worklists/notices/resend", notice=failed["notice_id"])).text
    for key in ("", "x", "99999", "9" * 40):
        assert "There is no such letter." in (await by_script(program, maria, "/worklists/notices/resend", notice=key)).text


async def test_mails_to_desks_and_partners_that_failed_are_work_until_a_later_one_stands_instead(program: Any, maria: Signed) -> None:
    today = local_day(program.doors.now(), program.doors.rules.zone)

    def failed(day: date, about: str, state: str = "failed") -> None:
        program.doors.write(lambda connection: keep(connection, about, day, state, program.doors.now(), words="550 <nobody>", tries=4))

    failed(today - timedelta(days=1), "desk:main")
    failed(today, "desk:main")
    failed(today - timedelta(days=1), "partner:tul")
    failed(today - timedelta(days=2), "desk:rs")
    failed(today, "desk:rs", "sent")
    text = await show(program, maria, "/worklists/notices")
    assert text.count("550 &lt;nobody&gt;") == 2
    assert all(part in text for part in ("Main desk", "4 tries"))
    # Of a day that is over there is nothing to send: the next one says what is there then.
    assert text.count('action="/worklists/notices/digest"') == 1
    assert re.search(r"Letters that failed\s*<[^>]*>\s*2\b", text)
    assert "leaves once more" in (await by_script(program, maria, "/worklists/notices/digest", about="desk:main")).text
    for about in ("desk:main", "partner:tul", "desk:rs", "", "x" * 5000):
        assert "It is not sent now" in (await by_script(program, maria, "/worklists/notices/digest", about=about)).text
    assert (await show(program, maria, "/worklists/notices")).count("550 &lt;nobody&gt;") == 1
