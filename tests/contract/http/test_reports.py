"""The page of reports over HTTP: who may read it, ranges of days, and the figures as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from hub.flows.keep_books import add_partner
from hub.flows.keep_tally import count_some, keep_counted
from hub.store.database import open_reader
from hub.store.pages.reader import Reader
from hub.store.pages.reports import Range, report
from hub.store.sql import Connection
from tests.support.staff import sign_in, sign_in_desk
from tests.support.web import ADA, BOOK

TODAY = datetime.now(UTC).date()


def count(program: Any) -> int:
    """Count all that happened; gives in how many parts."""
    reader, parts = open_reader(program.doors.database), 0
    while (counted := count_some(reader, UTC)).more:
        assert program.doors.write(lambda connection: keep_counted(connection, counted))
        parts += 1
    reader.close()
    return parts


async def book_that_went_home(program: Any, partner: str = "tul") -> None:
    request = await program.request(partner=partner)
    slip = (await program.get(f"/requests/{request}"))["request_barcode"]
    for station, barcode in (("rs-1", slip), ("rs-1", BOOK), ("main-1", BOOK), ("main-1", ADA), ("main-1", BOOK)):
        await program.scan(station, barcode)
    await program.scan("main-1", "%HS-CLEAR")
    # The hand-over lies behind it.
    program.doors.write(lambda connection: connection.execute("UPDATE item SET checked_out_at = checked_out_at - 100000"))
    for station, barcode in (("main-1", BOOK), ("rs-1", "%HS-CLEAR"), ("rs-1", BOOK)):
        reply = await program.scan(station, barcode)
    assert reply["rule"] == "B1"


@pytest.mark.parametrize(("role", "status"), [("desk", 403), ("resource_sharing", 200), ("admin", 200)])
async def test_reports_are_for_those_who_answer_for_many_desks(program: Any, role: str, status: int) -> None:
    signed, desk = sign_in(program.doors, StaffRole(role)), sign_in_desk(program.doors, "main")
    for path in ("/reports", "/reports/steps.csv"):
        assert (await program.http.get(path, headers=signed.cookie)).status_code == status
        assert (await program.http.get(path, headers=desk.cookie)).status_code == 403
    assert ('href="/reports"' in (await program.http.get("/desk", headers=signed.cookie)).text) is (status == 200)


async def test_a_book_that_went_home_stands_in_every_table(program: Any) -> None:
    await book_that_went_home(program)
    count(program)
    signed = sign_in(program.doors, StaffRole.RESOURCE_SHARING)
    text = (await program.http.get("/reports", headers=signed.cookie)).text
    assert "Tulare County Library" in text
    steps = await table(program, signed, "steps")
    assert [row[1] for row in steps[1:]] == ["1", "1", "1", "0", "1", "1", "1", "1"]
    assert [row[0] for row in await table(program, signed, "partners")] == ["Partner", "Tulare County Library"]
    hours = await table(program, signed, "hours")
    assert sum(int(row[1]) for row in hours[1:]) == 9
    ends = await table(program, signed, "ends")
    assert ends[1][:3] == ["Main desk", "1", "1"]
    shelves = await table(program, signed, "shelves")
    assert shelves[1][:3] == ["Main desk", "1", "1"]
    assert (await table(program, signed, "shelf"))[-1] == [TODAY.isoformat(), "0"]


async def table(program: Any, signed: Any, name: str, **params: str) -> list[list[str]]:
    answer = await program.http.get(f"/reports/{name}.csv", headers=signed.cookie, params=params)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/csv")
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{name}-')
    return list(csv.reader(io.StringIO(answer.text)))


async def test_a_name_that_a_spreadsheet_would_work_out_is_none_in_csv(program: Any) -> None:
    program.doors.write(lambda connection: add_partner(connection, "evil", '=HYPERLINK("http://evil.example")'))
    await book_that_went_home(program, "evil")
    count(program)
    rows = await table(program, sign_in(program.doors), "partners")
    assert rows[1][0].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2026-03-02", "2026-03-01", "lies behind"), ("x<b>", "", "x&lt;b&gt; is no date"), ("1971-01-01", "2026-01-01", "twenty years"),
     ("0001-01-01", "0001-01-02", "is no date")],
)  # fmt: skip
async def test_a_range_that_makes_no_sense_is_said_and_thirty_days_are_shown(program: Any, first: str, last: str, said: str) -> None:
    signed = sign_in(program.doors)
    answer = await program.http.get("/reports", params={"from": first, "to": last}, headers=signed.cookie)
    assert (answer.status_code, said in answer.text, 'id="sheet-steps"' in answer.text) == (422, True, True)
    assert (await program.http.get("/reports/steps.csv", params={"from": first, "to": last}, headers=signed.cookie)).status_code == 422
    assert (await program.http.get("/reports/nothing.csv", headers=signed.cookie)).status_code == 404


async def test_german_writes_numbers_as_germans_do(program: Any) -> None:
    program.doors.write(tallied("scan", "D", TODAY, 1234567, bucket=9))
    signed = sign_in(program.doors)
    text = (await program.http.get("/reports", headers=signed.cookie | {"Accept-Language": "de"})).text
    assert "1.234.567" in text
    assert "Durchlaufzeit" in text


def tallied(measure: str, grain: str, day: date, count: int, *, desk: str = "main", bucket: int = 0) -> Any:
    def write(connection: Connection) -> None:
        row = (measure, grain, day.isoformat(), desk, "", bucket, count, 0)
        connection.execute("INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    return write


@pytest.mark.parametrize("first", [date(2024, 1, 1), date(2024, 1, 17), date(2024, 2, 1), date(2024, 2, 28), date(2024, 5, 30)])
@pytest.mark.parametrize("days", [0, 1, 30, 45, 91, 92, 130, 365, 366])
async def test_months_and_the_days_at_the_edges_are_together_every_day_once(program: Any, first: date, days: int) -> None:
    start = date(2023, 12, 1)

    def fill(connection: Connection) -> None:
        months: dict[date, int] = {}
        for number in range(600):
            day = start + timedelta(days=number)
            tallied("created", "D", day, 1 + number)(connection)
            months[day.replace(day=1)] = months.get(day.replace(day=1), 0) + 1 + number
        for month, total in months.items():
            tallied("created", "M", month, total)(connection)

    program.doors.write(fill)
    last, reader = first + timedelta(days=days), Reader(program.doors.database)
    found = reader.read(lambda connection: report(connection, Range(first, last)))
    reader.close()
    numbers = range((first - start).days + 1, (last - start).days + 2)
    assert sum(found.created.values()) == sum(numbers)
    assert set(found.created) == set(found.range.periods())


async def test_a_report_that_cannot_be_made_now_says_so_in_the_reader_s_language(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.web.apart.COMMAND", ("/bin/false",))
    signed = sign_in(program.doors, StaffRole.RESOURCE_SHARING)
    page = await program.http.get("/reports", headers=signed.cookie | {"Accept": "text/html", "Accept-Language": "de"})
    assert (page.status_code, "Das geht gerade nicht." in page.text) == (503, True)
    table = await program.http.get("/reports/steps.csv", headers=signed.cookie)
    assert (table.status_code, table.headers["retry-after"]) == (503, "5")
    assert table.json()["detail"] == "This cannot be made now. Try again in a moment; the hub's log says more."
    monkeypatch.undo()
    assert (await program.http.get("/reports", headers=signed.cookie)).status_code == 200


async def test_what_is_counted_twice_by_two_hubs_is_counted_once(program: Any) -> None:
    await program.request()
    reader = open_reader(program.doors.database)
    one, other = count_some(reader, UTC), count_some(reader, UTC)
    reader.close()
    assert program.doors.write(lambda connection: keep_counted(connection, one)) is True
    assert program.doors.write(lambda connection: keep_counted(connection, other)) is False
    assert count(program) == 0
    rows = program.doors.connection.execute("SELECT sum(count) FROM tally WHERE measure = 'created' AND grain = 'D'").fetchone()
    assert int(rows[0]) == 1
