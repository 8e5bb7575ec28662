"""What patrons and staff of other systems complain of about letters, each with the test by which it is not so here.

``COMPLAINTS`` is the list: what was said, where it was heard, and its test; one that another file has already is named, not repeated.
That each test would notice is shown by breaking our code (``python -m tests.faults --complaints``).

A story is scanned and acted into a whole library, and then the post goes: what counts is what lies in the patron's letter box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hub.core.acts import Act
from hub.core.request import Reason
from hub.demo import item_barcode
from hub.flows.keep_books import change_patron, close_desk_on, patron_facts
from hub.senders.mail import Blame, Refused
from tests.support.days import EAST, after, at
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import CLEAR, UNDO, act, kind_of, lent, letters_leave, post_goes, received, shelved, text_of

REPOSITORY = Path(__file__).parents[3]
OTHER_BOOK, THIRD_BOOK = item_barcode(2), item_barcode(3)
AWAY = {"": Refused(False, "No connection to the mail server: Connection refused.", Blame.SERVER)}
HERE = "tests/unit/hub/test_complaints_of_the_field.py"
UNIT = "tests/unit/hub"


class Complaint(NamedTuple):
    """What somebody complained of, where, and what shows that it is not so here."""

    says: str
    heard: tuple[str, ...]
    test: str


def _of(test: str, says: str, *heard: str) -> Complaint:
    return Complaint(says, heard, test if "::" in test else f"{HERE}::{test}")


WAITS, TIME = f"{UNIT}/senders/test_to_patron.py", f"{UNIT}/flows/test_pass_time.py"
TOGETHER, EVERY = f"{UNIT}/senders/test_together.py", f"{UNIT}/senders/test_every_notice_leaves.py"
RERO = "https://github.com/rero/rero-ils/issues/"
COMPLAINTS = (
    # -- a letter that is no longer true
    _of(
        "test_a_letter_that_waited_does_not_leave_after_a_cancellation", "the delayed letter comes although the request was cancelled",
        f"{RERO}2256", "https://github.com/ualbertalib/discovery/issues/913",
    ),
    _of(
        "test_a_book_put_on_the_shelf_by_mistake_can_be_taken_back_before_anybody_hears", "the letter leaves too fast to mend a mistake",
        f"{RERO}913",
    ),
    _of("test_no_reminder_comes_after_the_hold_has_ended", "a reminder of a hold that is over"),
    _of(
        f"{UNIT}/flows/test_pass_time_once.py::test_three_weeks_without_the_hub_are_caught_up_with_once",
        "a reminder of a hold that is over, after the hub stood still",
    ),
    _of(
        "test_an_extended_hold_is_not_reminded_of_on_its_old_day", "a longer hold leaves the reminder where it was",
        "https://github.com/openlibraryenvironment/ole/pull/1115",
    ),
    _of(
        "test_a_renewed_loan_is_not_said_to_be_due_soon_on_its_old_day", "the letter was written before the renewal and left after it",
        f"{RERO}2336",
    ),
    _of(
        "test_what_was_brought_back_is_not_called_for", "calls for books that have come back",
        "https://github.com/Librarika/Issues/issues/318", "https://github.com/Librarika/Issues/issues/568",
    ),
    _of(
        "test_what_is_still_on_its_way_is_not_announced", "announced when it is received, and it is still on its way to the desk",
        "https://openlibraryfoundation.atlassian.net/wiki/spaces/PR/pages/3181281285/Patron+notifications",
    ),
    _of(
        f"{EVERY}::test_a_set_is_not_announced_while_a_volume_is_missing",
        "a set is announced with its first volume",
    ),
    # -- a letter twice, or many
    _of(
        "test_a_second_scan_does_not_send_it_again", "each scan at the shelf writes to the patron again",
        "https://github.com/internetarchive/openlibrary/issues/397",
    ),
    _of(
        "test_rules_of_the_library_and_of_the_desk_write_one_letter", "two letters where there is a rule for all and one for the desk",
        "https://koha-community.org/manual/16.11/html/apos02.html",
    ),
    _of(
        "test_a_recall_does_not_send_earlier_calls_again", "a recall of a late book sends all its overdue letters once more",
        "https://issues.folio.org/browse/CIRC-1163",
    ),
    _of(
        f"{TIME}::test_after_a_long_stop_a_loan_is_called_for_once", "after a stop all letters of the past leave",
        "https://issues.folio.org/browse/CIRC-1163",
    ),
    _of(
        f"{TIME}::test_nobody_is_reminded_on_the_day_a_book_came", "due soon, on the day it was lent", f"{RERO}1741",
    ),
    _of(f"{TOGETHER}::test_books_that_come_together_are_one_letter", "ten books, ten mails", f"{RERO}1236"),
    # -- what the letter says
    _of(
        "test_the_letter_names_the_right_desk", "the pick-up place of another request, or of before",
        f"{RERO}2295", f"{RERO}2262", "https://github.com/pulibrary/orangelight/issues/5234",
    ),
    _of(
        "test_a_letter_that_waited_does_not_name_the_desk_of_before", "the pick-up place was changed, and the letter names the old one",
        f"{RERO}2262",
    ),
    _of(
        "test_the_letter_is_never_without_its_desk", "the pick-up place is missing", "https://github.com/scriptotek/alma-slipsomat/issues/5",
    ),
    _of(
        "test_the_letter_says_the_day_the_shelf_says", "the letter says seven days and the system holds sixty; or no day at all",
        "https://github.com/pulibrary/orangelight/issues/2059", "https://github.com/chicago-tool-library/circulate/issues/694",
        f"{RERO}2140", "https://github.com/openlibraryenvironment/ole/pull/1089",
    ),
    _of(
        "test_the_day_is_right_where_the_clocks_are_changed", "in summer the date is a day behind",
        "https://github.com/Librarika/Issues/issues/536", "https://github.com/rero/rero-ils/pull/684",
    ),
    _of("test_the_29th_of_february_is_a_day", "nobody thought of the leap day"),
    _of(
        f"{TIME}::test_a_hold_ends_with_the_last_second_of_its_day",
        "a hold ends an hour early when the clocks change",
        "https://github.com/rero/rero-ils/pull/449",
    ),
    _of(
        "test_a_hold_does_not_run_out_while_the_library_is_closed", "the hold ended over the holidays",
        "https://github.com/chicago-tool-library/circulate/issues/2200", "https://github.com/chicago-tool-library/circulate/pull/873",
    ),
    # -- whom it reaches
    _of("test_who_has_a_new_card_hears_all_the_same", "the card was changed while the book was on its way, and the letter went to nobody"),
    _of("test_the_letter_goes_to_the_address_of_now", "the address was mended, and the letter went to the old one", f"{RERO}2152"),
    _of("test_the_letter_goes_to_nobody_else", "the letter went to the library, or to another patron", f"{RERO}2279", f"{RERO}2300"),
    _of(
        f"{WAITS}::test_a_patron_without_a_usable_address_is_work_for_staff", "no address, and nobody was told of it",
        f"{RERO}2300",
    ),
    _of(
        f"{TOGETHER}::test_a_letter_a_server_gave_back_is_work_and_can_be_sent_again", "it came back, and nobody saw it",
    ),
    # -- the queue
    _of(
        "test_one_bad_address_holds_up_nobody_else", "one broken notice, and nobody hears any more",
        "https://git.koha-community.org/gitweb/?p=koha.git;a=commit;h=850308faaba761be908239d1e84f435570c6e2f3",
    ),
    _of("test_a_letter_refused_for_now_holds_up_nobody_else", "one mail server that says later, and everybody waits"),
    _of(
        f"{WAITS}::test_a_letter_that_cannot_be_written_does_not_stop_the_others", "a mistake in a template stops all",
    ),
)  # fmt: skip


# -- a letter that is no longer true


@pytest.mark.parametrize("by", [Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF])
def test_a_letter_that_waited_does_not_leave_after_a_cancellation(library: Library, by: Reason) -> None:
    named = shelved(library)
    act(library, named, Act.CANCEL, by=by)
    assert letters_leave(library) == ["request-cancelled"]


def test_a_book_put_on_the_shelf_by_mistake_can_be_taken_back_before_anybody_hears(library: Library) -> None:
    shelved(library)
    assert post_goes(library, after_s=30) == []
    library.scan("main-1", UNDO)
    assert letters_leave(library) == []
    library.scan("main-1", BOOK)
    assert letters_leave(library) == ["ready-for-pickup"]


def test_no_reminder_comes_after_the_hold_has_ended(library: Library) -> None:
    shelved(library)
    assert letters_leave(library) == ["ready-for-pickup"]
    at(library, datetime(2026, 12, 1, 9, tzinfo=UTC))
    # It waits for a mail server that comes back a week later, before anybody has looked at the calendar.
    assert post_goes(library, refuses=AWAY) == []
    library.now += timedelta(days=7)
    assert letters_leave(library) == []
    after(library)
    assert letters_leave(library) == ["hold-expired"]


def test_an_extended_hold_is_not_reminded_of_on_its_old_day(library: Library) -> None:
    named = shelved(library)
    letters_leave(library)
    at(library, datetime(2026, 12, 1, 9, tzinfo=UTC))
    post_goes(library, refuses=AWAY)
    act(library, named, Act.EXTEND)
    [letter] = post_goes(library, after_s=3600)
    assert (kind_of(letter), "11 December" in text_of(letter)) == ("hold-extended", True)
    assert kinds_in(library, 12) == [
        "hold-reminder",
        "hold-expired",
    ]


def test_a_renewed_loan_is_not_said_to_be_due_soon_on_its_old_day(library: Library) -> None:
    named = lent(library)
    letters_leave(library)
    at(library, datetime(2026, 12, 18, 9, tzinfo=UTC))
    post_goes(library, refuses=AWAY)
    act(library, named, Act.RENEW)
    assert letters_leave(library, after_s=3600) == []


@pytest.mark.parametrize("day", [datetime(2026, 12, 18, 9, tzinfo=UTC), datetime(2026, 12, 22, 9, tzinfo=UTC)], ids=["due soon", "overdue"])
def test_what_was_brought_back_is_not_called_for(library: Library, day: datetime) -> None:
    lent(library)
    letters_leave(library)
    assert at(library, day) == 1
    library.scan("main-1", BOOK)
    assert letters_leave(library) == []
    library.scan("rs-1", BOOK)
    assert kinds_in(library, 40) == []


def test_what_is_still_on_its_way_is_not_announced(library: Library) -> None:
    received(library)
    for _ in range(4):
        assert letters_leave(library, after_s=3600) == []
    library.scan("east-1", BOOK)
    assert letters_leave(library) == []
    library.scan("main-1", BOOK)
    assert letters_leave(library) == ["ready-for-pickup"]


# -- a letter twice


def test_a_second_scan_does_not_send_it_again(library: Library) -> None:
    shelved(library)
    for wait in (3, 20, 1):
        library.scan("main-1", BOOK, after_s=wait)
    assert letters_leave(library) == ["ready-for-pickup"]
    for wait in (3, 3600, 86400):
        library.scan("main-1", BOOK, after_s=wait)
        assert letters_leave(library) == []
    # Carried to another desk by mistake, and back on its shelf.
    library.scan("east-1", BOOK, after_s=60)
    library.scan("main-1", BOOK, after_s=3600)
    assert letters_leave(library) == []


def test_rules_of_the_library_and_of_the_desk_write_one_letter(tmp_path: Path) -> None:
    rules = {"overdue_days": [1, 8], "at": [{"desk": "main", "overdue_days": [1, 14]}, {"partner": "tul", "overdue_days": [1]}]}
    with a_library(tmp_path, notices=rules) as library:
        lent(library)
        letters_leave(library)
        at(library, datetime(2026, 12, 21, 9, tzinfo=UTC))
        letters = in_days(library, 30)
        assert letters == [(date(2026, 12, 22), "overdue"), (date(2027, 1, 4), "overdue")]


def test_a_recall_does_not_send_earlier_calls_again(tmp_path: Path) -> None:
    with a_library(tmp_path, notices={"overdue_days": [1, 8, 22]}) as library:
        named = lent(library)
        at(library, datetime(2026, 12, 21, 9, tzinfo=UTC))
        before = kinds_in(library, 120)
        assert before == ["overdue"] * 3
        act(library, named, Act.RECALL)
        after(library)
        assert letters_leave(library) == ["recalled"]
        after(library, days=1)
        assert letters_leave(library) == []


# -- what the letter says


def test_the_letter_names_the_right_desk(library: Library) -> None:
    named = received(library)
    act(library, named, Act.CHANGE_PICKUP, desk=EAST)
    assert library.scan("east-1", BOOK).rule == "T1"
    # The same patron has a book at the other desk, and somebody else one here.
    shelved(library, OTHER_BOOK, title="Landmarks")
    shelved(library, THIRD_BOOK, title="Austerlitz", requester=BEN, pickup_desk="east")
    assert {
        (to(letter), letter["Subject"], _after("Pick it up at: ", letter, "East branch", "Main desk")) for letter in post_goes(library)
    } == {
        ("patron1@example.org", "Ready to pick up: The Overstory", "East branch"),
        ("patron1@example.org", "Ready to pick up: Landmarks", "Main desk"),
        ("patron2@example.org", "Ready to pick up: Austerlitz", "East branch"),
    }


def test_a_letter_that_waited_does_not_name_the_desk_of_before(library: Library) -> None:
    named = shelved(library)
    post_goes(library, refuses=AWAY)
    act(library, named, Act.CHANGE_PICKUP, desk=EAST)
    assert letters_leave(library, after_s=3600) == []
    library.scan("east-1", BOOK)
    [letter] = post_goes(library)
    assert (kind_of(letter), _after("Pick it up at: ", letter, "East branch", "Main desk")) == ("ready-for-pickup", "East branch")


@pytest.mark.parametrize("pickup_desk", ["main", "east", "joint"])
def test_the_letter_is_never_without_its_desk(library: Library, pickup_desk: str) -> None:
    desks = {"main": "Main desk", "east": "East branch", "joint": "Joint desk"}
    named = library.request(pickup_desk=pickup_desk)
    for station in ("rs-1", "joint-1") if pickup_desk == "joint" else ("rs-1", f"{pickup_desk}-1"):
        library.scan(station, named)
        library.scan(station, BOOK)
    [ready] = post_goes(library)
    at(library, datetime(2026, 12, 1, 9, tzinfo=UTC))
    [reminder] = post_goes(library)
    assert [kind_of(letter) for letter in (ready, reminder)] == ["ready-for-pickup", "hold-reminder"]
    for letter in (ready, reminder):
        assert _after("Pick it up at: ", letter, *desks.values()) == desks[pickup_desk]


@pytest.mark.parametrize("days", [1, 7, 60])
def test_the_letter_says_the_day_the_shelf_says(tmp_path: Path, days: int) -> None:
    with a_library(tmp_path, policy={"hold_days": days}) as library:
        named = library.request()
        for barcode in (named, BOOK):
            library.scan("rs-1", barcode)
        reply = library.scan("main-1", BOOK)
        [(until,)] = library.rows("SELECT hold_until FROM item")
        day = datetime.fromtimestamp(until / 1000, UTC).date()
        assert day == date(2026, 11, 23) + timedelta(days=days)
        [letter] = post_goes(library)
        told = f"{day.day} {day:%B}" + (f" {day.year}" if day.year != 2026 else "")
        assert f"Hold until {told}." in reply.message
        assert f"We hold it until: {told}" in text_of(letter)


@pytest.mark.parametrize(
    ("zone", "shelved_on", "last"),
    [
        ("Europe/Vienna", datetime(2026, 10, 15, 22, 30, tzinfo=UTC), "26 October"),
        ("Europe/Vienna", datetime(2027, 3, 18, 22, 30, tzinfo=UTC), "28 March"),
        ("Australia/Sydney", datetime(2026, 9, 24, 13, 30, tzinfo=UTC), "4 October"),
        ("Australia/Sydney", datetime(2027, 3, 25, 14, 30, tzinfo=UTC), "5 April"),
        ("America/Santiago", datetime(2026, 8, 27, 12, 0, tzinfo=UTC), "6 September"),
    ],
    ids=["back", "forward", "forward in the south", "back in the south", "no midnight"],
)
def test_the_day_is_right_where_the_clocks_are_changed(tmp_path: Path, zone: str, shelved_on: datetime, last: str) -> None:
    with a_library(tmp_path, timezone=zone) as library:
        library.now = shelved_on
        shelved(library)
        [letter] = post_goes(library)
        assert f"We hold it until: {last}" in text_of(letter)
        told = [letter for _ in range(12 * 6) for letter in _some_hours(library)]
        said = [(kind_of(each), local(library, each)) for each in told]
        ends = datetime.fromtimestamp(library.rows("SELECT hold_until FROM item")[0][0] / 1000, UTC).astimezone(library.site.zone)
        assert f"{ends.day} {ends:%B}" == last
        assert (ends.hour, ends.minute) == (23, 59)
        assert said == [("hold-reminder", ends.date() - timedelta(days=2)), ("hold-expired", ends.date() + timedelta(days=1))]


@pytest.mark.parametrize(
    ("shelved_on", "last"),
    [(date(2028, 2, 19), "29 February"), (date(2028, 2, 20), "1 March"), (date(2027, 2, 19), "1 March"), (date(2028, 2, 29), "10 March")],
)
def test_the_29th_of_february_is_a_day(library: Library, shelved_on: date, last: str) -> None:
    library.now = datetime(shelved_on.year, shelved_on.month, shelved_on.day, 9, tzinfo=UTC)
    shelved(library)
    [letter] = post_goes(library)
    assert f"We hold it until: {last}" in text_of(letter)
    assert kinds_in(library, 12) == [
        "hold-reminder",
        "hold-expired",
    ]


def test_a_hold_does_not_run_out_while_the_library_is_closed(library: Library) -> None:
    holidays = [date(2026, 11, 28) + timedelta(days=day) for day in range(14)]
    close_desk_on(library.connection, "main", holidays)
    shelved(library)
    [letter] = post_goes(library)
    assert "We hold it until: 17 December" in text_of(letter)
    told = in_days(library, 28)
    assert told == [(date(2026, 12, 15), "hold-reminder"), (date(2026, 12, 18), "hold-expired")]


# -- whom it reaches


def test_who_has_a_new_card_hears_all_the_same(library: Library) -> None:
    shelved(library)
    change(library, card="20000000000998")
    [letter] = post_goes(library)
    assert (kind_of(letter), to(letter)) == ("ready-for-pickup", "patron1@example.org")
    # The old card opens nothing, the new one takes the book.
    library.scan("main-1", ADA)
    assert library.scan("main-1", BOOK).rule == "H3"
    library.scan("main-1", CLEAR)
    library.scan("main-1", "20000000000998")
    assert library.scan("main-1", BOOK).rule == "H2"


def test_the_letter_goes_to_the_address_of_now(library: Library) -> None:
    shelved(library)
    post_goes(library, refuses=AWAY)
    change(library, email="ada@new.example", name="Ada Fischer-Okafor")
    [letter] = post_goes(library, after_s=3600)
    assert (to(letter), "Ada Fischer-Okafor" in text_of(letter)) == ("ada@new.example", True)


def test_the_letter_goes_to_nobody_else(library: Library) -> None:
    shelved(library, title="One")
    shelved(library, OTHER_BOOK, title="One", requester=BEN)
    letters = {to(letter): text_of(letter) for letter in post_goes(library)}
    assert {who: ("Ada" in text, "Ben" in text) for who, text in letters.items()} == {
        "patron1@example.org": (True, False),
        "patron2@example.org": (False, True),
    }


# -- the queue


@pytest.mark.parametrize(
    "bad", ["ada at example.org", "ada@", "ada@example.org\nBcc: all@example.org", "", "@", "ada@" + "x" * 300 + ".example"]
)
def test_one_bad_address_holds_up_nobody_else(library: Library, bad: str) -> None:
    change(library, email=bad)
    shelved(library)
    shelved(library, OTHER_BOOK, requester=BEN)
    assert [to(letter) for letter in post_goes(library)] == ["patron2@example.org"]
    assert sorted(library.rows("SELECT patron, state FROM notice")) == [(1, "failed"), (2, "sent")]


def test_a_letter_refused_for_now_holds_up_nobody_else(library: Library) -> None:
    shelved(library)
    shelved(library, OTHER_BOOK, requester=BEN)
    greylisted = {"patron1@example.org": Refused(False, "450 4.2.0 Greylisted", code=450)}
    assert [to(letter) for letter in post_goes(library, refuses=greylisted)] == ["patron2@example.org"]
    assert [to(letter) for letter in post_goes(library, after_s=3600)] == ["patron1@example.org"]


# -- the list


def test_every_complaint_has_a_test_that_is_there() -> None:
    for complaint in COMPLAINTS:
        path, name = complaint.test.split("::")
        assert re.search(rf"^(async )?def {name}\(", (REPOSITORY / path).read_text(), re.MULTILINE), complaint.test
    listed = {complaint.test.partition("::")[2] for complaint in COMPLAINTS}
    here = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(), re.MULTILINE)) - {"test_every_complaint_has_a_test_that_is_there"}
    assert here <= listed


# -- what a story needs


@contextmanager
def a_library(folder: Path, **settings: object) -> Iterator[Library]:
    """Open a library with settings of its own."""
    library = Library.open(folder, **settings)
    yield library
    library.connection.close()


def in_days(library: Library, days: int) -> list[tuple[date, str]]:
    """Let days go by, one after the other, and give which letters leave on which."""
    told = []
    for _ in range(days):
        after(library, days=1)
        told += [(library.now.date(), kind) for kind in letters_leave(library)]
    return told


def kinds_in(library: Library, days: int) -> list[str]:
    """Let days go by, and give which letters leave."""
    return [kind for _, kind in in_days(library, days)]


def _some_hours(library: Library) -> list[EmailMessage]:
    after(library, hours=4)
    return post_goes(library, after_s=0)


def change(library: Library, patron: int = 1, **facts: Any) -> None:
    """Change what is known of a patron."""
    change_patron(library.connection, patron, replace(patron_facts(library.connection, patron), **facts))


def to(letter: EmailMessage) -> str:
    """Give whom a letter is for."""
    return str(letter["To"].addresses[0].addr_spec)


def local(library: Library, letter: EmailMessage) -> date:
    """Give the day of a letter where the library is."""
    written: datetime = letter["Date"].datetime
    return written.astimezone(library.site.zone).date()


def _after(label: str, letter: EmailMessage, *names: str) -> str | None:
    """Give which of these names follows a label in a letter."""
    return next((name for name in names if f"{label}{name}" in text_of(letter)), None)
