"""The command line of the hub, ``holdshelf COMMAND``: ``_parser`` lists them. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date
from pathlib import Path
from typing import Any

from broker import __version__


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = _parser().parse_args(arguments)
    # Each command imports what it needs: --help and up start at once.
    from hub import commands
    from hub.errors import HubError

    try:
        return int(getattr(commands, options.command)(options))
    except HubError as error:
        print(f"holdshelf: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="holdshelf", description="Follow borrowed books by scanning them: one hub for all desks.")
    parser.add_argument("--version", action="version", version=f"holdshelf {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _up(commands)
    _run_and_check(commands)
    _station(commands)
    _request(commands)
    _desk(commands)
    _simulate(commands)
    _backup(commands)
    return parser


def _up(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    up = commands.add_parser("up", help="run everything on this machine: broker, hub, pages and a station for this terminal")
    up.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (default: %(default)s)")
    up.add_argument("--http", metavar="HOST:PORT", help="where pages and HTTP are served (first run: 127.0.0.1:8080)")
    up.add_argument("--mqtt", metavar="HOST:PORT", help="where the broker listens (first run: 127.0.0.1:1883)")
    up.add_argument("--demo", action="store_true", help="start with demo desks, patrons and requests in every state")
    up.add_argument(
        "--broker", choices=("mosquitto", "iotcore"), help="choose the broker instead of taking mosquitto where it is installed"
    )
    up.add_argument("--no-station", action="store_true", help="no station for this terminal")


def _run_and_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="run the hub alone, as a service does")
    check = commands.add_parser("check", help="say what is in force, what would not work and what is wrong with the data; changes nothing")
    for command in (run, check):
        command.add_argument(
            "--config", type=Path, default=Path("hub.toml"), metavar="FILE", help="the settings file (default: %(default)s)"
        )
    check.add_argument("--history", action="store_true", help="look for rows of the history that were changed, removed or put in")
    check.add_argument("--noted", metavar="FINGERPRINT", help="with --history: a fingerprint it printed earlier, which must be in it")
    check.add_argument("--json", action="store_true", help="the result as JSON")


OF_A_PIECE = frozenset({"recall", "extend", "renew", "missing", "found", "lost", "claims-returned", "reactivate", "close"})


def _request(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    request = commands.add_parser("request", help="do something to a borrowing request without a scan, show it or its history")
    acts = request.add_subparsers(dest="act", required=True, metavar="ACT")

    def act(name: str, words: str, **own: dict[str, Any]) -> None:
        one = acts.add_parser(name, help=words)
        one.add_argument("request", metavar="ID", help="the request, like ILL-000123-0")
        for option, how in own.items():
            one.add_argument(f"--{option.replace('_', '-')}", **how)
        if name in OF_A_PIECE:
            one.add_argument("--piece", type=int, metavar="N", help="of a set only this piece, by its number; all that it fits unless said")
        if name not in ("show", "history"):
            one.add_argument("--note", metavar="TEXT", required=name == "reactivate", help="why; kept in the history")
            one.add_argument("--version", type=int, metavar="N", help="refuse if the request has changed since this version")
            one.add_argument("--actor", default=getpass.getuser(), metavar="NAME", help="who does it (default: %(default)s)")
        _where(one)
        one.add_argument("--json", action="store_true", help="the answer as JSON")

    day = {"type": _day, "metavar": "YYYY-MM-DD"}
    by = {"dest": "reason", "required": True, "type": _who, "metavar": "patron|staff", "help": "who gave it up"}
    act("show", "show it as it is now")
    act("history", "what happened to it, oldest first")
    act("cancel", "cancel it; what is on loan is recalled instead", by=by)
    act("recall", "its lender wants it back", due=day | {"dest": "due_date", "help": "a loan must be back by then"})
    act("extend", "hold it longer", until=day | {"dest": "hold_until", "help": "hold it until then"})
    act("renew", "renew the loan", due=day | {"dest": "due_date", "help": "until then, instead of as long as can be"})
    place = {"required": True, "metavar": "CODE"}
    act("change-pickup", "send it to another pick-up desk", desk=place | {"dest": "pickup_desk", "help": "where"})
    act("missing", "it cannot be found")
    act("found", "it was found", desk=place | {"help": "where"})
    act("lost", "the borrower has lost it")
    act("claims-returned", "the borrower says it was returned")
    act(
        "reactivate",
        "bring back what was closed as returned",
        state={
            "choices": ("IN_TRANSIT_TO_RS", "CHECKED_OUT"),
            "default": "IN_TRANSIT_TO_RS",
            "help": "where the item is (default: %(default)s)",
        },
    )
    act("not-received", "it never came: close it")
    act("close", "close what is lost or missing for good")
    act(
        "pieces",
        "expect more or fewer pieces",
        pieces={"type": int, "metavar": "N", "help": "how many"},
        volume={"dest": "volumes", "action": "append", "metavar": "NAME", "help": "what a piece is called; once for each piece"},
    )


def _desk(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    desk = commands.add_parser("desk", help="close a desk on the days of an iCalendar file")
    desk.add_argument("action", choices=("close",))
    desk.add_argument("desk", help="the desk's code")
    desk.add_argument("file", type=Path, help="an iCalendar file (.ics): its whole-day events are the closed days")
    _where(desk)


def _where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder of up (default: %(default)s)")
    command.add_argument("--config", type=Path, metavar="FILE", help="the hub's settings file, instead of --data")


def _who(text: str) -> str:
    if text not in ("patron", "staff"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither patron nor staff")
    return f"cancelled_by_{text}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one like 2026-12-04") from None


def _station(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    station = commands.add_parser("station", help="add a station: writes its settings file, with a password of its own")
    station.add_argument("action", choices=("add",))
    station.add_argument("name", help="a-z, 0-9 and dash, at most 40")
    station.add_argument("--desk", required=True, help="the desk it stands at")
    station.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder of up (default: %(default)s)")


def _simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = commands.add_parser("simulate", help="play a day with real stations on pseudo-terminals, and check what came of it")
    simulate.add_argument("--stations", type=_count, default=4, metavar="N", help="how many stations (default: %(default)s)")
    simulate.add_argument("--requests", type=_count, default=40, metavar="M", help="how many books go round (default: %(default)s)")
    simulate.add_argument("--seed", type=int, default=1, help="the same seed plays the same day (default: %(default)s)")
    simulate.add_argument(
        "--speed", type=_speed, default=3600, metavar="X", help="how many times faster than a real day (default: %(default)s)"
    )
    simulate.add_argument("--broker", choices=("mosquitto", "iotcore"), help="choose the broker")
    simulate.add_argument("--json", action="store_true", help="the summary as JSON")


def _backup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="copy a hub, running or not, into one folder or .tar; it holds passwords and patrons")
    backup.add_argument("target", type=Path, help="the new folder or .tar; with --keep the folder of dated backups")
    backup.add_argument("--keep", type=_count, metavar="N", help="make a dated backup in TARGET and keep the last N")
    backup.add_argument("--tar", action="store_true", help="with --keep: each backup a .tar")
    restore = commands.add_parser("restore", help="put a backup into a data folder; stations then send again what it misses")
    restore.add_argument("backup", type=Path, help="the folder or .tar that backup made")
    restore.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (default: %(default)s)")
    restore.add_argument("--force", action="store_true", help="move what is in the data folder aside; nothing is deleted")
    restore.add_argument(
        "--wait",
        type=_speed,
        default=120,
        metavar="SECONDS",
        help="how long the hub waits for stations to come back (default: %(default)s)",
    )
    migrate = commands.add_parser("migrate", help="bring the database to this program's schema, after a copy of it was made beside it")
    migrate.add_argument(
        "--to", metavar="REVISION", help="another revision of the schema: an older one, before an older program is installed"
    )
    for command in (backup, migrate):
        _where(command)
    for command in (backup, restore, migrate):
        command.add_argument("--json", action="store_true", help="the result as JSON")


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 10000")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return speed


if __name__ == "__main__":
    sys.exit(main())
