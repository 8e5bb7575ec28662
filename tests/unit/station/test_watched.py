"""Keyboards come, type and go: what the reader makes of it, on devices that keep the kernel's rules (decoding.md D2-D7, D16)."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

import pytest

from station.framing import Broken, Frame
from station.keymap import KeyRules
from station.layouts import load
from station.scanners.event_device import Device
from station.scanners.keyboards import Keyboard
from station.scanners.watched import Watched
from station.scanners.wire import Ended, Present, Said, Section, Typing, Warned
from station.words import Key
from tests.support.keyboard import MS, NUM_LOCK, FakeDevice, ModelScanner, Reader

LEFT, RIGHT = "1-2", "1-3"
SECOND = 1000 * MS
A = 30


class OldReader(Reader):
    """A kernel that knows neither clocks nor masks."""

    def use_monotonic_clock(self) -> None:
        """Refuse."""
        raise OSError(errno.EINVAL, "Invalid argument")

    def only(self, *kinds: int) -> None:
        """Refuse."""
        raise OSError(errno.EINVAL, "Invalid argument")


@dataclass
class Bench:
    """A machine with USB ports, its time, and what the reader said."""

    now_ns: int = 100 * SECOND
    plugged: dict[str, FakeDevice] = field(default_factory=dict)
    """What is plugged in, by port."""
    refused: dict[str, int] = field(default_factory=dict)
    """The error of opening, by port."""
    links: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)
    old_kernel: bool = False

    def watch(self, *matches: str, rules: KeyRules | None = None) -> Watched:
        """Begin to read."""
        sections = [Section(match, "us", rules or KeyRules()) for match in matches]
        watched = Watched(sections, self.said.append, find=self._find, open_device=self._open, clock=lambda: self.now_ns)
        watched.look()
        return watched

    def wait(self, watched: Watched, ns: int) -> None:
        """Let time pass, serving what is due."""
        end = self.now_ns + ns
        while (due := watched.due_ns) is not None and due <= end:
            self.now_ns = due
            watched.serve()
        self.now_ns = end
        watched.serve()

    def type(self, port: str, text: str, watched: Watched, *, every: int = 8) -> None:
        """Type a scan, 2 ms a report, read every few reports."""
        for place, report in enumerate(ModelScanner(load("us")).types(text)):
            self.now_ns += 2 * MS
            self.plugged[port].type(report, self.now_ns)
            if place % every == 0:
                watched.serve()
        watched.serve()

    def plug(self, port: str) -> FakeDevice:
        """Plug in a scanner."""
        self.plugged[port] = FakeDevice()
        return self.plugged[port]

    def unplug(self, port: str) -> None:
        """Pull it out."""
        self.plugged.pop(port).unplug()

    def ended(self) -> list[tuple[int, str]]:
        """Give section and text of each frame, or section and kind of each fault."""
        return [
            (each.place, each.what.data.decode() if isinstance(each.what, Frame) else each.what.kind.upper())
            for each in self.said
            if isinstance(each, Ended)
        ]

    def states(self) -> list[tuple[int, Key | None]]:
        """Give what was said of the scanners: None for there."""
        return [(each.place, each.why_not.key if each.why_not else None) for each in self.said if isinstance(each, Present)]

    def _find(self) -> list[Keyboard]:
        return [
            Keyboard(node=f"/dev/input/{port}", name="Scanner", vendor="05e0", product="1200", port=port, serial=None, links=self.links)
            for port in self.plugged
        ]

    def _open(self, path: str) -> Device:
        port = path.rpartition("/")[2]
        if port in self.refused:
            raise OSError(self.refused[port], "refused")
        if self.old_kernel:
            reader = OldReader(self.plugged[port])
            self.plugged[port].readers.append(reader)
            return reader
        return self.plugged[port].open()


@pytest.fixture
def bench() -> Bench:
    """A machine with one scanner."""
    bench = Bench()
    bench.plug(LEFT)
    return bench


def ready(bench: Bench, *matches: str, rules: KeyRules | None = None) -> Watched:
    """Begin to read, and wait until it is believed."""
    watched = bench.watch(*(matches or (LEFT,)), rules=rules)
    bench.wait(watched, 2 * SECOND)
    return watched


def test_a_scan_is_a_frame_with_the_time_of_its_enter(bench: Bench) -> None:
    watched = ready(bench)
    bench.type(LEFT, "30000000000017", watched)
    (ended,) = [each for each in bench.said if isinstance(each, Ended)]
    assert ended.what == Frame(b"30000000000017")
    # Enter goes down one report before the last.
    assert ended.t_ns == bench.now_ns - 2 * MS


def test_while_a_scan_is_in_hand_the_agent_is_kept_awake_and_not_after_its_end(bench: Bench) -> None:
    watched = ready(bench)
    before = len(bench.said)
    bench.type(LEFT, "30000000000017", watched, every=1)
    kinds = [type(each) for each in bench.said[before:]]
    assert len(kinds) > 14
    assert set(kinds[:-1]) == {Typing}
    assert kinds[-1] is Ended


def test_keys_of_no_scan_keep_nobody_awake(bench: Bench) -> None:
    watched = ready(bench)
    before = len(bench.said)
    bench.plugged[LEFT].type(((NUM_LOCK, 1), (NUM_LOCK, 0)), bench.now_ns)
    watched.serve()
    assert bench.said[before:] == []


def test_d2_it_is_grabbed_and_only_then_said_to_be_there(bench: Bench) -> None:
    watched = bench.watch(LEFT)
    assert bench.plugged[LEFT].grabbed_by is not None
    assert bench.states() == []
    bench.wait(watched, 2 * SECOND)
    assert bench.states() == [(0, None)]


def test_d2_a_key_that_is_down_is_waited_for_so_that_nobody_else_misses_its_going_up(bench: Bench) -> None:
    device = bench.plugged[LEFT]
    device.type(((A, 1),), bench.now_ns)
    watched = bench.watch(LEFT)
    bench.wait(watched, SECOND)
    assert device.grabbed_by is None
    device.type(((A, 0),), bench.now_ns)
    bench.wait(watched, 50 * MS)
    assert device.grabbed_by is not None


def test_d2_a_key_that_stays_down_is_waited_for_two_seconds(bench: Bench) -> None:
    device = bench.plugged[LEFT]
    device.type(((A, 1),), bench.now_ns)
    watched = bench.watch(LEFT)
    bench.wait(watched, 2 * SECOND + 50 * MS)
    assert device.grabbed_by is not None
    bench.wait(watched, 2 * SECOND)
    assert bench.states() == [(0, None)]


def test_d2_a_kernel_without_clocks_or_masks_is_warned_of_and_used(bench: Bench) -> None:
    bench.old_kernel = True
    ready(bench)
    assert [each.text.partition(": ")[2] for each in bench.said if isinstance(each, Warned)] == [
        "the clock could not be set: Invalid argument",
        "the mask could not be set: Invalid argument",
    ]
    assert bench.states() == [(0, None)]


def test_d2_what_another_program_grabbed_is_in_use_and_tried_again(bench: Bench) -> None:
    other = bench.plugged[LEFT].open()
    other.grab()
    watched = bench.watch(LEFT)
    watched.look()
    assert bench.states() == [(0, Key.KEYBOARD_IN_USE)]
    other.close()
    watched.look()
    bench.wait(watched, 2 * SECOND)
    assert bench.states() == [(0, Key.KEYBOARD_IN_USE), (0, None)]


def test_d3_closing_frees_the_scanner(bench: Bench) -> None:
    watched = ready(bench)
    watched.close()
    assert bench.plugged[LEFT].readers == []
    assert bench.plugged[LEFT].grabbed_by is None


@pytest.mark.parametrize(("error", "key"), [(errno.EACCES, Key.KEYBOARD_FORBIDDEN), (errno.EIO, Key.KEYBOARD_UNUSABLE)])
def test_a_keyboard_that_cannot_be_opened_is_said_once_with_the_reason(bench: Bench, error: int, key: Key) -> None:
    bench.refused[LEFT] = error
    watched = bench.watch(LEFT)
    watched.look()
    assert bench.states() == [(0, key)]
    bench.refused.clear()
    watched.look()
    bench.wait(watched, 2 * SECOND)
    assert bench.states()[1:] == [(0, None)]


def test_opened_in_the_middle_of_a_scan_its_rest_is_damaged_and_no_barcode(bench: Bench) -> None:
    reports = ModelScanner(load("us")).types("30000000000017")
    watched = bench.watch(LEFT)
    for report in reports[len(reports) // 2 :]:
        bench.now_ns += 2 * MS
        bench.plugged[LEFT].type(report, bench.now_ns)
        watched.serve()
    assert bench.ended() == [(0, "DAMAGED")]
    bench.type(LEFT, "30000000000017", watched)
    assert bench.ended()[1:] == [(0, "30000000000017")]


def test_d5_lost_events_are_damaged_and_the_next_scan_after_its_end_is_whole(bench: Bench) -> None:
    watched = ready(bench)
    bench.type(LEFT, "0123456789" * 5, watched, every=1000)
    bench.type(LEFT, "1", watched)
    bench.type(LEFT, "30000000000017", watched)
    assert [what for _, what in bench.ended()][-2:] == ["DAMAGED", "30000000000017"]
    assert {what for _, what in bench.ended()} == {"DAMAGED", "30000000000017"}


def test_d6_unplugged_in_the_middle_is_incomplete_and_found_again(bench: Bench) -> None:
    watched = ready(bench)
    for report in ModelScanner(load("us")).types("3000000")[:10]:
        bench.plugged[LEFT].type(report, bench.now_ns)
    watched.serve()
    bench.unplug(LEFT)
    watched.serve()
    watched.look()
    assert bench.ended() == [(0, "INCOMPLETE")]
    assert bench.states() == [(0, None), (0, Key.KEYBOARD_UNPLUGGED)]
    bench.plug(LEFT)
    watched.look()
    bench.wait(watched, 2 * SECOND)
    bench.type(LEFT, "17", watched)
    assert bench.ended()[1:] == [(0, "17")]
    assert bench.states()[2:] == [(0, None)]


def test_d6_replugged_before_anybody_looked_it_is_opened_anew(bench: Bench) -> None:
    watched = ready(bench)
    bench.unplug(LEFT)
    bench.plug(LEFT)
    watched.look()
    bench.wait(watched, 2 * SECOND)
    bench.type(LEFT, "17", watched)
    assert bench.ended() == [(0, "17")]


def test_a_scanner_that_was_never_there_is_missing_and_said_once(bench: Bench) -> None:
    watched = bench.watch(RIGHT)
    watched.look()
    assert bench.states() == [(0, Key.KEYBOARD_MISSING)]


def test_a_keyboard_that_no_section_names_is_never_opened(bench: Bench) -> None:
    somebodys = bench.plug(RIGHT)
    watched = ready(bench, LEFT)
    watched.look()
    assert somebodys.readers == []


def test_d7_twins_in_two_ports_are_two_scanners(bench: Bench) -> None:
    bench.plug(RIGHT)
    watched = ready(bench, LEFT, RIGHT)
    reports = zip(ModelScanner(load("us")).types("1111"), ModelScanner(load("us")).types("2222"), strict=True)
    for left, right in reports:
        bench.now_ns += 2 * MS
        bench.plugged[LEFT].type(left, bench.now_ns)
        bench.plugged[RIGHT].type(right, bench.now_ns)
        watched.serve()
    assert sorted(bench.ended()) == [(0, "1111"), (1, "2222")]


def test_d7_two_keyboards_of_one_section_have_a_decoder_each(bench: Bench) -> None:
    bench.plug(RIGHT)
    watched = ready(bench, "05e0:1200")
    for left, right in zip(ModelScanner(load("us")).types("1111"), ModelScanner(load("us")).types("2222"), strict=True):
        bench.now_ns += 2 * MS
        bench.plugged[LEFT].type(left, bench.now_ns)
        bench.plugged[RIGHT].type(right, bench.now_ns)
        watched.serve()
    assert bench.ended() == [(0, "1111"), (0, "2222")]


def test_two_sections_that_mean_one_keyboard_both_say_so_and_neither_reads_it(bench: Bench) -> None:
    ready(bench, LEFT, "05e0:1200")
    assert bench.states() == [(0, Key.KEYBOARD_OF_TWO), (1, Key.KEYBOARD_OF_TWO)]
    assert bench.plugged[LEFT].readers == []


def test_a_keyboard_that_comes_to_be_meant_twice_is_let_go(bench: Bench) -> None:
    # udev makes the link by id later than the kernel the device.
    watched = ready(bench, LEFT, "usb-Symbol_*")
    assert bench.states()[-1] == (0, None)
    bench.links = ("/dev/input/by-id/usb-Symbol_1-event-kbd",)
    watched.look()
    assert bench.states()[-2:] == [(0, Key.KEYBOARD_OF_TWO), (1, Key.KEYBOARD_OF_TWO)]
    assert bench.plugged[LEFT].readers == []


def test_d16_a_scan_that_stands_still_is_incomplete_when_its_time_has_come(bench: Bench) -> None:
    watched = ready(bench)
    for report in ModelScanner(load("us")).types("3000000")[:10]:
        bench.plugged[LEFT].type(report, bench.now_ns)
    watched.serve()
    assert watched.due_ns == bench.now_ns + 300 * MS + 1
    bench.wait(watched, SECOND)
    assert bench.ended() == [(0, "INCOMPLETE")]
    assert watched.due_ns is None


def test_d16_without_a_terminator_the_pause_ends_the_scan_with_the_time_of_its_last_key(bench: Bench) -> None:
    watched = ready(bench, rules=KeyRules(terminator="none"))
    for report in ModelScanner(load("us")).types("17")[:-2]:
        bench.plugged[LEFT].type(report, bench.now_ns)
    typed_ns = bench.now_ns
    watched.serve()
    bench.wait(watched, SECOND)
    (ended,) = [each for each in bench.said if isinstance(each, Ended)]
    assert (ended.what, ended.t_ns) == (Frame(b"17"), typed_ns)


def test_what_was_ignored_is_counted_and_logged_when_the_scanner_goes(bench: Bench) -> None:
    watched = ready(bench)
    for value in (1, 0):
        bench.plugged[LEFT].type(((NUM_LOCK, value),), bench.now_ns)
    watched.serve()
    watched.close()
    assert bench.said[-1] == Warned("/dev/input/1-2: ignored_keys 1, dropped_controls 0, overflows 0")


def inhibited(bench: Bench) -> FakeDevice:
    """Plug in a scanner that udev switched off at once."""
    device = bench.plug(LEFT)
    device.inhibited = True
    return device


def test_a_scanner_that_was_inhibited_types_to_nobody_until_it_is_grabbed_and_again_when_it_is_closed(bench: Bench) -> None:
    device = inhibited(bench)
    console = device.open()
    device.type(((A, 1), (A, 0)), bench.now_ns)
    watched = ready(bench)
    bench.type(LEFT, "17", watched)
    assert bench.ended() == [(0, "17")]
    watched.close()
    device.type(((A, 1), (A, 0)), bench.now_ns)
    assert console.read() == []
    assert device.inhibited


def test_it_is_switched_off_again_when_nobody_is_left_to_be_told(bench: Bench) -> None:
    """The station was killed in the middle of a scan: who reads for it says so in vain."""
    device = inhibited(bench)
    watched = ready(bench)
    device.type(((A, 1), (A, 0)), bench.now_ns)
    watched.serve()

    def nobody(said: Said) -> None:
        raise BrokenPipeError

    watched._tell = nobody
    with pytest.raises(BrokenPipeError):
        watched.close()
    assert device.inhibited


def test_a_scanner_that_nobody_inhibited_is_left_so(bench: Bench) -> None:
    ready(bench).close()
    assert not bench.plugged[LEFT].inhibited


def test_a_scanner_that_this_user_may_not_switch_on_is_said_to_be_so_and_tried_again(bench: Bench) -> None:
    device = inhibited(bench)
    device.may_inhibit = False
    watched = bench.watch(LEFT)
    watched.look()
    assert bench.states() == [(0, Key.KEYBOARD_INHIBITED)]
    assert device.readers == []
    device.may_inhibit = True
    watched.look()
    bench.wait(watched, 2 * SECOND)
    assert bench.states()[1:] == [(0, None)]


def test_a_scanner_that_is_inhibited_while_it_is_read_is_switched_on_again_and_its_half_scan_is_incomplete(bench: Bench) -> None:
    watched, device = ready(bench), bench.plugged[LEFT]
    for report in ModelScanner(load("us")).types("3000000")[:10]:
        device.type(report, bench.now_ns)
    watched.serve()
    device.inhibit(bench.now_ns, on=True)
    watched.look()
    assert bench.ended() == [(0, "INCOMPLETE")]
    assert not device.inhibited
    bench.wait(watched, 2 * SECOND)
    bench.type(LEFT, "17", watched)
    assert bench.ended()[1:] == [(0, "17")]


def test_d9_a_caps_lock_light_that_is_on_at_open_is_known_and_logged(bench: Bench) -> None:
    bench.plugged[LEFT].caps_lock_light = True
    watched = ready(bench, rules=KeyRules(caps_light=True))
    bench.type(LEFT, "a1", watched)
    assert bench.ended() == [(0, "A1")]
    assert [each.text.partition(": ")[2][:26] for each in bench.said if isinstance(each, Warned)] == ["its Caps Lock light is on:"]


def test_the_faults_have_words(bench: Bench) -> None:
    watched = bench.watch(LEFT)
    bench.type(LEFT, "17", watched)
    (ended,) = [each for each in bench.said if isinstance(each, Ended)]
    assert isinstance(ended.what, Broken)
    assert str(ended.what.detail) == "it began before this station listened"


@pytest.mark.parametrize("wrong_ns", [2**62, -(2**62)])
def test_a_time_that_cannot_be_is_now_so_that_pauses_still_end_scans(bench: Bench, wrong_ns: int) -> None:
    watched = ready(bench)
    bench.plugged[LEFT].type(((A, 1),), wrong_ns)
    watched.serve()
    bench.wait(watched, 2 * SECOND)
    bench.plugged[LEFT].type(((A, 0),), bench.now_ns)
    bench.type(LEFT, "30000000000017", watched)
    assert bench.ended() == [(0, "INCOMPLETE"), (0, "30000000000017")]
