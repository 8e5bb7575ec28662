"""Zebra's Simple Serial Interface: packets with a checksum, each answered (D21; Simple Serial Interface Programmer's Guide).

A packet is length (without the checksum), opcode, source, status, data and the two's complement of the sum of all
these, high byte first. A scanner sends one and waits: for two seconds, three times, then it gives up with a beep.
After a fault everything is thrown away until the line is quiet; only then is the packet asked for again, so a length
that was hurt on its way cannot make the station read packets where there are none.
"""

from __future__ import annotations

import re

from station.framing import DEFAULT_MAX_BYTES, NS_PER_MS, Broken, Frame, Held, Resend
from station.words import Key, Saying

FROM_HOST = 0x04
CMD_ACK, CMD_NAK, BEEP = 0xD0, 0xD1, 0xE6
DECODE_DATA = 0xF3
REPLY_REVISION, PARAM_SEND, CAPABILITIES_REPLY, EVENT = 0xA4, 0xC6, 0xD4, 0xF6
RESEND, DENIED = b"\x01", b"\x06"
RETRANSMIT, CONTINUATION = 0x01, 0x02

QUIET_MS = 50
HALF_A_PACKET_MS = 500
NEXT_PART_MS = 1000
LAST_PART_MS = 7000

_TAKEN_NOTE_OF = {REPLY_REVISION, PARAM_SEND, CAPABILITIES_REPLY, EVENT}
_HEADER = re.compile(rb"[\x04-\xff][\x80-\xff]\x00[\x00-\x0f]")
_HEADER_BEGUN = re.compile(rb"[\x04-\xff](?:[\x80-\xff]\x00?)?\Z")
_HEADER_BYTES = 4


def packet(opcode: int, data: bytes = b"", *, source: int = FROM_HOST, status: int = 0) -> bytes:
    """Give the packet with length and checksum."""
    content = bytes((_HEADER_BYTES + len(data), opcode, source, status)) + data
    return content + checksum(content)


def checksum(content: bytes) -> bytes:
    """Give the two's complement of the sum, two bytes, high byte first."""
    return (-sum(content) & 0xFFFF).to_bytes(2, "big")


