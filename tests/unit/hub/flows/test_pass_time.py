"""The day comes: holds end, patrons are reminded, loans are due, and what does not come is work for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.acts import Act
from hub.core.desk import Desk
from hub.core.opening import Opening
from hub.core.request import State
from hub.demo import item_barcode
from hub.flows.keep_books import put_desk
from hub.store.moments import to_ms
from tests.support.days import SECOND, after, at, end_of, history, kinds, ready, work
from tests.support.desks import ADA, BOOK, Library
from tests.support.roads import act, lent, letters_leave, received, returned, shelved

# -- a hold ends


@pytest.mark.parametrize(
    ("shelved_on", "last_day"),
    [
        (datetime(2026, 10, 15, 9, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2027, 3, 18, 9, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2028, 2, 19, 9, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 12, 21, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
    ],
    ids=["clocks go back", "clocks go forward", "leap day", "after midnight there"],
)
def test_a_hold_ends_with_the_last_second_of_its_day(tmp_path: Path, shelved_on: datetime, last_day: date) -> None:
    library = Library.open(tmp_path, timezone="Europe/Vienna")
    library.now = shelved_on
    named = ready(library)
    end = end_of(library, last_day)
    assert library.rows("SELECT hold_until FROM item") == [(to_ms(end),)]
    at(library, end)
    assert library.state(named) == ("ON_HOLD_SHELF", None)
    at(library, end + SECOND)
    assert library.state(named) == ("PULL_FROM_SHELF", None)
    assert library.rows("SELECT reason FROM item") == [("expired",)]
    assert (kinds(library), kinds(library, "suppressed")) == (["HOLD_EXPIRED"], ["HOLD_REMINDER"])
    library.connection.close()


def test_a_hold_ends_although_its_desk_is_closed_on_that_day(library: Library) -> None:
    named = ready(library)
    closed_days = frozenset(date(2026, 12, day) for day in (3, 4))
    put_desk(library.connection, Desk("main", "Main desk", resource_sharing=False, pickup=True, opening=Opening(closed=closed_days)))
    assert after(library, days=11) == 1
    assert library.state(named) == ("PULL_FROM_SHELF", None)


def test_a_hold_is_counted_in_days_on_which_its_desk_is_open(library: Library) -> None:
    closed_days = frozenset(date(2026, 12, day) for day in (2, 3, 4))
    put_desk(library.connection, Desk("main", "Main desk", resource_sharing=False, pickup=True, opening=Opening(closed=closed_days)))
    ready(library)
    assert library.rows("SELECT hold_until FROM item") == [(to_ms(end_of(library, date(2026, 12, 6))),)]


def test_an_ended_hold_takes_back_letters_that_wait_and_is_told_to_who_heard_that_it_was_ready(library: Library) -> None:
    named = ready(library)
    after(library, days=11)
    assert library.events()[-2:] == ["hold.expired", "notice.queued"]
    assert library.rows("SELECT kind, rule, actor, was, became FROM history WHERE kind = 'time'") == [
        ("time", "expire", "clock", "ON_HOLD_SHELF", "PULL_FROM_SHELF")
    ]
    assert letters_leave(library) == ["hold-expired"]
    assert library.scan("main-1", BOOK).rule == "P1"
    assert library.state(named) == ("IN_TRANSIT_TO_RS", None)


def test_a_patron_who_never_heard_that_it_was_ready_does_not_hear_that_it_is_over(library: Library) -> None:
    shelved(library)
    after(library, days=11)
    assert [notice[:2] for notice in library.notices()] == [("READY_FOR_PICKUP", "suppressed")]
    assert letters_leave(library) == []


def test_a_patron_who_heard_of_an_extended_hold_hears_that_it_is_over(library: Library) -> None:
    named = shelved(library)
    after(library, days=11)
    act(library, named, Act.EXTEND)
    assert letters_leave(library) == ["hold-extended"]
    after(library, days=11)
    assert letters_leave(library) == ["hold-expired"]


def test_a_letter_that_it_is_ready_does_not_leave_after_its_hold_has_ended(library: Library) -> None:
    """The hub stood still for weeks: letters may leave before the clock has looked."""
    shelved(library)
    library.now += timedelta(days=21)
    assert letters_leave(library) == []


def test_what_was_lent_on_its_last_day_at_a_station_without_network_is_on_loan(library: Library) -> None:
    named = ready(library)
    afternoon = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    at(library, datetime(2026, 12, 4, 8, 0, tzinfo=UTC))
    assert library.state(named) == ("PULL_FROM_SHELF", None)
    for number, barcode in enumerate((ADA, BOOK)):
        age = library.now - afternoon - timedelta(seconds=5 * number)
        reply = library.scan(
            "main-1", barcode, age_ms=int(age.total_seconds() * 1000), scanned_at=afternoon + timedelta(seconds=5 * number)
        )
    assert reply.rule == "P4"
    assert library.state(named) == ("CHECKED_OUT", None)


def test_a_set_whose_hold_ends_is_told_once_and_written_without_taking_anything_back(library: Library) -> None:
    named = a_ready_set(library)
    after(library, days=11)
    assert library.rows("SELECT state FROM item") == [("PULL_FROM_SHELF",)] * 3
    assert library.state(named) == ("PULL_FROM_SHELF", None)
    assert library.events().count("hold.expired") == 1
    assert library.events()[-1] == "notice.queued"
    assert library.rows("SELECT count(*) FROM history WHERE notice = 'HOLD_EXPIRED'") == [(1,)]
    assert letters_leave(library) == ["hold-expired"]


def a_ready_set(library: Library) -> str:
    """Bring three volumes to their shelf and tell their patron."""
    named = library.request(pieces=3)
    for number in (1, 2, 3):
        for station, barcode in (("rs-1", named), ("rs-1", item_barcode(number)), ("main-1", item_barcode(number))):
            library.scan(station, barcode)
    letters_leave(library)
    return named


# -- reminders


def test_a_reminder_comes_once_two_days_before_and_never_after_the_hold_has_ended(library: Library) -> None:
    ready(library)
    assert at(library, datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == 0
    assert at(library, datetime(2026, 12, 1, 0, 1, tzinfo=UTC)) == 1
    assert kinds(library) == ["HOLD_REMINDER"]
    assert [after(library, hours=12) for _ in range(6)].count(1) == 1
    assert history(library) == ["remind", "expire"]
    assert kinds(library, "sent") == ["READY_FOR_PICKUP"]


def test_a_reminder_that_waits_is_taken_back_when_the_hold_ends(library: Library) -> None:
    ready(library)
    at(library, datetime(2026, 12, 3, 23, 59, 50, tzinfo=UTC))
    after(library, seconds=20)
    assert kinds(library, "suppressed") == ["HOLD_REMINDER"]
    assert letters_leave(library) == ["hold-expired"]


def test_a_reminder_comes_again_for_the_new_day_of_an_extended_hold(library: Library) -> None:
    named = ready(library)
    at(library, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    act(library, named, Act.EXTEND, day=date(2026, 12, 10))
    assert letters_leave(library) == ["hold-extended"]
    assert after(library, days=1) == 0
    assert at(library, datetime(2026, 12, 8, 9, 0, tzinfo=UTC)) == 1
    assert letters_leave(library) == ["hold-reminder"]


def test_nobody_is_reminded_on_the_day_a_letter_says_the_same(library: Library) -> None:
    named = ready(library)
    at(library, datetime(2026, 12, 3, 9, 0, tzinfo=UTC))
    act(library, named, Act.EXTEND, day=date(2026, 12, 5))
    letters_leave(library)
    assert after(library, hours=1) == 0
    assert after(library, days=1) == 1


def test_nobody_is_reminded_on_the_day_a_book_came(tmp_path: Path) -> None:
    library = Library.open(tmp_path, policy={"hold_days": 2})
    ready(library)
    assert after(library, hours=1) == 0
    assert after(library, days=1) == 1
    library.connection.close()


def test_nobody_is_reminded_on_the_day_the_last_volume_came(tmp_path: Path) -> None:
    library = Library.open(tmp_path, policy={"hold_days": 2})
    named = library.request(pieces=2)
    for number in (1, 2):
        for station, barcode in (("rs-1", named), ("rs-1", item_barcode(number)), ("main-1", item_barcode(number))):
            library.scan(station, barcode)
        library.now += timedelta(days=2 * (number == 1))
    letters_leave(library)
    assert after(library, hours=1) == 0
    assert (after(library, days=1), kinds(library)) == (2, ["HOLD_REMINDER"])
    library.connection.close()


def test_a_library_that_sends_no_reminders_has_none_in_its_history(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"send": ["READY_FOR_PICKUP"]})
    ready(library)
    assert at(library, datetime(2026, 12, 2, 9, 0, tzinfo=UTC)) == 0
    assert history(library) == []
    library.connection.close()


@pytest.mark.parametrize("setting", ["hold_reminder_days", "due_soon_days"])
def test_no_days_before_is_never(tmp_path: Path, setting: str) -> None:
    library = Library.open(tmp_path, policy={setting: 0})
    (ready if setting == "hold_reminder_days" else lent)(library)
    last = library.rows("SELECT coalesce(due_at, hold_until) FROM item")[0][0]
    assert at(library, datetime.fromtimestamp(last / 1000, UTC)) == 0
    library.connection.close()


# -- loans


def test_a_loan_is_due_soon_once_and_overdue_once(library: Library) -> None:
    lent(library)
    assert at(library, datetime(2026, 12, 17, 23, 59, tzinfo=UTC)) == 0
    assert [after(library, days=1) for _ in range(20)].count(1) == 2
    assert history(library) == ["due-soon", "overdue"]
    assert library.events().count("loan.overdue") == 1
    assert kinds(library)[-2:] == ["DUE_SOON", "OVERDUE"]


def test_a_renewed_loan_is_overdue_again_on_its_new_day(library: Library) -> None:
    named = lent(library)
    at(library, datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
    letters_leave(library)
    act(library, named, Act.RENEW)
    assert after(library, days=1) == 0
    after(library, days=26)
    after(library, days=3)
    assert history(library) == ["overdue", "due-soon", "overdue"]
    assert library.rows("SELECT count(*), count(DISTINCT episode) FROM notice WHERE type = 'OVERDUE'") == [(2, 2)]


def test_a_recalled_loan_is_not_said_to_be_due_soon_on_the_day_of_its_recall(library: Library) -> None:
    named = lent(library)
    library.now += timedelta(days=3)
    act(library, named, Act.RECALL, day=date(2026, 11, 28))
    letters_leave(library)
    assert after(library, hours=1) == 0
    assert after(library, days=1) == 1
    assert (kinds(library, "sent")[-1:], kinds(library)[-1:]) == (["RECALLED"], ["DUE_SOON"])


def test_a_loan_brought_back_that_never_was_one_is_due_like_any_other(library: Library) -> None:
    named = received(library)
    act(library, named, Act.CANCEL)
    library.scan("rs-1", BOOK)
    act(library, named, Act.REACTIVATE, note="lent without a scan", to=State.CHECKED_OUT)
    at(library, datetime(2026, 12, 19, 9, 0, tzinfo=UTC))
    assert kinds(library)[-1] == "DUE_SOON"


def test_what_was_given_back_is_overdue_no_more(library: Library) -> None:
    lent(library)
    after(library, days=29)
    library.scan("main-1", BOOK)
    assert letters_leave(library) == []


# -- work for staff


@pytest.mark.parametrize("road", [received, returned])
def test_a_book_too_long_on_its_way_is_work_once_on_each_journey(library: Library, road: Callable[[Library], str]) -> None:
    road(library)
    assert after(library, days=4.9) == 0
    assert [after(library, days=1) for _ in range(10)].count(1) == 1
    assert work(library) == ["transit_too_old"]


def test_the_next_journey_may_be_too_long_again(library: Library) -> None:
    received(library)
    after(library, days=6)
    library.scan("main-1", BOOK)
    assert work(library) == []
    library.scan("rs-1", BOOK)
    assert after(library, days=6) == 1
    assert "transit_too_old" in work(library)


def test_what_has_not_come_by_the_day_it_was_needed_is_work_once(library: Library) -> None:
    named = library.request(needed_by=date(2026, 11, 25))
    before = library.rows("SELECT version FROM request")
    assert at(library, datetime(2026, 11, 25, 23, 59, tzinfo=UTC)) == 0
    assert [after(library, days=1) for _ in range(10)] == [1] + [0] * 9
    assert work(library) == ["needed_by_passed"]
    assert library.rows("SELECT version FROM request") == before
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    assert work(library) == []


def test_what_came_in_time_or_was_cancelled_is_not_waited_for(library: Library) -> None:
    received(library, needed_by=date(2026, 11, 25))
    act(library, library.request(needed_by=date(2026, 11, 25)), Act.CANCEL)
    after(library, days=4)
    assert (work(library), history(library)) == ([], ["forget"])


# -- several calls, and other terms


def test_a_loan_is_called_for_on_each_of_its_days(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"overdue_days": [1, 8, 22]})
    lent(library)
    at(library, datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
    for _ in range(40):
        after(library, days=1)
        letters_leave(library)
    assert history(library) == ["due-soon", "overdue", "overdue", "overdue"]
    assert library.rows("SELECT count(*), count(DISTINCT episode) FROM notice WHERE type = 'OVERDUE' AND state = 'sent'") == [(3, 3)]
    assert library.events().count("loan.overdue") == 1
    library.connection.close()


def test_after_a_long_stop_a_loan_is_called_for_once(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"overdue_days": [1, 8, 22]})
    lent(library)
    at(library, datetime(2027, 1, 6, 9, 0, tzinfo=UTC))
    assert (kinds(library).count("OVERDUE"), library.events().count("loan.overdue")) == (1, 1)
    # That one waits for a mail server that is away: the next day's would say the same.
    at(library, datetime(2027, 1, 14, 9, 0, tzinfo=UTC))
    assert kinds(library).count("OVERDUE") == 1
    library.connection.close()


def test_a_library_that_never_calls_still_knows_what_is_overdue(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"overdue_days": []})
    lent(library)
    at(library, datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
    assert (kinds(library).count("OVERDUE"), library.events().count("loan.overdue")) == (0, 1)
    library.connection.close()


def test_after_a_long_stop_nobody_is_reminded_of_what_the_waiting_letter_says(library: Library) -> None:
    shelved(library)
    assert after(library, days=9) == 0


@pytest.mark.parametrize("scope", [{"desk": "main"}, {"partner": "tul"}, {"desk": "main", "partner": "tul"}])
def test_a_desk_or_a_partner_may_remind_earlier_or_never(tmp_path: Path, scope: dict[str, str]) -> None:
    library = Library.open(tmp_path, notices={"at": [scope | {"hold_reminder_days": 5, "due_soon_days": 0}]})
    ready(library)
    letters_leave(library)
    at(library, datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    assert kinds(library).count("HOLD_REMINDER") == 0
    at(library, datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    assert kinds(library).count("HOLD_REMINDER") == 1
    library.connection.close()


def test_another_desk_keeps_the_terms_of_the_site(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"at": [{"desk": "east", "hold_reminder_days": 5, "send": []}]})
    ready(library)
    letters_leave(library)
    at(library, datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    assert kinds(library).count("HOLD_REMINDER") == 0
    at(library, datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
    assert kinds(library).count("HOLD_REMINDER") == 1
    library.connection.close()


def test_a_desk_that_sends_no_letters_has_none_queued_by_a_scan(tmp_path: Path) -> None:
    library = Library.open(tmp_path, notices={"at": [{"desk": "main", "send": []}]})
    ready(library)
    assert library.rows("SELECT count(*) FROM notice") == [(0,)]
    library.connection.close()
