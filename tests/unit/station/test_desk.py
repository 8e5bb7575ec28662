"""What a clerk sees, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.messages import Reply, Slip
from station.desk import PATIENCE_S, Desk
from station.json_screen import JsonLines
from station.screen import Scanned, Terminal, Waiting
from station.suggestions import Suggestions, parse
from station.words import Key, Language, Saying

CARD = "20000000000042"
SCAN_ID = "00000000-0000-7000-8000-000000000001"
SCAN = Scanned(7, SCAN_ID, CARD)
ONLINE, AWAY = Saying(Key.ONLINE), Saying(Key.HUB_AWAY)
NOISE, FULL = Saying(Key.ONLY_CONTROL_CHARACTERS), Saying(Key.DISK_FULL)


def a_reply(**fields: Any) -> Reply:
    base = {
        "scan_id": SCAN_ID,
        "station": "main-1",
        "seq": 7,
        "outcome": "accepted",
        "rule": "T1",
        "tone": "ok",
        "message": "Hold shelf A12. Hold until 4 December.",
        "decided_at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    return Reply.model_validate(base | fields)


@dataclass
class Timers:
    """Timers that go off when the test says so."""

    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def later(self, seconds: float, call: Callable[[], None]) -> Timers._Handle:
        entry = (seconds, call)
        self.waiting.append(entry)
        return Timers._Handle(self, entry)

    def go_off(self) -> None:
        for _, call in [self.waiting.pop() for _ in tuple(self.waiting)]:
            call()

    @dataclass
    class _Handle:
        timers: Timers
        entry: tuple[float, Callable[[], None]]

        def cancel(self) -> None:
            if self.entry in self.timers.waiting:
                self.timers.waiting.remove(self.entry)


class Shown:
    """A desk with its screen and its timers."""

    def __init__(
        self, *, colour: bool = False, signs: bool = True, steps: str = "", online: bool = True, language: Language = "en"
    ) -> None:
        self.lines: list[str] = []
        self.online: list[bool] = []
        self.timers = Timers()
        self.waiting = Waiting(3)
        screen = Terminal(colour=colour, signs=signs, language=language)
        self.desk = Desk(screen, self.lines.append, self.timers.later, Suggestions(parse(steps)))
        self.desk.watch(lambda: self.waiting, self.online.append)
        if online:
            self.desk.went_online(ONLINE)
            self.lines.clear()

    @property
    def text(self) -> str:
        return "".join(self.lines)


def test_a_reply_is_one_line_with_word_and_shape_then_title_and_slip() -> None:
    shown = Shown()
    shown.desk.scanned(SCAN)
    slip = Slip(kind="hold", lines=("Hold shelf A12", "until 4 December"))
    shown.desk.replied(a_reply(title="The Overstory", request_id="ILL-000123-7", slips=(slip,)), SCAN)
    assert shown.text.splitlines() == [
        " ✔ OK         Hold shelf A12. Hold until 4 December.",
        "    The Overstory · ILL-000123-7",
        "    hold slip: Hold shelf A12 | until 4 December",
    ]


@pytest.mark.parametrize(
    ("tone", "sign", "colour"), [("ok", "✔ OK", "42"), ("route", "➜ ROUTE", "43"), ("info", "\u2139 INFO", "44"), ("no", "✖ NO", "41")]
)
def test_a_tone_is_colour_word_and_shape(tone: str, sign: str, colour: str) -> None:
    shown = Shown(colour=True)
    shown.desk.replied(a_reply(tone=tone), SCAN)
    assert sign in shown.text
    assert f";{colour}m" in shown.text


def test_without_colour_there_is_no_escape_code() -> None:
    shown = Shown(online=False)
    shown.desk.replied(a_reply(), SCAN)
    shown.desk.went_offline(AWAY)
    shown.desk.scanned(SCAN)
    shown.desk.fault("damaged", NOISE)
    assert "\x1b" not in shown.text


def test_without_signs_there_is_only_ascii_of_ours() -> None:
    shown = Shown(signs=False)
    shown.desk.replied(a_reply(), SCAN)
    shown.desk.fault("damaged", NOISE)
    assert shown.text.isascii()


def test_a_station_that_is_looked_for_says_its_name_and_beeps_three_times() -> None:
    shown, beeps, sounds = Shown(), [], []

    class Ears:
        def tone(self, tone: str) -> None:
            sounds.append(tone)

        def answered(self, reply: Reply) -> None:
            raise AssertionError("nothing is answered")

    shown.desk.hear(Ears())
    shown.desk.watch(lambda: Waiting(0), lambda online: None, lambda scanner, tone: beeps.append((scanner, tone)))
    call = a_reply(rule="identify", seq=0, tone="info", message="This is station main-1, Main desk.")
    shown.desk.called(call)
    shown.desk.called(call)
    assert shown.text.count("This is station main-1, Main desk.") == 1
    assert beeps == [(None, "info")]
    shown.timers.go_off()
    assert beeps == [(None, "info")] * 3
    assert sounds == ["info"] * 3


def test_a_fast_answer_shows_no_waiting_line() -> None:
    shown = Shown()
    shown.desk.scanned(SCAN)
    shown.desk.replied(a_reply(), SCAN)
    shown.timers.go_off()
    assert "STORED" not in shown.text


def test_a_slow_answer_shows_stored_after_400_ms() -> None:
    shown = Shown()
    shown.desk.scanned(SCAN)
    assert [seconds for seconds, _ in shown.timers.waiting] == [PATIENCE_S] == [0.4]
    assert shown.text == ""
    shown.timers.go_off()
    assert "STORED" in shown.text
    assert "waiting for the hub (3 waiting)" in shown.text


def test_offline_is_said_at_once() -> None:
    shown = Shown(online=False)
    shown.desk.scanned(SCAN)
    assert "offline, kept here until the hub is back (3 waiting)" in shown.text


@pytest.mark.parametrize(
    ("age_s", "english", "german"),
    [
        (0.4, "(3 waiting)", "(3 wartend)"),
        (42.9, "(3 waiting, the first for 42 s)", "(3 wartend, der erste seit 42 s)"),
        (119, "(3 waiting, the first for 119 s)", "(3 wartend, der erste seit 119 s)"),
        (120, "(3 waiting, the first for 2 min)", "(3 wartend, der erste seit 2 Min.)"),
        (7200, "(3 waiting, the first for 2 h)", "(3 wartend, der erste seit 2 Std.)"),
        (200_000, "(3 waiting, the first for 2 days)", "(3 wartend, der erste seit 2 Tagen)"),
    ],
)
def test_what_waits_is_said_with_its_age(age_s: float, english: str, german: str) -> None:
    languages: list[tuple[Language, str]] = [("en", english), ("de", german)]
    for language, words in languages:
        shown = Shown(online=False, language=language)
        shown.waiting = Waiting(3, age_s)
        shown.desk.scanned(SCAN)
        assert words in shown.text


def test_going_on_and_offline_is_announced_once_each() -> None:
    shown = Shown()
    shown.desk.went_online(ONLINE)
    shown.desk.went_offline(AWAY)
    shown.desk.went_offline(AWAY)
    assert shown.online == [True, False]


def test_the_same_answer_twice_is_shown_once() -> None:
    shown = Shown()
    shown.desk.replied(a_reply(), SCAN)
    shown.desk.replied(a_reply(), SCAN)
    assert shown.text.count("OK") == 1


def test_a_card_number_is_never_shown_in_full() -> None:
    shown = Shown(online=False)
    shown.desk.scanned(SCAN)
    shown.desk.replied(a_reply(message="Reader 7: 1 ready on shelf A12", tone="info", outcome="no_change"), SCAN)
    assert CARD not in shown.text
    assert "…0042" in shown.text


def test_a_fault_asks_to_scan_again() -> None:
    shown = Shown()
    shown.desk.fault("incomplete", Saying(Key.CUT_OFF))
    assert shown.text.startswith(" ✖ SCAN AGAIN ")


def test_what_was_not_stored_is_said_in_red() -> None:
    shown = Shown(colour=True)
    shown.desk.not_stored(FULL)
    assert "NOT STORED" in shown.text
    assert ";41m" in shown.text


def test_text_from_outside_cannot_move_the_cursor() -> None:
    shown = Shown()
    shown.desk.replied(a_reply(message="\x1b[2Jgone", title="a\nb"), SCAN)
    assert "\x1b" not in shown.text
    assert "?[2Jgone" in shown.text


def test_an_again_is_marked() -> None:
    shown = Shown()
    shown.desk.replied(a_reply(again=True), SCAN)
    assert "OK (again)" in shown.text


def test_the_next_step_is_shown_and_advances_with_the_answer() -> None:
    shown = Shown(steps=f"{CARD}\tthe card\nILL-000007-3\trequest slip\t30\n", online=False)
    shown.desk.went_online(ONLINE)
    assert f"Next: scan {CARD}  (the card)" in shown.text
    shown.lines.clear()
    shown.desk.replied(a_reply(), SCAN)
    assert "Next: in 30 s ILL-000007-3  (request slip)" in shown.text
    shown.lines.clear()
    shown.timers.go_off()
    assert "Next: scan ILL-000007-3  (request slip)" in shown.text


def test_the_next_step_is_shown_again_after_another_scan() -> None:
    shown = Shown(steps="A1\tthe slip\n")
    shown.desk.replied(a_reply(tone="no", outcome="refused"), SCAN)
    assert shown.lines[-1] == "  ▸ Next: scan A1  (the slip)\n"


def test_a_german_terminal_shows_german_and_the_hubs_message_as_it_came() -> None:
    shown = Shown(language="de", online=False)
    shown.desk.scanned(SCAN)
    shown.desk.replied(a_reply(tone="route", again=True, slips=(Slip(kind="transit", lines=("Main desk",)),)), SCAN)
    shown.desk.fault("incomplete", Saying(Key.CUT_OFF))
    shown.desk.not_stored(FULL)
    shown.desk.went_online(ONLINE)
    assert shown.text.splitlines() == [
        " ⧗ GESPEICHERT …0042: offline, hier aufbewahrt, bis die Zentrale wieder da ist (3 wartend)",
        " ➜ WEITER (erneut) Hold shelf A12. Hold until 4 December.",
        "    …0042",
        "    Transportzettel: Main desk",
        " ✖ NEU SCANNEN Es kam nur ein Teil des Barcodes an (der Scanner wurde mitten im Scannen abgezogen)",
        " ✖ NICHT GESPEICHERT die Festplatte ist voll: Platz schaffen. Das Medium beiseitelegen und später noch einmal scannen.",
        "  · Online: Die Zentrale antwortet.",
    ]


def test_a_german_guided_run_says_the_next_step_in_german() -> None:
    shown = Shown(language="de", steps="A1\tLeihschein\n", online=False)
    shown.desk.went_online(ONLINE)
    assert shown.lines[-1] == "  ▸ Als Nächstes: A1 scannen  (Leihschein)\n"


def test_german_without_signs_writes_umlauts_out() -> None:
    shown = Shown(language="de", signs=False)
    shown.desk.fault("damaged", NOISE)
    assert "Der Barcode kam beschaedigt an" in shown.text


def test_json_lines_say_their_sentences_in_german_and_their_kinds_as_ever() -> None:
    lines: list[str] = []
    Desk(JsonLines("de"), lines.append, Timers().later).went_offline(AWAY)
    event = json.loads(lines[0])
    assert (event["event"], event["kind"]) == ("note", "offline")
    assert event["words"].startswith("Die Zentrale ist nicht da.")


def test_json_lines_hold_the_whole_reply() -> None:
    lines: list[str] = []
    desk = Desk(JsonLines(), lines.append, Timers().later)
    desk.scanned(SCAN)
    desk.replied(a_reply(), SCAN)
    desk.fault("damaged", NOISE)
    desk.not_stored(FULL)
    desk.went_online(ONLINE)
    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["waiting", "reply", "fault", "not_stored", "note"]
    assert (events[0]["waiting"], events[0]["oldest_s"]) == (0, 0.0)
    assert events[1]["barcode"] == CARD
    assert Reply.model_validate(events[1]["reply"]) == a_reply()
