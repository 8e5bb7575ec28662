"""The process beside the hub that makes what takes long: what it makes and what it cannot, and all the ways it may end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy.exc

from broker.log_lines import Lines
from hub.errors import Invalid, NotMade
from hub.store.database import open_database
from hub.web import apart
from hub.web.apart import LOW_PRIORITY, Apart
from tests.support.jobs import (
    asks_for_nothing,
    ends,
    ends_once,
    fails,
    fails_peculiarly,
    gives_a_lock,
    lasts,
    refuses,
    tables,
    who,
    writes,
)  # fmt: skip
from tests.support.web import until

FAR_S = 30


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A database."""
    open_database(tmp_path / "hub.db").close()
    return tmp_path / "hub.db"


@pytest.fixture
def beside(place: Path) -> Iterator[Apart]:
    """What is tested."""
    made = Apart(place)
    yield made
    made.close()


def written(mark: Path) -> int:
    """Give the process that wrote it, 0 before."""
    return int(mark.read_text()) if mark.exists() and mark.read_text() else 0


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(pid: int) -> None:
    await until(lambda: not runs(pid), FAR_S)


async def test_it_is_made_by_one_process_at_a_low_priority(beside: Apart) -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    first, second = await asyncio.gather(beside.make(who), beside.make(who))
    assert first == second
    assert first[0] != os.getpid()
    assert first[1] == min(usual + LOW_PRIORITY, 19)


async def test_it_reads_and_cannot_write(beside: Apart) -> None:
    assert await beside.make(partial(tables, like="desk")) == 1
    with pytest.raises(sqlalchemy.exc.OperationalError, match="readonly") as caught:
        await beside.make(writes)
    assert isinstance(caught.value.orig, sqlite3.OperationalError)


async def test_errors_come_as_they_are_and_it_goes_on(beside: Apart) -> None:
    with pytest.raises(Invalid, match="first day") as caught:
        await beside.make(refuses)
    assert (caught.value.key, caught.value.places) == ("reports.wrong.order", {"day": "2026-11-27"})
    pid, _ = await beside.make(who)
    with pytest.raises(LookupError, match="card 123"):
        await beside.make(fails)
    with pytest.raises(TypeError, match="pickle"):
        await beside.make(gives_a_lock)
    with pytest.raises(RuntimeError, match="Peculiar"):
        await beside.make(fails_peculiarly)
    assert (await beside.make(who))[0] == pid


async def test_the_log_says_where_it_failed_and_no_word_of_it(beside: Apart, caplog: pytest.LogCaptureFixture) -> None:
    for job in (fails, asks_for_nothing):
        with caplog.at_level(logging.ERROR), pytest.raises((LookupError, sqlalchemy.exc.OperationalError)):
            await beside.make(job)
        written = "\n".join(Lines().format(record) for record in caplog.records)
        assert f"support/jobs.py:{job.__code__.co_firstlineno + 2} {job.__name__}" in written
        assert "card 123" not in written


async def test_who_goes_away_meanwhile_leaves_the_answer_to_nobody_else(beside: Apart, tmp_path: Path) -> None:
    first = asyncio.create_task(beside.make(partial(lasts, mark=tmp_path / "mark", seconds=0.5)))
    await until(lambda: written(tmp_path / "mark") > 0, FAR_S)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await beside.make(partial(tables, like="desk")) == 1


async def test_more_than_some_who_wait_are_sent_away(beside: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_WAITING", 2)
    answers = await asyncio.gather(*[beside.make(who) for _ in range(3)], return_exceptions=True)
    assert [isinstance(answer, NotMade) for answer in answers] == [False, False, True]
    assert all(await asyncio.gather(*[beside.make(who, begun=True) for _ in range(3)])), "what has begun goes on"


async def test_one_that_was_killed_meanwhile_is_replaced(beside: Apart, tmp_path: Path) -> None:
    pid, _ = await beside.make(who)
    os.kill(pid, signal.SIGKILL)
    assert (await beside.make(who))[0] != pid
    assert await beside.make(partial(ends_once, mark=tmp_path / "mark")) == "made"


async def test_what_ends_it_twice_is_not_tried_for_ever(beside: Apart) -> None:
    with pytest.raises(NotMade, match="Try again"):
        await beside.make(ends)
    assert await beside.make(who)


async def test_one_that_does_not_start_is_said(beside: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "COMMAND", ("/bin/false",))
    with pytest.raises(NotMade, match="Try again"):
        await beside.make(who)
    monkeypatch.undo()
    assert await beside.make(who)


async def test_one_that_is_stuck_is_given_up(beside: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert await beside.make(who)
    monkeypatch.setattr(apart, "LIMIT_S", 0.2)
    with pytest.raises(NotMade, match="Try again"):
        await beside.make(partial(lasts, mark=tmp_path / "mark"))
    await gone(written(tmp_path / "mark"))
    monkeypatch.undo()
    assert await beside.make(who)


async def test_it_is_ended_after_a_rest_and_nothing_is_left_of_it(beside: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "REST_S", 0.1)
    pid, _ = await beside.make(who)
    await until(lambda: not Path(f"/proc/{pid}").exists(), FAR_S)
    monkeypatch.undo()
    assert (await beside.make(who))[0] != pid


async def test_one_of_another_version_makes_nothing(
    beside: Apart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(apart, "__version__", "0.1.0")
    with caplog.at_level(logging.WARNING), pytest.raises(NotMade, match="log says more"):
        await beside.make(who)
    assert [(record.__dict__["why"], record.__dict__["code"]) for record in caplog.records] == [("ended", 1), ("ended again", 1)]


async def test_who_waits_when_the_hub_ends_is_told_at_once(beside: Apart, tmp_path: Path) -> None:
    waiting = asyncio.create_task(beside.make(partial(lasts, mark=tmp_path / "mark")))
    await until(lambda: written(tmp_path / "mark") > 0, FAR_S)
    beside.end()
    with pytest.raises(NotMade, match="hub is ending"):
        await waiting
    assert not runs(written(tmp_path / "mark"))
    with pytest.raises(NotMade, match="hub is ending"):
        await beside.make(who)


async def test_it_ends_with_a_hub_that_is_killed(place: Path, tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys; from functools import partial; from hub.web.apart import Apart; "
        "from tests.support.jobs import lasts; "
        "asyncio.run(Apart(pathlib.Path(sys.argv[1])).make(partial(lasts, mark=pathlib.Path(sys.argv[2]))))"
    )
    mark = tmp_path / "mark"
    hub = await asyncio.create_subprocess_exec(sys.executable, "-c", program, place, mark, cwd=Path(__file__).parents[4])
    await until(lambda: written(mark) > 0, FAR_S)
    hub.kill()
    await hub.wait()
    await gone(written(mark))
