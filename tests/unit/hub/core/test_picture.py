"""docs/lifecycle.md and its pictures are the tables', and can be read."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations, pairwise, product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hub.core import drawing, explained, page, picture
from hub.core.acts import ACTS, OF_STAFF, OF_TIME, Act, ActRow, Wish
from hub.core.acts import EXCEPTIONS as OF_ACTS
from hub.core.commands import COMMAND_RULES, Command
from hub.core.decide import EXCEPTIONS, SETTLED
from hub.core.decide_act import decide_act
from hub.core.desk import Role
from hub.core.drawing import Arrow, Layout, Line
from hub.core.lifecycle import CONTEXTS, RULES, Finding, Row
from hub.core.notices import NoticeType
from hub.core.request import ClosedAs, Reason, State
from hub.core.words import ENGLISH
from tests.support.builders import NOW, SITE, a_desk, a_request, an_item, scan

DOCS = Path(__file__).parents[4] / "docs"
REDRAW = "python -m tools.draw_lifecycle"
ROWS = (*RULES, *picture.COMMAND_ROWS)
BY_SCAN = {(picture.COMES_FROM[found].value, row.to.value, row.id) for row in ROWS if row.to for found in row.found}
BY_ACT = {(row.was.value, row.to.value, row.act.value) for row in ACTS if row.to}
BEGINNING = ("[*]", "REQUESTED", "create")
LONE = [State.REQUESTED, State.PULL_FROM_SHELF, State.MISSING, State.LOST]


@pytest.mark.parametrize("name", page.files())
def test_the_committed_page_and_pictures_are_the_tables(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == page.files()[name], f"docs/{name} is not what the tables say: run {REDRAW}"


# The ways.


@pytest.mark.parametrize(("start", "end", "label"), sorted(BY_SCAN | BY_ACT | {BEGINNING}))
def test_every_step_is_in_the_diagram(start: str, end: str, label: str) -> None:
    ways = re.findall(rf"^    {re.escape(start)} --> {end}: (.*)$", picture.state_diagram(), re.MULTILINE)
    assert any(label in labels.split(", ") for labels in ways)


def test_the_diagram_shows_nothing_else() -> None:
    drawn = re.findall(r"^    (\S+) --> (\S+): (.*)$", picture.state_diagram(), re.MULTILINE)
    steps = [(start, end, label) for start, end, labels in drawn for label in labels.split(", ")]
    assert sorted(steps) == sorted(BY_SCAN | BY_ACT | {BEGINNING})


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_way_in_and_a_way_out(state: State) -> None:
    ways = picture.edges()
    assert [edge.label for edge in ways if edge.end is state], "nothing leads there"
    assert [edge.label for edge in ways if edge.start is state], "nothing leads from there"


def test_the_picture_of_scans_has_all_scans_and_no_other_ways() -> None:
    shown = {(edge.start, edge.end.value, label) for edge in picture.scan_edges() for label in edge.labels}
    assert shown == BY_SCAN
    assert {edge.line for edge in picture.scan_edges()} == {Line.OK, Line.ROUTE}


def test_the_other_picture_has_all_acts_and_tells_staff_from_time() -> None:
    shown = {(edge.start or "[*]", edge.end.value, label) for edge in picture.act_edges() for label in edge.labels}
    assert shown == BY_ACT | {BEGINNING}
    for edge in picture.act_edges():
        acts = {Act(label) for label in edge.labels if label != picture.CREATE}
        assert acts <= set(OF_TIME if edge.line is Line.TIME else OF_STAFF)


def test_an_act_that_leaves_an_item_where_it_is_stands_in_its_box_or_beneath_the_picture() -> None:
    text = picture.svg_of_acts()
    for row in ACTS:
        assert row.to is not None or row.act in picture.everywhere() or row in picture.stays()[row.was]
    for rows in picture.stays().values():
        assert all(re.search(rf">(\S+, )*{row.act}(, \S+)*<", text) for row in rows)
    assert picture.everywhere() == (Act.PIECES,)
    assert "in every open state: pieces" in text


def test_what_stands_in_a_box_fits_into_it() -> None:
    inside = [words for rows in picture.stays().values() for words, _ in picture.inside(rows)]
    assert [words for words in inside if 7.2 * len(words) > drawing.BOX_WIDTH - 16] == []


def test_a_state_that_no_scan_leads_to_is_drawn_and_said_as_one() -> None:
    entered = {edge.end for edge in picture.scan_edges()}
    assert [state for state in State if state not in entered] == LONE
    assert picture.svg_of_scans().count('stroke-dasharray="5 4"') == len(LONE)
    assert "No scan leads to `REQUESTED`, `PULL_FROM_SHELF`, `MISSING` and `LOST`" in page.page()


def test_every_finding_comes_from_the_state_it_names() -> None:
    assert set(picture.COMES_FROM) == set(Finding)
    named = {found: found.value.partition(",")[0].partition(" by ")[0] for found in Finding}
    states = {found: State(name) for found, name in named.items() if name in set(State)}
    assert {found: picture.COMES_FROM[found] for found in states} == states


# The page has all rows with their words.


def cells(table: str) -> list[list[str]]:
    """Give the rows of a Markdown table, cell by cell; all have as many as its head."""
    head, _, *rows = [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in table.splitlines()]
    assert {len(row) for row in rows} == {len(head)}
    return rows


def test_the_page_has_a_line_for_every_row_of_the_table() -> None:
    assert [line[0] for line in cells(page.decision_table())] == [row.id for row in RULES]
    assert page.decision_table() in page.page()


def test_the_page_has_a_line_for_every_row_of_the_commands() -> None:
    rows = [(row.id, command) for command, several in COMMAND_RULES.items() for row in several]
    assert [(line[0], line[1]) for line in cells(page.command_table())] == rows
    assert page.command_table() in page.page()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_stands_with_all_its_desks_contexts_and_words(row: Row) -> None:
    lines = [*cells(page.decision_table()), *([line[0], *line[2:]] for line in cells(page.command_table()))]
    _, found, desks, contexts, becomes, tone, told, effects = lines[ROWS.index(row)]
    assert set(desks.split(", ")) == ({"all"} if len(row.roles) == 5 else set(row.roles))
    assert set(contexts.split(", ")) == set(row.contexts)
    assert (becomes, tone) == (f"`{row.to}`" if row.to else "=", row.tone)
    assert effects == ("; ".join(row.deeds) or "-")
    states = {picture.COMES_FROM[one].value for one in row.found}
    assert found == "any open item" or all(state in found for state in states - {"REQUESTED"})
    here = ".here" if row.id in ("U2", "U5") and row.to is State.ON_HOLD_SHELF else ""
    assert ENGLISH.sentences[f"{row.id}{here}"] in told


def test_what_was_found_is_said_as_its_state_only_where_all_its_cases_are_meant() -> None:
    said = {line[0]: line[1] for line in cells(page.decision_table())}
    assert (said["P1"], said["C5"], said["M7"], said["X2"]) == ("PULL_FROM_SHELF", "CHECKED_OUT", "MISSING", "any open item")
    assert (said["P4"], said["C1"]) == (Finding.PULL_LENDABLE, Finding.JUST_CHECKED_OUT)


@pytest.mark.parametrize("acts", [OF_STAFF, OF_TIME], ids=["staff", "time"])
def test_the_page_has_every_row_of_the_acts_and_no_other(acts: tuple[Act, ...]) -> None:
    def line(row: ActRow) -> tuple[str, ...]:
        events = ", ".join(f"`{event}`" for event in row.events) or "-"
        only = explained.ONLY_IF.get((row.act, row.was), "-")
        return f"`{row.act}`", row.was, only, f"`{row.to}`" if row.to else "=", "; ".join(row.effects) or "-", events, row.notice or "-"

    shown = [
        (act, state, *rest)
        for act, was, *rest in cells(page.act_table(acts))
        for state in (picture.OPEN if was == page.EVERY_OPEN else was.replace("`", "").split(", "))
    ]
    assert sorted(shown) == sorted(line(row) for row in ACTS if row.act in acts)
    assert page.act_table(acts) in page.page()


REASONS = (None, *Reason)
ENDED = (None, *ClosedAs)
PASTS = [{"reason": reason, "circulated": lent, "closed_as": ended} for reason, lent, ended in product(REASONS, (True, False), ENDED)]


@pytest.mark.parametrize("row", [row for row in ACTS if row.was is not State.REQUESTED], ids=lambda row: f"{row.act} {row.was} {row.to}")
def test_what_an_act_asks_of_a_pieces_past_is_said_beside_it(row: ActRow) -> None:
    day, desk = NOW.date() + timedelta(days=15), a_desk(Role.OT)
    wish = Wish(act=row.act, to=row.to or State.IN_TRANSIT_TO_RS, desk=desk, day=day if row.act is Act.EXTEND else None, pieces=2)
    told = [decide_act(SITE, wish, a_request(row.was), (an_item(row.was, **past),), a_desk(), NOW) for past in PASTS]
    if any(isinstance(one, str) for one in told) and row.act is not Act.FORGET:
        assert (row.act, row.was) in explained.ONLY_IF


def test_only_what_stands_in_a_row_has_a_condition() -> None:
    assert set(explained.ONLY_IF) <= {(row.act, row.was) for row in ACTS}


def test_everything_that_has_a_name_has_its_meaning() -> None:
    for names, meanings in (
        (State, explained.PLACES),
        (Act, explained.MEANS),
        (Command, explained.COMMANDS),
        (NoticeType, explained.TRUE_WHEN),
    ):
        assert list(meanings) == list(names)


def test_every_sentence_a_desk_is_told_about_a_scan_stands_in_the_page() -> None:
    written = page.page().replace("\n", " ")
    elsewhere = ("print.", "no.", "station.")
    scans = {key: said for key, said in ENGLISH.sentences.items() if not key.startswith(elsewhere)}
    assert [key for key, said in scans.items() if said not in written] == []


# The page says what else is decided.


def test_a_set_counts_its_states_from_not_received_to_closed() -> None:
    order = page.advance()
    assert sorted(order) == sorted(State)
    assert (order[0], order[-1]) == (State.REQUESTED, State.CLOSED)
    assert order.index(State.MISSING) < order.index(State.ON_HOLD_SHELF), "a set with a missing piece is not all here"
    assert " · ".join(f"`{state}`" for state in order) in page.page()


def exceptions() -> dict[str, list[str]]:
    """Give the page's table of exceptions: by kind what opens it, what to do, what clears it."""
    table = page.page().partition("## Exceptions\n")[2].partition("\n\n|")[2].partition("\n\n")[0]
    return {kind.strip("`"): rest for kind, *rest in cells(f"|{table}")}


