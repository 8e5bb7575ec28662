"""The brokers every contract test runs against."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.brokers import EVERY_BROKER, MOSQUITTO_5, Company, broker_for


@pytest.fixture(params=EVERY_BROKER)
async def company(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    """Sessions to a running broker, one after the other of every kind."""
    async for each in _company(request.param, tmp_path):
        yield each


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Company]:
    """Sessions to mosquitto over MQTT 5."""
    async for each in _company(MOSQUITTO_5, tmp_path):
        yield each


async def _company(which: str, folder: Path) -> AsyncIterator[Company]:
    broker = broker_for(which, folder)
    await broker.start()
    company = Company(broker)
    try:
        yield company
    finally:
        await company.part()
        await broker.stop()
