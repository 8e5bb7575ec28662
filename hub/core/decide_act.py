"""What an act does to a request: each of its pieces that stands in a row of the table, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.core import holds
from hub.core.act_on_piece import CHANGES, CHECKS, FITS, Asked, Moved, always, nothing, only_state
from hub.core.acts import EXCEPTIONS, Act, ActRow, Effect, Wish, row_for
from hub.core.desk import Desk
from hub.core.notices import NoticeType, QueuedNotice, day_number, once
from hub.core.quick_records import made_quickly
from hub.core.request import ClosedAs, Item, Reason, Request, State, request_outcome, shown_state
from hub.core.seen import Site


@dataclass(frozen=True, slots=True)
class Work:
    """An exception to open: what kind, for which piece, at which desk."""

    kind: str
    item: Item | None
    desk: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that follows from one act; the flow only writes it down."""

    rule: str
    request: Request
    """As it is afterwards."""
    was: State
    moved: tuple[Moved, ...] = ()
    begun: tuple[Item, ...] = ()
    """Pieces of a set whose hold begins now."""
    events: tuple[str, ...] = ()
    notices: tuple[tuple[QueuedNotice, Item | None], ...] = ()
    drop_notices: bool = False
    exceptions: tuple[Work, ...] = ()
    clears: tuple[str, ...] = ()
    detail: str | None = None
    changed: bool = True
    """Whether the request or a piece is another than before; False where something is only said of it."""
    desk: str | None = None
    """Where it happened; None where it is the pick-up desk, or nowhere in particular."""


# Of very many on some mornings.
_new_asked, _new_moved, _new_change = made_quickly(Asked), made_quickly(Moved), made_quickly(Change)


def decide_act(
    site: Site, wish: Wish, request: Request, items: tuple[Item, ...], pickup: Desk, now: datetime, only: Item | None = None
) -> Change | str:
    """Give what an act does, or the sentence that refuses it; ``only`` is the one piece it is about, else all that it fits."""
    asked = _new_asked(site, wish, request, items, pickup, now)
    if only is not None and (said := _said(asked, only)) is not None:
        return said
    if wish.act is Act.PIECES:
        return _recount(asked)
    chosen = [(item, row_for(wish.act, item.state, wish.to)) for item in items if only is None or item.key == only.key]
    rows = [(item, row) for item, row in chosen if row is not None and FITS.get((wish.act, item.state), always)(asked, item)]
    waiting = row_for(wish.act, State.REQUESTED) if only is None and (asked.to_come or not items) else None
    if request.state is State.CLOSED and wish.act is not Act.REACTIVATE:
        return asked.no("no.closed")
    if not rows and waiting is None:
        return _refused(asked, only)
    if (why := CHECKS.get(wish.act, nothing)(asked, [item for item, _ in rows])) is not None:
        return why
    outcomes = [(row, CHANGES.get(wish.act, only_state)(asked, item, row)) for item, row in rows]
    moved = [(row, outcome) for row, outcome in outcomes if isinstance(outcome, Moved)]
    # Of a set, a piece that cannot be changed stays as it is; only where none can there is a no.
    if not moved and (sentences := [outcome for _, outcome in outcomes if isinstance(outcome, str)]):
        return sentences[0]
    return _change(asked, [one for _, one in moved], [row for row, _ in moved], waiting)


def _said(asked: Asked, item: Item) -> Change | None:
    """Give what is only said of one piece, as ``_change`` decides it too: on some mornings of very many; None for all else."""
    act, request = asked.wish.act, asked.request
    if act not in _ONLY_SAID or (row := row_for(act, item.state)) is None or item not in asked.items:
        return None
    if request.state is State.CLOSED or request.closed_as is not None or request.state is not shown_state(request.pieces, asked.items):
        return None
    told = _told(asked, request, row.notice, item, _day_spoken_of(asked, row.notice, item)) if row.notice is not None else None
    return _new_change(
        act, request, request.state, (_new_moved(item, item),), events=row.events, notices=((told, item),) if told is not None else (),
        exceptions=tuple(_exceptions_of(row, item, request.pickup_desk)) if row.effects else (), changed=False,
    )  # fmt: skip


def _refused(asked: Asked, only: Item | None) -> str:
    act, state = asked.wish.act, only.state if only is not None else asked.request.state
    said = asked.words.states[state]
    key = next((key for key in (f"no.{act}.{state}", f"no.{act}") if key in asked.words.sentences), None)
    # Nobody reads why the passing of time did nothing.
    return asked.no(key, state=said) if key is not None else said


# -- what follows for the request


