"""A fresh database for each test, copied from one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.database import open_database
from tests.unit.hub.senders.notice_book import NoticeBook


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "hub.db"
    open_database(path).close()
    return path


@pytest.fixture
def book(empty_database: Path, tmp_path: Path) -> Iterator[NoticeBook]:
    path = tmp_path / "hub.db"
    shutil.copy(empty_database, path)
    book = NoticeBook(path)
    yield book
    book.connection.close()
