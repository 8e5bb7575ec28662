"""A printer takes a slip whole, or says in time why it does not."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station.printers import FilePrinter, NetworkPrinter, NotPrinted, QueuePrinter
from tests.support.brokers import free_port
from tests.support.fakes import path_with, program

SLIP = b"slip\n"
LARGE = b"x" * 2_000_000
"""More than two sockets hold, so that what the other side does is noticed."""


@contextmanager
def listening(then: Callable[[socket.socket], None]) -> Iterator[int]:
    """Be a printer that does this with its one connection; gives the port."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                then(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


def everything(connection: socket.socket) -> bytes:
    data = b""
    while more := connection.recv(65536):
        data += more
    return data


def test_a_file_gets_one_slip_after_the_other(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path / "slips", device=False)
    printer.check()
    assert not (tmp_path / "slips").exists()
    printer.send(SLIP)
    printer.send(SLIP)
    assert (tmp_path / "slips").read_bytes() == SLIP * 2
    printer.check()


def test_a_device_gets_all_bytes(tmp_path: Path) -> None:
    os.mkfifo(device := tmp_path / "lp0")
    read = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    FilePrinter(device, device=True).send(SLIP)
    assert os.read(read, 100) == SLIP
    os.close(read)


def test_a_device_is_never_made(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path / "lp0", device=True)
    for act in (printer.check, lambda: printer.send(SLIP)):
        with pytest.raises(NotPrinted, match="lp0 is not there"):
            act()
    assert not (tmp_path / "lp0").exists()


def test_a_device_that_stands_still_is_given_up_in_time(tmp_path: Path) -> None:
    os.mkfifo(device := tmp_path / "lp0")
    read = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(NotPrinted, match="lp0 takes nothing"):
        FilePrinter(device, device=True, limit_s=0.1).send(LARGE)
    os.close(read)


def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path, device=False)
    for act in (printer.check, lambda: printer.send(SLIP)):
        with pytest.raises(NotPrinted, match="Is a directory"):
            act()


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotPrinted, match="is not there"):
        FilePrinter(tmp_path / "none" / "slips", device=False).check()


def test_a_network_printer_gets_all_bytes() -> None:
    got: list[bytes] = []
    with listening(lambda connection: got.append(everything(connection))) as port:
        NetworkPrinter("127.0.0.1", port).send(LARGE)
    assert got == [LARGE]


def test_a_network_printer_that_stands_still_is_given_up_in_time() -> None:
    given_up = threading.Event()
    with listening(lambda connection: (given_up.wait(10), None)[1]) as port:
        began = time.monotonic()
        with pytest.raises(NotPrinted, match="takes nothing"):
            NetworkPrinter("127.0.0.1", port, limit_s=0.2).send(LARGE)
        assert time.monotonic() - began < 2
        given_up.set()


def test_a_small_slip_that_is_not_taken_is_noticed_too() -> None:
    # Nobody accepts, and the window is full: what fits into our own kernel is not printed.
    given_up = threading.Event()
    with listening(lambda connection: (given_up.wait(10), None)[1]) as port:
        with pytest.raises(NotPrinted, match="takes nothing"):
            NetworkPrinter("127.0.0.1", port, limit_s=0.2).send(b"x" * 60_000)
        given_up.set()


def test_a_network_printer_that_hangs_up_is_said_so() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with listening(hang_up) as port, pytest.raises(NotPrinted, match=r"Connection reset|Broken pipe"):
        NetworkPrinter("127.0.0.1", port).send(LARGE)


def test_a_network_printer_that_refuses_is_said_so() -> None:
    printer = NetworkPrinter("127.0.0.1", free_port())
    for act in (printer.check, lambda: printer.send(SLIP)):
        with pytest.raises(NotPrinted, match="Connection refused"):
            act()


@pytest.mark.parametrize("host", ["no..name", "x" * 64])
def test_a_name_that_is_none_is_said_so(host: str) -> None:
    with pytest.raises(NotPrinted, match="is no name of a machine"):
        NetworkPrinter(host).send(SLIP)


def test_a_network_printer_is_checked_without_a_byte() -> None:
    got: list[bytes] = []
    with listening(lambda connection: got.append(everything(connection))) as port:
        NetworkPrinter("127.0.0.1", port).check()
    assert got == [b""]


def test_lp_is_given_the_slip_and_the_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "lp", 'cat > "$HERE/job"; echo "$@" > "$HERE/arguments"')
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    printer = QueuePrinter("desk")
    printer.check()
    printer.send(SLIP)
    assert (tmp_path / "bin" / "job").read_bytes() == SLIP
    assert (tmp_path / "bin" / "arguments").read_text().split() == ["-s", "-t", "slip", "-d", "desk"]


def test_lp_that_refuses_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "lp", 'echo "lp: The printer or class does not exist." >&2; exit 1')
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    with pytest.raises(NotPrinted, match=r"lp ended \(lp: The printer or class does not exist.\)"):
        QueuePrinter("nowhere").send(SLIP)


def test_lp_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "lp", "exec sleep 60")
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    with pytest.raises(NotPrinted, match="lp does not end"):
        QueuePrinter(None, limit_s=0.1).send(SLIP)


def test_a_missing_lp_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for act in (QueuePrinter(None).check, lambda: QueuePrinter(None).send(SLIP)):
        with pytest.raises(NotPrinted, match="lp is not there"):
            act()
