"""A command works on the database itself only where no hub runs; one that is silent may still be at it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub import ask_hub
from hub.ask_hub import ask
from hub.errors import HubError
from hub.settings import HubSettings
from tests.support.brokers import free_port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with its secret."""
    (tmp_path / "api-token").write_text("secret")
    (tmp_path / "api-token").chmod(0o600)
    return tmp_path


def settings(port: int) -> HubSettings:
    """Give settings of a hub at a port."""
    return HubSettings(http={"port": port})


@contextmanager
def a_hub_that(says: bytes | None) -> Iterator[int]:
    """Listen, take one call and say this before hanging up; None says nothing and does not hang up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(1 << 16)
                if says is not None:
                    caller.sendall(says)
                else:
                    caller.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def test_where_no_hub_runs_nobody_is_asked(folder: Path) -> None:
    assert ask(settings(free_port()), folder, "GET", "/requests") is None


@pytest.mark.parametrize("says", [None, b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"], ids=["silent", "gone", "cut off"])
def test_a_hub_that_does_not_answer_is_not_taken_for_none(folder: Path, monkeypatch: pytest.MonkeyPatch, says: bytes | None) -> None:
    monkeypatch.setattr(ask_hub, "LIMIT_S", 0.2)
    with a_hub_that(says) as port, pytest.raises(HubError, match=r"does not answer .* look at it, then try again"):
        ask(settings(port), folder, "POST", "/requests/ILL-000001-8/renew", {})
