"""Scanners in the guest: Linux USB gadgets on the guest's own dummy host controllers.

To the kernel a gadget is a USB device like any other: it is enumerated, gets driver and names, and goes when it is pulled.
It waits until the host has taken what it sends, so nothing is lost on the way into the kernel.
"""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

GADGETS = Path("/sys/kernel/config/usb_gadget")
PATIENCE_S = 20.0
# A boot keyboard: one byte of modifiers, one reserved, six keys; five lights back.
KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508150025650507190029658100c0"
)
FUNCTIONS = {"serial": "acm.usb0", "hid": "hid.usb0"}
IDS = {"serial": "1d6b:0104", "hid": "1d6b:0105"}


@dataclass
class Gadget:
    """One scanner and its open end on the scanner's side."""

    kind: Literal["serial", "hid"]
    path: Path
    descriptor: int = -1
    heard: bytearray = field(default_factory=bytearray)

    @property
    def function(self) -> Path:
        """The folder of what it does."""
        return self.path / "functions" / FUNCTIONS[self.kind]


_gadgets: dict[str, Gadget] = {}


def plug(
    name: str,
    kind: Literal["serial", "hid"],
    port: int,
    serial: str | None = None,
    ids: str | None = None,
    at_once: list[str] | None = None,
) -> None:
    """Plug a scanner into a port (0 to 4); ``ids`` is vendor:product. A keyboard may type reports the moment it can, beside this."""
    gadget = _gadgets[name] = _made(name, kind, serial, ids)
    (gadget.path / "UDC").write_text(f"dummy_udc.{port}")
    gadget.descriptor = _opened(gadget)
    if at_once:
        type_beside(name, at_once)


def type_beside(name: str, typed: list[str]) -> None:
    """Begin to type reports, and do not wait until anybody takes them."""
    threading.Thread(target=_type_until_unplugged, args=(_gadgets[name], typed), daemon=True).start()


def _type_until_unplugged(gadget: Gadget, typed: list[str]) -> None:
    rest = [bytes.fromhex(report) for report in typed]
    while rest and gadget in _gadgets.values():
        # Fails until it is enumerated, and waits while nobody asks it for reports.
        try:
            os.write(gadget.descriptor, rest[0])
            rest.pop(0)
        except OSError:
            time.sleep(0.001)


def unplug(name: str) -> None:
    """Pull a scanner out."""
    gadget = _gadgets.pop(name)
    (gadget.path / "UDC").write_text("\n")
    os.close(gadget.descriptor)
    # The kernel has room for four keyboards, plugged or not.
    (gadget.path / "configs/c.1" / gadget.function.name).unlink()
    for folder in (gadget.path / "configs/c.1", gadget.function, gadget.path / "strings/0x409", gadget.path):
        folder.rmdir()


def send(name: str, data: str) -> None:
    """Send text (each character one byte) as a serial scanner does; gives when all of it was taken."""
    rest = data.encode("latin-1")
    end = time.monotonic() + PATIENCE_S
    while rest:
        select.select([], [_gadgets[name].descriptor], [], PATIENCE_S)
        if time.monotonic() > end:
            raise TimeoutError(f"{name}: nobody takes the last {len(rest)} bytes")
        rest = rest[os.write(_gadgets[name].descriptor, rest) :]


def answered(name: str) -> str:
    """Give what was sent to a serial scanner since it was asked last."""
    gadget = _gadgets[name]
    while select.select([gadget.descriptor], [], [], 0)[0]:
        gadget.heard += os.read(gadget.descriptor, 4096)
    told, gadget.heard = gadget.heard.decode("latin-1"), bytearray()
    return told


def reports(name: str, typed: list[str], pause_s: float = 0.0) -> None:
    """Type a keyboard scanner's reports (eight bytes each, in hex), with a pause after each; gives when all were taken."""
    for report in typed:
        os.write(_gadgets[name].descriptor, bytes.fromhex(report))
        if pause_s:
            time.sleep(pause_s)


def lights(name: str) -> int:
    """Give the lights a keyboard scanner was last told to show, as bits: 1 Num Lock, 2 Caps Lock."""
    gadget = _gadgets[name]
    while select.select([gadget.descriptor], [], [], 0)[0]:
        gadget.heard[:] = os.read(gadget.descriptor, 8)
    return gadget.heard[0] if gadget.heard else 0


def _made(name: str, kind: Literal["serial", "hid"], serial: str | None, ids: str | None) -> Gadget:
    gadget = Gadget(kind, GADGETS / name)
    for folder in (gadget.path, gadget.path / "strings/0x409", gadget.path / "configs/c.1", gadget.function):
        folder.mkdir()
    vendor, product = (ids or IDS[kind]).split(":")
    texts = {"idVendor": f"0x{vendor}", "idProduct": f"0x{product}", "bcdUSB": "0x0200"}
    texts |= {"strings/0x409/manufacturer": "Holdshelf", "strings/0x409/product": f"Lab {kind}"}
    if serial is not None:
        texts["strings/0x409/serialnumber"] = serial
    for file, value in texts.items():
        (gadget.path / file).write_text(value)
    if kind == "hid":
        for file, value in {"protocol": "1", "subclass": "1", "report_length": "8"}.items():
            (gadget.function / file).write_text(value)
        (gadget.function / "report_desc").write_bytes(KEYBOARD)
    (gadget.path / "configs/c.1" / gadget.function.name).symlink_to(gadget.function)
    return gadget


def _opened(gadget: Gadget) -> int:
    if gadget.kind == "serial":
        descriptor = os.open(f"/dev/ttyGS{(gadget.function / 'port_num').read_text().strip()}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(descriptor)
        return descriptor
    node = Path(f"/dev/hidg{(gadget.function / 'dev').read_text().strip().split(':')[1]}")
    end = time.monotonic() + PATIENCE_S
    while not node.exists() and time.monotonic() < end:
        time.sleep(0.01)
    return os.open(node, os.O_RDWR)
