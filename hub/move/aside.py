"""Rows the server does not take are not lost: they are written, as they are in the file, into a file beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic_core import to_json

from hub.move.fields import tables
from hub.move.source import Source
from hub.move.target import Aside, Target
from hub.store.moved import give_to_owner


def place_of(database: Path) -> Path:
    """Give where these rows are written."""
    return database.with_name(f"{database.name}-not-moved.jsonl")


def write_aside(source: Source, target: Target) -> tuple[Aside, ...]:
    """Write them, one JSON object a line, for the owner of the file alone; gives which they are."""
    place = place_of(source.path)
    found = tuple(aside for fields in tables() for aside in target.aside(fields))
    if not found:
        place.unlink(missing_ok=True)
        return found
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for line in _lines(source, target):
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    give_to_owner(place, source.path)
    return found


def _lines(source: Source, target: Target) -> Iterator[bytes]:
    for fields in tables():
        why = {aside.place: aside.why for aside in target.aside(fields)}
        for number, row in enumerate(source.rows(fields)) if why else ():
            if number in why:
                kept = dict(zip(fields.columns, row, strict=True))
                yield to_json({"table": fields.table, "why": why[number], "row": kept}, bytes_mode="hex")
