"""Folders like /sys/class/input and /dev/input, with the keyboards a test plugs in."""

from __future__ import annotations

import struct
from pathlib import Path

WORD_BITS = 8 * struct.calcsize("l")
TYPING_KEYS = (*range(1, 60), 96)


class Machine:
    """``sys`` and ``dev`` stand for /sys/class/input and /dev/input."""

    def __init__(self, folder: Path) -> None:
        self.sys, self.dev = folder / "sys" / "class" / "input", folder / "dev" / "input"
        self._devices = folder / "sys" / "devices"
        for each in (self.sys, self.dev / "by-id", self.dev / "by-path"):
            each.mkdir(parents=True)

    def plug(
        self,
        number: int,
        *,
        name: str = "Symbol Bar Code Scanner",
        identity: str = "05e0:1200",
        port: str | None = "1-2",
        serial: str | None = None,
        links: tuple[str, ...] = (),
        keys: tuple[int, ...] = TYPING_KEYS,
        inhibited: bool = False,
    ) -> Path:
        """Plug in a device as eventN, with its links like ``by-id/usb-A-event-kbd``; gives its node."""
        usb = self._devices / (f"usb1/{port}" if port else "virtual")
        device = usb / f"{port}:1.0" / "input" / f"input{number}"
        self._describe(device, name, identity, keys)
        (device / "inhibited").write_text(f"{int(inhibited)}\n", encoding="ascii")
        if port and serial:
            (usb / "serial").write_text(f"{serial}\n", encoding="ascii")
        (self.sys / f"event{number}").mkdir()
        (self.sys / f"event{number}" / "device").symlink_to(device)
        node = self.dev / f"event{number}"
        node.touch()
        for link in links:
            (self.dev / link).unlink(missing_ok=True)
            (self.dev / link).symlink_to(node)
        return node

    @staticmethod
    def _describe(device: Path, name: str, identity: str, keys: tuple[int, ...]) -> None:
        for folder in ("id", "capabilities"):
            (device / folder).mkdir(parents=True)
        (device / "name").write_text(f"{name}\n", encoding="utf-8")
        for what, value in zip(("vendor", "product"), identity.split(":"), strict=True):
            (device / "id" / what).write_text(f"{value}\n", encoding="ascii")
        (device / "capabilities" / "key").write_text(_bits(keys) + "\n", encoding="ascii")


def _bits(keys: tuple[int, ...]) -> str:
    """Write keys as the kernel does: words in hexadecimal, the highest first."""
    all_keys = sum(1 << key for key in keys)
    words: list[str] = []
    while all_keys or not words:
        words.append(f"{all_keys & ((1 << WORD_BITS) - 1):x}")
        all_keys >>= WORD_BITS
    return " ".join(reversed(words))
