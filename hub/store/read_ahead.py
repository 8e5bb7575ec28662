"""On PostgreSQL: all that a batch of scans may need, locked by one statement and read by the next; rows come as JSON, many at once.

Two statements, because one sees only what was committed before it began to wait for a lock.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json

from hub.store import history
from hub.store.history import End
from hub.store.picture import Found, Picture
from hub.store.remembered import CONTEXT_COLUMNS
from hub.store.rows import DESK, ITEM, REQUEST, REQUEST_FROM
from hub.store.sql import Connection
from hub.store.wanted import Overtaken, Wanted

_STREAMS = """s AS (
  SELECT key, station, incarnation, seq, fault_seq FROM stream
  WHERE (station, incarnation) IN (SELECT * FROM unnest(:stations::text[], :incarnations::text[]))
  ORDER BY key FOR NO KEY UPDATE
)"""
_REQUESTS = """r AS (
  SELECT r.key FROM request r WHERE r.key = ANY(ARRAY(SELECT k.key FROM k)) ORDER BY r.key FOR NO KEY UPDATE
)"""
_LOCKED = """(SELECT json_agg(json_build_array(s.key, s.station, s.incarnation, s.seq, s.fault_seq)) FROM s)::text,
  (SELECT json_agg(r.key) FROM r)::text"""
LOCK = f"""
WITH {_STREAMS}, c AS (
  SELECT request, item FROM station_context WHERE station = ANY(:stations::text[])
), k AS (
  SELECT i.request AS key FROM item i
  WHERE i.barcode = ANY(:barcodes::text[] || ARRAY(SELECT c.item FROM c WHERE c.item IS NOT NULL)) AND i.closed_at IS NULL
  UNION SELECT r.key FROM request r WHERE r.request_id = ANY(:barcodes::text[])
  UNION SELECT c.request FROM c WHERE c.request IS NOT NULL
  UNION SELECT unnest(:more::bigint[])
), {_REQUESTS}
SELECT {_LOCKED}
"""
"""Always in this order, so that of two hubs with the same books one waits for the other, and never each for each."""
NOTICE_COLUMNS = (
    "key, type, request, item, episode, patron, desk, state, queued_at, not_before, attempts, last_error, queued_by, dropped_by"
)
WORK_COLUMNS = "key, kind, barcode, request, item, last_desk, last_seen_at, cleared_at, cleared_by, cleared_scan"
_WANTED = f"""c AS (
  SELECT station, {CONTEXT_COLUMNS}, undo FROM station_context WHERE station = ANY(:stations::text[])
), b AS (
  SELECT code FROM unnest(:barcodes::text[]) t(code) UNION SELECT c.item FROM c WHERE c.item IS NOT NULL
), o AS (
  SELECT i.key, i.request FROM item i WHERE i.barcode = ANY(ARRAY(SELECT b.code FROM b)) AND i.closed_at IS NULL
), k AS (
  SELECT o.request AS key FROM o
  UNION SELECT r.key FROM request r WHERE r.request_id = ANY(ARRAY(SELECT b.code FROM b))
  UNION SELECT c.request FROM c WHERE c.request IS NOT NULL UNION SELECT unnest(:more::bigint[])
), q AS (
  SELECT r.key, r.pickup_desk FROM request r
  WHERE r.key = ANY(ARRAY(SELECT k.key FROM k)) AND (r.pieces > 1 OR r.key = ANY(:more::bigint[]))
), n AS (
  SELECT {NOTICE_COLUMNS} FROM notice WHERE request = ANY(ARRAY(SELECT k.key FROM k)) ORDER BY key FOR NO KEY UPDATE
), x AS (
  SELECT e.key FROM exception e WHERE e.request = ANY(ARRAY(SELECT k.key FROM k)) AND e.cleared_at IS NULL
  UNION SELECT e.key FROM exception e WHERE e.barcode = ANY(ARRAY(SELECT b.code FROM b)) AND e.cleared_at IS NULL
), w AS (
  SELECT {WORK_COLUMNS} FROM exception WHERE key = ANY(ARRAY(SELECT x.key FROM x)) AND cleared_at IS NULL
  ORDER BY key FOR NO KEY UPDATE
)"""
_FOUND = f"""(SELECT json_agg(k.key) FROM k)::text,
  (SELECT json_agg(b.code) FROM b)::text,
  (SELECT json_agg(json_build_array(s.name, s.clock_offset_ms, {DESK})) FROM station s JOIN desk d ON d.code = s.desk
    WHERE s.name = ANY(:stations::text[]))::text,
  (SELECT json_agg(json_build_array({DESK})) FROM desk d WHERE d.code = ANY(ARRAY(SELECT q.pickup_desk FROM q)))::text,
  (SELECT json_agg(json_build_array({CONTEXT_COLUMNS}, station, undo) ORDER BY station, at DESC, stream) FROM c)::text,
  (SELECT json_agg(json_build_array(s.scan_id, s.reply)) FROM scan s WHERE s.scan_id = ANY(:scans::text[]))::text,
  (SELECT json_agg(json_build_array({REQUEST}))
    {REQUEST_FROM} WHERE r.key = ANY(ARRAY(SELECT k.key FROM k)))::text,
  (SELECT json_agg(json_build_array(i.closed_at, {ITEM})) FROM item i WHERE i.key = ANY(ARRAY(SELECT o.key FROM o
    UNION SELECT i.key FROM item i WHERE i.request = ANY(ARRAY(SELECT q.key FROM q)))))::text,
  (SELECT json_agg(q.key) FROM q)::text,
  (SELECT json_agg(n) FROM n)::text,
  (SELECT json_agg(w) FROM w)::text"""
"""Each ARRAY is a value to the server that plans this once for all: it looks into an index for each, and into no table as a whole."""
READ = f"WITH {_WANTED} SELECT {_FOUND}"
LOCK_AND_READ = f"WITH {_STREAMS}, {_WANTED}, {_REQUESTS} SELECT {_LOCKED}, {_FOUND}, {history.END}"
"""Right if the history's last row is the one that its lock tells of: then nobody has changed a book since this statement began to wait."""
FEW = 8
"""For so few scans others may wait for the end of the history while they are decided: it saves two round trips."""
ABOUT = f"""
WITH l AS (
  SELECT DISTINCT ON (i.barcode) i.barcode, i.closed_at, i.key, i.request FROM item i
  WHERE i.barcode = ANY(:barcodes::text[]) AND i.closed_at IS NOT NULL ORDER BY i.barcode, i.closed_at DESC, i.key DESC
), p AS (
  SELECT p.card, p.key, p.alias FROM patron p WHERE p.card = ANY(:barcodes::text[])
), h AS (
  SELECT r.requester, r.key, r.pickup_desk FROM request r WHERE r.requester = ANY(ARRAY(SELECT p.key FROM p)) AND r.closed_at IS NULL
)
SELECT (SELECT json_agg(json_build_array(l.barcode, l.closed_at, l.key, l.request)) FROM l)::text,
  (SELECT json_agg(json_build_array({REQUEST})) {REQUEST_FROM} WHERE r.key = ANY(ARRAY(SELECT l.request FROM l)))::text,
  (SELECT json_agg(json_build_array(p.card, p.key, p.alias)) FROM p)::text,
  (SELECT json_agg(json_build_array(h.requester, h.key, h.pickup_desk, i.key, i.shelf_code)) FROM h JOIN item i ON i.request = h.key
    WHERE i.request = ANY(ARRAY(SELECT h.key FROM h)) AND i.state = 'ON_HOLD_SHELF')::text
"""
"""Of barcodes that are neither an open item nor a slip: what was closed last, whose card it is, and what is ready for them."""
NOTICES_OF = f"SELECT json_agg(n)::text FROM (SELECT {NOTICE_COLUMNS} FROM notice WHERE request = ? ORDER BY key FOR NO KEY UPDATE) n"
_WORK_OF = "SELECT json_agg(w)::text FROM (SELECT {} FROM exception WHERE {} = ? AND cleared_at IS NULL ORDER BY key FOR NO KEY UPDATE) w"
WORK_OF_REQUEST, WORK_OF_BARCODE = (_WORK_OF.format(WORK_COLUMNS, column) for column in ("request", "barcode"))