def test_every_exception_is_opened_by_something_and_says_what_to_do() -> None:
    shown = exceptions()
    assert {kind: todo for kind, (_, todo, _) in shown.items()} == ENGLISH.todo
    assert [kind for kind, (opened, *_) in shown.items() if not opened] == []
    assert {*EXCEPTIONS.values(), *OF_ACTS.values(), *SETTLED, *explained.OPENED_OTHERWISE} <= set(ENGLISH.todo)


@pytest.mark.parametrize("found", list(Finding))
def test_what_a_scan_clears_is_what_the_page_says(found: Finding) -> None:
    shown = exceptions()
    for role, contexts in CONTEXTS.items():
        for context in contexts:
            told = scan(found, role, context)
            also = [kind for kind, (_, _, clears) in shown.items() if re.search(rf"\b{told.rule}\b", clears)]
            if told.moved:
                also += [kind for kind in SETTLED if "the next scan" in shown[kind][2]]
            # What is missing is not lost: to clear both is to clear the one there can be.
            assert set(also) <= set(told.clears), f"{told.rule} at {role}"
            assert set(told.clears) - set(also) <= {"missing", "lost", "claims_returned"}


# The pictures can be read.

PICTURES = [
    (layout, arrow)
    for layout, ways in ((drawing.SCANS, picture.scan_edges()), (drawing.ACTS, picture.act_edges()))
    for arrow in (Arrow(edge.start, edge.end, edge.label, edge.line) for edge in ways)
]
ARROWS: dict[str, list[Arrow]] = {
    layout.title: [arrow for other, arrow in PICTURES if other is layout] for layout in (drawing.SCANS, drawing.ACTS)
}
every_layout = pytest.mark.parametrize("layout", [drawing.SCANS, drawing.ACTS], ids=["scans", "acts"])
every_arrow = pytest.mark.parametrize(("layout", "arrow"), PICTURES, ids=[f"{one.start} {one.end} {one.label}" for _, one in PICTURES])
Rectangle = tuple[float, float, float, float]


