"""The pages of requests and worklists over HTTP: who may, what is found, what is done and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from hub.core.calendar import local_day
from hub.demo import card
from hub.flows.keep_books import add_patron
from hub.store.digests import keep
from hub.web.app import inside_of
from hub.web.inside import Inside
from hub.web.session import FOUND
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA, BEN, BOOK, OTHER_BOOK

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.fixture
def maria(program: Any) -> Signed:
    """Somebody who works on requests."""
    return sign_in(program.doors, StaffRole.RESOURCE_SHARING, "maria")


async def show(program: Any, signed: Signed, path: str, **headers: str) -> str:
    answer = await program.http.get(path, headers=signed.cookie | headers)
    if "?q=" in path or "&q=" in path:
        # Words that stand in an address are taken out of it first.
        assert (answer.status_code, "q=" in answer.headers["location"]) == (303, False)
        answer = await program.http.get(answer.headers["location"], headers=keeping(signed, answer).cookie | headers)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


async def post(program: Any, signed: Signed, path: str, **fields: str) -> Any:
    return await program.http.post(path, headers=signed.changing | FORM, data={"csrf": signed.token} | fields)


def keeping(signed: Signed, answer: Any) -> Signed:
    """Give the browser with what this answer lets it keep of what was looked for."""
    kept = next((each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{FOUND}=")), None)
    if kept is None:
        return signed
    assert {"HttpOnly", "SameSite=strict", "Path=/requests"} <= set(kept.split("; "))
    return replace(signed, found=kept.split(";")[0].partition("=")[2])


async def by_script(program: Any, signed: Signed, path: str, **fields: str) -> Any:
    """Ask as the page's script does: the answer is a part of the page."""
    headers = signed.changing | FORM | {"HX-Request": "true"}
    return await program.http.post(path, headers=headers, data={"csrf": signed.token} | fields)


def titles(text: str) -> list[str]:
    return re.findall(r'<bdi class="title">(.*?)</bdi>', text)


async def version(program: Any, named: str) -> str:
    return str((await program.get(f"/requests/{named}"))["version"])


async def shelved(program: Any, barcode: str = BOOK, **more: Any) -> str:
    named = await program.request(**more)
    await program.scan("rs-1", named)
    await program.scan("rs-1", barcode)
    await program.scan("main-1", barcode)
    return str(named)


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
        address, who = await found(program, maria, q=typed)
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


# A new one.

BLANK = {"pickup_desk": "main", "partner": "tul", "source": "manual"}


async def create(program: Any, signed: Signed, **fields: str) -> Any:
    return await post(program, signed, "/requests/create", **(BLANK | fields))


