"""``make bench``: scan -> reply of the hub beside a bare echo, in one run, as ratios; and what station and hub hold in memory.

In the order of a run: ``books`` is the work, ``sides`` starts broker, hub (or ``echo``) and ``load`` twice, ``load`` plays
the stations over ``wire``, ``measure`` goes round the measurements, ``agent`` weighs a real station, ``table`` prints.
Then ``station`` times the way from the last key to the wire, beside ``floor``.
Speed is never asserted: machines are noisy, so figures are printed with the limit beside them. docs/performance.md says more.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.speed import measure, station, table
from tests.speed.agent import agent_memory
from tests.speed.processes import machine, memory
from tests.speed.sides import start_echo_side, start_hub_side


def main() -> int:
    """Measure and print."""
    options = _options()
    begin = time.monotonic()
    # So that what was started is ended and what was written is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def say(words: str) -> None:
        print(f"{time.monotonic() - begin:5.0f} s  {words}", file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-bench-", dir=options.folder)))
        on = machine(folder)
        say("preparing the books, starting brokers, echo, hub and load")
        sides = start_echo_side(folder / "echo", stack), start_hub_side(folder / "hub", stack)
        found = measure.run(sides, rounds=1 if options.quick else options.rounds, pace=0.4 if options.quick else 1.0, say=say)
        hub = sides[1]
        memories = {"hub": memory(hub.program.pid)}
        say("a real station scans a hundred books")
        memories["station"] = agent_memory(hub)
        say("a station beside the floor under it")
        scans, idle_s = (40, 5) if options.quick else (station.SCANS, station.IDLE_S)
        desk = station.measure(hub, folder / "floor", scans=scans, idle_s=idle_s, say=say)
    print("\n".join((*table.lines(found, memories, on), "", *station.lines(desk))))
    if options.json is not None:
        options.json.write_text(
            json.dumps(table.as_json(found, memories, on) | {"desk": station.as_json(desk)}, indent=1) + "\n", encoding="utf-8"
        )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.speed",
        description="Measure the hub beside a bare echo, and a station beside the floor under it (about seven minutes).",
    )
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works (a minute); its figures mean little")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often everything is measured (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured into a file, too")
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where the databases lie: a real disk, whose speed counts (default: the temporary folder)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
