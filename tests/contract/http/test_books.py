"""Desks, partners, patrons and stations; exceptions, notices and what could not be read."""

from __future__ import annotations

from typing import Any

from hub.store.database import transaction
from hub.store.notices import mark_failed
from hub.store.scan_path import Poison, ScanStore
from tests.support.web import ADA, BEN, BOOK


async def test_a_partner_is_added_once_and_renamed(program: Any) -> None:
    made = await program.post("/partners", 201, code="US-InU", name="Indiana University")
    assert made == {"code": "US-InU", "name": "Indiana University"} == await program.get("/partners/US-InU")
    assert "already" in (await program.post("/partners", 409, code="US-InU", name="Another"))["detail"]
    assert (await program.patch("/partners/US-InU", name="Indiana"))["name"] == "Indiana"
    assert "no partner" in (await program.patch("/partners/none", 404, name="X"))["detail"]
    await program.post("/partners", 422, code="no/slash", name="X")


async def test_a_desk_keeps_what_is_not_said(program: Any) -> None:
    made = await program.post("/desks", 201, code="west", name="West branch", shelf_prefix="W")
    assert (made["pickup"], made["resource_sharing"], made["shelf_prefix"], made["active"]) == (True, False, "W", True)
    changed = await program.patch("/desks/west", active=False, shelf_slots=12)
    assert changed == made | {"active": False, "shelf_slots": 12} == await program.get("/desks/west")
    assert "already" in (await program.post("/desks", 409, code="west", name="X"))["detail"]
    assert "has no role" in (await program.patch("/desks/west", 422, pickup=False))["detail"]
    await program.post("/desks", 422, code="West Wing", name="X")


async def test_a_desks_stations_hear_its_new_name(program: Any) -> None:
    await program.patch("/desks/joint", name="Front desk")
    assert program.doors.told == [("joint-1", "joint"), ("terminal", "joint")]
    await program.patch("/desks/joint", name="Front desk", shelf_slots=7)
    assert len(program.doors.told) == 2


async def test_a_patron_is_addressed_by_ref_and_found_by_a_card_in_the_body(program: Any) -> None:
    made = await program.post("/patrons", 201, card="20000000000500", name="Grace Hopper")
    ref = made["ref"]
    assert made["alias"] == f"reader-{ref}"
    assert await program.post("/patrons/lookup", card="20000000000500") == made == await program.get(f"/patrons/{ref}")
    assert "already" in (await program.post("/patrons", 409, card="20000000000500", name="X"))["detail"]
    changed = await program.patch(f"/patrons/{ref}", alias="Finch 3", email="grace@example.org")
    assert changed == made | {"alias": "Finch 3", "email": "grace@example.org"}
    assert (await program.patch(f"/patrons/{ref}", email=None))["email"] is None
    assert "already" in (await program.patch(f"/patrons/{ref}", 409, card=ADA))["detail"]
    await program.patch("/patrons/999", 404, name="X")
    await program.post("/patrons/lookup", 404, card="2999")


async def test_no_address_takes_a_card(program: Any) -> None:
    paths = program.app.openapi()["paths"]
    taken = {one["name"] for methods in paths.values() for told in methods.values() for one in told.get("parameters", ())}
    assert taken.isdisjoint({"card", "requester", "patron", "name", "email"} - {"name"})
    assert {path for path in paths if "{card}" in path or "{requester}" in path} == set()


async def test_a_station_is_placed_and_told(program: Any) -> None:
    made = await program.post("/stations", 201, name="main-2", desk="main")
    assert (made["name"], made["desk"], made["online"]) == ("main-2", "main", False)
    assert "already" in (await program.post("/stations", 409, name="main-2", desk="main"))["detail"]
    assert (await program.patch("/stations/main-2", desk="east"))["desk"] == "east"
    assert program.doors.told == [("main-2", "main"), ("main-2", "east")]
    await program.patch("/stations/none", 404, desk="east")
    assert "no desk" in (await program.patch("/stations/main-2", 422, desk="none"))["detail"]


async def test_a_scan_by_page_and_the_same_scan_again(program: Any) -> None:
    scan_id = program.doors.new_id()
    first = await program.scan("main-1", BOOK, scan_id=scan_id)
    assert (first["rule"], first["tone"], first["scan_id"]) == ("U3", "no", scan_id)
    assert await program.scan("main-1", BOOK, scan_id=scan_id) == first
    assert len((await program.get("/exceptions"))["items"]) == 1


async def test_a_scan_at_an_unknown_station_is_refused_and_makes_no_work(program: Any) -> None:
    told = await program.post("/scans", 422, station="main-9", barcode=BOOK)
    assert told["detail"] == "There is no station 'main-9'."
    assert (await program.get("/exceptions"))["items"] == []


async def test_an_exception_is_cleared_once_with_a_note(program: Any) -> None:
    await program.scan("main-1", BOOK)
    [work] = (await program.get("/exceptions"))["items"]
    assert (work["desk"], work["station"], work["barcode"]) == ("main", "main-1", BOOK)
    done = await program.post(f"/exceptions/{work['exception_id']}/clear", note="a book of our own", actor="Kim")
    assert (done["note"], done["cleared_by"]) == ("a book of our own", "Kim")
    assert (await program.get("/exceptions"))["items"] == []
    assert (
        (await program.get("/exceptions", state="all"))["items"] == [done] == (await program.get("/exceptions", state="cleared"))["items"]
    )
    await program.post(f"/exceptions/{work['exception_id']}/clear", 409)
    await program.post("/exceptions/77/clear", 404)


