"""A scanner types any text in any layout and any way, into a device that keeps the kernel's rules: it comes back as it was."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.framing import Broken, Frame
from station.keymap import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, KeyDecoder, KeyEvent, KeyRules
from station.layouts import load, names
from tests.support.keyboard import (
    BUFFER,
    ENTER,
    EV_MSC,
    KEYPAD_ENTER,
    MS,
    SHIFT,
    FakeDevice,
    ModelScanner,
    Reader,
    Report,
    Style,
    events,
    opened,
)
from tests.support.typed_keys import styles

BARCODE = "30000000000017"
RULES = KeyRules(alt_unicode=True)

STYLES = styles((ENTER,), (KEYPAD_ENTER,), (ENTER, ENTER), (ENTER, KEYPAD_ENTER))
TEXTS = st.text(
    st.one_of(
        st.characters(min_codepoint=32, max_codepoint=126),
        st.characters(min_codepoint=160, max_codepoint=0x24F),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd"),
        st.sampled_from("\x1d´`^~¨ˇ€ßÉêñ"),
    ),
    min_size=1,
    max_size=30,
)
TYPED = st.tuples(st.sampled_from(names()), STYLES, TEXTS)


def frames(found: list[Frame | Broken]) -> list[str]:
    assert [each for each in found if isinstance(each, Broken)] == []
    return [each.data.decode() for each in found if isinstance(each, Frame)]


def reports_of(layout: str, style: Style, text: str) -> list[Report]:
    return ModelScanner(load(layout), style).types(text)


@settings(max_examples=400, deadline=None)
@given(TYPED)
def test_d8_to_d13_any_text_in_any_layout_comes_back_exactly(typed: tuple[str, Style, str]) -> None:
    layout, style, text = typed
    keys = KeyDecoder(load(layout), RULES)
    assert frames(keys.feed(events(reports_of(layout, style, text)))) == [text]


@pytest.mark.parametrize("name", names())
def test_d8_every_sign_of_a_layout_comes_back_exactly(name: str) -> None:
    layout = load(name)
    signs = {sign for sign in "".join(layout.levels) if sign not in layout.dead and sign != "\ufffd"}
    signs |= {each for dead in layout.dead.values() for each in (dead.bare, *dead.composed.values())}
    for style in (Style(), Style(caps=True, shift="held", roll_over=True, altgr="ctrl+alt")):
        text = "".join(sorted(signs))
        keys = KeyDecoder(layout, KeyRules(max_length=4096, alt_unicode=True))
        assert frames(keys.feed(events(ModelScanner(layout, style).types(text)))) == [text]


@settings(max_examples=60, deadline=None)
@given(TYPED)
def test_one_event_at_a_time_makes_no_difference(typed: tuple[str, Style, str]) -> None:
    layout, style, text = typed
    keys = KeyDecoder(load(layout), RULES)
    found: list[Frame | Broken] = []
    for event in events(reports_of(layout, style, text), gap_ns=100 * MS):
        found += keys.feed([event]) + keys.idle(event.t_ns + 90 * MS)
    assert frames(found) == [text]


@settings(max_examples=60, deadline=None)
@given(TYPED, TYPED, st.randoms(use_true_random=False))
def test_d7_another_scanner_beside_it_makes_no_difference(one: tuple[str, Style, str], other: tuple[str, Style, str], luck: Random) -> None:
    sides = [(KeyDecoder(load(layout), RULES), events(reports_of(layout, style, text)), text) for layout, style, text in (one, other)]
    found: list[list[Frame | Broken]] = [[], []]
    places = [0, 0]
    while any(place < len(side[1]) for place, side in zip(places, sides, strict=True)):
        turn = luck.choice([index for index in (0, 1) if places[index] < len(sides[index][1])])
        found[turn] += sides[turn][0].feed([sides[turn][1][places[turn]]])
        places[turn] += 1
    assert [frames(each) for each in found] == [[one[2]], [other[2]]]


def serve(
    reader: Reader, keys: KeyDecoder, now_ns: int, meanwhile: Iterator[Report] | None = None, device: FakeDevice | None = None
) -> list[Frame | Broken]:
    """Read as a station does: all there is, then the keys if they are needed, then the pause; some reports may come in between."""
    found: list[Frame | Broken] = []
    while batch := reader.read():
        found += keys.feed(batch)
    if keys.needs_keys:
        for report in meanwhile or ():
            assert device is not None
            device.type(report, now_ns)
        keys.resync(reader.keys_down(), now_ns)
    return found + keys.idle(now_ns)


def slots(report: Report) -> int:
    return len(report) + 1


@settings(max_examples=60, deadline=None)
@given(st.lists(TYPED, min_size=1, max_size=3), st.lists(st.integers(1, BUFFER - 1), min_size=1, max_size=20))
def test_batches_of_any_size_make_no_difference_while_the_buffer_suffices(scans: list[tuple[str, Style, str]], sizes: list[int]) -> None:
    layout = scans[0][0]
    device = FakeDevice()
    reader, keys = opened(device), KeyDecoder(load(layout), RULES)
    found: list[Frame | Broken] = []
    now_ns = waiting = turn = 0
    for _, style, text in scans:
        for report in reports_of(layout, style, text):
            if waiting + slots(report) > sizes[turn % len(sizes)]:
                found += serve(reader, keys, now_ns)
                waiting, turn = 0, turn + 1
            now_ns += MS
            device.type(report, now_ns)
            waiting += slots(report)
    found += serve(reader, keys, now_ns)
    assert frames(found) == [text for _, _, text in scans]
    assert keys.counts.overflows == 0


def is_part_in_order(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(each in rest for each in part)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["us", "de", "fr"]),
    STYLES,
    st.lists(st.tuples(st.integers(1, 12), st.sampled_from([0, 3, 40, 400, 1500])), min_size=2, max_size=8),
    st.lists(st.integers(1, 90), min_size=1, max_size=20),
    st.lists(st.integers(0, 9), min_size=1, max_size=10),
    st.dictionaries(st.integers(0, 300), st.sampled_from([310, 700, 950]), max_size=2),
)
def test_d5_whatever_is_lost_no_barcode_is_ever_wrong_and_what_is_lost_is_heard(
    layout: str, style: Style, scans: list[tuple[int, int]], waits: list[int], races: list[int], stalls: dict[int, int]
) -> None:
    """The reader comes late; keys pressed while it asks which are down are lost too; and the scanner stands still in a scan."""
    texts = [f"{place}" + "ABCdef1234/-"[:length] for place, (length, _) in enumerate(scans)]
    queue = [
        (report, pause if first else 2)
        for text, (_, pause) in zip(texts, scans, strict=True)
        for first, report in starts(layout, style, text)
    ]
    queue = [(report, stalls.get(place, pause)) for place, (report, pause) in enumerate(queue)]
    device = FakeDevice()
    reader, keys = opened(device), KeyDecoder(load(layout), RULES)
    found: list[Frame | Broken] = []
    now_ns, turn, left = 0, 0, waits[0]
    while queue:
        report, pause_ms = queue.pop(0)
        now_ns += pause_ms * MS
        device.type(report, now_ns)
        left -= 1
        if left <= 0:
            turn += 1
            left, race = waits[turn % len(waits)], races[turn % len(races)]
            found += serve(reader, keys, now_ns, (queue.pop(0)[0] for _ in range(min(race, len(queue)))), device)
    found += serve(reader, keys, now_ns) + keys.idle(now_ns + 2000 * MS)
    good = [each.data.decode() for each in found if isinstance(each, Frame)]
    faults = [each.kind for each in found if isinstance(each, Broken)]
    assert is_part_in_order(good, texts)
    assert "damaged" in faults or not keys.counts.overflows
    assert good == texts or faults
    assert not faults or keys.counts.overflows or stalls
    device_is_quiet_and_the_next_scan_is_right(device, reader, keys, now_ns + 3000 * MS, layout, style)


def starts(layout: str, style: Style, text: str) -> list[tuple[bool, Report]]:
    return [(place == 0, report) for place, report in enumerate(reports_of(layout, style, text))]


def device_is_quiet_and_the_next_scan_is_right(
    device: FakeDevice, reader: Reader, keys: KeyDecoder, now_ns: int, layout: str, style: Style
) -> None:
    found: list[Frame | Broken] = []
    for report in reports_of(layout, style, BARCODE):
        now_ns += 2 * MS
        device.type(report, now_ns)
        found += serve(reader, keys, now_ns)
    assert frames(found) == [BARCODE]


def test_d5_one_overflow_is_one_damaged_scan_and_the_next_is_right() -> None:
    device = FakeDevice()
    reader, keys = opened(device), KeyDecoder(load("us"))
    reports = reports_of("us", Style(), BARCODE + BARCODE + "0")
    found: list[Frame | Broken] = []
    for place, report in enumerate(reports):
        device.type(report, place * MS)
        if place == len(reports) - 5:
            found += serve(reader, keys, place * MS)
    found += serve(reader, keys, len(reports) * MS)
    assert [each.kind for each in found if isinstance(each, Broken)] == ["damaged"]
    assert keys.counts.overflows == 1
    for place, report in enumerate(reports_of("us", Style(), BARCODE)):
        device.type(report, (100 + place) * MS)
    assert frames(serve(reader, keys, 200 * MS)) == [BARCODE]


# What the device does, after evdev.c of the kernel


def typed_into(device: FakeDevice, text: str, start_ns: int = 0) -> None:
    for place, report in enumerate(reports_of("us", Style(), text)):
        device.type(report, start_ns + place * MS)


def test_d2_a_scan_of_14_digits_is_90_events_and_60_when_only_keys_are_let_through() -> None:
    for kinds, count in (((), 90), ((EV_KEY,), 60)):
        device, got = FakeDevice(), 0
        reader = device.open()
        if kinds:
            reader.only(*kinds)
        for place, report in enumerate(reports_of("us", Style(), BARCODE)):
            device.type(report, place * MS)
            got += len(reader.read())
        assert got == count


def test_the_buffer_holds_63_events_and_the_64th_leaves_the_newest_alone() -> None:
    device = FakeDevice()
    reader = opened(device)
    for place in range(31):
        device.type(((30, (place + 1) % 2),), place * MS)
    assert len(reader.read()) == 62
    for place in range(32):
        device.type(((30, place % 2),), (100 + place) * MS)
    assert reader.read() == [KeyEvent(131 * MS, EV_SYN, SYN_DROPPED, 0), KeyEvent(131 * MS, EV_SYN, SYN_REPORT, 0)]


def test_a_report_is_read_only_when_it_is_whole() -> None:
    device = FakeDevice()
    reader = opened(device)
    reader.pass_values([(EV_KEY, 30, 1)], 0)
    assert reader.read() == []
    reader.pass_values([(EV_SYN, SYN_REPORT, 0)], 0)
    assert len(reader.read()) == 2


def test_a_report_of_nothing_that_is_let_through_is_no_report() -> None:
    device = FakeDevice()
    reader = opened(device)
    device.type((), 0)
    device.type(((30, 0),), 0)
    reader.only(EV_MSC)
    device.type(((30, 1),), 0)
    assert [event.type for event in reader.read()] == [EV_MSC, EV_SYN]


def test_d2_asking_which_keys_are_down_throws_away_what_waits() -> None:
    device = FakeDevice()
    reader = opened(device)
    device.type(((SHIFT, 1), (30, 1)), 0)
    device.type(((30, 0),), MS)
    assert reader.keys_down() == {SHIFT}
    assert [event.type for event in reader.read()] == [EV_SYN]
    device.type(((SHIFT, 0),), 2 * MS)
    assert reader.read() == [KeyEvent(2 * MS, EV_KEY, SHIFT, 0), KeyEvent(2 * MS, EV_SYN, SYN_REPORT, 0)]


def test_d2_the_clock_is_the_walls_until_another_is_asked_for() -> None:
    device = FakeDevice(wall_ns=10_000 * MS)
    reader = device.open()
    device.type(((30, 1),), MS)
    assert {event.t_ns for event in reader.read()} == {10_001 * MS}
    reader.use_monotonic_clock()
    device.type(((30, 0),), 2 * MS)
    assert {event.t_ns for event in reader.read()} == {2 * MS}


def test_d3_a_grab_keeps_others_out_and_ends_when_its_file_is_closed() -> None:
    device = FakeDevice()
    desktop, station = device.open(), opened(device)
    with pytest.raises(OSError, match="busy") as error:
        desktop.grab()
    assert error.value.errno == errno.EBUSY
    typed_into(device, "1")
    assert (len(desktop.read()), len(station.read())) == (0, 8)
    station.close()
    typed_into(device, "1", 20 * MS)
    assert len(desktop.read()) > 0


def test_d6_a_device_that_is_gone_says_so() -> None:
    device = FakeDevice()
    reader = opened(device)
    device.unplug()
    with pytest.raises(OSError, match="no such device") as error:
        reader.read()
    assert error.value.errno == errno.ENODEV
