"""A station is to be found: what it is told, in the language of its desk, and when nobody would hear it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.answers import IDENTIFY
from broker.messages import Reply, StationState
from hub.errors import Conflict, NotFound
from hub.flows.find_station import call_for
from hub.flows.take_station import take_state
from hub.store.moments import from_ms
from hub.store.scan_path import ScanStore
from tests.support.desks import Library

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALL = "0197c0de-0000-7000-8000-000000000001"


def says(library: Library, *, online: bool, now: datetime = NOW, fresh: bool = True) -> None:
    state: dict[str, Any] = {"station": "main-1", "online": online, "born_at": NOW, "at": NOW, "version": "0.2.0"}
    assert take_state(ScanStore(library.connection), library.connection, StationState.model_validate(state), now, fresh=fresh)


def call(library: Library, name: str = "main-1") -> Reply:
    return call_for(library.connection, library.settings.site_rules(), name, call_id=CALL, now=NOW)


def test_a_station_is_told_its_name_softly_and_that_no_scan_is_answered(library: Library) -> None:
    says(library, online=True)
    told = call(library)
    assert (told.rule, told.seq, told.tone, told.outcome, told.slips) == (IDENTIFY, 0, "info", "no_change", ())
    assert told.message == "This is station main-1, Main desk. Somebody is looking for it."


def test_a_desk_is_told_in_its_own_language(library: Library) -> None:
    says(library, online=True)
    library.connection.execute("UPDATE desk SET language = 'de' WHERE code = 'main'")
    assert call(library).message == "Das ist die Station main-1, Main desk. Jemand sucht sie."


def test_a_station_that_is_offline_or_unknown_is_not_called(library: Library) -> None:
    says(library, online=True)
    says(library, online=False)
    with pytest.raises(Conflict, match=r"main-1 is offline, so nothing beeps there\. Look at its desk: Main desk\."):
        call(library)
    with pytest.raises(NotFound, match="There is no station 'nobody'"):
        call(library, "nobody")


def test_a_goodbye_that_the_broker_kept_does_not_move_the_moment_since_when_a_station_is_away(library: Library) -> None:
    says(library, online=True)
    went = NOW + timedelta(hours=1)
    says(library, online=False, now=went)
    # A hub that comes back hears it again.
    says(library, online=False, now=went + timedelta(hours=5), fresh=False)
    (seen_at,) = library.connection.execute("SELECT seen_at FROM station WHERE name = 'main-1'").fetchone()
    assert from_ms(seen_at) == went