CLEARS: dict[Act, tuple[str, ...]] = {
    Act.CANCEL: ("needed_by_passed",),
    Act.NOT_RECEIVED: ("needed_by_passed",),
    Act.CLOSE: ("missing", "lost", "claims_returned", "transit_too_old"),
    Act.MISSING: ("transit_too_old", "off_shelf", "wrong_desk", "moved_elsewhere"),
    Act.EXTEND: ("came_too_late",),
}
"""The work an act settles."""


def _change(asked: Asked, moved: list[Moved], rows: Sequence[ActRow], waiting: ActRow | None) -> Change:
    request, act = asked.request, asked.wish.act
    items = holds.merged(asked.items, [one.after for one in moved])
    # What has not come will not come any more.
    ends = waiting is not None and waiting.to is State.CLOSED
    if ends:
        request = replace(request, pieces=max(1, len(items)), volumes=_names(request, len(items), items))
    gone = ends and not items
    begun = () if act in _STILL else holds.begin(asked.site, asked.now, asked.pickup, request, items)
    items = holds.merged(items, begun)
    shows = State.CLOSED if gone else shown_state(request.pieces, items)
    closed_as = _outcome(act, items) if shows is State.CLOSED else None
    if (shows, closed_as) != (request.state, request.closed_as):
        request = replace(request, state=shows, closed_as=closed_as)
    if act is Act.CANCEL:
        request = replace(request, cancelled=asked.wish.by or Reason.CANCELLED_BY_STAFF)
    if act is Act.CHANGE_PICKUP and asked.wish.desk is not None:
        request = replace(request, pickup_desk=asked.wish.desk.code, pickup_name=asked.wish.desk.name)
    used = [*rows, *([waiting] if waiting is not None else [])]
    return Change(
        act, request, asked.request.state, tuple(moved), begun,
        events=_events(used, shows),
        # What came of a set is ready all the same: only a request of which nothing came was not received.
        notices=(
            *_notices(asked, request, moved, rows, None if act is Act.NOT_RECEIVED and not gone else waiting),
            *_ready(asked, request, begun),
        ),
        drop_notices=any(Effect.DROP_NOTICES in row.effects for row in rows) and not _rest_waits(items, moved),
        exceptions=(*_exceptions(asked, moved, rows, waiting), *_too_late(asked, begun)),
        clears=CLEARS.get(act, ()),
        detail=_detail(asked),
        changed=request != asked.request or bool(begun) or any(one.after is not one.before for one in moved),
    )  # fmt: skip


def _rest_waits(items: Sequence[Item], moved: Sequence[Moved]) -> bool:
    """Say whether pieces that the act does not touch are on the shelf: what is said of their hold is still of use."""
    touched = {one.after.key for one in moved}
    return any(item.state is State.ON_HOLD_SHELF for item in items if item.key not in touched)


_ONLY_SAID = frozenset({Act.REMIND, Act.DUE_SOON, Act.OVERDUE, Act.TRANSIT_OLD})
_STILL = _ONLY_SAID | {Act.NEEDED_BY, Act.EXPIRE}


def _outcome(act: Act, items: Sequence[Item]) -> ClosedAs:
    if items:
        return request_outcome(items)
    return ClosedAs.NOT_RECEIVED if act is Act.NOT_RECEIVED else ClosedAs.CANCELLED


def _events(rows: Sequence[ActRow], shows: State) -> tuple[str, ...]:
    """Each event once, closed only when the whole request is."""
    named = dict.fromkeys(event for row in rows for event in row.events)
    return tuple(event for event in named if event != "request.closed" or shows is State.CLOSED)


def _detail(asked: Asked) -> str | None:
    if asked.wish.act is Act.CHANGE_PICKUP and asked.wish.desk is not None:
        return f"pickup_desk: {asked.request.pickup_desk} -> {asked.wish.desk.code}"
    return None


def _exceptions(asked: Asked, moved: Sequence[Moved], rows: Sequence[ActRow], waiting: ActRow | None) -> tuple[Work, ...]:
    desk = asked.request.pickup_desk
    of_pieces = [work for one, row in zip(moved, rows, strict=True) for work in _exceptions_of(row, one.before, desk)]
    return (*of_pieces, *(_exceptions_of(waiting, None, desk) if waiting is not None else ()))


def _exceptions_of(row: ActRow, item: Item | None, desk: str) -> list[Work]:
    return [Work(EXCEPTIONS[effect], item, desk) for effect in row.effects if effect in EXCEPTIONS]


