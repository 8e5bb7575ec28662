"""``python -m tests.faults --complaints``: what the field complains of is built into our code, one at a time, and its test must notice.

The list is in tests/unit/hub/test_complaints_of_the_field.py; here is, for each test of it, the mistake it is there for.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import pytest

from hub.core import calendar, decide, notices
from hub.core.acts import Act
from hub.core.notices import NoticeType, call
from hub.core.opening import Opening
from hub.core.request import State
from hub.core.telling import Telling, Terms
from hub.flows import act_on_request, pass_time
from hub.letters import dates, render
from hub.senders import channels, mail, ready, to_patron
from hub.store import due
from hub.store import notices as store
from hub.store.moments import to_ms
from hub.store.scan_path import ScanStore
from tests.unit.hub.test_complaints_of_the_field import COMPLAINTS

Patch = tuple[Any, str, Any]
"""Where, what, and the mistake in its place."""
Break = Callable[[], list[Patch]]


def _never_looks_again() -> list[Patch]:
    """A letter that was queued leaves, whatever has happened since."""
    return [(notices, "still_true", lambda *_: True), (ScanStore, "drop_notices", lambda *_: [])]


def _reminds_for_ever() -> list[Patch]:
    """Who is reminded is found first, and whatever the day."""
    late = {Act.REMIND: due.QUERIES[Act.REMIND].replace("BETWEEN :now AND", "<")}
    return [(due, "QUERIES", late | {act: query for act, query in due.QUERIES.items() if act is not Act.REMIND})]


def _leaves_at_once() -> list[Patch]:
    return [(Terms, "grace", lambda *_: timedelta())]


def _queues(when: Callable[[Any], bool], episode: Callable[[Any, Any], int]) -> list[Patch]:
    """Scans queue READY where they should not, and nobody looks again."""
    usual = decide._notice

    def notice(site: Any, seen: Any, row: Any, request: Any, item: Any) -> Any:
        if when(item):
            return site.notice(request, NoticeType.READY_FOR_PICKUP, episode(seen, item), seen.now)
        return usual(site, seen, row, request, item)

    return [(decide, "_notice", notice), *_never_looks_again()]


def _announces_what_is_received() -> list[Patch]:
    return _queues(lambda item: item.state is State.IN_TRANSIT_TO_PICKUP, lambda seen, item: item.episode + 1)


def _announces_every_scan() -> list[Patch]:
    """A book that comes back to its shelf begins a hold of its own."""
    return _queues(lambda item: item.state is State.ON_HOLD_SHELF, lambda seen, item: to_ms(seen.now) % 1_000_000)


def _announces_the_first_volume() -> list[Patch]:
    return [(notices, "all_here", lambda *_: True)]


def _adds_up_the_rules() -> list[Patch]:
    """What a desk says counts beside what the site says."""

    def at(self: Telling, desk: str | None, partner: str | None) -> Terms:
        fit = [self.usual, *(scope.terms for scope in self.scopes if scope.fits(desk, partner))]
        return replace(fit[-1], overdue_days=tuple(sorted({day for terms in fit for day in terms.overdue_days})))

    every = due._ends
    return [
        (Telling, "at", at),
        (due, "_ends", lambda terms, end, day: every(replace(terms, overdue_days=(day,)), end, day)),
    ]


def _plans_anew() -> list[Patch]:
    """Whatever changes a loan plans all its letters once more, those that have left as well."""
    usual = act_on_request.write_change

    def write(store: Any, change: Any, **more: Any) -> None:
        usual(store, change, **more)
        store.connection.execute("DELETE FROM time_mark")
        store.connection.execute("UPDATE notice SET episode = -key WHERE state = 'sent'")

    return [(act_on_request, "write_change", write), (notices, "still_true", lambda *_: True)]


def _sends_all_of_the_past() -> list[Patch]:
    def every(store: Any, site: Any, one: Any, change: Any) -> Any:
        return replace(
            change, notices=tuple((replace(notice, episode=call(notice.episode, one.day)), item) for notice, item in change.notices)
        )

    return [(pass_time, "_called_for", every)]


def _reminds_on_the_first_day() -> list[Patch]:
    usual = due._moments
    return [
        (due, "_moments", lambda site, now: usual(site, now) | {"today": to_ms(now) + 1}),
        (due, "QUERIES", {act: query.replace("n.queued_at > :today OR", "") for act, query in due.QUERIES.items()}),
    ]


def _writes_of_each_book() -> list[Patch]:
    return [(store, "companions", lambda *_: [])]


def _facts(old: str, new: str) -> list[Patch]:
    assert old in store.FACTS, f"the facts of a letter have changed: {old}"
    return [(store, "FACTS", store.FACTS.replace(old, new))]


def _one_desk_for_all() -> list[Patch]:
    return _facts("at.code = n.desk", "at.code = 'main'")


def _desk_forgotten() -> list[Patch]:
    return _facts("n.desk, at.name", "n.desk, NULL")


def _day_of_its_own() -> list[Patch]:
    usual = dates.day
    return [(render, "day", lambda moment, today, zone, language: usual(moment - timedelta(days=3), today, zone, language))]


def _same_hours_all_year() -> list[Patch]:
    def end(day: date, zone: tzinfo) -> datetime:
        winter = datetime(day.year, 1, 1, tzinfo=zone).utcoffset() or timedelta()
        return datetime.combine(day, time(23, 59, 59), UTC) - winter

    return [(calendar, "end_of_day", end)]


def _no_leap_day() -> list[Patch]:
    usual = calendar.end_of_day
    return [(calendar, "end_of_day", lambda day, zone: usual(day + timedelta(days=(day.month, day.day) == (2, 29)), zone))]


def _never_closed() -> list[Patch]:
    return [(Opening, "is_open", lambda *_: True)]


def _by_the_card() -> list[Patch]:
    return _facts("w.key = n.patron", "w.key = n.patron AND w.card LIKE '%14'")


def _address_of_before() -> list[Patch]:
    return _facts("w.email", "'patron' || w.key || '@example.org'")


def _the_first_patron() -> list[Patch]:
    return _facts("w.key = n.patron", "w.key = 1")


def _silent() -> list[Patch]:
    """What fails is no work for anybody."""

    def mark(connection: Any, key: int, words: str, at: datetime) -> None:
        connection.execute("UPDATE notice SET state = 'suppressed' WHERE key = ?", (key,))

    return [(store, "mark_failed", mark)]


def _deaf() -> list[Patch]:
    return [(store, "mark_returned", lambda *_: 0)]


class _Ends(BaseException):
    """Caught by nobody."""


def _bad_address_ends_all() -> list[Patch]:
    usual = mail.address_of

    def strict(text: str | None) -> Any:
        if (found := usual(text)) is None:
            raise _Ends
        return found

    return [(channels, "address_of", strict)]


def _all_wait_for_one() -> list[Patch]:
    def mark(connection: Any, key: int, words: str, not_before: datetime) -> None:
        connection.execute("UPDATE notice SET not_before = ?, attempts = attempts + 1 WHERE state = 'queued'", (to_ms(not_before),))

    def due_now(connection: Any, now: datetime, limit: int) -> list[int]:
        return usual(connection, now, 1)

    usual = store.due_notices
    return [(store, "mark_failed_try", mark), (store, "due_notices", due_now)]


def _bad_letter_ends_all() -> list[Patch]:
    usual = ready.parcel_of

    def write(*told: Any) -> Any:
        try:
            return usual(*told)
        except Exception as error:
            raise _Ends from error

    return [(to_patron, "parcel_of", write)]


BREAKS: dict[str, Break] = {
    "test_a_letter_that_waited_does_not_leave_after_a_cancellation": _never_looks_again,
    "test_a_book_put_on_the_shelf_by_mistake_can_be_taken_back_before_anybody_hears": _leaves_at_once,
    "test_no_reminder_comes_after_the_hold_has_ended": _never_looks_again,
    "test_three_weeks_without_the_hub_are_caught_up_with_once": _reminds_for_ever,
    "test_an_extended_hold_is_not_reminded_of_on_its_old_day": _never_looks_again,
    "test_a_renewed_loan_is_not_said_to_be_due_soon_on_its_old_day": _never_looks_again,
    "test_what_was_brought_back_is_not_called_for": _never_looks_again,
    "test_what_is_still_on_its_way_is_not_announced": _announces_what_is_received,
    "test_a_set_is_not_announced_while_a_volume_is_missing": _announces_the_first_volume,
    "test_a_second_scan_does_not_send_it_again": _announces_every_scan,
    "test_rules_of_the_library_and_of_the_desk_write_one_letter": _adds_up_the_rules,
    "test_a_recall_does_not_send_earlier_calls_again": _plans_anew,
    "test_after_a_long_stop_a_loan_is_called_for_once": _sends_all_of_the_past,
    "test_nobody_is_reminded_on_the_day_a_book_came": _reminds_on_the_first_day,
    "test_books_that_come_together_are_one_letter": _writes_of_each_book,
    "test_the_letter_names_the_right_desk": _one_desk_for_all,
    "test_a_letter_that_waited_does_not_name_the_desk_of_before": _never_looks_again,
    "test_the_letter_is_never_without_its_desk": _desk_forgotten,
    "test_the_letter_says_the_day_the_shelf_says": _day_of_its_own,
    "test_the_day_is_right_where_the_clocks_are_changed": _same_hours_all_year,
    "test_the_29th_of_february_is_a_day": _no_leap_day,
    "test_a_hold_ends_with_the_last_second_of_its_day": _same_hours_all_year,
    "test_a_hold_does_not_run_out_while_the_library_is_closed": _never_closed,
    "test_who_has_a_new_card_hears_all_the_same": _by_the_card,
    "test_the_letter_goes_to_the_address_of_now": _address_of_before,
    "test_the_letter_goes_to_nobody_else": _the_first_patron,
    "test_a_patron_without_a_usable_address_is_work_for_staff": _silent,
    "test_a_letter_a_server_gave_back_is_work_and_can_be_sent_again": _deaf,
    "test_one_bad_address_holds_up_nobody_else": _bad_address_ends_all,
    "test_a_letter_refused_for_now_holds_up_nobody_else": _all_wait_for_one,
    "test_a_letter_that_cannot_be_written_does_not_stop_the_others": _bad_letter_ends_all,
}
"""For each test of the list, the mistake it is there for."""


@contextmanager
def broken(patches: list[Patch]) -> Iterator[None]:
    """Build a mistake in, and take it out again."""
    with pytest.MonkeyPatch.context() as monkey:
        for where, what, mistake in patches:
            monkey.setattr(where, what, mistake)
        yield


def notices_it(test: str) -> bool:
    """Say whether a test passes with our code and fails with the mistake it is there for."""
    return _passes(test) and not _broken_passes(test)


def _broken_passes(test: str) -> bool:
    with broken(BREAKS[test.partition("::")[2]]()):
        return _passes(test)


def _passes(test: str) -> bool:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([test, "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"])
    # A test that could not be run has noticed nothing.
    assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), said.getvalue()
    assert " error" not in said.getvalue().rsplit("\n", 2)[-2], said.getvalue()
    return code == pytest.ExitCode.OK


def main() -> int:
    """Build each complaint in; exit code 1 when a test does not notice."""
    missed = []
    for complaint in COMPLAINTS:
        seen = notices_it(complaint.test)
        print(f"{'noticed' if seen else 'NOT NOTICED'}: {complaint.says} ({complaint.test.partition('::')[2]})", flush=True)
        missed += [] if seen else [complaint.test]
    print(f"{len(COMPLAINTS) - len(missed)} of {len(COMPLAINTS)} complaints are noticed when they are built in")
    return 1 if missed else 0
