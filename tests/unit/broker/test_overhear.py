"""Messages as ``watch`` prints them."""

from __future__ import annotations

import json

import pytest

from broker.codec import encode
from broker.overhear import as_json, as_line, heard, row_of
from broker.samples import SAMPLES, SITE, names_for
from broker.topics import TOPICS, Root, Topic

ROOT = Root(SITE)


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.key)
def test_every_message_is_one_line_and_one_object(row: Topic) -> None:
    topic = ROOT.topic(row.key, **names_for(row.key))
    assert row_of(topic) is row
    what = heard(topic, encode(SAMPLES[row.key]), retained=row.retained)
    assert "\n" not in as_line(what)
    assert "UNREADABLE" not in as_line(what)
    told = json.loads(as_json(what))
    assert (told["topic"], told["kind"], told["retained"]) == (topic, row.message.__name__, row.retained)


def test_a_scan_reads_well() -> None:
    line = as_line(heard(ROOT.topic("scan", station="front-1"), encode(SAMPLES["scan"]), retained=False))
    assert line.startswith("station/front-1/scan  scan_id=0197c0de-")
    assert "barcode=30000000000017" in line


def test_what_cannot_be_read_is_shown_with_its_reason_and_no_control_characters() -> None:
    what = heard(ROOT.topic("scan", station="front-1"), b"\x1b[2J\nnot json", retained=False)
    assert "UNREADABLE, 13 bytes" in as_line(what)
    assert "\x1b" not in as_line(what)
    assert json.loads(as_json(what))["hex"] == b"\x1b[2J\nnot json".hex()


@pytest.mark.parametrize("topic", ["other/topic", "holdshelf/v1/main/station/front-1/check", "holdshelf/v1/main/notice/a/b"])
def test_a_topic_that_is_not_in_the_table_belongs_to_no_row(topic: str) -> None:
    assert row_of(topic) is None
    assert "not a topic of the table" in as_line(heard(topic, b"{}", retained=False))


def test_control_characters_in_a_message_reach_no_terminal() -> None:
    payload = encode(SAMPLES["settings"].model_copy(update={"desk_name": "\x1b[31mred\x07"}))
    assert "\x1b" not in as_line(heard(ROOT.topic("settings", station="front-1"), payload, retained=True))
