"""Messages that are none: payloads from a seed, each wrong in a way that is known, for the topics on which stations speak."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from broker.messages import MAX_PAYLOAD_BYTES

TOPIC_KEYS = ("scan", "fault", "state")
NO_UTF8 = (b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80")
WRONG_VALUES: Mapping[str, tuple[Any, ...]] = {
    "v": (0, 99, -1, None, "one", [1], 1.5),
    "station": ("", "EAST-1", "a/b", "../hub", "x" * 41, 7, None, {"a": 1}, "ö", "+", "#"),
    "incarnation": ("", "none", "0197C0DE-0000-7000-8000-000000000001", 5, None, "0197c0de" * 5, []),
    "seq": (0, -1, "x", None, 1.5, [], float("nan"), float("inf")),
    "scan_id": ("", 1, None, "z" * 36, {}),
    "fault_id": ("", 1, None, "z" * 36, {}),
    "barcode": ("", 17, None, ["3"], "9" * 5000, {}),
    "source": ("", "SERIAL", None, 1, "keyboard"),
    "kind": ("", "DAMAGED", None, 1, "broken"),
    "scanned_at": ("", "yesterday", None, "2026-13-01T00:00:00Z", "2026-11-23T21:00:00", [], {}),
    "occurred_at": ("", "yesterday", None, "2026-13-01T00:00:00Z", "2026-11-23T21:00:00", [], {}),
    "at": ("", "now", None, "2026-11-23T25:00:00Z", "2026-11-23T21:00:00", []),
    "born_at": ("", "once", None, "2026-11-23T21:00:00", []),
    "age_ms": (-1, "old", 1.5, [], {}),
    "online": ("perhaps", None, 7, []),
}
"""What a field must not be; of each message those it has."""
TIME = "2026-11-23T21:00:00Z"
Bad = Callable[[random.Random, dict[str, Any]], bytes]


def a_message(chance: random.Random, key: str, station: str) -> dict[str, Any]:
    """Give a proper message of a station, of a journal nobody knows."""
    incarnation = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    about = {"v": 1, "station": station, "incarnation": incarnation, "seq": chance.randint(5, 10**6), "age_ms": chance.randrange(10**6)}
    match key:
        case "scan":
            return about | {"scan_id": str(uuid.uuid4()), "barcode": "30000000000017", "source": "serial", "scanned_at": TIME}
        case "fault":
            return about | {"fault_id": str(uuid.uuid4()), "kind": "damaged", "occurred_at": TIME}
        case _:
            return {"v": 1, "station": station, "online": True, "born_at": TIME, "at": TIME, "version": "0"}


def bad_payload(chance: random.Random, key: str, station: str) -> tuple[str, bytes]:
    """Give what is wrong with a payload for the topic of this key and station, in a word, and the payload."""
    name = chance.choice(_NAMES)
    return name, _BAD[name](chance, a_message(chance, key, station))


def _json(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def _cut_off(chance: random.Random, told: dict[str, Any]) -> bytes:
    whole = _json(told)
    return whole[: chance.randrange(len(whole))]


def _more_behind(chance: random.Random, told: dict[str, Any]) -> bytes:
    return _json(told) + chance.choice((b"{}", b",", b"]", b"\x00", b"null", _json(told)))


def _no_text(chance: random.Random, told: dict[str, Any]) -> bytes:
    whole = _json(told)
    place = chance.randrange(len(whole))
    return whole[:place] + chance.choice(NO_UTF8) + whole[place:]


def _noise(chance: random.Random, told: dict[str, Any]) -> bytes:
    # The first byte begins no JSON.
    return b"\x01" + chance.randbytes(chance.randrange(400))


def _no_object(chance: random.Random, told: dict[str, Any]) -> bytes:
    return chance.choice((b"null", b"1", b"[]", b'"scan"', b"true", b"[" * 5000, b"-", b"{" * 5000, b"[" + _json(told) + b"]", b" "))


def _missing(chance: random.Random, told: dict[str, Any]) -> bytes:
    needed = [name for name in told if name not in ("v", "age_ms")]
    del told[chance.choice(needed)]
    return _json(told)


def _surprise(chance: random.Random, told: dict[str, Any]) -> bytes:
    return _json(told | {chance.choice(("surprise", "patron", "__class__", "", "Seq", "v ")): chance.choice((None, 1, "x", [], {}))})


def _wrong(chance: random.Random, told: dict[str, Any]) -> bytes:
    name = chance.choice([name for name in told if name in WRONG_VALUES])
    return _json(told | {name: chance.choice(WRONG_VALUES[name])})


def _too_long(chance: random.Random, told: dict[str, Any]) -> bytes:
    whole = _json(told)
    return whole + b" " * (MAX_PAYLOAD_BYTES - len(whole) + chance.randint(1, 3000))


def _of_another(chance: random.Random, told: dict[str, Any]) -> bytes:
    return _json(told | {"station": chance.choice(("rs-1", "main-1", "nobody"))})


_BAD: Mapping[str, Bad] = {
    "cut off": _cut_off,
    "more behind it": _more_behind,
    "no UTF-8": _no_text,
    "noise": _noise,
    "no object": _no_object,
    "a field missing": _missing,
    "a field too many": _surprise,
    "a wrong value": _wrong,
    "too long": _too_long,
    "of another station": _of_another,
}
_NAMES = tuple(_BAD)
