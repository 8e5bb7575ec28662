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
from typing import TYPE_CHECKING, Any

from broker import log_lines
from broker.supervisor import Supervisor
from hub.data_folder import DataFolder, password_of, read_secret, read_settings
from hub.errors import ConfigError, HubError
from hub.progress import Progress
from hub.store.place import shown as without_password
from hub.where import settings_file

if TYPE_CHECKING:
    from hub.in_force import InForce
    from hub.settings import HubSettings
    from hub.store.history import Verdict

MOST_BROKEN = 20


def up(options: argparse.Namespace) -> int:
    """Run everything on this machine."""
    from hub.up import run_everything

    return run_everything(options)


def run(options: argparse.Namespace) -> int:
    """Run the hub alone."""
    path = settings_file(options)
    log_to_stderr()
    settings = read_settings(path)
    token = read_secret(path.parent / settings.http.token_file)
    password = password_of(settings, path.parent)
    # Imported here, so that a mistake in the settings is told at once.
    from hub.service import Hub
    from hub.serving import listen

    http = listen(settings.http.host, settings.http.port)
    hub = Hub(settings, path.parent, token, password)
    place = "{}:{}".format(*http.getsockname()[:2])
    try:
        asyncio.run(hub.run(http, lambda: print(f"ready http://{place}/", flush=True), Supervisor.from_environment(os.environ)))
    finally:
        hub.close()
        http.close()
    return 0


def check(options: argparse.Namespace) -> int:
    """Print the settings in force, and everything that would keep the hub from working."""
    from hub.in_force import look_up

    _check_packages()
    path = settings_file(options)
    settings = read_settings(path)
    if options.history:
        return _check_history(path.parent, settings, noted=options.noted, as_json=options.json)
    found = look_up(settings.place(path.parent), settings)
    shown = found.settings.model_dump(mode="json") | {"database": without_password(settings.database)}
    for section in ("mqtt", "mail"):
        if shown[section].get("password"):
            shown[section]["password"] = "(set)"  # noqa: S105 - shown instead of it
    if not options.json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        print("".join(f"{line}\n" for line in found.says()), end="")
    password_of(settings, path.parent)
    read_secret(path.parent / settings.http.token_file)
    if isinstance(place := settings.place(path.parent), Path):
        _check_folder(place)
    as_json = {"settings": shown, "in_force": _apart_from_file(found)} if options.json else None
    return max(_check_data(path, settings, as_json), 0 if options.json else _check_running(settings))


def _apart_from_file(found: InForce) -> dict[str, Any]:
    """Give what is in force otherwise than the file says, for programs."""
    changed = {path: {"value": value, "file": file} for path, (value, file) in found.changed.items()}
    return {"changed": changed, "left_out": {path: unfit.said for path, unfit in found.left_out.items()}, "unread": found.unread}


def _check_data(config: Path, settings: HubSettings, as_json: dict[str, Any] | None) -> int:
    from hub.check_data import check_data
    from hub.safekeeping import Bars

    bars = Bars()
    findings = list(check_data(config, settings, bars.show))
    bars.end()
    if as_json is not None:
        told = {"ok": not findings, "findings": [dataclasses.asdict(finding) for finding in findings]} | as_json
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 1 if findings else 0
    for finding in findings:
        print(f"wrong: {finding}")
    print(f"{len(findings)} things are wrong." if findings else "ok: the hub can run.")
    return 1 if findings else 0


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


def _check_history(folder: Path, settings: HubSettings, *, noted: str | None, as_json: bool) -> int:
    from hub.store.database import exists, open_reader
    from hub.store.history import verify

    if not exists(database := settings.place(folder)):
        raise ConfigError(
            f"There is no database {without_password(str(database))} yet: start the hub once, or name another settings file with --config."
        )
    with contextlib.closing(open_reader(database)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM history").fetchone()
        bar = Progress("history", rows)
        verdict = verify(connection, noted=noted, progress=bar.show)
        bar.end()
    if as_json:
        told = dataclasses.asdict(verdict) | {"unbroken": not verdict.broken}
        print(json.dumps(told, indent=2, default=str))
    else:
        print(_verdict(verdict) + _since_restore(folder, verdict))
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


def _since_restore(folder: Path, verdict: Verdict) -> str:
    """Say that a restore took the history back, where that may be why a fingerprint is not in it."""
    from hub.backup.restored import read_restored

    restored = read_restored(folder) if verdict.broken else None
    if restored is None:
        return ""
    return (
        f"\nA backup of {restored.backup_at:%Y-%m-%d %H:%M} UTC was restored on {restored.restored_at:%Y-%m-%d %H:%M} UTC: a fingerprint "
        f"noted between the two is in the history of before, not in this one. The backup's own was {restored.history_fingerprint}."
    )


def request(options: argparse.Namespace) -> int:
    """Do something to a request."""
    from hub import office

    return office.request(options)


def desk(options: argparse.Namespace) -> int:
    """Close a desk on the days of a calendar."""
    from hub import office

    return office.desk(options)


def patron(options: argparse.Namespace) -> int:
    """Delete a patron."""
    from hub import office

    return office.patron(options)


def user(options: argparse.Namespace) -> int:
    """Keep the accounts of staff."""
    from hub import user_desk

    return user_desk.user(options)


def letter(options: argparse.Namespace) -> int:
    """Show or send a letter with sample data."""
    from hub import letter_desk

    return letter_desk.letter(options)


def notice(options: argparse.Namespace) -> int:
    """Look after notices to patrons."""
    from hub import letter_desk

    return letter_desk.notice(options)


def station(options: argparse.Namespace) -> int:
    """Add a station to the data folder of ``up``, or look at stations and set what can be set from here."""
    if options.action != "add":
        from hub import station_desk

        return station_desk.list_stations(options) if options.action == "list" else station_desk.settings(options)
    from hub.stations import add_station

    folder = DataFolder(settings_file(options).parent, settings_file(options).name)
    print(add_station(folder, options.name, options.desk))
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Play a day."""
    from hub.simulate.day import play

    return play(options)


def backup(options: argparse.Namespace) -> int:
    """Copy a hub."""
    from hub import safekeeping

    return safekeeping.backup(options)


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place."""
    from hub import safekeeping

    return safekeeping.restore(options)


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to a revision of the schema."""
    from hub import safekeeping

    return safekeeping.migrate(options)


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
