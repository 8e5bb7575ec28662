"""A small site in a file, with something of everything that a hub must go on with after a move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from hub.demo import item_barcode
from hub.flows.set_station import set_station
from hub.store.database import open_reader, transaction
from hub.store.numbers import go_on_behind
from hub.store.place import Place
from hub.store.schema import metadata
from tests.support.desks import ADA, BOOK, Library

OTHER_BOOK, THIRD_BOOK, NEW_BOOK, JOINT_BOOK = item_barcode(2), item_barcode(3), item_barcode(4), item_barcode(5)
UNKNOWN = item_barcode(9)
REQUESTS_BEHIND = 5000
"""After a restore the next request has the number behind this one."""


def a_site(folder: Path) -> Library:
    """Make it: books on shelves and on their way, a slip and a patron's card that were scanned a moment ago, work for staff."""
    library = Library.open(folder)
    for barcode in (library.request("At the joint desk", pickup_desk="joint"), JOINT_BOOK):
        library.scan("joint-1", barcode)
    for book in (BOOK, OTHER_BOOK):
        library.scan("rs-1", library.request(f"Book {book}"))
        library.scan("rs-1", book)
    library.scan("main-1", BOOK)
    library.scan("east-1", UNKNOWN)
    with transaction(library.connection):
        go_on_behind(library.connection, "request", REQUESTS_BEHIND)
        set_station(library.connection, "main-1", {"language": "de"}, actor="kim", version=None, now=library.now)
        library.connection.execute("INSERT INTO poison(topic, payload, size, reason, received_at) VALUES ('t', x'00ff0a', 3, 'no JSON', 1)")
        library.connection.execute("INSERT INTO fault SELECT key, 1, 'damaged', NULL, '', 5 FROM stream WHERE station = 'rs-1'")
        # A patron who was deleted: their number is not given to another.
        library.connection.execute("INSERT INTO patron(key, card, alias, name) VALUES (900, '29', 'Otter', 'Gone')")
        library.connection.execute("DELETE FROM patron WHERE key = 900")
    library.scan("joint-1", ADA)
    library.scan("rs-1", library.request(f"Book {THIRD_BOOK}"))
    return library


def many_marks(library: Library, count: int) -> None:
    """Add so many rows to one table."""
    with transaction(library.connection):
        library.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO time_mark SELECT CASE i % 3 WHEN 0 THEN 'b' WHEN 1 THEN 'B' ELSE 'a' END, i, 0 FROM n",
            (count,),
        )


def everything(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """Give all rows of all tables, in one order for both kinds of database."""
    with closing(open_reader(place)) as connection:
        return {table: sorted(map(tuple, connection.execute(f'SELECT {_columns(table)} FROM "{table}"')), key=repr) for table in _tables()}  # noqa: S608 - our own tables


def _tables() -> Iterator[str]:
    yield from metadata.tables


def _columns(table: str) -> str:
    # A server says true where a file says 1.
    columns = metadata.tables[table].columns
    return ", ".join(f'CAST("{column.name}" AS integer)' if column.type.python_type is bool else f'"{column.name}"' for column in columns)
