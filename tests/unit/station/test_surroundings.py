"""Sounds, light, printer and language change while the desk works; what stays is not disturbed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from station.desk import Desk
from station.feedback import Outputs, change_feedback, feedback_for
from station.screen import Terminal
from station.settings import StationFile
from station.surroundings import Surroundings
from station.words import Key, Language, Saying
from tests.support.brokers import until


def a_station(**more: Any) -> StationFile:
    """Give a station's settings."""
    return StationFile.model_validate({"station": "main-1", "site": "main", "mqtt": {"password": "x"}} | more)


def test_a_printer_that_stays_keeps_its_slips_when_the_light_changes(tmp_path: Path) -> None:
    printer = {"kind": "file", "path": tmp_path / "slips"}
    was, now = a_station(printer=printer, light={"kind": "command", "command": ["cat"]}), a_station(printer=printer)
    outputs = feedback_for(was, lambda kind, saying: None, None)
    changed, gone = change_feedback(outputs, was, now, lambda kind, saying: None, None)
    assert (changed._printing is outputs._printing, changed._light, changed._sounds) == (True, None, None)
    assert (gone._printing, gone._light is outputs._light) == (None, True)
    gone.close()
    changed.close()


def test_a_light_that_comes_is_made_and_one_that_differs_is_made_anew() -> None:
    first, second = (a_station(light={"kind": "command", "command": ["cat"], "seconds": seconds}) for seconds in (1, 2))
    outputs, gone = change_feedback(Outputs(), a_station(), first, lambda kind, saying: None, None)
    assert (outputs._light is not None, gone._light) == (True, None)
    again, gone = change_feedback(outputs, first, second, lambda kind, saying: None, None)
    assert (again._light is not outputs._light, gone._light is outputs._light) == (True, True)
    gone.close()
    again.close()


@pytest.fixture
async def screen() -> list[str]:
    """What the desk writes."""
    return []


async def test_language_and_printer_change_at_the_desk(screen: list[str], tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()

    def screen_for(language: Language) -> Terminal:
        return Terminal(colour=False, language=language)

    desk = Desk(screen_for("en"), screen.append, loop.call_later)
    around = Surroundings(desk, loop, screen_for, None, a_station())
    desk.note("online", Saying(Key.ONLINE))
    around.use(a_station(language="de", printer={"kind": "file", "path": tmp_path / "slips"}))
    desk.note("online", Saying(Key.ONLINE))
    assert around._outputs is not None
    assert around._outputs._printing is not None
    assert [line.strip() for line in screen] == ["· Online: the hub answers.", "· Online: Die Zentrale antwortet."]
    around.use(a_station(language="de"))
    assert around._outputs._printing is None
    around.close()
    await until(lambda: not [each for each in threading.enumerate() if each.name == "closing outputs"], "the old printer to be closed")
