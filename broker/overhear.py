"""From a topic back to its row of the table, and from a message to one readable line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from broker.codec import Unreadable, decode
from broker.messages import Message
from broker.topics import TOPICS, Topic

_FULL = re.compile(r"holdshelf/v1/(?P<site>[^/]+)/(?P<path>.+)")
_ROWS = tuple((re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", row.path)), row) for row in TOPICS)


@dataclass(frozen=True)
class Heard:
    """A message as it was heard: where, what it is, or why it is not."""

    topic: str
    short: str
    """The topic below the site."""
    retained: bool
    content: Message | Unreadable


def row_of(topic: str) -> Topic | None:
    """Give the row a topic belongs to, None for a topic that is not ours."""
    full = _FULL.fullmatch(topic)
    if full is None:
        return None
    return next((row for pattern, row in _ROWS if pattern.fullmatch(full["path"])), None)


def heard(topic: str, payload: bytes, *, retained: bool) -> Heard:
    """Decode what came on a topic; nothing is ever an exception."""
    full = _FULL.fullmatch(topic)
    row = row_of(topic)
    content = decode(row.message, payload) if row is not None else Unreadable("?", payload, "not a topic of the table")
    return Heard(topic, full["path"] if full else topic, retained, content)


def as_line(what: Heard) -> str:
    """Give one line: topic, then the fields that say something."""
    mark = " (retained)" if what.retained else ""
    if isinstance(what.content, Unreadable):
        sample = what.content.payload[:60].decode(errors="replace")
        # As JSON, so that control characters reach no terminal.
        return f"{what.short}{mark}  UNREADABLE, {len(what.content.payload)} bytes: {what.content.reason}: {json.dumps(sample)}"
    fields = what.content.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return f"{what.short}{mark}  " + " ".join(f"{name}={_short(value)}" for name, value in fields.items())


def as_json(what: Heard) -> str:
    """Give one JSON object for a program to read."""
    told: dict[str, Any] = {"topic": what.topic, "retained": what.retained}
    if isinstance(what.content, Unreadable):
        told |= {"unreadable": what.content.reason, "hex": what.content.payload.hex()}
    else:
        told |= {"kind": type(what.content).__name__, "message": what.content.model_dump(mode="json")}
    return json.dumps(told)


def _short(value: object) -> str:
    plain = isinstance(value, str) and re.fullmatch(r"[!-~]+", value)
    return str(value) if plain else json.dumps(value, ensure_ascii=True)
