"""A closed request forgets who asked for it, to the last byte in the file; what happened, and when, stays and still verifies."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.clock import Clock
from hub.core.acts import Act
from hub.core.desk import Desk
from hub.core.request import Reason, State
from hub.demo import item_barcode
from hub.errors import Conflict
from hub.flows.forget import forget_cards, wipe
from hub.flows.keep_books import add_patron
from hub.flows.manage_requests import clear_exception
from hub.store.database import open_reader, transaction
from hub.store.history import verify
from hub.store.notices import resend
from tests.support.desks import ADA, BEN, BOOK, ONLY_SQLITE, Library
from tests.support.roads import CLEAR, act, closed, days_pass, letters_leave, lost, shelved

NOTE, WHY = "she needs it for her thesis", "Ada Fischer rang up about it"
NOTES = {"internal_note": NOTE, "patron_note": NOTE}


def known_of(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that ties requests to people."""
    return {
        "requests": library.rows("SELECT requester, internal_note, patron_note FROM request ORDER BY key"),
        "notices": library.rows("SELECT DISTINCT patron, last_error FROM notice"),
        "history": library.rows("SELECT note FROM history WHERE note IS NOT NULL"),
        "exceptions": library.rows("SELECT note FROM exception WHERE note IS NOT NULL"),
    }


FORGOTTEN = {"requests": [(None, None, None)], "notices": [(None, None)], "history": [], "exceptions": []}


def closed_with_notes(library: Library) -> str:
    """Close a request about which much was written."""
    named = shelved(library, **NOTES)
    library.connection.execute("UPDATE notice SET last_error = 'mailbox of patron1@example.org is full'")
    act(library, named, Act.CHANGE_PICKUP, desk=Desk("east", "", resource_sharing=False, pickup=True), note=WHY)
    clear_exception(library.connection, 1, note=WHY, actor="staff", now=library.now)
    library.scan("east-1", BOOK)
    act(library, named, Act.CANCEL, by=Reason.CANCELLED_BY_PATRON, note=WHY)
    assert library.scan("joint-1", BOOK).rule == "P3"
    return named


def test_a_closed_request_forgets_its_requester_and_all_notes_after_its_days(library: Library) -> None:
    named = closed_with_notes(library)
    before = known_of(library)
    days_pass(library, 0.9)
    assert known_of(library) == before
    days_pass(library, 0.2)
    assert known_of(library) == FORGOTTEN
    assert library.state(named) == ("CLOSED", "returned_uncirculated")
    assert library.rows("SELECT rule, actor, kind FROM history ORDER BY key DESC LIMIT 1") == [("forget", "clock", "time")]


def test_what_happened_stays_and_the_history_still_verifies(library: Library) -> None:
    closed_with_notes(library)
    before = library.rows("SELECT key, rule, actor, was, became, detail, note_hash, hash FROM history ORDER BY key")
    assert [row for row in before if row[6] is not None]
    days_pass(library, 2)
    after = library.rows("SELECT key, rule, actor, was, became, detail, note_hash, hash FROM history ORDER BY key")
    assert after[: len(before)] == before
    assert not verify(library.connection).broken


def test_forgetting_is_done_once(library: Library) -> None:
    closed_with_notes(library)
    for _ in range(3):
        days_pass(library, 2)
    assert library.rows("SELECT count(*) FROM history WHERE rule = 'forget'") == [(1,)]


def test_an_open_request_keeps_who_asked_for_it_and_why(library: Library) -> None:
    shelved(library, **NOTES)
    act(library, "ILL-000001-8", Act.EXTEND, note=WHY, after_s=90_000)
    days_pass(library, 9)
    known = known_of(library)
    assert known["requests"] == [(1, NOTE, NOTE)]
    assert known["history"] == [(WHY,)]
    assert known["notices"] == [(1, None)]


def test_a_letter_that_failed_for_somebody_who_is_forgotten_is_not_sent_again(library: Library) -> None:
    act(library, lost(library), Act.CLOSE)
    days_pass(library, 2)
    assert letters_leave(library) == []
    library.connection.execute("UPDATE notice SET state = 'failed'")
    with pytest.raises(Conflict, match="forgotten whom"):
        resend(library.connection, 1, library.now)


# -- what is written after a request has forgotten


def test_a_forgotten_request_is_not_lent_again_but_may_be_on_its_way_back(library: Library) -> None:
    named = closed(library)
    days_pass(library, 2)
    with pytest.raises(Conflict) as told:
        act(library, named, Act.REACTIVATE, note="still there", to=State.CHECKED_OUT)
    assert str(told.value) == library.site.words.say("no.reactivate.requester", request=named)
    act(library, named, Act.REACTIVATE, note="still there")
    assert library.scan("rs-1", BOOK).rule == "B1"


