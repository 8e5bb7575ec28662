"""What each command does: the shell around the agent."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import broker
import station
from broker import log_lines
from broker.session import MqttSession
from broker.supervisor import Supervisor
from station.agent import Agent, Outside, system_clock, system_ids
from station.desk import Desk
from station.errors import JournalBroken, JournalUnusable, SettingsError, StationError
from station.far_place import far
from station.framers import framer_of
from station.journal import Lane, open_journal
from station.json_screen import JsonLines
from station.kept_settings import Kept, SettingsKeeper
from station.output import Output
from station.overlay import begin, in_force, told_by
from station.scanners import Scanner
from station.scanners.serial_port import SerialScanner
from station.scanners.typed import TypedScanner
from station.screen import Screen, Terminal
from station.settings import ScannerSettings, StationFile, password
from station.signals import Signaller
from station.suggestions import Step, Suggestions, parse
from station.surroundings import Surroundings
from station.words import Language

LOOPBACK = ("127.0.0.1", "::1", "localhost")
CONNECT_LIMIT_S = 3


def run(settings: StationFile, options: argparse.Namespace) -> int:
    """``run`` and ``type``: be the station until told to stop."""
    password(settings)
    _log_to_stderr(verbose=options.verbose)
    steps = _steps(options.suggest)
    output = Output(sys.stdout)
    try:
        asyncio.run(_run(settings, options, output.write, steps))
    except JournalBroken:
        # Not one step more with a disk that fails: closing files could hang or lie.
        output.close(0.2)
        raise
    output.close()
    return 0


async def _run(file: StationFile, options: argparse.Namespace, write: Callable[[str], None], steps: tuple[Step, ...]) -> None:
    loop = asyncio.get_running_loop()
    new_id = system_ids()
    # First of all: a second program on this journal must not touch what is kept beside it.
    journal = open_journal(file.journal.path, new_id)
    settings, kept = _begin(file)
    scanners = _first_scanners(settings, options)
    desk = Desk(_screen(options, settings.language), write, loop.call_later, Suggestions(steps))
    ring = (lambda: write("\a")) if sys.stdout.isatty() and not options.json else None
    surroundings = Surroundings(desk, loop, lambda language: _screen(options, language), ring, settings)
    outside = Outside(
        journal=journal,
        desk=desk,
        scanners=scanners,
        make_session=lambda session_settings, handlers, will: MqttSession(session_settings, handlers, will=will),
        clock=system_clock(),
        new_id=new_id,
        announce=_announce,
        supervisor=Supervisor.from_environment(os.environ),
        kept=kept,
        make_scanners=None if options.command == "type" else scanners_of,
        surround=surroundings.use,
    )
    agent = Agent(file, outside)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop)
    try:
        await agent.run(exit_at_end=options.exit_at_end)
    finally:
        surroundings.close()


def _begin(file: StationFile) -> tuple[StationFile, Kept]:
    """Give the settings to start with; those whose trial did not end are not tried again."""
    keeper = SettingsKeeper(file.journal.path)
    settings, kept = begin(file, keeper.read())
    # Where the disk does not take it the mark stays, and the next start comes to the same.
    with contextlib.suppress(OSError):
        keeper.write(kept)
    return settings, kept


def _first_scanners(settings: StationFile, options: argparse.Namespace) -> list[Scanner]:
    scanners: list[Scanner] = [TypedScanner()] if options.command == "type" else scanners_of(settings.scanner)
    if not scanners:
        raise SettingsError(f'{options.config} names no scanner: add one ("holdshelf-station scanners" lists them), or use "type".')
    return scanners


def _announce(line: str) -> None:
    # On a terminal the desk says the same in its own words.
    if not sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)


def scanners_of(sections: Sequence[ScannerSettings]) -> list[Scanner]:
    """Make the scanners of the settings' sections; keyboards share one reader."""
    keyboards = _keyboards([each for each in sections if each.kind == "hid"])
    return [keyboards[each.label] if each.kind == "hid" else _scanner_of(each) for each in sections]


def _scanner_of(settings: ScannerSettings) -> Scanner:
    if settings.kind == "serial" and settings.path is not None:
        return SerialScanner(
            settings.label,
            settings.path,
            baud=settings.baud,
            bits=settings.bits,
            framer=framer_of(settings),
            signaller=Signaller(settings.signals),
        )
    return TypedScanner(settings.label, max_length=settings.max_length)


def _keyboards(sections: Sequence[ScannerSettings]) -> dict[str, Scanner]:
    if not sections:
        return {}
    from station.scanners.hid import HidScanner, Reader, section_of

    reader = Reader()
    return {each.label: HidScanner(each.label, reader, section_of(each)) for each in sections}


