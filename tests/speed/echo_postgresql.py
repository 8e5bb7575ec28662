"""The bare echo's store on PostgreSQL: five statements and a commit for all scans that wait, the least a hub on a server can do."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.speed.books import codes, posts
from tests.speed.echo import BODY

TABLES = """
CREATE TABLE station(code text PRIMARY KEY, desk text NOT NULL);
CREATE TABLE thing(key bigserial PRIMARY KEY, barcode text NOT NULL UNIQUE, state bigint NOT NULL, version bigint NOT NULL);
CREATE TABLE scan(scan_id text PRIMARY KEY, station text NOT NULL, barcode text NOT NULL, at text NOT NULL, state bigint NOT NULL);
CREATE TABLE event(seq bigserial PRIMARY KEY, thing bigint NOT NULL, data text NOT NULL)
"""
THINGS = "SELECT barcode, key, state FROM thing WHERE barcode = ANY($1::text[]) ORDER BY key FOR NO KEY UPDATE"
CHANGE = (
    "UPDATE thing SET state = x.state, version = thing.version + 1 "
    "FROM unnest($1::bigint[], $2::bigint[]) x(key, state) WHERE thing.key = x.key"
)
PUT_SCANS = "INSERT INTO scan SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])"
PUT_EVENTS = "INSERT INTO event(thing, data) SELECT unnest($1::bigint[]), $2"


class PostgresStore:
    """Takes all scans that wait at once."""

    def __init__(self, url: str) -> None:
        self._raw = psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor, prepare_threshold=2)
        for table in TABLES.split(";"):
            self._do(table)
        self._do(
            "INSERT INTO station SELECT * FROM unnest($1::text[], $2::text[])", *_columns([(post.name, post.desk) for post in posts()])
        )
        self._do("INSERT INTO thing(barcode, state, version) SELECT unnest($1::text[]), 0, 1", list(codes()))
        self._do("VACUUM ANALYZE")

    def _do(self, sql: str, *values: Any) -> psycopg.Cursor[Any]:
        return self._raw.execute(sql.encode(), values)

    def take(self, scans: list[dict[str, Any]]) -> list[int]:
        """Keep scans and give what each made of its thing."""
        self._do("BEGIN")
        self._do("SELECT code, desk FROM station WHERE code = ANY($1::text[])", [scan["station"] for scan in scans]).fetchall()
        found = {barcode: (key, state) for barcode, key, state in self._do(THINGS, [scan["barcode"] for scan in scans])}
        states, touched = [], []
        for scan in scans:
            key, state = found[scan["barcode"]]
            found[scan["barcode"]] = key, (state + 1) % 7
            states.append((state + 1) % 7)
            touched.append(key)
        self._do(CHANGE, *_columns(list(found.values())))
        rows = [
            (scan["scan_id"], scan["station"], scan["barcode"], scan["scanned_at"], state)
            for scan, state in zip(scans, states, strict=True)
        ]  # fmt: skip
        self._do(PUT_SCANS, *_columns(rows))
        self._do(PUT_EVENTS, touched, BODY)
        self._do("COMMIT")
        return states


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
