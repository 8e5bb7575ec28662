"""The canary sings: whatever tests let out in whichever way is found, with its kind; and where nothing is let out, nothing is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.canary.ears import FOLDER

REPOSITORY = Path(__file__).parents[2]
STORY = """\
import asyncio, logging, subprocess, sys

import httpx
import pytest
from broker import packets
from fastapi import FastAPI
from hub.flows.keep_books import add_patron
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from tests.support.desks import Library

PATRON = {"card": "20000000007777", "alias": "Gull 1", "name": "Zoë Quartermain", "email": "zoe@quartermain.example"}


def asks(text, path):
    web = FastAPI()
    web.get("/metrics")(lambda: PlainTextResponse(f"holdshelf_{text} 1"))
    web.get("/moved")(lambda: RedirectResponse(f"/list/{text}"))
    web.get("/page")(lambda: HTMLResponse(f'<a href="/list?q={text}">all</a>'))
    web.get("/next")(lambda: {"next": text})

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://hub.test") as client:
            await client.get(path)

    asyncio.run(ask())


@pytest.mark.parametrize(("way", "text"), SAID)
def test_a_story(tmp_path, way, text):
    library = Library.open(tmp_path)
    add_patron(library.connection, **PATRON, phone="+49 170 5550100")
    library.connection.close()
    {
        "log": lambda: logging.getLogger("hub.odd").info("taken", extra={"who": text}),
        "error": lambda: subprocess.run([sys.executable, "-c", f"import sys; print({text!r}, file=sys.stderr)"], check=True),
        "command": lambda: subprocess.run([sys.executable, "-c", "pass", text], check=True),
        "topic": lambda: packets.publish("holdshelf/v1/main/event/main/item", 1, text.encode(), retained=False, modern=True),
        "metric": lambda: asks(text, "/metrics"),
        "asked": lambda: asks("", f"/page?q={text}"),
        "answered": lambda: asks(text, "/moved"),
        "link": lambda: asks(text, "/page"),
        "cursor": lambda: asks(text, "/next"),
    }[way]()
"""
CURSOR = "WyJRdWFydGVybWFpbiwgWm_DqyIsM10"
"""A place in a list by name: ["Quartermain, Zoë",3]."""
LEAKS = (
    ("log", "20000000007777", "a card"),
    ("error", "zoe@quartermain.example", "an address"),
    ("command", "Zoe Quartermain", "the name"),
    ("topic", '{"name": "Zo\\u00eb Quartermain"}', "the name"),
    ("metric", "0170/5550100", "a telephone number"),
    ("asked", "%2B49+%28170%29+555-0100", "a telephone number"),
    ("answered", "ZO%C3%8B+QUARTERMAIN", "the name"),
    ("link", "Quartermain&amp;page=2", "the name"),
    ("cursor", CURSOR, "the name"),
)


def run(folder: Path, said: Sequence[tuple[str, str]]) -> str:
    """Run tests that let these texts out in these ways, and give what the run said of what it found."""
    file = folder / "test_story.py"
    file.write_text(STORY.replace("SAID", repr(said)))
    environment = {name: value for name, value in os.environ.items() if name != FOLDER}
    command = [sys.executable, "-m", "pytest", "-p", "tests.canary.watch", "-q", "-n", "0", "-p", "no:cacheprovider"]
    here = ["--rootdir", str(REPOSITORY), "-c", str(REPOSITORY / "pyproject.toml"), str(file)]
    done = subprocess.run([*command, *here], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert f"{len(said)} passed" in done.stdout, done.stdout + done.stderr
    found = done.stdout.partition("canary: passed over")[2]
    assert (" has " in found) is bool(done.returncode), done.stdout
    return found


def test_what_is_let_out_in_any_way_is_found(tmp_path: Path) -> None:
    found = run(tmp_path, [(way, text) for way, text, _ in LEAKS])
    for way, _, what in LEAKS:
        kind = "link" if way == "cursor" else way
        assert f"canary: {kind} has {what}" in found, found
    assert CURSOR in found


def test_where_nothing_is_let_out_nothing_is_found(tmp_path: Path) -> None:
    assert " has " not in run(tmp_path, [(way, "The-Overstory") for way, _, _ in LEAKS])
