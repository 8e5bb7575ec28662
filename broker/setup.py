"""What the hub may set of a station: sections of station.toml, and by their absence what never travels.

The station's own models say what a section may hold; both sides know from here which there are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SECTIONS = ("language", "scanner", "sounds", "light", "printer")
"""A section that is sent stands in the place of the file's; ``false`` for sounds, light and printer is none."""
MAY_BE_OFF = ("sounds", "light", "printer")
MAX_SETUP_BYTES = 12 * 1024
"""So that the message stays below the broker's limit."""


def why_unfit(setup: Mapping[str, Any]) -> str | None:
    """Give a sentence for what cannot be sent to any station, None when it can."""
    if strange := next((key for key in setup if key not in SECTIONS), None):
        return f"{strange}: only {', '.join(SECTIONS)} can be set from the hub: take it out; it belongs in the station's own station.toml."
    size = len(json.dumps(setup, ensure_ascii=False).encode())
    if size > MAX_SETUP_BYTES:
        return f"These settings have {size} bytes, and {MAX_SETUP_BYTES} can be sent: leave out what is as in station.toml."
    return next((why for key, value in setup.items() if (why := _why_unfit(key, value))), None)


def _why_unfit(key: str, value: Any) -> str | None:
    if key == "language":
        return None if isinstance(value, str) else "language: must be a text."
    if key == "scanner":
        return None if _tables(value) else "scanner: must be a list of tables with at least one: a station without a scanner takes no scan."
    return None if isinstance(value, Mapping) or value is False else f"{key}: must be a table, or false for none."


def _tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(each, Mapping) for each in value)
