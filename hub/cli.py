"""The command line of the hub, ``holdshelf COMMAND``: ``_parser`` lists them. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from broker import __version__


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.data is not None and options.config is not None:
        parser.error("--data and --config say the same thing: give one of them")
    if options.command == "simulate" and (options.data or options.config):
        parser.error("simulate plays in a folder of its own: leave out --data and --config")
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


class _Parser(argparse.ArgumentParser):
    """Says what is missing, and how it would be right."""

    example = ""

    def error(self, message: str) -> NoReturn:
        """Print the usage, what is wrong and an example; exit code 2."""
        missing = message.removeprefix("the following arguments are required: ")
        said = f"{missing} missing" if missing != message else message
        example = f"\nexample: {self.example}" if self.example else ""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {said}.{example}\n")


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[_Parser]


def _parser() -> _Parser:
    parser = _Parser(prog="holdshelf", description="Follow borrowed books by scanning them: one hub for all desks.")
    parser.add_argument("--version", action="version", version=f"holdshelf {__version__}")
    parser.set_defaults(data=None, config=None)
    _where(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _up(commands)
    _run_and_check(commands)
    _station(commands)
    _request(commands)
    _desk(commands)
    _patron(commands)
    _user(commands)
    _letter(commands)
    _notice(commands)
    _simulate(commands)
    _backup(commands)
    return parser


def _up(commands: Commands) -> None:
    up = commands.add_parser("up", help="run everything on this machine: broker, hub, pages and a station for this terminal")
    _where(up)
    up.add_argument("--http", metavar="HOST:PORT", help="where pages and HTTP are served (first run: 127.0.0.1:8080)")
    up.add_argument("--mqtt", metavar="HOST:PORT", help="where the broker listens (first run: 127.0.0.1:1883)")
    up.add_argument("--demo", action="store_true", help="start with demo desks, patrons and requests in every state")
    up.add_argument(
        "--broker", choices=("mosquitto", "iotcore"), help="choose the broker instead of taking mosquitto where it is installed"
    )
    up.add_argument("--no-station", action="store_true", help="no station for this terminal")


def _run_and_check(commands: Commands) -> None:
    run = commands.add_parser("run", help="run the hub alone, as a service does")
    check = commands.add_parser("check", help="say what is in force, what would not work and what is wrong with the data; changes nothing")
    for command in (run, check):
        _where(command)
    check.add_argument("--history", action="store_true", help="look for rows of the history that were changed, removed or put in")
    check.add_argument("--noted", metavar="FINGERPRINT", help="with --history: a fingerprint it printed earlier, which must be in it")
    check.add_argument("--json", action="store_true", help="the result as JSON")


OF_A_PIECE = frozenset({"recall", "extend", "renew", "missing", "found", "lost", "claims-returned", "reactivate", "close"})


def _request(commands: Commands) -> None:
    request = commands.add_parser("request", help="do something to a borrowing request without a scan, show it or its history")
    request.example = "holdshelf request show ILL-000123-0"
    _where(request)
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


def _desk(commands: Commands) -> None:
    desk = commands.add_parser("desk", help="close a desk on the days of an iCalendar file")
    close = desk.add_subparsers(dest="action", required=True, metavar="ACTION").add_parser("close", help="close it on days of a calendar")
    close.add_argument("desk", metavar="DESK", help="the desk's code")
    close.add_argument("file", type=Path, metavar="FILE", help="an iCalendar file (.ics): its whole-day events are the closed days")
    for each in (desk, close):
        each.example = "holdshelf desk close main holidays.ics"
        _where(each)


def _patron(commands: Commands) -> None:
    patron = commands.add_parser("patron", help="delete a patron; what is closed forgets them, what is open must be closed first")
    delete = patron.add_subparsers(dest="action", required=True, metavar="ACTION").add_parser("delete", help="delete a patron")
    delete.add_argument("ref", nargs="?", type=int, metavar="REF", help="the patron's ref; without it the card number is asked for")
    delete.add_argument("--actor", default=getpass.getuser(), metavar="NAME", help="who does it (default: %(default)s)")
    for each in (patron, delete):
        each.example = "holdshelf patron delete 17"
        _where(each)


ROLES = ("desk", "resource_sharing", "admin")


def _user(commands: Commands) -> None:
    user = commands.add_parser("user", help="accounts of staff: add one, change its password or role, remove it, list all")
    deeds = user.add_subparsers(dest="action", required=True, metavar="ACTION")
    words = {"add": "add an account; its password is asked for", "password": "give it another password", "role": "give it another role"}
    named = {name: deeds.add_parser(name, help=said) for name, said in (words | {"remove": "remove it"}).items()}
    for name, command in named.items():
        command.add_argument("name", metavar="NAME", help="small letters, digits, dots and dashes")
        if name in ("add", "role"):
            command.add_argument("--role", required=True, choices=ROLES, help="what it may do")
    every = deeds.add_parser("list", help="all accounts and their roles")
    every.add_argument("--json", action="store_true", help="the answer as JSON")
    for command in (user, every, *named.values()):
        command.example = "holdshelf user add maria --role resource_sharing"
        _where(command)


NOTICES = (
    "READY_FOR_PICKUP", "HOLD_REMINDER", "HOLD_EXTENDED", "HOLD_EXPIRED", "REQUEST_CANCELLED", "CHECKOUT_RECEIPT", "DUE_SOON", "OVERDUE",
    "RECALLED", "RETURN_RECEIPT", "LOST", "FOUND",
)  # fmt: skip


def _letter(commands: Commands) -> None:
    letter = commands.add_parser("letter", help="letters with sample data: show one, send one to yourself, check that all can be written")
    deeds = letter.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = deeds.add_parser("show", help="print one")
    send = deeds.add_parser("send", help="send one the way letters go")
    check = deeds.add_parser("check", help="say which letters cannot be written, and in which line their template is wrong")
    for command in (show, send):
        command.add_argument("kind", metavar="NOTICE", choices=NOTICES, help=f"one of {', '.join(NOTICES)}")
    send.add_argument("to", metavar="ADDRESS", help="your own address")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="its HTML form")
    form.add_argument("--short", action="store_true", help="its sentence for a phone")
    for command in (show, send):
        command.add_argument("--language", choices=("en", "de"), help="its language (default: the site's)")
        command.add_argument("--several", action="store_true", help="about several books")
    for command in (letter, show, send, check):
        command.example = "holdshelf letter show READY_FOR_PICKUP"
        _where(command)


def _notice(commands: Commands) -> None:
    notice = commands.add_parser("notice", help="notices to patrons: list them, send one again, take mail that came back")
    deeds = notice.add_subparsers(dest="action", required=True, metavar="ACTION")
    every = deeds.add_parser("list", help="notices that failed, with the mail server's own words, or those in another state")
    every.add_argument("--state", choices=("queued", "sent", "failed", "suppressed"), default="failed", help="(default: %(default)s)")
    every.add_argument("--json", action="store_true", help="the answer as JSON")
    resend = deeds.add_parser("resend", help="send one once more, under the Message-ID it always had")
    resend.add_argument("notice", type=_count, metavar="N", help="its number, as list prints it")
    returned = deeds.add_parser("returned", help="read the report of a mail server from standard input: what it is about has failed")
    for command in (notice, every, resend, returned):
        command.example = "holdshelf notice resend 17"
        _where(command)


def _where(command: _Parser) -> None:
    # Every parser of a command line knows them, so that they may stand anywhere; one that is not given must not undo one that was.
    missing = argparse.SUPPRESS
    command.add_argument(
        "--data", type=Path, default=missing, metavar="DIR", help="the folder of hub.toml (default: this folder, else data in it)"
    )
    command.add_argument("--config", type=Path, default=missing, metavar="FILE", help="the hub's settings file, instead of --data")


def _who(text: str) -> str:
    if text not in ("patron", "staff"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither patron nor staff")
    return f"cancelled_by_{text}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one like 2026-12-04") from None


def _station(commands: Commands) -> None:
    station = commands.add_parser("station", help="add a station, list all and how they are, set one's scanners and sounds from here")
    deeds = station.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = deeds.add_parser("add", help="add a station, or move it to a desk: writes its settings file, with a password of its own")
    add.add_argument("name", metavar="NAME", help="a-z, 0-9 and dash, at most 40")
    add.add_argument("--desk", required=True, metavar="DESK", help="the desk it stands at")
    every = deeds.add_parser("list", help="each station: since when, what waits there, what is missing, room on its disk")
    settings = deeds.add_parser("settings", help="what is set of a station from here, and whether it is in force there")
    settings.add_argument("name", metavar="NAME", help="the station")
    deed = settings.add_mutually_exclusive_group()
    deed.add_argument("--show", action="store_true", help="show it (also without any option)")
    deed.add_argument(
        "--set",
        type=Path,
        metavar="FILE",
        help="set these sections of station.toml: language, scanner, sounds, light, printer (TOML or .json)",
    )
    deed.add_argument("--back", action="store_true", help="set once more what was set before")
    settings.add_argument("--to", type=int, metavar="N", help="with --back: the version to go back to")
    settings.add_argument("--version", type=int, metavar="N", help="refuse if they have changed since this version")
    settings.add_argument("--actor", default=getpass.getuser(), metavar="NAME", help="who does it (default: %(default)s)")
    for command in (every, settings):
        command.add_argument("--json", action="store_true", help="the answer as JSON")
    for command in (station, add):
        command.example = "holdshelf station add main-1 --desk main"
    settings.example = "holdshelf station settings main-1 --set stx.toml"
    for command in (station, add, every, settings):
        _where(command)


def _simulate(commands: Commands) -> None:
    simulate = commands.add_parser("simulate", help="play a day with real stations on pseudo-terminals, and check what came of it")
    simulate.add_argument("--stations", type=_count, default=4, metavar="N", help="how many stations (default: %(default)s)")
    simulate.add_argument("--requests", type=_count, default=40, metavar="M", help="how many books go round (default: %(default)s)")
    simulate.add_argument("--seed", type=int, default=1, help="the same seed plays the same day (default: %(default)s)")
    simulate.add_argument(
        "--speed", type=_speed, default=3600, metavar="X", help="how many times faster than a real day (default: %(default)s)"
    )
    simulate.add_argument("--broker", choices=("mosquitto", "iotcore"), help="choose the broker")
    simulate.add_argument("--json", action="store_true", help="the summary as JSON")


def _backup(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="copy a hub, running or not, into one folder or .tar; it holds passwords and patrons")
    backup.add_argument("target", type=Path, help="the new folder or .tar; with --keep the folder of dated backups")
    backup.add_argument("--keep", type=_count, metavar="N", help="make a dated backup in TARGET and keep the last N")
    backup.add_argument("--tar", action="store_true", help="with --keep: each backup a .tar")
    restore = commands.add_parser("restore", help="put a backup into a data folder; stations then send again what it misses")
    restore.add_argument("backup", type=Path, help="the folder or .tar that backup made")
    restore.add_argument("--force", action="store_true", help="move what is in the data folder aside; nothing is deleted")
    restore.add_argument(
        "--wait",
        type=_speed,
        default=120,
        metavar="SECONDS",
        help="how long the hub waits for stations to come back (default: %(default)s)",
    )
    _migrate(commands)
    backup.example = "holdshelf backup /var/backups/holdshelf --keep 14"
    restore.example = "holdshelf restore /var/backups/holdshelf/holdshelf-20261204T030000Z --data data"
    for command in (backup, restore):
        _where(command)
        command.add_argument("--json", action="store_true", help="the result as JSON")


def _migrate(commands: Commands) -> None:
    migrate = commands.add_parser(
        "migrate", help="bring the database to this program's schema, after a copy of it was made beside it; or move it to PostgreSQL"
    )
    migrate.add_argument(
        "--to",
        metavar="REVISION|ADDRESS",
        help="an older revision of the schema, before an older program is installed; or postgresql://user@host/name, an empty database "
        "to which all that is in the file moves",
    )
    migrate.add_argument("--switch", action="store_true", help="with an address: write it into hub.toml when all is there")
    migrate.add_argument("--anew", action="store_true", help="with an address: begin a move again that was not finished")
    _where(migrate)
    migrate.add_argument("--json", action="store_true", help="the result as JSON")


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