def read_ahead(connection: Connection, wanted: Wanted) -> tuple[Picture, End | None]:
    """Lock and read what a batch may need, in the open transaction; for few scans with the end of the history.

    Raises Overtaken where more is concerned than was locked (to lock it now could be for ever: another hub may have it, and wait for
    ours), and where few scans were read before another hub was done.
    """
    if not wanted.streams:
        return Picture(Found(), [], wanted), None
    pairs = sorted(wanted.streams)
    told: dict[str, Any] = {
        "stations": [station for station, _ in pairs],
        "incarnations": [incarnation for _, incarnation in pairs],
        "barcodes": sorted(wanted.barcodes),
        "scans": [scan.scan_id for scan in wanted.scans],
        "more": sorted(wanted.requests),
    }
    streams, locked, found, end = _read(connection, told, few=len(wanted.scans) <= FEW and not wanted.again)
    if lacking := {*found.requests_concerned, *_of_undo(found, wanted)} - {*locked, *wanted.requests}:
        raise Overtaken(frozenset(lacking))
    picture = Picture(found, streams, wanted)
    if unknown := sorted(code for code in picture.books.known if picture.books.unknown(code)):
        picture.books.learn(unknown, *map(_rows, connection.execute(ABOUT, {"barcodes": unknown}).fetchone()))
    return picture, end


def _read(connection: Connection, told: dict[str, Any], *, few: bool) -> tuple[list[Any], list[Any], Found, End | None]:
    """Give the streams, the requests that are locked, what was found, and for few scans the end of the history."""
    if few:
        streams, locked, *parts, given, key, last = connection.execute(LOCK_AND_READ, told).fetchone()
        if given != key:
            raise Overtaken
        return _rows(streams), _rows(locked), Found(*map(_rows, parts)), End(given or 0, last or b"")
    streams, locked = connection.execute(LOCK, told).fetchone()
    return _rows(streams), _rows(locked), Found(*map(_rows, connection.execute(READ, told).fetchone())), None


def rows_of(connection: Connection, query: str, about: object) -> list[Any]:
    """Give the rows of NOTICES_OF and its like."""
    return _rows(connection.execute(query, (about,)).fetchone()[0])


def _rows(text: str | None) -> list[Any]:
    rows: list[Any] = from_json(text) if text is not None else []
    return rows


def _of_undo(found: Found, wanted: Wanted) -> set[int]:
    """Give the requests of the moves that may be taken back."""
    kept = [json.loads(row[-1]) for row in found.contexts if row[-2] in wanted.undoing and row[-1] is not None]
    return {int(undo[3]) for undo in kept if undo is not None}
