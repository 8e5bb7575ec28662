"""The pages of administration over HTTP: desks, partners, patrons, what is in force, sheets to print."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from hub.flows.keep_books import keep_desks_of_file
from hub.in_force import EDITABLE
from hub.settings import HubSettings
from hub.store.pages.books import one_desk
from hub.store.pages.reader import Reader
from hub.web.words import PAGES
from hub.web.words.about_settings import GERMAN
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA, BEN

PAGES_OF_ADMINS = ("/admin", "/admin/desks", "/admin/desks/main", "/admin/partners", "/admin/patrons", "/admin/patron/1",
                   "/admin/patrons/import", "/admin/settings", "/admin/settings/changes", "/admin/settings/terms/0",
                   "/admin/words", "/admin/words/U3", "/admin/sheets",
                   "/admin/sheets/commands?desk=main", "/admin/sheets/shelf?desk=main")  # fmt: skip
DESK = {"name": "Main desk", "pickup": "on", "active": "on", "shelf_prefix": "A", "shelf_slots": "40", "always": "on", "closed": ""}
CALENDAR = "\r\n".join(
    ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:{day}",
     "SUMMARY:Closed", "END:VEVENT", "BEGIN:VEVENT", "UID:2", "DTSTAMP:20260101T000000Z", "DTSTART:{day}T100000Z", "SUMMARY:Talk",
     "END:VEVENT", "END:VCALENDAR", "")
)  # fmt: skip


async def post(program: Any, signed: Signed, path: str, **fields: str) -> Any:
    return await program.http.post(path, headers=signed.changing, data={"csrf": signed.token} | fields)


def desk(program: Any, code: str = "main") -> Any:
    reader = Reader(program.doors.database)
    try:
        return reader.read(lambda connection: one_desk(connection, code))
    finally:
        reader.close()


@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_page_is_shown_to_admins_in_both_languages_and_to_nobody_else(program: Any, language: str) -> None:
    await program.request()
    admin, clerk = sign_in(program.doors), sign_in(program.doors, StaffRole.RESOURCE_SHARING)
    for path in PAGES_OF_ADMINS:
        answer = await program.http.get(path, headers=admin.cookie | {"Accept-Language": language})
        assert (answer.status_code, f'<html lang="{language}">' in answer.text) == (200, True), path
        assert (await program.http.get(path, headers=clerk.cookie)).status_code == 403, path
        assert (await program.http.get(path)).status_code == 401, path
    # Slips are printed by those who work with requests.
    assert (await program.http.get("/admin/sheets/slips", headers=clerk.cookie)).status_code == 200


async def test_a_desk_is_added_and_its_code_is_taken_then(program: Any) -> None:
    signed = sign_in(program.doors)
    done = await post(program, signed, "/admin/desks/add", code="law", name="Law library", pickup="on")
    assert (done.status_code, done.headers["location"]) == (303, "/admin/desks/law?done=added")
    assert "The desk was added." in (await program.http.get(done.headers["location"], headers=signed.cookie)).text
    for fields, said in (
        ({"code": "law", "name": "Again", "pickup": "on"}, "There is a desk law already"),
        ({"code": "Ä", "name": "x", "pickup": "on"}, "This code cannot be used"),
        ({"code": "x", "name": " ", "pickup": "on"}, "A name has 1 to 500"),
        ({"code": "x", "name": "x"}, "A desk needs a role"),
    ):
        refused = await post(program, signed, "/admin/desks/add", **fields)
        assert (refused.status_code, said in refused.text) == (422, True), said


async def test_hours_closed_days_and_commands_are_kept_and_a_new_name_is_told_to_stations(program: Any) -> None:
    signed = sign_in(program.doors)
    fields = {key: value for key, value in DESK.items() if key != "always"} | {
        "name": "Front desk", "language": "de", "hours-mon": "09:00 \u2013 12:00, 13:00-18:00", "hours-sat": "10:00-13:00",
        "closed": "2026-12-25\n2026-12-26", "command-UNDO": "on", "command-CHECKOUT": "on",
    }  # fmt: skip
    assert (await post(program, signed, "/admin/desks/main/set", **fields)).status_code == 303
    found = desk(program)
    assert (found.name, found.language, found.commands) == ("Front desk", "de", ("CHECKOUT", "UNDO"))
    assert found.opening["hours"]["mon"] == ["09:00-12:00", "13:00-18:00"]
    assert found.opening["hours"]["sun"] == []
    assert found.opening["closed"] == ["2026-12-25", "2026-12-26"]
    assert program.doors.told == [("main-1", "main")]
    # What the page shows, sent back, changes nothing.
    text = (await program.http.get("/admin/desks/main", headers=signed.cookie)).text
    assert 'value="09:00-12:00, 13:00-18:00"' in text
    assert (await post(program, signed, "/admin/desks/main/set", **fields)).status_code == 303
    assert desk(program) == found
    usual = DESK | {f"command-{name}": "on" for name in ("DECLINED", "DAMAGED", "RENEW", "REPRINT", "UNDO", "CLEAR")}
    assert (await post(program, signed, "/admin/desks/main/set", **usual)).status_code == 303
    assert (desk(program).commands, desk(program).opening) == (None, None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"always": "", "hours-tue": "9 to 5"}, "Tuesday: “9 to 5” cannot be read"),
        ({"always": "", "hours-tue": "18:00-09:00"}, "Tuesday: “18:00-09:00” cannot be read"),
        ({"always": ""}, "The hours leave no weekday open"),
        ({"closed": "2026-02-30"}, "“2026-02-30” of the closed days is no date"),
        ({"shelf_slots": "0"}, "a number from 1 to 100,000"),
        ({"shelf_slots": "x"}, "a number from 1 to 100,000"),
        ({"shelf_prefix": "A/B"}, "at most 8 letters"),
        ({"pickup": ""}, "A desk needs a role"),
        ({"language": "xx"}, "There is no such language"),
    ],
)
async def test_what_cannot_be_kept_of_a_desk_names_the_field_and_loses_nothing(program: Any, fields: dict[str, str], said: str) -> None:
    signed, before = sign_in(program.doors), desk(program)
    given = {key: value for key, value in (DESK | {"name": "Typed anew"} | fields).items() if key not in ("always", "pickup") or value}
    answer = await post(program, signed, "/admin/desks/main/set", **given)
    assert (answer.status_code, said in answer.text, 'value="Typed anew"' in answer.text) == (422, True, True)
    assert desk(program) == before


async def test_a_calendar_closes_a_desk_and_one_without_whole_days_says_so(program: Any) -> None:
    signed, day = sign_in(program.doors), f"{program.doors.now().year + 1}0503"
    done = await post(program, signed, "/admin/desks/main/calendar", calendar=CALENDAR.format(day=day))
    assert done.headers["location"] == "/admin/desks/main?done=closed&days=1&passed=1"
    assert "1 closed days, 1 events" in (await program.http.get(done.headers["location"], headers=signed.cookie)).text
    assert desk(program).opening["closed"] == [f"{day[:4]}-05-03"]
    for text in ("no calendar", CALENDAR.format(day="19990101")):
        answer = await post(program, signed, "/admin/desks/main/calendar", calendar=text)
        assert answer.status_code == 422, text
        assert 'role="alert"' in answer.text


async def test_a_desk_of_the_settings_file_is_shown_and_changed_there(program: Any) -> None:
    settings = HubSettings.model_validate({"desk": [{"code": "main", "name": "Main desk", "resource_sharing": True}]})
    program.doors.write(lambda connection: keep_desks_of_file(connection, [each.desk() for each in settings.desk]))
    signed = sign_in(program.doors)
    text = (await program.http.get("/admin/desks/main", headers=signed.cookie)).text
    assert "This desk stands in hub.toml" in text
    answer = await post(program, signed, "/admin/desks/main/set", **DESK)
    assert (answer.status_code, "Desk main stands in hub.toml" in answer.text) == (422, True)


async def test_partners_are_added_and_renamed(program: Any) -> None:
    signed = sign_in(program.doors)
    assert (await post(program, signed, "/admin/partners/add", code="DE-7", name="SUB  Göttingen")).status_code == 303
    assert (await post(program, signed, "/admin/partners/rename", code="DE-7", name="<b>SUB</b>")).status_code == 303
    text = (await program.http.get("/admin/partners?done=renamed", headers=signed.cookie)).text
    assert ("&lt;b&gt;SUB&lt;/b&gt;" in text, "The partner was renamed." in text) == (True, True)
    for path, fields, said in (
        ("add", {"code": "DE-7", "name": "x"}, "There is a partner DE-7 already"),
        ("add", {"code": "", "name": "x"}, "This code cannot be used"),
        ("rename", {"code": "nobody", "name": "x"}, "There is no partner nobody"),
        ("rename", {"code": "DE-7", "name": ""}, "A name has 1 to 500"),
    ):
        answer = await post(program, signed, f"/admin/partners/{path}", **fields)
        assert (answer.status_code, said in answer.text) == (422, True), said


async def test_a_patron_is_found_by_card_changed_and_deleted_and_no_card_is_in_an_address(program: Any) -> None:
    signed = sign_in(program.doors)
    found = await post(program, signed, "/admin/patrons/find", card=f" {ADA} ")
    address = found.headers["location"]
    assert (found.status_code, ADA in address) == (303, False)
    told = {"card": ADA, "name": "Ada Lang", "alias": "", "email": ""}
    assert (await post(program, signed, f"{address}/set", **told)).status_code == 303
    text = (await program.http.get(address, headers=signed.cookie)).text
    assert ('value="Ada Lang"' in text, 'value="Heron 12"' in text) == (True, True)
    for fields, said in (
        ({"card": BEN}, "belongs to a patron already"),
        ({"email": "x"}, "e-mail address is none"),
        ({"name": ""}, "A name has"),
    ):
        refused = await post(program, signed, f"{address}/set", **(told | fields))
        assert (refused.status_code, said in refused.text) == (422, True), said
    await program.request()
    kept = await post(program, signed, f"{address}/delete")
    assert (kept.status_code, "has open requests" in kept.text) == (409, True)
    ben = (await post(program, signed, "/admin/patrons/find", card=BEN)).headers["location"]
    assert (await post(program, signed, f"{ben}/delete")).headers["location"] == "/admin/patrons?done=deleted"
    assert (await program.http.get(ben, headers=signed.cookie)).status_code == 404
    none = await post(program, signed, "/admin/patrons/find", card=BEN)
    assert (none.status_code, "No patron has this card" in none.text) == (404, True)


async def test_what_is_in_force_is_shown_with_where_it_is_set_and_no_secret(program: Any) -> None:
    program.doors.base = HubSettings.model_validate(
        {"policy": {"hold_days": 12}, "mqtt": {"password": "hidden-secret"}, "words": {"en": {"T1": "Onto shelf {code} with it."}}}
    )
    program.doors.take_settings()
    signed = sign_in(program.doors)
    text = (await program.http.get("/admin/settings", headers=signed.cookie)).text
    assert re.search(r'name="hold_days"[^>]* value="12"', text)
    assert "from hub.toml" in text
    assert "hidden-secret" not in text
    assert "Onto shelf {code} with it." in (await program.http.get("/admin/words", headers=signed.cookie)).text


def test_every_key_that_is_shown_means_something_in_german_too() -> None:
    now = HubSettings()
    shown = {name for keys in EDITABLE.values() for name in keys if name != "at"} | set(type(now.barcodes).model_fields)
    assert shown == set(GERMAN)
    assert {"en", "de"} == set(PAGES)
