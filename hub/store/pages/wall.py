"""What a desk's wall shows: what came, how much stands on its shelf, and what waits too long. Nothing of any patron is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, text

from hub.core.calendar import Policy
from hub.core.request import State
from hub.store.moments import from_ms, to_ms
from hub.store.pages.books import DeskView, StationView, one_desk, stations
from hub.store.schema import desk, exception, item, request

MOST_ARRIVALS = 8
PULL_LIMIT = timedelta(days=1)
"""So long a book may wait to be taken off the shelf, and open work to be done."""
OPEN = text("request.state <> 'CLOSED'")
"""Word for word the condition of the index of active requests."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One book that came: its place on the shelf, or where it goes on to."""

    at: datetime
    title: str
    shelf: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Late:
    """Something that waits too long: of which kind, how many, since when the oldest."""

    kind: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """All of it, read at one moment."""

    desk: DeskView
    on_shelf: int
    to_pull: int
    on_the_way: int
    on_the_way_back: int
    not_received: int
    arrivals: tuple[Arrival, ...]
    late: tuple[Late, ...]
    stations: tuple[StationView, ...]


def wall_of(connection: Connection, code: str, policy: Policy, now: datetime) -> Wall:
    """Give a desk's wall; NotFound where there is no such desk."""
    here_is = one_desk(connection, code)
    too_long, slow = to_ms(now - timedelta(days=policy.transit_days)), to_ms(now - PULL_LIMIT)
    here = (
        _counts(connection, request.c.pickup_desk == code, {State.IN_TRANSIT_TO_PICKUP: too_long, State.PULL_FROM_SHELF: slow})
        if here_is.pickup
        else {}
    )
    of_all = _counts(connection, None, {State.IN_TRANSIT_TO_RS: too_long}) if here_is.resource_sharing else {}
    late = [
        *_late("transit", here.get(State.IN_TRANSIT_TO_PICKUP)),
        *_late("pull", here.get(State.PULL_FROM_SHELF)),
        *_late("back", of_all.get(State.IN_TRANSIT_TO_RS)),
        *_work(connection, code, slow),
    ]
    return Wall(
        desk=here_is,
        on_shelf=_count(here, State.ON_HOLD_SHELF),
        to_pull=_count(here, State.PULL_FROM_SHELF),
        on_the_way=_count(here, State.IN_TRANSIT_TO_PICKUP),
        on_the_way_back=_count(of_all, State.IN_TRANSIT_TO_RS),
        not_received=_count(of_all, State.REQUESTED),
        arrivals=_on_shelf(connection, code) if here_is.pickup else _received(connection),
        late=tuple(late),
        stations=tuple(each for each in stations(connection, 500).items if each.desk == code),
    )


def _counts(connection: Connection, where: Any, limits: dict[State, int]) -> dict[State, Row[Any]]:
    """Count active requests by state, and those that have not moved since their state's limit."""
    over = or_(*(and_(request.c.state == state, request.c.changed_at < limit) for state, limit in limits.items()))
    query = select(
        request.c.state,
        func.count().label("all"),
        func.count().filter(over).label("late"),
        func.min(request.c.changed_at).label("oldest"),
    ).where(OPEN, request.c.state.in_([*limits, State.ON_HOLD_SHELF, State.REQUESTED]))
    if where is not None:
        query = query.where(where)
    return {State(row.state): row for row in connection.execute(query.group_by(request.c.state))}


def _count(found: dict[State, Row[Any]], state: State) -> int:
    return int(found[state].all) if state in found else 0


def _late(kind: str, row: Row[Any] | None) -> list[Late]:
    return [Late(kind, int(row.late), from_ms(row.oldest))] if row is not None and row.late else []


def _work(connection: Connection, code: str, limit: int) -> list[Late]:
    query = select(func.count(), func.min(exception.c.opened_at)).where(
        text("exception.cleared_at IS NULL"), exception.c.desk == code, exception.c.opened_at < limit
    )
    count, oldest = connection.execute(query).one()
    return [Late("work", int(count), from_ms(oldest))] if count else []


def _on_shelf(connection: Connection, code: str) -> tuple[Arrival, ...]:
    query = (
        select(item.c.changed_at, request.c.title, item.c.shelf_code)
        .join(request, request.c.key == item.c.request)
        .where(OPEN, request.c.state == State.ON_HOLD_SHELF, request.c.pickup_desk == code, item.c.state == State.ON_HOLD_SHELF)
        .order_by(item.c.changed_at.desc(), item.c.key.desc())
        .limit(MOST_ARRIVALS)
    )
    return tuple(Arrival(from_ms(row.changed_at), row.title, row.shelf_code, None) for row in connection.execute(query))


def _received(connection: Connection) -> tuple[Arrival, ...]:
    query = (
        select(item.c.received_at, request.c.title, desk.c.name)
        .join(request, request.c.key == item.c.request)
        .join(desk, desk.c.code == request.c.pickup_desk)
        .order_by(item.c.key.desc())
        .limit(MOST_ARRIVALS)
    )
    return tuple(Arrival(from_ms(row.received_at), row.title, None, row.name) for row in connection.execute(query))
