"""What each act needs to be told; the command line says the same things by the same names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from broker.messages import Name
from hub.core.acts import Act, Wish
from hub.core.desk import Desk
from hub.core.request import Reason, State
from hub.web.api.bodies import API_ACTOR, Actor, Body, Day, MaybeLines, Short

Pieces = Annotated[int, Field(ge=1, le=500)]
Volumes = Annotated[tuple[Short, ...], Field(max_length=500)]


class ActBody(Body):
    """What every act may be told: why, the version that was looked at, and who does it."""

    note: MaybeLines = Field(default=None, description="why; kept in the history until the request forgets its requester")
    version: int | None = Field(default=None, description="the version that was looked at; 409 when the request has changed since")
    actor: Actor = API_ACTOR

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note)


class CancelBody(ActBody):
    """Who gave the request up."""

    reason: Literal[Reason.CANCELLED_BY_PATRON, Reason.CANCELLED_BY_STAFF]

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, by=self.reason)


class PieceBody(ActBody):
    """Which piece of a set it is about; all that it fits unless said."""

    piece: int | None = Field(default=None, ge=1, le=500, description="the number of one piece of a set")

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, piece=self.piece)


class RecallBody(PieceBody):
    """Until when a loan must be back; by the site's policy unless said."""

    due_date: Day | None = None

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, day=self.due_date, piece=self.piece)


class RenewBody(RecallBody):
    """Until when a loan is renewed; as long as the policy and the lender allow unless said."""


class ExtendBody(PieceBody):
    """Until when a book is held; by the site's policy unless said."""

    hold_until: Day | None = None

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, day=self.hold_until, piece=self.piece)


class ChangePickupBody(ActBody):
    """The new pick-up desk."""

    pickup_desk: Name

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, desk=_named(self.pickup_desk))


class FoundBody(PieceBody):
    """The desk where it was found: what follows is what a scan there would do."""

    desk: Name

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, desk=_named(self.desk), piece=self.piece)


class ReactivateBody(PieceBody):
    """Where the item is, and why the request is brought back."""

    note: Annotated[str, Field(min_length=1, max_length=2000, description="why")]
    state: Literal[State.IN_TRANSIT_TO_RS, State.CHECKED_OUT] = State.IN_TRANSIT_TO_RS

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, to=self.state, piece=self.piece)


class PiecesBody(ActBody):
    """How many pieces are expected, and what each is called."""

    pieces: Pieces | None = None
    volumes: Volumes | None = None

    def wish(self, act: Act) -> Wish:
        """Give what is asked for."""
        return Wish(act=act, note=self.note, pieces=self.pieces, volumes=self.volumes)


BODIES: dict[Act, type[ActBody]] = {
    Act.CANCEL: CancelBody,
    Act.RECALL: RecallBody,
    Act.EXTEND: ExtendBody,
    Act.RENEW: RenewBody,
    Act.CHANGE_PICKUP: ChangePickupBody,
    Act.FOUND: FoundBody,
    Act.REACTIVATE: ReactivateBody,
    Act.PIECES: PiecesBody,
    Act.MISSING: PieceBody,
    Act.LOST: PieceBody,
    Act.CLAIMS_RETURNED: PieceBody,
    Act.NOT_RECEIVED: ActBody,
    Act.CLOSE: PieceBody,
}
SUMMARIES: dict[Act, str] = {
    Act.CANCEL: "Cancel a request; what has come is turned round, what is on loan is recalled instead",
    Act.RECALL: "Its lender wants it back: off the shelf, turned round, or due earlier",
    Act.EXTEND: "Hold it longer, not past its lender's date; a hold that expired on the shelf begins again",
    Act.RENEW: "Renew a loan as far as the policy and its lender allow",
    Act.CHANGE_PICKUP: "Send it to another pick-up desk",
    Act.FOUND: "What was missing or lost is found at a desk: what a scan there would do",
    Act.REACTIVATE: "Bring back what was closed as returned: on its way to resource sharing, or still on loan",
    Act.PIECES: "Expect more or fewer pieces, or call them something else",
    Act.MISSING: "It cannot be found where it should be; the hold's clock stops",
    Act.LOST: "The borrower has lost it",
    Act.CLAIMS_RETURNED: "The borrower says it was returned",
    Act.NOT_RECEIVED: "It never came: close the request",
    Act.CLOSE: "Close what is lost or missing for good",
}


def _named(code: str) -> Desk:
    """A desk that is only named; the flow looks it up."""
    return Desk(code, code, resource_sharing=False, pickup=False)
