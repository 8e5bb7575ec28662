"""The connected socket under MQTT, with a buffer each way: a burst of packets costs one system call, not four each.

What was received is taken packet by packet, each whole: by us (``take``), or by the library (``recv``).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

from broker import refusals
from broker.packets import Packet, packet_at
from broker.promises import TlsFiles

READ_BYTES = 64 * 1024
UNTAKEN_LIMIT_S = 5.0
"""So long a network may hold what was sent; then the connection is over, and what was on its way is sent again with its age."""
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)
_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)
_LATER = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """A socket as the MQTT library sees it (recv, send, close), moved by ``fill`` and ``flush`` from the event loop."""

    def __init__(self, sock: socket.socket, untaken_limit_s: float) -> None:
        """``untaken_limit_s`` is how long the other side's system may leave what was sent unacknowledged before the connection is over."""
        self._sock = sock
        self.received = b""
        self._taken = 0
        self._offered = 0
        self._out = bytearray()
        self.ended = False
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if _USER_TIMEOUT is not None:
            # A message says how old it is when it is sent. Left to itself TCP sends it again for a quarter of an hour.
            sock.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, int(untaken_limit_s * 1000))

    def fill(self) -> None:
        """Take what the network has, once."""
        try:
            data = self._sock.recv(READ_BYTES)
            if isinstance(self._sock, ssl.SSLSocket):
                while more := self._sock.pending():
                    data += self._sock.recv(more)
            if _QUICKACK is not None:
                # The kernel falls back to delayed acknowledgements by itself, so it is told again after every read.
                self._sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        except _LATER:
            return
        except OSError:
            data = b""
        self.ended = not data
        # Mostly all of it was taken.
        self.received = self.received[self._taken :] + data if self._taken < len(self.received) else data
        self._taken = self._offered = 0

    def next_packet(self) -> Packet | None:
        """Give where the next whole packet lies in ``received``, and offer it to the library; None when there is none yet.

        ``recv`` gives nothing beyond it. ValueError for what cannot be a packet: that is offered, too, with all that follows.
        """
        try:
            packet = packet_at(self.received, self._taken)
        except ValueError:
            self.offer_all()
            raise
        if packet is not None:
            self._offered = packet.end
        return packet

    def offer_all(self) -> None:
        """Let the library take whatever there is, whole or not."""
        self._offered = len(self.received)

    def take(self) -> None:
        """Take what is offered away from the library."""
        self._taken = self._offered

    def discard(self) -> None:
        """Take nothing more from the network: what is read next is the end."""
        self.received, self._taken, self._offered, self.ended = b"", 0, 0, True

    def flush(self) -> bool:
        """Send what was queued, in one piece if the network takes it; True when nothing is left."""
        if not self._out:
            return True
        try:
            sent = self._sock.send(self._out)
        except _LATER:
            return False
        except OSError:
            self.discard()
            sent = len(self._out)
        del self._out[:sent]
        return not self._out

    def recv(self, size: int) -> bytes:
        """Give up to ``size`` bytes of what is offered; b"" at the end, BlockingIOError while there are none."""
        start = self._taken
        chunk = self.received[start : min(start + size, self._offered)]
        if chunk:
            self._taken = start + len(chunk)
            return chunk
        if self.ended and self._offered == len(self.received):
            return b""
        raise BlockingIOError

    def send(self, data: bytes | bytearray) -> int:
        """Queue bytes for the next ``flush``."""
        self._out += data
        return len(data)

    def close(self) -> None:
        """Send what can be sent at once and close, forgetting what was not taken; a second call does nothing."""
        # The library takes nothing more once it has closed: whoever waited for it to do so would wait for ever.
        self.discard()
        if self._sock.fileno() >= 0:
            self.flush()
            self._sock.close()

    def fileno(self) -> int:
        """Give the descriptor to watch."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Set the socket's mode."""
        self._sock.setblocking(flag)

    def settimeout(self, seconds: float | None) -> None:
        """Set the socket's limit for blocking calls."""
        self._sock.settimeout(seconds)

    def do_handshake(self) -> None:
        """Shake hands where there is TLS."""
        if isinstance(self._sock, ssl.SSLSocket):
            self._sock.do_handshake()


class WireDoor:
    """Stands where the MQTT library takes a TLS context: that is its one public place to hand it a socket of ours."""

    check_hostname = True
    """Tells the library that host names are checked here (by the real context) and not by it."""

    def __init__(self, tls: Callable[[], ssl.SSLContext] | None, keepalive_s: float) -> None:
        self._tls = tls
        self._untaken_limit_s = min(UNTAKEN_LIMIT_S, keepalive_s)
        self.wire: Wire | None = None

    def wrap_socket(self, sock: socket.socket, *, server_hostname: str | None = None, do_handshake_on_connect: bool = False) -> Wire:
        """Give the wire over a connected socket, inside TLS where it is asked for."""
        if self._tls is not None:
            # Made anew at every connect, so that renewed certificates are taken without a restart.
            try:
                context = self._tls()
            except OSError:
                # The library forgets it.
                sock.close()
                raise
            sock = context.wrap_socket(sock, server_hostname=server_hostname, do_handshake_on_connect=do_handshake_on_connect)
        self.wire = Wire(sock, self._untaken_limit_s)
        return self.wire


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """Give what TLS to a broker needs: authority, at least 1.2, our certificate where there is one; TlsFilesUnusable names a bad file."""
    names = files.ca_file
    try:
        context = ssl.create_default_context(cafile=files.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if files.cert_file is not None:
            names = f"{files.cert_file}, {files.key_file}"
            context.load_cert_chain(files.cert_file, files.key_file)
    except OSError as error:
        raise refusals.TlsFilesUnusable(f"{names}: {getattr(error, 'reason', None) or error.strerror}") from error
    return context
