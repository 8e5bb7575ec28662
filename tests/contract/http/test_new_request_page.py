"""The page of a new request over HTTP: what is enough, what is missing, whose it is, and whether it was there before."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.demo import card
from hub.flows.keep_books import add_patron
from tests.support.request_pages import post, show
from tests.support.staff import Signed
from tests.support.web import ADA, BEN

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
