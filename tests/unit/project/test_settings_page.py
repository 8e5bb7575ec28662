"""The page of settings says what the programs read."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hub.data_folder import STATION_TOML
from station.settings import StationFile
from tools.write_settings_page import PAGE, page


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: .venv/bin/python -m tools.write_settings_page"


def test_every_key_says_what_it_is_for() -> None:
    empty = [line for line in page().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert empty == []


def test_the_file_that_up_writes_for_a_station_is_one_it_can_read(tmp_path: Path) -> None:
    text = STATION_TOML.format(name="main-1", site="main", host="127.0.0.1", port=1883, password="x" * 20)
    (tmp_path / "main-1.toml").write_text(text)
    assert StationFile.model_validate(tomllib.loads(text)).station == "main-1"
