"""Desks, partners, patrons and stations: added and changed by staff."""

from __future__ import annotations

import sqlite3

from hub.core.desk import Desk
from hub.errors import Conflict, Invalid


def put_desk(connection: sqlite3.Connection, desk: Desk) -> None:
    """Add a desk, or change the one with this code."""
    if not desk.resource_sharing and not desk.pickup:
        raise Invalid(f"Desk {desk.code!r} has no role. Give it resource_sharing, pickup or both.")
    connection.execute(
        "INSERT INTO desk VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(code) DO UPDATE SET name = excluded.name, "
        "resource_sharing = excluded.resource_sharing, pickup = excluded.pickup, shelf_prefix = excluded.shelf_prefix, "
        "shelf_slots = excluded.shelf_slots, active = excluded.active",
        (desk.code, desk.name, desk.resource_sharing, desk.pickup, desk.shelf_prefix, desk.shelf_slots, desk.active),
    )


def put_partner(connection: sqlite3.Connection, code: str, name: str) -> None:
    """Add a partner, or change the name of the one with this code."""
    connection.execute("INSERT INTO partner VALUES (?, ?) ON CONFLICT(code) DO UPDATE SET name = excluded.name", (code, name))


def add_patron(connection: sqlite3.Connection, *, card: str, alias: str, name: str, email: str | None) -> None:
    """Add a patron; Conflict when the card belongs to somebody."""
    try:
        connection.execute("INSERT INTO patron(card, alias, name, email) VALUES (?, ?, ?, ?)", (card, alias, name, email))
    except sqlite3.IntegrityError as error:
        raise Conflict("This card belongs to a patron already.") from error


def put_station(connection: sqlite3.Connection, name: str, desk: str) -> int:
    """Place a station at a desk; gives the version of its settings."""
    if connection.execute("SELECT 1 FROM desk WHERE code = ?", (desk,)).fetchone() is None:
        raise Invalid(f"There is no desk {desk!r}.")
    connection.execute(
        "INSERT INTO station(name, desk, settings_version, online) VALUES (?, ?, 1, 0) "
        "ON CONFLICT(name) DO UPDATE SET desk = excluded.desk, settings_version = settings_version + 1",
        (name, desk),
    )
    return int(connection.execute("SELECT settings_version FROM station WHERE name = ?", (name,)).fetchone()[0])
