"""A session listens to more and to less while its connection stands: stations go from one hub to another so."""

from __future__ import annotations

from tests.support.brokers import EAST, FRONT, HUB, Company, until

FRONT_SCAN = "holdshelf/v1/main/station/front-1/scan"
EAST_SCAN = "holdshelf/v1/main/station/east-1/scan"
FRONT_STATE = "holdshelf/v1/main/station/front-1/state"
MANY = tuple(f"holdshelf/v1/main/station/desk-{number}/scan" for number in range(400))
"""More than one packet may hold."""


async def test_what_is_subscribed_later_is_heard_from_the_answer_on(company: Company) -> None:
    hub, ears = await company.join(HUB, EAST_SCAN)
    front, _ = await company.join(FRONT)
    answers: list[str | None] = []
    assert hub.subscribe((*MANY, FRONT_SCAN), answers.append)
    await until(lambda: answers == [None], "the answer")
    assert front.publish(FRONT_SCAN, b"one")
    await until(lambda: ears.payloads == [b"one"], "the scan")


async def test_what_is_retained_comes_with_the_subscription(company: Company) -> None:
    front, _ = await company.join(FRONT)
    kept: list[str | None] = []
    front.publish(FRONT_STATE, b"here", retained=True, done=kept.append)
    await until(lambda: kept == [None], "the state to be kept")
    hub, ears = await company.join(HUB)
    assert hub.subscribe((FRONT_STATE,), lambda _refusal: None)
    await until(lambda: ears.payloads == [b"here"], "the retained state")
    assert ears.deliveries[0].retained


async def test_what_is_unsubscribed_is_heard_no_more_and_the_rest_is(company: Company) -> None:
    hub, ears = await company.join(HUB, EAST_SCAN)
    front, _ = await company.join(FRONT)
    east, _ = await company.join(EAST)
    answers: list[str | None] = []
    hub.subscribe((FRONT_SCAN, *MANY), answers.append)
    await until(lambda: answers == [None], "the answer")
    assert hub.unsubscribe((*MANY, FRONT_SCAN))
    # Answered behind the packets that take it back.
    hub.subscribe((FRONT_STATE,), answers.append)
    await until(lambda: answers == [None, None], "the second answer")
    front.publish(FRONT_SCAN, b"not heard")
    kept: list[str | None] = []
    front.publish(FRONT_STATE, b"marker", done=kept.append)
    await until(lambda: kept == [None], "the marker to be taken")
    east.publish(EAST_SCAN, b"heard")
    await until(lambda: set(ears.payloads) == {b"marker", b"heard"}, "what is still subscribed")
    assert b"not heard" not in ears.payloads


async def test_publishes_and_subscriptions_do_not_take_each_others_numbers(company: Company) -> None:
    hub, _ = await company.join(HUB)
    answers: list[str | None] = []
    for number in range(20):
        assert hub.publish("holdshelf/v1/main/station/front-1/reply", b"%d" % number, done=answers.append)
        assert hub.subscribe((MANY[number],), answers.append)
    await until(lambda: answers == [None] * 40, "every answer")


async def test_a_subscription_is_answered_once_also_when_the_connection_ends(company: Company) -> None:
    hub, _ = await company.join(HUB)
    answers: list[str | None] = []
    hub.subscribe((FRONT_SCAN,), answers.append)
    await company.broker.crash()
    await until(lambda: len(answers) == 1, "the answer")
    await until(lambda: not hub.connected, "the end of the connection")
    assert not hub.subscribe((FRONT_SCAN,), answers.append)
    assert not hub.unsubscribe((FRONT_SCAN,))
    assert len(answers) == 1


async def test_a_clean_session_finds_nothing_of_what_was_sent_while_it_was_away(company: Company) -> None:
    hub, _ = await company.join(HUB, clean=True)
    answers: list[str | None] = []
    hub.subscribe((FRONT_SCAN,), answers.append)
    await until(lambda: answers == [None], "the answer")
    await company.vanish(hub)
    front, _ = await company.join(FRONT)
    kept: list[str | None] = []
    front.publish(FRONT_SCAN, b"meanwhile", done=kept.append)
    await until(lambda: kept == [None], "the broker to take it")
    back, ears = await company.join(HUB, clean=True)
    back.subscribe((FRONT_SCAN,), answers.append)
    await until(lambda: answers == [None, None], "the second answer")
    front.publish(FRONT_SCAN, b"now")
    await until(lambda: b"now" in ears.payloads, "the new one")
    assert ears.payloads == [b"now"]
    assert ears.connects == [False]
