"""Of several hubs each works soon by what was changed on the pages of another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

import pytest

from hub.flows.change_settings import change_settings
from hub.in_force import in_force
from hub.settings import HubSettings
from hub.several import settings as several
from hub.several.settings import follow_settings
from hub.store.database import open_database, transaction
from hub.store.setting_changes import newest_change
from hub.store.sql import DATABASE_ERRORS, Connection
from tests.support.desks import START, Library
from tests.support.mail import until


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "EVERY_S", 0.01)


@asynccontextmanager
async def following(connection: Connection, changed: Callable[[], None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(follow_settings(connection, changed))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def change(connection: Connection, path: str, value: object) -> None:
    """Change a setting as a page of a hub does."""
    newest = newest_change(connection)
    with transaction(connection):
        change_settings(connection, {path: (None, value)}, actor="maria", version=newest.version if newest else 0, now=START)


async def some_looks() -> None:
    """Let it look a few times."""
    async with asyncio.timeout(5):
        for _ in range(5):
            await asyncio.sleep(several.EVERY_S)


async def test_each_change_is_heard_of_once_and_nothing_where_nothing_changed(library: Library) -> None:
    heard: list[int] = []
    async with following(library.connection, lambda: heard.append(1)):
        # The first look: what was changed between the start and now.
        await until(lambda: len(heard) == 1)
        await some_looks()
        assert len(heard) == 1
        for count, days in ((2, 12), (3, 9)):
            change(library.connection, "policy.hold_days", days)
            await until(lambda count=count: len(heard) == count)  # type: ignore[misc]  # mypy does not see a lambda's default
            await some_looks()
            assert len(heard) == count


async def test_an_error_of_the_database_that_does_not_pass_ends_the_hub_with_it(library: Library) -> None:
    async with following(library.connection, lambda: None) as task:
        await some_looks()
        library.connection.execute("DROP TABLE setting_change")
        await asyncio.wait([task], timeout=5)
        assert isinstance(task.exception(), DATABASE_ERRORS)


@pytest.mark.needs("postgres")
async def test_two_hubs_on_one_server_work_by_what_a_page_of_the_other_changed() -> None:
    pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")
    from tests.support.postgres import open_empty

    url, first = open_empty()
    with closing(first), closing(open_database(url)) as second:
        days: dict[str, int] = {}

        def take(name: str, connection: Connection) -> Callable[[], None]:
            return lambda: days.update({name: in_force(connection, HubSettings()).policy.hold_days})

        async with following(first, take("first", first)), following(second, take("second", second)):
            await until(lambda: days == {"first": 10, "second": 10})
            change(first, "policy.hold_days", 12)
            await until(lambda: days == {"first": 12, "second": 12})
            change(second, "policy.hold_days", 9)
            await until(lambda: days == {"first": 9, "second": 9})
            # As the file says.
            change(first, "policy.hold_days", None)
            await until(lambda: days == {"first": 10, "second": 10})
