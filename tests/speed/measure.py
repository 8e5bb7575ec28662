"""What is measured, in which order, and what each measurement gives: the two sides by turns, again and again."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.speed.processes import cpu_s
from tests.speed.sides import Side

US = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of measurement: an open loop at ``rate``, or a closed one with ``window`` scans unanswered."""

    name: str
    work: Literal["round", "look-up"]
    seconds: float
    rate: float | None = None
    window: int | None = None
    warm_s: float = 0.5


AT_1 = Kind("1/s", "round", 10, rate=1)
AT_50 = Kind("50/s", "round", 7, rate=50)
AT_200 = Kind("200/s", "round", 5, rate=200)
ALONE = Kind("one at a time", "round", 2, window=1)
FULL = Kind("saturated", "round", 4, window=500, warm_s=1)
LOOK_UP = Kind("look-up 200/s", "look-up", 3, rate=200)
LOOK_UP_FULL = Kind("look-up saturated", "look-up", 3, window=500, warm_s=1)
KINDS = (AT_1, AT_50, AT_200, ALONE, FULL, LOOK_UP, LOOK_UP_FULL)

OF_PEERS = (AT_1, AT_50, AT_200, ALONE, FULL)

MEASURED_FULLY = ("echo", "hub")

Values = dict[str, float]
Rounds = dict[tuple[str, str], list[Values]]
"""By kind and side: the values of each round."""


def run(sides: tuple[Side, ...], *, rounds: int, pace: float, say: Callable[[str], None]) -> Rounds:
    """Measure every kind on echo and hub, and what peers can do on those, ``rounds`` times; ``pace`` below 1 makes each shorter."""
    found: Rounds = defaultdict(list)
    for number in range(rounds):
        # Each round begins with the other side, so that what drifts weighs on both.
        order = sides if number % 2 == 0 else sides[::-1]
        for kind in KINDS:
            for side in order:
                if side.name not in MEASURED_FULLY and kind not in OF_PEERS:
                    continue
                values = measure(side, kind, pace)
                found[kind.name, side.name].append(values)
                say(f"round {number + 1} of {rounds}: {kind.name:17} {side.name:14} " + _in_short(values))
    return dict(found)


def measure(side: Side, kind: Kind, pace: float) -> Values:
    """Measure one kind on one side once."""
    seconds = max(1.0, kind.seconds * pace)
    pids = (side.program.pid, side.broker.pid, side.load.pid)
    before, machine = [cpu_s(pid) for pid in pids], busy_s()
    answer = side.ask(work=kind.work, warm_s=kind.warm_s, seconds=seconds, rate=kind.rate, window=kind.window)
    used = [cpu_s(pid) - was for pid, was in zip(pids, before, strict=True)]
    busy, total = (now - was for now, was in zip(busy_s(), machine, strict=True))
    values = _values(answer, used) | {"others_busy": max(0.0, busy - sum(used)) / max(total, 0.001)}
    return values | (side.ask(drain=True) if kind is FULL and side.name.startswith("hub") else {})


def _values(answer: dict[str, Any], used: list[float]) -> Values:
    if answer["problem"]:
        raise RuntimeError(f"the load could not go on: {answer['problem']}")
    latencies = sorted(answer["latencies_ms"])
    sent = max(1, answer["sent"])
    counts = {name: float(answer[name]) for name in ("sent", "lost", "odd")}
    return counts | {
        "p50_ms": quantile(latencies, 0.50),
        "p99_ms": quantile(latencies, 0.99),
        "per_s": answer["per_s"],
        "cpu_us": used[0] / sent * US,
        "broker_us": used[1] / sent * US,
        "load_busy": answer["busy"],
    }


def _in_short(values: Values) -> str:
    rate = f", {values['per_s']:.0f}/s" if values["per_s"] else ""
    lost = "".join(f", {values[name]:.0f} {name}" for name in ("lost", "odd") if values[name])
    return f"p50 {values['p50_ms']:.2f} ms, p99 {values['p99_ms']:.2f} ms{rate}{lost}"


def quantile(ordered: list[float], part: float) -> float:
    """Give a quantile of sorted values, between neighbours by weight; 0 for none."""
    if not ordered:
        return 0.0
    place = (len(ordered) - 1) * part
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def busy_s() -> tuple[float, float]:
    """Give how long the machine's cores have worked, and how long they have been there, in units that cancel out."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / 100, sum(fields) / 100


def middle(rounds: Iterable[Values], value: str) -> float:
    """Give the median of the rounds."""
    return statistics.median(each[value] for each in rounds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hub by echo, or by a peer, of the same round: the median, the least and the most."""

    median: float
    least: float
    most: float


def ratio(found: Rounds, kind: Kind, value: str, beside: str = "echo") -> Ratio:
    """Compare round by round, so that a machine that is slow for a while weighs on both."""
    pairs = zip(found[kind.name, "hub"], found[kind.name, beside], strict=True)
    each = [hub[value] / other[value] if other[value] else float("nan") for hub, other in pairs]
    return Ratio(statistics.median(each), min(each), max(each))
