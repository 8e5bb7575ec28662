"""A list of patrons is taken in: read in a thread, shown before anything is written, written some at a time with its progress.

An import lives in memory, for whoever began it, and is gone when it is done, after an hour, or with the hub: what was written stays,
and the same list once more does the rest.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from hub.core.barcode import Kind
from hub.core.patron_list import ListedPatron, Unreadable, WrongRow, read_list
from hub.errors import Conflict
from hub.flows.import_patrons import TOGETHER, Imported, compare_patrons, put_patrons
from hub.store.database import open_reader
from hub.web.guard import LARGER
from hub.web.import_jobs import Import
from hub.web.inside import Hand, Inside
from hub.web.shell import page
from hub.web.tables import cell
from hub.web.visitor import Admin, AdminChanges
from hub.web.words import say

router = APIRouter(prefix="/admin/patrons/import", include_in_schema=False)

MOST_BYTES = LARGER["/admin/patrons/import/send"]
SHOWN, SHOWN_WRONG = 12, 100
REST_S = 0.005
LOOK_S = 0.2
HEAD = b"event: state\ndata: "


@router.get("")
async def choose(hand: Hand, visitor: Admin) -> Response:
    """Let a file be chosen."""
    return page(hand, visitor, "import.html", "admin", at="patrons", one=None, most=MOST_BYTES >> 20)


@router.post("/send")
async def begin(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Take a file; the body is the file itself."""
    data = await request.body()
    try:
        made = hand.imports.begin(visitor.account, hand.doors.now())
    except Conflict as error:
        return JSONResponse({"said": say(visitor.language, str(error.key))}, 409)
    made.task = asyncio.create_task(_read(hand, made, data))
    return JSONResponse({"address": f"/admin/patrons/import/{made.id}"})


@router.get("/{id}")
async def look(hand: Hand, visitor: Admin, id: str) -> Response:
    """Show what an import would do, is doing or has done."""
    one = hand.imports.one(id, visitor.account, hand.doors.now())
    values: dict[str, Any] = {
        "one": one,
        "told": one.told(visitor.language),
        "most": MOST_BYTES >> 20,
        "shown_wrong": one.wrong[:SHOWN_WRONG],
    }
    return page(hand, visitor, "import.html", "admin", at="patrons", **values)


@router.get("/{id}/live")
async def live(hand: Hand, visitor: Admin, id: str) -> Response:
    """Stream how far it is, until it is done."""
    return hand.streams.response(_follow(hand, hand.imports.one(id, visitor.account, hand.doors.now()), visitor.language))


@router.get("/{id}/errors.csv")
async def errors(hand: Hand, visitor: Admin, id: str) -> Response:
    """Give all rows that were not taken, with what to do."""
    one = hand.imports.one(id, visitor.account, hand.doors.now())
    headers = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    return StreamingResponse(_wrong_lines(one.wrong, visitor.language), media_type="text/csv", headers=headers)


@router.post("/{id}/go")
async def go(hand: Hand, visitor: AdminChanges, id: str) -> Response:
    """Write what was shown."""
    one = hand.imports.one(id, visitor.account, hand.doors.now())
    if one.stage == "ready":
        one.stage, one.done, one.total, one.counts = "writing", 0, len(one.rows), Imported()
        one.task = asyncio.create_task(_write(hand, one))
    return RedirectResponse(f"/admin/patrons/import/{id}", 303)


async def _follow(hand: Inside, one: Import, language: str) -> AsyncGenerator[bytes]:
    before: dict[str, Any] = {}
    while not hand.streams.ended:
        if (told := one.told(language)) != before:
            yield HEAD + json.dumps(told, ensure_ascii=False).encode() + b"\n\n"
        if not one.working:
            return
        before = told
        await asyncio.sleep(LOOK_S)


def _wrong_lines(wrong: list[WrongRow], language: str) -> Iterator[bytes]:
    lines = iter([(say(language, "import.line"), say(language, "import.what"))])
    rows = ((str(row.line), say(language, row.key, **row.places)) for row in wrong)
    for source in (lines, rows):
        while some := list(islice(source, 200)):
            text = io.StringIO()
            csv.writer(text).writerows([cell(value) for value in row] for row in some)
            yield text.getvalue().encode()


async def _read(hand: Inside, one: Import, data: bytes) -> None:
    patterns, channels = hand.doors.settings.patterns(), hand.doors.settings.notices.known_channels()

    def reserved(card: str) -> bool:
        return patterns.classify(card) in (Kind.COMMAND, Kind.REQUEST)

    def work() -> None:
        found = read_list(data)
        one.about, one.total = found, found.lines
        with closing(open_reader(hand.doors.database)) as reader:
            some: list[ListedPatron] = []
            for row in found.rows(reserved, channels):
                one.done = row.line
                if isinstance(row, WrongRow):
                    one.wrong.append(row)
                    continue
                some.append(row)
                if len(some) == TOGETHER:
                    _compared(one, some, compare_patrons(reader, some))
                    some = []
            _compared(one, some, compare_patrons(reader, some))

    try:
        await asyncio.to_thread(work)
        one.stage = "ready"
    except Unreadable as error:
        one.failure, one.stage = (error.key, error.places), "failed"
    finally:
        if one.stage == "reading":
            one.failure, one.stage = ("import.failed.database", {}), "failed"


def _compared(one: Import, some: list[ListedPatron], found: list[str]) -> None:
    for row, what in zip(some, found, strict=True):
        one.counts.add(what)
        if len(one.first) < SHOWN:
            one.first.append((row, what))
    one.rows += [row for row, what in zip(some, found, strict=True) if what != "same"]


async def _write(hand: Inside, one: Import) -> None:
    try:
        for first in range(0, len(one.rows), TOGETHER):
            some = one.rows[first : first + TOGETHER]
            for what in hand.doors.write(partial(put_patrons, rows=some)):
                one.counts.add(what)
            one.done = first + len(some)
            # Scans come first.
            await asyncio.sleep(REST_S)
        one.stage, one.rows, one.first = "done", [], []
    finally:
        if one.stage == "writing":
            one.failure, one.stage = ("import.failed.database", {}), "failed"
