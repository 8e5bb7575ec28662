"""Whether two barcode patterns can fit the same string, decided exactly on their automata."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

Named = tuple[str, str]
"""A kind and one of its patterns."""


def overlap(by_kind: dict[str, tuple[str, ...]]) -> tuple[Named, Named, str] | None:
    """Give two patterns of different kinds that share a string, and a shortest one; None when there are none.

    Raises ValueError for an expression that is more than a pattern of characters, like a look-ahead.
    """
    machines = [((kind, pattern), _machine(pattern)) for kind, several in by_kind.items() for pattern in several]
    for (one, first), (other, second) in combinations(machines, 2):
        if one[0] == other[0]:
            continue
        shared = first & second
        if not shared.empty():
            return one, other, _shortest(shared)
    return None


def _machine(pattern: str) -> Any:
    # Imported here: needed once at start, and only for this.
    from interegular import InvalidSyntax, Unsupported, parse_pattern

    try:
        return parse_pattern(pattern).to_fsm()
    except (InvalidSyntax, Unsupported) as error:
        raise ValueError(
            f"the pattern {pattern!r} cannot be checked for overlaps ({error}); use only characters, classes and counts"
        ) from error


def _shortest(machine: Any) -> str:
    """Walk the automaton's states, not its strings: there may be 10**14 of those."""
    found: dict[Any, str] = {machine.initial: ""}
    queue = [machine.initial]
    for state in queue:
        if state in machine.finals:
            return found[state]
        steps = ((_one_of(machine.alphabet.by_transition[key]), target) for key, target in machine.map.get(state, {}).items())
        for character, target in sorted(steps, key=lambda step: step[0]):
            if target not in found and machine.islive(target):
                found[target] = found[state] + character
                queue.append(target)
    return ""


def _one_of(symbols: list[Any]) -> str:
    characters = [symbol for symbol in symbols if isinstance(symbol, str)]
    readable = [character for character in characters if re.fullmatch(r"[0-9A-Za-z]", character)]
    return min(readable or characters, default="?")
