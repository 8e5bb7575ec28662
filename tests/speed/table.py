"""What was measured, as a table for people: hub beside echo, their ratio, and whether the aims were met."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.speed.measure import ALONE, AT_1, AT_50, AT_200, FULL, LOOK_UP, LOOK_UP_FULL, MEASURED_FULLY, Kind, Ratio, Rounds, middle, ratio
from tests.speed.plot import bars
from tests.speed.processes import Memory

STATION_MIB = 36.0
HUB_MIB = 120.0
LEAST_PER_S = 3000
SHOWN_OF_PEERS = (
    (AT_1, "p50_ms"),
    (AT_50, "p50_ms"),
    (AT_50, "p99_ms"),
    (AT_200, "p50_ms"),
    (ALONE, "per_s"),
    (FULL, "per_s"),
    (FULL, "cpu_us"),
)
UNIT = {"p50_ms": "p50, ms", "p99_ms": "p99, ms", "per_s": "scans/s", "cpu_us": "CPU us a scan"}
SCALE_AIM = 1.2


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a kind, one of its values, and the aim for the ratio; below 0 means "at least"."""

    kind: Kind
    value: str
    says: str
    form: str = "{:.2f}"
    at_most: float | None = None
    at_least: float | None = None


ROWS = (
    Row(AT_1, "p50_ms", "1/s p50, ms", at_most=1.3),
    Row(AT_50, "p50_ms", "50/s p50, ms", at_most=1.3),
    Row(AT_50, "p99_ms", "50/s p99, ms", at_most=1.5),
    Row(AT_200, "p50_ms", "200/s p50, ms", at_most=1.3),
    Row(AT_200, "p99_ms", "200/s p99, ms", at_most=1.5),
    Row(FULL, "per_s", "saturated, scans/s", "{:.0f}", at_least=0.8),
    Row(FULL, "p50_ms", "saturated p50, ms", "{:.0f}"),
    Row(FULL, "cpu_us", "saturated, CPU us a scan", "{:.0f}"),
    Row(FULL, "broker_us", "saturated, broker CPU us a scan", "{:.0f}"),
    Row(ALONE, "per_s", "one at a time, scans/s", "{:.0f}"),
    Row(ALONE, "p50_ms", "one at a time p50, ms"),
    Row(AT_200, "cpu_us", "200/s, CPU us a scan", "{:.0f}"),
    Row(LOOK_UP, "p50_ms", "look-ups at 200/s p50, ms"),
    Row(LOOK_UP, "p99_ms", "look-ups at 200/s p99, ms"),
    Row(LOOK_UP_FULL, "per_s", "look-ups saturated, scans/s", "{:.0f}"),
)


def lines(found: Rounds, memories: dict[str, Memory], machine: dict[str, Any]) -> Iterator[str]:
    """Give the table, line by line."""
    yield "machine: {cores} cores ({cpu}), Linux {kernel}, Python {python}, {file_system}, load average before {busy_before:.1f}".format(
        **machine
    )
    yield ""
    yield f"{'scan -> reply':34}{'echo':>9}{'hub':>9}{'ratio':>8}  {'(rounds)':15}  aim"
    for row in ROWS:
        yield _line(found, row)
    yield f"saturated, the whole lifecycle: aim >= {LEAST_PER_S} scans/s: {met(middle(found[FULL.name, 'hub'], 'per_s') >= LEAST_PER_S)}"
    yield ""
    drained, behind = middle(found[FULL.name, "hub"], "drain_s"), middle(found[FULL.name, "hub"], "behind")
    yield f"events on MQTT after saturation: {behind:.0f} behind, published after {drained:.2f} s"
    for name, limit in (("station", STATION_MIB), ("hub", HUB_MIB)):
        held = memories[name]
        resident = f"{held.rss:.1f} MiB resident ({held.pss:.1f} with shared pages divided)"
        yield f"memory of the {name}: {resident}, aim <= {limit:.0f}: {met(held.rss <= limit)}"
    yield _health(found)


