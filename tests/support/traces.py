"""Writes the recordings of tests/unit/station/traces: ``python -m tests.support.traces``.

No physical scanner made them: the model scanner of ``keyboard`` typed into the model of the kernel's event device, and what
``holdshelf-station record`` would have read there was written down. A recording from a real scanner is most welcome beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.layouts import load
from station.recording import Fields, KeySource, heading, row
from station.replaying import replayed
from station.settings import ScannerSettings
from tests.support.keyboard import MS, FakeDevice, ModelScanner, Report, Style, opened

FOLDER = Path(__file__).parents[1] / "unit" / "station" / "traces"
START_NS = 1_000_000_000


@dataclass(frozen=True)
class Typed:
    """What a scanner types, how, and how the computer keeps up."""

    texts: tuple[str, ...]
    layout: str = "us"
    style: Style = field(default_factory=Style)
    settings: tuple[tuple[str, Any], ...] = ()
    gap_ns: int = 2 * MS
    between_ns: int = 1500 * MS
    read_every: int = 1
    cut_after: int | None = None
    """Only so many reports of each text come."""


TYPED = {
    "us-plain": Typed(("30000000000012", "]C0A-12/$%", "]C10112345\x1d17")),
    "us-slow-with-tab": Typed(("30000000000012",), style=Style(end=(15,)), settings=(("terminator", "tab"),), gap_ns=90 * MS),
    "us-no-terminator": Typed(("A123B", "30000000000012"), style=Style(end=()), settings=(("terminator", "none"),)),
    "us-stands-still": Typed(("30000000000012", "30000000000020"), cut_after=20),
    "us-events-lost": Typed(("0123456789" * 5, "30000000000012"), read_every=1000),
    "de-shift-held": Typed(("Ä-Straße/§1?",), layout="de", style=Style(shift="held", one_report=True, roll_over=True)),
    "fr-caps-lock": Typed(("30000000000012", "*AB-12*"), layout="fr", style=Style(caps=True)),
    "us-alt-codes": Typed(("éA1",), style=Style(alt_codes="always", alt_burst=True)),
}
SERIAL = {
    "serial-line-ends": ((0.5, b"30000000000012\r\n"), (1.5, b"3000000"), (1.501, b"0000020\r"), (3.0, b"]C0A1\n\n"), (4.0, b"\xc4-1\r")),
    "serial-cut-off": ((0.5, b"9" * 600 + b"\r30000"),),
}


def recordings() -> dict[str, list[str]]:
    """Give the lines of every recording, by its name."""
    return {name: _keys(typed) for name, typed in TYPED.items()} | {name: _bytes(reads) for name, reads in SERIAL.items()}


def _keys(typed: Typed) -> list[str]:
    settings = {"kind": "hid", "match": "usb-Model_Scanner-event-kbd", "layout": typed.layout} | dict(typed.settings)
    device = FakeDevice()
    source, scanner, now_ns = KeySource(opened(device)), ModelScanner(load(typed.layout), typed.style), START_NS
    found: list[Fields] = []
    for text in typed.texts:
        now_ns += typed.between_ns
        found += _scan(scanner.types(text)[: typed.cut_after], typed, device, source, now_ns)
    return [heading(ScannerSettings.model_validate(settings)), *(row(fields, START_NS) for fields in found)]


def _scan(reports: Iterable[Report], typed: Typed, device: FakeDevice, source: KeySource, now_ns: int) -> list[Fields]:
    found: list[Fields] = []
    for place, report in enumerate(reports):
        device.type(report, now_ns + place * typed.gap_ns)
        if place % typed.read_every == typed.read_every - 1:
            found += source.read()
    return found + source.read()


def _bytes(reads: Iterable[tuple[float, bytes]]) -> list[str]:
    section = ScannerSettings(kind="serial", path="/dev/serial/by-id/usb-Model_Scanner")
    return [heading(section), *(row({"t_ns": round(t * 1e9), "hex": data.hex()}, 0) for t, data in reads)]


def main() -> None:
    """Write the recordings and what is read in them; look at the difference before it is kept."""
    for name, lines in recordings().items():
        (FOLDER / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
        (FOLDER / f"{name}.read").write_text("".join(f"{line}\n" for line in replayed(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
