"""For each route that changes something a form that really does: so that a test of its refusal would see what it let through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.core.calendar import local_day
from hub.core.patron_list import ListedPatron
from hub.demo import card, item_barcode, seed
from hub.flows.keep_accounts import SHORT, add_account, begin_desk, make_first_link
from hub.flows.keep_books import add_patron
from hub.flows.keep_views import save_view
from hub.flows.set_station import set_station
from hub.secret import id_of
from hub.settings import HubSettings, WindowsSection
from hub.store.digests import keep
from hub.store.notices import mark_failed
from hub.store.schema import metadata
from hub.store.setting_changes import add_changes
from hub.store.sql import Connection
from hub.web.app import inside_of
from hub.web.session import FIELD, HEADER
from tests.support.every_page import PLACES, at, pages
from tests.support.staff import PASSWORD, kept
from tests.support.stations import says
from tests.support.web import TestDoors

LINK = "the-first-account"
CLERK = "clerk"
DEVICE = id_of("a device of its own")
NOBODYS = card(90)
"""The card of a patron who has asked for nothing."""
NEW_PASSWORD = "four other words of mine"
A_CALENDAR = "\r\n".join(
    ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:{day}",
     "SUMMARY:Closed", "END:VEVENT", "END:VCALENDAR", "")
)  # fmt: skip
CHANGE_BY_LOOKING: dict[str, str] = {}
"""Tables in which looking at a page may write, and why: none."""
Fields = dict[str, str]


def furnish(connection: Connection) -> None:
    """Write the demonstration site, and one of each thing that a form may change; no admin, who would forbid the first account."""
    now = datetime.now(UTC)
    seed(connection, HubSettings(), now)
    add_patron(connection, card=NOBODYS, alias="Nobody", name="Nobody", email=None)
    add_account(connection, CLERK, StaffRole.RESOURCE_SHARING, kept(), now)
    begin_desk(connection, DEVICE, "east", now, now + timedelta(days=1))
    make_first_link(connection, id_of(LINK), now, now + timedelta(hours=1))
    set_station(connection, "main-1", {"language": "de"}, actor=CLERK, version=None, now=now)
    set_station(connection, "main-1", {"language": "en"}, actor=CLERK, version=None, now=now)
    terms = [{"desk": "main", "due_soon_days": 5}, {"desk": "east", "due_soon_days": 6}]
    add_changes(connection, {"notices.at": ([], terms), "policy.hold_days": (10, 12)}, actor=CLERK, now=now)
    [(letter,)] = connection.execute(
        "UPDATE notice SET state = 'queued' WHERE key = (SELECT max(key) FROM notice) RETURNING key"
    ).fetchall()
    mark_failed(connection, letter, "550 no such mailbox", now)
    keep(connection, "desk:main", local_day(now, HubSettings().site_rules().zone), "failed", now, words="550 no such mailbox", tries=4)


@dataclass(frozen=True, slots=True)
class Form:
    """What a browser sends to a route: fields, JSON or a file as it is."""

    route: str
    path: str
    content: Fields | dict[str, Any] | bytes
    as_json: bool = False

    async def send(self, program: Any, headers: dict[str, str], token: str | None, *, in_header: bool = False) -> Any:
        """Send it with this token, in the field where a form has it, or in the header where a script does."""
        told, plain = {"Authorization": ""} | headers, isinstance(self.content, dict) and not self.as_json
        if token is not None and (in_header or not plain):
            told |= {HEADER: token}
        if self.as_json:
            return await program.http.post(self.path, headers=told, json=self.content)
        if isinstance(self.content, bytes):
            return await program.http.post(self.path, headers=told | {"Content-Type": "text/csv"}, content=self.content)
        given = {} if token is None or in_header else {FIELD: token}
        return await program.http.post(self.path, headers=told, data=self.content | given)


def forms(app: FastAPI, doors: TestDoors, account: str, *, desk: str = PLACES["desk"]) -> list[Form]:
    """Give a form for every route that changes something, for a library furnished as above and an admin's account."""
    for (name,) in doors.connection.execute("SELECT name FROM account").fetchall():
        doors.write(partial(save_view, account=name, name="Late", query="flag=late"))
    # A station that is away cannot be called.
    says(doors, "main-1")
    told, ways = _contents(doors), {route for method, route, rule in pages() if method == "POST" and rule is not None}
    assert set(told) == ways, f"say in tests/support/working_forms.py what is sent there: {set(told) ^ ways}"
    found = {"request_id": _asked_for(doors)[0], "ref": str(_one(doors, "SELECT key FROM patron WHERE card = ?", NOBODYS))}
    # The second of the terms: to put the first one first would be no change.
    found |= {"id": _list_on_its_way(app, doors, account), "desk": desk, "worklist": "pull", "number": "1"}
    return [Form(route, at(route, **found), *content) for route, content in told.items()]


def _list_on_its_way(app: FastAPI, doors: TestDoors, account: str) -> str:
    made = inside_of(app).imports.begin(account, doors.now())
    made.stage, made.rows = "ready", [ListedPatron(2, NOBODYS, "Somebody", None, None)]
    return made.id


def _asked_for(doors: TestDoors) -> tuple[str, str]:
    query = "SELECT request_id, version FROM request WHERE state = 'REQUESTED' ORDER BY key LIMIT 1"
    named, version = doors.connection.execute(query).fetchone() or ("", "")
    return str(named), str(version)


def _one(doors: TestDoors, query: str, *values: object) -> Any:
    return (doors.connection.execute(query, values).fetchone() or [None])[0]


