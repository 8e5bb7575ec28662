"""What a test of a page starts with: the web of a library, and a browser with nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.pages.browser import PROGRAM, Browser, Chromium
from tests.support.web import TestDoors, a_demo, a_web

NO_BROWSER = pytest.mark.skipif(PROGRAM is None, reason="needs chromium: apt-get install chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(NO_BROWSER)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Give the web of a library with the demo's desks and two patrons."""
    with a_web(tmp_path) as made:
        yield made


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Give the web of the demonstration library."""
    with a_demo(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Give the program that all tests share."""
    with Chromium(tmp_path_factory.mktemp("chromium")) as program:
        yield program


@pytest.fixture
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    """Give a browser with nothing in it."""
    async with chromium.tab() as opened:
        yield opened
