"""The findings tried: what came from the card, decoded again as the station would with these settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from station.calibration.findings import Value
from station.calibration.from_bytes import Chunk
from station.calibration.texts import BY_NUMBER
from station.keymap import KeyEvent
from station.recording import Fields, heading, row
from station.replaying import replayed
from station.settings import ScannerSettings

APART_NS = 10_000_000_000

Section = Mapping[str, object]


def section_with(section: Section, settings: Mapping[str, Value | None]) -> ScannerSettings:
    """Give the section as it would be with these settings."""
    kept = {key: value for key, value in section.items() if key not in settings}
    return ScannerSettings.model_validate(kept | {key: value for key, value in settings.items() if value is not None})


def misread(section: ScannerSettings, traces: Mapping[int, Sequence[KeyEvent] | Sequence[Chunk]]) -> int | None:
    """Give the first bar that these settings do not read as it stands on the card; None when all are right."""
    lines = [heading(section)]
    begin_ns = APART_NS
    for trace in traces.values():
        lines += [row(_at(each, begin_ns + each.t_ns - trace[0].t_ns), 0) for each in trace]
        begin_ns += trace[-1].t_ns - trace[0].t_ns + APART_NS
    found = [json.loads(line).get("barcode") for line in replayed(lines)]
    if len(found) != len(traces):
        return next((number for number, text in zip(traces, found, strict=False) if text not in _right(number)), [*traces][-1])
    return next((number for number, text in zip(traces, found, strict=True) if text not in _right(number)), None)


def _right(number: int) -> set[str]:
    bar = BY_NUMBER[number]
    # What the scanner itself makes of a bar is said beside the settings; no settings could undo it.
    return {bar.text, *(text for _said, text in bar.variants)}


def _at(each: KeyEvent | Chunk, t_ns: int) -> Fields:
    if isinstance(each, Chunk):
        return {"t_ns": t_ns, "hex": each.data.hex()}
    return {"t_ns": t_ns, "type": each.type, "code": each.code, "value": each.value}