def _contents(doors: TestDoors) -> dict[str, tuple[Any, ...]]:
    named, version = _asked_for(doors)
    pulled = {
        name: str(_one(doors, f"SELECT {column} FROM request WHERE state = 'PULL_FROM_SHELF'"))  # noqa: S608 - columns of ours
        for name, column in (("request", "request_id"), ("version", "version"))
    }
    work = _one(doors, "SELECT min(key) FROM exception WHERE cleared_at IS NULL")
    letter = _one(doors, "SELECT max(key) FROM notice WHERE state = 'failed'")
    settings = {"version": str(_one(doors, "SELECT max(key) FROM setting_change"))}
    station = {"version": str(_one(doors, "SELECT settings_version FROM station WHERE name = 'main-1'"))}
    both = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    windows = {name: str(int(value) + 1) for name, value in WindowsSection().model_dump().items()}
    day = f"{doors.now() + timedelta(days=30):%Y%m%d}"
    requests: dict[str, tuple[Any, ...]] = {
        "/requests/patrons": ({"requester": "Nobody"},),
        "/requests/create": ({"title": "Found", "requester": NOBODYS, "pickup_desk": "main", "partner": "tul", "source": "manual"},),
        "/requests/find": ({"q": "Nobody"},),
        "/requests/views/save": ({"name": "Mine", "query": "flag=late"},),
        "/requests/views/drop": ({"name": "Late"},),
        "/requests/several": ({"act": "cancel", "id": f"{named}:{version}"},),
        "/requests/several/do": ({"act": "cancel", "id": f"{named}:{version}"},),
        "/request/{request_id}/receive": ({"version": version, "station": "rs-1", "barcode": item_barcode(700)},),
        "/request/{request_id}/{act}": ({"version": version, "reason": "cancelled_by_staff"},),
        "/worklists/exceptions/clear": ({"exception": str(work)},),
        "/worklists/notices/resend": ({"notice": str(letter)},),
        "/worklists/notices/digest": ({"about": "desk:main"},),
        "/worklists/{worklist}/do": (pulled | {"deed": "missing"},),
    }
    desks: dict[str, tuple[Any, ...]] = {
        "/desk/{desk}/scan": ({"station": "main-1", "barcode": item_barcode(701), "scan_id": doors.new_id()}, True),
        "/desk/{desk}/stay": ({},),
        "/stations/identify": ({"station": "main-1"},),
        "/station/{name}/set": (station | {"text": 'language = "de"\n'},),
        "/station/{name}/back": (station | {"to": "2"},),
    }
    accounts: dict[str, tuple[Any, ...]] = {
        "/sign-in": ({"name": CLERK, "password": PASSWORD},),
        "/sign-out": ({},),
        "/first-account": ({"link": LINK, "name": "first"} | both,),
        "/password/change": ({"old": PASSWORD} | both,),
        "/language": ({"language": "de"},),
        "/users/add": ({"name": "new", "role": "desk", "password": NEW_PASSWORD},),
        "/users/role": ({"name": CLERK, "role": "desk"},),
        "/users/password": ({"name": CLERK, "password": NEW_PASSWORD},),
        "/users/remove": ({"name": CLERK},),
        "/users/end-device": ({"device": DEVICE[:SHORT]},),
        "/letters/send": ({"kind": "READY_FOR_PICKUP", "language": "en", "to": "clerk@library.example"},),
    }
    administration: dict[str, tuple[Any, ...]] = {
        "/admin/desks/add": ({"code": "law", "name": "Law library", "pickup": "on"},),
        "/admin/desks/{desk}/set": ({"name": "Front desk", "pickup": "on", "active": "on", "shelf_prefix": "A", "shelf_slots": "9",
                                     "always": "on", "closed": ""},),
        "/admin/desks/{desk}/calendar": ({"calendar": A_CALENDAR.format(day=day)},),
        "/admin/partners/add": ({"code": "new", "name": "New partner"},),
        "/admin/partners/rename": ({"code": "tul", "name": "Another name"},),
        "/admin/patrons/import/send": (f"card,name\n{NOBODYS},Somebody\n".encode(),),
        "/admin/patrons/import/{id}/go": ({},),
        "/admin/patrons/find": ({"card": NOBODYS},),
        "/admin/patrons/add": ({"card": card(91), "name": "Somebody"},),
        "/admin/patron/{ref}/set": ({"card": NOBODYS, "name": "Somebody"},),
        "/admin/patron/{ref}/delete": ({},),
        "/admin/settings/set": (settings | {"section": "windows"} | windows,),
        "/admin/settings/reset": (settings | {"path": "policy.hold_days"},),
        "/admin/settings/terms/{number}/set": (settings | {"desk": "main", "due_soon_days": "9"},),
        "/admin/settings/terms/{number}/drop": (settings,),
        "/admin/settings/terms/{number}/first": (settings,),
        "/admin/words/{key}/set": (settings | {"en": "What is this?", "de": ""},),
    }  # fmt: skip
    return requests | desks | accounts | administration


def everything(app: FastAPI, doors: TestDoors) -> dict[str, Any]:
    """Give all that a change could change: every table, what stations were told, letters in the folder, lists on their way."""
    found: dict[str, Any] = {}
    for table in sorted(set(metadata.tables) - set(CHANGE_BY_LOOKING)):
        found[table] = sorted(map(tuple, doors.connection.execute(f"SELECT * FROM {table}").fetchall()), key=str)  # noqa: S608 - as named
    return found | {
        "stations": (list(doors.told), list(doors.heard), list(doors.calls)),
        "settings": doors.settings,
        "files": sorted(str(path) for path in doors.folder.rglob("*") if not path.name.startswith("hub.db")),
        "imports": [(each.id, each.stage) for each in inside_of(app).imports.all()],
    }
