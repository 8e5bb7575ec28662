"""One library on this machine, one guest with a desk in it, for all tests of a file; whatever ends unasked fails the test."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator

import pytest

from tests.hardware.desk import COMPILED, Desk
from tests.hardware.guest.build import alone, build, compile_station
from tests.hardware.machine import CHECKOUT, Machine, saved_state
from tests.support.house import House, Knobs


@pytest.fixture(scope="session")
def guest(request: pytest.FixtureRequest) -> None:
    """The guest's files and its saved state, up to date."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(words: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\nguest: {words}", end="", file=sys.stderr, flush=True)

    with alone():
        build(say)
        if COMPILED:
            compile_station(CHECKOUT)
        if not saved_state().exists():
            say("starting it for the first time")
            with Machine(0):
                pass


@pytest.fixture(scope="module")
def house(guest: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A library without mail."""
    with House(tmp_path_factory.mktemp("house"), "mosquitto", Knobs(mail=False)) as house:
        yield house


@pytest.fixture(scope="module")
def machine(house: House) -> Iterator[Machine]:
    """A guest that reaches the library's broker."""
    with Machine(house.data.settings().mqtt.port) as machine:
        yield machine


@pytest.fixture(autouse=True)
def _nothing_ended(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "house" in request.fixturenames:
        request.getfixturevalue("house").check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the station in the guest said last beside a failure."""
    report = yield
    desk = item.funcargs.get("desk") if isinstance(item, pytest.Function) else None
    if report.failed and isinstance(desk, Desk):
        report.sections.append((desk.name, desk.last_words()))
    return report
