"""On PostgreSQL: all that a batch of scans may need, read by one statement; rows come as JSON, many at once.

Nothing is locked: the transaction has waited for its turn to write (``fence``), and until it ends nobody else changes anything.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from hub.store import history
from hub.store.history import End
from hub.store.picture import Found, Picture
from hub.store.read_by_key import NOTICE_COLUMNS, WORK_COLUMNS
from hub.store.remembered import CONTEXT_COLUMNS
from hub.store.rows import DESK, ITEM, REQUEST, REQUEST_FROM
from hub.store.sql import Connection
from hub.store.wanted import Wanted

_WANTED = f"""s AS (
  SELECT key, station, incarnation, seq, fault_seq FROM stream
  WHERE (station, incarnation) IN (SELECT * FROM unnest(:stations::text[], :incarnations::text[]))
), c AS (
  SELECT station, {CONTEXT_COLUMNS}, undo FROM station_context WHERE station = ANY(:stations::text[])
), b AS (
  SELECT code FROM unnest(:barcodes::text[]) t(code) UNION SELECT c.item FROM c WHERE c.item IS NOT NULL
), o AS (
  SELECT i.key, i.request FROM item i WHERE i.barcode = ANY(ARRAY(SELECT b.code FROM b)) AND i.closed_at IS NULL
), k AS (
  SELECT o.request AS key FROM o
  UNION SELECT r.key FROM request r WHERE r.request_id = ANY(ARRAY(SELECT b.code FROM b))
  UNION SELECT c.request FROM c WHERE c.request IS NOT NULL
), q AS (
  SELECT r.key, r.pickup_desk FROM request r WHERE r.key = ANY(ARRAY(SELECT k.key FROM k)) AND r.pieces > 1
), n AS (
  SELECT {NOTICE_COLUMNS} FROM notice WHERE request = ANY(ARRAY(SELECT k.key FROM k)) ORDER BY key
), x AS (
  SELECT e.key FROM exception e WHERE e.request = ANY(ARRAY(SELECT k.key FROM k)) AND e.cleared_at IS NULL
  UNION SELECT e.key FROM exception e WHERE e.barcode = ANY(ARRAY(SELECT b.code FROM b)) AND e.cleared_at IS NULL
), w AS (
  SELECT {WORK_COLUMNS} FROM exception WHERE key = ANY(ARRAY(SELECT x.key FROM x)) AND cleared_at IS NULL
  ORDER BY key
)"""
_FOUND = f"""(SELECT json_agg(json_build_array(s.key, s.station, s.incarnation, s.seq, s.fault_seq)) FROM s)::text,
  (SELECT json_agg(k.key) FROM k)::text,
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
READ = f"WITH {_WANTED} SELECT {_FOUND}, {history.END}"
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


def read_ahead(connection: Connection, wanted: Wanted) -> tuple[Picture, End | None]:
    """Read what a batch may need, and the end of the history, in the open transaction."""
    if not wanted.streams:
        return Picture(Found(), [], wanted), None
    pairs = sorted(wanted.streams)
    told: dict[str, Any] = {
        "stations": [station for station, _ in pairs],
        "incarnations": [incarnation for _, incarnation in pairs],
        "barcodes": sorted(wanted.barcodes),
        "scans": [scan.scan_id for scan in wanted.scans],
    }
    streams, *parts, given, last = connection.execute(READ, told).fetchone()
    picture = Picture(Found(*map(_rows, parts)), _rows(streams), wanted)
    if unknown := sorted(code for code in picture.books.known if picture.books.unknown(code)):
        picture.books.learn(unknown, *map(_rows, connection.execute(ABOUT, {"barcodes": unknown}).fetchone()))
    return picture, End(given or 0, last or b"")


def _rows(text: str | None) -> list[Any]:
    rows: list[Any] = from_json(text) if text is not None else []
    return rows
