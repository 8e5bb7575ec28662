"""What staff are told, in German."""

from __future__ import annotations

from hub.core.words.english import ACTS, MONTHS, REASONS, SENTENCES, STATES, TODO

__all__ = ["ACTS", "MONTHS", "REASONS", "SENTENCES", "STATES", "TODO"]
