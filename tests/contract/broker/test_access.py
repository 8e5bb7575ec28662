"""What the rendered access list and passwords do in a real mosquitto."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker.mosquitto import Account, check_topic
from broker.topics import Party, Root
from tests.support.brokers import (
    ACCOUNTS,
    EAST,
    FRONT,
    HUB,
    MOSQUITTO_3,
    MOSQUITTO_5,
    SITE,
    WALL,
    Company,
    RealProcess,
    broker_for,
    until,
)

ROOT = Root(SITE)
OWN = ROOT.topic("scan", station="front-1")
OTHER = ROOT.topic("scan", station="east-1")


@pytest.fixture(params=[MOSQUITTO_5, MOSQUITTO_3])
async def mosquitto(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    """Sessions to mosquitto with the access list Holdshelf makes."""
    broker = broker_for(request.param, tmp_path)
    await broker.start()
    company = Company(broker)
    yield company
    await company.part()
    await broker.stop()


async def test_a_station_cannot_write_on_anothers_branch(mosquitto: Company) -> None:
    _, hub = await mosquitto.join(HUB, ROOT.filter("scan"))
    front, told = await mosquitto.join(FRONT)
    answers: list[str | None] = []
    front.publish(OTHER, b"false", done=answers.append)
    await until(lambda: len(answers) == 1, "an answer")
    await until(lambda: front.connected, "the session to be there (again)", but=lambda: told.reasons)
    front.publish(OWN, b"true", done=answers.append)
    await until(lambda: hub.payloads == [b"true"], "the allowed message", but=lambda: hub.payloads)


@pytest.mark.parametrize("mosquitto", [MOSQUITTO_5], indirect=True)
async def test_a_denied_publish_is_answered_with_its_reason_in_mqtt_5(mosquitto: Company) -> None:
    front, _ = await mosquitto.join(FRONT)
    answers: list[str | None] = []
    front.publish(OTHER, b"false", done=answers.append)
    await until(lambda: len(answers) == 1, "an answer")
    assert answers != [None]


async def test_a_station_reads_its_own_branch_only(mosquitto: Company) -> None:
    hub, _ = await mosquitto.join(HUB)
    _, front = await mosquitto.join(FRONT, f"{ROOT.prefix}/#")
    hub.publish(ROOT.topic("reply", station="east-1"), b"not for you")
    hub.publish(ROOT.topic("counts", desk="main"), b"nor this")
    hub.publish(ROOT.topic("reply", station="front-1"), b"for you")
    await until(lambda: len(front.payloads) > 0, "the own reply")
    assert front.payloads == [b"for you"]


async def test_only_the_hub_writes_a_stations_settings_and_only_that_station_reads_them(mosquitto: Company) -> None:
    topic, others = ROOT.topic("settings", station="front-1"), ROOT.topic("settings", station="east-1")
    hub, _ = await mosquitto.join(HUB)
    front, front_ears = await mosquitto.join(FRONT, ROOT.filter("settings"))
    wall, wall_ears = await mosquitto.join(WALL, ROOT.filter("settings"))
    answers: list[str | None] = []
    for session, where in ((front, topic), (front, others), (wall, topic)):
        answers.clear()
        session.publish(where, b"false", retained=True, done=answers.append)
        await until(lambda: len(answers) == 1, "an answer")
        await until(lambda session=session: session.connected, "the session to be there (again)")  # type: ignore[misc]
    hub.publish(others, b"another station's", retained=True)
    hub.publish(topic, b"true", retained=True)
    await until(lambda: len(front_ears.payloads) > 0, "the own settings")
    assert (front_ears.payloads, wall_ears.payloads) == ([b"true"], [])


async def test_a_dashboard_reads_and_never_writes(mosquitto: Company) -> None:
    hub, hub_ears = await mosquitto.join(HUB, ROOT.filter("scan"))
    wall, wall_ears = await mosquitto.join(WALL, f"{ROOT.prefix}/#")
    answers: list[str | None] = []
    # Its name gives it no branch, although a station of that name would have this one.
    wall.publish(ROOT.topic("scan", station="wall"), b"false", done=answers.append)
    await until(lambda: len(answers) == 1 and wall.connected, "an answer")
    hub.publish(ROOT.topic("position", station="front-1"), b"not for dashboards")
    hub.publish(ROOT.topic("event", desk="main", type="item-received"), b"news")
    await until(lambda: len(wall_ears.payloads) > 0, "the event")
    assert wall_ears.payloads == [b"news"]
    assert hub_ears.payloads == []


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.name)
async def test_every_account_has_a_topic_to_try_the_way_on(mosquitto: Company, account: Account) -> None:
    topic = check_topic(ROOT, account.name, account.party)
    session, ears = await mosquitto.join(account, topic)
    session.publish(topic, b"canary")
    await until(lambda: ears.payloads == [b"canary"], "the canary")


async def test_a_wrong_password_is_told_in_one_sentence_and_tried_again(mosquitto: Company) -> None:
    settings = replace(mosquitto.settings(FRONT), password="wrong")
    session, told = mosquitto.start(settings)
    await until(lambda: len(told.reasons) == 1, "the sentence")
    assert "refused the login of 'front-1'" in told.reasons[0]
    assert "password" in told.reasons[0]
    assert not session.connected


async def test_a_login_cannot_take_anothers_session_by_its_client_id(mosquitto: Company) -> None:
    hub, told = await mosquitto.join(HUB, ROOT.filter("scan"))
    await mosquitto.join(FRONT, client_id="hub-1")
    front, _ = await mosquitto.join(EAST)
    front.publish(ROOT.topic("scan", station="east-1"), b"still heard")
    await until(lambda: told.payloads == [b"still heard"], "the hub to hear")
    assert hub.connected
    assert told.reasons == []


async def test_a_new_account_is_taken_and_a_removed_one_cut_off_without_a_restart(mosquitto: Company) -> None:
    assert isinstance(mosquitto.broker, RealProcess)
    front, told = await mosquitto.join(FRONT)
    west = Account("west-1", "west-password", Party.STATION)
    _, hub = await mosquitto.join(HUB, ROOT.filter("scan"))
    await mosquitto.broker.process.set_accounts([HUB, west])
    station, _ = await mosquitto.join(west)
    station.publish(ROOT.topic("scan", station="west-1"), b"first")
    await until(lambda: hub.payloads == [b"first"], "the new station's scan")
    await until(lambda: not front.connected and len(told.reasons) == 2, "the old station to be cut off and refused")
    assert "refused the login" in told.reasons[1]
    assert hub.connects == [False]


async def test_an_oversized_message_ends_in_words_and_the_session_survives(mosquitto: Company) -> None:
    front, told = await mosquitto.join(FRONT)
    answers: list[str | None] = []
    front.publish(OWN, b"x" * 100_000, done=answers.append)
    await until(lambda: len(answers) == 1, "an answer")
    assert answers[0] is not None
    await until(lambda: front.connected, "the session to be there", but=lambda: told.reasons)
