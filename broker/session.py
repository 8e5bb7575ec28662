"""The one door to MQTT: asyncio drives paho's external loop, one fresh paho client for each connection.

Promises: nothing is published while disconnected; a publish is answered exactly once (``done``); a message is
acknowledged only on the connection it came by; ``on_connect`` comes before any message of that connection.
Once the connection stands, messages and their acknowledgements pass by paho (``packets``); the rest is paho's: login, subscriptions,
keepalive, goodbye, and whatever looks odd.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from broker import packets, refusals
from broker.asking import Asking
from broker.lasting import LastingSession
from broker.packets import Packet
from broker.promises import Delivery, Done, Handlers, Session, SessionSettings, Ticket, TlsFiles, Will, room
from broker.wire import Wire, WireDoor, tls_context

__all__ = ["Delivery", "Done", "Handlers", "MqttSession", "Session", "SessionSettings", "Ticket", "TlsFiles", "Will"]

log = logging.getLogger(__name__)

QOS = 1
MOST_MIDS = 0xFFFF
NO_UTF_8 = b"\xff"
FLUSH_LIMIT_S = 1.0
FAILED = 0x80
STOPPED = "stopped"
DISCONNECT_WITH_WILL = 0x04


class _PahoLink:
    """One connection: from dialling to its end, which ``ended`` tells."""

    def __init__(self, settings: SessionSettings, handlers: Handlers, generation: int, will: Will | None) -> None:
        self._settings = settings
        self._handlers = handlers
        self._generation = generation
        self._loop = asyncio.get_running_loop()
        self._door = WireDoor(partial(tls_context, settings.tls) if settings.tls else None, settings.keepalive_s)
        self._client = self._new_client(will)
        self._wire: Wire | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._modern = settings.protocol == "5"
        self._pending: dict[int, Done | None] = {}
        self._asking = Asking(self._send, self._free_mid, modern=self._modern)
        self._mid = 0
        self._early: list[mqtt.MQTTMessage] = []
        self._window = 0
        self._offered = settings.window
        self._largest = 0
        self._session_present = self._logged_in = self._leaving = False
        self._was_full = self._writing = False
        self._stuck = False
        """Whether the network took less than there was, and is watched for room."""
        self._drained = asyncio.Event()
        self.connected = False
        self.was_connected = False
        self.ended: asyncio.Future[str] = self._loop.create_future()

    def _new_client(self, will: Will | None) -> mqtt.Client:
        settings, modern = self._settings, self._settings.protocol == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            settings.client_id,
            clean_session=None if modern else settings.clean,
            protocol=mqtt.MQTTv5 if modern else mqtt.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        # The window is kept here: with a limit of its own paho walks all open messages at every acknowledgement.
        client.max_inflight_messages = 0
        client.connect_timeout = settings.connect_timeout_s
        client.username_pw_set(settings.username, settings.password)
        client.tls_set_context(cast(ssl.SSLContext, self._door))
        if will is not None:
            client.will_set(will.topic, will.payload, QOS, will.retained)
        client.on_connect, client.on_subscribe, client.on_disconnect = self._on_connack, self._on_suback, self._on_closed
        client.on_message, client.on_unsubscribe = self._hold, self._on_unsuback
        client.on_socket_register_write, client.on_socket_close = self._want_write, self._detach
        return client

    # -- opening

    def open(self) -> None:
        """Dial in a thread; a daemon, because a hanging name look-up must not hold up the program's exit."""
        threading.Thread(target=self._dial, name="mqtt-dial", daemon=True).start()

    def _dial(self) -> None:
        settings, error = self._settings, None
        modern = settings.protocol == "5"
        try:
            self._client.connect(
                settings.host,
                settings.port,
                settings.keepalive_s,
                # 3.1.1 says it with clean_session, when the client is made.
                clean_start=settings.clean if modern else mqtt.MQTT_CLEAN_START_FIRST_ONLY,
                properties=_connect_properties(settings) if modern else None,
            )
        except Exception as caught:  # noqa: BLE001 - this thread can only hand it over
            error = caught
        # A loop that is closed by now has nobody left to tell; the socket goes with the client.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._dialled, error)

    def _dialled(self, error: Exception | None) -> None:
        if isinstance(error, OSError):
            self.end(refusals.unreachable(error, self._settings.place))
        elif error is not None:
            self._fail(error)
        wire = self._door.wire
        if wire is None or self.ended.done():
            self.close()
            return
        self._wire = wire
        self._loop.add_reader(wire.fileno(), self._readable)
        self._expect("login")
        self._tick()
        self._write()

    def _expect(self, step: str) -> None:
        self._cancel("limit")
        said = refusals.no_answer(self._settings.place, step)
        self._timers["limit"] = self._loop.call_later(self._settings.connect_timeout_s, self.end, said)

    def _cancel(self, timer: str) -> None:
        if (handle := self._timers.pop(timer, None)) is not None:
            handle.cancel()

    def _on_connack(self, _c: mqtt.Client, _u: Any, flags: mqtt.ConnectFlags, code: ReasonCode, properties: Properties | None) -> None:
        settings = self._settings
        if code.value >= FAILED:
            who = {"user": settings.username, "client_id": settings.client_id, "protocol": settings.protocol}
            self.end(refusals.login_refused(code.value, str(code), place=settings.place, **who))
            return
        self._logged_in = True
        self._session_present = flags.session_present
        self._offered = min(settings.window, getattr(properties, "ReceiveMaximum", settings.window))
        self._largest = getattr(properties, "MaximumPacketSize", 0)
        self._asking.most_bytes = min(packets.MOST_ASKED_BYTES, self._largest or packets.MOST_ASKED_BYTES)
        if settings.subscriptions:
            self._expect("subscription")
            self._client.subscribe([(topic, QOS) for topic in settings.subscriptions])
        else:
            self._ready()

    def _on_suback(self, _c: mqtt.Client, _u: Any, mid: int, codes: list[ReasonCode], _p: Properties | None) -> None:
        if self._asking.answered(mid, [(code.value, str(code)) for code in codes]):
            return
        granted = zip(self._settings.subscriptions, codes, strict=False)
        refused = [(topic, str(code)) for topic, code in granted if code.value >= FAILED]
        if refused:
            self.end(refusals.subscriptions_refused(self._settings.place, self._settings.username, refused))
        else:
            self._ready()

    def _on_unsuback(self, _c: mqtt.Client, _u: Any, mid: int, _codes: list[ReasonCode], _p: Properties | None) -> None:
        self._asking.answered(mid, ())

    def _ready(self) -> None:
        self._cancel("limit")
        self.connected = self.was_connected = True
        self._window = self._offered
        self._client.on_message = self._deliver
        self._call(self._handlers.on_connect, self._session_present)
        for message in self._early:
            if self.connected:
                self._deliver(self._client, None, message)
        self._early.clear()

    # -- the way of a message

    def publish(self, topic: str, payload: bytes, retained: bool, done: Done | None) -> bool:
        """Queue one publish for the next write."""
        if len(self._pending) >= self._window:
            return False
        if self._largest and len(payload) + len(topic) + 16 > self._largest:
            self._loop.call_soon(self._answer, done, f"larger than the broker takes ({self._largest} bytes)")
            return True
        wire = self._wire
        if wire is None:
            return False
        mid = self._free_mid()
        wire.send(packets.publish(topic, mid, payload, retained=retained, modern=self._modern))
        self._pending[mid] = done
        self._write_soon()
        return True

    def _free_mid(self) -> int:
        """Give a packet's number that no open publish has; the window is smaller than there are numbers."""
        mid = self._mid % MOST_MIDS + 1
        while mid in self._pending or mid in self._asking:
            mid = mid % MOST_MIDS + 1
        self._mid = mid
        return mid

    def acknowledge(self, ticket: Ticket) -> None:
        """Queue the acknowledgement, if the message came by this connection."""
        wire = self._wire
        if not ticket.belongs_to(self._generation) or self.ended.done() or wire is None:
            return
        if ticket.qos == QOS:
            wire.send(packets.puback(ticket.mid))
            self._write_soon()
        else:
            self._client.ack(ticket.mid, ticket.qos)

    def subscribe(self, filters: Sequence[str], done: Done) -> bool:
        """Listen to more; ``done`` is told when all of it is answered."""
        if not self.connected:
            return False
        self._asking.subscribe(filters, partial(self._call, done))
        return True

    def unsubscribe(self, filters: Sequence[str]) -> bool:
        """Listen to less."""
        if self.connected:
            self._asking.unsubscribe(filters)
        return self.connected

    def _send(self, packet: bytes) -> None:
        if self._wire is not None:
            self._wire.send(packet)
            self._write_soon()

    @property
    def room(self) -> int:
        """How many publishes fit now."""
        return room(self._window, len(self._pending))

    def _hold(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        self._early.append(message)

    def _deliver(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic.encode()
        except UnicodeDecodeError:
            topic = NO_UTF_8
        self._hand_over(topic, bytes(message.payload), message.retain, message.mid, message.qos)

    def _hand_over(self, topic: bytes, payload: bytes, retained: bool, mid: int, qos: int) -> None:
        ticket = Ticket(self._generation, mid, qos)
        try:
            name = topic.decode()
        except UnicodeDecodeError:
            log.warning("a topic that is not UTF-8 was dropped", extra={"action": "receive"})
            self.acknowledge(ticket)
            return
        self._call(self._handlers.on_message, Delivery(name, payload, retained, ticket))

    def _on_puback(self, mid: int, code: int) -> None:
        pending = self._pending
        if mid not in pending:
            return
        if len(pending) >= self._window:
            self._was_full = True
        refusal = str(ReasonCode(PacketTypes.PUBACK, identifier=code)) if code >= FAILED else None
        self._answer(pending.pop(mid), refusal)
        if not pending:
            self._drained.set()

    def _answer(self, done: Done | None, refusal: str | None) -> None:
        if done is not None:
            self._call(done, refusal)
        elif refusal is not None:
            log.warning("a publish was refused", extra={"action": "publish", "reason": refusal})

    # -- driving the socket

    def _readable(self) -> None:
        wire = cast(Wire, self._wire)
        wire.fill()
        self._pump(wire)
        if self._was_full and len(self._pending) < self._window:
            self._was_full = False
            self._call(self._handlers.on_room)
        # What the callbacks queued leaves now: waiting for the next round of the loop costs a wake-up.
        if self._writing:
            self._write()

    def _pump(self, wire: Wire) -> None:
        """Take every whole packet; whatever we or paho trip over is the peer's fault, not ours."""
        over = wire.ended
        try:
            self._take_packets(wire)
            if over:
                wire.offer_all()
                self._client.loop_read()
        except Exception as error:
            log.warning("the broker sent what cannot be read", exc_info=error, extra={"action": "receive"})
            self.end(refusals.unreadable(self._settings.place, type(error).__name__))

    def _take_packets(self, wire: Wire) -> None:
        while (packet := wire.next_packet()) is not None:
            # Before the connection stands, what comes waits with paho's other early messages.
            if not (self.connected and self._take(wire, packet)):
                self._client.loop_read()

    def _take(self, wire: Wire, packet: Packet) -> bool:
        """Take a message or an acknowledgement past paho; False for what paho shall look at."""
        kind = packet.head & packets.KIND
        if kind == packets.PUBACK and (answered := packets.read_puback(wire.received, packet)) is not None:
            wire.take()
            self._on_puback(*answered)
            return True
        if kind == packets.PUBLISH and (heard := packets.read_publish(wire.received, packet, modern=self._modern)) is not None:
            wire.take()
            self._hand_over(*heard)
            return True
        return False

    def _want_write(self, _client: mqtt.Client, _userdata: Any, _sock: object) -> None:
        self._write_soon()

    def _write_soon(self) -> None:
        if self._wire is not None and not self._writing:
            self._writing = True
            self._loop.call_soon(self._write)

    def send_now(self) -> None:
        """Send what is queued, as far as the network takes it; the rest, and what it says to it, is for the next turn of the loop."""
        wire = self._wire
        # What paho has queued goes first, and is sent by paho.
        if wire is not None and not self._client.want_write() and wire.flush() and not wire.ended:
            return
        self._write_soon()

    def _write(self) -> None:
        self._writing = False
        wire = self._wire
        if wire is None:
            return
        if self._client.want_write():
            self._client.loop_write()
        if wire.fileno() < 0:
            return
        if not wire.flush():
            self._stuck = True
            self._loop.add_writer(wire.fileno(), self._write)
        elif self._stuck:
            self._stuck = False
            self._loop.remove_writer(wire.fileno())
        if wire.ended:
            self._pump(wire)

    def _tick(self) -> None:
        self._timers["tick"] = self._loop.call_later(1, self._tick)
        self._client.loop_misc()

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """Call one of our own; its exception is the end of ``run()``, never swallowed by paho."""
        try:
            function(*args)
        except Exception as error:  # noqa: BLE001 - raised again by run()
            self._fail(error)

    # -- ending

    def _fail(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)
        self._shut()

    def _on_closed(self, _c: mqtt.Client, _u: Any, _f: mqtt.DisconnectFlags, code: ReasonCode, _p: Properties | None) -> None:
        settings = self._settings
        who = {"place": settings.place, "user": settings.username, "client_id": settings.client_id}
        self.end(STOPPED if self._leaving else refusals.ended(code.value, str(code), logged_in=self._logged_in, **who))

    def end(self, reason: str) -> None:
        """Note the end and why; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(reason)
        self._shut()

    def _shut(self) -> None:
        self.connected, self._window = False, 0
        if self._wire is not None:
            self._wire.discard()

    def _detach(self, _client: mqtt.Client, _userdata: Any, sock: mqtt.SocketLike) -> None:
        if self._wire is not None:
            self._loop.remove_reader(sock.fileno())
            self._loop.remove_writer(sock.fileno())
            self._wire = None

    async def finish(self, *, with_will: bool) -> None:
        """Take no more, wait for what is in the window, say goodbye (or vanish, so that the will is sent)."""
        self._window, self._leaving = 0, True
        if self.connected and self._pending:
            self._drained.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._drained.wait(), FLUSH_LIMIT_S)
        if self._wire is not None:
            self._write()
        if self._wire is not None and not (with_will and self._settings.protocol != "5"):
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=DISCONNECT_WITH_WILL) if with_will else None)
            self._write()
        self.end(STOPPED)

    def close(self) -> None:
        """Let go of socket and timers, whatever the state."""
        for timer in tuple(self._timers):
            self._cancel(timer)
        wire = self._door.wire
        if wire is not None and wire.fileno() >= 0:
            self._loop.remove_reader(wire.fileno())
            self._loop.remove_writer(wire.fileno())
            wire.close()
        self._wire = None

    def answer_all(self, reason: str) -> None:
        """Tell every open publish that it was dropped."""
        pending, self._pending = self._pending, {}
        for done in pending.values():
            if done is not None:
                done(reason)
        self._asking.end(reason)


class MqttSession(LastingSession):
    """A Session over the network; ``will`` is asked at every connect, so it can carry that birth's time."""

    def __init__(self, settings: SessionSettings, handlers: Handlers, *, will: Callable[[], Will] | None = None) -> None:
        super().__init__(settings, handlers)
        self._will = will

    def _new_link(self, generation: int) -> _PahoLink:
        return _PahoLink(self._settings, self._handlers, generation, self._will() if self._will else None)


def _connect_properties(settings: SessionSettings) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
    properties.SessionExpiryInterval = 0 if settings.clean else settings.session_expiry_s
    properties.ReceiveMaximum = settings.receive_maximum
    return properties