async def test_title_or_isbn_is_enough_and_the_isbn_finds_its_earlier_title(program: Any, maria: Signed) -> None:
    made = await create(program, maria, requester=ADA, title="Crime and Punishment", author="Dostoevsky", isbn="978-0-14-044913-6")
    assert made.status_code == 303
    by_isbn = await create(program, maria, requester=BEN, isbn="9780140449136", partner="oberlin")
    named = by_isbn.headers["location"].split("/")[2].split("?")[0]
    view = await program.get(f"/requests/{named}")
    assert (view["title"], view["author"], view["requester"], view["partner"]) == ("Crime and Punishment", "Dostoevsky", BEN, "ocl")
    unknown = await create(program, maria, requester=BEN, isbn="080442957X")
    assert (await program.get(f"/requests/{unknown.headers['location'].split('/')[2].split('?')[0]}"))["title"] == "ISBN 080442957X"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "A"}, "Say who asks for it"), ({"title": "A", "requester": "nobody at all"}, "No patron has this card or name"),
        ({"requester": ADA}, "Say at least title or ISBN."), ({"requester": ADA, "isbn": "9780140449137"}, "9780140449137 is no ISBN"),
        ({"requester": ADA, "title": "A", "partner": "nowhere"}, "There is no partner"),
        ({"requester": ADA, "title": "A", "partner": ""}, "“Partner”"),
        ({"requester": ADA, "title": "A", "partner": "library"}, "There is no partner"),
        ({"requester": ADA, "title": "A", "pickup_desk": ""}, "Choose the desk where it is to be picked up."),
        ({"requester": ADA, "title": "A", "partner_due_date": "31.12.2030"}, "“Due at the lender”"),
        ({"requester": ADA, "title": "A" * 501}, "“Title”"),
        ({"requester": ADA, "title": "A", "pieces": "-1"}, "“Pieces expected”"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_said_and_what_was_typed_stays(program: Any, maria: Signed, fields: dict[str, str], said: str) -> None:
    answer = await create(program, maria, internal_note="keep <this>", **fields)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert "keep &lt;this&gt;" in answer.text
    assert program.doors.connection.execute("SELECT count(*) FROM request").fetchone()[0] == 0


async def test_a_patron_is_chosen_by_name_and_never_named_in_an_address(program: Any, maria: Signed) -> None:
    program.doors.write(lambda connection: add_patron(connection, card=card(9), alias="Finch 9", name="Ada Lovelace", email=None))
    picks = await post(program, maria, "/requests/patrons", requester="ada")
    assert re.findall(r"<bdi>(Ada \w+)</bdi>", picks.text) == ["Ada Fischer", "Ada Lovelace"]
    unclear = await create(program, maria, requester="ada", title="Notes")
    assert (unclear.status_code, "Several patrons are called so" in unclear.text) == (422, True)
    made = await create(program, maria, requester="ada", card=card(9), title="Notes")
    assert made.status_code == 303
    assert (
        program.doors.connection.execute("SELECT p.name FROM request r JOIN patron p ON p.key = r.requester").fetchall()[0][0]
        == "Ada Lovelace"
    )
    assert (await program.http.get("/requests/patrons?requester=ada", headers=maria.cookie)).status_code == 405


async def test_a_possible_duplicate_is_shown_beside_and_confirmed(program: Any, maria: Signed) -> None:
    first = await program.request("The Overstory", author="Richard Powers")
    twins = await create(program, maria, requester=ADA, title="The Overstory!", partner="ocl")
    assert twins.status_code == 409
    beside = twins.text[twins.text.index('class="beside"') :]
    of_each = ("Richard Powers", "not received yet", "Main desk", "Tulare County Library")
    assert all(part in beside for part in (first, *of_each, "The Overstory!", "not created yet", "Oberlin College Library"))
    assert len((await program.get("/requests"))["items"]) == 1
    made = await create(program, maria, requester=ADA, title="The Overstory!", partner="ocl", confirm="yes")
    assert made.status_code == 303
    assert len((await program.get("/requests"))["items"]) == 2


async def test_several_are_written_down_at_once_or_none(program: Any, maria: Signed) -> None:
    await program.request("Old")
    lines = "First | Author One | 9780140449136\n\nSecond\nOld\nSecond\n"
    twins = await create(program, maria, requester=ADA, more=lines)
    assert (twins.status_code, twins.text.count('class="beside"')) == (409, 2)
    assert "It stands twice in what was typed." in twins.text
    assert len((await program.get("/requests"))["items"]) == 1
    made = await create(program, maria, requester=ADA, more="First | Author One | 9780140449136\n0-8044-2957-X\n", title="Third")
    assert made.headers["location"].count("made=ILL-") == 3
    assert "3 requests are created." in await show(program, maria, made.headers["location"])
    found = [(each["title"], each["author"], each["isbn"]) for each in (await program.get("/requests"))["items"]]
    assert found[:3] == [("ISBN 080442957X", None, "0-8044-2957-X"), ("First", "Author One", "9780140449136"), ("Third", None, None)]
    assert (await create(program, maria, requester=ADA, more="x\n" * 60)).status_code == 422


# Worklists.


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


async def found(program: Any, signed: Signed, **fields: str) -> tuple[str, Signed]:
    """Look for words as the page does without scripts; gives the address of what is found, and the browser that keeps the words."""
    answer = await post(program, signed, "/requests/find", **fields)
    assert answer.status_code == 303
    return str(answer.headers["location"]), keeping(signed, answer)


async def test_what_is_looked_for_stands_in_no_address_and_is_found_again_by_its_own_session_only(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    other = sign_in(program.doors, StaffRole.RESOURCE_SHARING, name="other")
    fields = {"q": "Heron 12", "desk": "main", "cols": "request,desk"}
    address, maria = await found(program, maria, **fields)
    assert ("Heron" in address, "desk=main" in address) == (False, True)
    assert (address, maria) == await found(program, maria, **fields)
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
    address, maria = await found(program, maria, q="Heron 12")
    before = inside_of(program.app)
    program.app.state.inside = Inside(program.doors)
    before.close()
    assert titles(await show(program, maria, address)) == ["Late Light"]


async def test_a_browser_keeps_the_newest_of_what_was_looked_for_and_forgets_all_when_signed_out(program: Any, maria: Signed) -> None:
    await program.request(title="Late Light")
    first, maria = await found(program, maria, q="late")
    again, maria = await found(program, maria, q="late")
    assert first == again
    for number in range(20):
        address, maria = await found(program, maria, q=f"{number} " + "\u4e66" * 190)
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
    address, maria = await found(program, maria, q="late")
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
        address, maria = await found(program, maria, q=words)
        refused = await post(program, maria, "/requests/views/save", name="Hers", query=address.partition("?")[2])
        assert (refused.status_code, "Save the list without" in refused.text) == (422, True), words
    assert program.doors.connection.execute("SELECT name FROM saved_view").fetchall() == [("Late",)]
    assert (await program.http.get("/requests/views/nothing", headers=maria.cookie)).status_code == 404
