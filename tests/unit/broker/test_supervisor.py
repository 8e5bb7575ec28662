"""What systemd is told, on real sockets: in a folder and in the abstract space, gone, full, and not asked for."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from broker.supervisor import Supervisor
from tests.support.brokers import until
from tests.support.notify import Manager
from tests.support.programs import wait_for


@pytest.fixture(params=["in a folder", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    with Manager(tmp_path if request.param == "in a folder" else None, watchdog_s=0.3) as manager:
        yield manager


async def fit() -> str | None:
    return None


async def watched(supervisor: Supervisor, seconds: float, unfit: object = fit) -> None:
    supervisor.ready()
    with suppress(TimeoutError):
        await asyncio.wait_for(supervisor.watch(unfit, lambda: "Online."), seconds)  # type: ignore[arg-type]


def test_ready_status_and_stopping_are_heard(manager: Manager) -> None:
    supervisor = Supervisor.from_environment(dict(manager.environment))
    supervisor.ready()
    supervisor.status("Online, nothing waits.")
    supervisor.status("Online, nothing waits.")
    supervisor.stopping()
    wait_for(lambda: bool(manager.said("STOPPING")), "the end")
    heard = [fields for _, fields in manager.heard]
    assert heard == [{"READY": "1"}, {"STATUS": "Online, nothing waits."}, {"STOPPING": "1", "STATUS": "Stopping."}]


async def test_it_says_that_it_works_three_times_as_often_as_it_must(manager: Manager) -> None:
    await watched(Supervisor.from_environment(dict(manager.environment)), 1.0)
    pings = manager.pings()
    assert len(pings) >= 5
    assert max(after - before for before, after in pairwise(pings)) < 0.3


async def test_what_is_unfit_says_why_and_no_longer_that_it_works(manager: Manager) -> None:
    why: list[str | None] = [None]

    async def unfit() -> str | None:
        return why[0]

    supervisor = Supervisor.from_environment(dict(manager.environment))
    supervisor.ready()
    watch = asyncio.create_task(supervisor.watch(unfit, lambda: "Online."))
    await until(lambda: bool(manager.pings()), "a ping")
    why[0] = "The inbox stands still."
    await until(lambda: manager.said("STATUS")[-1] == "The inbox stands still.", "the reason")
    before = len(manager.pings())
    await asyncio.sleep(0.4)
    assert len(manager.pings()) == before
    why[0] = None
    await until(lambda: len(manager.pings()) > before, "the pings to come again")
    watch.cancel()


async def test_a_program_that_still_starts_asks_for_time_and_does_not_say_that_it_works(manager: Manager) -> None:
    supervisor = Supervisor.from_environment(dict(manager.environment))
    watch = asyncio.create_task(supervisor.watch(fit, lambda: "Nothing listens at 127.0.0.1:1883."))
    await until(lambda: len(manager.said("EXTEND_TIMEOUT_USEC")) > 2, "it to ask for time")
    assert (set(manager.said("EXTEND_TIMEOUT_USEC")), manager.pings()) == ({"60000000"}, [])
    supervisor.ready()
    await until(lambda: bool(manager.pings()), "a ping")
    watch.cancel()


async def test_without_a_watchdog_there_are_no_pings_but_a_status() -> None:
    with Manager() as manager:
        await watched(Supervisor.from_environment(dict(manager.environment)), 0.2)
        assert (manager.said("STATUS"), manager.pings()) == (["Online."], [])


async def test_a_watchdog_of_another_process_is_not_ours(manager: Manager) -> None:
    environment = manager.environment | {"WATCHDOG_PID": str(os.getpid() + 1)}
    await watched(Supervisor.from_environment(environment), 0.3)
    assert (manager.said("STATUS"), manager.pings()) == (["Online."], [])


async def test_a_watchdog_of_this_process_is_ours(manager: Manager) -> None:
    await watched(Supervisor.from_environment(manager.environment | {"WATCHDOG_PID": str(os.getpid())}), 0.3)
    assert manager.pings()


def test_children_do_not_inherit_the_socket(manager: Manager) -> None:
    environment = {"PATH": "/bin", "WATCHDOG_PID": "1"} | manager.environment
    Supervisor.from_environment(environment)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "relative/path"])
async def test_where_nobody_asks_nothing_is_said_and_nothing_ends(address: str) -> None:
    supervisor = Supervisor.from_environment({"NOTIFY_SOCKET": address} if address else {})
    supervisor.ready()
    watch = asyncio.create_task(supervisor.watch(fit, lambda: "Online."))
    await asyncio.sleep(0.05)
    assert not watch.done()
    watch.cancel()


def test_what_could_not_be_heard_is_said_with_the_next_word(tmp_path: Path) -> None:
    supervisor = Supervisor(str(tmp_path / "notify"))
    supervisor.ready()
    with Manager(tmp_path) as manager:
        supervisor.status("Online.")
        wait_for(lambda: bool(manager.heard), "the word")
        assert manager.heard[0][1] == {"READY": "1", "STATUS": "Online."}


def test_a_manager_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "notify"))
        supervisor = Supervisor(str(tmp_path / "notify"))
        began = time.monotonic()
        for number in range(2000):
            supervisor.status(f"Offline: {number} scans wait.")
        assert time.monotonic() - began < 2