class SsiFramer:
    """Takes packets of the scanner; a frame is what one or several DECODE_DATA hold, without the type of the code."""

    settle_ms = 0
    listens_ms = 0

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._parts = Held(max_bytes)
        self._line = bytearray()
        self._discarding = self._may_ask = False
        self._taken: bytes | None = None
        self._parts_before = b""
        """What was held before the last packet."""
        self._resend = Resend("damaged", Saying(Key.CHECKSUM_WRONG))
        self._owed = b""
        self._last_ns = self._part_ns = 0

    def opened(self, now_ns: int) -> None:
        """A packet tells its beginning, and its checksum its end."""

    def late(self, heard_ns: int, now_ns: int) -> None:
        """What belongs together is told by the bytes."""

    def feed(self, data: bytes, now_ns: int) -> list[Frame | Broken]:
        """Give the frames that the packets in these bytes finish."""
        found = self.expire(now_ns)
        self._last_ns = now_ns
        if not self._discarding:
            self._line += data
            while (content := self._next_packet()) is not None:
                found += self._take(content, now_ns)
        return found

    @property
    def due_ns(self) -> int | None:
        """When silence ends something."""
        due = [self._resend.due_ns] if self._resend.due_ns is not None else []
        if self._line or self._discarding:
            due.append(self._last_ns + (QUIET_MS if self._discarding else HALF_A_PACKET_MS) * NS_PER_MS)
        if self._parts:
            due.append(self._part_ns + LAST_PART_MS * NS_PER_MS)
        return min(due, default=None)

    def expire(self, now_ns: int) -> list[Frame | Broken]:
        """Ask again for what was hurt; say what never came whole."""
        quiet_ms = QUIET_MS if self._discarding else HALF_A_PACKET_MS
        if (self._line or self._discarding) and now_ns >= self._last_ns + quiet_ms * NS_PER_MS:
            self._ask_again(now_ns)
        found = self._resend.expire(now_ns)
        if self._parts and now_ns >= self._part_ns + LAST_PART_MS * NS_PER_MS:
            found += self._drop_parts()
        return found

    @property
    def half(self) -> bool:
        """Whether a packet has begun, or one of several is still to come, or to come again."""
        return bool(self._line) or bool(self._parts) or self._resend.due_ns is not None

    def answer(self) -> bytes:
        """Give the answers to what was fed."""
        owed, self._owed = self._owed, b""
        return owed

    def not_stored(self) -> None:
        """Without an answer the scanner sends the packet again, which is taken then, behind the parts that were there."""
        self._owed, self._taken = b"", None
        self._parts.hold(self._parts_before)

    def finish(self) -> list[Frame | Broken]:
        """The input ended: half a packet is nothing."""
        return self.cut_off()

    def cut_off(self) -> list[Frame | Broken]:
        """Half a packet, or some parts of several, are ``incomplete``."""
        half = bool(self._line) or bool(self._parts) or self._resend.due_ns is not None
        self._line.clear()
        self._parts.end()
        self._discarding = self._may_ask = False
        self._taken, self._owed = None, b""
        self._resend.mended()
        return [Broken("incomplete", Saying(Key.CUT_OFF))] if half else []

    def _next_packet(self) -> bytes | None:
        """Give the next whole packet without its checksum; None when more bytes are needed."""
        header = _HEADER.search(self._line)
        begun = header or _HEADER_BEGUN.search(self._line, max(0, len(self._line) - _HEADER_BYTES + 1))
        self._skip(begun.start() if begun else len(self._line))
        end = self._line[0] if header else 0
        if header is None or len(self._line) < end + 2:
            return None
        content, check = bytes(self._line[:end]), bytes(self._line[end : end + 2])
        if check != checksum(content):
            self._line.clear()
            # Counted from here, so that a line which never becomes quiet is said as well.
            self._discarding, self._may_ask = True, self._resend.ask(self._last_ns)
            return None
        del self._line[: end + 2]
        return content

    def _skip(self, count: int) -> None:
        """Pass over what can be no packet; a zero only wakes the other side."""
        if self._line[:count].strip(b"\0"):
            self._taken = None
        del self._line[:count]

    def _take(self, content: bytes, now_ns: int) -> list[Frame | Broken]:
        opcode = content[1]
        if opcode in (CMD_ACK, CMD_NAK):
            return []
        if opcode == DECODE_DATA:
            self._owed += packet(CMD_ACK)
            return self._decoded(content, now_ns)
        self._resend.mended()
        if opcode in _TAKEN_NOTE_OF:
            self._owed += packet(CMD_ACK)
            return []
        # Never acknowledge what is not kept: it may be somebody's scans (BATCH_DATA).
        self._owed += packet(CMD_NAK, DENIED)
        return [Broken("foreign", Saying(Key.NO_DECODE_DATA, {"opcode": f"{opcode:02X}"}))]

    def _decoded(self, content: bytes, now_ns: int) -> list[Frame | Broken]:
        self._resend.mended()
        status, what = content[3], content[_HEADER_BYTES:]
        if status & RETRANSMIT and what == self._taken:
            return []
        late = self._parts and not status & RETRANSMIT and now_ns >= self._part_ns + NEXT_PART_MS * NS_PER_MS
        found = self._drop_parts() if late else []
        self._taken, self._part_ns, self._parts_before = what, now_ns, bytes(self._parts.data)
        found += self._parts.hold(what[1:])
        return found if status & CONTINUATION else found + self._parts.end()

    def _drop_parts(self) -> list[Frame | Broken]:
        return [Broken("incomplete", Saying(Key.HALF_A_FRAME)) for _ in self._parts.end()]

    def _ask_again(self, now_ns: int) -> None:
        # What comes again now was not taken, even if it is the same as what was: better a double, which is marked, than a loss.
        self._taken = None
        if len(self._line) >= _HEADER_BYTES:
            self._may_ask = self._resend.ask(now_ns)
        self._line.clear()
        if self._may_ask:
            self._owed += packet(CMD_NAK, RESEND)
        self._discarding = self._may_ask = False
