"""Requests are created once, by people who were told of a possible duplicate, and cancelled before their item came."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from hub.core.acts import Act, Wish
from hub.core.barcode import luhn
from hub.core.request import Reason
from hub.core.words import LANGUAGES, Words
from hub.errors import Conflict, Invalid, NotFound
from hub.flows.act_on_request import act_on_request
from hub.flows.manage_requests import NewRequest, PossibleDuplicates, clear_exception, create_request
from hub.store.database import transaction
from tests.support.desks import ADA, BEN, BOOK, Library

NEW = NewRequest(title="The Overstory", requester=ADA, pickup_desk="main", partner="tul", isbn="978-0-393-35668-7", oclc_number="1000")


def create(library: Library, *, confirm: bool = False, **changes: Any) -> str:
    """Create a request like NEW, with changes."""
    with transaction(library.connection):
        new = dataclasses.replace(NEW, **changes)
        return create_request(library.connection, library.site, new, confirm=confirm, actor="test", now=library.now)


def cancel(library: Library, named: str, version: int | None = None) -> None:
    """Cancel a request as staff."""
    with transaction(library.connection):
        wish = Wish(act=Act.CANCEL, by=Reason.CANCELLED_BY_STAFF, note="not needed")
        act_on_request(library.connection, library.site, named, wish, actor="test", version=version, now=library.now)


def test_a_request_gets_a_printable_id_with_a_check_digit(library: Library) -> None:
    named = create(library)
    assert named == f"ILL-000001-{luhn('000001')}"
    assert library.state(named) == ("REQUESTED", None)
    assert library.events() == ["request.created"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "  the OVERSTORY.", "isbn": None, "oclc_number": None},
        {"title": "A novel", "isbn": "9780393356687", "oclc_number": None},
        {"title": "A novel", "isbn": None},
    ],
    ids=["title", "isbn", "oclc"],
)
def test_a_possible_duplicate_must_be_confirmed(library: Library, changes: dict[str, Any]) -> None:
    first = create(library)
    with pytest.raises(PossibleDuplicates, match=first) as caught:
        create(library, **changes)
    assert caught.value.request_ids == (first,)
    assert library.rows("SELECT count(*) FROM request") == [(1,)]
    assert create(library, confirm=True, **changes) != first


def test_another_patron_and_another_book_are_no_duplicates(library: Library) -> None:
    create(library)
    create(library, requester=BEN)
    create(library, title="Austerlitz", isbn="9780375756566", oclc_number="2000")
    assert library.rows("SELECT count(*) FROM request") == [(3,)]


def test_a_closed_request_is_no_duplicate(library: Library) -> None:
    cancel(library, create(library))
    create(library)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requester": "29999999999999"}, "No patron has this card"),
        ({"pickup_desk": "attic"}, "no desk 'attic'"),
        ({"pickup_desk": "rs"}, "takes no holds"),
        ({"partner": "xyz"}, "no partner 'xyz'"),
    ],
)
def test_what_cannot_be_is_said_in_words(library: Library, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        create(library, **changes)
    assert library.rows("SELECT count(*) FROM request") == [(0,)]


@pytest.mark.parametrize(
    ("changes", "key", "places"),
    [
        ({"requester": "nobody"}, "no.create.requester", {}),
        ({"pickup_desk": "attic"}, "no.desk", {"desk": "attic"}),
        ({"pickup_desk": "rs"}, "no.create.holds", {"desk": "rs"}),
        ({"partner": "moon"}, "no.create.partner", {"partner": "moon"}),
        ({"pieces": 3, "volumes": ("A", "B")}, "no.pieces.volumes", {"volumes": 2, "pieces": 3}),
        ({}, "no.create.duplicate", {"requests": "ILL-000001-8"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("words", LANGUAGES.values(), ids=lambda words: words.language)
def test_a_refusal_is_in_the_sites_language(
    tmp_path: Path, words: Words, changes: dict[str, Any], key: str, places: dict[str, Any]
) -> None:
    library = Library.open(tmp_path, language=words.language)
    create(library)
    with pytest.raises((Invalid, Conflict)) as told:
        create(library, **changes)
    assert str(told.value) == words.say(key, **places)
    library.connection.close()


def test_work_that_is_cleared_by_hand_is_an_event_without_what_staff_wrote(library: Library) -> None:
    named = create(library)
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    library.scan("east-1", BOOK)
    with transaction(library.connection):
        clear_exception(library.connection, 1, note="Ada rang up", actor="Mia", now=library.now)
    [(kind, desk, subject)] = library.rows("SELECT type, desk, subject FROM event ORDER BY seq DESC LIMIT 1")
    assert (kind, desk, subject) == ("exception.cleared", "east", named)
    about = {"kind": "wrong_desk", "barcode": BOOK, "request_id": named, "title": NEW.title}
    assert library.event_data()[-1] == {"exception_id": "1", "actor": "Mia"} | about


def test_cancel_closes_a_request_whose_item_has_not_come(library: Library) -> None:
    named = create(library)
    cancel(library, named)
    assert library.state(named) == ("CLOSED", "cancelled")
    assert library.events() == ["request.created", "request.cancelled", "request.closed", "notice.queued"]
    assert library.rows("SELECT rule, actor, note FROM history WHERE kind = 'act' ORDER BY key DESC LIMIT 1") == [
        ("cancel", "test", "not needed")
    ]
    assert library.scan("rs-1", named).message == "Cancelled. Return to Tulare County Library."


def test_cancel_is_refused_in_words_for_what_is_on_loan_or_closed(library: Library) -> None:
    named = create(library)
    for barcode in (named, BOOK):
        library.scan("rs-1", barcode)
    for barcode in (BOOK, ADA, BOOK):
        library.scan("main-1", barcode)
    with pytest.raises(Conflict, match="recall it instead"):
        cancel(library, named)
    library.scan("joint-1", BOOK, after_s=3600)
    with pytest.raises(Conflict, match="closed already"):
        cancel(library, named)


def test_two_people_at_once_one_wins_the_other_is_told(library: Library) -> None:
    named = create(library)
    library.scan("rs-1", named)
    library.scan("rs-1", BOOK)
    with pytest.raises(Conflict, match=r"has changed meanwhile: it is on its way to the pick-up desk now \(scanned by rs-1, \d\d:\d\d\)"):
        cancel(library, named, version=1)


def test_an_unknown_request_is_not_found(library: Library) -> None:
    with pytest.raises(NotFound):
        cancel(library, "ILL-999999-0")
