"""Where a serial port on another machine is; apart from what calls it, so that reading the settings loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

SCHEMES = ("socket", "rfc2217")


@dataclass(frozen=True, slots=True)
class Far:
    """Where a far port is."""

    url: str
    scheme: str
    host: str
    port: int


def far(path: str) -> Far | None:
    """Give where a port on another machine is; None for a local device; ValueError says what is wrong with it."""
    if "://" not in path:
        return None
    parts = urlsplit(path)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in SCHEMES or host is None or port is None or parts.path or parts.query or parts.username:
        raise ValueError(f'path "{path}" is no serial port: write a device, socket://HOST:PORT or rfc2217://HOST:PORT')
    return Far(path, parts.scheme, host, port)
