"""What is looked for in the list of requests over HTTP: it stands in no address, and only its own session finds it again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hub.core.accounts import StaffRole
from hub.web.app import inside_of
from hub.web.inside import Inside
from hub.web.session import FOUND
from tests.support.request_pages import by_script, keeping, look_for, post, show, titles
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA


async def test_what_is_looked_for_stands_in_no_address_and_is_found_again_by_its_own_session_only(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    other = sign_in(program.doors, StaffRole.RESOURCE_SHARING, name="other")
    fields = {"q": "Heron 12", "desk": "main", "cols": "request,desk"}
    address, maria = await look_for(program, maria, **fields)
    assert ("Heron" in address, "desk=main" in address) == (False, True)
    assert (address, maria) == await look_for(program, maria, **fields)
    text = await show(program, maria, address)
    assert (titles(text), 'value="Heron 12"' in text) == (["Late Light"], True)
    # Every address on the page, those of facets, columns, CSV and pages among them.
    assert not [link for link in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', text) if "Heron" in link]
    for stranger in (other, replace(other, found=maria.found), replace(maria, found="")):
        lost = await show(program, stranger, address)
        assert (titles(lost), "is not kept any more" in lost) == ([], True)
        assert (await program.http.get(address.replace("/requests", "/requests.csv"), headers=stranger.cookie)).status_code == 404
    csv = await program.http.get(address.replace("/requests", "/requests.csv"), headers=maria.cookie)
    assert ("Late Light" in csv.text, csv.text.count("\n")) == (True, 2)


async def test_every_one_of_several_hubs_understands_the_address_and_so_does_one_that_was_started_anew(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    address, maria = await look_for(program, maria, q="Heron 12")
    before = inside_of(program.app)
    program.app.state.inside = Inside(program.doors)
    before.close()
    assert titles(await show(program, maria, address)) == ["Late Light"]


async def test_a_browser_keeps_the_newest_of_what_was_looked_for_and_forgets_all_when_signed_out(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    first, maria = await look_for(program, maria, q="late")
    again, maria = await look_for(program, maria, q="late")
    assert first == again
    for number in range(20):
        address, maria = await look_for(program, maria, q=f"{number} " + "\u4e66" * 190)
    # Browsers take 4096 characters of a cookie.
    assert len(maria.found) < 3500
    assert "is not kept any more" in await show(program, maria, first)
    assert "is not kept any more" not in await show(program, maria, address)
    for strange in ("x", "e30", "WzEsIG51bGwsICJhXHUwMDAwIl0", "%00", "W" * 3000):
        assert "is not kept any more" in await show(program, replace(maria, found=strange), address)
    out = await post(program, maria, "/sign-out")
    assert any(each.startswith(f'{FOUND}="";') and "Path=/requests" in each for each in out.headers.get_list("set-cookie"))


async def test_whoever_types_gets_rows_and_the_address_that_goes_into_the_history(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    answer = await by_script(program, maria, "/requests/find", q="late")
    assert (titles(answer.text), "<html" in answer.text) == (["Late Light"], False)
    assert answer.headers["hx-push-url"].startswith("/requests?find=")
    assert "late" not in answer.headers["hx-push-url"]
    assert titles(await show(program, keeping(maria, answer), answer.headers["hx-push-url"])) == ["Late Light"]


async def test_a_list_is_saved_with_words_but_not_with_those_of_a_patron(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    address, maria = await look_for(program, maria, q="late")
    saved = await post(program, maria, "/requests/views/save", name="Late", query=address.partition("?")[2])
    assert (saved.status_code, saved.headers["location"]) == (303, address)
    text = await show(program, maria, "/requests")
    [view] = re.findall(r'href="(/requests/views/[^"]*)"', text)
    assert "ate" not in view
    # Opened in another browser, which has not looked for it yet.
    opened = await program.http.get(view, headers=replace(maria, found="").cookie)
    assert (opened.status_code, opened.headers["location"]) == (303, address)
    assert titles(await show(program, keeping(maria, opened), address)) == ["Late Light"]
    for words in ("Heron", ADA, "29999999999999"):
        address, maria = await look_for(program, maria, q=words)
        refused = await post(program, maria, "/requests/views/save", name="Hers", query=address.partition("?")[2])
        assert (refused.status_code, "Save the list without" in refused.text) == (422, True), words
    assert program.doors.connection.execute("SELECT name FROM saved_view").fetchall() == [("Late",)]
    assert (await program.http.get("/requests/views/nothing", headers=maria.cookie)).status_code == 404
