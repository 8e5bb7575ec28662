"""What every session keeps to, whatever the broker."""

from __future__ import annotations

import asyncio

import pytest

from broker.promises import Will
from tests.support.brokers import FRONT, HUB, WALL, Company, Ears, until

SCAN = "holdshelf/v1/main/station/front-1/scan"
REPLY = "holdshelf/v1/main/station/front-1/reply"
STATE = "holdshelf/v1/main/station/front-1/state"
SCANS = "holdshelf/v1/main/station/+/scan"
STATES = "holdshelf/v1/main/station/+/state"


async def test_a_message_reaches_the_subscriber_and_its_publish_is_answered(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    assert station.publish(SCAN, b"one", done=answers.append)
    await until(lambda: ears.payloads == [b"one"] and answers == [None], "the message and its answer")
    assert (ears.deliveries[0].topic, ears.deliveries[0].retained) == (SCAN, False)


async def test_messages_keep_their_order(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, _ = await company.join(FRONT, window=200)
    sent = [b"%d" % number for number in range(200)]
    waiting = list(sent)

    def push() -> bool:
        while waiting and station.publish(SCAN, waiting[0]):
            waiting.pop(0)
        return len(ears.deliveries) == 200

    await until(push, "all messages")
    assert ears.payloads == sent


async def test_messages_sent_now_keep_their_place_among_the_others(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, _ = await company.join(FRONT)
    for payload in (b"1", b"2", b"3", b"4"):
        station.publish(SCAN, payload)
        if payload in (b"2", b"3"):
            station.send_now()
    await until(lambda: ears.payloads == [b"1", b"2", b"3", b"4"], "all four")


async def test_every_subscriber_hears_it(company: Company) -> None:
    _, wall = await company.join(WALL, REPLY)
    _, front = await company.join(FRONT, REPLY)
    hub, _ = await company.join(HUB)
    assert hub.publish(REPLY, b"hello")
    await until(lambda: front.payloads == wall.payloads == [b"hello"], "the message at both")


async def test_a_retained_message_meets_a_later_subscriber(company: Company) -> None:
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    station.publish(STATE, b"on", retained=True, done=answers.append)
    await until(lambda: answers == [None], "the answer")
    _, ears = await company.join(HUB, STATES)
    await until(lambda: ears.payloads == [b"on"], "the retained message")
    assert ears.deliveries[0].retained


async def test_the_will_is_published_when_a_session_vanishes(company: Company) -> None:
    _, ears = await company.join(HUB, STATES)
    station, _ = await company.join(FRONT, will=lambda: Will(STATE, b"gone"))
    await company.vanish(station)
    await until(lambda: ears.payloads == [b"gone"], "the will")
    _, late = await company.join(WALL, STATE)
    await until(lambda: late.payloads == [b"gone"], "the will, retained")


async def test_no_will_after_a_goodbye(company: Company) -> None:
    _, ears = await company.join(HUB, STATES)
    station, _ = await company.join(FRONT, will=lambda: Will(STATE, b"gone"))
    station.publish(STATE, b"closing")
    await station.stop()
    marker, _ = await company.join(FRONT)
    marker.publish(STATE, b"marker")
    await until(lambda: b"marker" in ears.payloads, "the marker")
    assert ears.payloads == [b"closing", b"marker"]


async def test_stop_can_leave_with_the_will(company: Company) -> None:
    _, ears = await company.join(HUB, STATES)
    station, _ = await company.join(FRONT, will=lambda: Will(STATE, b"gone"))
    await station.stop(with_will=True)
    await until(lambda: ears.payloads == [b"gone"], "the will")


async def test_the_will_is_asked_anew_at_every_connect(company: Company) -> None:
    births = iter([b"first", b"second", b"third", b"fourth", b"fifth"])
    _, ears = await company.join(HUB, STATES)
    station, _ = await company.join(FRONT, will=lambda: Will(STATE, next(births)))
    await company.vanish(station)
    await until(lambda: ears.payloads == [b"first"], "the first will")
    again, _ = await company.join(FRONT, will=lambda: Will(STATE, next(births)))
    await company.vanish(again)
    await until(lambda: ears.payloads == [b"first", b"second"], "both wills")


async def test_stop_flushes_what_is_in_the_window(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    for number in range(10):
        assert station.publish(SCAN, b"%d" % number, done=answers.append)
    await station.stop()
    assert answers == [None] * 10
    assert not station.connected
    assert not station.publish(SCAN, b"late")
    await until(lambda: len(ears.deliveries) == 10, "all ten")


async def test_what_was_not_acknowledged_comes_again(company: Company) -> None:
    hub, ears = await company.join(HUB, SCANS, ears=Ears(acknowledge=False))
    station, _ = await company.join(FRONT)
    for number in range(3):
        station.publish(SCAN, b"%d" % number)
    await until(lambda: len(ears.deliveries) == 3, "three messages")
    hub.acknowledge(ears.deliveries[0])
    await hub.stop()
    _, again = await company.join(HUB, SCANS)
    await until(lambda: len(again.deliveries) == 2, "the two without acknowledgement")
    assert again.payloads == [b"1", b"2"]


async def test_messages_wait_for_a_session_that_is_away(company: Company) -> None:
    hub, ears = await company.join(HUB, SCANS)
    assert ears.connects == [False]
    await hub.stop()
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    for number in range(5):
        station.publish(SCAN, b"%d" % number, done=answers.append)
    await until(lambda: len(answers) == 5, "five answers")
    _, back = await company.join(HUB, SCANS)
    await until(lambda: len(back.deliveries) == 5, "what was queued")
    assert back.connects == [True]
    assert back.payloads == [b"0", b"1", b"2", b"3", b"4"]


async def test_an_acknowledgement_of_an_earlier_connection_is_dropped(company: Company) -> None:
    hub, ears = await company.join(HUB, SCANS, ears=Ears(acknowledge=False))
    station, _ = await company.join(FRONT)
    station.publish(SCAN, b"early")
    await until(lambda: len(ears.deliveries) == 1, "the message")
    await hub.stop()
    hub, ears_2 = await company.join(HUB, SCANS, ears=Ears(acknowledge=False))
    await until(lambda: len(ears_2.deliveries) == 1, "the message again")
    early = ears.deliveries[0]
    stale = type(early)(early.topic, early.payload, early.retained, early.ticket._replace(generation=-1))
    hub.acknowledge(stale)
    await hub.stop()
    hub, ears_3 = await company.join(HUB, SCANS)
    await until(lambda: len(ears_3.deliveries) == 1, "the message a third time: the stale acknowledgement did nothing")


async def test_the_window_is_kept_and_its_opening_is_told(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, told = await company.join(FRONT, window=4)
    assert station.room == 4
    answers: list[str | None] = []
    sent = [station.publish(SCAN, b"%d" % number, done=answers.append) for number in range(6)]
    assert sent == [True] * 4 + [False] * 2
    assert station.room == 0
    await until(lambda: len(answers) == 4 and told.rooms > 0, "the window to open")
    assert station.room == 4
    await until(lambda: len(ears.deliveries) == 4, "only what was taken")


async def test_nothing_is_published_while_disconnected(company: Company) -> None:
    hub, ears = await company.join(HUB, SCANS)
    station, told = await company.join(FRONT)
    await company.broker.crash()
    await until(lambda: not station.connected and not hub.connected, "both to notice")
    assert station.room == 0
    assert not station.publish(SCAN, b"lost", done=lambda _: pytest.fail("nothing was taken"))
    await company.broker.start()
    await until(lambda: len(told.connects) == 2 and len(ears.connects) == 2, "both to come back")
    assert told.connects == [False, False]
    station.publish(SCAN, b"after")
    await until(lambda: ears.payloads == [b"after"], "the first message after the crash")


async def test_open_publishes_are_answered_with_a_reason_when_the_connection_ends(company: Company) -> None:
    station, told = await company.join(FRONT)
    answers: list[str | None] = []
    for number in range(5):
        station.publish(SCAN, b"%d" % number, done=answers.append)
    # The publishes have not left yet: nothing runs between them and the crash.
    await company.broker.crash()
    await until(lambda: len(answers) == 5 and len(told.reasons) >= 1, "every answer")


async def test_a_broken_connection_is_told_in_words_and_dialled_again(company: Company) -> None:
    station, told = await company.join(FRONT)
    await company.broker.crash()
    await until(lambda: len(told.reasons) >= 1, "the reason")
    assert "broker" in told.reasons[0]
    await company.broker.start()
    await until(lambda: station.connected, "the connection")


async def test_an_unreachable_broker_is_told_once(company: Company) -> None:
    await company.broker.crash()
    station, told = company.start(company.settings(FRONT))
    await until(lambda: len(told.reasons) == 1, "the reason")
    assert "Nothing listens at" in told.reasons[0]
    await company.broker.start()
    await until(lambda: station.connected, "the connection")
    assert len(told.reasons) == 1


async def test_a_newer_session_of_the_same_name_takes_over(company: Company) -> None:
    older, told = await company.join(FRONT, backoff_min_s=60.0, backoff_max_s=60.0)
    newer, _ = await company.join(FRONT)
    await until(lambda: len(told.reasons) == 1, "the older to be told")
    assert not older.connected
    assert newer.connected
    # Not every broker says why it closes, so the sentence must name the cause as a possibility.
    assert "logs in as 'front-1'" in told.reasons[0] or "took this session" in told.reasons[0]


async def test_an_exception_of_a_handler_ends_run(company: Company) -> None:
    hub, _ = await company.join(HUB, SCANS, ears=Ears(raises=LookupError("ours")))
    station, _ = await company.join(FRONT)
    station.publish(SCAN, b"one")
    with pytest.raises(LookupError, match="ours"):
        await asyncio.wait_for(company.tasks.pop(hub), 5)
    assert not hub.connected


async def test_on_connect_comes_before_what_was_queued(company: Company) -> None:
    order: list[str] = []

    class Ordered(Ears):
        def on_connect(self, session_present: bool) -> None:
            order.append("connect")
            super().on_connect(session_present)

        def on_message(self, delivery: object) -> None:
            order.append("message")

    hub, _ = await company.join(HUB, SCANS)
    await hub.stop()
    station, _ = await company.join(FRONT)
    station.publish(SCAN, b"queued")
    await station.stop()
    await company.join(HUB, SCANS, ears=Ordered())
    await until(lambda: "message" in order, "the queued message")
    assert order == ["connect", "message"]


async def test_a_session_stopped_while_it_waits_to_dial_again_stops_at_once(company: Company) -> None:
    await company.broker.crash()
    station, told = company.start(company.settings(FRONT))
    await until(lambda: len(told.reasons) == 1, "the first failure")
    await asyncio.wait_for(station.stop(), 2)
    await asyncio.wait_for(company.tasks.pop(station), 2)
