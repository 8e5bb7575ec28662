"""What an admin changes on a page counts in the hub that runs: for its next scan, its next look at what is due, its next letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.demo import item_barcode
from hub.flows.change_settings import change_settings
from hub.service import Hub
from hub.settings import HubSettings
from hub.store.setting_changes import newest_change
from hub.store.sql import Connection
from tests.support.desks import ONLY_SQLITE, Library
from tests.support.mail import until
from tests.support.roads import received, shelved

pytestmark = ONLY_SQLITE
DAYS = timedelta(days=1)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Give a way to open the hub of a library in which something happened before; it is closed at the end."""
    hubs: list[Hub] = []

    def opened(before: Callable[[Library], object], ago: timedelta = timedelta(), **settings: Any) -> Hub:
        library = Library.open(tmp_path)
        library.now = datetime.now(UTC) - ago
        before(library)
        library.connection.close()
        hubs.append(Hub(HubSettings(**settings), tmp_path, "token", "password"))
        return hubs[-1]

    yield opened
    for hub in hubs:
        hub.close()


def change(hub: Hub, path: str, value: object) -> None:
    """Change a setting the way the page does."""

    def write(connection: Connection) -> None:
        newest = newest_change(connection)
        version = newest.version if newest else 0
        change_settings(connection, {path: (None, value)}, actor="maria", version=version, now=hub.now())

    hub.write(write)
    hub.take_settings()


def hold_until(hub: Hub) -> str:
    [(moment,)] = hub.write(lambda connection: connection.execute("SELECT max(hold_until) FROM item").fetchall())
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%Y-%m-%d}"


async def test_the_next_scan_is_answered_in_the_new_words_and_by_the_new_days(opened: Callable[..., Hub]) -> None:
    hub = opened(lambda library: (received(library), received(library, item_barcode(2))), policy={"loan_days": 40})
    said = hub.scan("main-1", item_barcode(77), hub.new_id())
    hub.scan("main-1", item_barcode(1), hub.new_id())
    before = hold_until(hub)
    change(hub, "words.en.U3", "What is this?")
    change(hub, "policy.hold_days", 30)
    assert (said.rule, hub.scan("main-1", item_barcode(78), hub.new_id()).message) == ("U3", "What is this?")
    assert said.message != "What is this?"
    hub.scan("main-1", item_barcode(2), hub.new_id())
    assert hold_until(hub) > before
    # Pages and programs ask the hub itself.
    assert (hub.settings.policy.hold_days, hub.rules.policy.hold_days, hub.rules.policy.loan_days) == (30, 30, 40)


async def test_the_next_look_at_what_is_due_goes_by_the_new_days(opened: Callable[..., Hub]) -> None:
    hub = opened(received, ago=3 * DAYS)
    assert await hub._clock.look() == 0
    change(hub, "policy.transit_days", 2)
    assert await hub._clock.look() == 1


async def test_a_letter_that_waits_for_the_morning_leaves_when_no_hour_is_quiet_any_more(
    opened: Callable[..., Hub], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    hub = opened(shelved, ago=timedelta(minutes=5), notices={"quiet": quiet, "together_s": 0})

    def letters() -> list[Path]:
        return list((tmp_path / "mail" / "new").glob("*"))

    sending = asyncio.create_task(hub._patrons.run())
    try:
        await until(lambda: hub.write(partial(_not_before)) > datetime.now(UTC) + timedelta(hours=1))
        assert letters() == []
        change(hub, "notices.quiet", "")
        await until(lambda: len(letters()) == 1)
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _not_before(connection: Connection) -> datetime:
    [(moment,)] = connection.execute("SELECT not_before FROM notice").fetchall()
    return datetime.fromtimestamp(moment / 1000, UTC)
