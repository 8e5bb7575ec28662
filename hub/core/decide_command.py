"""Command barcodes: what is done at once, what waits for its item, and what is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from broker.answers import Outcome, Tone
from hub.core import holds
from hub.core.commands import AT_ONCE, Command, command_of, may_use
from hub.core.context import NOTHING, Context
from hub.core.desk import Desk
from hub.core.notices import NoticeType, QueuedNotice
from hub.core.request import Item, Request, State, shown_state
from hub.core.say import note
from hub.core.seen import Before, Decision, Seen, Site
from hub.core.slips import SlipNote


@dataclass(frozen=True, slots=True)
class LastMove:
    """The last move at a station and how its item and request are now."""

    before: Before
    item: Item | None
    request: Request
    others: tuple[Item, ...] = ()
    """The other items of its request."""
    taken_by: Request | None = None
    """Another request that an open item with its barcode belongs to now."""
    told: bool = False
    """Whether a notice of it has left."""
    acted: bool = False
    """Whether staff have done something to its request since."""
    held_back: bool = False
    """Whether READY was to leave since, and did not because the book was not on its shelf."""


@dataclass(frozen=True, slots=True)
class LastSlips:
    """What the station's last scan printed, and how long ago by the station's clock."""

    slips: tuple[SlipNote, ...]
    ago: timedelta


def decide_command(
    site: Site, seen: Seen, desk: Desk, context: Context, last: LastMove | None = None, printed: LastSlips | None = None
) -> Decision:
    """Obey a command barcode: at once, or with the item that is scanned next; one that is not in use here says so."""
    words = site.words_at(desk)
    command = command_of(seen.barcode)
    context = context.in_use(seen.at + site.windows.patron_session)
    if command is None or not may_use(desk, command):
        return note(words, "command.not_here", Outcome.REFUSED, Tone.NO, context, places={"barcode": seen.barcode})
    if command is Command.CLEAR:
        return note(words, "command.clear", Outcome.ACCEPTED, Tone.INFO, NOTHING)
    if command is Command.UNDO:
        return decide_undo(site, seen, desk, last)
    if command is Command.REPRINT and printed is not None and printed.slips and printed.ago <= site.windows.reprint:
        again = note(words, "command.reprinted", Outcome.NO_CHANGE, Tone.INFO, context)
        return replace(again, slips=printed.slips)
    armed = context.with_command(command, seen.at + site.windows.armed_command)
    return note(words, f"command.{command}", Outcome.ACCEPTED, Tone.INFO, armed)


WAITING = tuple(command for command in Command if command not in AT_ONCE)
"""The commands that wait for an item; each has a sentence that says so."""


def decide_undo(site: Site, seen: Seen, desk: Desk, last: LastMove | None) -> Decision:
    """Take back the last accepted step of this station, if nothing has happened to its item since and nobody was told."""
    words = site.words_at(desk)

    def no(rule: str, **places: object) -> Decision:
        request = last.request if last is not None else None
        return note(words, rule, Outcome.REFUSED, Tone.NO, NOTHING, request=request, places=places)

    if last is None or last.item is None:
        return no("undo.nothing")
    if seen.at - last.before.at > site.windows.undo:
        return no("undo.too_old", minutes=int(site.windows.undo.total_seconds() // 60))
    if last.taken_by is not None:
        return no("undo.barcode", barcode=last.item.barcode, other=last.taken_by.request_id)
    # Without this item its set may be whole by now: its hold cannot begin in the past.
    if _moved_on(last, last.item) or holds.begin(site, seen.at, desk, last.request, _as_before(last, last.item)):
        return no("undo.moved_on", title=last.request.title, state=words.states[last.item.state])
    if last.told:
        return no("undo.told")
    return _taken_back(site, seen, desk, last, last.item)


def _moved_on(last: LastMove, item: Item) -> bool:
    """Say whether the item, or another of its set that changed with it, is no longer as the step left it, or its requester is forgotten."""
    versions = {other.key: other.version for other in last.others}
    touched = item.version != last.before.version or any(versions.get(other.key) != other.version + 1 for other in last.before.others)
    return touched or last.acted or last.request.requester is None


def _as_before(last: LastMove, now: Item) -> tuple[Item, ...]:
    """Give all items of the request as they were before the step, but newer."""
    rest = tuple(replace(other, version=other.version + 2) for other in last.before.others)
    back = () if last.before.item is None else (replace(last.before.item, version=now.version + 1),)
    return back + holds.merged(last.others, rest)


def _taken_back(site: Site, seen: Seen, desk: Desk, last: LastMove, now: Item) -> Decision:
    """Give the item as it was before, but with a newer version; one that the step made is gone again."""
    words, before, items = site.words_at(desk), last.before, _as_before(last, now)
    if before.item is None:
        key, back = "undo.received", replace(now, state=State.REQUESTED, version=now.version + 1)
        events: tuple[str, ...] = ("temporary_item.deleted",)
    else:
        key, back, events = "undo.done", items[0], _events(last, now.state, before.item.state)
    places = {"title": last.request.title, "state": words.states[back.state]}
    told = note(words, key, Outcome.ACCEPTED, Tone.OK, NOTHING, request=last.request, places=places)
    changed = {other.key for other in before.others}
    return replace(
        told, rule="UNDO", item=back, was=now.state, moved=True, others=tuple(item for item in items if item.key in changed),
        shows=shown_state(last.request.pieces, items), state=back.state, events=events, notice=_ready(site, seen, last, back),
        restores=before,
    )  # fmt: skip


def _ready(site: Site, seen: Seen, last: LastMove, back: Item) -> QueuedNotice | None:
    """A book that is on its shelf again is told of after all, if that was held back meanwhile."""
    if not last.held_back or back.state is not State.ON_HOLD_SHELF:
        return None
    return site.notice(last.request, NoticeType.READY_FOR_PICKUP, back.episode, seen.now)


def _events(last: LastMove, was: State, becomes: State) -> tuple[str, ...]:
    """The events that lead where the item is again."""
    if was is becomes:
        return ("item.sighted",)
    there = {
        State.IN_TRANSIT_TO_PICKUP: "item.in_transit",
        State.IN_TRANSIT_TO_RS: "item.in_transit",
        State.ON_HOLD_SHELF: "item.on_hold_shelf",
        State.CHECKED_OUT: "item.checked_out",
        State.MISSING: "item.missing",
        State.LOST: "item.lost",
    }
    back = (there.get(becomes, "item.sighted"),)
    return ("request.reactivated", *back) if last.request.state is State.CLOSED else back
