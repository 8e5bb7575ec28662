"""A row of the file as a server takes it. Text loses signs no server keeps; a value that is of another kind makes the row unfit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from hub.store.schema import metadata
from hub.store.sql import SIGN_FOR_NUL

Row = tuple[Any, ...]


class Mended(str):
    """Text in which a sign was replaced, because PostgreSQL keeps it in no text."""

    __slots__ = ()


def text_of(raw: bytes) -> str:
    """Give a text of the file: NUL becomes U+2400, what is no UTF-8 becomes U+FFFD."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Mended(raw.decode(errors="replace").replace("\0", SIGN_FOR_NUL))
    return Mended(text.replace("\0", SIGN_FOR_NUL)) if "\0" in text else text


class Unfit(Exception):
    """A value is of a kind that its column on the server does not take."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A table: its columns, those of its key, and how each value is read."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    numbered: str | None
    """The column whose numbers the database gives."""
    readers: tuple[Callable[[Any], Any], ...]

    def fitted(self, row: Sequence[Any]) -> Row:
        """Give a row as the server keeps it; Unfit names the column that it would not take."""
        return tuple([None if value is None else read(value) for value, read in zip(row, self.readers, strict=True)])

    def mended(self, row: Sequence[Any]) -> tuple[str, ...]:
        """Name the columns whose text was changed."""
        return tuple(name for name, value in zip(self.columns, row, strict=True) if type(value) is Mended)

    def name(self, row: Sequence[Any]) -> str:
        """Name a row by its key; keys hold no patron data."""
        return f"{self.table} {' '.join(str(row[self.columns.index(name)]) for name in self.key)}"


def tables() -> tuple[Fields, ...]:
    """Give all tables, those that others refer to first."""
    return tuple(_fields(table) for table in metadata.sorted_tables)


def canonical(row: Sequence[Any]) -> bytes:
    """Give the bytes of a row that are hashed: its values as a JSON array, bytes in hex."""
    return to_json(row, bytes_mode="hex")


def _fields(table: Table) -> Fields:
    columns = tuple(table.columns)
    numbered = table.autoincrement_column
    return Fields(
        table.name,
        tuple(column.name for column in columns),
        tuple(column.name for column in table.primary_key.columns),
        None if numbered is None else numbered.name,
        tuple(_reader(column) for column in columns),
    )


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, Boolean):
        return _truth
    if isinstance(column.type, Integer):
        return _number
    return _bytes if isinstance(column.type, LargeBinary) else _text


def _text(value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, Mended):
        return str(value)
    raise Unfit("a value that is no text")


def _number(value: object) -> int:
    if type(value) is int:
        return value
    raise Unfit("a value that is no number")


def _truth(value: object) -> bool:
    if value in (0, 1):
        return bool(value)
    raise Unfit("a value that is neither true nor false")


def _bytes(value: object) -> bytes:
    if type(value) is bytes:
        return value
    raise Unfit("a value that is no bytes")
