"""What can go wrong unexpectedly, with a sentence for the person who must act.

StationError
├── SettingsError       the settings file cannot be used
└── JournalError
    ├── JournalUnusable this file cannot be the journal: the program ends
    ├── JournalFull     this scan could not be stored, a later one may be: the desk shows red
    └── JournalBroken   the disk failed: the program ends at once
"""

from __future__ import annotations

from station.words import Saying


class StationError(Exception):
    """A failure whose text is one sentence: what happened and what to do."""


class SettingsError(StationError):
    """The settings file cannot be used."""


class JournalError(StationError):
    """The journal failed."""


class JournalUnusable(JournalError):
    """This file cannot be the journal."""


class JournalFull(JournalError):
    """Nothing was stored this time; it may work again when there is room. ``why`` is what the desk is told."""

    def __init__(self, why: Saying) -> None:
        super().__init__(str(why))
        self.why = why


class JournalBroken(JournalError):
    """The disk failed while writing; what it holds can no longer be trusted to grow."""
