"""A settings file as one frozen model; whatever is wrong with it becomes one sentence that names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

S = TypeVar("S", bound=BaseModel)


class SettingsFileError(Exception):
    """The settings cannot be used; the text says what to change."""


Place = tuple[int | str, ...]
"""Where a key stands: tables and the key, with the number of a table among those of its name, counted from 0."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something a file must not say although each key is right by itself."""

    place: Place
    said: str


def load_settings(model: type[S], path: Path, together: Callable[[S], Iterable[Wrong]] = lambda settings: ()) -> S:
    """Read a TOML file into its model; SettingsFileError says in one sentence what to change.

    ``together`` looks at the settings as a whole and gives what is wrong there.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise SettingsFileError(f"The settings file {path} cannot be read ({error.strerror}): check --config.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"{path} is not valid TOML: {error}.") from error
    try:
        settings = model.model_validate(values)
    except ValidationError as error:
        raise SettingsFileError(_sentence(model, path, text, error)) from error
    for wrong in together(settings):
        raise SettingsFileError(f"{path}{_line(text, wrong.place)}: {_place(wrong.place)}: {wrong.said}.")
    return settings


def _sentence(model: type[BaseModel], path: Path, text: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    # Where a table's own name is wrong, pydantic says so with a part that stands nowhere in the file.
    loc = tuple(part for part in first["loc"] if part != "[key]")
    where = f"{path}{_line(text, loc)}"
    said = str(first["msg"]).removeprefix("Value error, ")
    match first["type"]:
        case "extra_forbidden":
            return f"{where}: unknown key {_place(loc)}: {_nearest(model, str(loc[-1]))}"
        case "missing":
            return f"{where}: {_place(loc)} is missing: add it."
        case _:
            return f"{where}: {_place(loc)}: {said}." if loc else f"{where}: {said}."


def _place(loc: Place) -> str:
    """Give ``scanner[2].baud`` for the second scanner's key, counted as a person counts."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _line(text: str, loc: Place) -> str:
    """Give `` line 12`` where the key can be found below its table's head, else nothing."""
    names = [part for part in loc if isinstance(part, str)]
    nth = next((part for part in loc if isinstance(part, int)), 0)
    lines = text.splitlines()
    start = 0
    for depth in range(1, len(names)):
        table = r"\s*\.\s*".join(map(_quoted, names[:depth]))
        heads = [number for number, line in enumerate(lines) if number >= start and re.match(rf"\s*\[+\s*{table}\s*\]+", line)]
        if heads:
            # Only the first of nested tables is one of several.
            start = heads[min(nth if depth == 1 else 0, len(heads) - 1)]
    key = names[-1] if names else ""
    for number in range(start, len(lines)):
        if key and re.match(rf"\s*(\[+\s*([\w.-]+\.)?)?{_quoted(key)}\s*(=|\])", lines[number]):
            return f" line {number + 1}"
    return f" line {start + 1}" if start else ""


def _quoted(key: str) -> str:
    return rf"[\"']?{re.escape(key)}[\"']?"


def _nearest(model: type[BaseModel], key: str) -> str:
    # Imported here: needed only on the way out, and a station counts its memory.
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(set(_keys(model))), n=1)
    return f"did you mean {near[0]!r}?" if near else "remove it or correct its name."


def _keys(model: type[BaseModel]) -> Iterable[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in _models_in(field.annotation):
            yield from _keys(inner)


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)
