"""Input that nobody should send: bytes and key events from a seed, most of them wrong as scanners, cables and people are."""

from __future__ import annotations

import random
import struct

from station.keymap import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, KeyEvent
from station.reading import GROUP_SEPARATOR
from station.ssi import CONTINUATION, DECODE_DATA, RETRANSMIT, packet
from tests.support.keyboard import ALT, ALTGR, CAPS, CTRL, ENTER, KEYPAD, MS, SHIFT, TAB, taps

BACKSPACE, META = 14, 125
RECORD = struct.Struct("@llHHi")
FAR_NS = 2**62
NS_PER_S = 1_000_000_000

PIECES = (
    b"\x00",
    bytes(range(32)),
    b"\x7f\x80\x81\x9f\xff",
    b"\x02",
    b"\x03",
    b"\x023000\x03",
    b"\x023000\x03\x00",
    b"\r",
    b"\n",
    b"30000000000012",
    b"~]C0ABC#",
    b"]Y6ab",
    b"]",
    b"\x16M\rPAPHHF.",  # Honeywell: a menu command
    b"$+$!",  # Datalogic: into service mode
    b"\x1b[2J\x1b]0;title\x07",
    b"%HS-UNDO",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    "Müller".encode("cp1252"),
    b"\x1d",
    b"'; DROP TABLE item; --",
    b'{"scan_id": 1}',
    packet(DECODE_DATA, b"\x033000", source=0),
    packet(DECODE_DATA, b"\x033000\x00", source=0)[:-1],
    packet(DECODE_DATA, b"\x03" + b"x" * 240, source=0, status=CONTINUATION),
    packet(DECODE_DATA, b"\x033000", source=0, status=RETRANSMIT),
    packet(DECODE_DATA, b"", source=0),
    packet(DECODE_DATA, b"\x03", source=0),
    b"\xff\xf3\x00\x00",
    b"\x04\xf3\x00\x00",
    b"\x03\xf3\x00\x00\xff\x0a",
    b"\x00\xf3\x00\x00\xff\x0d",
    b"x" * 400,
)


def hostile_bytes(chance: random.Random) -> bytes:
    """Give one input of a line: some pieces, then some noise, now and then a packet whose length lies."""
    found = b"".join(chance.choices(PIECES, k=chance.randint(1, 4))) + chance.randbytes(chance.choice((0, 0, 0, 6)))
    if chance.random() < 0.1:
        whole = bytearray(packet(DECODE_DATA, chance.randbytes(chance.randrange(30)), source=0))
        whole[chance.randrange(len(whole))] = chance.randrange(256)
        found += bytes(whole[: chance.randint(1, len(whole))])
    return found


def hostile_keys(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    """Give one input of a keyboard: keys and ends as they are, and among them what no kernel should say."""
    kind = chance.choice(_KEYS)
    found = kind(chance, now_ns)
    if chance.random() < 0.7:
        found += taps(chance.choice((ENTER, ENTER, 96, TAB)), start_ns=now_ns + 100 * MS)
    return found


def _digits(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    return taps(*chance.choices(range(2, 12), k=chance.randint(1, 20)), start_ns=now_ns)


def _any_keys(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    return taps(*chance.choices(range(0x300), k=chance.randint(1, 30)), start_ns=now_ns)


def _noise(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    """Give records of any type, code, value and time."""
    times = (now_ns, now_ns - 3600 * NS_PER_S, now_ns + FAR_NS, -FAR_NS, 0)
    return [
        KeyEvent(chance.choice(times), chance.choice((EV_KEY, EV_KEY, EV_SYN, chance.randrange(65536))), *_code_and_value(chance))
        for _ in range(chance.randint(1, 20))
    ]


def _code_and_value(chance: random.Random) -> tuple[int, int]:
    return chance.choice((chance.randrange(256), chance.randrange(65536))), chance.choice((0, 1, 1, 2, 3, -1, -(2**31), 2**31 - 1))


def _time_goes_back(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    return [each._replace(t_ns=now_ns - place * 700 * MS) for place, each in enumerate(_digits(chance, now_ns))]


def _far_future(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    return [*_digits(chance, now_ns), *_digits(chance, now_ns + FAR_NS)]


def _repeat(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    key = chance.choice((3, ENTER, SHIFT, BACKSPACE))
    return [KeyEvent(now_ns, EV_KEY, key, 1), *[KeyEvent(now_ns, EV_KEY, key, 2)] * 2000, KeyEvent(now_ns, EV_KEY, key, 0)]


def _no_end(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    return taps(*chance.choices(range(2, 12), k=700), start_ns=now_ns, gap_ns=MS // 10)


def _alt_code(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    """Type the number of a character there is none of: a surrogate, one past the last, thirty digits, NUL."""
    number = chance.choice(("0", "00", "55296", "57343", "1114111", "1114112", "65534", "127", "0129", "8238", "9" * 30, "00000000031"))
    keys = taps(*(KEYPAD[digit] for digit in number), start_ns=now_ns + 1)
    return [KeyEvent(now_ns, EV_KEY, ALT, 1), *keys, KeyEvent(now_ns + 90 * MS, EV_KEY, ALT, 0)]


def _control(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    held = chance.sample((CTRL, SHIFT, ALT, ALTGR, META, CAPS, 29, 97), k=chance.randint(1, 4))
    inside = taps(*chance.choices(range(1, 89), k=chance.randint(1, 8)), start_ns=now_ns)
    down, up = ([KeyEvent(now_ns, EV_KEY, key, value) for key in held if value or chance.random() < 0.8] for value in (1, 0))
    return [*down, *inside, *up]


def _lost(chance: random.Random, now_ns: int) -> list[KeyEvent]:
    drops = [KeyEvent(now_ns, EV_SYN, SYN_DROPPED, 0)] * chance.randint(1, 5)
    return [*_digits(chance, now_ns), *drops, *_digits(chance, now_ns), *[KeyEvent(now_ns, EV_SYN, SYN_REPORT, 0)] * chance.randint(0, 2)]


_KEYS = (_digits, _any_keys, _noise, _time_goes_back, _far_future, _repeat, _no_end, _alt_code, _alt_code, _control, _control, _lost)


def records(events: list[KeyEvent]) -> bytes:
    """Give the kernel's records of these events."""
    return b"".join(RECORD.pack(t_ns // NS_PER_S, t_ns % NS_PER_S // 1000, kind, code, value) for t_ns, kind, code, value in events)


def is_a_barcode(text: str) -> bool:
    """Say whether only allowed characters are in it, and none of those that are taken off stands outside."""
    return (
        text != ""
        and text == text.strip()
        and text[0] != GROUP_SEPARATOR != text[-1]
        and all(sign.isprintable() or sign == GROUP_SEPARATOR for sign in text)
    )
