"""What the texts in a body may be: one line or a few, without characters that cannot be shown."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Body(BaseModel):
    """What all bodies share: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _visible(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character != "\n" for character in text):
        raise ValueError("holds a character that cannot be shown")
    return text


def _in_one_line(text: Any) -> Any:
    return " ".join(text.split()) if isinstance(text, str) else text


def _empty_is_none(text: Any) -> Any:
    return None if isinstance(text, str) and not text.strip() else text


def _plain_lines(text: Any) -> Any:
    return text.replace("\r\n", "\n").replace("\t", " ").strip() if isinstance(text, str) else text


_None = BeforeValidator(_empty_is_none)
_OneLine = BeforeValidator(_in_one_line)
_Visible = AfterValidator(_visible)

Short = Annotated[str, StringConstraints(min_length=1, max_length=100), _Visible, _OneLine]
"""A name or number."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=500), _Visible, _OneLine]
"""A title or the like."""
Lines = Annotated[str, StringConstraints(min_length=1, max_length=2000), _Visible, BeforeValidator(_plain_lines)]
"""A note."""
MaybeShort = Annotated[Short | None, _None]
MaybeLine = Annotated[Line | None, _None]
MaybeLines = Annotated[Lines | None, _None]

PartnerCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,39}$")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"), _Visible]
MaybeEmail = Annotated[Email | None, _None]

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()/.-]{2,39}$")]
MaybePhone = Annotated[Phone | None, _None]
Channels = Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")], ...], Field(max_length=10)]
"""The names of ways to reach a patron, the first one wished for first."""
LetterLanguage = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})?$")]
MaybeLanguage = Annotated[LetterLanguage | None, _None]

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day of a loan or a hold: near enough to be counted from, and no slip of the pen by centuries."""

Actor = Annotated[str, StringConstraints(min_length=1, max_length=100), _Visible, _OneLine]
"""Who does this, as it will stand in the history."""
API_ACTOR = "api"
