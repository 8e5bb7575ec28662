"""The example of every operation works when it is pasted: run by a shell and curl against the demonstration site."""

from __future__ import annotations

import asyncio
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hub.demo import item_barcode, seed
from hub.settings import HubSettings
from hub.store.database import transaction
from hub.store.notices import mark_sent
from hub.web.app import create_app
from hub.web.examples import ADDRESS, EXAMPLES, SENT
from hub.web.inside import Inside
from tests.support.stations import says
from tests.support.web import TOKEN, TestDoors, serving

STATUS = "curl() { command curl --silent --show-error --write-out '%{stderr}%{http_code} %{content_type}\\n' \"$@\"; }\n"
"""Lets the shell tell how each command was answered."""


@cache
def _demo() -> bytes:
    with TemporaryDirectory() as folder:
        doors = TestDoors(Path(folder))
        with transaction(doors.connection):
            seed(doors.connection, HubSettings(), doors.now())
        says(doors, "main-1")
        doors.connection.close()
        return (Path(folder) / "hub.db").read_bytes()


def fresh(folder: Path) -> TestDoors:
    """Give the demonstration site as it begins."""
    (folder / "hub.db").write_bytes(_demo())
    return TestDoors(folder)


def a_letter_leaves(doors: TestDoors) -> None:
    """Bring the first book to a hold shelf, and let the minute pass after which its patron is told."""
    doors.scan("main-1", item_barcode(4), doors.new_id())
    doors.write(lambda connection: mark_sent(connection, int(SENT), "<12@holdshelf.invalid>", doors.now()))


@pytest.mark.needs("curl")
async def test_the_example_of_every_operation_works_when_pasted(tmp_path: Path) -> None:
    app = create_app(doors := fresh(tmp_path))
    document, failed = app.openapi(), {}
    operations = [(path, method, told) for path, methods in document["paths"].items() for method, told in methods.items()]
    assert len(operations) == len(EXAMPLES)
    bash = shutil.which("bash") or "/bin/bash"
    async with serving(app, doors) as address:
        for number, (path, method, told) in enumerate(operations):
            folder = tmp_path / str(number)
            folder.mkdir()
            here = fresh(folder)
            if path.endswith("/resend"):
                a_letter_leaves(here)
            app.state.inside = Inside(here)
            source = told["x-codeSamples"][0]["source"].replace(ADDRESS, address)
            process = await asyncio.create_subprocess_exec(
                bash, "-c", STATUS + source, env={"TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            said, answered = await process.communicate()
            lines = [line for line in answered.decode().splitlines() if not line.startswith("curl:")]
            statuses = [line.split(" ")[0] for line in lines]
            kinds = told["responses"].get(statuses[-1], {}).get("content", {})
            kind = lines[-1].partition(" ")[2].partition(";")[0]
            if not all(status.startswith("2") for status in statuses) or (kinds and kind not in kinds):
                failed[f"{method} {path}"] = f"{lines} {said[:300].decode()}"
            app.state.inside.close()
            here.connection.close()
        app.state.inside = Inside(doors)
    assert failed == {}, "\n".join(f"{each}: {why}" for each, why in failed.items())