def check(file: StationFile, path: Path) -> int:
    """Print what is in force and whose it is, then each thing that would not work; an error says why ``run`` could not start."""
    _check_packages()
    password(file)
    kept = SettingsKeeper(file.journal.path).read()
    settings, _sent, _why = in_force(file, kept)
    print(json.dumps(settings.model_dump(mode="json", exclude_none=True, exclude_defaults=False), indent=2, ensure_ascii=False))
    from station import trying

    for line in told_by(file, kept):
        print(f"settings: {line}")
    secrets = ((path, "the password" if file.mqtt.password else ""), (file.journal.path, "scans with patrons' cards among them"))
    for note in (*open_notes(secrets), *_broker_notes(settings), *_scanner_notes(settings), *trying.notes(settings)):
        print(f"note: {note}")
    print(_journal_line(settings.journal.path))
    print("ok: the station can run.")
    return 0


def _check_packages() -> None:
    """These names exist as other people's packages, too: make sure that ours belong together."""
    here, there = (Path(package.__file__ or "").resolve().parent.parent for package in (station, broker))
    if here != there:
        raise StationError(
            f"The packages station ({here}) and broker ({there}) are not of one installation: use a virtual environment of its own."
        )


def open_notes(secrets: Iterable[tuple[Path, str]]) -> Iterator[str]:
    """Give a sentence for each file that everybody on this machine can read and should not."""
    for path, what in secrets:
        if what and path.exists() and path.stat().st_mode & 0o004 and all(each.stat().st_mode & 0o001 for each in path.resolve().parents):
            yield f"{path} can be read by everybody on this machine, and holds {what}: chmod o= {path}"


def _broker_notes(settings: StationFile) -> list[str]:
    notes, mqtt = [], settings.mqtt
    if mqtt.ca_file is None and mqtt.host not in LOOPBACK:
        notes.append("the password travels in plain text to another machine: set mqtt.ca_file and the broker's TLS port")
    notes += [f"{path} cannot be read" for path in (mqtt.ca_file, mqtt.cert_file, mqtt.key_file) if path and not os.access(path, os.R_OK)]
    if why := asyncio.run(_why_unreachable(mqtt.host, mqtt.port)):
        notes.append(f"the broker at {mqtt.host}:{mqtt.port} cannot be reached now ({why}); scans are kept until it can")
    return notes


async def _why_unreachable(host: str, port: int) -> str | None:
    try:
        _reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), CONNECT_LIMIT_S)
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return error.strerror or str(error)
    writer.close()
    return None


def _scanner_notes(settings: StationFile) -> list[str]:
    notes = [] if settings.scanner else ['no scanner is named: "holdshelf-station scanners" lists what is plugged in']
    if any(each.kind == "hid" for each in settings.scanner):
        from station import discovery

        notes += discovery.keyboard_notes(settings.scanner)
    for each in settings.scanner:
        if each.kind == "serial" and each.path is not None and (why := _why_no_port(each.path)):
            notes.append(f"scanner {each.label}: {each.path} {why}")
    return notes


def _why_no_port(path: str) -> str | None:
    if place := far(path):
        why = asyncio.run(_why_unreachable(place.host, place.port))
        return f"cannot be reached now ({why})" if why else None
    if os.access(path, os.R_OK | os.W_OK):
        return None
    return "may not be opened by this user (often: add it to the group dialout)" if Path(path).exists() else "is not there now"


def _journal_line(path: Path) -> str:
    """Open the journal where there is one; making it is left to ``run``."""
    if not path.exists():
        _try_writing_in(path.parent)
        return f"journal: {path} will be made."
    journal = open_journal(path, system_ids())
    bounds = journal.bounds(Lane.SCANS)
    journal.close()
    return (
        f"journal: {path}, next scan is number {bounds.next_seq}, {max(0, bounds.next_seq - 1 - bounds.position)} not confirmed by the hub."
    )


def _try_writing_in(folder: Path) -> None:
    probe = folder / f".holdshelf-station-check-{os.getpid()}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        words = f"The folder {folder} cannot be written ({error.strerror}): make it, or set [journal] path to another place."
        raise JournalUnusable(words) from error


def _screen(options: argparse.Namespace, language: Language) -> Screen:
    out = sys.stdout
    if options.json:
        if hasattr(out, "reconfigure"):
            # JSON is UTF-8, whatever this terminal would show.
            out.reconfigure(encoding="utf-8")
        return JsonLines(language)
    signs = (out.encoding or "ascii").lower().replace("-", "").startswith("utf")
    if not signs and hasattr(out, "reconfigure"):
        out.reconfigure(errors="replace")
    colour = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Terminal(width=_columns(out.fileno()) if colour else 80, colour=colour, signs=signs, language=language)


def _columns(descriptor: int) -> int:
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80


def _steps(path: Path | None) -> tuple[Step, ...]:
    if path is None:
        return ()
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StationError(f"The suggestions in {path} cannot be used: {error}.") from error


def _log_to_stderr(*, verbose: bool) -> None:
    # Where a clerk sits the screen shows the desk; the log is for a journal or a file, unless somebody asks.
    usual = "ERROR" if sys.stderr.isatty() or sys.stdout.isatty() else "INFO"
    level = "INFO" if verbose else os.environ.get(log_lines.LEVEL_VARIABLE, usual).upper()
    log_lines.log_to_stderr("%(asctime)s %(levelname)s %(name)s: %(message)s", level=level)
