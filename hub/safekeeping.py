"""``holdshelf backup | restore | migrate``: what they do, and what they tell a person."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.backup.manifest import Manifest
from hub.backup.restore import Done
from hub.backup.restore import restore as put_back
from hub.backup.rotation import dated, drop_old
from hub.backup.take import file_of, take_backup
from hub.data_folder import read_settings
from hub.errors import ConfigError, DataFolderError
from hub.progress import Progress
from hub.store.copy import megabytes
from hub.store.in_use import in_use
from hub.store.place import is_address
from hub.store.upgrade import change_schema
from hub.where import data_folder, settings_file

BY_ITSELF = (
    "The database is on a PostgreSQL server: a hub that starts brings its schema up to date by itself. Make a copy with pg_dump before "
    "a newer version is installed; docs/guide-systems-librarian.md, PostgreSQL, says how."
)
LOST = (
    "requests entered or imported since then; what staff did on pages or by programs (cancel, renew, extend, barcodes typed on a page, …)",
    "patrons, partners, desks and stations added or changed since then; settings and passwords changed since then",
    "what was cleared or noted in the lists of work since then, and lines of history that no scan makes again",
)
"""What exists nowhere else than in the database."""


def backup(options: argparse.Namespace) -> int:
    """Make a backup and say what it is."""
    config = settings_file(options)
    settings = read_settings(config)
    target = options.target.resolve()
    place = dated(target, _now(), tar=options.tar) if options.keep else target
    if options.tar and not options.keep:
        raise ConfigError("--tar belongs to --keep: without it, a name that ends in .tar makes one.")
    bars = Bars()
    manifest = take_backup(config, settings, place, _now, bars.show)
    bars.end()
    gone = drop_old(target, options.keep) if options.keep else []
    if options.json:
        told = {"backup": str(place), "size": manifest.size, "removed": [str(path) for path in gone]}
        print(json.dumps(told | manifest.model_dump(mode="json"), indent=2))
        return 0
    print(_made(place, manifest))
    for path in gone:
        print(f"removed: {path.name} (the last {options.keep} are kept)")
    return 0


def _made(place: Path, manifest: Manifest) -> str:
    moment = manifest.moment
    lines = [
        f"ok: {place}: {len(manifest.files)} files, {megabytes(manifest.size)} MB, as of {_said(moment.at)}.",
        "It holds the passwords of stations, hub and mail, and patrons' names and addresses: keep it where nobody else can read it.",
    ]
    if moment.history_fingerprint is not None:
        lines.append(f"history: {moment.history_rows:,} rows, fingerprint {moment.history_fingerprint}")
    lines += [f"not in it: {path} (outside the data folder; keep a copy of your own)" for path in manifest.left_out]
    return "\n".join(lines)


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place and say what comes back by itself, what does not, and what to do next."""
    bars = Bars()
    folder = data_folder(options).path.resolve()
    done = put_back(options.backup, folder, force=options.force, wait_s=options.wait, now=_now(), watch=bars.show)
    bars.end()
    if options.json:
        print(json.dumps(_as_json(folder, done), indent=2))
    else:
        print(_restored(folder, done, options.wait))
    return 0


def _as_json(folder: Path, done: Done) -> dict[str, Any]:
    moment = done.manifest.moment
    return {
        "data": str(folder),
        "moved_aside": str(done.aside) if done.aside else None,
        "backup_at": moment.at.isoformat(),
        "revision": done.manifest.revision,
        "history_fingerprint": moment.history_fingerprint,
        "awaited_stations": list(moment.awaited),
        "streams": [stream.model_dump() for stream in moment.streams],
        "lost_since": list(LOST),
        "not_in_the_backup": list(done.manifest.left_out),
    }


def _restored(folder: Path, done: Done, wait_s: float) -> str:
    moment = done.manifest.moment
    at = _said(moment.at)
    lines = [f"ok: {folder} is as it was at {at} (Holdshelf {done.manifest.version}, schema {done.manifest.revision})."]
    if done.aside is not None:
        lines.append(f"What was there is in {done.aside}: delete it when you miss nothing. It holds passwords and patrons, too.")
    if done.journals:
        lines.append(f"{done.journals} journals of stations were left where they are: they hold what the backup misses.")
    lines += [f"not in the backup: {path}: put it there yourself" for path in done.manifest.left_out]
    awaited = ", ".join(moment.awaited) or "none"
    lines += [
        "",
        f"Comes back by itself: every scan made at a station since {at}, in order; stations keep theirs for 30 days.",
        "  Letters of those scans may leave a second time, with the same Message-ID as the first.",
        f"Does not come back (since {at}, it exists nowhere else):",
        *(f"  - {what}" for what in LOST),
        "",
        "Next:",
        f"  1. holdshelf check --config {folder / 'hub.toml'}",
        f"  2. switch all stations on (there lately: {awaited})",
        f"  3. start the hub. For up to {wait_s:g} s it waits for these stations; letters and days go on after that.",
    ]
    return "\n".join(lines)


def migrate(options: argparse.Namespace) -> int:
    """Bring the database to a revision of the schema, with a copy beside it; or move what is in it to a server."""
    if options.to is not None and (is_address(options.to) or "://" in options.to):
        return _move(options)
    if options.switch or options.anew:
        raise ConfigError("--switch and --anew belong to a move: holdshelf migrate --to postgresql://user@host/name --switch")
    config = settings_file(options)
    database = file_of(read_settings(config), config.parent, BY_ITSELF)
    if not database.exists():
        raise DataFolderError(f"There is no database {database}: start the hub once, or name another folder with --data.")
    if in_use(database):
        raise DataFolderError(f"{database} is in use: stop the hub first.")
    bars = Bars()
    change = change_schema(database, options.to, _now(), lambda done, of: bars.show("copy", done, of))
    bars.end()
    if options.json:
        print(json.dumps({"was": change.was, "is": change.now, "copy": str(change.copy) if change.copy else None}))
    elif change.copy is None:
        print(f"ok: {database} has schema {change.now} already.")
    else:
        print(f"ok: {database} has schema {change.now} (before: {change.was}). The copy made before: {change.copy}")
    return 0


def _move(options: argparse.Namespace) -> int:
    # Imported here: who does not move needs no driver of a server.
    from hub.move.told import move

    return move(options, settings_file(options), _now(), Bars())


class Bars:
    """One progress line after another."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._what = ""

    def show(self, what: str, done: int, of: int) -> None:
        """Say how much of this is done."""
        if self._bar is None or what != self._what:
            self.end()
            self._what, self._bar = what, Progress(what, of)
        self._bar.show(done)

    def end(self) -> None:
        """Clear the line."""
        if self._bar is not None:
            self._bar.end()


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _now() -> datetime:
    return datetime.now(UTC)
