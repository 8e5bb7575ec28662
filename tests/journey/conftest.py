"""Houses for journeys: real processes on a real broker."""

from __future__ import annotations

import importlib.util
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from broker.embedded import Kind, find_mosquitto
from tests.support.house import House

MOSQUITTO: Kind = "mosquitto"
IOTCORE: Kind = "iotcore"
HOUSES = {"house", "house_on_each"}


def _there(kind: Kind) -> Kind:
    """Give the broker, or skip with the sentence that says how to get it."""
    if kind == IOTCORE and importlib.util.find_spec("iotcore") is None:
        pytest.skip("The built-in broker is missing: pip install holdshelf[embedded].")
    if kind == MOSQUITTO and find_mosquitto() is None:
        pytest.skip("The mosquitto broker is missing: apt-get install mosquitto.")
    return kind


@pytest.fixture(scope="module", params=[MOSQUITTO, IOTCORE])
def house_on_each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A library on each broker, for all tests of a module."""
    with House(tmp_path_factory.mktemp("house"), _there(request.param)) as house:
        yield house


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A library on mosquitto, for all tests of a module, with that module's KNOBS; what one test starts the next may use."""
    with House(tmp_path_factory.mktemp("house"), _there(MOSQUITTO), getattr(request.module, "KNOBS", None)) as house:
        yield house


@pytest.fixture(autouse=True)
def _nothing_ended(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test every process must still be there, whatever the test threw at it."""
    yield
    for name in HOUSES & set(request.fixturenames):
        request.getfixturevalue(name).check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a library's programs said last beside a failure."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for name in HOUSES & item.funcargs.keys():
            house = item.funcargs[name]
            assert isinstance(house, House)
            for program in house.programs():
                report.sections.append((program.name, program.last_words()))
    return report


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with folders named like our packages in it, as a person may have."""
    for name in ("hub", "station", "broker"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path
