"""One station of a simulated day: its process, its scanner (a pseudo-terminal), and the cable it hangs on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.children import end, tethered
from hub.errors import HubError
from hub.up import ours

START_LIMIT_S = 30.0
STOP_LIMIT_S = 6.0
Line = dict[str, Any]
"""What a station shows, one JSON object a line."""


class Cable:
    """The network of one station, which can be pulled out and put back."""

    def __init__(self, broker_port: int) -> None:
        self.plugged = True
        self._broker_port = broker_port
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def lay(self) -> int:
        """Give the port at the station's end."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def pull(self) -> None:
        """Cut every connection, and take no new one."""
        self.plugged = False
        for writer in self._open:
            writer.transport.abort()

    def put_back(self) -> None:
        """Take connections again."""
        self.plugged = True

    def remove(self) -> None:
        """Take it away."""
        self.pull()
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self.plugged:
                with contextlib.suppress(OSError):
                    there, back = await asyncio.open_connection("127.0.0.1", self._broker_port)
                    self._open.add(back)
                    await asyncio.gather(_pour(reader, back, writer), _pour(there, writer, back))
                    self._open.discard(back)
        finally:
            self._open.discard(writer)
            writer.transport.abort()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter, came_by: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            # A cable does not hold acknowledgements back; a broker that waits for them would lose 40 ms.
            came_by.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            sink.write(data)
            await sink.drain()
    sink.close()


class Station:
    """One station; ``told`` hears of every line it shows."""

    def __init__(self, name: str, file: Path, cable: Cable, told: Callable[[str, Line], None]) -> None:
        self.name = name
        self.cable = cable
        self._file = file
        self._told = told
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._online = asyncio.Event()
        self._awaited: set[str] = set()
        self._scanner, self._kept_open = os.openpty()
        tty.setraw(self._kept_open)

    async def lay(self) -> None:
        """Write scanner and cable into the station's settings."""
        port = await self.cable.lay()
        scanner = f'kind = "serial"\npath = "{os.ttyname(self._kept_open)}"'
        lines = self._file.read_text(encoding="utf-8").replace('kind = "typed"', scanner, 1).splitlines()
        text = "\n".join(f"port = {port}" if line.startswith("port = ") else line for line in lines)
        self._file.write_text(text + "\n", encoding="utf-8")

    async def switch_on(self) -> None:
        """Start the process and return when the hub answers it."""
        command = [*ours("station"), "run", "--json", "--config", str(self._file)]
        self._online.clear()
        self._awaited = {"online", "scanner"}
        with self._file.with_suffix(".log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *tethered(command), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True
            )
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        try:
            await asyncio.wait_for(self._online.wait(), START_LIMIT_S)
        except TimeoutError:
            raise HubError(f"Station {self.name} did not come up within {START_LIMIT_S:.0f} s.") from None

    async def switch_off(self) -> None:
        """Stop the process in its orderly way."""
        process, self._process = self._process, None
        if process is not None:
            await end(process)
        if self._reading is not None:
            await self._reading

    def scan(self, text: str) -> None:
        """Pull the trigger."""
        os.write(self._scanner, text.encode())

    def remove(self) -> None:
        """Take scanner and cable away."""
        self.cable.remove()
        for descriptor in (self._scanner, self._kept_open):
            os.close(descriptor)

    @property
    def ended_unasked(self) -> bool:
        """Whether the process is gone though nobody switched it off."""
        return self._process is not None and self._process.returncode is not None

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None  # noqa: S101 - we asked for a pipe
        while line := await stream.readline():
            shown = json.loads(line)
            if shown["event"] == "note":
                # Also the scanner: what comes in its first moments may be the rest of a scan, and is none.
                self._awaited.discard(shown["kind"])
                if not self._awaited:
                    self._online.set()
            self._told(self.name, shown)


async def first_line(stream: asyncio.StreamReader | None, start: str, who: str) -> None:
    """Return at the first line that starts so; HubError when it does not come."""
    assert stream is not None  # noqa: S101 - we asked for a pipe
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_LIMIT_S):
            while line := await stream.readline():
                if line.decode(errors="replace").startswith(start):
                    return
    raise HubError(f"{who} did not start.")
