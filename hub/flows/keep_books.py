"""Desks, partners, patrons and stations: added and changed by staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hub.core.desk import Desk
from hub.core.opening import dump
from hub.errors import Conflict, Invalid, NotFound
from hub.store.rows import DESK, desk_of
from hub.store.sql import TWICE, Connection, inserted

PUT_DESK = (
    "INSERT INTO desk(code, name, resource_sharing, pickup, shelf_prefix, shelf_slots, active, language, commands, opening, address, "
    "phone, opening_text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(code) DO UPDATE SET name = excluded.name, "
    "resource_sharing = excluded.resource_sharing, pickup = excluded.pickup, shelf_prefix = excluded.shelf_prefix, "
    "shelf_slots = excluded.shelf_slots, active = excluded.active, language = excluded.language, commands = excluded.commands, "
    "opening = excluded.opening, address = excluded.address, phone = excluded.phone, opening_text = excluded.opening_text"
)
THE_FILE = "hub.toml"
PUT_PATRON = "INSERT INTO patron(card, alias, name, email, language, phone, channels) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key"
FACTS = "card, alias, name, email, language, phone, channels"
CARD_TAKEN = "This card belongs to a patron already."


def put_desk(connection: Connection, desk: Desk) -> None:
    """Add a desk, or change the one with this code."""
    if not desk.resource_sharing and not desk.pickup:
        raise Invalid(f"Desk {desk.code!r} has no role. Give it resource_sharing, pickup or both.")
    commands = None if desk.commands is None else " ".join(sorted(desk.commands))
    told = (desk.code, desk.name, desk.resource_sharing, desk.pickup, desk.shelf_prefix, desk.shelf_slots, desk.active)
    connection.execute(PUT_DESK, (*told, desk.language, commands, dump(desk.opening), desk.address, desk.phone, desk.opening_text))


def add_desk(connection: Connection, desk: Desk) -> None:
    """Add a desk; Conflict when its code is taken."""
    if connection.execute("SELECT 1 FROM desk WHERE code = ?", (desk.code,)).fetchone() is not None:
        said = f"There is a desk {desk.code!r} already. Change that one, or choose another code."
        raise Conflict(said).keyed("desk.wrong.taken", code=desk.code)
    put_desk(connection, desk)


def keep_desks_of_file(connection: Connection, desks: Sequence[Desk]) -> None:
    """Write the desks of the settings file as they stand there; a desk that stands there no more is free to be changed."""
    connection.execute("UPDATE desk SET kept_by = NULL")
    for desk in desks:
        put_desk(connection, desk)
        connection.execute("UPDATE desk SET kept_by = ? WHERE code = ?", (THE_FILE, desk.code))


def change_desk(connection: Connection, desk: Desk) -> None:
    """Change a desk; Conflict for one that stands in the settings file, which would take it back at the next start."""
    row = connection.execute("SELECT kept_by FROM desk WHERE code = ?", (desk.code,)).fetchone()
    if row is not None and row[0] is not None:
        said = f"Desk {desk.code!r} stands in {row[0]}: change it there, and start the hub again."
        raise Conflict(said).keyed("desk.wrong.kept", code=desk.code, file=row[0])
    put_desk(connection, desk)


def change_what_is_said(connection: Connection, code: str, said: Mapping[str, Any]) -> list[str]:
    """Change what is said of a desk and leave the rest; gives the stations that must hear its new name."""
    desk = desk_with(connection, code)
    change_desk(connection, replace(desk, **said))
    if said.get("name", desk.name) == desk.name:
        return []
    return [str(row[0]) for row in connection.execute("SELECT name FROM station WHERE desk = ? ORDER BY name", (code,))]


def close_desk_on(connection: Connection, code: str, days: Iterable[date]) -> None:
    """Add days on which a desk is closed."""
    desk = desk_with(connection, code)
    change_desk(connection, replace(desk, opening=replace(desk.opening, closed=desk.opening.closed | set(days))))


def desk_with(connection: Connection, code: str) -> Desk:
    """Give a desk by its code; NotFound says so in words."""
    row = connection.execute(f"SELECT {DESK} FROM desk d WHERE d.code = ?", (code,)).fetchone()  # noqa: S608 - the columns of a desk
    if row is None:
        raise NotFound(_no_desk(connection, code)).keyed("desk.wrong.none", code=code)
    return desk_of(row)


def _no_desk(connection: Connection, code: str) -> str:
    known = [row[0] for row in connection.execute("SELECT code FROM desk ORDER BY code")]
    return f"There is no desk {code!r}. " + (f"Desks here: {', '.join(known)}." if known else "There is none at all yet.")


def put_partner(connection: Connection, code: str, name: str) -> None:
    """Add a partner, or change the name of the one with this code."""
    connection.execute("INSERT INTO partner VALUES (?, ?) ON CONFLICT(code) DO UPDATE SET name = excluded.name", (code, name))


def add_partner(connection: Connection, code: str, name: str) -> None:
    """Add a partner; Conflict when its code is taken."""
    if connection.execute("SELECT 1 FROM partner WHERE code = ?", (code,)).fetchone() is not None:
        said = f"There is a partner {code!r} already. Change that one, or choose another code."
        raise Conflict(said).keyed("partner.wrong.taken", code=code)
    put_partner(connection, code, name)


def rename_partner(connection: Connection, code: str, name: str) -> None:
    """Change a partner's name; NotFound for an unknown code."""
    if not connection.execute("UPDATE partner SET name = ? WHERE code = ?", (name, code)).rowcount:
        raise NotFound(f"There is no partner {code!r}.").keyed("partner.wrong.none", code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronFacts:
    """What is known of a patron; the alias is what slips and desks show."""

    card: str
    alias: str
    name: str
    email: str | None
    language: str | None = None
    """The language of their letters; the desk's unless said."""
    phone: str | None = None
    channels: tuple[str, ...] = ()
    """The ways they want to be reached by, in order; the site's unless said."""


def add_patron(
    connection: Connection,
    *,
    card: str,
    alias: str | None,
    name: str,
    email: str | None,
    language: str | None = None,
    phone: str | None = None,
    channels: Sequence[str] = (),
) -> int:
    """Add a patron and give the store's number; without an alias one that says nothing; Conflict when the card is taken."""
    try:
        told = (card, alias or "", name, email, language, phone, " ".join(channels) or None)
        key = inserted(connection.execute(PUT_PATRON, told))
    except TWICE as error:
        raise Conflict(CARD_TAKEN) from error
    if not alias:
        connection.execute("UPDATE patron SET alias = ? WHERE key = ?", (f"reader-{key}", key))
    return key


def patron_facts(connection: Connection, key: int) -> PatronFacts:
    """Give what is known of a patron; NotFound says so in words."""
    row = connection.execute(f"SELECT {FACTS} FROM patron WHERE key = ?", (key,)).fetchone()  # noqa: S608 - columns
    if row is None:
        raise NotFound(f"There is no patron {key}.")
    return facts_of(row)


def facts_of(row: Sequence[Any]) -> PatronFacts:
    """Give what is known of a patron from a row of FACTS."""
    card, alias, name, email, language, phone, channels = row
    ways = tuple((channels or "").split())
    return PatronFacts(card=card, alias=alias, name=name, email=email, language=language, phone=phone, channels=ways)


def change_patron(connection: Connection, key: int, facts: PatronFacts) -> None:
    """Write what is known of a patron; Conflict when the card belongs to another."""
    change = "UPDATE patron SET card = ?, alias = ?, name = ?, email = ?, language = ?, phone = ?, channels = ? WHERE key = ?"
    told = (facts.card, facts.alias, facts.name, facts.email, facts.language, facts.phone, " ".join(facts.channels) or None)
    try:
        connection.execute(change, (*told, key))
    except TWICE as error:
        raise Conflict(CARD_TAKEN) from error


def put_station(connection: Connection, name: str, desk: str) -> int:
    """Place a station at a desk; gives the version of its settings."""
    if connection.execute("SELECT 1 FROM desk WHERE code = ?", (desk,)).fetchone() is None:
        raise Invalid(_no_desk(connection, desk))
    connection.execute(
        "INSERT INTO station(name, desk, settings_version, online) VALUES (?, ?, 1, false) "
        "ON CONFLICT(name) DO UPDATE SET desk = excluded.desk, settings_version = station.settings_version + 1",
        (name, desk),
    )
    return int(connection.execute("SELECT settings_version FROM station WHERE name = ?", (name,)).fetchone()[0])


def has_station(connection: Connection, name: str) -> bool:
    """Say whether a station of this name is known."""
    return connection.execute("SELECT 1 FROM station WHERE name = ?", (name,)).fetchone() is not None
