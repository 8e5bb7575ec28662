"""What a station was told just now: an open patron session, an armed slip or item, its last scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Windows:
    """How long each piece of context holds."""

    bounce: timedelta = timedelta(seconds=2)
    patron_session: timedelta = timedelta(seconds=30)
    armed_request: timedelta = timedelta(seconds=60)
    armed_item: timedelta = timedelta(seconds=60)
    handover: timedelta = timedelta(seconds=30)
    """A check-out followed by a scan this soon is the same hand-over, not a return."""


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one station; each part holds until its own time, in the station's corrected time."""

    session_until: datetime | None = None
    session_patron: int | None = None
    """The patron of the open session; None in a session of an unknown card, which lends nothing."""
    request: int | None = None
    request_until: datetime | None = None
    item: str | None = None
    item_until: datetime | None = None
    asked: str | None = None
    """A barcode that looked wrong for receiving; the same once more confirms it."""

    def at(self, moment: datetime) -> Context:
        """Give the context with everything that has run out by then gone."""
        kept = self
        if self.session_until is not None and moment > self.session_until:
            kept = replace(kept, session_until=None, session_patron=None)
        if self.request_until is not None and moment > self.request_until:
            kept = replace(kept, request=None, request_until=None, asked=None)
        if self.item_until is not None and moment > self.item_until:
            kept = replace(kept, item=None, item_until=None)
        return kept

    @property
    def session_open(self) -> bool:
        """True while a patron stands at the desk."""
        return self.session_until is not None

    def in_use(self, until: datetime) -> Context:
        """Give the context after a scan that leaves it as it is: an open session is not idle and lasts until then."""
        return replace(self, session_until=until) if self.session_open else self

    def with_session(self, patron: int | None, until: datetime) -> Context:
        """Give the context with this patron's session open; an armed slip or item is dropped."""
        return Context(session_until=until, session_patron=patron)

    def with_request(self, request: int, until: datetime) -> Context:
        """Give the context with this request armed; an open session is closed."""
        return Context(request=request, request_until=until)

    def with_item(self, barcode: str, until: datetime) -> Context:
        """Give the context with this unknown barcode armed; its slip may follow."""
        return Context(item=barcode, item_until=until)

    def with_asked(self, barcode: str) -> Context:
        """Give the context that remembers a doubtful barcode."""
        return replace(self, asked=barcode)


NOTHING = Context()
