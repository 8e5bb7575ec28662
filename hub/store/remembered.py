"""What a station remembers from scan to scan, as rows of station_context and as the flows know it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.core.context import NOTHING, TRAVEL, Context
from hub.store.moments import from_ms, maybe_moment, maybe_ms, to_ms

CONTEXT_COLUMNS = (
    "session_patron, session_until, request, request_until, item, item_until, asked, command, command_until, command_item, "
    "last_barcode, last_scanned_at, last_boot, last_scan_id, stream, at"
)
CONTEXT = f"SELECT {CONTEXT_COLUMNS} FROM station_context WHERE station = ? ORDER BY at DESC, stream"
CONTEXTS_OF = f"SELECT {CONTEXT_COLUMNS}, station, undo FROM station_context WHERE station IN ({{}}) ORDER BY station, at DESC, stream"
STREAM, AT, STATION, UNDO = 14, 15, 16, 17
"""Places in a row of CONTEXTS_OF."""
PUT_CONTEXT_COLUMNS = (
    "station, stream, at, session_patron, session_until, request, request_until, item, item_until, asked, "
    "command, command_until, command_item, last_barcode, last_scanned_at, last_boot, last_scan_id, undo"
)
CHANGE_CONTEXT = (
    "ON CONFLICT(station, stream) DO UPDATE SET at = excluded.at, session_patron = excluded.session_patron, "
    "session_until = excluded.session_until, request = excluded.request, request_until = excluded.request_until, item = excluded.item, "
    "item_until = excluded.item_until, asked = excluded.asked, "
    "command = excluded.command, command_until = excluded.command_until, command_item = excluded.command_item, "
    "last_barcode = excluded.last_barcode, last_scanned_at = excluded.last_scanned_at, last_boot = excluded.last_boot, "
    "last_scan_id = excluded.last_scan_id, undo = coalesce(excluded.undo, station_context.undo)"
)
PUT_CONTEXT = (
    f"INSERT INTO station_context({PUT_CONTEXT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {CHANGE_CONTEXT}"
)


@dataclass(frozen=True, slots=True)
class LastScan:
    """What this station scanned last, to tell a bounce; ``at`` is when it happened by the hub's clock."""

    barcode: str
    scanned_at: datetime
    boot: str | None
    scan_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a station remembers when a scan of one of its streams happens; ``stream`` is the one that wrote it, None for nothing."""

    context: Context = NOTHING
    last: LastScan | None = None
    stream: int | None = None


def remembered_of(rows: Sequence[Sequence[Any]], stream: int, at: datetime) -> Remembered:
    """Give what rows of CONTEXT, the newest first, say at a moment to a scan of this stream."""
    if not rows:
        return Remembered()
    newest = rows[0]
    if newest[STREAM] == stream or at >= from_ms(newest[AT]) - TRAVEL:
        return _remembered(newest)
    own = _of_stream(rows, stream)
    return _remembered(own) if own is not None else Remembered()


def context_row(station: str, stream: int, context: Context, last: LastScan, undo: str | None) -> tuple[Any, ...]:
    """Give what a station remembers, as PUT_CONTEXT_COLUMNS."""
    told = (
        context.session_patron, maybe_ms(context.session_until), context.request, maybe_ms(context.request_until), context.item,
        maybe_ms(context.item_until), context.asked, context.command, maybe_ms(context.command_until), context.command_item,
    )  # fmt: skip
    return (station, stream, to_ms(last.at), *told, last.barcode, to_ms(last.scanned_at), last.boot, last.scan_id, undo)


class Contexts:
    """What some stations remember, as their rows say and as it is changed since."""

    def __init__(self, stations: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """``rows`` are those of CONTEXTS_OF."""
        self.known: set[str] = set()
        """All is known of these stations, and nothing of others."""
        self._rows: dict[str, list[Sequence[Any]]] = {}
        self.learn(stations, rows)

    def learn(self, stations: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """Know of these from now on."""
        self.known.update(stations)
        for row in rows:
            self._rows.setdefault(row[STATION], []).append(row)

    def remembered(self, station: str, stream: int, at: datetime) -> Remembered:
        """Give what a station remembers at a moment."""
        return remembered_of(self._rows.get(station, ()), stream, at)

    def undo(self, station: str, remembered: Remembered) -> str | None:
        """Give what a station kept of its last move."""
        row = _of_stream(self._rows.get(station, ()), remembered.stream)
        return None if row is None else row[UNDO]

    def keep(self, station: str, stream: int, context: Context, last: LastScan, before: Remembered, undo: str | None) -> tuple[Any, ...]:
        """Know what a station remembers now; gives it as PUT_CONTEXT_COLUMNS."""
        rows = self._rows.setdefault(station, [])
        own = _of_stream(rows, stream)
        if undo is None and before.stream not in (None, stream):
            undo = self.undo(station, before)
        if undo is None and own is not None:
            undo = own[UNDO]
        _, _, at, *told, _undo = row = context_row(station, stream, context, last, undo)
        if own is not None:
            rows.remove(own)
        rows.append((*told, stream, at, station, undo))
        if len(rows) > 1:
            rows.sort(key=lambda each: (-each[AT], each[STREAM]))
        return row


def _of_stream(rows: Iterable[Sequence[Any]], stream: int | None) -> Sequence[Any] | None:
    return next((row for row in rows if row[STREAM] == stream), None)


def _remembered(row: Sequence[Any]) -> Remembered:
    """Give what a row of CONTEXT holds."""
    if row[1] is None and row[3] is None and row[5] is None and row[8] is None:
        context = NOTHING
    else:
        windows = (maybe_moment(row[1]), row[0], row[2], maybe_moment(row[3]), row[4], maybe_moment(row[5]), row[6])
        context = Context(*windows, row[7], maybe_moment(row[8]), row[9])
    last = LastScan(row[10], from_ms(row[11]), row[12], row[13], from_ms(row[AT])) if row[10] is not None else None
    return Remembered(context, last, row[STREAM])
