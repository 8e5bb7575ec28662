"""What the witness of the fault runs makes of its notes: which scan a light belongs to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.faults import witness

MAIN, CLEAR = "main-1", "%HS-CLEAR"


def scan(t: float) -> dict[str, Any]:
    return {"did": "scan", "station": MAIN, "barcode": CLEAR, "t": t}


def light(t: float, seq: int, scan_id: str) -> dict[str, Any]:
    return {"did": "light", "station": MAIN, "event": "reply", "barcode": CLEAR, "reply": {"scan_id": scan_id, "seq": seq}, "t": t}


def noted(tmp_path: Path, *notes: dict[str, Any]) -> witness.Testimony:
    (tmp_path / "witness.jsonl").write_text("".join(f"{json.dumps(note)}\n" for note in notes))
    return witness.Testimony.read(tmp_path / "witness.jsonl")


def test_a_scan_was_made_behind_the_light_for_the_one_before(tmp_path: Path) -> None:
    found = noted(tmp_path, scan(1), light(2, 1, "a"), scan(3), scan(4), light(5, 2, "b"))
    assert found.lit_at == {"a": (1, 2), "b": (3, 5)}


def test_a_late_word_about_an_older_scan_says_nothing_of_a_newer(tmp_path: Path) -> None:
    # The light for the first was taken by a kill; the desk hears of it just as the third is scanned.
    found = noted(tmp_path, scan(1), scan(2), light(3, 2, "b"), scan(4), light(5, 1, "a"), light(6, 3, "c"))
    assert found.lit_at == {"b": (1, 3), "a": (0, 5), "c": (4, 6)}


def test_a_new_journal_and_a_clock_set_back_do_not_make_a_scan_older(tmp_path: Path) -> None:
    found = noted(tmp_path, scan(1), light(2, 9, "a"), scan(3), light(4, 1, "b"), scan(5), light(6, 2, "a2"))
    assert found.lit_at == {"a": (1, 2), "b": (3, 4), "a2": (5, 6)}
