"""Subscriptions asked for while a connection stands: several packets are one question, and every question is answered once."""

from __future__ import annotations

from itertools import count

from broker.asking import FAILED, Asking

FILTERS = [f"holdshelf/v1/main/station/desk-{number}/scan" for number in range(400)]
GRANTED = (1, "Granted QoS 1")


def asking() -> tuple[Asking, list[bytes]]:
    """Give one with what it sends."""
    sent: list[bytes] = []
    numbers = count(1)
    return Asking(sent.append, lambda: next(numbers), modern=True), sent


def test_many_go_in_packets_that_a_broker_takes_and_are_answered_when_the_last_one_is() -> None:
    asked, sent = asking()
    answers: list[str | None] = []
    asked.subscribe(FILTERS, answers.append)
    assert len(sent) > 1
    assert all(len(packet) <= asked.most_bytes for packet in sent)
    for number in range(1, len(sent) + 1):
        assert answers == []
        assert number in asked
        assert asked.answered(number, [GRANTED])
        assert number not in asked
    assert answers == [None]


def test_a_refusal_names_the_first_that_was_refused() -> None:
    asked, _ = asking()
    answers: list[str | None] = []
    asked.subscribe(FILTERS[:2], answers.append)
    asked.answered(1, [GRANTED, (FAILED + 7, "Not authorized")])
    assert answers == [f"the broker refuses to deliver {FILTERS[1]} (Not authorized)"]


def test_an_answer_to_somebody_else_is_left_to_them_and_the_end_answers_what_is_open() -> None:
    asked, _ = asking()
    answers: list[str | None] = []
    assert not asked.answered(1, [GRANTED])
    asked.subscribe(FILTERS[:1], answers.append)
    asked.unsubscribe(FILTERS[1:2])
    asked.end("the broker is gone")
    assert answers == ["the broker is gone"]
    asked.end("the broker is gone")
    assert len(answers) == 1


def test_nothing_to_ask_for_is_answered_at_once() -> None:
    asked, sent = asking()
    answers: list[str | None] = []
    asked.subscribe([], answers.append)
    assert (answers, sent) == ([None], [])