def test_a_note_about_a_request_that_is_forgotten_already_is_forgotten_too(library: Library) -> None:
    named = closed(library)
    days_pass(library, 2)
    act(library, named, Act.REACTIVATE, note=WHY)
    days_pass(library, 2)
    assert known_of(library)["history"] == [(WHY,)]
    library.scan("rs-1", BOOK)
    days_pass(library, 2)
    assert known_of(library) == FORGOTTEN
    assert not verify(library.connection).broken


def test_a_note_on_work_that_is_cleared_after_its_request_is_forgotten_is_forgotten_too(library: Library) -> None:
    lost(library)
    library.scan("joint-1", BOOK)
    days_pass(library, 2)
    (key,) = library.rows("SELECT key FROM exception WHERE kind = 'found_after_lost'")[0]
    clear_exception(library.connection, key, note=WHY, actor="staff", now=library.now)
    days_pass(library, 1)
    assert known_of(library) == FORGOTTEN


# -- what desks were told of patrons


def messages(library: Library) -> list[str]:
    """Give the stored replies of card scans."""
    return [json.loads(row[0])["message"] for row in library.rows("SELECT reply FROM scan WHERE rule LIKE 'patron.%' ORDER BY key")]


def look_at_cards(library: Library) -> int:
    """Take patrons out of old replies; gives how many scans were looked at."""
    with transaction(library.connection):
        return forget_cards(library.connection, library.site, library.now)


def test_the_stored_reply_to_a_card_names_its_patron_for_its_days_only(library: Library) -> None:
    shelved(library)
    library.scan("main-1", ADA)
    library.now += timedelta(hours=23)
    library.scan("main-1", BEN)
    assert look_at_cards(library) == 0
    library.now += timedelta(hours=2)
    look_at_cards(library)
    assert messages(library) == ["-", "Otter 7: nothing is ready on the shelf."]
    library.now += timedelta(days=1)
    look_at_cards(library)
    assert messages(library) == ["-", "-"]
    assert look_at_cards(library) == 0


def test_the_other_replies_stay_as_they_were_told(library: Library) -> None:
    shelved(library)
    library.scan("main-1", ADA)
    before = library.rows("SELECT reply FROM scan WHERE rule NOT LIKE 'patron.%' ORDER BY key")
    library.now += timedelta(days=2)
    look_at_cards(library)
    assert library.rows("SELECT reply FROM scan WHERE rule NOT LIKE 'patron.%' ORDER BY key") == before


def test_no_card_is_passed_over_where_the_clock_was_set_back(library: Library) -> None:
    library.scan("main-1", ADA)
    library.now -= timedelta(hours=12)
    library.scan("main-1", BEN)
    library.now += timedelta(hours=30)
    look_at_cards(library)
    library.now += timedelta(days=1)
    look_at_cards(library)
    assert messages(library) == ["-", "-"]


def test_a_clock_that_was_far_ahead_does_not_keep_cards_for_ever(library: Library) -> None:
    library.now += timedelta(days=400)
    library.scan("main-1", ADA)
    library.now -= timedelta(days=400)
    library.scan("main-1", BEN)
    library.now += timedelta(days=2)
    look_at_cards(library)
    assert messages(library) == ["-", "-"]


def test_a_station_that_stands_still_forgets_the_card_it_read_last(library: Library) -> None:
    library.scan("main-1", ADA)
    library.now += timedelta(days=2)
    look_at_cards(library)
    assert library.rows("SELECT session_patron, last_barcode FROM station_context") == [(None, None)]
    assert library.scan("main-1", ADA, after_s=0).again is False


def test_the_number_of_a_card_is_known_for_some_minutes_only_and_whose_session_is_open_for_longer(library: Library) -> None:
    library.scan("main-1", ADA)
    library.now += timedelta(minutes=6)
    look_at_cards(library)
    assert library.rows("SELECT session_patron, last_barcode FROM station_context") == [(1, None)]


def test_a_card_that_was_asked_about_is_forgotten_as_soon(library: Library) -> None:
    library.scan("rs-1", library.request())
    assert library.scan("rs-1", "29999999999999").rule == "guard.patron"
    library.now += timedelta(minutes=6)
    look_at_cards(library)
    assert library.rows("SELECT asked, last_barcode FROM station_context") == [(None, None)]


def test_the_barcode_of_a_book_is_not_forgotten_with_the_cards(library: Library) -> None:
    shelved(library)
    library.now += timedelta(minutes=6)
    look_at_cards(library)
    assert library.rows("SELECT last_barcode FROM station_context WHERE station = 'main-1'") == [(BOOK,)]


@pytest.mark.parametrize("wrong_by", [timedelta(days=-20_000), timedelta(days=2)])
def test_a_look_does_not_send_a_patron_away_from_a_station_whose_clock_is_wrong(library: Library, wrong_by: timedelta) -> None:
    """Such a station tells when it scanned by the age of a scan; what its clock shows is nothing to go by."""
    shelved(library)
    library.scan("main-1", ADA, scanned_at=library.now + wrong_by)
    look_at_cards(library)
    assert library.scan("main-1", BOOK, scanned_at=library.now + wrong_by).rule == "H2"


