"""The knobs of the broker in memory; what it does when it behaves is in the contract tests."""

from __future__ import annotations

import pytest

from broker.testing import MemoryBroker, matches
from tests.support.brokers import FRONT, HUB, Company, Ears, InMemory, until


@pytest.fixture
def memory() -> InMemory:
    """A broker in memory."""
    return InMemory()


def broker_of(company: Company) -> MemoryBroker:
    """Give the broker itself, with its knobs."""
    assert isinstance(company.broker, InMemory)
    return company.broker.broker


@pytest.mark.parametrize(
    ("topic_filter", "topic", "does"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("#", "a/b", True),
        ("+/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a", "a/b", False),
    ],
)
def test_filters(topic_filter: str, topic: str, does: bool) -> None:
    assert matches(topic_filter, topic) is does


async def test_a_refused_topic_is_answered_with_the_reason(memory: InMemory) -> None:
    company = Company(memory)
    broker_of(company).refuse_topic("no/#")
    session, _ = await company.join(FRONT)
    answers: list[str | None] = []
    session.publish("no/way", b"x", done=answers.append)
    session.publish("yes", b"x", done=answers.append)
    await until(lambda: answers == ["Not authorized", None], "both answers")
    await company.part()


async def test_lost_messages_are_acknowledged_and_gone(memory: InMemory) -> None:
    company = Company(memory)
    _, hub = await company.join(HUB, "t")
    session, _ = await company.join(FRONT)
    broker_of(company).lose_next(2)
    answers: list[str | None] = []
    for number in range(3):
        session.publish("t", b"%d" % number, done=answers.append)
    await until(lambda: hub.payloads == [b"2"], "the third")
    assert answers == [None] * 3
    await company.part()


async def test_held_acknowledgements_fill_the_window_until_they_are_released(memory: InMemory) -> None:
    company = Company(memory)
    broker_of(company).receive_maximum = 2
    session, told = await company.join(FRONT)
    broker_of(company).hold_acknowledgements()
    assert [session.publish("t", b"x") for _ in range(3)] == [True, True, False]
    await until(lambda: len(broker_of(company).published) == 2, "both to arrive")
    assert session.room == 0
    broker_of(company).release_acknowledgements()
    assert session.room == 2
    assert told.rooms == 1
    await company.part()


async def test_a_wipe_forgets_sessions_and_retained_messages(memory: InMemory) -> None:
    company = Company(memory)
    session, told = await company.join(FRONT, "t")
    session.publish("t", b"kept", retained=True)
    await until(lambda: told.payloads == [b"kept"], "the message")
    broker_of(company).wipe()
    await until(lambda: told.connects == [False, False], "a session that is new again")
    assert broker_of(company).retained == {}
    await company.part()


async def test_a_dropped_connection_leaves_its_will_and_comes_back(memory: InMemory) -> None:
    company = Company(memory)
    _, told = await company.join(FRONT, ears=Ears())
    broker_of(company).drop("front-1")
    await until(lambda: told.connects == [False, True], "the connection, with its session")
    await company.part()


async def test_refused_logins_and_subscriptions_are_told_in_words(memory: InMemory) -> None:
    company = Company(memory)
    broker = broker_of(company)
    broker.refuse_login("front-1")
    session, told = company.start(company.settings(FRONT, "t"))
    await until(lambda: len(told.reasons) == 1, "the refusal")
    assert "refused the login" in told.reasons[0]
    broker.refuse_subscription("t")
    broker.refuse_login("front-1", refused=False)
    await until(lambda: len(told.reasons) == 2, "the other refusal")
    assert "refused subscriptions" in told.reasons[1]
    assert not session.connected
    await company.part()
