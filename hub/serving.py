"""How pages and HTTP are served: a socket taken at the start, and uvicorn on the hub's own loop."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from hub.errors import ConfigError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hub.web.doors import Doors

MOST_CONNECTIONS = 200


class Pages:
    """Pages and HTTP. They take longer to load than all else of a hub, so a thread does it while scans are answered."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._app: FastAPI | None = None
        self._server: Server | None = None
        self._over = False
        self.there = asyncio.Event()

    async def serve(self, http: socket.socket) -> None:
        """Load and serve them until ``end``."""
        self._app = await asyncio.to_thread(self._load)
        # What was loaded stays loaded: looking through it for garbage would hold up a scan for 30 ms now and then.
        gc.collect()
        gc.freeze()
        self._server = Server(server_config(self._app))
        self._server.should_exit = self._over
        self.there.set()
        await self._server.serve([http])

    def _load(self) -> FastAPI:
        from hub.web.app import create_app

        return create_app(self._doors)

    def end(self) -> None:
        """Take no more, and let all live connections end at the next news: ring the bell after this."""
        self._over = True
        if self._app is not None and self._server is not None:
            from hub.web.app import end_streams

            end_streams(self._app)
            self._server.should_exit = True


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
