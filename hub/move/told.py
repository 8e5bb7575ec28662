"""What ``holdshelf migrate --to postgresql://…`` tells a person, and a program."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hub.data_folder import read_settings
from hub.errors import ConfigError, DataFolderError
from hub.move.aside import place_of
from hub.move.move import Moved, move_site
from hub.move.switch import line_for, switch
from hub.store.moved import mark_of
from hub.store.place import shown, wrong_with

NAMED = 5
"""So many rows are named; the rest is counted."""


class Bars(Protocol):
    """One progress line after another."""

    def show(self, what: str, done: int, of: int) -> None:
        """Say how much of this is done."""

    def end(self) -> None:
        """Clear the line."""


def move(options: argparse.Namespace, config: Path, now: datetime, bars: Bars) -> int:
    """Move the site and say what there is now, and what to do next."""
    address: str = options.to
    if (wrong := wrong_with(address)) is not None:
        # Without what was written: a password may be in it.
        raise ConfigError(f"--to: {wrong}.")
    settings = read_settings(config)
    database = settings.place(config.parent)
    if isinstance(database, str):
        return _named_already(address, database)
    if not database.exists():
        raise DataFolderError(
            f"There is no database {database}: a new site needs no move. Write the address into hub.toml and start the hub."
        )
    try:
        moved = move_site(database, address, settings.site, now, anew=options.anew, watch=bars.show)
    finally:
        bars.end()
    if options.switch:
        switch(config, address, now.date())
    print(_as_json(moved, address, switched=options.switch) if options.json else _said(moved, address, config, switched=options.switch))
    return 0


def _named_already(address: str, database: str) -> int:
    if address != database:
        raise DataFolderError(
            f"{shown(database)} is the database in hub.toml: only a file is moved. From one server to another go pg_dump and pg_restore."
        )
    print(f"ok: hub.toml names {shown(database)} already.")
    return 0


def _said(moved: Moved, address: str, config: Path, *, switched: bool) -> str:
    lines = [_what(moved), *_mended(moved), *_aside(moved), "", "Next:"]
    if switched:
        lines.append(f"  1. hub.toml names the server now; see what is in force: holdshelf check --config {config}")
    else:
        masked = "" if shown(address) == address else " (with the password in the place of (set))"
        lines.append(f"  1. write into {config}, above its first section{masked}: {line_for(shown(address))}")
    lines += [
        "  2. start the hub. Stations go on where they were; what they scanned meanwhile comes now.",
        f"  3. keep {_files(moved)} until the server's own backup has run (pg_dump), then delete: patrons are in it. {moved.database.name} "
        f"is as it was; because of {mark_of(moved.database).name} no hub starts on it.",
    ]
    return "\n".join(lines)


def _files(moved: Moved) -> str:
    return f"{moved.database.name} and {place_of(moved.database).name}" if moved.aside else moved.database.name


def _what(moved: Moved) -> str:
    if not moved.compared:
        return f"ok: all of {moved.database} is on {moved.to} already, and was compared when it came there."
    rows = sum(table.rows for table in moved.compared)
    said = f"ok: {moved.database} is on {moved.to}: {len(moved.compared)} tables, {rows:,} rows, each compared with the file."
    if moved.history is None or moved.history.fingerprint is None:
        return said
    broken = f", with {len(moved.history.broken)} breaks (holdshelf check --history)" if moved.history.broken else ", unbroken"
    return f"{said}\nhistory: {moved.history.rows:,} rows{broken}, fingerprint {moved.history.fingerprint}"


def _mended(moved: Moved) -> list[str]:
    count = sum(table.mended for table in moved.compared)
    if not count:
        return []
    examples = [example for table in moved.compared for example in table.examples][:NAMED]
    return [f"signs that PostgreSQL keeps in no text (NUL, no UTF-8) were replaced in {count:,} texts: {', '.join(examples)}{_more(count)}"]


def _aside(moved: Moved) -> list[str]:
    if not moved.aside:
        return []
    named = "; ".join(f"{row.called}: {row.why}" for row in moved.aside[:NAMED])
    more = _more(len(moved.aside))
    return [f"not moved, because PostgreSQL takes no such row: {len(moved.aside):,}, kept in {place_of(moved.database)}: {named}{more}"]


def _more(count: int) -> str:
    return f", and {count - NAMED:,} more" if count > NAMED else ""


def _as_json(moved: Moved, address: str, *, switched: bool) -> str:
    told = {
        "from": str(moved.database),
        "to": moved.to,
        "done_before": not moved.compared,
        "tables": {table.table: {"rows": table.rows, "sha256": table.sha256, "signs_replaced": table.mended} for table in moved.compared},
        "not_moved": [{"row": row.called, "why": row.why} for row in moved.aside],
        "history_fingerprint": moved.history.fingerprint if moved.history else None,
        "line": line_for(shown(address)),
        "switched": switched,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)
