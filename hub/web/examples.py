"""One example for each operation of the API, as a command that works when it is pasted: on the demonstration site, as it begins."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.web.guard import GUARDED, OPEN

ADDRESS = "http://127.0.0.1:8080"
PLACE = re.compile(r"{(\w+)}")
ADA = "20000000000014"
BOOK_ON_LOAN, BOOK_ON_SHELF, BOOK_ON_ITS_WAY_BACK, BOOK_LOST = "ILL-000007-5", "ILL-000006-7", "ILL-000008-3", "ILL-000011-7"
NOT_RECEIVED, WAY_HERE, MISSING, RETURNED = "ILL-000001-8", "ILL-000004-2", "ILL-000010-9", "ILL-000012-5"
SENT = "12"
"""The letter about the first book that comes to a hold shelf; it leaves a minute later."""
HOLIDAYS = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20301225\nSUMMARY:Closed\nEND:VEVENT\nEND:VCALENDAR\n"
REPORT = (
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.org\n\n"
    "Final-Recipient: rfc822; patron@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such mailbox\n\n"
    "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ill-000006-7.ready@holdshelf.example.org>\n\n--b--\n"
)
"""What a mail server says of a letter that it cannot deliver; of none of ours here."""


@dataclass(frozen=True, slots=True)
class Example:
    """What stands in the places of an address, what it is asked with, the body; and what must be done ``first``."""

    places: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    body: Any = None
    kind: str = "application/json"
    options: str = ""
    first: tuple[tuple[str, Mapping[str, Any]], ...] = ()


def _of(request: str, **body: Any) -> Example:
    return Example({"request_id": request}, body=body)


_TOM = {"name": "tom", "role": "desk", "password": "three words of his"}
_GERMAN = {"settings": {"language": "de"}, "actor": "maria"}
_ENGLISH = {"settings": {"language": "en"}, "actor": "maria"}
_NOOR = {"card": "20000000000063", "name": "Noor Haddad", "email": "noor@example.org"}
_TOM_FIRST = (("POST /users", _TOM),)

EXAMPLES: Mapping[str, Example] = {
    "GET /requests": Example(asked="state=active&desk=main"),
    "POST /requests": Example(body={"title": "Station Eleven", "requester": ADA, "pickup_desk": "main", "partner": "tul"}),
    "GET /requests/{request_id}": Example({"request_id": BOOK_ON_SHELF}),
    "GET /requests/{request_id}/history": Example({"request_id": BOOK_ON_SHELF}),
    "POST /requests/{request_id}/receive": _of(NOT_RECEIVED, station="rs-1", barcode="30000000000902"),
    "POST /requests/{request_id}/cancel": _of(NOT_RECEIVED, reason="cancelled_by_patron", note="has bought it", actor="maria"),
    "POST /requests/{request_id}/recall": _of(BOOK_ON_LOAN, note="wanted for a course at its library"),
    "POST /requests/{request_id}/extend": _of(BOOK_ON_SHELF),
    "POST /requests/{request_id}/change-pickup": _of(WAY_HERE, pickup_desk="east"),
    "POST /requests/{request_id}/missing": _of(BOOK_ON_SHELF, note="not at its place"),
    "POST /requests/{request_id}/found": _of(MISSING, desk="main"),
    "POST /requests/{request_id}/lost": _of(BOOK_ON_LOAN, note="left on a train"),
    "POST /requests/{request_id}/claims-returned": _of(BOOK_ON_LOAN),
    "POST /requests/{request_id}/renew": _of(BOOK_ON_LOAN),
    "POST /requests/{request_id}/reactivate": _of(RETURNED, note="closed by mistake"),
    "POST /requests/{request_id}/not-received": _of(NOT_RECEIVED, note="its library has no trace of it"),
    "POST /requests/{request_id}/close": _of(BOOK_LOST, note="paid"),
    "POST /requests/{request_id}/pieces": _of(NOT_RECEIVED, pieces=2, volumes=["I", "II"]),
    "POST /scans": Example(body={"station": "main-1", "barcode": "30000000000046"}),
    "GET /partners": Example(asked="format=csv"),
    "POST /partners": Example(body={"code": "ubc", "name": "University Library C"}),
    "GET /partners/{code}": Example({"code": "tul"}),
    "PATCH /partners/{code}": Example({"code": "tul"}, body={"name": "Tulare County Public Library"}),
    "GET /patrons": Example(asked="limit=2"),
    "POST /patrons": Example(body=_NOOR),
    "POST /patrons/lookup": Example(body={"card": ADA}),
    "GET /patrons/{ref}": Example({"ref": "1"}),
    "PATCH /patrons/{ref}": Example({"ref": "1"}, body={"email": "ada@example.org"}),
    "DELETE /patrons/{ref}": Example({"ref": "6"}, first=(("POST /patrons", _NOOR),)),
    "GET /desks": Example(),
    "POST /desks": Example(body={"code": "west", "name": "West branch", "pickup": True, "shelf_prefix": "W"}),
    "GET /desks/{code}": Example({"code": "main"}),
    "PATCH /desks/{code}": Example({"code": "main"}, body={"opening": {"hours": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}}}),
    "POST /desks/{code}/closed-days": Example({"code": "main"}, body=HOLIDAYS, kind="text/calendar"),
    "GET /stations": Example(),
    "POST /stations": Example(body={"name": "main-2", "desk": "main"}),
    "GET /stations/{name}": Example({"name": "main-1"}),
    "PATCH /stations/{name}": Example({"name": "main-1"}, body={"desk": "joint"}),
    "POST /stations/{name}/identify": Example({"name": "main-1"}),
    "GET /stations/{name}/settings": Example({"name": "main-1"}),
    "PUT /stations/{name}/settings": Example({"name": "main-1"}, body=_GERMAN),
    "POST /stations/{name}/settings/back": Example(
        {"name": "main-1"}, body={}, first=(("PUT /stations/main-1/settings", _GERMAN), ("PUT /stations/main-1/settings", _ENGLISH))
    ),
    "GET /users": Example(),
    "POST /users": Example(body=_TOM),
    "GET /users/{name}": Example({"name": "tom"}, first=_TOM_FIRST),
    "PATCH /users/{name}": Example({"name": "tom"}, body={"role": "resource_sharing"}, first=_TOM_FIRST),
    "DELETE /users/{name}": Example({"name": "tom"}, first=_TOM_FIRST),
    "GET /exceptions": Example(asked="state=open"),
    "GET /exceptions/{exception_id}": Example({"exception_id": "1"}),
    "POST /exceptions/{exception_id}/clear": Example({"exception_id": "1"}, body={"note": "stood on the wrong shelf", "actor": "maria"}),
    "GET /notices": Example(asked="limit=5"),
    "GET /notices/{notice_id}": Example({"notice_id": "1"}),
    "POST /notices/{notice_id}/resend": Example({"notice_id": SENT}),
    "POST /notices/returned": Example(body=REPORT, kind="message/rfc822"),
    "GET /faults": Example(),
    "GET /poison": Example(),
    "GET /events": Example(options='-N --max-time 1 -H "Last-Event-ID: 0"'),
    "GET /metrics": Example(),
    "GET /health/live": Example(),
    "GET /health/ready": Example(),
}


def as_command(method: str, path: str) -> str:
    """Give the example of an operation as lines for a shell; KeyError where there is none."""
    example = EXAMPLES[f"{method} {path.removeprefix(GUARDED)}"]
    here = PLACE.sub(lambda place: example.places[place[1]], path) + (f"?{example.asked}" if example.asked else "")
    first = []
    for each, body in example.first:
        before, there = each.split(" ")
        first.append(_line(before, there, body, "application/json"))
    lines = [_line(method, here.removeprefix(GUARDED), example.body, example.kind, example.options)]
    return "\n".join(first + lines)


def _line(method: str, path: str, body: Any, kind: str, options: str = "") -> str:
    address = f"{GUARDED}{path}"
    parts = ["curl", options] if options else ["curl"]
    if method not in ("GET", "POST") or (method == "POST" and body is None):
        parts.append(f"-X {method}")
    if address not in OPEN:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body)
        parts.append(f"-H 'Content-Type: {kind}' --data-binary '{text}'")
    return " ".join([*parts, f"'{ADDRESS}{address}'"])
