"""Databases of other revisions, and what their schema is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from hub.store import migrations


def downgrade(path: Path, revision: str) -> None:
    """Take a database back to a revision."""
    engine, config = create_engine(f"sqlite:///{path}"), Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def read(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read from a database file."""
    connection = sqlite3.connect(path)
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def columns_and_indexes(path: Path) -> dict[str, Any]:
    """Give all tables with their columns, and all indexes with what they are over."""
    tables = [row[0] for row in read(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found: dict[str, Any] = {}
    for table in tables:
        found[table] = {
            (name, kind, needed, default, place) for _, name, kind, needed, default, place in read(path, f"PRAGMA table_info('{table}')")
        }
        for _, index, unique, _, partial in read(path, f"PRAGMA index_list('{table}')"):
            found[index] = (table, unique, partial, [row[2] for row in read(path, f"PRAGMA index_info('{index}')")])
    wheres = read(path, "SELECT name, substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master WHERE sql LIKE '% WHERE %'")
    once = read(path, "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    return found | {"where": dict(wheres), "numbered once": {row[0] for row in once}}
