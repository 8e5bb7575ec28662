"""The lab's hand in the guest: does what it is asked over a virtio port, and tells what programs write.

One JSON object a line. In: ``{"id": n, "call": name, "with": {...}}``. Out: ``{"id": n, "gives": ...}`` or ``{"id": n, "failed": text}``,
and at any time ``{"program": name, "stream": "out", "line": text}``. Each request has a thread, so that one which waits holds up no other.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Callable
from io import FileIO
from typing import Any

from tests.hardware.guest.inside import around, gadgets
from tests.hardware.guest.inside.programs import Programs

READ_BYTES = 65536


class Hand:
    """One open port and the table of what can be asked for."""

    def __init__(self, port: FileIO) -> None:
        self._port = port
        self._lock = threading.Lock()
        programs = Programs(self._tell)
        self._table: dict[str, Callable[..., Any]] = {
            each.__name__: each
            for each in (
                gadgets.plug, gadgets.unplug, gadgets.send, gadgets.answered, gadgets.reports, gadgets.lights, gadgets.type_beside,
                around.run, around.write, around.journal, around.set_clock, around.console, around.typed_on_console,
                programs.start, programs.signal, programs.code,
            )
        }  # fmt: skip

    def serve(self) -> None:
        """Answer until the port ends."""
        self._tell(ready=True)
        rest = b""
        while data := self._port.read(READ_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                threading.Thread(target=self._answer, args=(json.loads(line),), daemon=True).start()

    def _answer(self, asked: dict[str, Any]) -> None:
        try:
            self._tell(id=asked["id"], gives=self._table[asked["call"]](**asked["with"]))
        except Exception:  # noqa: BLE001 - whatever it is, the test is told
            self._tell(id=asked["id"], failed=traceback.format_exc())

    def _tell(self, **fields: Any) -> None:
        data = memoryview(json.dumps(fields).encode() + b"\n")
        with self._lock:
            while data:
                data = data[self._port.write(data) :]


if __name__ == "__main__":
    Hand(FileIO(sys.argv[1], "r+")).serve()
