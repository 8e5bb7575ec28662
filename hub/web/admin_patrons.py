"""The pages of patrons, for admins. A card never stands in an address, where browsers and proxies would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.patron_list import EMAIL, LANGUAGE, PHONE
from hub.errors import HubError, Invalid, NotFound
from hub.flows.forget import delete_patron
from hub.flows.keep_books import PatronFacts, add_patron, change_patron, patron_facts
from hub.letters.dates import MONTHS
from hub.store.pages.books import one_patron, patron_with_card, patrons
from hub.store.sql import Connection as Writer
from hub.web.admin_partners import named
from hub.web.inside import Hand, Inside
from hub.web.setting_fields import channels_of
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import NAMES, say

router = APIRouter(include_in_schema=False)

ROWS = 50
DONE = ("added", "changed", "deleted")
FIELDS = ("card", "name", "alias", "email", "phone", "language")


@router.get("/admin/patrons")
async def every(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show the patrons, some at a time."""
    done = request.query_params.get("done")
    return await _every(hand, visitor, cursor=request.query_params.get("cursor"), done=done if done in DONE else None)


@router.post("/admin/patrons/find")
async def find(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Go to the patron with a card; the card stands in the form's body."""
    card = "".join((await fields_of(request)).get("card", "").split())
    try:
        found = await hand.read(partial(patron_with_card, card=card))
    except NotFound:
        return await _every(hand, visitor, 404, wrong=say(visitor.language, "patron.wrong.none"))
    return RedirectResponse(f"/admin/patron/{found.ref}", 303)


@router.post("/admin/patrons/add")
async def add(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Add a patron."""
    given = _given(await fields_of(request))
    try:
        facts = _facts(given, _known(hand))
        told = asdict(facts) | {"alias": facts.alias or None}
        hand.doors.write(partial(add_patron, **told))
    except HubError as error:
        return await _every(hand, visitor, 422, wrong=_in_words(error, visitor), typed=given)
    return RedirectResponse("/admin/patrons?done=added", 303)


@router.get("/admin/patron/{ref}")
async def one(hand: Hand, visitor: Admin, ref: int, request: Request) -> Response:
    """Show one patron."""
    done = request.query_params.get("done")
    return await _one(hand, visitor, ref, done=done if done in DONE else None)


@router.post("/admin/patron/{ref}/set")
async def change(hand: Hand, visitor: AdminChanges, ref: int, request: Request) -> Response:
    """Change what is known of a patron."""
    given = _given(await fields_of(request))

    def write(connection: Writer) -> None:
        before = patron_facts(connection, ref)
        facts = _facts(given, (*_known(hand), *before.channels))
        change_patron(connection, ref, replace(facts, alias=facts.alias or before.alias))

    try:
        hand.doors.write(write)
    except NotFound:
        raise
    except HubError as error:
        return await _one(hand, visitor, ref, 422, wrong=_in_words(error, visitor), typed=given)
    return RedirectResponse(f"/admin/patron/{ref}?done=changed", 303)


@router.post("/admin/patron/{ref}/delete")
async def delete(hand: Hand, visitor: AdminChanges, ref: int) -> Response:
    """Delete a patron and all that ties requests to them."""
    try:
        hand.doors.write(partial(delete_patron, key=ref, actor=visitor.account or "", now=hand.doors.now()))
    except NotFound:
        raise
    except HubError:
        return await _one(hand, visitor, ref, 409, wrong=say(visitor.language, "patron.wrong.open"))
    return RedirectResponse("/admin/patrons?done=deleted", 303)


def _known(hand: Inside) -> tuple[str, ...]:
    return hand.doors.settings.notices.known_channels()


def _given(fields: dict[str, str]) -> dict[str, str]:
    given = {name: " ".join(fields.get(name, "").split()) for name in FIELDS}
    return given | {"channels": " ".join(channels_of("channels", fields))}


def _facts(given: dict[str, str], channels: Sequence[str]) -> PatronFacts:
    """Give what is to be kept; Invalid where something of what was typed cannot be."""
    if not given["card"] or len(given["card"]) > 100 or not given["card"].isprintable():
        raise Invalid("A card has 1 to 100 characters that can be seen.").keyed("patron.wrong.card")
    if len(given["alias"]) > 100 or not given["alias"].isprintable():
        raise Invalid("An alias has at most 100 characters that can be seen.").keyed("patron.wrong.alias")
    if given["email"] and (len(given["email"]) > 254 or not EMAIL.fullmatch(given["email"]) or not given["email"].isprintable()):
        raise Invalid("This is no e-mail address.").keyed("import.wrong.email")
    if given["phone"] and PHONE.fullmatch(given["phone"]) is None:
        raise Invalid("This is no phone number.").keyed("import.wrong.phone")
    if given["language"] and LANGUAGE.fullmatch(given["language"]) is None:
        raise Invalid("This is no language.").keyed("import.wrong.language", language=given["language"][:40])
    ways = tuple(given["channels"].split())
    if unknown := [way for way in ways if way not in channels]:
        raise Invalid("There is no such way.").keyed("import.wrong.channels", channel=unknown[0][:40], known=", ".join(channels))
    return PatronFacts(
        card=given["card"], alias=given["alias"], name=named(given["name"]), email=given["email"] or None,
        language=given["language"] or None, phone=given["phone"] or None, channels=ways,
    )  # fmt: skip


def _in_words(error: HubError, visitor: Visitor) -> str:
    return in_words(error, visitor.language) if error.key else say(visitor.language, "patron.wrong.taken")


async def _every(
    hand: Inside, visitor: Visitor, status: int = 200, *, cursor: str | None = None, wrong: str | None = None, done: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    found = await hand.read(partial(patrons, limit=ROWS, cursor=cursor))
    said = None if done is None else say(visitor.language, f"patron.done.{done}")
    values = {"found": found, "wrong": wrong, "done": said, "cursor": cursor} | _offered(hand, typed or _given({}))
    return page(hand, visitor, "admin_patrons.html", "admin", status, at="patrons", **values)


async def _one(
    hand: Inside, visitor: Visitor, ref: int, status: int = 200, *, wrong: str | None = None, done: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    found = await hand.read(partial(one_patron, ref=ref))
    said = None if done is None else say(visitor.language, f"patron.done.{done}")
    known = {name: getattr(found, name) or "" for name in FIELDS} | {"channels": " ".join(found.channels)}
    values = _offered(hand, typed or known)
    return page(hand, visitor, "patron.html", "admin", status, at="patrons", found=found, wrong=wrong, done=said, **values)


def _offered(hand: Inside, typed: dict[str, str]) -> dict[str, object]:
    """Give what the fields show and offer; a language and a way that are no longer there stay chosen."""
    languages = {code: NAMES[code] for code in MONTHS}
    if typed["language"]:
        languages.setdefault(typed["language"], typed["language"])
    chosen = typed["channels"].split()
    return {
        "typed": typed,
        "of": languages,
        "channels_there": tuple(dict.fromkeys((*_known(hand), *chosen))),
        "chosen": chosen,
        "may_edit": True,
    }
