"""Two source trees by turns, to see whether a change made scans cheaper: ``python -m tests.speed.pairs OLD_TREE``.

Both hubs run at once, each behind a broker of its own; a short measurement of one is followed by the same of the other. What is
printed is this tree divided by the old one, pair by pair: the median, and between which two the middle half lies.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.speed.measure import Kind, measure
from tests.speed.sides import Side, start_hub_side

WANTED: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind("saturated", "round", 3, window=500, warm_s=0.5), ("cpu_us", "per_s")),
    (Kind("200/s", "round", 2, rate=200, warm_s=0.2), ("cpu_us", "p50_ms")),
    (Kind("one at a time", "round", 1.5, window=1, warm_s=0.2), ("cpu_us", "p50_ms")),
)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed.pairs", description="This source tree beside an older one, by turns.")
    parser.add_argument("old", type=Path, help="the other source tree, for example of git worktree add")
    parser.add_argument("--pairs", type=int, default=10, metavar="N", help="(default: %(default)s)")
    options = parser.parse_args()
    ratios: dict[tuple[str, str], list[float]] = defaultdict(list)
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-pairs-")))
        new = start_hub_side(folder / "new", stack, name="new")
        old = start_hub_side(folder / "old", stack, name="old", tree=options.old.resolve(strict=True))
        for number in range(options.pairs):
            for kind, wanted in WANTED:
                _pair((new, old) if number % 2 else (old, new), kind, wanted, ratios, values)
            last = ", ".join(f"{name} {side} {value} {each[-1]:.1f}" for (name, value, side), each in values.items())
            print(f"pair {number + 1} of {options.pairs}: {last}", file=sys.stderr)
    for (name, value), each in ratios.items():
        low, middle, high = statistics.quantiles(each, n=4) if len(each) > 1 else each * 3
        old_value, new_value = (statistics.median(values[name, value, side]) for side in ("old", "new"))
        print(f"{name:14} {value:8} old {old_value:8.2f}  new {new_value:8.2f}  new/old {middle:.3f} ({low:.3f}-{high:.3f})")
    return 0


def _pair(
    sides: tuple[Side, Side],
    kind: Kind,
    wanted: tuple[str, ...],
    ratios: dict[tuple[str, str], list[float]],
    values: dict[tuple[str, str, str], list[float]],
) -> None:
    found = {}
    for side in sides:
        found[side.name] = measure(side, kind, 1.0)
        # What it has still to tell the dashboards is its own time, not that of the next measurement.
        side.ask(drain=True)
    for value in wanted:
        if found["new"][value] and found["old"][value]:
            # Nothing came of one that had to wait for the disk all the time.
            ratios[kind.name, value].append(found["new"][value] / found["old"][value])
        for name, measured in found.items():
            values[kind.name, value, name].append(measured[value])


if __name__ == "__main__":
    sys.exit(main())
