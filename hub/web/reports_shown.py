"""The reports as tables: each is shown on the page, drawn where it has a chart, and given as CSV, all three the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection

from hub.core.tally import CAME, EXPIRED, LENDER, READY, STEPS, TOTAL
from hub.store.pages.reports import Range, Report, report
from hub.web.templating import render
from hub.web.words import PAGES, number, say

Kind = Literal["text", "count", "span", "percent"]
Value = str | int | float | None
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
ENDS = ("returned", "returned_uncirculated", "cancelled", "not_received", "lost")
SECTIONS = (
    ("turnaround", ("times", "steps", "partners")),
    ("scans", ("hours",)),
    ("hold-shelf", ("shelf", "shelves")),
    ("unused", ("ended", "ends")),
    ("letters", ("notices",)),
)
STATES = ("queued", "sent", "failed", "suppressed")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and of what kind its values are."""

    head: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Chart:
    """Which columns are drawn over the first one."""

    columns: tuple[int, ...]
    form: Literal["lines", "bars"] = "lines"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    chart: Chart | None = None
    long: bool = False
    """Whether its rows stand behind a click: the chart says the same."""

    def shown(self, language: str) -> list[list[str]]:
        """Give its rows for a reader."""
        return [[shown(value, column.kind, language) for value, column in zip(row, self.columns, strict=True)] for row in self.rows]

    def drawn(self, language: str) -> dict[str, Any] | None:
        """Give what the chart draws; durations in days."""
        if self.chart is None:
            return None
        columns = [(self.columns[place], [row[place] for row in self.rows]) for place in self.chart.columns]
        span = columns[0][0].kind == "span" if columns else False
        series = [{"name": column.head, "values": [_days(value) if span else value for value in values]} for column, values in columns]
        unit = say(language, "reports.unit.days" if span else "reports.unit.books" if self.name != "hours" else "reports.unit.scans")
        return {"form": self.chart.form, "labels": [row[0] for row in self.rows], "series": series, "unit": unit}

    def table(self) -> Iterator[tuple[Value, ...]]:
        """Give head and rows for programs: durations in hours."""
        yield tuple(f"{column.head} (h)" if column.kind == "span" else column.head for column in self.columns)
        for row in self.rows:
            yield tuple(_raw(value, column.kind) for value, column in zip(row, self.columns, strict=True))


def sections(connection: Connection, wanted: Range, language: str) -> str:
    """Give all that the page shows of a range, as HTML."""
    found = report(connection, wanted)
    t, n = partial(say, language), partial(number, language)
    made = sheets(found, language)
    return render("report_sections.html", t=t, n=n, language=language, found=found, range=wanted, sections=SECTIONS, sheets=made)


def all_sheets(connection: Connection, wanted: Range, language: str) -> dict[str, Sheet]:
    """Give all tables of a range by name."""
    return sheets(report(connection, wanted), language)


def sheets(found: Report, language: str) -> dict[str, Sheet]:
    """Give all tables of a report by name."""
    t = partial(say, language)
    made = (_steps(found, t), _times(found, t), _partners(found, t, language), _hours(found, t), _shelf(found, t), _shelves(found, t),
            _ended(found, t), _ends(found, t), _notices(found, t, language))  # fmt: skip
    return {sheet.name: sheet for sheet in made}


def shown(value: Value, kind: Kind, language: str) -> str:
    """Give a value as its reader writes it."""
    if value is None:
        return "\u2013"
    if isinstance(value, str):
        return value
    if kind == "percent":
        return number(language, value, 1) + "\u202f%"
    return _span(value, language) if kind == "span" else number(language, value, 0)


def _span(value: float, language: str) -> str:
    if value < HOUR_MS:
        return say(language, "reports.span.min", count=number(language, value / 60_000, 0))
    if value < 2 * DAY_MS:
        return say(language, "reports.span.h", count=number(language, value / HOUR_MS, 1))
    return say(language, "reports.span.d", count=number(language, value / DAY_MS, 1))


def _days(value: Value) -> Value:
    return None if value is None or isinstance(value, str) else round(value / DAY_MS, 3)


def _raw(value: Value, kind: Kind) -> Value:
    if value is None or isinstance(value, str):
        return value
    return round(value / HOUR_MS, 2) if kind == "span" else round(value, 2)


Say = Callable[..., str]


def _sheet(name: str, t: Say, columns: Iterable[Column], rows: Iterable[Iterable[Value]], chart: Chart | None = None) -> Sheet:
    made = tuple(map(tuple, rows))
    return Sheet(name, t(f"reports.{name}"), tuple(columns), made, chart, long=chart is not None)


def _steps(found: Report, t: Say) -> Sheet:
    columns = (Column(t("reports.step"), "text"), Column(t("reports.books")), Column(t("reports.middle"), "span"),
               Column(t("reports.most"), "span"))  # fmt: skip
    return _sheet("steps", t, columns, ((t(f"reports.{step}"), *found.steps[step]) for step in STEPS))


