"""Administration, for admins: where everything is, and what is in force, with the place where it is set."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from hub.core.notices import NoticeType
from hub.core.words import ENGLISH, LANGUAGES
from hub.settings import HubSettings
from hub.web.inside import Hand
from hub.web.settings_text import text_of
from hub.web.shell import page
from hub.web.visitor import Admin
from hub.web.words.about_settings import MEANS

router = APIRouter(prefix="/admin", include_in_schema=False)

PARTS = (
    ("desks", "/admin/desks"),
    ("partners", "/admin/partners"),
    ("patrons", "/admin/patrons"),
    ("settings", "/admin/settings"),
    ("users", "/users"),
    ("sheets", "/admin/sheets"),
)
SECTIONS = ("policy", "windows", "barcodes")


@router.get("")
async def index(hand: Hand, visitor: Admin) -> Response:
    """Show the parts of the administration."""
    return page(hand, visitor, "admin.html", "admin", parts=PARTS, at="")


@router.get("/settings")
async def settings(hand: Hand, visitor: Admin) -> Response:
    """Show what is in force of policies, barcodes, notices and words; nothing of it is a secret."""
    now = hand.doors.settings
    sections = {name: _shown(getattr(now, name), visitor.language) for name in SECTIONS}
    values: dict[str, Any] = {"sections": sections, "notices": _notices(now), "words": _words(now), "now": now, "desks": len(now.desk)}
    return page(hand, visitor, "settings.html", "admin", at="settings", **values)


def _shown(section: BaseModel, language: str) -> list[dict[str, Any]]:
    """Give each key of a section: its value, as it would be written, what it means, and whether the file says it."""
    return [_key(section, name, MEANS[language].get(name)) for name in type(section).model_fields]


def _key(section: BaseModel, name: str, means: str | None) -> dict[str, Any]:
    about = type(section).model_fields[name]
    value, usual = getattr(section, name), about.get_default(call_default_factory=True)
    return {
        "written": text_of({name: _plain(value)}).strip(),
        "means": means or about.description or "",
        "set": name in section.model_fields_set,
        "usual": None if value == usual else text_of({name: _plain(usual)}).strip(),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _notices(now: HubSettings) -> list[tuple[str, bool]]:
    return [(kind.value, kind in now.notices.send) for kind in NoticeType]


def _words(now: HubSettings) -> list[dict[str, Any]]:
    """Give every sentence that desks are told, in all languages, with what this library says instead."""
    told: list[dict[str, Any]] = []
    for key in ENGLISH.sentences:
        each = {language: words.sentences[key] for language, words in LANGUAGES.items()}
        own = {language: own[key] for language, own in now.words.items() if key in own}
        told.append({"key": key, "usual": each, "own": own})
    return sorted(told, key=lambda each: not each["own"])
