"""Who asks, and whether they may: each route of the pages names the roles that may use it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from hub.core.accounts import ADMINS, SHARING, STAFF, StaffRole
from hub.secret import id_of
from hub.store.pages.accounts import SignedIn, signed_in
from hub.web.guard import same
from hub.web.inside import Hand, Inside
from hub.web.session import COOKIE, DOOR, FIELD, HEADER, changes_from_here, form_token, from_here
from hub.web.words import language_for

MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, as an account or as a desk's own device."""

    id: str
    account: str | None
    role: StaffRole | None
    desk: str | None
    token: str
    """What the forms of this page must bring."""
    language: str

    def may(self, roles: frozenset[StaffRole]) -> bool:
        """Say whether an account may do what these roles may."""
        return self.role in roles


class Refusal(Exception):
    """Somebody may not; ``status`` 401 is nobody who is signed in."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status, self.key = status, key


class Allow:
    """Lets accounts of some roles in, and where ``device`` says so the device of the desk that the address names."""

    changes = False

    def __init__(self, roles: frozenset[StaffRole], *, device: bool = False) -> None:
        self.roles, self.device = roles, device

    async def __call__(self, hand: Hand, request: Request) -> Visitor:
        """Give who asks; Refusal where they may not."""
        visitor = await visitor_of(hand, request)
        if visitor is None:
            raise Refusal(401, "refused.nobody")
        self._check(visitor, request)
        return visitor

    def _check(self, visitor: Visitor, request: Request) -> None:
        here = self.device and visitor.desk is not None and visitor.desk == request.path_params.get("desk")
        if not here and not visitor.may(self.roles):
            raise Refusal(403, "refused.role")


class AllowChange(Allow):
    """The same for what changes something: asked for by our own page, with the token of its forms."""

    changes = True

    async def __call__(self, hand: Hand, request: Request) -> Visitor:
        """Give who asks; Refusal where they may not."""
        if not changes_from_here(request):
            raise Refusal(403, "refused.elsewhere")
        visitor = await super().__call__(hand, request)
        if not same(await _brought(request), visitor.token):
            raise Refusal(403, "refused.token")
        return visitor


async def visitor_of(hand: Hand, request: Request) -> Visitor | None:
    """Give who is signed in in this browser."""
    secret = request.cookies.get(COOKIE, "")
    if not secret or not from_here(request):
        return None
    id = id_of(secret)
    found = await hand.read(partial(signed_in, id=id, now=hand.doors.now()))
    return None if found is None else _visitor(id, secret, found, language_for(request, hand.doors.rules.language))


async def is_still_in(hand: Inside, id: str) -> bool:
    """Say whether a session has not ended."""
    return await hand.read(partial(signed_in, id=id, now=hand.doors.now())) is not None


def _visitor(id: str, secret: str, found: SignedIn, language: str) -> Visitor:
    return Visitor(id, found.account, found.role, found.desk, form_token(secret), language)


async def fields_of(request: Request) -> dict[str, str]:
    """Give the fields of a form as it was sent."""
    body = (await request.body()).decode("utf-8", "replace")
    if body.count("&") >= MOST_FIELDS:
        return {}
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


async def _brought(request: Request) -> str:
    if (token := request.headers.get(HEADER)) is not None:
        return token
    kind = request.headers.get("content-type", "").partition(";")[0]
    return (await fields_of(request)).get(FIELD, "") if kind == "application/x-www-form-urlencoded" else ""


def rule_of(route: APIRoute) -> Allow | AllowDoor | None:
    """Give the rule by which a route lets somebody in."""
    return next((each.call for each in route.dependant.dependencies if isinstance(each.call, (Allow, AllowDoor))), None)


Anybody = Annotated[Visitor, Depends(Allow(STAFF))]
"""Any account may look."""
Admin = Annotated[Visitor, Depends(Allow(ADMINS))]
Sharing = Annotated[Visitor, Depends(Allow(SHARING))]
"""Whoever works on requests."""
AtDesk = Annotated[Visitor, Depends(Allow(STAFF, device=True))]
"""Any account, and the device of this desk."""
AnybodyChanges = Annotated[Visitor, Depends(AllowChange(STAFF))]
SharingChanges = Annotated[Visitor, Depends(AllowChange(SHARING))]
AdminChanges = Annotated[Visitor, Depends(AllowChange(ADMINS))]
DeskChanges = Annotated[Visitor, Depends(AllowChange(STAFF, device=True))]


class AllowDoor:
    """Lets anybody in, from our own page with the token of its form: whoever signs in is nobody yet."""

    changes = True

    async def __call__(self, request: Request) -> None:
        """Refuse what comes from elsewhere."""
        if not changes_from_here(request):
            raise Refusal(403, "refused.elsewhere")
        brought = await _brought(request)
        secrets = [secret for name in (COOKIE, DOOR) if (secret := request.cookies.get(name))]
        if not any([same(brought, form_token(secret)) for secret in secrets]):
            raise Refusal(403, "refused.token")


DoorChanges = Annotated[None, Depends(AllowDoor())]
