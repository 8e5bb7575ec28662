"""What the desk shows, as lines of a terminal: one large line a scan, by colour, word and shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from broker.messages import Reply
from station.framing import BrokenKind
from station.suggestions import Step
from station.words import LANGUAGES, Key, Language, Saying, in_ascii, spoken

SHAPES = {"ok": "✔", "route": "➜", "info": "ℹ", "no": "✖", "wait": "⧗", "next": "▸", "note": "·"}  # noqa: RUF001 - the sign is meant
PLAIN_SHAPES = {"ok": "+", "route": ">", "info": "i", "no": "X", "wait": "~", "next": ">", "note": "-"}
VERDICTS = {"ok": Key.OK, "route": Key.ROUTE, "info": Key.INFO, "no": Key.NO}
# Black on green, black on amber, white on blue, white on red: words stay readable without colour, too.
COLOURS = {"ok": "30;42", "route": "30;43", "info": "97;44", "no": "97;41", "wait": "7", "next": "1", "note": "2"}

SLIPS = {"request": Key.REQUEST_SLIP, "transit": Key.TRANSIT_SLIP, "hold": Key.HOLD_SLIP, "return": Key.RETURN_SLIP}
FAULTS: dict[BrokenKind, Key] = {
    "damaged": Key.DAMAGED,
    "incomplete": Key.INCOMPLETE,
    "too_long": Key.TOO_LONG,
    "foreign": Key.FOREIGN,
}
NoteKind = Literal["ready", "online", "offline", "scanner", "problem", "storing", "printer", "settings"]
# The largest unit of which there are at least two.
UNITS = ((Key.DAYS, 86400, 172800), (Key.HOURS, 3600, 7200), (Key.MINUTES, 60, 120), (Key.SECONDS, 1, 0))
AGE_WORTH_SAYING_S = 5


@dataclass(frozen=True, slots=True)
class Scanned:
    """A stored scan as the desk knows it; with the scanner only while somebody stands there who wants to hear of it."""

    seq: int
    scan_id: str
    barcode: str
    scanner: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many scans the hub has not confirmed, and for how long the first of them has waited."""

    count: int
    oldest_s: float = 0.0


class Screen(Protocol):
    """Where the desk shows things; each call gives the text to write, line ends included."""

    def reply(self, reply: Reply, scan: Scanned | None) -> str:
        """The hub answered."""

    def waiting(self, scan: Scanned, waiting: Waiting, *, online: bool) -> str:
        """A scan is stored and not answered yet."""

    def fault(self, kind: BrokenKind, detail: Saying) -> str:
        """A scanner delivered no barcode."""

    def not_stored(self, why: Saying) -> str:
        """Nothing was stored: the scan does not count."""

    def note(self, kind: NoteKind, saying: Saying) -> str:
        """Something about the station itself."""

    def next_step(self, step: Step, wait_s: float) -> str:
        """What to scan next in a guided run."""


class Terminal:
    """Lines for a person; without ``colour`` there is no escape code in them, without ``signs`` only ASCII of ours."""

    def __init__(self, *, width: int = 80, colour: bool = True, signs: bool = True, language: Language = "en") -> None:
        self._width = width
        self._colour = colour
        self._shapes = SHAPES if signs else PLAIN_SHAPES
        self._words = LANGUAGES[language] if signs else in_ascii(LANGUAGES[language])

    def reply(self, reply: Reply, scan: Scanned | None) -> str:
        """Verdict on one line in its tone's colour, then title and slips."""
        tone = reply.tone.value
        verdict = Saying(VERDICTS[tone])
        lines = [self._band(tone, Saying(Key.AGAIN, {"verdict": verdict}) if reply.again else verdict, reply.message)]
        lines += self._about(reply, scan)
        for slip in reply.slips:
            lines.append(f"    {self._words[SLIPS[slip.kind]]}: {' | '.join(_printable(line) for line in slip.lines)}")
        return _joined(lines)

    def waiting(self, scan: Scanned, waiting: Waiting, *, online: bool) -> str:
        """Stored, and why there is no answer yet."""
        why = Saying(Key.WAITS_FOR_HUB if online else Key.WAITS_OFFLINE, {"scan": self._ending(scan), "waiting": _queue(waiting)})
        return _joined([self._band("wait", Saying(Key.STORED), self._say(why))])

    def fault(self, kind: BrokenKind, detail: Saying) -> str:
        """Never a barcode, and always the same request."""
        return _joined([self._band("no", Saying(Key.SCAN_AGAIN), f"{self._words[FAULTS[kind]]} ({self._say(detail)})")])

    def not_stored(self, why: Saying) -> str:
        """Red, and plainly not taken."""
        return _joined([self._band("no", Saying(Key.NOT_STORED), self._say(Saying(Key.KEEP_ASIDE, {"why": why})))])

    def note(self, kind: str, saying: Saying) -> str:
        """Small print, except for a problem."""
        if kind in ("problem", "offline"):
            return _joined([self._painted("note", f"  {self._shapes['no']} {_printable(self._say(saying))}")])
        return _joined([self._painted("note", f"  {self._shapes['note']} {_printable(self._say(saying))}")])

    def next_step(self, step: Step, wait_s: float) -> str:
        """The next barcode in full: it is there to be scanned."""
        key = Key.NEXT_LATER if wait_s > 0 else Key.NEXT_NOW
        words = self._say(Saying(key, {"barcode": step.barcode, "why": step.why, "seconds": f"{wait_s:.0f}"}))
        return _joined([self._painted("next", f"  {self._shapes['next']} {_printable(words)}")])

    def _about(self, reply: Reply, scan: Scanned | None) -> list[str]:
        item = " · " if self._shapes is SHAPES else " - "
        known = [part for part in (reply.title, reply.request_id) if part]
        if not reply.request_id and scan is not None:
            known.append(self._ending(scan))
        return [f"    {_printable(item.join(known))}"] if known else []

    def _ending(self, scan: Scanned) -> str:
        return ending(scan.barcode, before="…" if self._shapes is SHAPES else "..")

    def _say(self, saying: Saying) -> str:
        return spoken(saying, self._words)

    def _band(self, tone: str, word: Saying, message: str) -> str:
        text = f" {self._shapes[tone]} {self._say(word):<10} {_printable(message)}"
        return self._painted(tone, f"{text:<{self._width - 1}}" if self._colour else text, bold=True)

    def _painted(self, tone: str, text: str, *, bold: bool = False) -> str:
        if not self._colour:
            return text
        return f"\x1b[{'1;' if bold else ''}{COLOURS[tone]}m{text}\x1b[0m"


def ending(barcode: str, *, before: str = "…") -> str:
    """Give the last four characters: enough to know what was scanned, too few to be a patron's card."""
    shown = _printable(barcode[-4:])
    return f"{before}{shown}" if len(barcode) > 4 else shown


def _queue(waiting: Waiting) -> Saying:
    if waiting.oldest_s < AGE_WORTH_SAYING_S:
        return Saying(Key.WAITING, {"count": waiting.count})
    return Saying(Key.WAITING_SINCE, {"count": waiting.count, "age": _age(waiting.oldest_s)})


def _age(seconds: float) -> Saying:
    key, unit_s = next((key, unit_s) for key, unit_s, from_s in UNITS if seconds >= from_s)
    return Saying(key, {"count": int(seconds // unit_s)})


def _printable(text: str) -> str:
    # Text from outside must not move the cursor or change colours.
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
