"""The list of requests as staff search it: words as they are typed, facets, orders; the open ones by one reading of them all.

Among the open requests, some ten thousands, every question is answered by reading them by their index: 50 ms. Among the closed ones,
perhaps a million, a walk from the newest on finds what is frequent; what is rare is found by the table of words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select, text

from hub.core.request import State
from hub.core.wording import words_in
from hub.errors import Invalid
from hub.store.moments import to_ms
from hub.store.pages.cursor import Page, pack, unpack
from hub.store.pages.requests import RequestView, exact_requests, views
from hub.store.schema import exception

Sort = Literal["newest", "oldest", "title", "desk", "partner", "changed", "partner_due"]
Age = Literal["today", "week", "month", "older"]
Flag = Literal["overdue", "expiring", "late", "work", "note", "set"]
RARE = 30_000
"""Requests a word may stand in to be looked up one by one; one that is in more is met soon on a walk."""
FEW = 3_000
"""The same where only the open ones are wanted, which are soon read all."""
MOST_PATRONS = 200
EVERY = 1 << 62
LAST = "\U0010ffff"
APART = "\x1f"
"""Between values that come as one text."""

ORDERS: dict[str, tuple[str, bool]] = {
    "newest": ("request.key", True),
    "oldest": ("request.key", False),
    "title": ("request.title", False),
    "desk": ("request.pickup_desk", False),
    "partner": ("request.partner", False),
    "changed": ("request.changed_at", True),
    "partner_due": ("coalesce(request.partner_due_date, '9999-12-31')", False),
}
"""By what a list is ordered, and whether the greatest comes first."""
_PIECES = "SELECT i.request FROM item i WHERE i.closed_at IS NULL AND "
FLAGS: dict[str, str] = {
    "overdue": f"request.key IN ({_PIECES} i.state = 'CHECKED_OUT' AND i.due_at < :now)",
    "expiring": f"request.key IN ({_PIECES} i.state = 'ON_HOLD_SHELF' AND i.hold_until < :soon)",
    "late": f"request.key IN ({_PIECES} i.state IN ('IN_TRANSIT_TO_PICKUP', 'IN_TRANSIT_TO_RS') AND i.changed_at < :late)",
    "work": "request.key IN (SELECT e.request FROM exception e WHERE e.cleared_at IS NULL AND e.request IS NOT NULL)",
    "note": "request.internal_note IS NOT NULL",
    "set": "request.pieces > 1",
}
AGES: dict[str, tuple[int | None, int | None]] = {"today": (1, None), "week": (7, 1), "month": (30, 7), "older": (None, 30)}
"""Days since it was created: fewer than the first, as many as the second or more."""
FACETS: dict[str, str] = {
    "state": "request.state",
    "desk": "request.pickup_desk",
    "partner": "request.partner",
    "source": "request.source",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The moments a flag speaks of."""

    now: datetime
    soon: datetime
    """Holds that end before it expire soon."""
    late: datetime
    """What has been on its way since before is too long on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for; None is all of it. ``patrons``: their aliases and names are looked at, too."""

    closed: bool = False
    typed: str = ""
    state: str | None = None
    desk: str | None = None
    partner: str | None = None
    source: str | None = None
    age: Age | None = None
    flag: Flag | None = None
    sort: Sort = "newest"
    patrons: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: the request, and the kinds of open work about it."""

    view: RequestView
    todo: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests there are of each kind among those that are looked for."""

    total: int
    of: dict[str, dict[str, int]]
    """By facet, then by its value."""


@dataclass(frozen=True, slots=True)
class _Where:
    """Where to look, what must be true, and what stands for its names."""

    source: str
    conditions: list[str]
    told: dict[str, Any]

    def text(self) -> str:
        return f"{self.source} WHERE {' AND '.join(self.conditions)}"


def listed(connection: Connection, sought: Sought, at: Moments, limit: int, cursor: str | None = None) -> Page[Listed]:
    """Give a page of the requests that are looked for, in their order."""
    if sought.typed and (exact := exact_requests(connection, sought.typed)):
        return Page(_rows(connection, sorted(exact, reverse=True)[:limit]))
    where, (by, down) = _where(connection, sought, at), ORDERS[sought.sort]
    if cursor is not None:
        _go_on(where, by, down, cursor)
    if by == "request.key" and where.source != "request" and sought.state is None and sought.flag is None:
        rows = _walk(connection, where, down, limit + 1)
    else:
        rows = _read(connection, where, by, down, limit + 1)
    kept = rows[:limit]
    following = pack((kept[-1][1], kept[-1][0])) if len(rows) > limit else None
    return Page(_rows(connection, [row[0] for row in kept]), following)


