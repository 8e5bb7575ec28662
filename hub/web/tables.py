"""Lists as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from hub.store.pages.cursor import Page

T = TypeVar("T")
Fetch = Callable[[Connection, int, str | None], Page[T]]
"""Gives a page: reads on a connection, so many items, from a cursor on."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet calculate; the last four are the same in full width."""


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """A list as a table: the plain fields of its kind, then columns worked out from what a cell cannot hold."""

    name: str
    kind: type[T]
    worked_out: Mapping[str, Callable[[T], object]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the names of the columns."""
        return (*_plain(self.kind), *self.worked_out)

    def lines(self, views: Iterable[T], *, head: bool) -> bytes:
        """Give rows as CSV, with the names of the columns above them when ``head``."""
        text = io.StringIO()
        writer = csv.writer(text)
        if head:
            writer.writerow(self.columns)
        plain = _plain(self.kind)
        for view in views:
            values = [getattr(view, name) for name in plain] + [work_out(view) for work_out in self.worked_out.values()]
            writer.writerow([cell(value) for value in values])
        return text.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Lines:
    """Some rows as CSV, and where the next are."""

    text: bytes
    count: int
    next: str | None


def some_lines(connection: Connection, fetch: Fetch[T], table: Table[T], limit: int, cursor: str | None, *, head: bool = False) -> Lines:
    """Read some rows of a table."""
    page = fetch(connection, limit, cursor)
    return Lines(table.lines(page.items, head=head), len(page.items), page.next)


def cell(value: object) -> str:
    """Give the text of one cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case int():
            return str(value)
        case _:
            text = str(value)
            return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _plain(kind: type[Any]) -> tuple[str, ...]:
    # Under postponed evaluation a field's type is the text of its annotation.
    return tuple(one.name for one in fields(kind) if not str(one.type).startswith(("tuple[", "dict[")))
