"""Lists: pages by cursor, and CSV."""

from __future__ import annotations

import csv
import importlib
import io
import pickle
import pkgutil
from typing import Any

import httpx
import pytest

import hub.web.api
from hub.web.tables import Table
from tests.support.programs import LIMIT_S
from tests.support.web import ADA, BEARER, BOOK, serving


@pytest.mark.parametrize("state", ["", "active", "REQUESTED"])
async def test_a_list_is_walked_by_its_cursor_without_gap_or_repeat(program: Any, state: str) -> None:
    made = [await program.request(f"Title {number}") for number in range(7)]
    asked: dict[str, Any] = {"limit": 3} | ({"state": state} if state else {})
    walked: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await program.get("/requests", **asked, **({"cursor": cursor} if cursor else {}))
        walked += [one["request_id"] for one in page["items"]]
        cursor = page["next"]
        # What is new meanwhile stands before the first page.
        await program.request("Newer")
    assert walked == made[::-1]


async def test_the_last_full_page_says_that_it_is_the_last(program: Any) -> None:
    for number in range(4):
        await program.request(f"Title {number}")
    assert (await program.get("/requests", limit=4))["next"] is None
    assert (await program.get("/requests", limit=3))["next"] is not None


@pytest.mark.parametrize("path", ["/partners", "/patrons", "/desks", "/stations"])
async def test_every_book_can_be_walked(program: Any, path: str) -> None:
    whole = (await program.get(path))["items"]
    walked: list[Any] = []
    page = await program.get(path, limit=1)
    while True:
        walked += page["items"]
        if page["next"] is None:
            break
        page = await program.get(path, limit=1, cursor=page["next"])
    assert walked == whole
    assert len(whole) > 1


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIl0", "WzFd WzFd", "W10", "bnVsbA", "%00", "WzEuNV0", "WzFlOTldIA", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
)
@pytest.mark.parametrize("form", ["json", "csv"])
async def test_a_foreign_cursor_is_told(program: Any, cursor: str, form: str) -> None:
    answer = await program.http.get("/api/v1/requests", params={"cursor": cursor, "format": form})
    assert (answer.status_code, answer.json()["detail"]) == (422, "This cursor does not belong to this list. Start again without one.")


@pytest.mark.parametrize("limit", ["0", "501", "-1", "ten", "1e3"])
async def test_a_page_has_a_bounded_size(program: Any, limit: str) -> None:
    answer = await program.http.get("/api/v1/requests", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


async def rows_of(program: Any, path: str, **params: str) -> list[dict[str, str]]:
    answer = await program.http.get(f"/api/v1{path}", params=params, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_csv_holds_the_whole_list(program: Any) -> None:
    made = [await program.request(f"Title {number}") for number in range(230)]
    await program.post(f"/requests/{made[-1]}/receive", station="rs-1", barcode=BOOK)
    rows = await rows_of(program, "/requests")
    assert [row["request_id"] for row in rows] == made[::-1]
    assert (rows[0]["barcodes"], rows[0]["state"], rows[1]["barcodes"]) == (BOOK, "IN_TRANSIT_TO_PICKUP", "")
    assert len(await rows_of(program, "/requests", limit="120")) == 120


@pytest.mark.parametrize(
    "path", ["/requests", "/partners", "/patrons", "/desks", "/stations", "/exceptions", "/notices", "/faults", "/poison"]
)
async def test_every_list_can_be_had_as_csv(program: Any, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What lies behind the first row is made by the process beside the hub, where there is any.
    monkeypatch.setattr("hub.web.lists.CSV_ROWS", 1)
    answer = await program.http.get(f"/api/v1{path}", params={"format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{path[1:]}.csv"'
    assert "," in answer.text.splitlines()[0]


def test_what_makes_any_list_can_be_sent_to_the_process_that_makes_long_ones() -> None:
    modules = [importlib.import_module(f"hub.web.api.{module.name}") for module in pkgutil.iter_modules(hub.web.api.__path__)]
    tables = [value for module in modules for value in vars(module).values() if isinstance(value, Table)]
    assert len(tables) > 8
    for table in tables:
        # Their own functions are found by name there.
        assert pickle.loads(pickle.dumps(table)).columns == table.columns  # noqa: S301 - written a moment ago


async def test_a_list_that_cannot_be_made_to_its_end_has_no_end(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        await program.request(f"Title {number}")
    monkeypatch.setattr("hub.web.lists.CSV_ROWS", 2)
    monkeypatch.setattr("hub.web.apart.COMMAND", ("/bin/false",))
    async with serving(program.app, program.doors) as address, httpx.AsyncClient(base_url=address, headers=BEARER, timeout=LIMIT_S) as http:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            await http.get("/api/v1/requests", params={"format": "csv"})


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', " =1+1", "\uff1d1+1"])
async def test_no_cell_is_a_formula(program: Any, title: str) -> None:
    await program.request(title)
    [row] = await rows_of(program, "/requests")
    assert row["title"] == f"'{title.strip()}"


async def test_commas_quotes_and_lines_survive(program: Any) -> None:
    await program.request('A "quoted", title', internal_note="one\ntwo")
    [row] = await rows_of(program, "/requests")
    assert (row["title"], row["internal_note"], row["requester"]) == ('A "quoted", title', "one\ntwo", ADA)
