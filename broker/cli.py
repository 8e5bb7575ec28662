"""``holdshelf-broker``: the broker's settings from the topic table, a login tried, messages watched, the documents made.

Exit codes: 0 done, 1 the work failed (one sentence says what to do), 2 wrong use.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from broker import __version__, asyncapi, mosquitto
from broker.accounts import AccountsError, Login, load_accounts, load_station, load_stations
from broker.checking import Verdict, check
from broker.mosquitto import Account, Listener, ServerTls
from broker.overhear import as_json, as_line, heard
from broker.promises import Delivery, Session, SessionSettings, TlsFiles
from broker.session import MqttSession

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Failed(Exception):
    """The work failed; the message says what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (Failed, AccountsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="holdshelf-broker", description="What Holdshelf needs of an MQTT broker.")
    parser.add_argument("--version", action="version", version=f"holdshelf-broker {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_render(commands.add_parser("render", help="write mosquitto.conf, access list and password file"))
    _add_check(commands.add_parser("check", help="try a login and say in sentences what works"))
    _add_watch(commands.add_parser("watch", help="print messages as they come, decoded"))
    docs = commands.add_parser("docs", help="write messages.md and asyncapi.json from the topic table")
    docs.add_argument("--out", type=Path, default=Path("docs"), metavar="DIR")
    docs.set_defaults(run=_docs)
    return parser


def _add_render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", help="name of the site (default: the stations' site)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the three files go (mode 600)")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="TOML with [[account]] name, party, password or password_file")
    parser.add_argument("--stations", type=Path, metavar="DIR", help="folder of the stations' settings files")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--installed-in", metavar="DIR", help="folder the broker will read the files from (default: --out)")
    parser.add_argument("--run-as", metavar="USER", help="user the broker becomes when root starts it (default: mosquitto's own choice)")
    for name, what in (("ca", "authority"), ("cert", "certificate"), ("key", "key")):
        parser.add_argument(f"--{name}-file", metavar="PEM", help=f"the broker's TLS {what}")
    parser.add_argument("--allow-plain", action="store_true", help="listen without TLS off loopback: only on a closed network")
    parser.set_defaults(run=_render)


def _add_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="a station's settings file: host, port, login and site from there")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="accounts file with the login of --user")
    parser.add_argument("--user", help="name of the account in --accounts")
    parser.add_argument("--host", help="(default: that of --config, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="(default: that of --config, else 1883)")
    parser.add_argument("--site", help="(default: that of --config)")
    parser.add_argument("--ca-file", metavar="PEM", help="speak TLS, with this authority")
    parser.add_argument("--protocol", choices=("5", "3.1.1"), default="5")


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_login(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a finding")
    parser.epilog = "The login's own program is cut off for a moment, and comes back by itself."
    parser.set_defaults(run=_check)


def _add_watch(parser: argparse.ArgumentParser) -> None:
    _add_login(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a message")
    parser.add_argument("--topic", action="append", metavar="FILTER", help="below the site, like station/+/scan (default: everything)")
    parser.epilog = "Use a login of its own: a broker lets each name in once."
    parser.set_defaults(run=_watch)


# -- render


def _render(arguments: argparse.Namespace) -> int:
    accounts, site = _who(arguments)
    listener = Listener(arguments.host, arguments.port, _server_tls(arguments), plain_anywhere=arguments.allow_plain)
    folder = arguments.installed_in or str(arguments.out.resolve())
    salts = [secrets.token_bytes(mosquitto.SALT_BYTES) for _ in accounts]
    arguments.out.mkdir(parents=True, exist_ok=True)
    _write(arguments.out / mosquitto.CONF_FILE, mosquitto.configuration(listener, folder=folder, run_as=arguments.run_as))
    _write(arguments.out / mosquitto.ACL_FILE, mosquitto.access_list(site, accounts))
    _write(arguments.out / mosquitto.PASSWORD_FILE, mosquitto.password_file(accounts, salts))
    print(
        f"Wrote {mosquitto.CONF_FILE}, {mosquitto.ACL_FILE} and {mosquitto.PASSWORD_FILE} for {len(accounts)} accounts to {arguments.out}."
    )
    print("The broker's user must be able to read them. After a change of accounts, send a running mosquitto SIGHUP.")
    return 0


def _who(arguments: argparse.Namespace) -> tuple[tuple[Account, ...], str]:
    logins = load_stations(arguments.stations) if arguments.stations else ()
    named = load_accounts(arguments.accounts) if arguments.accounts else ()
    accounts = mosquitto.refuse_doubles([*named, *(login.account for login in logins)])
    if not accounts:
        raise Failed("There is no account. Give --accounts FILE or --stations DIR.")
    sites = {arguments.site} if arguments.site else {login.site for login in logins if login.site}
    if len(sites) != 1:
        raise Failed(f"One site is needed, and the stations name {len(sites)}. Give --site NAME.")
    return accounts, str(sites.pop())


def _server_tls(arguments: argparse.Namespace) -> ServerTls | None:
    files = (arguments.ca_file, arguments.cert_file, arguments.key_file)
    if not any(files):
        return None
    if not all(files):
        raise Failed("TLS needs all of --ca-file, --cert-file and --key-file.")
    return ServerTls(*files)


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


# -- check and watch


def _login(arguments: argparse.Namespace) -> tuple[Login, SessionSettings]:
    told = load_station(arguments.config) if arguments.config else Login(_named(arguments))
    tls = TlsFiles(arguments.ca_file) if arguments.ca_file else told.tls
    settings = SessionSettings(
        host=arguments.host or told.host,
        port=arguments.port or told.port,
        client_id=told.account.name,
        username=told.account.name,
        password=told.account.password,
        protocol=arguments.protocol,
        tls=tls,
    )
    return told, settings


def _named(arguments: argparse.Namespace) -> Account:
    if not (arguments.accounts and arguments.user):
        raise Failed("Whose login? Give --config FILE, or --accounts FILE with --user NAME.")
    for account in load_accounts(arguments.accounts):
        if account.name == arguments.user:
            return account
    raise Failed(f"{arguments.accounts} has no account {arguments.user!r}.")


def _check(arguments: argparse.Namespace) -> int:
    told, settings = _login(arguments)
    site = arguments.site or told.site
    if not site:
        raise Failed("Which site? Give --site NAME.")
    findings = asyncio.run(check(settings, told.account, site))
    for finding in findings:
        line = json.dumps({"verdict": finding.verdict, "says": finding.says}) if arguments.json else f"{finding.verdict:<6}{finding.says}"
        print(line)
    return 1 if any(finding.verdict is Verdict.FAILS for finding in findings) else 0


def _watch(arguments: argparse.Namespace) -> int:
    told, settings = _login(arguments)
    root = f"holdshelf/v1/{arguments.site or told.site or '+'}"
    filters = tuple(f"{root}/{below}" for below in arguments.topic or ["#"])
    # Nothing piles up for a watcher that went home.
    values = vars(settings) | {"subscriptions": filters, "session_expiry_s": 0}
    asyncio.run(_watching(SessionSettings(**values), as_objects=arguments.json))
    return 0


class _Watcher:
    """Prints what it hears."""

    def __init__(self, *, as_objects: bool) -> None:
        self._as_objects = as_objects
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self.session: Session | None = None

    def on_message(self, delivery: Delivery) -> None:
        """Print one message on one line."""
        what = heard(delivery.topic, delivery.payload, retained=delivery.retained)
        print(as_json(what) if self._as_objects else self._line(as_line(what)), flush=True)
        if self.session is not None:
            self.session.acknowledge(delivery)

    def _line(self, line: str) -> str:
        clock = time.strftime("%H:%M:%S")
        if not self._coloured:
            return f"{clock} {line}"
        topic, gap, rest = line.partition("  ")
        return f"{DIM}{clock}{PLAIN} {BOLD}{topic}{PLAIN}{gap}{rest}"

    def on_connect(self, session_present: bool) -> None:
        """Say so, beside the messages."""
        print("Connected.", file=sys.stderr)

    def on_disconnect(self, reason: str) -> None:
        """Say so, beside the messages."""
        print(reason, file=sys.stderr)

    def on_room(self) -> None:
        """Nothing is sent."""


async def _watching(settings: SessionSettings, *, as_objects: bool) -> None:
    watcher = _Watcher(as_objects=as_objects)
    session = watcher.session = MqttSession(settings, watcher)
    running = asyncio.create_task(session.run())
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    waiting = asyncio.create_task(asked.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    await session.stop()
    # Whoever reads our output may be gone: that is the end of watching, not an error.
    with contextlib.suppress(BrokenPipeError):
        await running


# -- docs


def _docs(arguments: argparse.Namespace) -> int:
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, text in asyncapi.documents().items():
        (arguments.out / name).write_text(text)
        print(f"Wrote {arguments.out / name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
