"""What a backup says of itself: one JSON file, written last."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hub.store.events import last_event
from hub.store.history import end_of_chain, fingerprint
from hub.store.moments import to_ms
from hub.store.sql import Connection

LATELY = timedelta(days=7)
AWAITED = "SELECT name FROM station WHERE online OR seen_at >= ? ORDER BY name"
NAME = "manifest.json"
FORM = 1
DATABASE = "hub.db"
SETTINGS = "hub.toml"


class Part(BaseModel):
    """What all parts share."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KeptFile(Part):
    """One file of the backup; ``name`` is its place in the data folder."""

    name: str = Field(pattern=r"^[^/].*$")
    size: int
    sha256: str
    mode: int


class StreamPlace(Part):
    """How far a station's journal was taken."""

    station: str
    incarnation: str
    seq: int
    fault_seq: int


class Moment(Part):
    """Where everything stood: all of it read in the transaction the copy was made in."""

    at: datetime
    last_event: int
    history_rows: int
    history_fingerprint: str | None
    streams: tuple[StreamPlace, ...]
    awaited: tuple[str, ...]
    """The stations that were there lately: what they scan after this moment they send again."""
    last_request: int
    last_notice: int


class Manifest(Part):
    """The whole of it."""

    form: int
    version: str
    revision: str | None
    site: str
    moment: Moment
    database_at: Path | None = None
    """Where the database lay, if outside the data folder."""
    files: tuple[KeptFile, ...]
    left_out: tuple[str, ...] = ()
    """Files the settings name outside the data folder, which are not in the backup."""

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(file.size for file in self.files)


def moment_of(connection: Connection, at: datetime) -> Moment:
    """Give where everything stands, in the reading transaction that is open."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    rows, chain = 0, None
    if "history" in tables:
        (rows, last) = connection.execute("SELECT count(*), max(key) FROM history").fetchone()
        chain = fingerprint(last, end_of_chain(connection).hash) if rows else None
    streams = connection.execute("SELECT station, incarnation, seq, fault_seq FROM stream ORDER BY key").fetchall()
    return Moment(
        at=at,
        last_event=last_event(connection),
        history_rows=rows,
        history_fingerprint=chain,
        streams=tuple(StreamPlace(station=row[0], incarnation=row[1], seq=row[2], fault_seq=row[3]) for row in streams),
        awaited=tuple(row[0] for row in connection.execute(AWAITED, (to_ms(at - LATELY),))),
        last_request=_highest(connection, "request"),
        last_notice=_highest(connection, "notice"),
    )


def _highest(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(key), 0) FROM {table}").fetchone()[0])  # noqa: S608 - tables of ours
