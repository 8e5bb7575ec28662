"""The connections that read for pages: what may take long lets a server rest, which works at its usual priority."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hub.store.pages import reader
from hub.store.pages.reader import Reader
from tests.support.desks import open_empty


def count(connection: Connection) -> int:
    return sum(connection.execute(text(f"SELECT {number}")).scalar_one() for number in (1, 2))


@pytest.mark.parametrize("gently", [True, False])
def test_a_server_rests_between_statements_and_a_file_need_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gently: bool) -> None:
    rests: list[float] = []
    monkeypatch.setattr(reader, "sleep", rests.append)
    place, connection = open_empty(tmp_path)
    reads = Reader(place, gently=gently)
    assert reads.read(count) == 3
    # The statement that makes a transaction one that only reads is one, too.
    assert len(rests) == (3 if gently and isinstance(place, str) else 0)
    assert all(0 < rest <= reader.LONGEST_REST_S for rest in rests)
    reads.close()
    connection.close()
