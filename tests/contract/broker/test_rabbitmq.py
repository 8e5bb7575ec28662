"""What RabbitMQ (its MQTT plugin, 3.1.1) keeps of what our use needs, and what not; docs/guide-systems-librarian.md says so, too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from broker.promises import Handlers, Session, SessionSettings, Will
from broker.session import MqttSession
from tests.support.brokers import ACCOUNTS, EAST, FRONT, HUB, SITE, WALL, Company, Ears, free_port, until
from tests.support.outside import LoopThread
from tests.support.rabbitmq import START_LIMIT_S, RabbitMq

pytestmark = pytest.mark.needs("rabbitmq-server")

SCAN = "holdshelf/v1/main/station/front-1/scan"
REPLY = "holdshelf/v1/main/station/front-1/reply"
STATE = "holdshelf/v1/main/station/front-1/state"
SCANS = "holdshelf/v1/main/station/+/scan"
STATES = "holdshelf/v1/main/station/+/state"
LIMIT_S = 30.0


class _UnderTest:
    """RabbitMQ behind the face of the other brokers."""

    name = "rabbitmq"
    protocol: Literal["5", "3.1.1"] = "3.1.1"

    def __init__(self, node: Node) -> None:
        self.node = node

    async def start(self) -> None:
        await self.node.do(self.node.broker.start())

    async def crash(self) -> None:
        await self.node.do(self.node.broker.crash())

    async def stop(self) -> None:
        await self.node.do(self.node.broker.stop())

    def session(self, settings: SessionSettings, handlers: Handlers, will: Any) -> Session:
        return MqttSession(SessionSettings(**(vars(settings) | {"protocol": self.protocol})), handlers, will=will)

    def place(self) -> tuple[str, int]:
        return "127.0.0.1", self.node.broker.port


class Node:
    """One node for all tests here, on a loop that outlives each of them: a start takes ten seconds."""

    def __init__(self, folder: Path) -> None:
        self.outside = LoopThread()
        self.broker = RabbitMq(folder, ACCOUNTS, site=SITE, port=free_port())

    async def do(self, what: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(what, self.outside.loop))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("rabbitmq"))
    node.outside.call(node.broker.start(), START_LIMIT_S)
    try:
        yield node
    finally:
        node.outside.call(node.broker.stop(), START_LIMIT_S)
        node.outside.close()


@pytest.fixture
async def company(node: Node) -> AsyncIterator[Company]:
    company = Company(_UnderTest(node))
    yield company
    await company.part()
    # What a session kept would meet the next test's.
    for account in (HUB, FRONT, WALL, EAST):
        session, _ = await company.join(account, clean=True)
        await session.stop()
        await company.vanish(session)


async def test_scans_arrive_in_order_and_publishes_are_answered(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    station, _ = await company.join(FRONT, window=200)
    answers: list[str | None] = []
    for number in range(100):
        assert station.publish(SCAN, b"%d" % number, done=answers.append)
    await until(lambda: len(ears.deliveries) == 100 and answers == [None] * 100, "all of it", limit_s=LIMIT_S)
    assert ears.payloads == [b"%d" % number for number in range(100)]


async def test_the_broker_keeps_what_comes_while_a_hub_is_away(company: Company) -> None:
    hub, _ = await company.join(HUB, SCANS)
    await hub.stop()
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    station.publish(SCAN, b"meanwhile", done=answers.append)
    await until(lambda: answers == [None], "the answer", limit_s=LIMIT_S)
    _, back = await company.join(HUB, SCANS)
    await until(lambda: back.payloads == [b"meanwhile"], "what was kept", limit_s=LIMIT_S)


async def test_a_will_is_published_and_none_after_a_goodbye(company: Company) -> None:
    _, ears = await company.join(HUB, STATES)
    station, _ = await company.join(FRONT, will=lambda: Will(STATE, b"gone"))
    await company.vanish(station)
    await until(lambda: ears.payloads == [b"gone"], "the will", limit_s=LIMIT_S)
    again, _ = await company.join(FRONT, will=lambda: Will(STATE, b"gone again"))
    again.publish(STATE, b"closing")
    await again.stop()
    await until(lambda: b"closing" in ears.payloads, "the goodbye", limit_s=LIMIT_S)
    await asyncio.sleep(0.5)
    assert b"gone again" not in ears.payloads


async def test_a_retained_state_meets_who_subscribes_its_topic(company: Company) -> None:
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    station.publish(STATE, b"on", retained=True, done=answers.append)
    await until(lambda: answers == [None], "the answer", limit_s=LIMIT_S)
    # A hub of several subscribes so: when it takes a station over.
    hub, ears = await company.join(HUB, clean=True)
    granted: list[str | None] = []
    hub.subscribe((STATE,), granted.append)
    await until(lambda: ears.payloads == [b"on"] and granted == [None], "the retained state", limit_s=LIMIT_S)
    assert ears.deliveries[0].retained


async def test_a_retained_state_does_not_meet_who_subscribes_a_wildcard(company: Company) -> None:
    """Not kept by RabbitMQ 3.10; we do not rely on it: at a hub's birth every station says hello."""
    station, _ = await company.join(FRONT)
    answers: list[str | None] = []
    station.publish(STATE, b"on", retained=True, done=answers.append)
    await until(lambda: answers == [None], "the answer", limit_s=LIMIT_S)
    _, ears = await company.join(WALL, STATES)
    station.publish(STATE, b"now", retained=True)
    await until(lambda: b"now" in ears.payloads, "the next state", limit_s=LIMIT_S)
    assert ears.payloads == [b"now"]


async def test_who_may_not_write_is_cut_off_and_others_do_not_hear_it(company: Company) -> None:
    _, ears = await company.join(HUB, SCANS)
    stranger, told = await company.join(EAST, backoff_min_s=60.0, backoff_max_s=60.0)
    stranger.publish(SCAN, b"not mine")
    await until(lambda: len(told.reasons) == 1, "the end of the connection", limit_s=LIMIT_S)
    station, _ = await company.join(FRONT)
    station.publish(SCAN, b"mine")
    await until(lambda: ears.payloads == [b"mine"], "the scan of who may", limit_s=LIMIT_S)


async def test_another_login_can_take_a_session_over_by_its_client_id(company: Company) -> None:
    """Not kept by RabbitMQ: client ids are nobody's; mosquitto binds them to the login (use_username_as_clientid)."""
    _, told = await company.join(HUB, backoff_min_s=60.0, backoff_max_s=60.0)
    await company.join(FRONT, client_id=HUB.name, ears=Ears())
    await until(lambda: len(told.reasons) == 1, "the hub to be pushed out", limit_s=LIMIT_S)


async def test_after_a_kill_sessions_come_back_and_scans_pass_again(company: Company) -> None:
    hub, ears = await company.join(HUB, SCANS)
    station, told = await company.join(FRONT)
    await company.broker.crash()
    await until(lambda: not station.connected and not hub.connected, "both to notice", limit_s=LIMIT_S)
    await company.broker.start()
    await until(lambda: station.connected and hub.connected, "both to come back", limit_s=LIMIT_S)
    station.publish(SCAN, b"after")
    await until(lambda: ears.payloads[-1:] == [b"after"], "the first scan after the kill", limit_s=LIMIT_S)
    assert len(told.connects) == 2
