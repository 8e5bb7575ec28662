"""What staff do to a request is written whole: item, request, history, letters, work and events, and nothing where it is refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.acts import ACTS, OF_STAFF, Act, Wish
from hub.core.desk import Desk
from hub.core.request import Reason, State
from hub.demo import item_barcode
from hub.errors import Conflict, Invalid
from hub.flows.act_on_request import act_on_request
from hub.store.database import transaction
from hub.store.history import verify
from tests.support.desks import ADA, BOOK, Library, day_of
from tests.support.roads import act, closed, days_pass, lent, letters_leave, lost, missing, received, returned, shelved

EAST = Desk("east", "", resource_sharing=False, pickup=False)
"""A desk that is only named, as it comes in by HTTP."""


def do(library: Library, named: str, what: Act, *, actor: str = "staff", version: int | None = None, **wish: Any) -> None:
    """Do something to a request, having looked at a version of it."""
    with transaction(library.connection):
        asked = Wish(act=what, **wish)
        act_on_request(library.connection, library.site, named, asked, actor=actor, version=version, now=library.now)


def version(library: Library, named: str) -> int:
    """Give the version of a request."""
    return int(library.rows("SELECT version FROM request WHERE request_id = ?", named)[0][0])


def item_versions(library: Library) -> list[int]:
    """Give the version of each item."""
    return [row[0] for row in library.rows("SELECT version FROM item ORDER BY key")]


def item(library: Library, columns: str, barcode: str = BOOK) -> tuple[Any, ...]:
    """Give some columns of an item."""
    return library.rows(f"SELECT {columns} FROM item WHERE barcode = ? ORDER BY key DESC", barcode)[0]  # noqa: S608 - columns of this file


def work(library: Library) -> list[tuple[str, str | None]]:
    """Give kind and desk of the open exceptions."""
    return [(row[0], row[1]) for row in library.rows("SELECT kind, desk FROM exception WHERE cleared_at IS NULL ORDER BY key")]


def everything(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that an act could write."""
    return {table: library.rows(f"SELECT * FROM {table}") for table in ("request", "item", "history", "notice", "exception", "event")}  # noqa: S608


# -- two people at one request


def test_of_two_people_who_looked_at_the_same_version_one_wins_and_the_other_is_told_by_whom_and_when(library: Library) -> None:
    named = shelved(library)
    looked_at = version(library, named)
    do(library, named, Act.CANCEL, actor="grace", version=looked_at, by=Reason.CANCELLED_BY_STAFF)
    before = everything(library)
    with pytest.raises(Conflict) as told:
        do(library, named, Act.EXTEND, actor="ada", version=looked_at)
    words = library.site.words
    what = words.say(
        "no.changed.what", state=words.states["PULL_FROM_SHELF"], rule=words.acts["cancel"], actor="grace", when=f"{library.now:%H:%M}"
    )
    assert str(told.value) == words.say("no.changed", request=named, what=what)
    assert everything(library) == before


def test_who_comes_days_later_is_told_the_day(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CANCEL, actor="grace")
    library.now += timedelta(days=2)
    with pytest.raises(Conflict, match=r"grace, 23 November, 09:00"):
        do(library, named, Act.RECALL, version=1)


def test_a_look_at_a_desk_is_not_what_changed_it(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CANCEL, actor="grace")
    library.scan("main-1", ADA)
    library.scan("main-1", "%HS-CLEAR")
    with pytest.raises(Conflict, match="grace"):
        do(library, named, Act.RECALL, version=1)


def test_somebody_who_looked_at_no_version_is_not_held_up(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CANCEL, version=None)
    do(library, named, Act.RECALL, version=version(library, named))
    assert item(library, "reason") == ("recalled",)


def test_a_version_that_is_ahead_is_not_this_one_either(library: Library) -> None:
    named = shelved(library)
    with pytest.raises(Conflict):
        do(library, named, Act.CANCEL, version=version(library, named) + 1)


# -- what is written


def test_the_history_keeps_who_did_what_to_which_piece_why_and_which_date_changed(library: Library) -> None:
    named = lent(library)
    due = item(library, "due_at")[0]
    do(library, named, Act.RECALL, actor="grace", note="its lender wrote", day=date(2026, 11, 30))
    (line,) = library.rows(
        "SELECT kind, rule, actor, was, became, desk, barcode, note, detail, scan_id FROM history WHERE kind = 'act' AND rule = 'recall'"
    )
    assert line[:8] == ("act", "recall", "grace", None, None, "main", BOOK, "its lender wrote")
    assert line[8] == "due_at: 2026-12-21T23:59:59+00:00 -> 2026-11-30T23:59:59+00:00"
    assert item(library, "due_at")[0] < due
    assert not verify(library.connection).broken