@pytest.mark.parametrize("station", ["nowhere-9", "rs-1", "main-1"])
def test_a_card_is_kept_nowhere_but_where_its_owner_is(library: Library, station: str) -> None:
    """Not even where its station has no desk, or it is no known card."""
    stranger = "29999999999999"
    for barcode in (ADA, stranger):
        library.scan(station, barcode)
        assert library.rows("SELECT count(*) FROM scan WHERE barcode = ?", barcode) == [(0,)]
        assert library.rows("SELECT count(*) FROM exception WHERE barcode = ?", barcode) == [(0,)]
        assert library.rows("SELECT count(*) FROM event WHERE data LIKE ?", f"%{barcode}%") == [(0,)]


# -- to the last byte


def clock_of(library: Library) -> Clock:
    """Give the hub's clock over this library, in the library's own time."""
    return Clock(library.connection, library.place, library.site, now=lambda: library.now, changed=lambda desks: None)


def bytes_of(library: Library) -> bytes:
    """Give all that is in the database's files."""
    files = (library.database.with_name(f"{library.database.name}{suffix}") for suffix in ("", "-wal"))
    return b"".join(file.read_bytes() for file in files if file.exists())


CARD, NAME, MAIL, ALIAS = "28765432109876", "Wilhelmine Quandt", "wilhelmine@quandt.example", "Kingfisher 99"
TRACES = (CARD, NAME, MAIL, ALIAS, "sabbatical", "landlord", "quandt")


@ONLY_SQLITE
async def test_once_all_is_forgotten_no_byte_of_it_is_left_in_the_files(library: Library) -> None:
    """Rows that grew, moved and were split between pages have left no copies behind."""
    with transaction(library.connection):
        patron = add_patron(library.connection, card=CARD, alias=ALIAS, name=NAME, email=MAIL)
    for number in range(1, 61):
        long = f"{NAME}'s sabbatical, {'see her letter ' * (number * 7)}"
        named = shelved(library, item_barcode(number), requester=CARD, internal_note=long, patron_note="her landlord has the key")
        library.scan("main-1", CARD)
        library.scan("main-1", item_barcode(number))
        library.scan("main-1", CLEAR)
        library.now += timedelta(hours=1)
        act(library, named, Act.RECALL, note=f"{NAME} called, her landlord, too")
        library.scan("joint-1", item_barcode(number))
    library.scan("main-1", CARD)
    library.connection.execute("UPDATE notice SET last_error = ? WHERE key % 2 = 1", (f"no such mailbox: {MAIL}",))
    library.now += timedelta(days=3)
    clock = clock_of(library)
    await clock.look()
    # What the library itself knows of the patron is another matter; here they have left it.
    with transaction(library.connection):
        library.connection.execute("DELETE FROM patron WHERE key = ?", (patron,))
    assert wipe(library.connection)
    clock.close()
    found = bytes_of(library)
    assert [trace for trace in TRACES if trace.encode() in found.lower() or trace.encode() in found] == []
    assert b"The Overstory" in found
    assert library.rows("SELECT count(*) FROM request WHERE requester IS NULL") == [(60,)]
    assert not verify(library.connection).broken


@ONLY_SQLITE
async def test_a_look_empties_the_write_ahead_log_once_something_is_forgotten(library: Library) -> None:
    closed_with_notes(library)
    library.now += timedelta(days=2)
    clock = clock_of(library)
    await clock.look()
    assert library.database.with_name("hub.db-wal").stat().st_size == 0
    assert WHY.encode() not in bytes_of(library)
    clock.close()


@ONLY_SQLITE
async def test_while_somebody_reads_the_log_waits_for_the_next_look_and_holds_nobody_up(library: Library) -> None:
    closed_with_notes(library)
    reader = open_reader(library.database)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM scan").fetchall()
    library.now += timedelta(days=2)
    clock = clock_of(library)
    await clock.look()
    assert library.database.with_name("hub.db-wal").stat().st_size > 0
    reader.execute("COMMIT")
    await clock.look()
    assert library.database.with_name("hub.db-wal").stat().st_size == 0
    assert library.connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    reader.close()
    clock.close()


def test_forgetting_on_the_same_day_is_possible(tmp_path: Path) -> None:
    library = Library.open(tmp_path, policy={"forget_days": 0})
    closed_with_notes(library)
    days_pass(library, 0.001)
    assert known_of(library) == FORGOTTEN
    library.connection.close()


def test_forgetting_on_the_same_day_sends_nobody_away_who_stands_at_a_desk(tmp_path: Path) -> None:
    library = Library.open(tmp_path, policy={"forget_days": 0})
    shelved(library)
    library.scan("main-1", ADA)
    library.now += timedelta(seconds=1)
    look_at_cards(library)
    assert library.scan("main-1", BOOK).rule == "H2"
    library.now += timedelta(hours=1)
    look_at_cards(library)
    assert library.rows("SELECT DISTINCT session_patron FROM station_context") == [(None,)]
    library.connection.close()
