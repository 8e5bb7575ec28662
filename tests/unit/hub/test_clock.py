"""The clock looks what the time has come for and does it in small steps; what cannot be done stops nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hub.clock import AT_A_TIME, Clock
from hub.demo import item_barcode
from hub.store.history import verify
from tests.support.desks import Library
from tests.support.roads import received, returned, shelved


class Looking:
    """A clock over a library, in the library's own time, and the desks it told of changes."""

    def __init__(self, library: Library) -> None:
        """Begin to look."""
        self.library, self.desks = library, list[set[str]]()
        self.clock = Clock(library.connection, library.place, library.site, now=lambda: library.now, changed=self.desks.append)

    async def after(self, days: float) -> int:
        """Let days pass, and look; gives how much was done."""
        self.library.now += timedelta(days=days)
        return await self.clock.look()


@pytest.fixture
def looking(library: Library) -> Iterator[Looking]:
    """A clock over the library."""
    opened = Looking(library)
    yield opened
    opened.clock.close()


async def test_a_look_does_all_that_is_due_and_tells_the_pickup_desks_once(library: Library, looking: Looking) -> None:
    for number in range(1, AT_A_TIME + 6):
        received(library, item_barcode(number))
    assert await looking.after(days=6) == AT_A_TIME + 5
    assert looking.desks == [{"main", "east", "joint"}]
    assert await looking.after(days=0) == 0
    assert len(looking.desks) == 1


async def test_a_look_on_a_quiet_day_writes_nothing(library: Library, looking: Looking) -> None:
    returned(library)
    before = library.rows("SELECT * FROM history"), library.rows("SELECT * FROM event")
    assert await looking.after(days=0) == 0
    assert (library.rows("SELECT * FROM history"), library.rows("SELECT * FROM event")) == before
    assert looking.desks == []


async def test_a_row_that_makes_no_sense_stops_neither_the_hub_nor_what_is_due_beside_it(
    library: Library, looking: Looking, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1, 8):
        shelved(library, item_barcode(number))
    for number in (2, 7):
        library.connection.execute("UPDATE item SET reason = 'eaten by Ada Fischer''s dog' WHERE barcode = ?", (item_barcode(number),))
    with caplog.at_level(logging.ERROR):
        assert await looking.after(days=11) == 5
        assert await looking.after(days=1) == 0
    pulled, held = ("PULL_FROM_SHELF",), ("ON_HOLD_SHELF",)
    assert library.rows("SELECT state FROM item ORDER BY key") == [pulled, held, *[pulled] * 4, held]
    assert [record.__dict__["error"] for record in caplog.records] == ["ValueError"] * 4
    assert "Ada" not in caplog.text
    assert not verify(library.connection).broken