def peer_lines(found: Rounds, sides: list[str]) -> Iterator[str]:
    """Give hub, echo and peers beside each other, and of each what the hub's figure is to it."""
    yield f"{'':26}" + "".join(f"{name:>18}" for name in sides)
    for kind, value in SHOWN_OF_PEERS:
        cells = (f"{middle(found[kind.name, name], value):.1f} ({ratio(found, kind, value, name).median:.2f})" for name in sides)
        yield f"{f'{kind.name} {UNIT[value]}':26}" + "".join(f"{cell:>18}" for cell in cells)
    yield "in brackets: the hub divided by it, the median of the rounds"


def scale_lines(found: Rounds) -> Iterator[str]:
    """Give the cost of a scan by requests in the database."""
    counts = sorted({int(name) for _, name in found})
    yield f"{'requests':>12}  {'CPU us a scan':>22}  {'200/s p50, ms':>22}"
    for count in counts:
        cells = []
        for kind, value in (("saturated", "cpu_us"), ("200/s", "p50_ms")):
            pairs = zip(found[kind, str(count)], found[kind, str(counts[0])], strict=True)
            compared = statistics.median(large[value] / small[value] for large, small in pairs)
            cells.append(f"{middle(found[kind, str(count)], value):.1f} ({compared:.2f})")
        yield f"{count:>12,}  {cells[0]:>22}  {cells[1]:>22}"
    yield f"in brackets: divided by the smallest, the median of the rounds; aim for the largest <= {SCALE_AIM}"


def chart(found: Rounds, sides: list[str]) -> str:
    """Give the scans a second of each as a picture."""
    return bars("Saturated, 500 scans unanswered", "scans a second", [(name, middle(found[FULL.name, name], "per_s")) for name in sides])


def _line(found: Rounds, row: Row) -> str:
    echo, hub = (row.form.format(middle(found[row.kind.name, side], row.value)) for side in ("echo", "hub"))
    compared = ratio(found, row.kind, row.value)
    spread = f"({compared.least:.2f}-{compared.most:.2f})"
    return f"{row.says:34}{echo:>9}{hub:>9}{compared.median:>8.2f}  {spread:15}  {_aim(row, compared)}".rstrip()


def _aim(row: Row, compared: Ratio) -> str:
    if row.at_most is not None:
        return f"<= {row.at_most}: {met(compared.median <= row.at_most)}"
    if row.at_least is not None:
        return f">= {row.at_least}: {met(compared.median >= row.at_least)}"
    return ""


def met(yes: bool) -> str:
    """Say it in words."""
    return "met" if yes else "NOT met"


def _health(found: Rounds) -> str:
    """Say whether the figures mean what they seem to: nothing lost, the load idle enough, nobody else at work."""
    every = [values for (_, side), rounds in found.items() if side in MEASURED_FULLY for values in rounds]
    lost, odd = (int(sum(values[name] for values in every)) for name in ("lost", "odd"))
    load, others = (max(values[name] for values in every) for name in ("load_busy", "others_busy"))
    return (
        f"unanswered: {lost}, answered by another rule than planned: {odd}; "
        f"the load used at most {load:.0%} of a core, other programs at most {others:.0%} of the machine"
    )


def as_json(found: Rounds, memories: dict[str, Memory], machine: dict[str, Any]) -> dict[str, Any]:
    """Give everything for a program: each round's values, medians, ratios and aims."""
    compared = [
        {
            "what": row.says,
            "echo": middle(found[row.kind.name, "echo"], row.value),
            "hub": middle(found[row.kind.name, "hub"], row.value),
            "ratio": ratio(found, row.kind, row.value).median,
            "at_most": row.at_most,
            "at_least": row.at_least,
        }
        for row in ROWS
    ]
    rounds = rounds_of(found)
    held = {name: {"rss_mib": each.rss, "pss_mib": each.pss} for name, each in memories.items()}
    return {"machine": machine, "compared": compared, "memory": held, "measurements": rounds}


def rounds_of(found: Rounds) -> list[dict[str, Any]]:
    """Give every round for a program."""
    return [{"kind": kind, "side": side, "rounds": values} for (kind, side), values in found.items()]
