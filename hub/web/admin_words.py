"""What desks are told, for admins: each sentence as usual, and as this library says it; changed here and set back."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.check_settings import places_in
from hub.core.words import LANGUAGES
from hub.errors import HubError, NotFound
from hub.in_force import value_of
from hub.web.admin_settings import DONE, keep, look_at
from hub.web.inside import Hand, Inside
from hub.web.setting_fields import Look, Origin
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import say

router = APIRouter(prefix="/admin/words", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in one language."""

    language: str
    usual: str
    """What the file says, else what every library is given."""
    own: str
    """What is said instead; empty where it is as usual."""
    origin: Origin
    who: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in every language, and the places it may have."""

    key: str
    places: tuple[str, ...]
    said: tuple[Said, ...]

    @property
    def is_own(self) -> bool:
        """Whether this library says it in its own way."""
        return any(each.origin != "usual" for each in self.said)


@router.get("")
async def words(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show every sentence, first those that this library says in its own way."""
    look, done = await look_at(hand, visitor), request.query_params.get("done")
    found = sorted((_sentence(look, key, {}) for key in LANGUAGES[visitor.language].sentences), key=lambda each: not each.is_own)
    said = say(visitor.language, f"settings.done.{done}") if done in DONE else None
    return page(hand, visitor, "words.html", "admin", at="words", sentences=found, done=said, may_edit=look.base.pages.may_edit)


@router.get("/{key}")
async def one(hand: Hand, visitor: Admin, key: str) -> Response:
    """Show one sentence in every language."""
    return await _page(hand, visitor, key)


@router.post("/{key}/set")
async def change(hand: Hand, visitor: AdminChanges, key: str, request: Request) -> Response:
    """Say a sentence in this library's own way; what is left empty is said as usual."""
    given = await fields_of(request)
    typed = {language: " ".join(given.get(language, "").split()) for language in LANGUAGES}
    try:
        done = await keep(hand, visitor, {f"words.{language}.{key}": text or None for language, text in typed.items()}, given)
    except HubError as error:
        return await _page(hand, visitor, key, 422, wrong=in_words(error, visitor.language), typed=typed)
    return RedirectResponse(f"/admin/words?done={done}", 303)


def _sentence(look: Look, key: str, typed: dict[str, str]) -> Sentence:
    every = {language: words.sentences.get(key, "") for language, words in LANGUAGES.items()}
    places = sorted({place for text in every.values() for place in places_in(text)})
    return Sentence(key, tuple(places), tuple(_said(look, language, key, every[language], typed) for language in LANGUAGES))


def _said(look: Look, language: str, key: str, usual: str, typed: dict[str, str]) -> Said:
    path = f"words.{language}.{key}"
    change, base, own = look.changes.get(path), value_of(look.base, path), value_of(look.now, path) or ""
    shown = typed.get(language, own if own != base else "")
    return Said(language, base or usual, shown, look.origin(path), None if change is None else change.set_by)


async def _page(
    hand: Inside, visitor: Visitor, key: str, status: int = 200, *, wrong: str | None = None, typed: dict[str, str] | None = None
) -> Response:  # fmt: skip
    if key not in LANGUAGES[visitor.language].sentences:
        raise NotFound("There is no such sentence.").keyed("words.none")
    look = await look_at(hand, visitor)
    values = {"look": look, "one": _sentence(look, key, typed or {}), "wrong": wrong, "may_edit": look.base.pages.may_edit}
    return page(hand, visitor, "sentence.html", "admin", status, at="words", **values)
