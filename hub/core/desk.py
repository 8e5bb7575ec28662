"""Desks, and the role a desk plays for one request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.core.opening import ALWAYS, Opening


class Role(StrEnum):
    """What a desk is for the request whose item it holds."""

    RS = "RS"
    """Resource-sharing desk only."""
    PK = "PK"
    """This request's pick-up desk."""
    OT = "OT"
    """Another pick-up desk."""
    JT = "JT"
    """Joint desk: resource sharing and this request's pick-up desk."""
    JO = "JO"
    """Joint desk; the request is picked up elsewhere."""


RECEIVING = frozenset({Role.RS, Role.JT, Role.JO})
"""Desks where items come in from, and go back to, their lender."""
LENDING = frozenset({Role.PK, Role.OT, Role.JT, Role.JO})
"""Desks where patrons come."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A place with a station; ``shelf_slots`` places on its hold shelf are lettered with ``shelf_prefix``.

    ``language`` None is the site's; ``commands`` None are the usual ones.
    """

    code: str
    name: str
    resource_sharing: bool
    pickup: bool
    shelf_prefix: str = "A"
    shelf_slots: int = 40
    active: bool = True
    language: str | None = None
    commands: frozenset[str] | None = None
    opening: Opening = ALWAYS
    address: str | None = None
    phone: str | None = None
    opening_text: str | None = None
    """What letters say of its hours, instead of those of ``opening``."""

    def shelf_code(self, patron: int) -> str:
        """Give the place on the hold shelf where this patron's books stand: always the same, so they stand together."""
        return f"{self.shelf_prefix}{(patron - 1) % self.shelf_slots + 1}"


def role_for(desk: Desk, pickup_desk: str | None) -> Role:
    """Give the role of a desk for a request picked up at ``pickup_desk``; None where no request is concerned."""
    here = desk.code == pickup_desk
    if desk.resource_sharing and desk.pickup:
        return Role.JT if here else Role.JO
    if desk.resource_sharing:
        return Role.RS
    return Role.PK if here else Role.OT
