"""``python -m tests.simulation``: the delivery protocol's own decision code, thousands of times, with everything going wrong.

``world`` moves ``station``s (with a ``journal``), a broker (``wire``) and a ``hub`` by ``chance``; a ``witness`` objects. ``mutants`` are
rules broken on purpose, each of which must be caught; ``shrink`` leaves out the steps that do not matter. docs/reliability.md says more.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.mutants import MUTANTS, broken
from tests.simulation.shrink import shrink
from tests.simulation.world import STEPS, Finding, World

CHUNK = 250
TOGETHER = 25
"""Seeds whose garbage is swept together: a world is one ring of references, and sweeping while it runs costs a sixth of the time."""
SEEDS_A_MUTANT = 500


def main() -> int:
    """Run what is asked for; exit code 1 when something was found, or a mutant was not."""
    options = _options()
    if options.seed is not None:
        return _replay(options)
    if options.mutants:
        return _mutants(options)
    return _many(options)


def _some(first: int, count: int, steps: int) -> tuple[Counter[str], list[tuple[int, Finding]]]:
    counts: Counter[str] = Counter()
    found = []
    gc.freeze()
    gc.disable()
    for seed in range(first, first + count):
        if seed % TOGETHER == 0:
            gc.collect()
        world = World(seed, steps)
        finding = world.run()
        counts.update(world.counts)
        counts.update(seeds=1, scans=len(world.witness.lit), effects=world.witness.effects)
        if finding is not None:
            found.append((seed, finding))
    return counts, found


def _many(options: argparse.Namespace) -> int:
    begin = time.monotonic()
    counts: Counter[str] = Counter()
    found: list[tuple[int, Finding]] = []
    chunks = [
        (first, min(CHUNK, options.first + options.seeds - first)) for first in range(options.first, options.first + options.seeds, CHUNK)
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        for more, bad in pool.map(_some, *zip(*[(*chunk, options.steps) for chunk in chunks], strict=True)):
            counts.update(more)
            found += bad
    seconds = time.monotonic() - begin
    print(f"{counts['seeds']} seeds of {options.steps} steps in {seconds:.1f} s with {options.processes} processes")
    print(f"{counts['scans']} scans with a light, {counts['effects']} effects")
    print("steps: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if name not in ("seeds", "scans", "effects")))
    for seed, finding in found[:10]:
        _tell(seed, finding, options.steps, None)
    print(f"{len(found)} findings")
    return 1 if found else 0


def _tell(seed: int, finding: Finding, steps: int, mutant: str | None) -> None:
    place = f"step {finding.step}" if finding.step else "the end"
    print(f"seed {seed}, {place}: {finding.kind}: {finding.words}")
    extra = (f" --steps {steps}" if steps != STEPS else "") + (f" --mutant {mutant}" if mutant else "")
    print(f"replay it with: python -m tests.simulation --seed {seed}{extra}")


def _replay(options: argparse.Namespace) -> int:
    with broken(options.mutant):
        finding = World(options.seed, options.steps).run()
        if finding is None:
            print(f"seed {options.seed}: nothing was wrong")
            return 0
        without = frozenset() if options.whole else shrink(options.seed, options.steps, finding)
        world = World(options.seed, options.steps, without=without, say=print)
        finding = world.run()
        assert finding is not None
    for station in world.stations:
        print(f"{station.name} at the end: {station.state}")
    print(f"hub at the end: {world.hub.database}")
    left = "" if options.whole else f"; {options.steps - len(without)} of {options.steps} steps were needed (--whole shows all)"
    print(f"{finding.kind}: {finding.words}{left}")
    return 1


def caught(name: str, seeds: int, steps: int = STEPS) -> tuple[int, Finding] | None:
    """Give the first seed that catches a mutant."""
    with broken(name):
        for seed in range(seeds):
            if (finding := World(seed, steps).run()) is not None:
                return seed, finding
    return None


def _mutants(options: argparse.Namespace) -> int:
    missed = 0
    for name, (says, _) in MUTANTS.items():
        found = caught(name, SEEDS_A_MUTANT, options.steps)
        missed += found is None
        how = f"caught by seed {found[0]}: {found[1].kind}" if found else f"NOT CAUGHT in {SEEDS_A_MUTANT} seeds"
        print(f"{name} ({says}): {how}", flush=True)
    print(f"{len(MUTANTS) - missed} of {len(MUTANTS)} mutants caught")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation", description="Simulate the delivery of scans, and count what was lost."
    )
    parser.add_argument("--seeds", type=int, default=2000, metavar="N", help="how many seeds (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first of them (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help="steps of each (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="how many at the same time (default: %(default)s)")
    parser.add_argument("--seed", type=int, metavar="N", help="run this one, shrink what it finds and show each step")
    parser.add_argument("--whole", action="store_true", help="with --seed: show all steps instead")
    parser.add_argument("--mutants", action="store_true", help="break the rules one by one: each must be caught")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="with --seed: break this rule")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