def test_the_note_of_an_act_on_a_set_stands_on_its_first_line_only(library: Library) -> None:
    named = a_set_on_its_shelf(library, 2)
    do(library, named, Act.MISSING, note="the whole trolley is gone")
    assert library.rows("SELECT note, was, became FROM history WHERE rule = 'missing' ORDER BY key") == [
        ("the whole trolley is gone", "ON_HOLD_SHELF", "MISSING"),
        (None, "ON_HOLD_SHELF", "MISSING"),
    ]


def test_the_events_of_an_act_say_who_and_where_it_led_but_not_why(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CANCEL, actor="grace", note="Ada Fischer rang up")
    assert library.events()[-3:] == ["request.cancelled", "notice.suppressed", "notice.queued"]
    data = library.event_data()[-1]
    assert (data["rule"], data["actor"], data["was"], data["state"]) == ("cancel", "grace", "ON_HOLD_SHELF", "PULL_FROM_SHELF")
    assert "Ada" not in str(library.event_data())


def test_a_request_and_its_item_move_their_version_once_for_an_act(library: Library) -> None:
    named = shelved(library)
    before, items = version(library, named), item_versions(library)
    do(library, named, Act.EXTEND, day=date(2026, 12, 20))
    assert (version(library, named), item_versions(library)) == (before + 1, [items[0] + 1])


def test_pieces_that_stay_as_they_were_move_no_version(library: Library) -> None:
    named = shelved(library)
    before, items = version(library, named), item_versions(library)
    do(library, named, Act.PIECES, pieces=1)
    assert (version(library, named), item_versions(library)) == (before, items)
    do(library, named, Act.PIECES, pieces=2)
    assert (version(library, named), item_versions(library)) == (before + 1, items)


@pytest.mark.parametrize("what", OF_STAFF)
@pytest.mark.parametrize(
    ("state", "road"),
    [
        (State.REQUESTED, Library.request),
        (State.IN_TRANSIT_TO_PICKUP, received),
        (State.ON_HOLD_SHELF, shelved),
        (State.CHECKED_OUT, lent),
        (State.IN_TRANSIT_TO_RS, returned),
        (State.MISSING, missing),
        (State.LOST, lost),
        (State.CLOSED, closed),
    ],
)
def test_what_is_refused_changes_nothing_and_what_is_done_changes_the_version(library: Library, what: Act, state: State, road: Any) -> None:
    named = road(library)
    assert library.state(named)[0] == state
    before, looked_at = everything(library), version(library, named)
    wish: dict[str, Any] = {
        "desk": EAST,
        "day": date(2026, 12, 20) if what is Act.EXTEND else date(2026, 11, 26),
        "pieces": 2,
        "note": "because",
    }
    if what is Act.RENEW:
        wish["day"], library.now = None, library.now + timedelta(days=1)
    possible = any(row.act is what and row.was is state for row in ACTS)
    if possible:
        do(library, named, what, version=looked_at, **wish)
        assert version(library, named) == looked_at + 1
    else:
        with pytest.raises(Conflict):
            do(library, named, what, version=looked_at, **wish)
        assert everything(library) == before
    assert not verify(library.connection).broken


@pytest.mark.parametrize("what", [Act.CHANGE_PICKUP, Act.FOUND])
def test_an_act_that_needs_a_desk_asks_for_one_there_is(library: Library, what: Act) -> None:
    named = missing(library)
    with pytest.raises(Invalid, match="Say which desk"):
        do(library, named, what)
    with pytest.raises(Invalid, match="no desk 'attic'"):
        do(library, named, what, desk=Desk("attic", "", resource_sharing=False, pickup=True))


# -- letters


def test_cancel_on_the_shelf_takes_back_the_letter_that_was_to_say_it_is_ready(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CANCEL)
    assert [notice[:2] for notice in library.notices()] == [("READY_FOR_PICKUP", "suppressed"), ("REQUEST_CANCELLED", "queued")]
    assert letters_leave(library) == ["request-cancelled"]


def test_a_recalled_book_whose_patron_gives_it_up_is_not_lent_after_all(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.RECALL)
    with pytest.raises(Conflict):
        do(library, named, Act.CANCEL, by=Reason.CANCELLED_BY_PATRON)
    library.scan("main-1", ADA)
    assert library.scan("main-1", BOOK).rule == "P5"


def test_extend_after_the_hold_has_ended_takes_back_the_letter_that_says_so(library: Library) -> None:
    named = shelved(library)
    letters_leave(library)
    days_pass(library, 11)
    assert library.notices()[-1][:2] == ("HOLD_EXPIRED", "queued")
    do(library, named, Act.EXTEND)
    assert letters_leave(library) == ["hold-extended"]
    assert library.scan("main-1", BOOK).rule == "H1"


