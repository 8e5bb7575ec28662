"""The few steps of a failing seed that matter: halves, quarters, ... single ones are left out as long as the finding stays."""

from __future__ import annotations

from tests.simulation.world import Finding, run


def shrink(seed: int, steps: int, finding: Finding) -> frozenset[int]:
    """Give the steps to leave out."""
    last = finding.step or steps
    without = frozenset(range(last + 1, steps + 1))
    size = last // 2
    while size >= 1:
        for first in range(1, last + 1, size):
            more = without | frozenset(range(first, min(first + size, last + 1)))
            if more != without and _still(seed, steps, more, finding.kind):
                without = more
        size //= 2
    return without


def _still(seed: int, steps: int, without: frozenset[int], kind: str) -> bool:
    found = run(seed, steps, without)
    return found is not None and found.kind == kind
