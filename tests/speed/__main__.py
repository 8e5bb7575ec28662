"""``make bench``: scan -> reply of the hub beside a bare echo, in one run, as ratios; and what station and hub hold in memory.

In the order of a run: ``books`` is the work, ``sides`` starts broker, hub (or ``echo``) and ``load`` twice, ``load`` plays
the stations over ``wire``, ``measure`` goes round the measurements, ``agent`` weighs a real station, ``table`` prints.
Then ``station`` times the way from the last key to the wire, beside ``floor``. With ``--wide`` there are more: ``peer_paho`` and
``node_red`` are what one can have instead; ``again`` kills and starts; ``scale`` measures with many years in the database; ``plot`` draws.
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
from collections.abc import Callable
from pathlib import Path

from tests.speed import again, measure, scale, station, table
from tests.speed.agent import agent_memory
from tests.speed.node_red import NotHereError
from tests.speed.processes import machine, memory
from tests.speed.sides import PEERS, Side, start_echo_side, start_hub_side, start_peer_side


def main() -> int:
    """Measure and print."""
    options = _options()
    begin = time.monotonic()
    # So that what was started is ended and what was written is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def say(words: str) -> None:
        print(f"{time.monotonic() - begin:5.0f} s  {words}", file=sys.stderr, flush=True)

    quick, rounds = options.quick, 1 if options.quick else options.rounds
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-bench-", dir=options.folder)))
        on = machine(folder)
        with contextlib.ExitStack() as beside:
            sides = _sides(folder, beside, say, with_peers=options.wide, on_server=options.postgresql or options.wide)
            found = measure.run(sides, rounds=rounds, pace=0.4 if quick else 1.0, say=say)
            hub, names = sides[1], [side.name for side in sides]
            memories = {"hub": memory(hub.program.pid)}
            say("a real station scans a hundred books")
            memories["station"] = agent_memory(hub)
            _print(*table.lines(found, memories, on), *(("", *table.peer_lines(found, names)) if len(names) > 2 else ()))
            if options.plot is not None:
                options.plot.write_text(table.chart(found, names), encoding="utf-8")
            say("a station beside the floor under it")
            scans, idle_s = (40, 5) if quick else (station.SCANS, station.IDLE_S)
            desk = station.measure(hub, folder / "floor", scans=scans, idle_s=idle_s, say=say)
            _print("", *station.lines(desk))
            told = table.as_json(found, memories, on) | {"desk": station.as_json(desk)}
            there = _again(folder, hub, rounds, say, times=3 if quick else again.TIMES) if options.wide else None
        if there is not None:
            _print("", *again.lines(there))
            large = {} if quick else scale.run(folder, big=options.big, rounds=rounds, say=say)
            told |= {"again": vars(there), "scale": table.rounds_of(large)}
            if large:
                _print("", *table.scale_lines(large))
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


def _print(*lines: str) -> None:
    """Print at once: what follows takes minutes."""
    print("\n".join(lines), flush=True)


def _sides(folder: Path, stack: contextlib.ExitStack, say: Callable[[str], None], *, with_peers: bool, on_server: bool) -> tuple[Side, ...]:
    say("preparing the books, starting brokers, echo, hub and load")
    sides = [start_echo_side(folder / "echo", stack), start_hub_side(folder / "hub", stack)]
    if on_server:
        say("the same on PostgreSQL")
        sides += _on_server(folder, stack)
    for name in PEERS if with_peers else ():
        say(f"starting {name}")
        try:
            sides.append(start_peer_side(name, folder / name.replace(" ", "-"), stack))
        except NotHereError as error:
            print(error, file=sys.stderr)
    return tuple(sides)


def _on_server(folder: Path, stack: contextlib.ExitStack) -> list[Side]:
    """Start echo and hub on a PostgreSQL server of their own, that keeps what it promises; none where it is not installed."""
    try:
        # Imported here: its driver need not be there for the rest.
        from tests.support.postgres import find_programs, running_server
    except ImportError:
        print("PostgreSQL is left out: pip install 'holdshelf[postgres]'", file=sys.stderr)
        return []
    if find_programs() is None:
        print("PostgreSQL is left out: apt-get install postgresql", file=sys.stderr)
        return []
    server = stack.enter_context(running_server(durable=True))
    return [
        start_echo_side(folder / "echo-pg", stack, name="echo PostgreSQL", server=server.new_database()),
        start_hub_side(folder / "hub-pg", stack, name="hub PostgreSQL", server=server.new_database()),
    ]


def _again(folder: Path, hub: Side, rounds: int, say: Callable[[str], None], *, times: int) -> again.Again:
    there = again.Again()
    for _ in range(rounds):
        answer = hub.ask(waiting=again.WAITING)
        say(f"{again.WAITING} waiting scans took {answer['drain_s']:.2f} s, {answer['behind']} were not answered")
        there.drain_s.append(answer["drain_s"] if not answer["behind"] else float("inf"))
        hub.ask(drain=True)
    there.kills_s = again.kills(hub, times, say)
    say("holdshelf up, again and again")
    there.up_s = again.second_starts(folder, times)
    return there


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.speed",
        description="Measure the hub beside a bare echo, and a station beside the floor under it (about seven minutes).",
    )
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works (a minute); its figures mean little")
    parser.add_argument(
        "--wide",
        action="store_true",
        help="also a paho script and Node-RED, waiting scans, kills, starts, a million requests",
    )
    parser.add_argument("--postgresql", action="store_true", help="also echo and hub on a PostgreSQL server of their own")
    parser.add_argument(
        "--big",
        action="store_true",
        help="with --wide: also a database of ten million requests, about 6 GB and some ten minutes to write it",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the scans a second of each as SVG")
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
