"""A list of patrons over HTTP: sent, shown, written, and sent once more."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import pytest

from hub.core.accounts import StaffRole
from hub.web.app import inside_of
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA, BEN, serving

LIST = f"card;name;email\n{ADA};Ada Fischer-Lang;\n29999999999999;Jürgen Groß;j@example.org\n3.1E+13;Rounded;\n{BEN};Ben Okafor;\n"
REACHED_BY = "UPDATE patron SET language = 'de', phone = '+1 555 0100', channels = 'sms email' WHERE card = ?"
"""What no list of patrons says of somebody."""


async def send(program: Any, signed: Signed, data: bytes, **headers: str) -> Any:
    more = {"X-CSRF-Token": signed.token, "Content-Type": "application/octet-stream"} | headers
    return await program.http.post("/admin/patrons/import/send", content=data, headers=signed.changing | more)


async def shown(program: Any, signed: Signed, data: bytes) -> tuple[str, str]:
    """Send a list, and give the address and the page that shows what would be."""
    answer = await send(program, signed, data)
    assert answer.status_code == 200, answer.text
    return answer.json()["address"], await settled(program, signed, answer.json()["address"])


async def settled(program: Any, signed: Signed, address: str) -> str:
    one = inside_of(program.app).imports._all[address.rpartition("/")[2]]
    assert one.task is not None
    await asyncio.wait([one.task])
    return str((await program.http.get(address, headers=signed.cookie)).text)


async def go(program: Any, signed: Signed, address: str) -> str:
    answer = await program.http.post(f"{address}/go", headers=signed.changing, data={"csrf": signed.token})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    return await settled(program, signed, address)


def figures(text: str) -> list[str]:
    """Give new, changed, as they are, refused."""
    return re.findall(r"<dd>([\d,]+)</dd>", text)


def patrons(program: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in program.doors.connection.execute("SELECT card, name, alias, email FROM patron ORDER BY key").fetchall()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
async def test_nothing_is_written_before_it_was_seen_and_the_same_list_again_changes_nothing(program: Any, encoding: str) -> None:
    program.doors.write(lambda connection: connection.execute(REACHED_BY, (ADA,)))
    signed, before = sign_in(program.doors), patrons(program)
    address, text = await shown(program, signed, LIST.encode(encoding))
    assert figures(text) == ["1", "1", "1", "1"]
    assert "Line 4:" in text
    assert "a spreadsheet took it for a number, and its last digits are lost" in text
    assert "Jürgen Groß" in text
    assert patrons(program) == before
    done = await go(program, signed, address)
    assert figures(done) == ["1", "1", "1"]
    assert "The import is done." in done
    after = patrons(program)
    # An empty cell takes nothing away.
    assert after[0] == (ADA, "Ada Fischer-Lang", *before[0][2:])
    reached = program.doors.connection.execute("SELECT language, phone, channels FROM patron WHERE card = ?", (ADA,)).fetchone()
    assert tuple(reached) == ("de", "+1 555 0100", "sms email")
    assert after[-1] == ("29999999999999", "Jürgen Groß", after[-1][2], "j@example.org")
    assert len(after) == len(before) + 1
    _, again = await shown(program, signed, LIST.encode(encoding))
    assert figures(again) == ["0", "0", "3", "1"]
    assert "Nothing to do" in again
    assert patrons(program) == after


async def test_rows_that_are_not_taken_are_given_as_csv_without_anybodys_name(program: Any) -> None:
    signed = sign_in(program.doors)
    address, _ = await shown(program, signed, LIST.encode())
    answer = await program.http.get(f"{address}/errors.csv", headers=signed.cookie)
    assert answer.text.splitlines()[0] == "Line,What to do"
    assert answer.text.splitlines()[1].startswith('4,"The card is 3.1E+13')
    assert "Rounded" not in answer.text


async def test_an_import_is_its_own_accounts_and_only_admins_have_any(program: Any) -> None:
    signed, other = sign_in(program.doors), sign_in(program.doors, name="other")
    address, _ = await shown(program, signed, LIST.encode())
    for path in ("", "/live", "/errors.csv"):
        assert (await program.http.get(f"{address}{path}", headers=other.cookie)).status_code == 404, path
    assert (await program.http.post(f"{address}/go", headers=other.changing, data={"csrf": other.token})).status_code == 404
    clerk = sign_in(program.doors, StaffRole.RESOURCE_SHARING)
    assert (await send(program, clerk, LIST.encode())).status_code == 403
    assert (await send(program, signed, LIST.encode(), **{"X-CSRF-Token": other.token})).status_code == 403
    assert (await send(program, signed, LIST.encode(), Origin="http://evil.example")).status_code == 403


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty"),
        (b"PK\x03\x04", "This is an Excel workbook"),
        (b"a,b\n1,2", "Found: a, b"),
        (b"<b>,x\n", "Found: &lt;b&gt;, x"),
    ],
)
async def test_a_file_that_is_no_list_says_what_to_do(program: Any, data: bytes, said: str) -> None:
    _, text = await shown(program, sign_in(program.doors), data)
    assert said in text


async def test_a_file_that_is_too_large_is_not_read(program: Any) -> None:
    signed = sign_in(program.doors)
    answer = await send(program, signed, b"x", **{"Content-Length": str(33 << 20)})
    assert (answer.status_code, "32 MB" in answer.json()["detail"]) == (413, True)


async def test_many_rows_are_written_some_at_a_time_and_the_stream_says_how_far(program: Any) -> None:
    signed, count = sign_in(program.doors), 3000
    data = "card,name\n" + "".join(f"{number:014d},Patron {number}\n" for number in range(1, count + 1))
    address, text = await shown(program, signed, data.encode())
    assert figures(text)[0] == "3,000"
    told: list[dict[str, Any]] = []
    async with serving(program.app, program.doors) as at, httpx.AsyncClient(base_url=at, timeout=20) as client:
        headers = signed.cookie | {"Origin": at}
        assert (await client.post(f"{address}/go", headers=headers, data={"csrf": signed.token})).status_code == 303
        async with client.stream("GET", f"{address}/live", headers=signed.cookie) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    told.append(json.loads(line[6:]))
    assert told[-1]["stage"] == "done"
    assert len(told) > 1
    assert [each["done"] for each in told] == sorted(each["done"] for each in told)
    assert program.doors.connection.execute("SELECT count(*) FROM patron").fetchone()[0] == count + 2


async def test_no_patron_is_logged(program: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    signed = sign_in(program.doors)
    address, _ = await shown(program, signed, LIST.encode())
    await go(program, signed, address)
    assert not any(secret in caplog.text for secret in (ADA, "Fischer", "29999999999999", "j@example.org"))
