"""Administration and reports in a real browser: a list with its preview and errors, a desk's calendar, a report with chart and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from hub.flows.keep_tally import count_some, keep_counted
from hub.store.database import open_reader
from tests.pages.browser import Browser
from tests.support.programs import LIMIT_S
from tests.support.staff import sign_in
from tests.support.web import ADA, TestDoors, serving

SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])
LIST = f"Ausweis;Name;E-Mail\n{ADA};Ada Lang;\n29999999999999;<img src=x onerror=alert(1)>;\n3,1E+13;Ben;\n"
CALENDAR = "\r\n".join(
    ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:{day}",
     "END:VEVENT", "END:VCALENDAR", "")
)  # fmt: skip


async def choose(browser: Browser, selector: str, file: Path) -> None:
    """Choose a file, as in the browser's own window."""
    await browser.until("document.readyState === 'complete'")
    root = (await browser.do("DOM.getDocument"))["root"]["nodeId"]
    node = (await browser.do("DOM.querySelector", nodeId=root, selector=selector))["nodeId"]
    await browser.do("DOM.setFileInputFiles", nodeId=node, files=[str(file)])


@SIZES
async def test_a_list_is_seen_before_it_is_written_and_says_what_is_wrong_with_its_rows(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int
) -> None:
    app, doors = demo
    (tmp_path / "list.csv").write_bytes(LIST.encode("cp1252"))
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04")
    before = doors.connection.execute("SELECT count(*) FROM patron").fetchone()[0]
    async with serving(app, doors) as address:
        await browser.open(f"{address}/admin/patrons/import", width=width, height=height, cookie=sign_in(doors).secret)
        await choose(browser, "#file", tmp_path / "book.xlsx")
        await browser.value("document.querySelector('#file-form button').focus()")
        await browser.press("Enter")
        await browser.until("document.querySelector('#wrong')?.textContent.includes('Excel workbook') === true")
        await choose(browser, "#file", tmp_path / "list.csv")
        await browser.value("document.querySelector('#file-form button').focus()")
        await browser.press("Enter")
        await browser.until("document.querySelectorAll('.figures dd').length === 4")
        assert await browser.value("[...document.querySelectorAll('.figures dd')].map((each) => each.textContent).join()") == "1,1,0,1"
        assert "Line 4: The card is 3,1E+13" in await browser.value("document.querySelector('.people').innerText")
        assert await browser.value("document.querySelectorAll('main img').length") == 0
        assert await browser.value("document.documentElement.scrollWidth") == width
        assert doors.connection.execute("SELECT count(*) FROM patron").fetchone()[0] == before
        await browser.picture(tmp_path / "preview.png")
        await browser.value("document.querySelector('form[action$=\"/go\"] button').focus()")
        await browser.press("Enter")
        await browser.until("document.querySelector('.done')?.textContent === 'The import is done.'")
        assert doors.connection.execute("SELECT count(*) FROM patron").fetchone()[0] == before + 1
        assert browser.complaints == []


async def test_a_long_list_shows_how_far_it_is_without_a_reload(demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path) -> None:
    app, doors = demo
    (tmp_path / "list.csv").write_text("card,name\n" + "".join(f"{number:014d},Somebody\n" for number in range(3000)))
    async with serving(app, doors) as address:
        await browser.open(f"{address}/admin/patrons/import", cookie=sign_in(doors).secret)
        await choose(browser, "#file", tmp_path / "list.csv")
        await browser.value("document.querySelector('#file-form button').click()")
        await browser.until("document.querySelector('form[action$=\"/go\"] button') !== null")
        await browser.value("document.querySelector('form[action$=\"/go\"] button').click()")
        # The bar grows on one and the same page.
        await browser.until("document.querySelector('#bar') !== null && (window.first = document.querySelector('#bar').value) >= 0")
        await browser.until("document.querySelector('#bar')?.value > window.first || document.querySelector('.done') !== null")
        await browser.until("document.querySelector('.done') !== null")
        assert browser.complaints == []


