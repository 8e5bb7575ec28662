"""What is so on every page, whoever made it: usable without eyes, hands or bright light; little to load, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

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
ASIDE = """
[...document.querySelectorAll("table")].flatMap((table) => {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].filter((each) => each.offsetWidth);
  const cells = [...(table.tBodies[0]?.rows[0]?.cells ?? [])].filter((each) => each.offsetWidth);
  if (heads.length !== cells.length) return [];
  return heads.filter((each, place) => Math.abs(each.getBoundingClientRect().left - cells[place].getBoundingClientRect().left) > 2)
    .map((each) => `the column ${each.textContent.trim()} does not stand under its head`);
})
"""
WIDER = "document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} of ${innerWidth} px`] : []"
DARK = [{"name": "prefers-color-scheme", "value": "dark"}]
LOADED = "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
FIRST_LOAD_BYTES = 150_000


def lively(doors: TestDoors) -> None:
    """Let the library have what pages show when not all is well."""
    says(doors, "main-1", scanners=(HERE, GONE), waiting=3, oldest_waiting_at=doors.now())
    doors.scan("main-1", "99999999999999", doors.new_id())
    doors.scan("rs-1", "2000000000001", doors.new_id())


def test_axe_is_the_one_that_was_pinned() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


async def test_every_page_is_usable_by_everybody_small_and_only_from_here(demo: tuple[FastAPI, TestDoors], browser: Browser) -> None:
    """One walk for all: loading a page takes longer than looking at it."""
    app, doors = demo
    lively(doors)
    axe, found = AXE.read_text(encoding="utf-8"), {}
    async with serving(app, doors) as address:
        walked = await every_page(address, doors)
        assert len(walked) > 30
        for path, who in walked:
            await browser.open(f"{address}{path}", cookie=who.secret if who else "-")
            wrong = await loaded_from_elsewhere_or_too_much(browser, address)
            # A page whose place is not there is told with 404, which the console says, too.
            wrong += [each for each in browser.complaints if "404" not in each and "410" not in each]
            browser.complaints.clear()
            await browser.value(f"{axe}; typeof axe")
            wrong += await browser.value(RULES) + await browser.value(ASIDE)
            # By night only colours are others; on a phone what is shown and where.
            await browser.do("Emulation.setEmulatedMedia", features=DARK)
            wrong += [f"dark: {each}" for each in await browser.value(COLOURS)]
            await browser.do("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
            wrong += [f"phone, dark: {each}" for each in await browser.value(RULES) + await browser.value(WIDER)]
            if wrong:
                found[path] = wrong
    assert found == {}


async def loaded_from_elsewhere_or_too_much(browser: Browser, address: str) -> list[str]:
    """Give what a page loads or names that is not ours, and its size where that is too much."""
    names = await browser.value(f"{LOADED}.map((each) => each.name)")
    links = await browser.value("[...document.querySelectorAll('link[href],script[src],img[src]')].map((each) => each.href || each.src)")
    size = await browser.value(f"{LOADED}.reduce((sum, each) => sum + each.decodedBodySize, 0)")
    assert size > 1000
    heavy = [f"{size} bytes"] if size >= FIRST_LOAD_BYTES else []
    return [each for each in names + links if not each.startswith(f"{address}/")] + heavy
