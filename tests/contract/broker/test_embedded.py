"""A broker for one machine: it starts or says why not, and never outlives us."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from broker.embedded import BrokerError, EmbeddedBroker, Kind, find_mosquitto
from broker.mosquitto import Account
from broker.topics import Party
from tests.support.brokers import ACCOUNTS, FRONT, HUB, IOTCORE, Company, RealProcess, broker_for, free_port, until

ORPHAN = """
import asyncio, sys
from pathlib import Path
from broker.embedded import EmbeddedBroker
from broker.mosquitto import Account
from broker.topics import Party

async def main():
    folder, port, kind = sys.argv[1:]
    broker = EmbeddedBroker(Path(folder), [Account("hub-1", "h", Party.HUB)], site="main", port=int(port), kind=kind)
    await broker.start()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(params=["mosquitto", "iotcore"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind that is installed."""
    if request.param == "mosquitto" and find_mosquitto() is None:
        pytest.skip("The mosquitto broker is missing: apt-get install mosquitto.")
    if request.param == "iotcore" and importlib.util.find_spec("iotcore") is None:
        pytest.skip("The built-in broker is missing: pip install holdshelf[embedded].")
    return "mosquitto" if request.param == "mosquitto" else "iotcore"


def listens(port: int) -> bool:
    """Say whether something takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_it_starts_stops_and_starts_again_and_its_files_are_private(kind: Kind, tmp_path: Path) -> None:
    port = free_port()
    broker = EmbeddedBroker(tmp_path / "broker", ACCOUNTS, site="main", port=port, kind=kind)
    for _ in range(2):
        await broker.start()
        assert broker.running
        assert listens(port)
        await broker.stop()
        assert not broker.running
        assert not listens(port)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "broker").iterdir()} == {0o600}
    await broker.stop()


async def test_a_used_port_is_said_in_one_sentence(kind: Kind, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        broker = EmbeddedBroker(tmp_path, ACCOUNTS, site="main", port=port, kind=kind)
        with pytest.raises(BrokerError, match=f"127.0.0.1:{port} .*or choose another"):
            await broker.start()


async def test_a_broker_that_cannot_start_says_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_mosquitto() is None:
        pytest.skip("The mosquitto broker is missing: apt-get install mosquitto.")
    broker = EmbeddedBroker(tmp_path, ACCOUNTS, site="main", port=free_port(), kind="mosquitto")
    monkeypatch.setattr("broker.mosquitto.configuration", lambda *_, **__: "no_such_setting 1\n")
    with pytest.raises(BrokerError, match="no_such_setting"):
        await broker.start()


async def test_an_unasked_end_is_told(kind: Kind, tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, ACCOUNTS, site="main", port=free_port(), kind=kind)
    await broker.start()
    died = asyncio.create_task(broker.died())
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGKILL)
    assert "ended with -9" in await asyncio.wait_for(died, 5)
    await broker.stop()


async def test_the_end_that_was_asked_for_is_not_told(kind: Kind, tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, ACCOUNTS, site="main", port=free_port(), kind=kind)
    await broker.start()
    died = asyncio.create_task(broker.died())
    await asyncio.sleep(0)
    await broker.stop()
    done, _ = await asyncio.wait({died}, timeout=0.2)
    assert not done
    died.cancel()


async def test_the_broker_dies_with_its_parent_even_at_kill_9(kind: Kind, tmp_path: Path) -> None:
    port = free_port()
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN, str(tmp_path), str(port), kind, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert parent.stdout is not None
    assert await asyncio.wait_for(parent.stdout.readline(), 15) == b"ready\n"
    assert listens(port)
    parent.kill()
    await parent.wait()
    await until(lambda: not listens(port), "the port to be free")


async def test_a_broker_off_loopback_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        EmbeddedBroker(tmp_path, ACCOUNTS, site="main", host="192.0.2.1")


async def test_the_built_in_broker_says_what_it_lacks_and_takes_a_new_account_by_a_restart(tmp_path: Path) -> None:
    broker = broker_for(IOTCORE, tmp_path)
    assert isinstance(broker, RealProcess)
    assert any("no access list by topic" in sentence for sentence in broker.process.lacks)
    await broker.start()
    company = Company(broker)
    _, told = await company.join(HUB)
    died = asyncio.create_task(broker.process.died())
    west = Account("west-1", "west-password", Party.STATION)
    await broker.process.set_accounts([*ACCOUNTS, west])
    await company.join(west)
    await until(lambda: len(told.connects) == 2, "the hub to come back")
    assert not died.done()
    died.cancel()
    await company.part()
    await broker.stop()


async def test_the_built_in_broker_refuses_a_wrong_password_and_the_sentence_names_it(tmp_path: Path) -> None:
    broker = broker_for(IOTCORE, tmp_path)
    await broker.start()
    company = Company(broker)
    wrong = Account(FRONT.name, "wrong", FRONT.party)
    session, told = company.start(company.settings(wrong))
    await until(lambda: len(told.reasons) == 1, "the sentence")
    assert "password of 'front-1'" in told.reasons[0]
    assert not session.connected
    await company.part()
    await broker.stop()