async def test_a_desks_hours_and_closed_days_are_set_by_keyboard_and_from_a_calendar(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path
) -> None:
    app, doors = demo
    day = (doors.now() + timedelta(days=40)).date()
    (tmp_path / "closed.ics").write_text(CALENDAR.format(day=f"{day:%Y%m%d}"))
    async with serving(app, doors) as address:
        await browser.open(f"{address}/admin/desks/main", cookie=sign_in(doors).secret)
        await browser.value("document.querySelector('[name=always]').click(); document.querySelector('#hours-mon').focus()")
        await browser.type("9-17")
        await browser.press("Enter")
        await browser.until("document.querySelector('.wrong')?.textContent.startsWith('Monday: “9-17” cannot be read') === true")
        await browser.value("document.querySelector('#hours-mon').select()")
        await browser.type("09:00-17:00")
        await browser.press("Enter")
        await browser.until("document.querySelector('.done')?.textContent === 'The desk was changed.'")
        assert await browser.value("document.querySelector('#hours-mon').value") == "09:00-17:00"
        await choose(browser, "#calendar-file", tmp_path / "closed.ics")
        await browser.until("document.querySelector('#calendar').value.startsWith('BEGIN:VCALENDAR')")
        await browser.value("document.querySelector('form[action$=\"/calendar\"] button').focus()")
        await browser.press("Enter")
        await browser.until(f"document.querySelector('#closed')?.value === '{day}'")
        assert all("status of 422" in each for each in browser.complaints)


@pytest.mark.parametrize(("width", "height", "dark"), [(1366, 768, False), (390, 844, True)], ids=["desk", "phone-dark"])
async def test_a_report_draws_the_figures_of_its_table_and_gives_them_as_csv(
    demo: tuple[FastAPI, TestDoors], browser: Browser, tmp_path: Path, width: int, height: int, dark: bool
) -> None:
    app, doors = demo
    reader = open_reader(doors.database)
    while (counted := count_some(reader, UTC)).more:
        doors.write(lambda connection, counted=counted: keep_counted(connection, counted))  # type: ignore[misc]
    reader.close()
    signed = sign_in(doors, StaffRole.RESOURCE_SHARING)
    async with serving(app, doors) as address:
        await browser.open(f"{address}/reports", width=width, height=height, dark=dark, cookie=signed.secret)
        await browser.until("document.querySelectorAll('.chart canvas').length === 4")
        assert await browser.value("document.documentElement.scrollWidth") == width
        drawn = json.loads(await browser.value("document.querySelector('#sheet-hours .chart').dataset.chart"))
        link = await browser.value("document.querySelector('#sheet-hours a').href")
        async with httpx.AsyncClient(timeout=LIMIT_S) as client:
            rows = list(csv.reader(io.StringIO((await client.get(link, headers=signed.cookie)).text)))
        assert [str(value) for value in drawn["series"][0]["values"]] == [row[1] for row in rows[1:]]
        assert sum(drawn["series"][0]["values"]) > 10
        # Something is drawn, and nothing came from elsewhere or weighs too much.
        points = "document.querySelector('#sheet-hours canvas').getContext('2d').getImageData(60, 20, 99, 99).data.some((each) => each)"
        assert await browser.value(points) is True
        assert (
            await browser.value("performance.getEntriesByType('resource').every((each) => each.name.startsWith(location.origin))") is True
        )
        weight = "performance.getEntries().reduce((sum, each) => sum + (each.transferSize || 0), 0)"
        assert 50_000 < await browser.value(weight) <= 150_000
        await browser.picture(tmp_path / "report.png")
        # A screen that was wider a moment ago: until the charts are drawn anew, they make the page no wider.
        await browser.value("document.querySelectorAll('.chart .uplot').forEach((each) => { each.style.width = '1303px'; })")
        assert await browser.value("document.querySelector('.chart .uplot').getBoundingClientRect().width") == 1303
        assert await browser.value("document.documentElement.scrollWidth") == width
        # By keyboard to another range.
        await browser.value("document.querySelector('.states a').focus()")
        await browser.press("Tab")
        await browser.press("Enter")
        await browser.until("document.querySelector('.states [aria-current]')?.textContent === 'This month'")
        assert browser.complaints == []
