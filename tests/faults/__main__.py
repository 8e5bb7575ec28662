"""``make faults``: everything fails at random points of a run, and a count of what came of every scan.

In the order of a run: ``forms`` says what can fail, ``run`` opens the ``library`` (its wires are ``links``, its ``disk`` a file),
``books`` says what is scanned, a ``clerk`` scans it at each desk, ``stray`` behaves badly on the wire, ``trouble`` lets fail what is
to fail (its ``parts``; ``on_links``, ``on_disks`` by a ``tracer``, ``on_mail`` at the ``post_office``, ``on_clocks``, ``on_wires``,
``on_store``), ``guests`` mean no good, ``two_hubs`` is a library with one hub more, ``witness`` writes down what was scanned and seen,
``check`` judges by it and the files read by ``ledger``. ``mutants`` are programs broken on purpose, each of which must be caught.
docs/reliability.md says what is proved.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults import complaints, payloads
from tests.faults.forms import FORMS, SQLITE, STORES
from tests.faults.hostile import storm
from tests.faults.mutants import MUTANTS
from tests.faults.run import Order, Outcome, forget, is_caught, run
from tests.faults.scanners import soak

HOSTILE_INPUTS = 100_000
LONG_SCANS, LONG_FAULTS, LONG_TOTAL = 2500, 250, 35_000
SHORT = ("power", "syscalls", "disks", "restore")
"""Forms that have long runs of their own, or small disks."""


def main() -> int:
    """Run as often as asked; exit code 1 when something was found, or a mutant was not."""
    options = _options()
    others = {"scanners": _scanners, "hostile": _hostile, "payloads": _payloads, "mutants": _mutants, "long": _long}
    if options.complaints:
        return complaints.main()
    asked = next((run_it for name, run_it in others.items() if getattr(options, name)), _forms_in_turn)
    return asked(options)


def _forms_in_turn(options: argparse.Namespace) -> int:
    """Run each form once, or seed after seed for as long as asked."""
    forms = _forms(options)
    end = time.monotonic() + options.minutes * 60
    seed = options.seed if options.seed is not None else random.randrange(1, 1_000_000)
    while True:
        if any(_one(options, seed, form, scans).findings for form, scans in forms):
            return 1
        seed += 1
        if time.monotonic() >= end:
            return 0


def _forms(options: argparse.Namespace) -> list[tuple[str, int]]:
    """Give what is to be run, each form with its scans; one that cannot be run here is left out with a sentence, unless asked for."""
    asked = {"power": options.power_cuts, "syscalls": options.syscalls}
    found = [(name, count * FORMS[name].scans_a_fault) for name, count in asked.items() if count]
    if found or options.form or options.mutant:
        names = [options.form or (MUTANTS[options.mutant].form if options.mutant else "kills")]
        found = found or [(name, options.scans or FORMS[name].scans) for name in names]
    else:
        usual = {name: form for name, form in FORMS.items() if form.usual and options.store in form.stores}
        found = [(name, (options.scans if name == "kills" else None) or form.scans) for name, form in usual.items()]
    for name, _scans in found:
        if (why := FORMS[name].missing()) is not None:
            print(f"not run here: {FORMS[name].says} ({why})", flush=True)
    return [each for each in found if FORMS[each[0]].missing() is None]


def _long(options: argparse.Namespace) -> int:
    """Run the forms in turn, with many scans each, until there were faults and scans enough; stop at the first finding."""
    options.brisk = True
    forms = [(name, options.scans or LONG_SCANS) for name, _scans in _forms(options) if name not in SHORT]
    faults: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    began, seed = time.monotonic(), options.seed if options.seed is not None else random.randrange(1, 1_000_000)
    while faults.total() < LONG_FAULTS or totals["scanned"] < LONG_TOTAL:
        form, scans = forms[totals["runs"] % len(forms)]
        outcome = _one(options, seed + totals["runs"], form, scans)
        faults.update(outcome.faults)
        totals.update({name: int(value) for name, value in outcome.figures.items() if name != "seconds"}, runs=1)
        told = ", ".join(f"{name} {value}" for name, value in totals.items())
        print(f"so far, {time.monotonic() - began:.0f} s: {faults.total()} faults of {len(faults)} kinds; {told}", flush=True)
        if outcome.findings:
            return 1
    return 0


def _one(options: argparse.Namespace, seed: int, form: str, scans: int) -> Outcome:
    """Run once and print; what a bad run left is kept."""
    folder = Path(tempfile.mkdtemp(prefix=f"holdshelf-faults-{seed}-", dir=options.folder))
    order = Order(seed, scans, folder, options.limit, options.mutant, form, options.store, options.brisk)
    print(f"{FORMS[form].says}, seed {seed}", flush=True)
    begin = time.monotonic()
    outcome = run(order, lambda words: _say_to_error(f"{time.monotonic() - begin:6.1f} s  {words}"))
    print(outcome.report(), flush=True)
    if outcome.findings and options.mutant is None:
        (folder / "last-words.txt").write_text(outcome.logs, encoding="utf-8")
        print(f"what is left of it: {folder}", flush=True)
    else:
        forget(order)
    return outcome


def _scanners(options: argparse.Namespace) -> int:
    """Run eight scanners at one station."""
    seed = options.seed if options.seed is not None else random.randrange(1, 1_000_000)
    folder = Path(tempfile.mkdtemp(prefix=f"holdshelf-scanners-{seed}-", dir=options.folder))
    order = soak.Order(seed, options.scans or soak.SCANS, folder, options.mutant)
    print(f"seed {seed}", flush=True)
    begin = time.monotonic()
    outcome = soak.run(order, lambda words: _say_to_error(f"{time.monotonic() - begin:6.1f} s  {words}"))
    print(outcome.report(), flush=True)
    if outcome.findings:
        (folder / "last-words.txt").write_text(outcome.logs, encoding="utf-8")
        print(f"what is left of it: {folder}", flush=True)
        return 1
    soak.forget(order)
    return 0


def _hostile(options: argparse.Namespace) -> int:
    """Send a station what nobody should."""
    seed = options.seed if options.seed is not None else random.randrange(1, 1_000_000)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="holdshelf-hostile-", dir=options.folder) as folder:
        found = storm(Path(folder), seed, options.scans or HOSTILE_INPUTS, _say_to_error)
    print(found.report(), flush=True)
    return 0 if found.good else 1


def _payloads(options: argparse.Namespace) -> int:
    """Send a hub what is no message."""
    seed = options.seed if options.seed is not None else random.randrange(1, 1_000_000)
    print(f"seed {seed}", flush=True)
    offline = options.scans or payloads.OFFLINE
    with tempfile.TemporaryDirectory(prefix="holdshelf-payloads-", dir=options.folder) as folder:
        told = payloads.flood(Path(folder), seed, offline, max(1, offline * payloads.LIVE // payloads.OFFLINE), _say_to_error)
    print(told.report(), flush=True)
    return 1 if told.wrong else 0


def _mutants(options: argparse.Namespace) -> int:
    """Run every mutant until it is caught by what it breaks, with a few seeds at most."""
    missed = []
    with tempfile.TemporaryDirectory(prefix="holdshelf-faults-", dir=options.folder) as folder:
        for name, mutant in MUTANTS.items():
            caught = is_caught(name, options.seed or 1, Path(folder), _say_to_error)
            print(f"mutant {name} ({mutant.says}): {'caught' if caught else 'NOT CAUGHT'}", flush=True)
            missed += [] if caught else [name]
    print(f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} mutants caught")
    return 1 if missed else 0


def _say_to_error(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Kill everything at random while books go round, and count."
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the schedule of faults and the work (default: by chance, and printed)")
    parser.add_argument(
        "--form", choices=FORMS, help="one form alone: " + ", ".join(f"{name} ({form.says})" for name, form in FORMS.items())
    )
    parser.add_argument("--store", choices=STORES, default=SQLITE, help="where the hub's database is (default: %(default)s)")
    parser.add_argument("--power-cuts", type=int, metavar="N", help="cut the power so often, and nothing else")
    parser.add_argument("--syscalls", type=int, metavar="N", help="kill hub and stations so often at a disk call, and nothing else")
    parser.add_argument(
        "--scans", type=int, metavar="N", help=f"about how many scans (default: as many as the form has, with --scanners {soak.SCANS})"
    )
    parser.add_argument(
        "--long",
        action="store_true",
        help=f"run forms in turn, {LONG_SCANS} scans each, until there were {LONG_FAULTS} faults and {LONG_TOTAL} scans",
    )
    parser.add_argument("--brisk", action="store_true", help="clerks hardly pause, as with --long")
    parser.add_argument("--minutes", type=float, default=0, metavar="M", help="go on with the next seeds for so long (default: one run)")
    parser.add_argument(
        "--scanners", action="store_true", help="eight scanners at one station instead: some 15 minutes for the default number of scans"
    )
    parser.add_argument("--hostile", action="store_true", help=f"send a station {HOSTILE_INPUTS} inputs that nobody should send instead")
    parser.add_argument(
        "--payloads",
        action="store_true",
        help=f"send a hub {payloads.OFFLINE} messages that are none, and one in a hundred of them through a broker, instead",
    )
    parser.add_argument("--mutants", action="store_true", help="run the programs that are broken on purpose instead: each must be caught")
    parser.add_argument(
        "--complaints", action="store_true", help="build in what the field complains of about letters instead: each test must notice"
    )
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="run one of them, with the seed and scans given")
    parser.add_argument(
        "--limit", type=float, default=3600, metavar="S", help="a run that takes longer has failed (default: %(default)s s)"
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the databases lie (default: the temporary folder)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
