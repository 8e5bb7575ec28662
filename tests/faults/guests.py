"""Others with a login at the broker who mean no good: messages that are none, far too long, consumers that do not read."""

from __future__ import annotations

import fcntl
import json
import random
import socket
import struct
import termios
import threading
from collections import Counter

from broker.messages import MAX_PAYLOAD_BYTES
from broker.mosquitto import MAX_PACKET_BYTES, Account
from tests.faults.forms import Fault, Kind
from tests.faults.library import GUEST, WALL, Library
from tests.faults.stray import Stray
from tests.support.bad_payloads import TOPIC_KEYS, a_message, bad_payload
from tests.support.outside import Guest
from tests.support.programs import wait_for

PUT_ASIDE_LIMIT_S = 15.0
UNKNOWN = "30000009999999"
AT_ONCE = (10, 30)
MOST_KEPT = 100
"""So many of a topic the hub keeps."""
SMALL_BUFFER = 2048
WAITS_BYTES = 1000
"""So much stands in the ears of somebody who does not read."""
DEAF_S = 3.0
DEAF_LIMIT_S = 20.0
REPEATS = 40
"""So many of an old journal's scans come again."""
SAME_SCAN = 800
"""So often the one that does not read sends its one scan."""


class Guests:
    """Whoever comes in; ``put_aside`` counts what the hub must have put aside, by topic."""

    def __init__(self, library: Library, stray: Stray) -> None:
        self.put_aside: Counter[str] = Counter()
        self._library = library
        self._stray = stray

    def come(self, fault: Fault, chance: random.Random) -> tuple[str, ...]:
        """Do it and give what was done; the hub is there, or a broker that was just wiped would have nobody to keep it for."""
        self._library.wait_until_ready()
        match fault.kind:
            case Kind.POISON:
                return self._poison(chance)
            case Kind.OVERSIZE:
                return self._oversize(chance)
            case Kind.OLD_AGAIN:
                return self._old_again()
            case Kind.DEAF_DASHBOARD:
                return self._deaf_dashboard(fault)
            case _:
                return self._deaf_station(chance)

    def _poison(self, chance: random.Random) -> tuple[str, ...]:
        """Say things that are no messages; each must be put aside, with a reason."""
        guest, sent = self._guest(), Counter[str]()
        before = self._kept()
        for _ in range(chance.randint(*AT_ONCE)):
            key = chance.choice(TOPIC_KEYS)
            what, payload = bad_payload(chance, key, GUEST)
            topic = self._library.root.topic(key, station=GUEST)
            assert guest.publish(topic, payload) is None, what
            self.put_aside[topic] += 1
            sent[what] += 1
        guest.close()
        want = before + sent.total()
        wait_for(lambda: self._kept() >= want, f"{want} messages to be put aside", PUT_ASIDE_LIMIT_S)
        return tuple(f"{what} {times}" for what, times in sent.items())

    def _kept(self) -> int:
        """Give how many were ever put aside: the numbers of the rows go on where old ones are gone."""
        return int(self._library.query("SELECT coalesce(max(key), 0) FROM poison")[0][0])

    def _oversize(self, chance: random.Random) -> tuple[str, ...]:
        """Say something the broker takes and the hub must not, then something that costs the connection."""
        topic = self._library.root.topic("scan", station=GUEST)
        guest = self._guest()
        length = chance.randint(MAX_PAYLOAD_BYTES + 1, MAX_PACKET_BYTES - 200)
        before = self._kept()
        assert guest.publish(topic, b"9" * length) is None
        self.put_aside[topic] += 1
        wait_for(lambda: self._kept() > before, "the long message to be put aside", PUT_ASIDE_LIMIT_S)
        connects = guest.connects
        guest.publish(topic, b"9" * chance.randint(MAX_PACKET_BYTES + 1, 1_000_000))
        wait_for(lambda: guest.connects > connects, "the sender to be cut off", PUT_ASIDE_LIMIT_S)
        guest.close()
        return (f"{length} bytes", "cut off")

    def _old_again(self) -> tuple[str, ...]:
        self._stray.begin_anew()
        sent = self._stray.old_again
        wait_for(lambda: self._stray.old_again >= sent + REPEATS, "old scans to be sent again", PUT_ASIDE_LIMIT_S)
        return (f"{REPEATS} old scans",)

    def _deaf_dashboard(self, fault: Fault) -> tuple[str, ...]:
        """Listen to everything and read nothing."""
        deaf = DeafClient(self._library.broker_port, WALL)
        deaf.subscribe(f"{self._library.root.prefix}/#")
        waiting = deaf.stay(DEAF_S + fault.away_s)
        return (f"{waiting} bytes not read",) if waiting >= WAITS_BYTES else ()

    def _deaf_station(self, chance: random.Random) -> tuple[str, ...]:
        """Scan without end, and read neither what the hub nor what the broker says."""
        root, account = self._library.root, self._library.account(GUEST)
        deaf = DeafClient(self._library.broker_port, account)
        for key in ("reply", "position"):
            deaf.subscribe(root.topic(key, station=GUEST))
        scan = a_message(chance, "scan", GUEST) | {"barcode": UNKNOWN}
        hello = {"incarnation": scan["incarnation"], "lowest_seq": 1, "next_seq": 1, "lowest_fault_seq": 1, "next_fault_seq": 1}
        deaf.publish(root.topic("state", station=GUEST), json.dumps(a_message(chance, "state", GUEST) | {"hello": hello}).encode())
        scan_again = json.dumps(scan | {"seq": 1}).encode()
        for _ in range(SAME_SCAN):
            deaf.publish(root.topic("scan", station=GUEST), scan_again)
        waiting = deaf.stay(DEAF_S)
        return (f"{waiting} bytes not read",) if waiting >= WAITS_BYTES else ()

    def _guest(self) -> Guest:
        return self._library.guest(self._library.account(GUEST), protocol="3.1.1")


class DeafClient:
    """Speaks just enough MQTT 3.1.1 by hand to be let in, and then reads nothing."""

    def __init__(self, port: int, account: Account) -> None:
        self._packet = 0
        self._socket = socket.socket()
        # Little room, so that it is soon the broker's turn to wait.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(DEAF_LIMIT_S)
        words = (
            _text("MQTT")
            + bytes([4, 0b11000010])
            + struct.pack(">H", 0)
            + b"".join(map(_text, (account.name, account.name, account.password)))
        )
        self._send(0x10, words)
        assert self._socket.recv(4) == b"\x20\x02\x00\x00", f"{account.name} was not let in"

    def subscribe(self, topic: str) -> None:
        """Ask for what goes to a topic."""
        self._packet += 1
        self._send(0x82, struct.pack(">H", self._packet) + _text(topic) + b"\x01")

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 1; the answer is not read."""
        self._packet += 1
        self._send(0x32, _text(topic) + struct.pack(">H", self._packet) + payload)

    def stay(self, seconds: float) -> int:
        """Stay for so long, then be gone; gives how many bytes stood unread."""
        threading.Event().wait(seconds)
        waiting: int = struct.unpack("i", fcntl.ioctl(self._socket, termios.FIONREAD, bytes(4)))[0]
        self._socket.close()
        return waiting

    def _send(self, kind: int, words: bytes) -> None:
        length, digits = len(words), b""
        while True:
            length, digit = divmod(length, 128)
            digits += bytes([digit | (0x80 if length else 0)])
            if not length:
                break
        self._socket.sendall(bytes([kind]) + digits + words)


def _text(words: str) -> bytes:
    return struct.pack(">H", len(words.encode())) + words.encode()
