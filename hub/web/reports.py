"""The page of reports, for resource sharing and admins: a range of days, tables with their charts, each as CSV too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response, StreamingResponse

from hub.core.calendar import local_day
from hub.errors import Invalid, NotFound
from hub.store.pages.reports import Range
from hub.web.inside import Hand, Inside
from hub.web.reports_shown import Sheet, all_sheets, sections
from hub.web.shell import in_words, shell
from hub.web.tables import cell
from hub.web.templating import render
from hub.web.visitor import Sharing

router = APIRouter(prefix="/reports", include_in_schema=False)

USUAL_DAYS = 30
MOST_DAYS = 366 * 20
CSV_ROWS = 200
From = Annotated[str, Query(alias="from", max_length=20)]
To = Annotated[str, Query(alias="to", max_length=20)]


@dataclass(frozen=True, slots=True)
class Choice:
    """A range that is one click away."""

    key: str
    range: Range


@router.get("")
async def reports(hand: Hand, visitor: Sharing, first: From = "", last: To = "") -> Response:
    """Show the reports of a range of days."""
    today, wrong = _today(hand), None
    try:
        wanted = range_of(first, last, today)
    except Invalid as error:
        wanted, wrong = range_of("", "", today), in_words(error, visitor.language)
    made = await hand.apart.make(partial(sections, wanted=wanted, language=visitor.language))
    told = shell(hand, visitor.language, visitor, "reports", visitor.token)
    text = render("reports.html", **told, made=Markup(made), range=wanted, choices=_choices(today), wrong=wrong)  # noqa: S704 - a template's
    return Response(text, 422 if wrong else 200, media_type="text/html")


@router.get("/{name}.csv")
async def one(hand: Hand, visitor: Sharing, name: str, first: From = "", last: To = "") -> Response:
    """Give one table as CSV."""
    wanted = range_of(first, last, _today(hand))
    made = await hand.apart.make(partial(all_sheets, wanted=wanted, language=visitor.language))
    if name not in made:
        raise NotFound(f"There is no report {name!r}.")
    headers = {"Content-Disposition": f'attachment; filename="{name}-{wanted.first}-{wanted.last}.csv"'}
    return StreamingResponse(_lines(made[name]), media_type="text/csv", headers=headers)


def _lines(sheet: Sheet) -> Iterator[bytes]:
    rows = sheet.table()
    while some := list(islice(rows, CSV_ROWS)):
        text = io.StringIO()
        csv.writer(text).writerows([cell(value) for value in row] for row in some)
        yield text.getvalue().encode()


def range_of(first: str, last: str, today: date) -> Range:
    """Give the range that was asked for, the last thirty days unless said; Invalid says what to write."""
    until = _day(last) or today
    since = _day(first) or until - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        raise Invalid("The first day lies behind the last one. Exchange them.").keyed("reports.wrong.order")
    if (until - since).days > MOST_DAYS:
        raise Invalid("A report covers twenty years at most. Choose a later first day.").keyed("reports.wrong.long")
    return Range(since, until)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is no date. Write one such as 2026-11-23.").keyed("reports.wrong.date", text=text) from None
    if not 1970 < day.year < 2200:
        raise Invalid(f"{text!r} is no date. Write one such as 2026-11-23.").keyed("reports.wrong.date", text=text)
    return day


def _choices(today: date) -> tuple[Choice, ...]:
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    year = today.replace(month=1, day=1)
    last_year = year - timedelta(days=1)
    return (
        Choice("30-days", Range(today - timedelta(days=29), today)),
        Choice("this-month", Range(month, today)),
        Choice("last-month", Range(before.replace(day=1), before)),
        Choice("this-year", Range(year, today)),
        Choice("last-year", Range(last_year.replace(month=1, day=1), last_year)),
    )


def _today(hand: Inside) -> date:
    return local_day(hand.doors.now(), hand.doors.rules.zone)
