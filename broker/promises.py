"""What every session promises, over the network or in memory: its settings, what it delivers, who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

Done = Callable[[str | None], None]


class Ticket(NamedTuple):
    """What an acknowledgement needs; a packet id means something only within its connection (generation)."""

    generation: int
    mid: int
    qos: int

    def belongs_to(self, generation: int) -> bool:
        """Say whether this connection may acknowledge it; on another one the same id is another message."""
        return self.generation == generation and self.qos > 0


def room(window: int, under_way: int) -> int:
    """Say how many publishes fit besides those the broker has not acknowledged."""
    return window - under_way if window > under_way else 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message from the broker, to be acknowledged when it is safe."""

    topic: str
    payload: bytes
    retained: bool
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes for us when we vanish."""

    topic: str
    payload: bytes
    retained: bool = True


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the authority that signed the broker's certificate (None: the system's), and our own certificate."""

    ca_file: str | None
    cert_file: str | None = None
    key_file: str | None = None


@dataclass(frozen=True)
class SessionSettings:
    """Where to connect, as whom, and the limits to keep; the session outlives a connection by ``session_expiry_s``."""

    host: str
    port: int
    client_id: str
    username: str
    password: str = field(repr=False)
    protocol: Literal["5", "3.1.1"] = "5"
    keepalive_s: int = 30
    session_expiry_s: int = 86400
    window: int = 50
    receive_maximum: int = 500
    backoff_min_s: float = 0.2
    backoff_max_s: float = 15
    connect_timeout_s: float = 5
    tls: TlsFiles | None = None
    subscriptions: tuple[str, ...] = ()
    clean: bool = False
    """Begin each connection with nothing kept by the broker: for who asks again for all that was sent meanwhile."""

    @property
    def place(self) -> str:
        """``host:port``, as sentences name it."""
        return f"{self.host}:{self.port}"


class Handlers(Protocol):
    """Who is told. An exception in any of these ends ``run()`` with it."""

    def on_message(self, delivery: Delivery, /) -> None:
        """A message came."""

    def on_connect(self, session_present: bool, /) -> None:
        """Connected and subscribed; False means that the broker forgot the session."""

    def on_disconnect(self, reason: str, /) -> None:
        """The connection ended or did not come about; a failure like the one before is not said again."""

    def on_room(self) -> None:
        """The window opened after it was full."""


class Session(Protocol):
    """A lasting session with a broker."""

    @property
    def connected(self) -> bool:
        """Whether publishing is possible now, room apart."""

    @property
    def room(self) -> int:
        """How many publishes fit in the window now; 0 while disconnected."""

    def publish(self, topic: str, payload: bytes, *, retained: bool = False, done: Done | None = None) -> bool:
        """Send at QoS 1; False, and nothing is kept, without connection or room. ``done`` gets None or why not."""

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that this message is safe; dropped silently when it came by an earlier connection."""

    def send_now(self) -> None:
        """Send what is queued at once: what is not asked for so leaves at the end of this turn of the event loop."""

    def subscribe(self, filters: Sequence[str], done: Done) -> bool:
        """Listen to more for the rest of this connection; ``done`` gets None or why not. False without a connection."""

    def unsubscribe(self, filters: Sequence[str]) -> bool:
        """Listen to less; what is on its way may still come. False without a connection."""

    async def run(self) -> None:
        """Connect, and again, until ``stop``."""

    async def stop(self, *, with_will: bool = False) -> None:
        """Wait up to 1 s for the window to empty, say goodbye and return when ``run`` has ended."""
