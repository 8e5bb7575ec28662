"""What each command does; ``cli`` has read its options."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from broker import log_lines
from hub.data_folder import DataFolder, password_of, read_secret, read_settings
from hub.errors import ConfigError, HubError
from hub.progress import Progress

if TYPE_CHECKING:
    from hub.settings import HubSettings
    from hub.store.history import Verdict

MOST_BROKEN = 20


def up(options: argparse.Namespace) -> int:
    """Run everything on this machine."""
    from hub.up import run_everything

    return run_everything(options)


def run(options: argparse.Namespace) -> int:
    """Run the hub alone."""
    log_to_stderr()
    path = options.config.resolve()
    settings = read_settings(path)
    token = read_secret(path.parent / settings.http.token_file)
    password = password_of(settings, path.parent)
    # Imported here, so that a mistake in the settings is told at once.
    from hub.service import Hub, listen

    http = listen(settings.http.host, settings.http.port)
    hub = Hub(settings, path.parent, token, password)
    place = "{}:{}".format(*http.getsockname()[:2])
    try:
        asyncio.run(hub.run(http, ready=lambda: print(f"ready http://{place}/", flush=True)))
    finally:
        hub.close()
        http.close()
    return 0


def check(options: argparse.Namespace) -> int:
    """Print the settings in force, and everything that would keep the hub from working."""
    _check_packages()
    path = options.config.resolve()
    settings = read_settings(path)
    if options.history:
        return _check_history(path.parent / settings.database, noted=options.noted, as_json=options.json)
    shown = settings.model_dump(mode="json")
    for section in ("mqtt", "mail"):
        if shown[section].get("password"):
            shown[section]["password"] = "(set)"  # noqa: S105 - shown instead of it
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    password_of(settings, path.parent)
    read_secret(path.parent / settings.http.token_file)
    _check_folder(path.parent / settings.database)
    print("ok: the hub can run.")
    return _check_running(settings)


def _check_running(settings: HubSettings) -> int:
    """Tell what the hub that runs with these settings says of itself; 1 when it answers no scan."""
    from hub.ask_hub import ask_health

    if (told := ask_health(settings)) is None:
        return 0
    problems, warnings = told
    for problem in problems:
        print(f"the hub runs and answers no scan: {problem}", file=sys.stderr)
    for warning in warnings:
        print(f"mind: {warning}")
    if not problems:
        print("ok: the hub runs and answers scans.")
    return 1 if problems else 0


def _check_history(database: Path, *, noted: str | None, as_json: bool) -> int:
    from hub.store.database import open_reader
    from hub.store.history import verify

    if not database.exists():
        raise ConfigError(f"There is no database {database} yet: start the hub once, or name another settings file with --config.")
    with contextlib.closing(open_reader(database)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM history").fetchone()
        bar = Progress("history", rows)
        verdict = verify(connection, noted=noted, progress=bar.show)
        bar.end()
    if as_json:
        told = dataclasses.asdict(verdict) | {"unbroken": not verdict.broken}
        print(json.dumps(told, indent=2, default=str))
    else:
        print(_verdict(verdict))
    return 1 if verdict.broken else 0


def _verdict(verdict: Verdict) -> str:
    if not verdict.broken:
        since = f" from {verdict.first_at:%Y-%m-%d} to {verdict.last_at:%Y-%m-%d}" if verdict.first_at and verdict.last_at else ""
        told = f"ok: the history is unbroken, {verdict.rows:,} rows{since}."
        return f"{told}\nIts fingerprint: {verdict.fingerprint} (note it elsewhere; --noted finds out later whether it is still in it)"
    lines = [f"  row {one.key}: {one.what}" for one in verdict.broken[:MOST_BROKEN]]
    more = f"\n  and {len(verdict.broken) - MOST_BROKEN} more" if len(verdict.broken) > MOST_BROKEN else ""
    found = "\n".join(lines)
    return f"The history is not as it was written ({verdict.rows:,} rows):\n{found}{more}\nCompare with a backup of the database."


def request(options: argparse.Namespace) -> int:
    """Do something to a request."""
    from hub import office

    return office.request(options)


def desk(options: argparse.Namespace) -> int:
    """Close a desk on the days of a calendar."""
    from hub import office

    return office.desk(options)


def station(options: argparse.Namespace) -> int:
    """Add a station to the data folder of ``up``."""
    from hub.stations import add_station

    folder = DataFolder(options.data)
    if folder.new:
        raise ConfigError(
            f"{options.data} is no data folder of holdshelf yet: run holdshelf up --data {options.data} first, or name another."
        )
    print(add_station(folder, options.name, options.desk))
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Play a day."""
    from hub.simulate.day import play

    return play(options)


def log_to_stderr() -> None:
    """Log to standard error: time, level, what, and the fields of the event; never patron data."""
    log_lines.log_to_stderr(
        "%(asctime)s %(levelname)s %(message)s", level=os.environ.get(log_lines.LEVEL_VARIABLE, "INFO").upper(), force=True
    )


def _check_packages() -> None:
    """These names exist as other people's packages, too: make sure that ours belong together."""
    import broker
    import hub

    here, there = (Path(package.__file__ or "").resolve().parent.parent for package in (hub, broker))
    if here != there:
        raise HubError(f"The packages hub ({here}) and broker ({there}) are not of one installation: use a virtual environment of its own.")


def _check_folder(database: Path) -> None:
    place = database if database.exists() else database.parent
    if not os.access(place, os.W_OK):
        raise ConfigError(f"{place} cannot be written by this user: change its owner, or set database in hub.toml to another place.")
