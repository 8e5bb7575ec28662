"""How pages and HTTP are served: a socket taken at the start, and uvicorn on the hub's own loop."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from hub.errors import ConfigError

MOST_CONNECTIONS = 200


class Server(uvicorn.Server):
    """uvicorn without its own hand on the signals: the hub stops it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the hub."""
        yield


def server_config(app: Any) -> uvicorn.Config:
    """Give uvicorn's settings."""
    # No access log: its lines would hold what people look for.
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="h11",
        ws="none",
        timeout_graceful_shutdown=1,
        limit_concurrency=MOST_CONNECTIONS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Take the port for pages and HTTP; raises ConfigError with what to do when somebody has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio switches TCP's delay off for each connection: 45 ms an answer otherwise.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise ConfigError(
            f"Pages cannot be served at {host}:{port} ({error.strerror}). Stop what uses this port, or choose another with --http."
        ) from error
    return opened
