"""Chromium without a window, driven through its debugging pipe: opens pages, reads them, takes their picture.

Its start costs more than most tests of a page, so they share one: each has a tab, and what it leaves is wiped away.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

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
READ_BYTES = 1 << 16


class Chromium:
    """The program; a thread reads what it says, for the loop of whichever test has a tab."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._thread.join(LIMIT_S)
        os.close(self._to_browser)

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Browser]:
        """Open a tab that knows nothing of those before it, and close it with all it knows."""
        assert self._process is not None
        if self._process.poll() is not None:
            # The test in which it died has failed; the next ones have nothing to do with that.
            self.__exit__(None, None, None)
            self._start()
        # Of the usual profile: a new one costs three times as much.
        target = (await self.do("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.do("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        opened = self._tabs[session] = Browser(self, session)
        try:
            for domain in ("Page", "Runtime", "Log"):
                await opened.do(f"{domain}.enable")
            yield opened
        finally:
            await opened.forget()
            del self._tabs[session]
            await self.do("Target.closeTarget", targetId=target)

    async def do(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Give one command, to the program or to a tab of it, and its answer."""
        number = next(self._numbers)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._waiting[number] = loop, answer
        command: dict[str, Any] = {"id": number, "method": method, "params": params} | ({} if session is None else {"sessionId": session})
        left = memoryview(json.dumps(command).encode() + b"\0")
        while left:
            left = left[os.write(self._to_browser, left) :]
        async with asyncio.timeout(LIMIT_S):
            return await answer

    def _start(self) -> None:
        assert PROGRAM is not None
        read_by_browser, self._to_browser = os.pipe()
        from_browser, written_by_browser = os.pipe()
        self._waiting: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Future[dict[str, Any]]]] = {}
        self._tabs: dict[str, Browser] = {}
        # The browser reads commands from descriptor 3 and answers on 4.
        shell = f'exec "$0" "$@" 3<&{read_by_browser} 4>&{written_by_browser}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", shell, PROGRAM, *OPTIONS, f"--user-data-dir={self._profile}", "about:blank"],
            pass_fds=(read_by_browser, written_by_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_by_browser)
        os.close(written_by_browser)
        self._thread = threading.Thread(target=self._listen, args=(from_browser,), name="reads the browser", daemon=True)
        self._thread.start()

    def _listen(self, from_browser: int) -> None:
        rest = b""
        while data := os.read(from_browser, READ_BYTES):
            *lines, rest = (rest + data).split(b"\0")
            for line in lines:
                self._heard(json.loads(line))
        os.close(from_browser)

    def _heard(self, said: dict[str, Any]) -> None:
        if (asked := self._waiting.pop(said.get("id", 0), None)) is not None:
            loop, answer = asked
            # A test that gave up has closed its loop.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_answered, answer, said.get("result", {}))
        elif (tab := self._tabs.get(said.get("sessionId", ""))) is not None:
            tab.heard(said)


def _answered(answer: asyncio.Future[dict[str, Any]], result: dict[str, Any]) -> None:
    if not answer.done():
        answer.set_result(result)


class Browser:
    """One tab."""

    def __init__(self, program: Chromium, session: str) -> None:
        self._program, self._session = program, session
        self._origins: set[str] = set()
        self.complaints: list[str] = []
        """What the page's console said: errors of scripts, and whatever the content security policy stopped."""

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Give one command to the tab, and its answer."""
        return await self._program.do(method, self._session, **params)

    async def forget(self) -> None:
        """Wipe away what pages left: who is signed in, what they keep, what need not be loaded again."""
        await self.do("Network.clearBrowserCookies")
        await self.do("Network.clearBrowserCache")
        for origin in self._origins:
            await self.do("Storage.clearDataForOrigin", origin=origin, storageTypes="all")

    def heard(self, said: dict[str, Any]) -> None:
        """Note what the browser says unasked."""
        if said.get("method") == "Log.entryAdded":
            self.complaints.append(said["params"]["entry"]["text"])
        elif said.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(said["params"]["exceptionDetails"]))

    async def open(
        self, address: str, *, width: int = 1366, height: int = 768, dark: bool = False, cookie: str | None = None, language: str = "en"
    ) -> None:
        """Go to a page, as seen on a screen of this size, in a browser that speaks this language; ``cookie`` is who is signed in."""
        self._origins.add("/".join(address.split("/")[:3]))
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


@asynccontextmanager
async def a_browser(profile: Path) -> AsyncIterator[Browser]:
    """Start a browser of one's own with a new profile, and end it."""
    with Chromium(profile) as program:
        async with program.tab() as opened:
            yield opened
