"""Settings as the fields of a form: what each shows, where its value comes from, and what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hub.check_settings import places_in
from hub.core.notices import NoticeType
from hub.core.words import LANGUAGES
from hub.errors import Invalid
from hub.in_force import EDITABLE, WORDS, Unfit, is_in_file, steps, value_of
from hub.settings import HubSettings
from hub.store.pages.setting_changes import ChangeView
from hub.web.words import PAGES, say
from hub.web.words.about_settings import MEANS

Kind = Literal["number", "kinds", "delays", "days", "hours", "channels", "yes"]
Origin = Literal["file", "usual", "here", "unfit"]
KINDS: Mapping[str, Kind] = {
    "notices.send": "kinds",
    "notices.delay_s": "delays",
    "notices.overdue_days": "days",
    "notices.quiet": "hours",
    "notices.open_days_only": "yes",
    "notices.channels": "channels",
    "notices.calendar": "yes",
}
"""Every other one is a number."""
OTHER_TERMS = "notices.at"
"""A list with pages of its own."""
MOST_CHANNELS = 10
RANGE = frozenset({"less_than_equal", "greater_than_equal"})
NUMBER = frozenset({"int_parsing", "int_type", "int_from_float", "float_parsing", "float_type", "finite_number"})
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}[.,][0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as its form shows it."""

    path: str
    key: str
    kind: Kind
    means: str
    value: Any
    """As typed, where it was typed and cannot be."""
    origin: Origin
    change: ChangeView | None
    base: str
    """What the file says, in short."""
    why: str | None = None
    """Where what was set here does not fit the file any more: why."""
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to be shown: the settings of the file and those in force, what was changed, and what of it is left out."""

    base: HubSettings
    now: HubSettings
    changes: Mapping[str, ChangeView]
    left_out: Mapping[str, Unfit]
    version: int
    language: str
    zone: tzinfo

    @property
    def channels(self) -> tuple[str, ...]:
        """Give the names of the ways to reach patrons."""
        return self.now.notices.known_channels()

    def origin(self, path: str) -> Origin:
        """Say where the value of a setting comes from."""
        if path in self.left_out:
            return "unfit"
        if path in self.changes and self.base.pages.may_edit:
            return "here"
        return "file" if is_in_file(self.base, path) else "usual"


def fields_of_section(look: Look, section: str, typed: Mapping[str, Any]) -> list[Shown]:
    """Give the fields of a section; ``typed`` are values that could not be kept, by path."""
    paths = [f"{section}.{key}" for key in EDITABLE[section]]
    return [_shown(look, path, typed) for path in paths if path != OTHER_TERMS]


def _shown(look: Look, path: str, typed: Mapping[str, Any]) -> Shown:
    section, key = steps(path)
    about = _about(look.now, section, key)
    unfit = look.left_out.get(path)
    return Shown(
        path, key, KINDS.get(path, "number"), means(look.language, path, about), typed.get(path, value_of(look.now, path)),
        look.origin(path), look.changes.get(path), in_short(look.language, value_of(look.base, path)),
        None if unfit is None else why_not(look.language, unfit), _limits(about),
    )  # fmt: skip


def _about(settings: HubSettings, section: str, key: str) -> FieldInfo:
    model: type[BaseModel] = type(getattr(settings, section))
    return model.model_fields[key]


def means(language: str, path: str, about: FieldInfo | None = None) -> str:
    """Say what a setting means."""
    sections = steps(path)
    if sections[0] == WORDS:
        return say(language, "settings.sentence", key=sections[-1], language=sections[1])
    if path == OTHER_TERMS:
        return say(language, "terms.title")
    if about is None:
        about = _about(HubSettings(), *sections)
    text = MEANS[language].get(sections[-1]) or about.description or path
    return text[:1].upper() + text[1:]


def _limits(about: FieldInfo) -> dict[str, Any]:
    found = {name: getattr(limit, name) for limit in about.metadata for name in ("ge", "le") if hasattr(limit, name)}
    return found | {"step": "any" if about.annotation is float else "1"}


def typed_in(section: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Give what was typed into the form of a section, by path; what is no number stays as it was typed, so that it can be mended."""
    paths = [f"{section}.{key}" for key in EDITABLE[section]]
    return {path: READ[KINDS.get(path, "number")](steps(path)[-1], given) for path in paths if path != OTHER_TERMS}


