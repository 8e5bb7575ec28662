"""Two source trees by turns, to see whether a change made scans cheaper: ``python -m tests.speed.pairs OLD_TREE``.

Both hubs run at once, each behind a broker of its own; a short measurement of one is followed by the same of the other. What is
printed is this tree divided by the old one, pair by pair: the median, and between which two the middle half lies.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.speed.measure import Kind, quantile
from tests.speed.processes import ROOT, start, wait_for_line

ONE_SIDE = Path(__file__).parent / "one_side.py"
START_LIMIT_S = 120.0
WANTED: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind("50/s", "round", 8, rate=50, warm_s=0.2), ("cpu_us", "p50_ms", "p99_ms")),
    (Kind("200/s", "round", 5, rate=200, warm_s=0.2), ("cpu_us", "p50_ms", "p99_ms")),
    (Kind("saturated", "round", 3, window=500, warm_s=0.5), ("cpu_us", "per_s")),
    (Kind("one at a time", "round", 1.5, window=1, warm_s=0.2), ("cpu_us", "p50_ms")),
)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.pairs", description="This source tree beside an older one, by turns.")
    parser.add_argument("old", type=Path, help="the other source tree (git worktree add); its own .venv is used, if it has one")
    parser.add_argument("--pairs", type=int, default=10, metavar="N", help="(default: %(default)s)")
    options = parser.parse_args()
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-pairs-")))
        sides = {"old": _side(options.old.resolve(strict=True), folder, stack), "new": _side(ROOT, folder, stack)}
        for number in range(options.pairs):
            for kind, wanted in WANTED:
                for name in sorted(sides, reverse=number % 2 == 0):
                    measured = _measured(sides[name], kind)
                    for value in wanted:
                        values[kind.name, value, name].append(measured[value])
            last = ", ".join(f"{kind} {side} {value} {each[-1]:.1f}" for (kind, value, side), each in values.items())
            print(f"pair {number + 1} of {options.pairs}: {last}", file=sys.stderr)
    for kind, wanted in WANTED:
        for value in wanted:
            print(_line(kind.name, value, values[kind.name, value, "old"], values[kind.name, value, "new"]))
    return 0


def _side(tree: Path, folder: Path, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    """Start one tree's hub and load, by that tree's own program."""
    own = tree / ".venv" / "bin" / "python"
    environment = {"PYTHONPATH": os.pathsep.join([str(tree), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).rstrip(os.pathsep)}
    command = [str(own if own.exists() else sys.executable), str(ONE_SIDE)]
    process = start(command, stack, log=folder / "log", asked=True, environment=environment, cwd=tree)
    wait_for_line(process, "ready", START_LIMIT_S)
    return process


def _measured(side: subprocess.Popen[bytes], kind: Kind) -> dict[str, float]:
    assert side.stdin is not None
    assert side.stdout is not None
    asked = {"work": kind.work, "warm_s": kind.warm_s, "seconds": kind.seconds, "rate": kind.rate, "window": kind.window}
    side.stdin.write(json.dumps(asked).encode() + b"\n")
    side.stdin.flush()
    line = side.stdout.readline()
    assert line, "a side ended by itself"
    found: dict[str, Any] = json.loads(line)
    latencies = sorted(found["latencies_ms"])
    return {"p50_ms": quantile(latencies, 0.5), "p99_ms": quantile(latencies, 0.99), "per_s": found["per_s"], "cpu_us": found["cpu_us"]}


def _line(kind: str, value: str, old: list[float], new: list[float]) -> str:
    each = [now / before for now, before in zip(new, old, strict=True) if before]
    low, middle, high = statistics.quantiles(each, n=4) if len(each) > 1 else each * 3
    before, now = statistics.median(old), statistics.median(new)
    return f"{kind:14} {value:8} old {before:8.2f}  new {now:8.2f}  new/old {middle:.3f} ({low:.3f}-{high:.3f})"


if __name__ == "__main__":
    sys.exit(main())
