"""The far ends of a network: a TCP server that is a scanner, and Debian's ser2net before a pseudo-terminal."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from tests.conftest import SYSTEM_PATH
from tests.support.brokers import free_port


class FarScanner:
    """A TCP server with a scanner behind it, one connection at a time."""

    def __init__(self, *, port: int = 0, says_first: bytes = b"") -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.setblocking(False)
        self._says_first = says_first
        self._line: socket.socket | None = None
        self._calls = 0
        self._heard = b""
        self.port: int = self._server.getsockname()[1]

    @property
    def url(self) -> str:
        """What stands in the settings."""
        return f"socket://127.0.0.1:{self.port}"

    def called(self, times: int = 1) -> bool:
        """Take a waiting call; whether there were so many."""
        with suppress(BlockingIOError):
            self._line, _ = self._server.accept()
            self._line.setblocking(False)
            self._calls += 1
            if self._says_first:
                self.write(self._says_first)
                self.hang_up()
        return self._calls >= times

    def write(self, data: bytes) -> None:
        """Send bytes as the scanner would."""
        assert self._line is not None
        self._line.sendall(data)

    @property
    def heard(self) -> bytes:
        """What the station has sent."""
        assert self._line is not None
        with suppress(BlockingIOError):
            self._heard += self._line.recv(4096)
        return self._heard

    def hang_up(self) -> None:
        """End the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        """End everything."""
        self.hang_up()
        self._server.close()


class Ser2net:
    """ser2net before a device: ``socket`` and ``rfc2217`` are the addresses it is found at."""

    def __init__(self, folder: Path, device: Path) -> None:
        self._ports = free_port(), free_port()
        self._config = folder / "ser2net.yaml"
        device_line = f"  connector: serialdev,{device},9600n81,local\n"
        self._config.write_text(
            f"%YAML 1.1\n---\nconnection: &plain\n  accepter: tcp,127.0.0.1,{self._ports[0]}\n{device_line}"
            f"connection: &telnet\n  accepter: telnet(rfc2217),tcp,127.0.0.1,{self._ports[1]}\n{device_line}",
            encoding="utf-8",
        )
        self.socket = f"socket://127.0.0.1:{self._ports[0]}"
        self.rfc2217 = f"rfc2217://127.0.0.1:{self._ports[1]}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it; it listens a moment later."""
        program = shutil.which("ser2net", path=SYSTEM_PATH)
        assert program is not None
        command = [program, "-n", "-u", "-c", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": os.defpath})

    @property
    def listens(self) -> bool:
        """Whether it can be called; to try would keep its device busy for a while."""
        assert self._process is not None
        return sum(each.status == psutil.CONN_LISTEN for each in psutil.Process(self._process.pid).net_connections()) == len(self._ports)

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
