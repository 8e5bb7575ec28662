"""Cells of CSV: nothing in them calculates."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web.tables import cell

FIRST = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@given(st.text(alphabet=FIRST + " 'a\",;", max_size=8))
def test_no_text_begins_like_a_formula(text: str) -> None:
    written = cell(text)
    assert written.lstrip(" ")[:1] not in FIRST or written.strip(" ") == ""
    assert text in (written, written.removeprefix("'"))
    row = io.StringIO(newline="")
    csv.writer(row).writerow([written, "next"])
    assert next(csv.reader(io.StringIO(row.getvalue(), newline=""))) == [written, "next"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (datetime(2026, 11, 23, 9, 0, 0, 5000, tzinfo=UTC), "2026-11-23T09:00:00.005Z"),
        (date(2026, 11, 23), "2026-11-23"),
        ("plain", "plain"),
    ],
)
def test_values_are_written_for_programs(value: object, written: str) -> None:
    assert cell(value) == written
