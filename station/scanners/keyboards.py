"""Which keyboards are plugged in, and which of them a settings section means.

Everything is read from /sys and from the links that udev makes. A keyboard is an input device with digits and Enter;
one that no section names is never opened.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SYS = Path("/sys/class/input")
DEV = Path("/dev/input")
LINKS = ("by-id", "by-path")

WORD_BITS = 8 * struct.calcsize("l")
NEEDED_KEYS = (*range(2, 12), 28)
"""1 to 0 and Enter: a power button or a remote control has not all of them."""

MAKERS = frozenset({"05e0", "0c2e", "0536", "05f9", "065a", "1eab"})
"""USB vendors that make scanners: Symbol/Zebra, Metrologic/Honeywell, Hand Held Products, Datalogic, Opticon, Newland."""
SCANNER_WORDS = ("scan", "barcode", "bar code", "symbol", "zebra", "honeywell", "metrologic", "datalogic", "opticon", "newland")

_VENDOR_PRODUCT = re.compile(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}")
_PORT = re.compile(r"\d+-\d+(\.\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboard:
    """One event device that types, by all its names."""

    node: str
    name: str
    vendor: str
    product: str
    port: str | None
    """Where on the USB, like 1-2.3; None for other keyboards."""
    serial: str | None
    links: tuple[str, ...] = ()
    """The links by id, then those by path."""
    switch: str | None = None
    """The file that holds 1 while it is switched off (``inhibited``), else None."""

    @property
    def identity(self) -> str:
        """Vendor and product as ``match`` takes them."""
        return f"{self.vendor}:{self.product}"

    @property
    def looks_like_a_scanner(self) -> bool:
        """Whether maker or name say so; only a hint for a person."""
        return self.vendor in MAKERS or any(word in self.name.lower() for word in SCANNER_WORDS)


def find(sys: Path = SYS, dev: Path = DEV) -> list[Keyboard]:
    """Give the keyboards that are plugged in, by node."""
    links = _links(dev)
    folders = sorted(sys.glob("event*"), key=lambda folder: (len(folder.name), folder.name))
    found = [_keyboard(folder, dev / folder.name, links) for folder in folders if _types(folder / "device")]
    return [each for each in found if each is not None]


def matches(pattern: str, keyboard: Keyboard) -> bool:
    """Say whether a section's ``match`` means this keyboard: vendor:product, a USB port, or a pattern of one of its links."""
    if _VENDOR_PRODUCT.fullmatch(pattern):
        return pattern.lower() == keyboard.identity
    if _PORT.fullmatch(pattern):
        return pattern == keyboard.port
    return any(fnmatchcase(link if "/" in pattern else Path(link).name, pattern) for link in keyboard.links)


def places(patterns: Sequence[str], keyboard: Keyboard) -> list[int]:
    """Give the sections that mean this keyboard; more than one is a mistake in the settings."""
    return [place for place, pattern in enumerate(patterns) if matches(pattern, keyboard)]


def best_match(keyboard: Keyboard, others: Sequence[Keyboard]) -> str:
    """Give the ``match`` that means this keyboard and none of the others, also after a replug or a restart."""
    by_id = [Path(link).name for link in keyboard.links if "/by-id/" in link]
    # Twins without serial numbers share one link by id: it means whichever was plugged in last.
    twins = [each for each in others if each is not keyboard and each.identity == keyboard.identity and each.serial == keyboard.serial]
    by_path = [Path(link).name for link in keyboard.links if "/by-path/" in link]
    wanted = [*([] if twins else by_id), *([keyboard.port] if keyboard.port else []), *by_path, keyboard.identity]
    alone = (each for each in wanted if not any(matches(each, other) for other in others if other is not keyboard))
    return next(alone, wanted[0])


def _keyboard(folder: Path, node: Path, links: dict[Path, list[str]]) -> Keyboard | None:
    device = folder / "device"
    usb = _usb_device(device)
    try:
        vendor, product = ((device / "id" / each).read_text(encoding="ascii").strip().lower() for each in ("vendor", "product"))
    except OSError:
        # Unplugged while we looked.
        return None
    return Keyboard(
        node=str(node),
        name=_text(device / "name") or "",
        vendor=vendor,
        product=product,
        port=usb.name if usb else None,
        serial=_text(usb / "serial") if usb else None,
        links=tuple(links.get(node.resolve(), ())),
        switch=str(device / "inhibited") if _text(device / "inhibited") == "1" else None,
    )


def _types(device: Path) -> bool:
    # Words in hexadecimal, the highest first.
    words = [int(word, 16) for word in reversed((_text(device / "capabilities" / "key") or "").split())]
    return all(key // WORD_BITS < len(words) and words[key // WORD_BITS] >> key % WORD_BITS & 1 for key in NEEDED_KEYS)


def _usb_device(device: Path) -> Path | None:
    """Give the folder of the USB device that an input device belongs to."""
    here = device.resolve()
    return next((folder for folder in (here, *here.parents) if _PORT.fullmatch(folder.name)), None)


def _links(dev: Path) -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = {}
    for link in (link for folder in LINKS for link in listed(dev / folder)):
        found.setdefault(link.resolve(), []).append(str(link))
    return found


def listed(folder: Path) -> list[Path]:
    """Give what is in a folder of links; nothing where there is none: udev takes it away with its last link, also while it is read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None