def test_a_set_that_becomes_ready_by_an_act_tells_its_patron(library: Library) -> None:
    named = a_set_on_its_shelf(library, 2, pieces=3)
    assert library.notices() == []
    do(library, named, Act.PIECES, pieces=2)
    assert library.state(named) == ("ON_HOLD_SHELF", None)
    assert letters_leave(library) == ["ready-for-pickup"]
    library.scan("main-1", ADA)
    assert {library.scan("main-1", item_barcode(number)).rule for number in (1, 2)} == {"H2"}


# -- work for staff


def test_change_of_the_pickup_desk_leaves_a_pull_line_at_the_old_desk_that_the_next_scan_clears(library: Library) -> None:
    named = shelved(library)
    do(library, named, Act.CHANGE_PICKUP, desk=EAST)
    assert work(library) == [("moved_elsewhere", "main")]
    assert library.rows("SELECT barcode, note FROM exception") == [(BOOK, "A1")]
    assert item(library, "state, hold_until, shelf_code") == ("IN_TRANSIT_TO_PICKUP", None, None)
    assert library.scan("east-1", BOOK).message.startswith("Hold shelf E1")
    assert work(library) == []
    assert library.rows("SELECT cleared_by FROM exception") == [("east-1",)]


def test_change_of_the_pickup_desk_tells_the_patron_anew_where_it_is_ready(library: Library) -> None:
    named = shelved(library)
    letters_leave(library)
    do(library, named, Act.CHANGE_PICKUP, desk=EAST)
    library.scan("east-1", BOOK)
    assert library.rows("SELECT state, desk, episode FROM notice ORDER BY key") == [("sent", "main", 1), ("queued", "east", 2)]


def test_a_strayed_book_that_is_sent_to_another_desk_stands_there_under_that_desks_code(library: Library) -> None:
    named = shelved(library)
    letters_leave(library)
    assert library.scan("rs-1", BOOK).rule == "H5"
    do(library, named, Act.CHANGE_PICKUP, desk=EAST)
    assert library.scan("east-1", BOOK).message == "Hold shelf E1. Hold until 3 December."
    assert library.notices()[-1] == ("READY_FOR_PICKUP", "queued", 2)


def test_missing_opens_work_that_finding_it_clears(library: Library) -> None:
    named = missing(library)
    assert work(library) == [("missing", "main")]
    do(library, named, Act.FOUND, desk=Desk("main", "", resource_sharing=False, pickup=True), actor="grace")
    assert work(library) == []
    assert library.rows("SELECT cleared_by FROM exception") == [("grace",)]


def test_found_after_lost_leaves_only_the_bill_to_be_taken_back(library: Library) -> None:
    named = lost(library)
    assert work(library) == [("lost", "main")]
    do(library, named, Act.FOUND, desk=EAST)
    assert work(library) == [("found_after_lost", "east")]


def test_close_ends_the_work_that_a_lost_book_made(library: Library) -> None:
    named = lost(library, how=Act.CLAIMS_RETURNED)
    assert work(library) == [("claims_returned", "main")]
    do(library, named, Act.CLOSE)
    assert (work(library), library.state(named)) == ([], ("CLOSED", "lost"))
    assert item(library, "state, outcome, closed_at IS NOT NULL") == ("CLOSED", "lost", 1)


def test_the_hold_clock_stands_still_while_a_book_is_missing(library: Library) -> None:
    named = shelved(library)
    library.now += timedelta(days=4)
    do(library, named, Act.MISSING)
    days_pass(library, 20)
    assert library.state(named) == ("MISSING", None)
    library.scan("main-1", BOOK)
    # Six of ten days were left: 27 November to 3 December.
    state, until, episode = item(library, "state, hold_until, episode")
    assert (state, day_of(until), episode) == ("ON_HOLD_SHELF", date(2026, 12, 23), 1)


def test_the_hold_clock_stood_still_for_a_book_that_was_found_elsewhere_too(library: Library) -> None:
    named = shelved(library)
    library.now += timedelta(days=4)
    do(library, named, Act.MISSING)
    library.now += timedelta(days=20)
    assert [library.scan(f"{desk}-1", BOOK).rule for desk in ("rs", "main")] == ["M2", "T1"]
    until, shelf, episode = item(library, "hold_until, shelf_code, episode")
    assert (day_of(until), shelf, episode) == (date(2026, 12, 23), "A1", 1)


# -- found: as if scanned


def a_set_on_its_shelf(library: Library, here: int, pieces: int | None = None, pickup_desk: str = "main") -> str:
    """Bring some pieces of a set to their shelf."""
    named = library.request(pieces=pieces or here, pickup_desk=pickup_desk)
    for number in range(1, here + 1):
        for station, barcode in (("rs-1", named), ("rs-1", item_barcode(number)), (f"{pickup_desk}-1", item_barcode(number))):
            library.scan(station, barcode)
    return named