def label_at(layout: Layout, arrow: Arrow) -> Rectangle:
    (x, y), half = layout.route(arrow)[0], drawing.label_width(arrow.label) / 2
    return x - half, y - 11, x + half, y + 11


def box_at(layout: Layout, state: State) -> Rectangle:
    (x, y), width, height = layout.boxes[state], drawing.BOX_WIDTH, layout.box_height
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def legs(layout: Layout, arrow: Arrow) -> list[Rectangle]:
    return [(min(x0, x1), min(y0, y1), max(x0, x1) + 0.1, max(y0, y1) + 0.1) for (x0, y0), (x1, y1) in pairwise(layout.route(arrow)[1:])]


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@every_layout
def test_every_way_has_its_route_and_every_route_its_way(layout: Layout) -> None:
    arrows = ARROWS[layout.title]
    assert set(layout.routes) == {(arrow.start, arrow.end) for arrow in arrows if arrow.line is not Line.TIME}
    assert set(layout.of_time) == {(arrow.start, arrow.end) for arrow in arrows if arrow.line is Line.TIME}
    assert set(layout.boxes) == set(drawing.UNDER) == set(State)


def test_an_arrow_without_a_route_is_named() -> None:
    with pytest.raises(KeyError, match=r"CLOSED.*LOST"):
        drawing.draw(drawing.SCANS, [Arrow(State.CLOSED, State.LOST, "Z1", Line.OK)], {}, ())


