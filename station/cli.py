"""The command line: ``holdshelf-station run | check | scanners | type | try | card | calibrate | record | replay``.

``run`` and ``type`` write lines a parent process may wait for to standard error, where that is no terminal:
``station NAME ready`` once scans are taken, ``station NAME online`` (``offline``) when the hub answers (or does not).
Standard output is the desk. ``try sound``, ``try light`` and ``try print`` make every sound, show every tone or print one slip,
for whoever installs the desk. ``card`` writes the calibration card, ``calibrate`` finds a scanner's settings by it. ``record`` and
``replay`` are for a scanner that is read wrongly.
Exit codes: 0 done, 1 failed (the message says what to do), 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from station import lean
from station.errors import StationError

if TYPE_CHECKING:
    from station.settings import StationFile


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except StationError as error:
        print(f"holdshelf-station: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    # Everything is imported here, behind what ``lean`` leaves out, and not at all for --help.
    lean.begin()
    if options.command == "scanners":
        from station.discovery import list_scanners

        return list_scanners()
    if options.command == "replay":
        from station.replaying import replay

        return replay(options.file)
    if options.command in ("card", "calibrate"):
        return _calibration(options)
    from station import settings

    found = settings.load(options.config)
    if found.mqtt.ca_file is None:
        lean.without_tls()
    if options.command == "try":
        from station import trying

        return trying.try_out(_in_force(found), options.what)
    if options.command == "record":
        from station.recording import record

        return record(_in_force(found), options.scanner, options.file)
    from station import commands

    return commands.check(found, options.config) if options.command == "check" else commands.run(found, options)


def _calibration(options: argparse.Namespace) -> int:
    from station import settings

    # Both are of use before there is a settings file.
    needed = options.command == "calibrate" and not options.print
    found = settings.load(options.config) if needed or options.config.exists() else None
    if options.command == "card":
        from station.calibration.printing import write_card

        return write_card(options.file, options.paper, options.language or (found.language if found else "en"))
    from station.calibration.calibrating import Options, calibrate

    chosen = Options(options.config if found else None, options.scanner, only_print=options.print, yes=options.yes)
    return calibrate(found, chosen)


def _in_force(file: StationFile) -> StationFile:
    """Give the settings with what the hub set in place."""
    from station.kept_settings import SettingsKeeper
    from station.overlay import in_force

    return in_force(file, SettingsKeeper(file.journal.path).read())[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="holdshelf-station", description="One library desk: barcode scans to the hub, answers to the screen."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = _command(commands, "run", "take scans from the scanners in the settings file")
    typed = _command(commands, "type", "take typed or piped lines as scans, and no other scanner")
    _command(commands, "check", "say what is in force and what would not work; exit code 1 if it could not run")
    _command(commands, "scanners", "list serial ports and keyboards with the lines to paste into the settings file")
    tried = _command(commands, "try", "make every sound, show every tone or print a slip, as the settings file says")
    tried.add_argument("what", choices=("sound", "light", "print"))
    card = _command(commands, "card", "write the calibration card, a sheet of barcodes to be printed: PDF, SVG or PNG by the file's ending")
    card.add_argument("file", type=Path, metavar="FILE", help="where to, like card.pdf")
    card.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the paper (default: %(default)s)")
    card.add_argument("--language", choices=("en", "de"), help="of the card (default: the settings file's, else en)")
    calibrate = _command(commands, "calibrate", "find a scanner's settings by scanning the calibration card; stop the station first")
    calibrate.add_argument("--scanner", metavar="NAME", help="name, path or match of the scanner; else the only one, or the one you pick")
    calibrate.add_argument("--print", action="store_true", help="print the lines and write nothing; needs no settings file")
    calibrate.add_argument("--yes", action="store_true", help="write without asking")
    record = _command(commands, "record", "write what a scanner sends to a file, with its barcodes, until Ctrl-C; stop the station first")
    record.add_argument("--scanner", metavar="NAME", help="which scanner of the settings file; needed where there are several")
    replay = commands.add_parser(
        "replay", help="decode such a file: one JSON line a reading or fault", description="Decode a recorded file."
    )
    for command in (record, replay):
        command.add_argument("file", type=Path, metavar="FILE", help="the recording: JSON lines")
    for command in (run, typed):
        command.add_argument("--json", action="store_true", help="one JSON object a line instead of the desk's screen; with full barcodes")
        command.add_argument("--suggest", type=Path, metavar="FILE", help="show what to scan next: lines of barcode<TAB>why<TAB>seconds")
        command.add_argument("--verbose", action="store_true", help="log every step to standard error")
        command.set_defaults(exit_at_end=False)
    typed.add_argument("--exit-at-end", action="store_true", help="end when the input ended and every scan is answered")
    return parser


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, says: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    command.add_argument(
        "--config", type=Path, default=Path("station.toml"), metavar="FILE", help="the settings file (default: %(default)s)"
    )
    return command


if __name__ == "__main__":
    sys.exit(main())
