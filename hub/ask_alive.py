"""Asks the hub of this machine whether it works; a hub whose loop stands still does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from urllib.parse import urlsplit

LIMIT_S = 5.0
MOST_BYTES = 65536


async def why_not_alive(url: str) -> str | None:
    """Give None while the hub at this address works, else a sentence."""
    place = urlsplit(url)
    try:
        async with asyncio.timeout(LIMIT_S):
            status, body = await _get(place.hostname or "", place.port or 80, "/health/live")
    except (OSError, TimeoutError, ValueError):
        return "The hub does not answer."
    return None if status == 200 else _reason(body)


async def _get(host: str, port: int, path: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(MOST_BYTES)
        while more := await reader.read(MOST_BYTES):
            answer += more
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["problem"])
    except (ValueError, KeyError, TypeError):
        return "The hub says that it does not work."
