"""The picture of ``make bench``: one bar a name, as long as its value is large."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.speed.plot import bars

SVG = "{http://www.w3.org/2000/svg}"


def test_a_larger_value_has_a_longer_bar_and_nothing_has_none() -> None:
    picture = bars("Scans & more", "a second", [("hub", 2500.0), ("<echo>", 8000.0), ("script", 0.0)])
    drawn = ElementTree.fromstring(picture)  # noqa: S314 - drawn by ourselves
    widths = [float(each.attrib["width"]) for each in drawn.findall(f"{SVG}rect")[1:]]
    assert widths[1] > widths[0] > widths[2] == 0
    said = [each.text for each in drawn.findall(f"{SVG}text")]
    assert said == ["Scans & more, a second", "hub", "2,500", "<echo>", "8,000", "script", "none"]


def test_bars_of_one_value_are_drawn() -> None:
    assert 'width="560"' in bars("One", "ms", [("hub", 10.0)])
