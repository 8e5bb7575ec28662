"""What a keyboard scanner typed for the bars of the card, to its settings (D8, D9, D11, D15, D16).

Every layout is tried, with Caps Lock by letters and as a shift lock where the scanner pressed it. The layouts that give all bars
exactly are those the scanner may be set to; on printable ASCII they are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from unicodedata import combining

from station import layouts
from station.calibration.around import Around, around
from station.calibration.findings import NS_PER_MS, Findings, Value, end_of, idle_ms, of_around, remarks_of_around
from station.calibration.texts import ONE_CASE, Seen, bars_in, changed_bars_in
from station.calibration.words import Remark, Word
from station.keyboard import CAPS_LOCK, KEYPAD, LEFT_ALT, RIGHT_ALT, Keyboard
from station.keymap import DEFAULT_RULES, EV_KEY, EV_SYN, PRESS, RELEASE, SYN_DROPPED, KeyEvent
from station.layouts import CapsKind, Layout
from station.layouts.layout import NOTHING

KeyTrace = Sequence[KeyEvent]

LIKELY = ("us", "gb", "de", "fr", "es", "it", "pt", "br", "be", "nl", "ch", "se", "dk", "no", "pl", "cz", "hu")
"""Where several layouts are alike, the first of these is taken."""
SLOW_MS = 100
"""What the usual idle_ms is made for."""
DIFFERENCES = 8


@dataclass(frozen=True, slots=True)
class Way:
    """How the scanner may be set up; ``locked`` where it takes it that Caps Lock is on here."""

    layout: str
    caps: CapsKind | None = None
    locked: bool = False


@cache
def _layout(name: str) -> Layout:
    return layouts.load(name)


def typed(trace: KeyTrace, way: Way) -> str:
    """Give all characters that were typed, control characters among them."""
    keyboard = Keyboard(_layout(way.layout), caps_kind=way.caps)
    text = keyboard.press(CAPS_LOCK) if way.locked else ""
    for event in trace:
        if event.type == EV_KEY and event.value == PRESS:
            text += keyboard.press(event.code)
        elif event.type == EV_KEY and event.value == RELEASE:
            text += keyboard.release(event.code)
    return text + keyboard.finish()


def ways(trace: KeyTrace) -> Iterator[Way]:
    """Give every way that may be behind a trace, the usual ones first."""
    pressed = any(event.type == EV_KEY and event.code == CAPS_LOCK for event in trace)
    names = sorted(layouts.names(), key=_rank)
    yield from (Way(name) for name in names)
    if pressed:
        yield from (Way(name, kind) for name in names for kind in ("letters", "shift") if kind != _layout(name).caps_kind)
    else:
        yield from (Way(name, kind, locked=True) for name in names for kind in ("letters", "shift"))


def lost(trace: KeyTrace) -> bool:
    """Say whether this computer was too slow for some of the keys."""
    return any(event.type == EV_SYN and event.code == SYN_DROPPED for event in trace)


def longest_pause_ns(trace: KeyTrace) -> int:
    """Give the longest time between two keys of one scan."""
    times = [event.t_ns for event in trace if event.type == EV_KEY]
    return max((later - earlier for earlier, later in pairwise(times)), default=0)


def bars_of(trace: KeyTrace) -> list[Seen]:
    """Give the bars in a trace, by the first way that finds any."""
    found = next((seen for way in ways(trace) if (seen := bars_in(typed(trace, way)))), None)
    return found or next((seen for way in ways(trace) if not way.locked and (seen := changed_bars_in(typed(trace, way)))), [])


def findings(traces: Mapping[int, KeyTrace], *, now: str = layouts.DEFAULT) -> Findings:
    """Give the settings of the scanner that typed these bars; ``now`` is the layout the station has for it."""
    fitting = {way: seen for way in _all_ways(traces.values()) if (seen := _fits(traces, way))}
    open_ways = [way for way in fitting if not way.locked]
    if not open_ways:
        return Findings(None, (_why_none(traces, list(fitting)),))
    way = min(open_ways, key=lambda each: (each.layout != now, each.caps is not None, _rank(each.layout)))
    found = around(fitting[way])
    if isinstance(found, Remark):
        return Findings(None, (found,))
    return _found(way, open_ways, found, fitting[way], traces)


def _found(way: Way, alike: Sequence[Way], found: Around, seen: Sequence[Seen], traces: Mapping[int, KeyTrace]) -> Findings:
    longest_ns = max(longest_pause_ns(trace) for trace in traces.values())
    idle = idle_ms(longest_ns, DEFAULT_RULES.idle_ms)
    end = "enter" if {"\r", "\n"} & set(found.end) else "tab" if found.end else "none"
    settings: dict[str, Value | None] = {
        "layout": way.layout,
        "terminator": end,
        "caps": way.caps,
        "idle_ms": idle if idle != DEFAULT_RULES.idle_ms else None,
    }
    remarks = [Remark(Word.LAYOUT, {"layout": way.layout, "title": layouts.TITLES[way.layout]}), *_alike(way, alike)]
    remarks += _manner(way, traces.values())
    remarks.append(Remark(Word.END if found.end else Word.NO_END_OF_KEYS, {"end": end_of(found), "idle": idle}))
    remarks.append(Remark(Word.SLOW if longest_ns > SLOW_MS * NS_PER_MS else Word.PAUSE, {"pause": longest_ns // NS_PER_MS, "idle": idle}))
    return Findings(settings | of_around(found), (*remarks, *remarks_of_around(found, seen)))


def _all_ways(traces: Iterable[KeyTrace]) -> Iterator[Way]:
    """Give the ways worth trying for all traces: those of any trace with Caps Lock, else those without."""
    there = list(traces)
    with_caps = [trace for trace in there if any(event.type == EV_KEY and event.code == CAPS_LOCK for event in trace)]
    return ways((with_caps or there)[0])


def _fits(traces: Mapping[int, KeyTrace], way: Way) -> list[Seen]:
    """Give the bars as this way has them; nothing where it does not give each exactly once."""
    seen: list[Seen] = []
    for number, trace in traces.items():
        found = bars_in(typed(trace, way))
        if [each.bar.number for each in found] != [number]:
            return []
        seen += found
    return seen


def _why_none(traces: Mapping[int, KeyTrace], locked: Sequence[Way]) -> Remark:
    if locked:
        return Remark(Word.CAPS_LOCK_ASSUMED, {"layout": layouts.TITLES[locked[0].layout]})
    changed = {each.said for trace in traces.values() for each in bars_of(trace) if each.said and each.said in ONE_CASE}
    return Remark(next(iter(changed))) if len(changed) == 1 else Remark(Word.NO_LAYOUT)


def _alike(way: Way, all_ways: Sequence[Way]) -> list[Remark]:
    others = sorted({each.layout for each in all_ways} - {way.layout}, key=_rank)
    if len(others) > len(layouts.names()) // 2:
        return [Remark(Word.ANY_LAYOUT)]
    return [_alike_to(way.layout, each) for each in others]


def _alike_to(chosen: str, other: str) -> Remark:
    signs = _differences(chosen, other)
    return Remark(Word.ALIKE if signs else Word.SAME, {"chosen": chosen, "other": other, "signs": signs})


def _differences(one: str, other: str) -> str:
    """Give the first signs beyond ASCII that two layouts have in other places, or one of them not at all; nothing for none."""
    places = [
        {(level, place): sign for level, row in enumerate(_layout(name).levels) for place, sign in enumerate(row)} for name in (one, other)
    ]
    wanted = [sign for at in sorted({*places[0], *places[1]}) for sign in _unlike(places[0].get(at, ""), places[1].get(at, ""))]
    return " ".join([*dict.fromkeys(wanted)][:DIFFERENCES])


def _unlike(one: str, other: str) -> list[str]:
    visible = [sign for sign in (one, other) if sign and sign != NOTHING and not sign.isascii() and not combining(sign)]
    return visible if one != other else []


def _manner(way: Way, traces: Iterable[KeyTrace]) -> list[Remark]:
    pressed = [event.code for trace in traces for event in trace if event.type == EV_KEY and event.value == PRESS]
    alt_codes = {LEFT_ALT, RIGHT_ALT} & set(pressed) and any(code in KEYPAD for code in pressed)
    remarks = [Remark(Word.ALT_CODES)] if alt_codes else []
    return remarks + ([Remark(Word.CAPS_PRESSED)] if CAPS_LOCK in pressed else [])


def _rank(name: str) -> tuple[int, str]:
    return (LIKELY.index(name) if name in LIKELY else len(LIKELY), name)
