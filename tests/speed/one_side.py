"""One hub of a source tree, measured when asked: ``one_side.py``, run in that tree. For ``pairs``, which has one for each tree.

A line of JSON on standard input says what the load is to do, a line on standard output what came of it. Everything but this file
is that tree's own, the load too: an older hub has an older data folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.getcwd())

from tests.speed.processes import cpu_s
from tests.speed.sides import start_hub_side


def main() -> None:
    """Measure until standard input ends."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdshelf-pairs-")))
        side = start_hub_side(folder / "side", stack)
        print("ready", flush=True)
        for line in sys.stdin:
            before_s = cpu_s(side.program.pid)
            measured = side.ask(**json.loads(line))
            measured["cpu_us"] = (cpu_s(side.program.pid) - before_s) / measured["sent"] * 1e6
            # What it has still to tell the dashboards is its own time, not that of the next measurement.
            side.ask(drain=True)
            print(json.dumps(measured), flush=True)


if __name__ == "__main__":
    main()
