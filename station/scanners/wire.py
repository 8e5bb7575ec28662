"""What the reader of the keyboards writes to the agent, and what the agent tells it first: a line each.

The lines are JSON but for the two that lie between a key and the wire, which are as short as they can be: digits that were scanned, and
that somebody types.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from station.framing import Broken, Frame
from station.keymap import KeyRules
from station.words import Key, Saying


@dataclass(frozen=True, slots=True)
class Section:
    """What the reader needs of one section of the settings."""

    match: str
    layout: str
    rules: KeyRules


@dataclass(frozen=True, slots=True)
class Ended:
    """A frame or a fault of the section at this place, and the CLOCK_MONOTONIC of the event that ended it."""

    place: int
    t_ns: int
    what: Frame | Broken


@dataclass(frozen=True, slots=True)
class Present:
    """Whether the section at this place can be read now, or why not."""

    place: int
    why_not: Saying | None


@dataclass(frozen=True, slots=True)
class Warned:
    """Something for the log."""

    text: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The reader goes round."""


@dataclass(frozen=True, slots=True)
class Typing:
    """Keys came and a scan is in hand. It says nothing to do: whoever hears it is awake, with its caches warm, when the scan ends."""


Said = Ended | Present | Warned | Beat | Typing

_TYPING = Typing()


def said_line(said: Said) -> bytes:
    """Give the line of something the reader says."""
    match said:
        case Typing():
            return b"\n"
        case Ended(place, t_ns, Frame(data)) if data.isdigit():
            return b"%d %d %b\n" % (place, t_ns, data)
        case _:
            return _line(_fields(said))


def said(line: bytes) -> Said:
    """Read such a line, with its end or without."""
    line = line.removesuffix(b"\n")
    if not line:
        return _TYPING
    if line[:1].isdigit():
        place, t_ns, digits = line.split(b" ")
        return Ended(int(place), int(t_ns), Frame(digits))
    fields = json.loads(line)
    if "warned" in fields:
        return Warned(fields["warned"])
    if "beat" in fields:
        return Beat()
    if "present" in fields:
        return Present(fields["place"], _saying(fields["why"]) if fields["why"] else None)
    what = Frame(fields["text"].encode()) if "text" in fields else Broken(fields["broken"], _saying(fields["why"]))
    return Ended(fields["place"], fields["t_ns"], what)


def sections_line(sections: Sequence[Section]) -> bytes:
    """Give the line of the sections, which is the reader's first and only one."""
    return _line([asdict(each) for each in sections])


def sections(line: bytes) -> list[Section]:
    """Read that line."""
    return [Section(each["match"], each["layout"], KeyRules(**each["rules"])) for each in json.loads(line)]


def _fields(said: Said) -> dict[str, Any]:
    match said:
        case Ended(place, t_ns, Frame(data)):
            return {"place": place, "t_ns": t_ns, "text": data.decode()}
        case Ended(place, t_ns, Broken(kind, detail)):
            return {"place": place, "t_ns": t_ns, "broken": kind, "why": _said_as(detail)}
        case Present(place, why_not):
            return {"place": place, "present": why_not is None, "why": _said_as(why_not) if why_not else None}
        case Warned(text):
            return {"warned": text}
        case Beat():
            return {"beat": True}
        case _:
            raise TypeError(said)


def _said_as(saying: Saying) -> dict[str, Any]:
    return {"key": saying.key.value, "fields": dict(saying.fields)}


def _saying(fields: Mapping[str, Any]) -> Saying:
    return Saying(Key(fields["key"]), fields["fields"])


def _line(fields: object) -> bytes:
    return _as_json(fields).encode() + b"\n"


# Made once: ``json.dumps`` makes one for each call that does not want its own form.
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
