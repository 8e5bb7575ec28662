"""The socket under MQTT: what it is set to."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from broker.wire import Wire


@pytest.fixture
def connected() -> Iterator[socket.socket]:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        mine = stack.enter_context(socket.create_connection(server.getsockname()))
        stack.enter_context(server.accept()[0])
        yield mine


def test_what_the_network_does_not_take_ends_the_connection_in_time(connected: socket.socket) -> None:
    Wire(connected, untaken_limit_s=2.5)
    assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500


def test_nothing_waits_for_more_to_send(connected: socket.socket) -> None:
    Wire(connected, untaken_limit_s=2.5)
    assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
