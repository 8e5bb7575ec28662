"""The list of requests and the page of one over HTTP: who may, what is found, what is done and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from tests.support.request_pages import by_script, look_for, post, shelved, show, titles, version
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA, BEN, BOOK, OTHER_BOOK

# The list.


async def test_desk_staff_see_no_list_of_requests_and_no_worklist(program: Any) -> None:
    desk = sign_in(program.doors, StaffRole.DESK)
    for path in (
        "/requests",
        "/requests/facets",
        "/requests.csv",
        "/requests/new",
        "/worklists",
        "/worklists/pull",
        "/request/ILL-000001-8",
    ):
        assert (await program.http.get(path, headers=desk.cookie)).status_code == 403, path


async def test_words_are_found_by_how_they_begin_whatever_their_case_and_accents(program: Any, maria: Signed) -> None:
    await program.request("Die Öfen von Łódź", author="Günter Straße")
    await program.request("Open Ovens")
    for typed in ("ofen", "ÖFEN", "strasse", "günt die", "lodz", "  öf  gu "):
        assert titles(await show(program, maria, f"/requests?q={typed}")) == ["Die Öfen von Łódź"], typed
    assert titles(await show(program, maria, "/requests?q=o")) == ["Open Ovens", "Die Öfen von Łódź"]
    assert titles(await show(program, maria, "/requests?q=fen")) == []
    assert titles(await show(program, maria, "/requests?q=%25")) == []


async def test_numbers_barcodes_cards_and_names_are_found(program: Any, maria: Signed) -> None:
    named = await shelved(program, isbn="978-0-14-044793-4", external_id="TN 4711")
    await program.request("Another", requester=BEN)
    for typed in (named, named.lower(), BOOK, "9780140447934", "978-0-14-044793-4", "4711", ADA, "fischer", "Heron"):
        # As the page asks: a patron's words in an address would be in the history of a browser.
        address, who = await look_for(program, maria, q=typed)
        assert titles(await show(program, who, address)) == ["The Overstory"], typed


async def test_a_closed_request_is_found_among_the_closed(program: Any, maria: Signed) -> None:
    named = await program.request("Gone with the Parcel")
    await program.post(f"/requests/{named}/cancel", reason="cancelled_by_patron")
    assert titles(await show(program, maria, "/requests?q=parcel")) == []
    assert titles(await show(program, maria, "/requests?q=parc+gon&scope=closed")) == ["Gone with the Parcel"]
    assert titles(await show(program, maria, f"/requests?q={named}")) == ["Gone with the Parcel"]


async def test_facets_narrow_the_list_and_count_what_is_left(program: Any, maria: Signed) -> None:
    await shelved(program)
    await program.request("East", pickup_desk="east", partner="ocl", source="illiad")
    await program.request("Set", pieces=2, internal_note="on the phone")
    for query, found in (
        ("state=ON_HOLD_SHELF", ["The Overstory"]), ("desk=east", ["East"]), ("partner=ocl", ["East"]), ("source=illiad", ["East"]),
        ("flag=note", ["Set"]), ("flag=set", ["Set"]), ("flag=overdue", []), ("flag=late", []), ("flag=work", []), ("flag=expiring", []),
        ("age=today", ["Set", "East", "The Overstory"]), ("age=older", []), ("state=ON_HOLD_SHELF&desk=east", []),
        ("state=nonsense&sort=nonsense&cols=nonsense", ["Set", "East", "The Overstory"]),
    ):  # fmt: skip
        assert titles(await show(program, maria, f"/requests?{query}")) == found, query
    text = await show(program, maria, "/requests/facets?desk=main")
    counts = dict(re.findall(r"<bdi>([^<]+)</bdi>.*?<b>(\d+)</b>", text))
    assert counts == {
        "not received yet": "1", "on the hold shelf": "1", "Main desk": "2", "East branch": "1", "Tulare County Library": "2",
        "by hand": "2",
    }  # fmt: skip
    assert "<b>2</b> requests" in text


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", "C"), ("oldest", "B"), ("title", "A"), ("partner_due", "A"), ("desk", "C"), ("partner", "B")]
)
async def test_every_order_goes_on_where_its_page_ends(
    program: Any, maria: Signed, monkeypatch: pytest.MonkeyPatch, sort: str, first: str
) -> None:
    monkeypatch.setattr("hub.web.requests.ROWS", 1)
    await program.request("B", partner="bpl", partner_due_date="2031-01-02")
    await program.request("A", partner="tul", partner_due_date="2031-01-01")
    await program.request("C", partner="gbv", pickup_desk="east")
    path, found = f"/requests?sort={sort}", []
    while path:
        text = await show(program, maria, path)
        found += titles(text)
        following = re.search(r'href="(/requests\?[^"]*cursor=[^"]*)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert (found[0], sorted(found)) == (first, ["A", "B", "C"])


async def test_only_rows_are_sent_to_somebody_who_types(program: Any, maria: Signed) -> None:
    await program.request()
    text = await show(program, maria, "/requests?q=over", **{"HX-Request": "true"})
    assert "<html" not in text
    assert titles(text) == ["The Overstory"]
    assert "<html" in await show(program, maria, "/requests?q=over", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})


async def test_csv_holds_the_columns_that_are_shown_and_no_formula(program: Any, maria: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.lists.CSV_ROWS", 2)
    hostile = ["=1+1|cmd", "+1", "-1", "@SUM(A1)", "\t=1", "plain"]
    for title in hostile:
        await program.request(title.strip() if title == "\t=1" else title, author="\uff1d1" if title == "plain" else "=A1")
    answer = await program.http.get("/requests.csv?cols=request,state,desk", headers=maria.cookie)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["Number", "Request", "Author", "State", "Pick-up"]
    assert len(rows) == len(hostile) + 1
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) for row in rows for cell in row)
    assert rows[1][1:] == ["plain", "'\uff1d1", "not received yet", "Main desk"]


async def test_csv_is_in_the_order_of_the_list_all_of_it(program: Any, maria: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.lists.CSV_ROWS", 2)
    for title in ("Pnin", "Emma", "Middlemarch", "Ulysses", "Austerlitz"):
        await program.request(title)
    for order, first, last in (("title", "Austerlitz", "Ulysses"), ("newest", "Austerlitz", "Pnin"), ("oldest", "Pnin", "Austerlitz")):
        answer = await program.http.get(f"/requests.csv?cols=request&sort={order}", headers=maria.cookie)
        found = [row[1] for row in csv.reader(io.StringIO(answer.text))][1:]
        assert (found[0], found[-1], len(set(found)), len(found)) == (first, last, 5, 5), order
    none = await program.http.get("/requests.csv?cols=request&sort=title&q=zzz", headers=maria.cookie)
    assert list(csv.reader(io.StringIO(none.text))) == [["Number", "Request", "Author"]]


async def test_a_list_is_saved_under_a_name_and_dropped_and_leads_nowhere_else(program: Any, maria: Signed) -> None:
    saved = await post(
        program, maria, "/requests/views/save", name=" Late  ones ", query="flag=late&desk=main&next=//evil.example&cursor=x"
    )
    assert (saved.status_code, saved.headers["location"]) == (303, "/requests?desk=main&flag=late")
    assert '<a href="/requests?flag=late&amp;desk=main"><bdi>Late ones</bdi></a>' in await show(program, maria, "/requests")
    other = sign_in(program.doors, StaffRole.ADMIN, "ben")
    assert "Late ones" not in await show(program, other, "/requests")
    refused = await post(program, maria, "/requests/views/save", name="", query="")
    assert (refused.status_code, "A name has 1 to 60 characters." in refused.text) == (422, True)
    await post(program, maria, "/requests/views/drop", name="Late ones")
    assert "Late ones" not in await show(program, maria, "/requests")
    await post(program, maria, "/requests/views/save", name="again", query="q=a")
    await post(program, other, "/users/remove", name="maria")
    assert program.doors.connection.execute("SELECT count(*) FROM saved_view").fetchone()[0] == 0


# One request.


async def test_an_act_is_done_in_the_name_of_who_did_it_and_stands_in_the_time_line(program: Any, maria: Signed) -> None:
    named = await shelved(program)
    done = await post(
        program, maria, f"/request/{named}/extend", version=await version(program, named), hold_until="2099-01-01", note="asked by phone"
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/request/{named}?done=extend")
    text = await show(program, maria, done.headers["location"])
    assert "The hold is extended." in text
    assert re.search(r"hold extended.*?maria.*?asked by phone", text, re.DOTALL)
    assert "Physically received by library (on hold shelf)" in text


async def test_what_was_typed_stays_when_somebody_was_faster(program: Any, maria: Signed) -> None:
    named = await shelved(program)
    seen = await version(program, named)
    await by_script(program, maria, f"/request/{named}/extend", version=seen, hold_until="2099-01-01")
    for send in (by_script, post):
        late = await send(program, maria, f"/request/{named}/missing", version=seen, note="looked <twice>")
        assert late.status_code == 409
        assert re.search(
            r"<details open>(?:(?!</details>).)*Missing(?:(?!</details>).)*value=\"looked &lt;twice&gt;\"", late.text, re.DOTALL
        )
        assert late.text.count("looked") == 1


async def test_of_two_people_at_once_one_wins_and_the_other_is_told_what_happened(program: Any, maria: Signed) -> None:
    named = await shelved(program)
    seen, ben = await version(program, named), sign_in(program.doors, StaffRole.RESOURCE_SHARING, "ben")
    won = await by_script(program, maria, f"/request/{named}/cancel", version=seen, reason="cancelled_by_staff")
    assert (won.status_code, won.headers["hx-trigger"]) == (200, "changed")
    lost = await by_script(program, ben, f"/request/{named}/extend", version=seen)
    assert lost.status_code == 409
    assert re.search(r"has changed meanwhile: it is waiting to be taken off the shelf now \(cancelled by maria, \d\d:\d\d\)", lost.text)
    history = await program.get(f"/requests/{named}/history")
    assert [line["rule"] for line in history["items"] if line["kind"] in ("act", "transition")][-1] == "cancel"
    # What was answered holds the version as it is now: the next try is made on what is seen.
    assert f'name="version" value="{await version(program, named)}"' in lost.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "This page is too old"), ({"version": "x"}, "look at the field “Version”"), ({"version": "9" * 30}, "has changed meanwhile"),
        ({"version": "1", "reason": "recalled"}, "look at the field “Who gave it up”"),
        ({"version": "1", "note": "\x00"}, "look at the field “Note”"),
    ],
)  # fmt: skip
async def test_a_field_that_is_not_as_it_should_be_is_named_and_nothing_is_done(
    program: Any, maria: Signed, fields: dict[str, str], said: str
) -> None:
    named = await program.request()
    answer = await post(program, maria, f"/request/{named}/cancel", **({"reason": "cancelled_by_staff"} | fields))
    assert (answer.status_code, said in answer.text) == (409, True), answer.text
    assert await version(program, named) == "1"
    assert (await post(program, maria, f"/request/{named}/explode", version="1")).status_code == 409


async def test_an_item_is_received_by_typing_as_if_scanned_at_a_station(program: Any, maria: Signed) -> None:
    named = await program.request()
    asked = await by_script(program, maria, f"/request/{named}/receive", version="1", station="rs-1", barcode="9780140447934")
    assert "This is the ISBN" in asked.text
    done = await by_script(program, maria, f"/request/{named}/receive", version="1", station="rs-1", barcode=f" {BOOK} ")
    assert "Received. Send to Main desk." in done.text
    again = await by_script(program, maria, f"/request/{named}/receive", version="1", station="rs-1", barcode=OTHER_BOOK)
    assert (again.status_code, "has changed meanwhile" in again.text) == (409, True)
    for station, barcode in (("nowhere", BOOK), ("rs-1", ""), ("<b>", "x")):
        refused = await post(
            program, maria, f"/request/{named}/receive", version=await version(program, named), station=station, barcode=barcode
        )
        assert refused.status_code == 409, station


async def test_a_slip_has_the_bars_of_its_request_and_nothing_of_the_patron(program: Any, maria: Signed) -> None:
    named, other = await program.request(), await program.request("Second")
    text = await show(program, maria, f"/requests/slips?id={named}&id={other}")
    main = text[text.index("<main") :]
    assert main.count("<svg") == 2
    assert named in main
    assert not any(word in main for word in (ADA, "Fischer", "Heron"))


async def test_a_request_that_is_not_there_is_said_on_a_page(program: Any, maria: Signed) -> None:
    answer = await program.http.get("/request/<b>", headers=maria.cookie)
    assert (answer.status_code, "There is no request &lt;b&gt;" in answer.text) == (404, True)


# All of these pages.


@pytest.mark.parametrize(
    "path", ["/requests", "/requests/new", "/worklists", "/worklists/receive", "/worklists/exceptions", "/worklists/notices"]
)
async def test_the_first_load_of_a_page_is_small(program: Any, maria: Signed, path: str) -> None:
    for number in range(60):
        await program.request(f"A title of about the usual length, number {number}", author="An Author With a Name")
    text = await show(program, maria, path)
    files = {found.partition("?")[0] for found in re.findall(r'(?:src|href)="(/static/[^"]*)"', text)}
    size = len(text.encode())
    for file in files:
        size += len((await program.http.get(file)).content)
    assert size <= 150_000, json.dumps({"page": len(text.encode()), "all": size})