def _times(found: Report, t: Say) -> Sheet:
    columns = (Column(t("reports.period"), "text"), Column(t("reports.created")), Column(t("reports.closed")),
               *(Column(t(f"reports.{step}"), "span") for step in (LENDER, READY, TOTAL)))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for period in found.range.periods():
        spans = [found.times[step].get(period, (0, 0)) for step in (LENDER, READY, TOTAL)]
        means = [round(total / count) if count > 0 else None for count, total in spans]
        rows.append((period, found.created.get(period, 0), spans[2][0], *means))
    return _sheet("times", t, columns, rows, Chart((3, 4, 5)))


def _partners(found: Report, t: Say, language: str) -> Sheet:
    columns = (Column(t("reports.partner"), "text"), Column(t("reports.books")),
               *(Column(t(f"reports.{step}"), "span") for step in (LENDER, READY, TOTAL)),
               Column(t("reports.total.most"), "span"))  # fmt: skip
    rows: Iterable[tuple[Value, ...]] = (
        (found.names.get(code, code), spans[TOTAL][0], *(spans[step][1] for step in (LENDER, READY, TOTAL)), spans[TOTAL][2])
        for code, spans in found.partners.items()
    )
    return _sheet("partners", t, columns, rows)


def _hours(found: Report, t: Say) -> Sheet:
    desks = sorted({desk for by_desk in found.hours.values() for desk in by_desk})
    columns = (Column(t("reports.hour"), "text"), Column(t("reports.all-desks")), *(Column(_desk(found, desk, t)) for desk in desks))
    rows: Iterable[tuple[Value, ...]] = (
        (f"{hour:02d}", sum(by_desk.values()), *(by_desk.get(desk, 0) for desk in desks)) for hour, by_desk in found.hours.items()
    )
    return _sheet("hours", t, columns, rows, Chart((1,), "bars"))


def _shelf(found: Report, t: Say) -> Sheet:
    desks = sorted(found.shelves)
    columns = (Column(t("reports.period"), "text"), *(Column(_desk(found, desk, t)) for desk in desks))
    rows: Iterable[tuple[Value, ...]] = ((period, *(by_desk[desk] for desk in desks)) for period, by_desk in found.shelf.items() if desks)
    return _sheet("shelf", t, columns, rows, Chart(tuple(range(1, len(desks) + 1))) if desks else None)


def _shelves(found: Report, t: Say) -> Sheet:
    columns = (Column(t("reports.desk"), "text"), Column(t("reports.came")), Column(t("reports.left")), Column(t("reports.stood"), "span"))
    rows: Iterable[tuple[Value, ...]] = ((_desk(found, desk, t), came, left, round(total / left) if left > 0 else None)
            for desk, (came, left, total) in found.shelves.items())  # fmt: skip
    return _sheet("shelves", t, columns, rows)


def _ended(found: Report, t: Say) -> Sheet:
    columns = (Column(t("reports.period"), "text"), *(Column(t(f"reports.end.{end}")) for end in (*ENDS, EXPIRED)))
    rows: Iterable[tuple[Value, ...]] = (
        (period, *(found.ended.get(period, {}).get(end, 0) for end in (*ENDS, EXPIRED))) for period in found.range.periods()
    )
    return _sheet("ended", t, columns, rows, Chart((2, 6)))


def _ends(found: Report, t: Say) -> Sheet:
    columns = (Column(t("reports.desk"), "text"), Column(t("reports.came")), *(Column(t(f"reports.end.{end}")) for end in (*ENDS, EXPIRED)),
               Column(t("reports.share"), "percent"))  # fmt: skip
    return _sheet("ends", t, columns, (_ends_of(found, desk, ends, t) for desk, ends in found.ends.items()))


def _ends_of(found: Report, desk: str, ends: dict[str, int], t: Say) -> tuple[Value, ...]:
    lent, unused = ends.get("returned", 0), ends.get("returned_uncirculated", 0)
    share = 100 * unused / (lent + unused) if lent + unused > 0 else None
    return (_desk(found, desk, t), ends.get(CAME, 0), *(ends.get(end, 0) for end in (*ENDS, EXPIRED)), share)


def _notices(found: Report, t: Say, language: str) -> Sheet:
    columns = (Column(t("reports.notice"), "text"), *(Column(t(f"reports.notice.{state}")) for state in STATES))
    known = PAGES[language]
    named = ((known.get(f"reports.type.{kind}", kind), counts) for kind, counts in found.notices.items())
    rows: Iterable[tuple[Value, ...]] = ((name, *(counts.get(state, 0) for state in STATES)) for name, counts in named)
    return _sheet("notices", t, columns, rows)


def _desk(found: Report, code: str, t: Say) -> str:
    return found.desks.get(code, code) or t("reports.no-desk")
