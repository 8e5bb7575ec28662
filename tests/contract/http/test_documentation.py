"""docs/http.md names every address there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[3] / "docs" / "http.md"
ROW = re.compile(r"^\| (`[A-Z].*?`) \|", re.MULTILINE)


def documented() -> set[tuple[str, str]]:
    """Give method and path of everything the page's table names; methods without a path belong to the next path."""
    found: set[tuple[str, str]] = set()
    for row in ROW.findall(PAGE.read_text(encoding="utf-8")):
        methods: list[str] = []
        for named in re.findall(r"`([^`]*)`", row):
            method, _, path = named.partition(" ")
            methods.append(method)
            if path:
                found |= {(each, path) for each in methods}
                methods = []
    return found


async def test_the_page_and_the_hub_name_the_same_addresses(program: Any) -> None:
    paths = program.app.openapi()["paths"]
    assert documented() == {(method.upper(), path) for path, methods in paths.items() for method in methods}
