"""What a scanner puts around its barcodes: prefix, identifier or code letters before, suffix and end behind (D15, D18, D22)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from station.calibration.texts import AIM_LETTER, GUARDS, Seen, Symbology
from station.calibration.words import Remark, Word

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]\Z")
_AIM_INSIDE = re.compile(r"\]C[0-9A-Za-z]")
_END = re.compile(r"[\r\n\t]*\Z")
_LETTERS = re.compile(r"[!-~]{1,2}")
_AIM_OF: dict[Symbology, str] = {"code128": "C0", "code39": "A0", "codabar": "F0"}


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same around every bar; ``end`` are the line ends and tabs behind it."""

    prefix: str
    suffix: str
    end: str
    aim: bool
    letters: Mapping[str, str] = field(default_factory=dict)
    """A maker's own code letters, with the AIM identifier each stands for."""


def around(seen: Sequence[Seen]) -> Around | Remark:
    """Give what is around these bars, or why no settings can take it off; one bar at least is in Code 128."""
    tail = next(each.tail for each in seen if each.bar.symbology == "code128")
    leads: dict[Symbology, str] = {}
    for each in seen:
        lead = _lead(each, tail)
        if lead is None:
            return Remark(Word.TAILS_DIFFER, {"bar": each.bar.number, "one": shown(tail), "other": shown(each.tail)})
        if leads.setdefault(each.bar.symbology, lead) != lead:
            return Remark(Word.LEADS_DIFFER, {"bar": each.bar.number, "one": shown(leads[each.bar.symbology]), "other": shown(lead)})
    return _read(leads, tail)


def shown(text: str) -> str:
    """Give the text with names for what cannot be seen."""
    names = {"\r": "CR", "\n": "LF", "\t": "Tab", "\x02": "STX", "\x03": "ETX", "\x1b": "ESC", "\x1d": "GS"}
    return "".join(f"<{names.get(sign, f'{ord(sign):02X}')}>" if not sign.isprintable() else sign for sign in text) or "-"


def _lead(seen: Seen, tail: str) -> str | None:
    """Give what stands before a bar whose tail is this one; start and stop may have been sent with it."""
    if seen.tail == tail:
        return seen.lead
    start, stop = GUARDS[seen.bar.symbology]
    for begin, end in ((start, stop), (start.lower(), stop.lower())):
        if begin and seen.lead.endswith(begin) and seen.tail == end + tail:
            return seen.lead.removesuffix(begin)
    return None


def _read(leads: Mapping[Symbology, str], tail: str) -> Around | Remark:
    end = _END.search(tail)
    assert end is not None  # noqa: S101 - it may be empty, but is there
    behind = _plain(tail[: end.start()])
    lead = leads["code128"]
    if _AIM.search(lead):
        prefix = lead[:-3]
        if any(not re.fullmatch(rf"\]{AIM_LETTER[kind]}[0-9A-Za-z]", each.removeprefix(prefix)) for kind, each in leads.items()):
            return _differ(leads)
        return Around(_plain(prefix), behind, end[0], aim=True)
    if _AIM_INSIDE.search(lead):
        return Remark(Word.AIM_FIRST, {"lead": shown(lead)})
    prefix = _common([*leads.values()])
    letters = {each.removeprefix(prefix): _AIM_OF[kind] for kind, each in leads.items() if each != prefix}
    if any(not _LETTERS.fullmatch(each) for each in letters):
        return _differ(leads)
    return Around(_plain(prefix), behind, end[0], aim=False, letters=letters)


def _common(leads: Sequence[str]) -> str:
    """Give what all of them begin with."""
    same = takewhile(lambda signs: len(set(signs)) == 1, zip(*leads, strict=False))
    return "".join(signs[0] for signs in same)


def _differ(leads: Mapping[Symbology, str]) -> Remark:
    return Remark(Word.KINDS_DIFFER, {"leads": ", ".join(f"{kind}: {shown(lead)}" for kind, lead in leads.items())})


def _plain(text: str) -> str:
    """Leave out what the station takes off by itself at either end."""
    while text and (text[0].isspace() or not text[0].isprintable()):
        text = text[1:]
    while text and (text[-1].isspace() or not text[-1].isprintable()):
        text = text[:-1]
    return text
