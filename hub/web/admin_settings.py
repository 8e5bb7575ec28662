"""Policies, times and notices for admins: what is in force, where it comes from, changed here and set back; and all that was changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from hub.core.notices import NoticeType
from hub.errors import HubError, Invalid
from hub.flows.change_settings import change_settings
from hub.in_force import EDITABLE, fitted, may_change, put_together, value_of
from hub.settings import HubSettings
from hub.store.pages.cursor import Page
from hub.store.pages.setting_changes import ChangeView, latest_changes, setting_changes, version_of_settings
from hub.web.inside import Hand, Inside
from hub.web.setting_fields import Look, fields_of_section, in_short, means, refusal, typed_in
from hub.web.settings_text import text_of
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import say
from hub.web.words.about_settings import MEANS

router = APIRouter(prefix="/admin/settings", include_in_schema=False)

ROWS = 50
DONE = ("changed", "reset", "same")


@router.get("")
async def settings(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show what is in force, with where it comes from; nothing of it is a secret."""
    return await _page(hand, visitor, done=request.query_params.get("done"))


@router.post("/set")
async def change(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Change a section as it was typed."""
    given = await fields_of(request)
    section = given.get("section", "")
    if section not in EDITABLE:
        return await _page(hand, visitor, 422, wrong=say(visitor.language, "settings.none"))
    typed = typed_in(section, given)
    try:
        done = await keep(hand, visitor, typed, given)
    except HubError as error:
        return await _page(hand, visitor, 422, wrong=in_words(error, visitor.language), typed=typed)
    return RedirectResponse(f"/admin/settings?done={done}", 303)


@router.post("/reset")
async def reset(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Set one setting back to what the file says."""
    given = await fields_of(request)
    path = given.get("path", "")
    back = "/admin/words" if path.startswith("words.") else "/admin/settings"
    try:
        done = await keep(hand, visitor, {path: None}, given)
    except HubError as error:
        return await _page(hand, visitor, 422, wrong=in_words(error, visitor.language))
    return RedirectResponse(f"{back}?done={'reset' if done == 'changed' else done}", 303)


@router.get("/changes")
async def changes(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show all that was changed, the newest first."""
    cursor = request.query_params.get("cursor")
    found = await hand.read(partial(setting_changes, limit=ROWS, cursor=cursor))
    zone = hand.doors.rules.zone
    lines = [_line(visitor.language, each, f"{each.set_at.astimezone(zone):%Y-%m-%d %H:%M}") for each in found.items]
    return page(hand, visitor, "setting_changes.html", "admin", at="settings", lines=Page(tuple(lines), found.next), cursor=cursor)


async def keep(hand: Inside, visitor: Visitor, wanted: Mapping[str, Any], given: Mapping[str, str]) -> str:
    """Keep what is wanted of settings where it is other than in force, None for what the file says; gives what the page says then."""
    doors = hand.doors
    for path in wanted:
        if not may_change(path, doors.base):
            raise Invalid("This cannot be changed here.").keyed("settings.none" if doors.base.pages.may_edit else "settings.forbidden")
    kept = await hand.read(latest_changes)
    changed = {path: view.value for path, view in kept.items()}
    new, telling = dict(changed), dict[str, tuple[Any, Any]]()
    for path, value in wanted.items():
        # What is as in the file is no change of ours: a later change of the file counts then.
        after = None if value == value_of(doors.base, path) else value
        if (path in changed and after is None) or (after is not None and after != changed.get(path)):
            telling[path] = (value_of(doors.settings, path), after)
        if after is None:
            new.pop(path, None)
        else:
            new[path] = after
    if not telling:
        return "same"
    _check(doors.base, new, telling, visitor.language)
    version = given.get("version", "")
    at = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
    doors.write(partial(change_settings, changes=telling, actor=visitor.account or "", version=at, now=doors.now()))
    doors.take_settings()
    return "changed"


def _check(base: HubSettings, new: Mapping[str, Any], telling: Mapping[str, object], language: str) -> None:
    """Refuse what does not fit; what did not fit before, and is not touched now, stays left out."""
    left_out = put_together(base, new)[1]
    fit = {path: value for path, value in new.items() if path not in left_out or path in telling}
    if not isinstance(found := fitted(base, fit), HubSettings):
        raise refusal(language, found)


def _line(language: str, view: ChangeView, when: str) -> dict[str, str]:
    became = say(language, "settings.as-file") if view.value is None else in_short(language, view.value)
    return {
        "path": view.path, "means": means(language, view.path), "was": in_short(language, view.was), "became": became, "when": when,
        "who": view.set_by,
    }  # fmt: skip


async def look_at(hand: Inside, visitor: Visitor) -> Look:
    """Read what there is to be shown."""

    def read(connection: Connection) -> tuple[dict[str, ChangeView], int]:
        return latest_changes(connection), version_of_settings(connection)

    changed, version = await hand.read(read)
    base = hand.doors.base
    now, left_out = put_together(base, {path: view.value for path, view in changed.items()})
    return Look(base, now, changed, left_out, version, visitor.language, hand.doors.rules.zone)


async def _page(
    hand: Inside, visitor: Visitor, status: int = 200, *, wrong: str | None = None, done: str | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    look = await look_at(hand, visitor)
    values = {
        "look": look,
        "every_kind": list(NoticeType),
        "sections": {section: fields_of_section(look, section, typed or {}) for section in EDITABLE},
        "barcodes": _barcodes(look.now, visitor.language),
        "terms": [in_short(visitor.language, scope.model_dump(mode="json", exclude_none=True)) for scope in look.now.notices.at],
        "terms_of_file": in_short(visitor.language, value_of(look.base, "notices.at")),
        "said": partial(in_short, visitor.language),
        "wrong": wrong,
        "done": say(visitor.language, f"settings.done.{done}") if done in DONE else None,
        "may_edit": look.base.pages.may_edit,
    }
    return page(hand, visitor, "settings.html", "admin", status, at="settings", **values)


def _barcodes(now: HubSettings, language: str) -> list[dict[str, Any]]:
    """Give each key of the barcodes, as it would be written in the file."""
    section = now.barcodes
    shown = []
    for name, about in type(section).model_fields.items():
        value = getattr(section, name)
        written = text_of({name: list(value) if isinstance(value, tuple) else value}).strip()
        means = MEANS[language].get(name) or about.description or ""
        shown.append({"written": written, "means": means, "set": name in section.model_fields_set})
    return shown
