"""Programs broken on purpose, one rule each: a harness that does not catch them proves nothing.

``main`` breaks the program that is to be broken and then is it; how is in ``broken_hub`` and ``broken_station``.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from typing import Literal

VARIABLE = "HOLDSHELF_MUTANT"
Program = Literal["hub", "station"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, in which program, and the kinds of finding by which it is rightly caught."""

    program: Program
    says: str
    caught_by: frozenset[str]
    form: str = "kills"
    """The faults that show it."""


def _mutant(program: Program, says: str, caught_by: str, form: str = "kills") -> Mutant:
    return Mutant(program, says, frozenset(caught_by.split(", ")), form)


MUTANTS = {
    "answer_first": _mutant("hub", "reply, position and acknowledgement leave before the commit", "told otherwise"),
    "no_dedup": _mutant("hub", "what was taken before is taken again", "doubled"),
    "no_gap_check": _mutant("hub", "any number above the last one is the next", "gap, lost"),
    "queue_as_new": _mutant("hub", "what waited in the broker is placed when it came", "order, way, exception"),
    "mark_first": _mutant("hub", "a letter is marked as sent before it is", "letter"),
    "new_message_id": _mutant("hub", "every try of a letter has a name of its own", "letter"),
    "notice_apart": _mutant("hub", "a letter is queued after the commit of its scan", "letter"),
    "trust_puback": _mutant("station", "what the broker acknowledged is never sent again", "lost, gap"),
    "light_first": _mutant("station", "the light comes before the commit", "lost, doubled"),
    "lazy_journal": _mutant("station", "the journal is not flushed at a commit (synchronous=NORMAL)", "doubled", "power"),
    "lazy_database": _mutant("hub", "the database is not flushed at a commit (synchronous=NORMAL)", "told otherwise, way", "power"),
    "red_and_stored": _mutant("station", "a scan that found the disk full is stored later all the same", "doubled", "disks"),
    "waits_young": _mutant("hub", "what waits for room on the disk does not grow older", "order, way, exception", "disks"),
}
"""Each is a function of this name in ``broken_hub`` or ``broken_station``."""


def main(program: Program) -> int:
    """Break this program, if it is the one to be broken, and run it."""
    name = os.environ[VARIABLE]
    if MUTANTS[name].program == program:
        getattr(importlib.import_module(f"tests.faults.broken_{program}"), name)()
    code: int = importlib.import_module(f"{program}.cli").main()
    return code
