"""The line of hub.toml that says where the database is; all other lines and the one before stay, that one as a comment."""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import date
from pathlib import Path

from hub.errors import ConfigError
from hub.store.copy import flush
from hub.store.moved import give_to_owner

DATABASE = re.compile(r"\s*database\s*=")
SECTION = re.compile(r"\s*\[")
EMPTY = re.compile(r"\s*(#.*)?$")


def line_for(address: str) -> str:
    """Give the line of hub.toml for a server."""
    return f"database = {json.dumps(address, ensure_ascii=False)}"


def switch(config: Path, address: str, today: date) -> None:
    """Let hub.toml name a server; ConfigError for a file that is written too cleverly for that, which is left as it is."""
    before = config.read_text(encoding="utf-8")
    after = switched(before, address, today)
    if after is None:
        raise ConfigError(
            f"All is moved, but {config} is written so that the line cannot be changed by itself: write it yourself (--json shows it)."
        )
    if after == before:
        return
    beside = config.with_name(f".{config.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(after)
        file.flush()
        os.fsync(file.fileno())
    give_to_owner(beside, config)
    beside.rename(config)
    flush(config.parent)


def switched(text: str, address: str, today: date) -> str | None:
    """Give the text of a hub.toml with another database; None where that is not the only thing that would change."""
    lines = text.splitlines()
    top = next((number for number, line in enumerate(lines) if SECTION.match(line)), len(lines))
    there = [number for number in range(top) if DATABASE.match(lines[number])]
    new = line_for(address)
    if there:
        lines[there[0] : there[0] + 1] = [f"# {lines[there[0]].strip()}  # before the move of {today}", new]
    else:
        said = [number for number in range(top) if not EMPTY.match(lines[number])]
        lines.insert(said[-1] + 1 if said else top, new)
    after = "\n".join(lines) + "\n"
    try:
        right = tomllib.loads(after) == tomllib.loads(text) | {"database": address}
    except tomllib.TOMLDecodeError:
        return None
    return after if right else None
