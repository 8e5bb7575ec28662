"""What is so on every page, whoever made it: usable without eyes, hands or bright light; little to load, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.pages.browser import Browser
from tests.support.every_page import every_page
from tests.support.stations import GONE, HERE, says
from tests.support.web import TestDoors, serving

AXE = Path(__file__).parent / "axe" / "axe.min.js"
"""axe-core 4.14.1 as npm has it, unmodified: MPL-2.0, in tests only."""
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
SERIOUS = """
axe.run(document, { iframes: false, resultTypes: ["violations"], runOnly: %s })
  .then((found) => found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`))
"""
RULES = SERIOUS % '{ type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }'
COLOURS = SERIOUS % '["color-contrast", "link-in-text-block"]'
DARK = [{"name": "prefers-color-scheme", "value": "dark"}]
LOADED = "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
FIRST_LOAD_BYTES = 150_000
SIZES = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)], ids=["desk", "phone"])


def lively(doors: TestDoors) -> None:
    """Let the library have what pages show when not all is well."""
    says(doors, "main-1", scanners=(HERE, GONE), waiting=3, oldest_waiting_at=doors.now())
    doors.scan("main-1", "99999999999999", doors.new_id())
    doors.scan("rs-1", "2000000000001", doors.new_id())


def test_axe_is_the_one_that_was_pinned() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


@SIZES
async def test_axe_finds_nothing_serious_on_any_page_by_day_and_by_night(
    demo: tuple[FastAPI, TestDoors], browser: Browser, width: int, height: int
) -> None:  # fmt: skip
    app, doors = demo
    lively(doors)
    axe, found = AXE.read_text(encoding="utf-8"), {}
    async with serving(app, doors) as address:
        for path, who in await every_page(address, doors):
            await browser.open(f"{address}{path}", width=width, height=height, cookie=who.secret if who else "-")
            await browser.value(f"{axe}; typeof axe")
            by_day = await browser.value(RULES)
            # By night only colours are others.
            await browser.do("Emulation.setEmulatedMedia", features=DARK)
            if wrong := by_day + await browser.value(COLOURS):
                found[path] = wrong
    assert found == {}


async def test_first_load_of_every_page_is_small_and_only_from_here(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    app, doors = demo
    lively(doors)
    heavy: dict[str, int] = {}
    async with serving(app, doors) as address:
        for path, who in await every_page(address, doors):
            await browser.open(f"{address}{path}", cookie=who.secret if who else "-")
            elsewhere = f"{LOADED}.map((each) => each.name).filter((each) => !each.startsWith(location.origin))"
            assert await browser.value(elsewhere) == [], path
            if (size := await browser.value(f"{LOADED}.reduce((sum, each) => sum + each.decodedBodySize, 0)")) >= FIRST_LOAD_BYTES:
                heavy[path] = size
            links = "[...document.querySelectorAll('link[href],script[src],img[src]')].map((each) => each.href ?? each.src)"
            assert [each for each in await browser.value(links) if not each.startswith(address)] == [], path
            # A page whose place is not there is told with 404, which the console says, too.
            assert [each for each in browser.complaints if "404" not in each and "410" not in each] == [], json.dumps(path)
            browser.complaints.clear()
    assert heavy == {}
