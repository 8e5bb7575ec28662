"""What happens to one piece of a set leaves the others as they are: their work, their letters, the days of their hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.core.acts import Act
from hub.core.desk import Desk
from hub.core.request import Reason
from tests.support.desks import Library, day_of
from tests.support.roads import act, days_pass, letters_leave, lost, work
from tests.support.sets import BOOKS, ONE, THREE, TWO, a_set, lend, pieces, received_set, shelved_set

MAIN = Desk("main", "", resource_sharing=False, pickup=True)


def open_work(library: Library) -> list[tuple[str, str]]:
    """Give kind and barcode of all open work, by barcode."""
    return [(row[0], row[1]) for row in library.rows("SELECT kind, barcode FROM exception WHERE cleared_at IS NULL ORDER BY barcode")]


# Work.


def test_a_piece_that_staff_found_leaves_the_others_to_be_searched(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.MISSING)
    act(library, named, Act.FOUND, piece=2, desk=MAIN)
    assert open_work(library) == [("missing", ONE), ("missing", THREE)]


def test_a_missing_piece_that_is_given_up_leaves_the_others_to_be_searched(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.MISSING)
    act(library, named, Act.CLOSE, piece=1)
    assert open_work(library) == [("missing", TWO), ("missing", THREE)]
    act(library, named, Act.CLOSE)
    assert work(library) == []


def test_a_piece_declared_missing_leaves_another_that_is_too_long_on_its_way(library: Library) -> None:
    named = received_set(library)
    days_pass(library, 6)
    assert len(work(library)) == 3
    act(library, named, Act.MISSING, piece=1)
    assert open_work(library) == [("missing", ONE), ("transit_too_old", TWO), ("transit_too_old", THREE)]


def test_a_set_that_did_not_come_in_time_stays_work_until_its_last_piece_has_come(library: Library) -> None:
    named = a_set(library, needed_by=(library.now + timedelta(days=1)).date())
    days_pass(library, 3)
    for barcode in (named, ONE, TWO):
        library.scan("rs-1", barcode)
    assert work(library) == ["needed_by_passed"]
    library.scan("rs-1", THREE)
    assert work(library) == []


# Letters.


@pytest.mark.parametrize("scans", [("%HS-DAMAGED", ONE), ("%HS-DECLINED", ONE)], ids=["damaged", "declined"])
def test_a_piece_that_goes_home_from_the_shelf_does_not_keep_back_the_letter_about_the_rest(
    library: Library, scans: tuple[str, ...]
) -> None:
    shelved_set(library)
    for barcode in scans:
        library.scan("main-1", barcode)
    assert pieces(library) == {ONE: "IN_TRANSIT_TO_RS", TWO: "ON_HOLD_SHELF", THREE: "ON_HOLD_SHELF"}
    assert letters_leave(library) == ["ready-for-pickup"]


@pytest.mark.parametrize("piece", [1, 3])
def test_a_piece_that_is_recalled_from_the_shelf_does_not_keep_back_the_letter_about_the_rest(library: Library, piece: int) -> None:
    named = shelved_set(library)
    act(library, named, Act.RECALL, piece=piece)
    assert sorted(letters_leave(library)) == ["ready-for-pickup", "recalled"]


def test_a_patron_who_took_a_piece_was_at_the_shelf_and_hears_nothing_of_the_rest(library: Library) -> None:
    shelved_set(library)
    assert lend(library, TWO) == ["H2"]
    assert letters_leave(library) == []


def test_a_whole_set_that_is_recalled_is_not_said_to_be_ready(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.RECALL)
    assert letters_leave(library) == ["recalled"]


def lent_set(library: Library) -> str:
    """Lend all of it, and let an hour pass."""
    named = shelved_set(library)
    lend(library, *BOOKS)
    library.now += timedelta(hours=1)
    return named


@pytest.mark.parametrize(("what", "kind"), [(Act.RECALL, "recalled"), (Act.LOST, "lost")])
@pytest.mark.parametrize("back", [(ONE,), (ONE, TWO)], ids=len)
def test_a_letter_about_a_set_leaves_for_those_that_are_still_out(library: Library, what: Act, kind: str, back: tuple[str, ...]) -> None:
    named = lent_set(library)
    act(library, named, what)
    for book in back:
        library.scan("rs-1", book)
    assert [one for one in letters_leave(library) if one != "found"] == [kind]


@pytest.mark.parametrize("what", [Act.RECALL, Act.LOST])
def test_a_letter_about_a_set_that_is_back_as_a_whole_does_not_leave(library: Library, what: Act) -> None:
    named = lent_set(library)
    act(library, named, what)
    for book in BOOKS:
        library.scan("rs-1", book)
    assert [one for one in letters_leave(library) if one != "found"] == []


def test_pieces_declared_lost_one_by_one_are_told_of_once_each_and_not_of_one_another(library: Library) -> None:
    named = lent_set(library)
    act(library, named, Act.LOST, piece=1)
    act(library, named, Act.LOST, piece=2)
    library.scan("rs-1", ONE)
    assert sorted(letters_leave(library)) == ["found", "lost"]


def test_a_set_is_overdue_though_its_first_piece_came_back_before_the_letter_left(library: Library) -> None:
    lent_set(library)
    days_pass(library, 30)
    library.scan("rs-1", ONE)
    assert letters_leave(library) == ["overdue"]


def test_one_book_that_is_found_is_not_said_to_be_lost(library: Library) -> None:
    lost(library)
    library.scan("rs-1", "30000000000012")
    assert letters_leave(library) == ["found"]


def test_a_cancelled_set_of_which_one_piece_was_lent_after_all_is_told_of_the_rest(library: Library) -> None:
    named = shelved_set(library)
    act(library, named, Act.CANCEL, by=Reason.CANCELLED_BY_PATRON)
    assert lend(library, ONE) == ["P4"]
    assert letters_leave(library) == ["request-cancelled"]


# Days.


@pytest.mark.parametrize("station", ["east-1", "joint-1", "rs-1"])
def test_a_hold_that_begins_by_a_scan_elsewhere_counts_the_open_days_of_its_own_desk(library: Library, station: str) -> None:
    days = '{"hours": {"mon": ["09:00-18:00"], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}, "closed": []}'
    library.connection.execute("UPDATE desk SET opening = ? WHERE code = 'main'", (days,))
    received_set(library)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    # The last one turns out to be damaged where it strayed to, and the hold of the others begins.
    library.scan(station, "%HS-DAMAGED")
    library.scan(station, THREE)
    [[until]] = library.rows("SELECT DISTINCT hold_until FROM item WHERE hold_until IS NOT NULL")
    tenth_monday = library.now.date() + timedelta(weeks=10)
    assert day_of(until) == tenth_monday


def test_a_hold_that_begins_by_what_staff_found_elsewhere_counts_the_open_days_of_its_own_desk(library: Library) -> None:
    library.connection.execute("UPDATE desk SET opening = '{\"closed\": [\"2026-11-24\"]}' WHERE code = 'main'")
    named = received_set(library)
    act(library, named, Act.MISSING, piece=3)
    for book in (ONE, TWO):
        library.scan("main-1", book)
    # It was lent once: it goes home, and the hold of the rest begins without it.
    library.connection.execute("UPDATE item SET circulated = true WHERE barcode = ?", (THREE,))
    act(library, named, Act.FOUND, piece=3, desk=Desk("east", "", resource_sharing=False, pickup=True))
    [[until]] = library.rows("SELECT DISTINCT hold_until FROM item WHERE hold_until IS NOT NULL")
    assert day_of(until) == date(2026, 12, 4)