def all_listed(connection: Connection, sought: Sought, at: Moments) -> list[int]:
    """Give the store's numbers of all requests that are looked for, in their order."""
    if sought.typed and (exact := exact_requests(connection, sought.typed)):
        return sorted(exact, reverse=True)
    where, (by, down) = _where(connection, sought, at), ORDERS[sought.sort]
    return [int(row[0]) for row in _read(connection, where, by, down, EVERY)]


def listed_rows(connection: Connection, keys: Sequence[int]) -> tuple[Listed, ...]:
    """Give these requests, as they are now, in the order of their numbers here."""
    return _rows(connection, keys)


def _read(connection: Connection, where: _Where, by: str, down: bool, most: int) -> Sequence[Any]:
    way = "DESC" if down else "ASC"
    order = f"{by} {way}" if by == "request.key" else f"{by} {way}, request.key {way}"
    query = f"SELECT request.key, {by} FROM {where.text()} ORDER BY {order} LIMIT :most"
    return connection.execute(text(query), where.told | {"most": most}).all()


def _walk(connection: Connection, where: _Where, down: bool, most: int) -> Sequence[Any]:
    """Give the newest or oldest open ones: each state by its own part of the index from its end on, as far as need be, then merged."""
    found: list[Any] = []
    for state in STATES:
        part = _Where(where.source, [*where.conditions, "request.state = :part"], where.told | {"part": state})
        found += _read(connection, part, "request.key", down, most)
    return sorted(found, key=lambda row: int(row[0]), reverse=down)[:most]


def counted(connection: Connection, sought: Sought, at: Moments) -> Counts:
    """Give how many open requests there are of each kind; each facet as if nothing were chosen in it."""
    where = _where(connection, sought, at)
    chosen = [facet for facet in FACETS if getattr(sought, facet) is not None]
    total, of = _at_once(connection, where, [facet for facet in FACETS if facet not in chosen and facet != "state"])
    for facet in chosen:
        without = _where(connection, _without(sought, facet), at)
        rows = connection.execute(text(f"SELECT {FACETS[facet]}, count(*) FROM {without.text()} GROUP BY 1"), without.told)
        of[facet] = {row[0]: int(row[1]) for row in rows}
    return Counts(total, of)


def _at_once(connection: Connection, where: _Where, facets: Sequence[str]) -> tuple[int, dict[str, dict[str, int]]]:
    """Read the requests once for all these facets and the states: by state, the index's order, so that nothing is sorted."""
    together = "group_concat" if connection.dialect.name == "sqlite" else "string_agg"
    columns = "".join(f", {together}({FACETS[facet]}, :apart)" for facet in facets)
    query = text(f"SELECT request.state, count(*){columns} FROM {where.text()} GROUP BY 1")
    of: dict[str, Counter[str]] = {facet: Counter() for facet in ("state", *facets)}
    for state, count, *values in connection.execute(query, where.told | ({"apart": APART} if facets else {})):
        of["state"][state] = int(count)
        for facet, value in zip(facets, values, strict=True):
            of[facet].update(value.split(APART))
    return of["state"].total(), {facet: dict(counts) for facet, counts in of.items()}


def _without(sought: Sought, facet: str) -> Sought:
    # Not ``replace``: its keywords would not be checked either.
    kept = {name: getattr(sought, name) for name in ("closed", "typed", "age", "flag", "patrons", *FACETS)} | {facet: None}
    return Sought(**kept)


def _where(connection: Connection, sought: Sought, at: Moments) -> _Where:
    # The index must be named: SQLite would walk the whole table from its newest row.
    by_index = "request INDEXED BY request_active" if connection.dialect.name == "sqlite" else "request"
    where = _Where("request", ["request.state = 'CLOSED'"], {}) if sought.closed else _Where(by_index, ["request.state <> 'CLOSED'"], {})
    for name, column in FACETS.items():
        if (value := getattr(sought, name)) is not None and not (sought.closed and name == "state"):
            where.conditions.append(f"{column} = :{name}")
            where.told[name] = value
    if sought.age is not None:
        _of_age(where, sought.age, at.now)
    if sought.flag is not None:
        where.conditions.append(FLAGS[sought.flag])
        where.told.update({"now": to_ms(at.now), "soon": to_ms(at.soon), "late": to_ms(at.late)})
        _only_named(where)
    return _with_words(connection, where, sought) if sought.typed else where


def _only_named(where: _Where) -> None:
    """Leave out what the flag's condition does not name: a server refuses names that stand nowhere."""
    said = " ".join(where.conditions)
    for name in ("now", "soon", "late"):
        if f":{name}" not in said:
            where.told.pop(name, None)


def _of_age(where: _Where, age: Age, now: datetime) -> None:
    fewer, least = AGES[age]
    if fewer is not None:
        where.conditions.append("request.created_at > :since")
        where.told["since"] = to_ms(now - timedelta(days=fewer))
    if least is not None:
        where.conditions.append("request.created_at <= :until")
        where.told["until"] = to_ms(now - timedelta(days=least))


