"""What a station was told just now: an open patron session, an armed slip or item, its last scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TRAVEL = timedelta(seconds=2)
"""A scan placed this little before another one may only have travelled slower."""


def yet_to_come(written: datetime, now: datetime) -> bool:
    """Say whether what was written at this moment lies in the future: the hub's clock was set back since, and the moment says nothing."""
    return written > now + TRAVEL


@dataclass(frozen=True, slots=True)
class Windows:
    """How long each piece of context holds."""

    bounce: timedelta = timedelta(seconds=2)
    patron_session: timedelta = timedelta(seconds=30)
    armed_request: timedelta = timedelta(seconds=60)
    armed_item: timedelta = timedelta(seconds=60)
    handover: timedelta = timedelta(seconds=30)
    """A check-out followed by a scan this soon is the same hand-over, not a return."""
    armed_command: timedelta = timedelta(seconds=15)
    undo: timedelta = timedelta(minutes=10)
    reprint: timedelta = timedelta(seconds=60)
    """How long after an item its slip is printed again without scanning it once more."""


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
    command: str | None = None
    """A command that waits for its item, or with ``command_item`` the one that was just done to that item."""
    command_until: datetime | None = None
    command_item: str | None = None

    def at(self, moment: datetime) -> Context:
        """Give the context with everything that has run out by then gone."""
        kept = self
        if self.session_until is not None and moment > self.session_until:
            kept = replace(kept, session_until=None, session_patron=None)
        if self.request_until is not None and moment > self.request_until:
            kept = replace(kept, request=None, request_until=None, asked=None)
        if self.item_until is not None and moment > self.item_until:
            kept = replace(kept, item=None, item_until=None)
        if self.command_until is not None and moment > self.command_until:
            kept = kept.without_command()
        return kept

    @property
    def session_open(self) -> bool:
        """True while a patron stands at the desk."""
        return self.session_until is not None

    def in_use(self, until: datetime) -> Context:
        """Give the context after a scan that leaves it as it is: an open session is not idle and lasts until then."""
        return replace(self, session_until=until) if self.session_open else self

    def with_session(self, patron: int | None, until: datetime) -> Context:
        """Give the context with this patron's session open; an armed slip or item is dropped, a command waits on."""
        waits = self if self.command_item is None else NOTHING
        return Context(session_until=until, session_patron=patron, command=waits.command, command_until=waits.command_until)

    def with_request(self, request: int, until: datetime) -> Context:
        """Give the context with this request armed; an open session is closed."""
        return Context(request=request, request_until=until)

    def with_item(self, barcode: str, until: datetime) -> Context:
        """Give the context with this unknown barcode armed; its slip may follow."""
        return Context(item=barcode, item_until=until)

    def with_command(self, command: str, until: datetime) -> Context:
        """Give the context with this command waiting for its item; an armed slip or item is dropped, a session stays."""
        return Context(self.session_until, self.session_patron, command=command, command_until=until)

    def with_command_done(self, command: str, barcode: str, until: datetime) -> Context:
        """Give the context after a command was done to an item: the same item once more is no further step."""
        return Context(self.session_until, self.session_patron, command=command, command_until=until, command_item=barcode)

    def without_command(self) -> Context:
        """Give the context with no command."""
        return replace(self, command=None, command_until=None, command_item=None)

    def with_asked(self, barcode: str) -> Context:
        """Give the context that remembers a doubtful barcode."""
        return replace(self, asked=barcode)


NOTHING = Context()
