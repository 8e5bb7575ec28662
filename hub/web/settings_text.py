"""A station's settings as the text that a systems librarian edits: TOML, as in station.toml."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from typing import Any

from hub.errors import Invalid

DELETE = "\x7f"


def text_of(setup: Mapping[str, Any]) -> str:
    """Give settings as TOML: what is no table first, as TOML wants it."""
    lines = [f"{_key(name)} = {_value(value)}" for name, value in setup.items() if not _is_section(value)]
    for name, value in setup.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{_key(name)}]", *_pairs(value)]
        elif _is_section(value):
            lines += [line for each in value for line in ("", f"[[{_key(name)}]]", *_pairs(each))]
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def setup_of(text: str) -> dict[str, Any]:
    """Give the settings that a text says; Invalid where it says none."""
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Invalid(f"This is not TOML: {why}").keyed("stations.not-toml", why=why) from error
    for key, value in found.items():
        if not _is_plain(value):
            said = f"{key}: dates, infinite numbers and the like are no settings."
            raise Invalid(said).keyed("stations.not-plain", key=key)
    return found


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value))


def _is_section(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value))


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in table.items()]


def _key(name: str) -> str:
    return name if name and name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _text(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return repr(value)


def _text(value: str) -> str:
    # JSON's escapes are TOML's; but for this one sign, which TOML wants escaped, too.
    return json.dumps(value, ensure_ascii=False).replace(DELETE, "\\u007f")
