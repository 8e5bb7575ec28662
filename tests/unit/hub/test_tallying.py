"""Who counts for the reports: the ordinary way beside the scans, and a process of its own where a long past is to be counted."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from hub.flows import count_past as past
from hub.flows import keep_tally
from hub.flows.keep_tally import HISTORY, UNTIL, Counted
from hub.store.events import cursor
from hub.tallying import Tallying
from tests.support.desks import Library
from tests.support.roads import lent

COUNTS = "SELECT * FROM tally ORDER BY 1, 2, 3, 4, 5, 6"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path, timezone="Europe/Berlin")
    lent(library)
    return library


def tallying(library: Library) -> Tallying:
    return Tallying(library.connection, library.place, library.settings.site_rules())


def look(library: Library) -> int:
    counting = tallying(library)
    try:
        return asyncio.run(counting.look())
    finally:
        counting.close()


def counts(library: Library) -> list[tuple[object, ...]]:
    return [tuple(row) for row in library.connection.execute(COUNTS).fetchall()]


def test_what_comes_between_two_parts_waits_for_the_next_look(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = tallying(library)
    kept = counting._keep

    def keep(counted: Counted) -> bool:
        # As on a busy day: there is always one scan more.
        library.scan("rs-1", f"unknown-{library.made}")
        return kept(counted)

    monkeypatch.setattr(counting, "_keep", keep)
    assert asyncio.run(counting.look()) == 1
    monkeypatch.setattr(keep_tally, "SCANNED", 3)
    library.connection.execute("DELETE FROM tally")
    library.connection.execute("DELETE FROM cursor WHERE name LIKE 'tally%'")
    assert asyncio.run(counting.look()) > 1
    counting.close()


def test_a_process_counts_a_long_past_and_the_same(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(library) == 1
    found = counts(library)
    library.connection.execute("DELETE FROM tally")
    library.connection.execute("DELETE FROM cursor WHERE name LIKE 'tally%'")
    monkeypatch.setattr(past, "LONG_LINES", 1)
    # Where it begins, days, months, where it ends.
    assert look(library) == 4
    assert counts(library) == found
    assert cursor(library.connection, UNTIL) == 0
    assert cursor(library.connection, HISTORY) > 1


def test_a_process_that_ends_too_early_is_told_and_begun_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    monkeypatch.setattr(past, "LONG_LINES", 1)
    monkeypatch.setattr("hub.past_counter.COMMAND", ("/bin/false",))
    with caplog.at_level(logging.WARNING):
        assert look(library) == 0
    assert "the past is not counted yet" in caplog.text
    monkeypatch.undo()
    monkeypatch.setattr(past, "LONG_LINES", 1)
    assert look(library) == 4
    assert counts(library)
