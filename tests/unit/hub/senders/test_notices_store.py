"""Notices in the database: what is due, what a letter needs, and how each ending is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.core.request import ClosedAs, Reason, State
from hub.errors import Conflict, NotFound
from hub.store import notices as store
from hub.store.database import transaction
from hub.store.moments import to_ms
from tests.unit.hub.senders.notice_book import GRACE, NOW, NoticeBook

LATER = NOW + timedelta(hours=2)
ID = "<ill-000001-8.ready-for-pickup.1@main.library.example>"


def told(book: NoticeBook, key: int, event: str) -> bool:
    """Say whether this one event was told, and the request's history has it."""
    about = {"request_id": "ILL-000001-8", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": str(key)}
    return book.events() == [(event, about)] and book.history() == [(event.removeprefix("notice."), "hub")]


def test_a_notice_is_due_when_its_grace_is_over(book: NoticeBook) -> None:
    key = book.a_ready()
    assert store.due_notices(book.connection, NOW + GRACE - timedelta(milliseconds=1), 10) == []
    assert store.due_notices(book.connection, NOW + GRACE, 10) == [key]
    assert store.next_due(book.connection, NOW) == NOW + GRACE


def test_the_longest_due_come_first_and_no_more_than_asked_for(book: NoticeBook) -> None:
    second, first, _third = (book.a_ready(queued_at=NOW + timedelta(seconds=after)) for after in (5, 0, 9))
    assert store.due_notices(book.connection, LATER, 2) == [first, second]


def test_nothing_is_due_when_nothing_waits(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_suppressed(book.connection, key, NOW)
    assert store.next_due(book.connection, NOW) is None
    assert store.due_notices(book.connection, LATER, 10) == []


def test_a_clock_that_was_set_back_does_not_hold_a_notice(book: NoticeBook) -> None:
    key = book.a_ready()
    earlier = NOW - timedelta(hours=1)
    assert store.due_notices(book.connection, earlier, 10) == [key]
    assert store.next_due(book.connection, earlier) == earlier
    with transaction(book.connection):
        store.mark_failed_try(book.connection, key, "450 later", earlier + timedelta(minutes=1))
    assert store.due_notices(book.connection, earlier, 10) == []
    assert store.next_due(book.connection, earlier) == earlier + timedelta(minutes=1)


def test_a_letters_facts_are_read_as_they_are_now(book: NoticeBook) -> None:
    key = book.a_ready()
    book.move(key, State.CHECKED_OUT)
    facts = store.letter_facts(book.connection, [key])[key]
    assert (facts.patron_name, facts.email, facts.author) == ("Ana Müller", "ana@patron.example", "Richard Powers")
    assert (facts.desk, facts.desk_name, facts.request_id, facts.episode, facts.attempts) == ("main", "Main Library", "ILL-000001-8", 1, 0)
    item, request = facts.about.item, facts.about.request
    assert item is not None
    assert (item.state, item.hold_until) == (State.CHECKED_OUT, NOW + timedelta(days=10))
    assert (request.title, request.pieces, request.closed_as, request.cancelled) == ("The Overstory", 1, None, None)
    assert store.letter_facts(book.connection, [99]) == {}


def test_a_letters_facts_have_the_languages_of_patron_and_desk(book: NoticeBook) -> None:
    key = book.a_ready()
    book.change("patron", key, language="de")
    book.set_desk_language("en")
    facts = store.letter_facts(book.connection, [key])[key]
    assert (facts.patron_language, facts.desk_language) == ("de", "en")


def test_a_letters_facts_have_the_other_pieces_and_how_the_request_ended(book: NoticeBook) -> None:
    key, _of_another_request = book.a_ready(), book.a_ready()
    book.another_piece(key, State.MISSING)
    book.change("request", key, pieces=2, outcome="cancelled", cancel_reason="cancelled_by_patron")
    facts = store.letter_facts(book.connection, [key])[key]
    assert [item.state for item in facts.about.others] == [State.MISSING]
    request = facts.about.request
    assert (request.pieces, request.closed_as, request.cancelled) == (2, ClosedAs.CANCELLED, Reason.CANCELLED_BY_PATRON)


def test_a_notice_of_a_request_without_an_item_has_its_facts(book: NoticeBook) -> None:
    key = book.a_ready()
    book.connection.execute("UPDATE notice SET item = NULL")
    book.connection.execute("DELETE FROM item")
    facts = store.letter_facts(book.connection, [key])[key]
    assert (facts.about.item, facts.about.others) == (None, ())


def test_a_sent_notice_keeps_when_and_under_which_message_id(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_sent(book.connection, key, ID, LATER)
    row = book.notice(key)
    assert (row["state"], row["attempts"], row["message_id"], row["sent_at"]) == ("sent", 1, ID, int(LATER.timestamp() * 1000))
    assert told(book, key, "notice.sent")


def test_a_notice_suppressed_while_its_letter_left_was_sent(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_suppressed(book.connection, key, NOW)
        store.mark_sent(book.connection, key, ID, LATER)
    assert book.state(key) == "sent"


def test_a_failed_try_is_kept_with_the_servers_words_and_waits(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_failed_try(book.connection, key, "450 " + "x" * 2000, LATER)
    row = book.notice(key)
    assert (row["state"], row["attempts"], len(row["last_error"])) == ("queued", 1, 500)
    assert store.next_due(book.connection, NOW) == LATER
    assert book.events() == []


def test_a_failed_notice_is_work_for_staff(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_failed(book.connection, key, "550 no such user", NOW)
    assert (book.state(key), book.notice(key)["last_error"]) == ("failed", "550 no such user")
    assert told(book, key, "notice.failed")


@pytest.mark.parametrize("words", ["failed", "try", "suppressed"])
def test_a_notice_that_has_ended_is_not_changed_again(book: NoticeBook, words: str) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_sent(book.connection, key, ID, NOW)
        before = book.notice(key)
        match words:
            case "failed":
                store.mark_failed(book.connection, key, "550 no", NOW)
            case "try":
                store.mark_failed_try(book.connection, key, "450 no", NOW)
            case _:
                store.mark_suppressed(book.connection, key, NOW)
    assert book.notice(key) == before
    assert told(book, key, "notice.sent")


def test_staff_send_a_failed_notice_again(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_failed(book.connection, key, "550 no such user", NOW)
        store.resend(book.connection, key, LATER)
    row = book.notice(key)
    assert (row["state"], row["attempts"], row["last_error"]) == ("queued", 0, None)
    assert store.due_notices(book.connection, LATER, 10) == [key]
    assert [event for event, _ in book.events()] == ["notice.failed", "notice.queued"]
    assert book.history() == [("failed", "hub"), ("queued", "staff")]


def test_the_history_names_who_sent_a_notice_again_and_what_it_was_about(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_sent(book.connection, key, ID, NOW)
        store.resend(book.connection, key, LATER, actor="carla")
    lines = book.connection.execute("SELECT request, item, kind, at, rule, desk, actor, notice FROM history ORDER BY key").fetchall()
    assert lines == [
        (1, 1, "notice", to_ms(NOW), "sent", "main", "hub", "READY_FOR_PICKUP"),
        (1, 1, "notice", to_ms(LATER), "queued", "main", "carla", "READY_FOR_PICKUP"),
    ]


def test_a_try_that_failed_is_no_line_of_history(book: NoticeBook) -> None:
    key = book.a_ready()
    with transaction(book.connection):
        store.mark_failed_try(book.connection, key, "450 later", LATER)
    assert book.history() == []


def test_only_what_has_left_or_failed_is_sent_again(book: NoticeBook) -> None:
    key = book.a_ready()
    with pytest.raises(Conflict, match="still waiting"):
        store.resend(book.connection, key, NOW)
    store.mark_suppressed(book.connection, key, NOW)
    with pytest.raises(Conflict, match="no longer true"):
        store.resend(book.connection, key, NOW)
    with pytest.raises(NotFound):
        store.resend(book.connection, 99, NOW)


def test_a_notice_whose_patron_is_forgotten_is_not_sent_again(book: NoticeBook) -> None:
    key = book.a_ready()
    store.mark_sent(book.connection, key, ID, NOW)
    book.forget(key)
    with pytest.raises(Conflict, match="forgotten whom"):
        store.resend(book.connection, key, LATER)
    assert book.state(key) == "sent"
