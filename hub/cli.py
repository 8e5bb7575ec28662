"""The command line: ``holdshelf up | run | check | station | simulate``. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from broker import __version__


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = _parser().parse_args(arguments)
    # Each command imports what it needs: --help and up start at once.
    from hub import commands
    from hub.errors import HubError

    run = {"up": commands.up, "run": commands.run, "check": commands.check, "station": commands.station, "simulate": commands.simulate}
    try:
        return run[options.command](options)
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
    _simulate(commands)
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
    check = commands.add_parser("check", help="say what is in force and what would not work; changes nothing")
    for command in (run, check):
        command.add_argument(
            "--config", type=Path, default=Path("hub.toml"), metavar="FILE", help="the settings file (default: %(default)s)"
        )


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