def _too_late(asked: Asked, begun: Sequence[Item]) -> tuple[Work, ...]:
    """A hold that begins after its last day is work at once."""
    late = [item for item in begun if item.hold_until is not None and item.hold_until < asked.now]
    return tuple(Work("came_too_late", item, asked.request.pickup_desk) for item in late[:1])


def _notices(
    asked: Asked, request: Request, moved: Sequence[Moved], rows: Sequence[ActRow], waiting: ActRow | None
) -> tuple[tuple[QueuedNotice, Item | None], ...]:
    """One notice of a kind and day for a request, however many of its pieces it speaks of."""
    found: dict[tuple[NoticeType, int | None], tuple[QueuedNotice, Item | None]] = {}
    for item, row in [*((one.after, row) for one, row in zip(moved, rows, strict=True)), *([(None, waiting)] if waiting else [])]:
        if row.notice is None:
            continue
        day = _day_spoken_of(asked, row.notice, item)
        if (queued := _told(asked, request, row.notice, item, day)) is not None:
            found.setdefault((row.notice, day), (queued, item))
    return tuple(found.values())


def _told(asked: Asked, request: Request, kind: NoticeType, item: Item | None, day: int | None) -> QueuedNotice | None:
    episode = day or (request.version + 1 if item is None or kind is NoticeType.REQUEST_CANCELLED else once(item))
    return asked.site.notice(request, kind, episode, asked.now)


_OF_A_HOLD = frozenset({NoticeType.HOLD_EXTENDED, NoticeType.HOLD_REMINDER, NoticeType.HOLD_EXPIRED})


def _day_spoken_of(asked: Asked, kind: NoticeType, item: Item | None) -> int | None:
    """Give the day a notice is about: the end of a hold or of a loan; None for what just happened."""
    if item is None:
        return None
    end = item.hold_until if kind in _OF_A_HOLD else item.due_at if item.state is State.CHECKED_OUT else None
    return day_number(end, asked.site.zone) if end is not None else None


def _ready(asked: Asked, request: Request, begun: Sequence[Item]) -> tuple[tuple[QueuedNotice, Item | None], ...]:
    ready = asked.site.notice(request, NoticeType.READY_FOR_PICKUP, begun[0].episode, asked.now) if begun else None
    return () if ready is None else ((ready, begun[0]),)


def _recount(asked: Asked) -> Change | str:
    """Expect more or fewer pieces, or call them something else; with the last one here, the hold begins."""
    request, wish = asked.request, asked.wish
    if request.state is State.CLOSED:
        return asked.no("no.pieces")
    volumes = request.volumes if wish.volumes is None else wish.volumes
    pieces = wish.pieces if wish.pieces is not None else max(len(volumes), 1) if wish.volumes is not None else request.pieces
    if pieces < len(asked.items):
        return asked.no("no.pieces.fewer", here=len(asked.items))
    if volumes and len(volumes) != pieces:
        if wish.volumes is not None:
            return asked.no("no.pieces.volumes", volumes=len(volumes), pieces=pieces)
        volumes = _names(request, pieces, asked.items)
    request = replace(request, pieces=pieces, volumes=volumes)
    begun = holds.begin(asked.site, asked.now, asked.pickup, request, asked.items)
    items = holds.merged(asked.items, begun)
    shows = shown_state(pieces, items)
    request = replace(request, state=shows, closed_as=request_outcome(items) if shows is State.CLOSED else None)
    changed = request != asked.request
    events = ("request.changed",) * changed + ("request.closed",) * (shows is State.CLOSED)
    return Change(
        wish.act, request, asked.request.state, begun=begun, events=events, notices=_ready(asked, request, begun),
        exceptions=_too_late(asked, begun),
        clears=("needed_by_passed",) * (shows is not State.REQUESTED), detail=_recounted(asked.request, request, wish), changed=changed,
    )  # fmt: skip


def _names(request: Request, pieces: int, items: Sequence[Item]) -> tuple[str, ...]:
    """Give the names of the pieces that are expected or have come; none where more are expected than have a name."""
    last = max([pieces, *(item.piece for item in items)])
    return request.volumes[:last] if len(request.volumes) >= pieces else ()


def _recounted(before: Request, after: Request, wish: Wish) -> str | None:
    """Give what the history keeps of pieces that are counted or named otherwise."""
    named = wish.volumes is not None and before.volumes != after.volumes
    counted = [f"pieces: {before.pieces} -> {after.pieces}"] if before.pieces != after.pieces else []
    called = [f"volumes: {', '.join(before.volumes) or '-'} -> {', '.join(after.volumes) or '-'}"] if named else []
    return "; ".join(counted + called) or None
