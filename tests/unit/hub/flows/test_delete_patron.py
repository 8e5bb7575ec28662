"""A patron is deleted: refused while anything of theirs is open, else nothing is left that ties a request to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.clock import Clock
from hub.core.acts import Act
from hub.core.request import Reason
from hub.demo import item_barcode
from hub.errors import Conflict, NotFound
from hub.flows.forget import delete_patron
from hub.flows.keep_books import add_patron
from hub.store.database import transaction
from hub.store.history import verify
from tests.support.desks import ADA, BEN, BOOK, Library
from tests.support.roads import act, closed, letters_leave, received, shelved

CARD = "28765432109876"
WHY = "Ada Fischer rang up about it"
NOTES = {"internal_note": WHY, "patron_note": WHY}


def delete(library: Library, key: int = 1) -> None:
    """Delete a patron."""
    with transaction(library.connection):
        delete_patron(library.connection, key, actor="staff", now=library.now)


def patrons(library: Library) -> list[int]:
    """Give the numbers of all patrons."""
    return [row[0] for row in library.rows("SELECT key FROM patron ORDER BY key")]


def test_nobody_is_deleted_who_has_something_open(library: Library) -> None:
    named = received(library)
    other = library.request("Middlemarch")
    with pytest.raises(Conflict, match=f"open requests: {named}, {other}. Cancel or close them first; nothing was deleted."):
        delete(library)
    assert patrons(library) == [1, 2]
    assert library.scan("main-1", ADA).rule == "patron.open_none"


def test_of_many_open_requests_some_are_named(library: Library) -> None:
    for number in range(7):
        library.request(f"Volume {number}")
    with pytest.raises(Conflict, match=r"ILL-000005-9 and 2 more\."):
        delete(library)


def test_what_is_closed_forgets_at_once(library: Library) -> None:
    named = closed(library, **NOTES)
    act(library, named, Act.REACTIVATE, note=WHY)
    library.scan("rs-1", BOOK)
    delete(library)
    assert patrons(library) == [2]
    assert library.rows("SELECT requester, internal_note, patron_note FROM request") == [(None, None, None)]
    assert library.rows("SELECT count(*) FROM notice WHERE patron IS NOT NULL OR last_error IS NOT NULL") == [(0,)]
    assert library.rows("SELECT count(*) FROM history WHERE note IS NOT NULL") == [(0,)]
    assert library.rows("SELECT kind, rule, actor FROM history ORDER BY key DESC LIMIT 1") == [("act", "forget", "staff")]
    assert not verify(library.connection).broken


def test_what_is_another_patrons_stays_theirs(library: Library) -> None:
    closed(library)
    shelved(library, item_barcode(2), requester=BEN, title="Middlemarch", **NOTES)
    library.scan("main-1", BEN)
    delete(library)
    assert library.rows("SELECT requester, internal_note FROM request ORDER BY key") == [(None, None), (2, WHY)]
    assert library.scan("main-1", item_barcode(2)).rule == "H2"
    assert letters_leave(library) == []


def test_a_letter_that_still_waits_does_not_leave(library: Library) -> None:
    act(library, library.request(), Act.CANCEL, by=Reason.CANCELLED_BY_STAFF)
    delete(library)
    assert letters_leave(library) == []


def test_a_session_that_is_open_becomes_that_of_a_card_nobody_has(library: Library) -> None:
    shelved(library, requester=BEN)
    library.scan("main-1", ADA)
    delete(library)
    assert library.scan("main-1", BOOK).rule == "H3"
    assert library.scan("main-1", ADA).rule == "patron.unknown"


async def test_no_byte_of_them_is_left_once_the_clock_has_looked(library: Library) -> None:
    with transaction(library.connection):
        key = add_patron(
            library.connection, card="28765432109876", alias="Kingfisher 99", name="Wilhelmine Quandt", email="w@quandt.example"
        )
    closed(library, requester=ADA)
    library.scan("main-1", CARD)
    library.scan("main-1", BEN)
    delete(library, key)
    clock = Clock(library.connection, library.place, library.site, now=lambda: library.now, changed=lambda desks: None)
    await clock.look()
    clock.close()
    files = [library.database, library.database.with_name("hub.db-wal")]
    found = b"".join(file.read_bytes() for file in files)
    assert [trace for trace in (CARD.encode(), b"Kingfisher", b"Quandt", b"quandt") if trace in found] == []
    assert b"Otter 7: nothing is ready" in found


def test_their_number_is_given_to_nobody_else(library: Library) -> None:
    """Other programs know a patron by it."""
    delete(library, 2)
    with transaction(library.connection):
        assert add_patron(library.connection, card="29", alias=None, name="C", email=None) == 3


def test_nobody_is_deleted_twice(library: Library) -> None:
    delete(library)
    with pytest.raises(NotFound, match="no patron 1"):
        delete(library)


def test_a_request_closed_long_ago_and_forgotten_stays_as_it_is(library: Library) -> None:
    closed(library)
    library.now += timedelta(days=400)
    delete(library)
    assert library.rows("SELECT count(*) FROM history WHERE rule = 'forget'") == [(1,)]
