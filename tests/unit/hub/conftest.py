"""What the hub's unit tests stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.desks import Library
from tests.support.rig import Rig, open_rig


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with the demo's desks."""
    opened = Library.open(tmp_path)
    yield opened
    opened.connection.close()


@pytest.fixture
async def rig(library: Library) -> AsyncIterator[Rig]:
    """Its inbox and a station."""
    async with open_rig(library) as opened:
        yield opened
