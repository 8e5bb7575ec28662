"""Write docs/settings.md from the settings models: every key, its default and what it is for."""

from __future__ import annotations

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from hub.settings import HubSettings
from station.settings import StationFile

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Made from the programs' own models by `python tools/write_settings_page.py`; a test holds this page against them.
An unknown key is an error that names file, line and key. `holdshelf check` and `holdshelf-station check` print what is in force.

`holdshelf up` writes working files on its first run (`hub.toml`, `stations/NAME.toml`); only what differs from the default needs a line.
"""


def page() -> str:
    """Give the page's text."""
    parts = [HEAD, "## The hub: hub.toml\n", *_tables(HubSettings, ""), "## A station: station.toml\n", *_tables(StationFile, "")]
    return "\n".join(parts)


def _tables(model: type[BaseModel], section: str, within: str = "") -> Iterable[str]:
    plain = {name: field for name, field in model.model_fields.items() if _model_in(field.annotation) is None}
    if plain:
        title = f"### {section}\n\n" if section else ""
        rows = [f"| `{name}` | {_default(field)} | {field.description or ''} |" for name, field in plain.items()]
        yield title + "| key | default | what |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    for name, field in model.model_fields.items():
        if (inner := _model_in(field.annotation)) is not None:
            inside = f"{within}{name}"
            several = get_origin(field.annotation) is tuple
            yield from _tables(inner, f"`[[{inside}]]`, any number of them" if several else f"`[{inside}]`", f"{inside}.")


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "**needed**"
    if value is None:
        return "-"
    if isinstance(value, tuple):
        value = list(value)
    text = str(value).lower() if isinstance(value, bool) else repr(str(value) if isinstance(value, Path) else value)
    return "`" + text.replace("|", "\\|") + "`"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, types.UnionType):
        return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
    return None


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} written")
