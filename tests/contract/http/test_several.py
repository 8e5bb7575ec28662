"""One act on several requests: looked at before it is done, and done each by itself with its own answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.request_pages import FORM
from tests.support.staff import Signed


async def send(program: Any, signed: Signed, path: str, act: str, ticked: list[str], **fields: str) -> Any:
    told = {"csrf": signed.token, "act": act, "id": ticked} | fields
    return await program.http.post(f"/requests/several{path}", headers=signed.changing | FORM, data=told)


async def asked_for(program: Any, *titles: str) -> list[str]:
    """Make requests and give them as they are ticked."""
    return [f"{await program.request(title=title)}:1" for title in titles]


def rows(text: str) -> dict[str, str]:
    """Give what each row says in its last cell, by title."""
    found = re.findall(r'<bdi class="title">(.*?)</bdi>.*?<td>(.*?)</td></tr>', text, re.S)
    return {title: " ".join(re.sub(r"<[^>]*>", " ", said).split()) for title, said in found}


def states(program: Any) -> list[str]:
    return [row[0] for row in program.doors.connection.execute("SELECT state FROM request ORDER BY key")]


async def test_what_would_follow_is_shown_and_nothing_is_done_before(program: Any, maria: Signed) -> None:
    ticked = await asked_for(program, "One", "Two")
    [number] = [ticked[1].partition(":")[0]]
    await program.http.post(f"/request/{number}/cancel", headers=maria.changing | FORM,
                            data={"csrf": maria.token, "version": "1", "reason": "cancelled_by_staff"})  # fmt: skip
    shown = await send(program, maria, "", "cancel", ticked, reason="cancelled_by_patron")
    assert (shown.status_code, states(program)) == (200, ["REQUESTED", "CLOSED"])
    said = rows(shown.text)
    assert "letter: Request cancelled" in said["One"]
    assert said["Two"].startswith("Not possible:")
    assert "do it for 1</button>" in shown.text


async def test_each_is_done_by_itself_and_says_what_was_done_or_why_not(program: Any, maria: Signed) -> None:
    ticked = await asked_for(program, "One", "Two", "Three")
    ticked[1] = ticked[1].replace(":1", ":7")
    done = await send(program, maria, "/do", "cancel", [*ticked, "ILL-nothing:1"], reason="cancelled_by_patron", note="moved away")
    assert (done.status_code, "Done for 2 of 4." in done.text) == (200, True)
    assert states(program) == ["CLOSED", "REQUESTED", "CLOSED"]
    assert rows(done.text)["Two"].startswith("Not done:")
    actors = program.doors.connection.execute("SELECT actor, note FROM history WHERE rule = 'cancel' ORDER BY key").fetchall()
    assert [tuple(row) for row in actors] == [("maria", "moved away")] * 2
    again = await send(program, maria, "/do", "cancel", ticked, reason="cancelled_by_patron")
    assert "Done for 0 of 3." in again.text


async def test_a_desk_must_be_chosen_before_anything_is_sent_there(program: Any, maria: Signed) -> None:
    ticked = await asked_for(program, "One")
    first = await send(program, maria, "", "change-pickup", ticked)
    assert (first.status_code, "do it for" in first.text, 'name="pickup_desk"' in first.text) == (200, False, True)
    assert (await send(program, maria, "/do", "change-pickup", ticked)).status_code == 422
    east = await send(program, maria, "", "change-pickup", ticked, pickup_desk="east")
    assert ("not received yet · Main desk" in east.text, rows(east.text)["One"]) == (True, "not received yet · East branch")
    wrong = await send(program, maria, "", "change-pickup", ticked, pickup_desk="moon")
    assert "Not possible:" in rows(wrong.text)["One"]


async def test_slips_of_all_are_printed_together(program: Any, maria: Signed) -> None:
    ticked = await asked_for(program, "One", "Two")
    answer = await send(program, maria, "", "slips", ticked)
    assert answer.status_code == 303
    text = (await program.http.get(answer.headers["location"], headers=maria.cookie)).text
    assert ("One" in text, "Two" in text) == (True, True)


@pytest.mark.parametrize(
    ("act", "count", "said"),
    [("cancel", 0, "at least one request"), ("cancel", 51, "at most 50"), ("found", 1, "no such act"), ("fly", 1, "no such act"),],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused_in_words(program: Any, maria: Signed, act: str, count: int, said: str) -> None:
    for path in ("", "/do"):
        answer = await send(program, maria, path, act, [f"ILL-{number}:1" for number in range(count)])
        assert (answer.status_code, said in answer.text) == (422, True), path


async def test_the_list_offers_it_and_the_way_back_leads_to_the_same_list(program: Any, maria: Signed) -> None:
    [ticked] = await asked_for(program, "One <b>bold</b>")
    text = (await program.http.get("/requests?desk=main", headers=maria.cookie)).text
    assert f'form="several" name="id" value="{ticked}" aria-label="Tick {ticked[:-2]}"' in text
    back = await send(program, maria, "", "recall", [ticked], back="desk=main&next=//evil.example")
    assert 'href="/requests?desk=main"' in back.text
