"""Signing in with a provider that others have made, in a real browser: to it, by its form, and back."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from tests.pages.browser import Browser
from tests.support.provider import client_at
from tests.support.web import TestDoors, serving

PEOPLE = (
    {"sub": "ada", "preferred_username": "ada.heron", "groups": ["library", "ill"]},
    {"sub": "eve", "preferred_username": "eve", "groups": ["readers"]},
)


@pytest.fixture
async def provider() -> AsyncIterator[str]:
    """Run oidc-provider-mock as a program of its own; gives its address."""
    told = [f"--user-claims={json.dumps(person)}" for person in PEOPLE]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0", "--require-nonce", *told, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(20):
            while (found := re.search(rb"http://[\d.]+:\d+", await process.stderr.readline())) is None:
                pass
        yield found[0].decode()
    finally:
        process.kill()
        await process.wait()


async def sign_in_there(browser: Browser, address: str, who: str) -> None:
    """Press the button at the door, and say at the provider who one is."""
    await browser.open(f"{address}/stations")
    assert await browser.value("location.pathname") == "/enter"
    await browser.value("document.querySelector('a.button').focus()")
    await browser.press("Enter")
    await browser.until("location.pathname === '/oauth2/authorize' && document.readyState === 'complete'")
    await browser.value(f"document.querySelector('button[name=sub][value={who}]').focus()")
    await browser.press("Enter")


async def test_the_way_there_and_back(web: tuple[FastAPI, TestDoors], browser: Browser, provider: str, tmp_path: Path) -> None:
    app, doors = web
    async with serving(app, doors) as address:
        doors.provider = client_at(provider, address)
        await browser.open(f"{address}/enter", width=390, height=844)
        await browser.picture(tmp_path / "door.png")
        assert await browser.value("document.documentElement.scrollWidth") == 390
        await sign_in_there(browser, address, "ada")
        await browser.until("location.pathname === '/stations' && document.querySelector('.who .name') !== null")
        assert await browser.value("document.querySelector('.who .name bdi').textContent") == "ada.heron"
        await browser.value("document.querySelector('form[action=\"/sign-out\"] button').click()")
        await browser.until("location.pathname === '/enter'")
        await sign_in_there(browser, address, "eve")
        await browser.until("document.querySelector('.wrong') !== null")
        assert "says nothing that lets you in here" in await browser.value("document.querySelector('.wrong').textContent")
        assert doors.connection.execute("SELECT name, role FROM account").fetchall() == [("ada.heron", StaffRole.RESOURCE_SHARING.value)]
