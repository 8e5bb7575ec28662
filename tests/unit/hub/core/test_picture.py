"""docs/lifecycle.md and its picture are the table's, and can be read."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hub.core import drawing, picture
from hub.core.lifecycle import RULES, Finding
from hub.core.request import State
from hub.core.words import ENGLISH

DOCS = Path(__file__).parents[4] / "docs"
COMMAND = "python -m tools.draw_lifecycle"
WAYS = sorted({(picture.COMES_FROM[found].value, row.to.value, row.id) for row in RULES if row.to for found in row.found})


@pytest.mark.parametrize(("name", "text"), [("lifecycle.md", picture.page()), ("lifecycle.svg", picture.svg())])
def test_the_committed_page_and_picture_are_the_tables(name: str, text: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == text, f"docs/{name} is not what the table says: run {COMMAND}"


@pytest.mark.parametrize(("start", "end", "rule"), WAYS)
def test_every_accepted_step_is_in_the_diagram(start: str, end: str, rule: str) -> None:
    ways = re.findall(rf"^    {start} --> {end}: (.*)$", picture.state_diagram(), re.MULTILINE)
    assert any(rule in labels.split(", ") for labels in ways)


def test_the_diagram_shows_nothing_else_but_what_staff_do() -> None:
    drawn = re.findall(r"^    (\S+) --> (\S+): (.*)$", picture.state_diagram(), re.MULTILINE)
    steps = {(start, end, label) for start, end, labels in drawn for label in labels.split(", ")}
    assert steps - set(WAYS) == {("[*]", "REQUESTED", "create"), ("REQUESTED", "CLOSED", "cancel")}


def test_the_page_has_a_line_for_every_row_with_its_words() -> None:
    lines = picture.decision_table().splitlines()[2:]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == [row.id for row in RULES]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 9 for line in lines)
    page = picture.page()
    assert [row.id for row in RULES if ENGLISH.sentences[row.id] not in page] == []


def test_every_finding_comes_from_the_state_it_names() -> None:
    assert set(picture.COMES_FROM) == set(Finding)
    named = {found: found.value.partition(",")[0].partition(" by ")[0] for found in Finding}
    states = {found: State(name) for found, name in named.items() if name in set(State)}
    assert {found: picture.COMES_FROM[found] for found in states} == states


# The picture can be read.

LABELS = {(edge.start, edge.end): edge.label for edge in picture.edges()}
Rectangle = tuple[float, float, float, float]


def label_at(way: tuple[State | None, State]) -> Rectangle:
    (x, y), half = drawing.ROUTES[way][0], drawing.label_width(LABELS[way]) / 2
    return x - half, y - 11, x + half, y + 11


def box_at(state: State) -> Rectangle:
    x, y = drawing.BOXES[state]
    return x - drawing.BOX_WIDTH / 2, y - drawing.BOX_HEIGHT / 2, x + drawing.BOX_WIDTH / 2, y + drawing.BOX_HEIGHT / 2


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_every_way_has_its_route_and_every_route_its_way() -> None:
    assert set(drawing.ROUTES) == set(LABELS)
    assert set(drawing.BOXES) == set(drawing.UNDER) == set(picture.PLACES) == set(State)


def test_no_label_covers_another_or_a_box() -> None:
    labels, boxes = [label_at(way) for way in LABELS], [box_at(state) for state in State]
    assert [pair for pair in combinations(labels, 2) if overlap(*pair)] == []
    assert [(label, box) for label in labels for box in boxes if overlap(label, box)] == []


@pytest.mark.parametrize("way", list(LABELS))
def test_an_arrow_goes_straight_from_edge_to_edge_and_carries_its_label(way: tuple[State | None, State]) -> None:
    label, *corners = drawing.ROUTES[way]
    legs = list(pairwise(corners))
    assert all((x0 == x1) != (y0 == y1) for (x0, y0), (x1, y1) in legs)
    assert any(min(x0, x1) <= label[0] <= max(x0, x1) and min(y0, y1) <= label[1] <= max(y0, y1) for (x0, y0), (x1, y1) in legs)
    for state, point in ((way[0], corners[0]), (way[1], corners[-1])):
        if state is not None:
            left, top, right, bottom = box_at(state)
            on_side = point[0] in (left, right) and top < point[1] < bottom
            assert on_side or (point[1] in (top, bottom) and left < point[0] < right)


@pytest.mark.parametrize("way", list(LABELS))
def test_no_arrow_runs_through_a_box(way: tuple[State | None, State]) -> None:
    corners = drawing.ROUTES[way][1:]
    for (x0, y0), (x1, y1) in pairwise(corners):
        leg = (min(x0, x1), min(y0, y1), max(x0, x1) + 0.1, max(y0, y1) + 0.1)
        shrunk = [(left + 1, top + 1, right - 1, bottom - 1) for left, top, right, bottom in map(box_at, State)]
        assert not any(overlap(leg, box) for box in shrunk)


def test_the_picture_is_well_formed_and_loads_nothing() -> None:
    text = picture.svg()
    root = ElementTree.fromstring(text)  # noqa: S314 - our own picture
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "href" not in text
