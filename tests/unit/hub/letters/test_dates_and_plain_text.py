"""Days in words by language, and text folded into the lines of a mail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.letters.dates import DAY_AND_MONTH, MONTHS, day
from hub.letters.plain import WIDTH, columns, fold, table

ZONE = ZoneInfo("Europe/Vienna")
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("moment", "english", "german"),
    [
        (datetime(2026, 12, 4, 12, tzinfo=UTC), "4 December", "4. Dezember"),
        (datetime(2027, 3, 31, 12, tzinfo=UTC), "31 March 2027", "31. März 2027"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1 January 2027", "1. Januar 2027"),
    ],
)
def test_a_day_is_the_librarys_with_its_year_only_when_that_is_another(moment: datetime, english: str, german: str) -> None:
    assert (day(moment, TODAY, ZONE, "en"), day(moment, TODAY, ZONE, "de")) == (english, german)


def test_each_language_names_twelve_months() -> None:
    assert MONTHS.keys() == DAY_AND_MONTH.keys()
    assert all(len(set(months)) == 12 for months in MONTHS.values())


@given(st.text(alphabet="aß漢é\u0301 -", max_size=400), st.sampled_from(["", "    "]))
def test_folding_loses_nothing_and_keeps_to_the_width(text: str, indent: str) -> None:
    lines = fold(text, indent).split("\n")
    assert all(line.startswith(indent) and columns(line) <= WIDTH for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_wide_character_takes_two_columns_and_an_accent_none() -> None:
    assert [columns(text) for text in ("abc", "漢字", "e\u0301")] == [3, 4, 1]


def test_values_stand_below_each_other_and_a_long_one_goes_on_there() -> None:
    assert table([("a", "Due", "4 December"), ("b", "Pick it up at", "x" * 60)]).split("\n") == [
        "Due:           4 December",
        "Pick it up at: " + "x" * 57,
        "               xxx",
    ]
