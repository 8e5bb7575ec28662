"""What the hub's unit tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with the demo's desks."""
    opened = Library.open(tmp_path)
    yield opened
    opened.connection.close()
