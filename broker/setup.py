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


SAYS = {
    "setup.section": "{key}: only {sections} can be set from the hub: take it out; it belongs in the station's own station.toml.",
    "setup.size": "These settings have {size} bytes, and {most} can be sent: leave out what is as in station.toml.",
    "setup.language": "language: must be a text.",
    "setup.scanner": "scanner: must be a list of tables with at least one: a station without a scanner takes no scan.",
    "setup.table": "{key}: must be a table, or false for none.",
}
"""Why settings cannot be sent, in English; pages have the same in every language of theirs."""


def why_unfit(setup: Mapping[str, Any]) -> str | None:
    """Give a sentence for what cannot be sent to any station, None when it can."""
    found = unfit(setup)
    return None if found is None else SAYS[found[0]].format(**found[1])


def unfit(setup: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Give the key of that sentence and what stands in its places."""
    if strange := next((key for key in setup if key not in SECTIONS), None):
        return "setup.section", {"key": strange, "sections": ", ".join(SECTIONS)}
    size = len(json.dumps(setup, ensure_ascii=False).encode())
    if size > MAX_SETUP_BYTES:
        return "setup.size", {"size": str(size), "most": str(MAX_SETUP_BYTES)}
    return next((why for key, value in setup.items() if (why := _unfit(key, value))), None)


def _unfit(key: str, value: Any) -> tuple[str, dict[str, str]] | None:
    if key == "language":
        return None if isinstance(value, str) else ("setup.language", {})
    if key == "scanner":
        return None if _tables(value) else ("setup.scanner", {})
    return None if isinstance(value, Mapping) or value is False else ("setup.table", {"key": key})


def _tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(each, Mapping) for each in value)