def _with_words(connection: Connection, where: _Where, sought: Sought) -> _Where:
    """Each word that was typed begins a word of the request, or they are a patron's."""
    words = words_in(sought.typed)
    inside = "instr" if connection.dialect.name == "sqlite" else "strpos"
    fits = [f"{inside}(request.words, :word{number}) > 0" for number in range(len(words))] or ["1 = 0"]
    told = where.told | {f"word{number}": f" {word}" for number, word in enumerate(words)}
    keys = patrons_meant(connection, sought.typed) if sought.patrons and not sought.closed else []
    theirs = f"request.requester IN ({', '.join(map(str, keys))})"
    conditions = [*where.conditions, f"({' AND '.join(fits)}{f' OR {theirs}' if keys else ''})"]
    rarest = _rarest(connection, words, RARE if sought.closed else FEW) if words else None
    if rarest is None:
        return _Where(where.source, conditions, told)
    among = "SELECT w.request FROM request_word w WHERE w.word >= :first AND w.word < :last"
    also = f" UNION SELECT request.key FROM request WHERE request.closed_at IS NULL AND {theirs}" if keys else ""
    return _Where("request", [*conditions, f"request.key IN ({among}{also})"], told | {"first": rarest, "last": rarest + LAST})


def _rarest(connection: Connection, words: Sequence[str], most: int) -> str | None:
    """Give the word that begins the fewest words of requests, None where all begin more than ``most``."""
    query = text("SELECT count(*) FROM (SELECT 1 FROM request_word WHERE word >= :first AND word < :last LIMIT :most) AS counted")
    found = {word: connection.scalar(query, {"first": word, "last": word + LAST, "most": most + 1}) for word in words}
    least = min(words, key=lambda word: found[word] or 0)
    return least if (found[least] or 0) <= most else None


def patrons_meant(connection: Connection, typed: str) -> list[int]:
    """Give the patrons whose card this is, or in whose alias or name it stands."""
    query = text(
        "SELECT key FROM patron WHERE card = :card OR lower(alias) LIKE :inside ESCAPE '!' "
        "OR lower(name) LIKE :inside ESCAPE '!' LIMIT :most"
    )
    inside = "".join(f"!{sign}" if sign in "!%_" else sign for sign in typed.lower())
    return [int(key) for key in connection.scalars(query, {"card": typed, "inside": f"%{inside}%", "most": MOST_PATRONS})]


def _go_on(where: _Where, by: str, down: bool, cursor: str) -> None:
    kind = str if by in ("request.title", "request.pickup_desk", "request.partner") or by.startswith("coalesce") else int
    place = unpack(cursor, kind, int)
    if place is None:
        raise Invalid("This cursor does not belong to this list. Start again without one.")
    sign = "<" if down else ">"
    if by == "request.key":
        where.conditions.append(f"request.key {sign} :behind")
    else:
        where.conditions.append(f"({by}, request.key) {sign} (:place, :behind)")
        where.told["place"] = place[0]
    where.told["behind"] = place[1]


def _rows(connection: Connection, keys: Sequence[int]) -> tuple[Listed, ...]:
    """Give rows in the order of their keys."""
    work: dict[str, list[str]] = defaultdict(list)
    found = {view.request_id: view for view in views(connection, keys)}
    by_key = request_ids(connection, keys)
    open_work = select(exception.c.request, exception.c.kind).where(exception.c.cleared_at.is_(None), exception.c.request.in_(keys))
    for row in connection.execute(open_work) if keys else ():
        work[by_key[row.request]].append(row.kind)
    named = [by_key[key] for key in keys]
    return tuple(Listed(found[name], tuple(dict.fromkeys(work[name]))) for name in named)


def request_ids(connection: Connection, keys: Sequence[int]) -> dict[int, str]:
    """Give the ids of requests by the store's own numbers."""
    if not keys:
        return {}
    rows = connection.execute(text(f"SELECT key, request_id FROM request WHERE key IN ({', '.join(str(int(key)) for key in keys)})"))
    return {int(row[0]): str(row[1]) for row in rows}


STATES = tuple(state.value for state in State if state is not State.CLOSED)


def exceptions_of(connection: Connection, request_id: str) -> tuple[str, ...]:
    """Give the kinds of open work about one request."""
    rows = connection.scalars(
        text(
            "SELECT e.kind FROM exception e JOIN request r ON r.key = e.request "
            "WHERE r.request_id = :named AND e.cleared_at IS NULL ORDER BY e.key"
        ),
        {"named": request_id},
    )
    return tuple(dict.fromkeys(str(kind) for kind in rows))