@every_layout
def test_no_label_covers_another_a_box_or_a_line_of_others(layout: Layout) -> None:
    arrows = ARROWS[layout.title]
    labels, boxes = [label_at(layout, arrow) for arrow in arrows], [box_at(layout, state) for state in State]
    assert [pair for pair in combinations(labels, 2) if overlap(*pair)] == []
    assert [(label, box) for label in labels for box in boxes if overlap(label, box)] == []
    covered = [
        (one.label, other.label)
        for one in arrows for other in arrows if one is not other
        for leg in legs(layout, other) if overlap(label_at(layout, one), leg)
    ]  # fmt: skip
    assert covered == []


@every_layout
def test_no_two_lines_run_on_each_other_and_few_cross(layout: Layout) -> None:
    meetings = [
        (leg, other)
        for one, two in combinations(ARROWS[layout.title], 2)
        for leg in legs(layout, one) for other in legs(layout, two) if overlap(leg, other)
    ]  # fmt: skip
    across = [(leg, other) for leg, other in meetings if (leg[2] - leg[0] < 1) != (other[2] - other[0] < 1)]
    assert across == meetings
    assert len(across) <= 7


@every_arrow
def test_an_arrow_goes_straight_from_edge_to_edge_and_carries_its_label(layout: Layout, arrow: Arrow) -> None:
    label, *corners = layout.route(arrow)
    steps = list(pairwise(corners))
    assert all((x0 == x1) != (y0 == y1) for (x0, y0), (x1, y1) in steps)
    assert any(min(x0, x1) <= label[0] <= max(x0, x1) and min(y0, y1) <= label[1] <= max(y0, y1) for (x0, y0), (x1, y1) in steps)
    for state, point in ((arrow.start, corners[0]), (arrow.end, corners[-1])):
        if state is not None:
            left, top, right, bottom = box_at(layout, state)
            on_side = point[0] in (left, right) and top < point[1] < bottom
            assert on_side or (point[1] in (top, bottom) and left < point[0] < right)


@every_arrow
def test_no_arrow_runs_through_a_box_or_out_of_the_picture(layout: Layout, arrow: Arrow) -> None:
    boxes = [box_at(layout, state) for state in State]
    shrunk = [(left + 1, top + 1, right - 1, bottom - 1) for left, top, right, bottom in boxes]
    assert not any(overlap(leg, box) for leg in legs(layout, arrow) for box in shrunk)
    left, top, right, bottom = label_at(layout, arrow)
    assert left > 0
    assert top > 0
    assert right < layout.size[0]
    assert bottom < layout.size[1] - 40, "the legend stands there"
    assert all(0 < x < layout.size[0] and 0 < y < layout.size[1] - 40 for x, y in layout.route(arrow)[1:])


@pytest.mark.parametrize("text", [picture.svg_of_scans(), picture.svg_of_acts()], ids=["scans", "acts"])
def test_a_picture_is_well_formed_and_loads_nothing(text: str) -> None:
    root = ElementTree.fromstring(text)  # noqa: S314 - our own picture
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "href" not in text
