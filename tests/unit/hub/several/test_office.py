"""What is done once in all runs while this hub holds the office, and not a moment longer."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from hub.several.office import Office
from tests.support.web import until


class Part:
    """Runs until it is cut off, or told to end."""

    def __init__(self) -> None:
        self.begun = self.cut_off = 0
        self.end: asyncio.Future[None] | None = None

    async def run(self) -> None:
        self.begun += 1
        self.end = asyncio.get_running_loop().create_future()
        try:
            await self.end
        except asyncio.CancelledError:
            self.cut_off += 1
            raise


def _is(part: Part, what: str, count: int) -> bool:
    return bool(getattr(part, what) == count)


async def test_a_part_begins_with_the_office_and_is_cut_off_with_it_as_often_as_it_comes() -> None:
    office, part = Office(), Part()
    running = asyncio.create_task(office.run(part.run))
    await asyncio.sleep(0)
    assert part.begun == 0
    for term in (1, 2):
        office.hold(held=True)
        await until(partial(_is, part, "begun", term))
        office.hold(held=False)
        await until(partial(_is, part, "cut_off", term))
    assert not running.done()
    running.cancel()


async def test_a_part_that_ends_by_itself_is_over_and_one_that_fails_is_told() -> None:
    office, part = Office(), Part()
    office.hold(held=True)
    running = asyncio.create_task(office.run(part.run))
    await until(lambda: part.end is not None)
    assert part.end is not None
    part.end.set_result(None)
    await asyncio.wait_for(running, 1)

    failing = asyncio.create_task(office.run(part.run))
    await until(lambda: part.begun == 2)
    part.end.set_exception(LookupError("ours"))
    with pytest.raises(LookupError, match="ours"):
        await asyncio.wait_for(failing, 1)


async def test_who_stops_everything_cuts_the_part_off_too() -> None:
    office, part = Office(), Part()
    office.hold(held=True)
    running = asyncio.create_task(office.run(part.run))
    await until(lambda: part.begun == 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert part.cut_off == 1


async def test_closing_waits_for_what_ran_in_it() -> None:
    office, part = Office(), Part()
    office.hold(held=True)
    running = asyncio.create_task(office.run(part.run))
    await until(lambda: part.begun == 1)
    await office.close(limit_s=1)
    assert (part.cut_off, office.held) == (1, False)
    running.cancel()