async def test_an_exception_is_cleared_without_a_body_too(program: Any) -> None:
    await program.scan("main-1", BOOK)
    [work] = (await program.get("/exceptions"))["items"]
    assert (await program.http.post(f"/api/v1/exceptions/{work['exception_id']}/clear")).status_code == 200


async def test_only_a_failed_or_sent_notice_is_sent_again(program: Any) -> None:
    named = await program.request(requester=BEN)
    await program.post(f"/requests/{named}/receive", station="rs-1", barcode=BOOK)
    await program.scan("main-1", BOOK)
    [waiting] = (await program.get("/notices", state="queued"))["items"]
    assert (waiting["type"], waiting["request_id"], waiting["patron_ref"]) == ("READY_FOR_PICKUP", named, "2")
    await program.post(f"/notices/{waiting['notice_id']}/resend", 409)
    with transaction(program.doors.connection):
        mark_failed(program.doors.connection, int(waiting["notice_id"]), "550 no such mailbox", program.doors.now())
    [failed] = (await program.get("/notices", state="failed"))["items"]
    assert failed["last_error"] == "550 no such mailbox"
    assert (await program.post(f"/notices/{waiting['notice_id']}/resend"))["state"] == "queued"
    await program.post("/notices/77/resend", 404)


async def test_what_could_not_be_read_is_shown(program: Any) -> None:
    store = ScanStore(program.doors.connection)
    with transaction(program.doors.connection):
        unread = Poison("holdshelf/v1/main/station/x/scan", b'{"v":2}\xff', "unknown version")
        store.add_poison([unread], program.doors.now())
        stream = store.stream("main-1", "0197c0de-0000-7000-8000-00000000000a")
        store.add_fault(stream.key, 1, "damaged", "usb-1", "no end of frame", program.doors.now())
    [poison] = (await program.get("/poison"))["items"]
    assert (poison["payload"], poison["size"], poison["reason"]) == ('{"v":2}\\xff', 8, "unknown version")
    [fault] = (await program.get("/faults"))["items"]
    assert (fault["station"], fault["kind"]) == ("main-1", "damaged")


async def test_a_stations_settings_are_set_looked_at_and_taken_back(program: Any) -> None:
    before = await program.get("/stations/main-1/settings")
    assert (before["status"], before["wanted"], before["earlier"]) == ("not_set", None, [])
    first = await program.put("/stations/main-1/settings", settings={"language": "de"}, version=before["version"], actor="Kim")
    assert (first["status"], first["version"], first["wanted"]["settings"]) == ("waiting", before["version"] + 1, {"language": "de"})
    assert first["wanted"]["set_by"] == "Kim"
    again = await program.put("/stations/main-1/settings", 409, settings={}, version=before["version"])
    assert "changed meanwhile" in again["detail"]
    await program.put("/stations/main-1/settings", settings={"printer": False})
    back = await program.post("/stations/main-1/settings/back")
    assert back["wanted"]["settings"] == {"language": "de"}
    assert [each["settings"] for each in back["earlier"]] == [{"printer": False}, {"language": "de"}]
    assert back == await program.get("/stations/main-1/settings")
    assert [told.version for told in program.doors.heard] == [first["version"], first["version"] + 1, first["version"] + 2]


async def test_settings_that_could_cut_a_station_off_are_no_settings(program: Any) -> None:
    for section in ("mqtt", "journal", "station"):
        assert f"{section}: only" in (await program.put("/stations/main-1/settings", 422, settings={section: {}}))["detail"]
    await program.put("/stations/none/settings", 404, settings={})
    await program.post("/stations/none/settings/back", 404)
    await program.post("/stations/main-1/settings/back", 409)
    assert program.doors.heard == []


async def test_a_station_is_found_by_its_beep_while_it_is_there(program: Any) -> None:
    assert "main-1 is offline" in (await program.post("/stations/main-1/identify", 409))["detail"]
    await program.post("/stations/none/identify", 404)
    assert program.doors.calls == []
    program.doors.write(lambda connection: connection.execute("UPDATE station SET online = TRUE WHERE name = 'main-1'"))
    assert (await program.post("/stations/main-1/identify"))["name"] == "main-1"
    [call] = program.doors.calls
    assert (call.station, call.rule, call.seq) == ("main-1", "identify", 0)


async def test_a_patron_is_deleted_once_nothing_of_theirs_is_open(program: Any) -> None:
    named = await program.request()
    answer = await program.http.delete("/api/v1/patrons/1")
    assert (answer.status_code, named in answer.json()["detail"]) == (409, True)
    await program.post(f"/requests/{named}/cancel", reason="cancelled_by_patron")
    assert (await program.http.delete("/api/v1/patrons/1", params={"actor": "Mia"})).status_code == 204
    assert (await program.http.delete("/api/v1/patrons/1")).status_code == 404
    assert (await program.get(f"/requests/{named}"))["requester"] is None
    assert (await program.get(f"/requests/{named}/history"))["items"][-1]["actor"] == "Mia"