def lost_on_the_way_home(library: Library) -> str:
    """Let nobody find it after it was given back."""
    named = returned(library)
    act(library, named, Act.MISSING)
    return named


def outcome(library: Library) -> dict[str, Any]:
    """Give all that a scan and a find have in common."""
    item_columns = "state, hold_until, shelf_code, episode, due_at, circulated, reason, version, outcome, changed_at, closed_at"
    return {
        "item": item(library, item_columns),
        "request": library.rows("SELECT state, outcome, version, closed_at FROM request"),
        "history": library.rows("SELECT rule, was, became, desk, barcode, notice FROM history ORDER BY key"),
        "notices": library.notices(),
        "work": library.rows("SELECT kind, desk, barcode, cleared_at FROM exception ORDER BY key"),
        "events": library.rows("SELECT type, desk, subject FROM event ORDER BY seq"),
    }


@pytest.mark.parametrize("road", [missing, lost, lost_on_the_way_home])
@pytest.mark.parametrize("desk", ["rs", "main", "east", "joint"])
@pytest.mark.parametrize("pickup_desk", ["main", "joint"])
def test_found_by_staff_is_what_a_scan_at_that_desk_would_be(tmp_path: Path, road: Any, desk: str, pickup_desk: str) -> None:
    outcomes = []
    for how in ("scan", "found"):
        folder = tmp_path / how
        folder.mkdir()
        library = Library.open(folder)
        named = road(library, pickup_desk=pickup_desk) if road is not lost_on_the_way_home else road(library)
        library.now += timedelta(days=1)
        if how == "scan":
            library.scan(f"{desk}-1", BOOK, after_s=0)
        else:
            do(library, named, Act.FOUND, desk=Desk(desk, "", resource_sharing=False, pickup=False))
        outcomes.append(outcome(library))
        library.connection.close()
    assert outcomes[0] == outcomes[1]


def test_a_set_found_in_one_go_begins_its_hold_when_the_last_piece_is_here(library: Library) -> None:
    named = library.request(pieces=2)
    for number in (1, 2):
        for barcode in (named, item_barcode(number)):
            library.scan("rs-1", barcode)
    do(library, named, Act.MISSING)
    do(library, named, Act.FOUND, desk=Desk("main", "", resource_sharing=False, pickup=True), note="behind the trolley")
    assert library.state(named) == ("ON_HOLD_SHELF", None)
    assert library.rows("SELECT count(DISTINCT hold_until), count(hold_until) FROM item") == [(1, 2)]
    assert [notice[:2] for notice in library.notices()] == [("READY_FOR_PICKUP", "queued")]
    assert library.rows("SELECT note, became FROM history WHERE rule = 'M1' ORDER BY key") == [
        ("behind the trolley", "ON_HOLD_SHELF"), (None, "ON_HOLD_SHELF"),
    ]  # fmt: skip


def test_a_lost_set_found_in_one_go_at_resource_sharing_is_closed(library: Library) -> None:
    named = a_set_on_its_shelf(library, 2)
    library.scan("main-1", ADA)
    for number in (1, 2):
        library.scan("main-1", item_barcode(number))
    do(library, named, Act.LOST)
    library.now += timedelta(hours=1)
    do(library, named, Act.FOUND, desk=Desk("rs", "", resource_sharing=True, pickup=False))
    assert library.state(named) == ("CLOSED", "returned")
    assert library.events().count("request.closed") == 1


def test_found_is_found_although_the_clock_was_set_back(library: Library) -> None:
    named = missing(library)
    library.now -= timedelta(days=1)
    do(library, named, Act.FOUND, desk=EAST)
    assert library.state(named) == ("IN_TRANSIT_TO_PICKUP", None)


# -- brought back


def test_reactivate_restores_the_item_with_its_barcode(library: Library) -> None:
    named = closed(library)
    do(library, named, Act.REACTIVATE, note="it is still here", to=State.CHECKED_OUT)
    assert library.state(named) == ("CHECKED_OUT", None)
    assert library.rows("SELECT closed_at, outcome FROM request") == [(None, None)]
    assert item(library, "state, closed_at, outcome") == ("CHECKED_OUT", None, None)
    assert library.scan("joint-1", BOOK).rule == "C3"
    assert library.state(named) == ("CLOSED", "returned")


def test_reactivate_is_refused_while_the_barcode_is_on_another_request(library: Library) -> None:
    first = closed(library)
    other = received(library)
    before = everything(library)
    with pytest.raises(Conflict) as told:
        do(library, first, Act.REACTIVATE, note="a mistake")
    assert str(told.value) == library.site.words.say("no.reactivate.barcode", barcode=BOOK, other=other)
    assert everything(library) == before
