"""What goes into a decision and what comes out of it: a scan, what the store knew, and all that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from broker.answers import Outcome, Tone
from hub.core.barcode import Kind
from hub.core.calendar import Policy
from hub.core.context import Context, Windows
from hub.core.desk import Desk
from hub.core.notices import NoticeType, QueuedNotice
from hub.core.quick_records import made_quickly
from hub.core.request import ClosedAs, Item, Request, State
from hub.core.slips import SlipNote
from hub.core.telling import Telling
from hub.core.words import LANGUAGES, Words

CheckDigits = Literal["ignore", "warn", "confirm"]
OLDEST = timedelta(days=3650)
"""What is said to be older was said by a broken clock."""


def happened(said: datetime, age_ms: int | None, offset: timedelta, now: datetime) -> datetime:
    """Place what a station tells of: by its age, else by the station's clock and how far that is behind ours; never in the future."""
    age = timedelta(milliseconds=min(age_ms, OLDEST // _MS)) if age_ms is not None else now - said - offset
    return now - min(max(age, timedelta()), OLDEST)


_MS = timedelta(milliseconds=1)
_new_notice = made_quickly(QueuedNotice)


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every scan and every act at this site."""

    policy: Policy
    windows: Windows
    zone: tzinfo
    languages: Mapping[str, Words] = field(default_factory=lambda: LANGUAGES)
    language: str = "en"
    telling: Telling = field(default_factory=Telling)
    check_digits: CheckDigits = "warn"

    @property
    def words(self) -> Words:
        """Give the words of the site's own language."""
        return self.languages[self.language]

    def notice(self, request: Request, kind: NoticeType, episode: int, now: datetime) -> QueuedNotice | None:
        """Give a notice about a request, to leave when its grace is over; None where such are not sent."""
        terms = self.telling.at(request.pickup_desk, request.partner)
        return _new_notice(kind, episode, now + terms.grace(kind)) if kind in terms.send else None

    def words_at(self, desk: Desk) -> Words:
        """Give the words of a desk's language."""
        return self.languages[desk.language or self.language]


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan, placed in time: ``at`` is when it happened, ``now`` when it is decided."""

    barcode: str
    kind: Kind
    station: str
    at: datetime
    now: datetime
    check: Literal["ok", "bad", "n/a"] = "n/a"


@dataclass(frozen=True, slots=True)
class PatronAtDesk:
    """A patron card: what the desk may show of its owner."""

    key: int
    alias: str
    ready: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What the store knew about the barcode: the open item, else the last closed request; and the armed request.

    ``others`` are the other items of the item's request, ``armed_items`` those of the armed request; read for sets only.
    """

    item: Item | None = None
    request: Request | None = None
    armed: Request | None = None
    others: tuple[Item, ...] = ()
    armed_items: tuple[Item, ...] = ()
    work: bool = True
    """Whether there is open work about the item's request."""
    pickup: Desk | None = None
    """The request's pick-up desk, where a hold counts its open days; None where it is this desk, or no set is concerned."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the last move at a station found, so that it can be taken back: item None was made by it."""

    at: datetime
    scan_id: str
    rule: str
    request: Request
    item: Item | None
    others: tuple[Item, ...]
    key: int
    """The item's."""
    version: int
    """The item's, after the move."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from one scan; the flow only writes it down."""

    rule: str
    outcome: Outcome
    tone: Tone
    message: str
    context: Context
    alert: str = "99"
    request: Request | None = None
    item: Item | None = None
    """The item afterwards; with ``moved`` it is to be written, key 0 for a new one."""
    was: State | None = None
    moved: bool = False
    """Whether the item is to be written; ``was`` says whether it went to another place."""
    before: Item | None = None
    """The item as it was; None for one that is new."""
    others: tuple[Item, ...] = ()
    """Other items of a set that change with it."""
    others_before: tuple[Item, ...] = ()
    shows: State | None = None
    """The state its request shows afterwards."""
    closed_as: ClosedAs | None = None
    """How its request ended, where it did."""
    events: tuple[str, ...] = ()
    slips: tuple[SlipNote, ...] = ()
    notice: QueuedNotice | None = None
    ready: tuple[QueuedNotice, Item] | None = None
    """READY of another piece of its set, whose hold begins with this."""
    drop_notices: bool = False
    exceptions: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    detail: str | None = None
    destination: str | None = None
    state: State | None = None
    restores: Before | None = None
    """What UNDO puts back."""


new_decision = made_quickly(Decision)
"""Makes one; each scan does."""
