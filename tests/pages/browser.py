"""Chromium without a window, driven through its debugging pipe: opens pages, reads them, takes their picture."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

PROGRAM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
LIMIT_S = 20.0
KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, "")}
LINE_BYTES = 1 << 26
"""A picture comes as one line."""


class Browser:
    """One tab."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: str | None = None
        self.complaints: list[str] = []
        """What the page's console said: errors of scripts, and whatever the content security policy stopped."""

    async def begin(self) -> None:
        """Open the tab."""
        self._listening = asyncio.create_task(self._listen())
        target = await self.do("Target.createTarget", url="about:blank")
        self._session = (await self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True))["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            await self.do(f"{domain}.enable")

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Give one command to the browser, and its answer."""
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        command: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        self._writer.write(json.dumps(command).encode() + b"\0")
        async with asyncio.timeout(LIMIT_S):
            return await answer

    async def open(
        self, address: str, *, width: int = 1366, height: int = 768, dark: bool = False, cookie: str | None = None, language: str = "en"
    ) -> None:
        """Go to a page, as seen on a screen of this size, in a browser that speaks this language; ``cookie`` is who is signed in."""
        await self.do("Emulation.setUserAgentOverride", userAgent="Chromium", acceptLanguage=language)
        if cookie is not None:
            await self.do("Network.setCookie", name="holdshelf", value=cookie, url=address, httpOnly=True, sameSite="Strict")
        await self.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        await self.do("Emulation.setEmulatedMedia", features=features)
        await self.do("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")

    async def type(self, text: str) -> None:
        """Press the keys of a text, as a keyboard or a scanner does."""
        for sign in text:
            await self.do("Input.dispatchKeyEvent", type="keyDown", key=sign, text=sign)
            await self.do("Input.dispatchKeyEvent", type="keyUp", key=sign)

    async def press(self, key: str) -> None:
        """Press a key that has a name: Enter, Tab, Escape."""
        code, text = KEYS[key]
        more = {"text": text} if text else {}
        await self.do("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **more)
        await self.do("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    async def value(self, expression: str) -> Any:
        """Give the value of an expression in the page."""
        answer = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str, limit_s: float = LIMIT_S) -> None:
        """Wait until an expression is true in the page."""
        async with asyncio.timeout(limit_s):
            while not await self._quietly(expression):  # noqa: ASYNC110 - the page has no event of ours
                await asyncio.sleep(0.02)

    async def _quietly(self, expression: str) -> bool:
        answer = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return bool(answer.get("result", {}).get("value"))

    async def picture(self, path: Path) -> None:
        """Write what is seen to a file."""
        shot = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))

    async def _listen(self) -> None:
        while line := await self._reader.readuntil(b"\0"):
            said = json.loads(line[:-1])
            if (answer := self._waiting.pop(said.get("id", 0), None)) is not None:
                answer.set_result(said.get("result", {}))
            elif said.get("method") == "Log.entryAdded":
                self.complaints.append(said["params"]["entry"]["text"])
            elif said.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(said["params"]["exceptionDetails"]))


@asynccontextmanager
async def a_browser(profile: Path) -> AsyncIterator[Browser]:
    """Start a browser with a new profile, and end it."""
    assert PROGRAM is not None
    to_browser, from_us = os.pipe()
    to_us, from_browser = os.pipe()

    # The browser reads commands from descriptor 3 and answers on 4.
    shell = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
    process = await asyncio.create_subprocess_exec(
        "/bin/bash", "-c", shell, PROGRAM, *OPTIONS, f"--user-data-dir={profile}", "about:blank",
        pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_browser)
    os.close(from_browser)
    browser = Browser(*await _streams(to_us, from_us))
    try:
        async with asyncio.timeout(LIMIT_S):
            await browser.begin()
        yield browser
    finally:
        browser._listening.cancel()
        browser._writer.close()
        process.kill()
        await process.wait()


async def _streams(read_from: int, write_to: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_from, "rb"))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(write_to, "wb"))
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