def number_of(text: str) -> int | float | str:
    """Give the number a text says, or the text."""
    text = text.strip()
    if _DIGITS.fullmatch(text):
        return int(text)
    return float(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else text


def days_of(text: str) -> list[int | float | str]:
    """Give the days of a list with commas."""
    return [number_of(each) for each in re.split(r"[,;\s]+", text) if each]


def hours_of(text: str) -> str:
    """Give hours as the settings write them."""
    return "".join(text.split()).replace("\N{EN DASH}", "-")


def channels_of(key: str, given: Mapping[str, str]) -> list[str]:
    """Give the ways that were chosen, in their order."""
    chosen = (given.get(f"{key}-{number}", "") for number in range(1, MOST_CHANNELS + 1))
    return list(dict.fromkeys(name for name in chosen if name))


def kinds_of(key: str, given: Mapping[str, str]) -> list[str]:
    """Give the notices that were ticked."""
    return [kind.value for kind in NoticeType if f"{key}-{kind}" in given]


def delays_of(key: str, given: Mapping[str, str]) -> dict[str, int | float | str]:
    """Give the seconds that were typed for single notices."""
    typed = {kind.value: given.get(f"{key}-{kind}", "").strip() for kind in NoticeType}
    return {kind: number_of(text) for kind, text in typed.items() if text}


READ: Mapping[Kind, Callable[[str, Mapping[str, str]], Any]] = {
    "number": lambda key, given: number_of(given.get(key, "")),
    "kinds": kinds_of,
    "delays": delays_of,
    "days": lambda key, given: days_of(given.get(key, "")),
    "hours": lambda key, given: hours_of(given.get(key, "")),
    "channels": channels_of,
    "yes": lambda key, given: key in given,
}


def in_short(language: str, value: Any) -> str:
    """Give a value in one line."""
    match value:
        case None | "" | [] | {}:
            return say(language, "settings.nothing")
        case bool():
            return say(language, "settings.yes" if value else "settings.no")
        case float():
            return f"{value:g}"
        case Mapping():
            return ", ".join(f"{_named(language, name)} {in_short(language, each)}" for name, each in value.items())
        case [Mapping(), *_]:
            return "; ".join(in_short(language, each) for each in value)
        case Sequence() if not isinstance(value, str):
            return ", ".join(_named(language, each) for each in value)
        case _:
            return str(value)


def _named(language: str, name: object) -> str:
    return PAGES[language].get(f"letters.kind.{name}") or PAGES[language].get(f"terms.{name}") or str(name)


def refusal(language: str, unfit: Unfit) -> Invalid:
    """Give why a setting cannot be so, as an error with words."""
    said = say(language, "settings.wrong", what=means(language, unfit.path), why=why_not(language, unfit))
    return Invalid(said)


def why_not(language: str, unfit: Unfit) -> str:
    """Say why a setting cannot be so, and what it may be."""
    path, kind = unfit.path, unfit.kind
    if kind in NUMBER:
        return say(language, "settings.why.number")
    sections = steps(path)
    if sections[0] == WORDS:
        known = {words: LANGUAGES[words].sentences.get(sections[-1]) for words in LANGUAGES}
        places = sorted({place for text in known.values() if text for place in places_in(text)})
        named = ", ".join(f"{{{place}}}" for place in places)
        return say(language, "settings.why.words", places=named or say(language, "settings.nothing"))
    if kind in RANGE and path in EDITABLE_PATHS and "ge" in (limits := _limits(_about(HubSettings(), *sections))):
        return say(language, "settings.why.range", least=limits["ge"], most=limits["le"])
    key = f"settings.why.{path}"
    return say(language, key) if key in PAGES[language] else unfit.said


EDITABLE_PATHS = frozenset(f"{section}.{key}" for section, keys in EDITABLE.items() for key in keys)
