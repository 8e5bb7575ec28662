"""Bytes to message and back; what cannot be read is a value, never an exception."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from broker.messages import MAX_PAYLOAD_BYTES, Message

M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Unreadable:
    """A payload that is no message: what it was to be, its bytes and one sentence why."""

    kind: str
    payload: bytes
    reason: str


def encode(message: Message) -> bytes:
    """Give the JSON bytes of a message, UTF-8."""
    return message.model_dump_json().encode()


def decode(kind: type[M], payload: bytes) -> M | Unreadable:
    """Give the message of this kind, or Unreadable with the first reason in words."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        return Unreadable(kind.__name__, payload, f"{len(payload)} bytes, the limit is {MAX_PAYLOAD_BYTES}")
    try:
        return kind.model_validate_json(payload)
    except ValidationError as error:
        return Unreadable(kind.__name__, payload, _first_reason(error))


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def place_in(payload: bytes) -> tuple[str, int] | None:
    """Give incarnation and seq that an unreadable scan still tells, None where it does not."""
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        # No JSON, or brackets in brackets without end.
        return None
    if not isinstance(fields, dict):
        return None
    incarnation, seq = fields.get("incarnation"), fields.get("seq")
    if isinstance(incarnation, str) and len(incarnation) == 36 and isinstance(seq, int) and not isinstance(seq, bool):
        return incarnation, seq
    return None
