"""Templates: every text from outside is escaped, and a name that does not exist is an error."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from broker import __version__

FOLDER = Path(__file__).parent / "templates"
OF_PAGES = (FOLDER, FOLDER.parent / "static", FOLDER.parent / "words")
"""What pages are made of."""


@cache
def edition() -> str:
    """Give a short text that is another one when pages are: after an update of the hub."""
    found = hashlib.sha256(__version__.encode())
    for path in sorted(path for folder in OF_PAGES for path in folder.iterdir() if path.is_file()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    # A new release is a new address for its style and script, so no browser mixes old with new.
    environment.globals["static"] = lambda name: f"/static/{name}?v={__version__}"
    return environment


def render(template: str, /, **values: Any) -> str:
    """Give a filled template."""
    return _environment().get_template(template).render(**values)
