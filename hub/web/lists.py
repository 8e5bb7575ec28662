"""Answers: one thing as JSON, a list as a page of JSON or as a whole in CSV."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Header, Query
from pydantic import TypeAdapter
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from hub.store.pages.cursor import Page
from hub.web.inside import Inside
from hub.web.tables import Table

T = TypeVar("T")
Fetch = Callable[[Connection, int, str | None], Page[T]]
"""Gives a page: reads on a connection, so many items, from a cursor on."""

USUAL, MOST = 50, 500
CSV_ROWS = 100
"""Rows of CSV made at a time: a few milliseconds of processor that the loop may have to wait for."""
REST_S = 0.005
CSV_TYPE = "text/csv"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for, and in which form; without a limit CSV holds all of it."""

    limit: int | None
    cursor: str | None
    as_csv: bool


async def part(
    limit: Annotated[int | None, Query(ge=1, le=MOST, description=f"items on a page, {USUAL} unless said; CSV then holds all")] = None,
    cursor: Annotated[str | None, Query(max_length=400, description="the `next` of the page before")] = None,
    format: Annotated[Literal["json", "csv"] | None, Query(description="csv gives a table; so does `Accept: text/csv`")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Part:
    """Read what part of a list is asked for."""
    wants_csv = accept.split(",")[0].split(";")[0].strip() == CSV_TYPE
    return Part(limit, cursor, format == "csv" or (format is None and wants_csv))


Asked = Annotated[Part, Depends(part)]


async def one(inside: Inside, what: Callable[[Connection], object], kind: Any, status: int = 200, location: str | None = None) -> Response:
    """Answer with one thing; ``kind`` is its type."""
    body = await inside.make(what, _adapter(kind).dump_json)
    return Response(body, status, {"Location": location} if location else None, "application/json")


async def listing(inside: Inside, asked: Part, fetch: Fetch[T], table: Table[T]) -> Response:
    """Answer with a list."""
    if not asked.as_csv:
        return await one(inside, lambda connection: fetch(connection, asked.limit or USUAL, asked.cursor), Page[table.kind])  # type: ignore[name-defined]
    # Read before the answer begins, so that a wrong cursor is still told as a problem.
    first = await inside.read(partial(_some_lines, fetch, table, asked.limit, asked.cursor, head=True))
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.csv"'}
    return StreamingResponse(_whole(inside, fetch, table, first, asked.limit), media_type=CSV_TYPE, headers=headers)


@dataclass(frozen=True, slots=True)
class Lines:
    """Some rows as CSV, and where the next are."""

    text: bytes
    count: int
    next: str | None


async def _whole(inside: Inside, fetch: Fetch[T], table: Table[T], lines: Lines, limit: int | None) -> AsyncGenerator[bytes]:
    """Give the whole list, some rows by a short read of their own, and a rest after each: scans are taken meanwhile."""
    yield lines.text
    left = None if limit is None else limit - lines.count
    while lines.next is not None and left != 0:
        await asyncio.sleep(REST_S)
        lines = await inside.read(partial(_some_lines, fetch, table, left, lines.next, head=False))
        yield lines.text
        left = None if left is None else left - lines.count


def _some_lines(fetch: Fetch[T], table: Table[T], limit: int | None, cursor: str | None, connection: Connection, *, head: bool) -> Lines:
    page = fetch(connection, min(limit or CSV_ROWS, CSV_ROWS), cursor)
    return Lines(table.lines(page.items, head=head), len(page.items), page.next)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
