"""Answers: one thing as JSON, a list as a page of JSON or as a whole in CSV."""

from __future__ import annotations

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
from hub.web.tables import Fetch, Lines, Table, some_lines

T = TypeVar("T")

Follow = Callable[[str | None, int], Fetch[T]]
"""Gives what fetches so many rows behind a cursor, as plain data (``apart``)."""

USUAL, MOST = 50, 500
CSV_ROWS = 200
"""Rows of CSV made at a time: whoever asks for a report meanwhile waits for as many."""
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
    # Read before the answer begins, so that a wrong cursor is still told as a problem; and most lists are that short.
    first = await inside.read(partial(some_lines, fetch=fetch, table=table, limit=_some(asked.limit), cursor=asked.cursor, head=True))
    return _streamed(inside, table, lambda cursor, count: fetch, first, asked.limit)


async def long_listing(inside: Inside, table: Table[T], follow: Follow[T]) -> Response:
    """Answer with a list that may be long, as CSV, all of it made beside the hub."""
    first = await inside.apart.make(partial(some_lines, fetch=follow(None, CSV_ROWS), table=table, limit=CSV_ROWS, cursor=None, head=True))
    return _streamed(inside, table, follow, first, None)


def _streamed(inside: Inside, table: Table[T], follow: Follow[T], first: Lines, limit: int | None) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.csv"'}
    return StreamingResponse(_whole(inside, table, follow, first, limit), media_type=CSV_TYPE, headers=headers)


async def _whole(inside: Inside, table: Table[T], follow: Follow[T], lines: Lines, limit: int | None) -> AsyncGenerator[bytes]:
    """Give the whole list, what lies behind its first rows made beside the hub: some rows at one moment of the database each."""
    yield lines.text
    left = None if limit is None else limit - lines.count
    while lines.next is not None and left != 0:
        cursor, count = lines.next, _some(left)
        job = partial(some_lines, fetch=follow(cursor, count), table=table, limit=count, cursor=cursor)
        lines = await inside.apart.make(job, begun=True)
        yield lines.text
        left = None if left is None else left - lines.count


def _some(left: int | None) -> int:
    return CSV_ROWS if left is None else min(left, CSV_ROWS)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
