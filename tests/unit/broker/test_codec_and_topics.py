"""Bytes to messages, and the topic table."""

from __future__ import annotations

import json

import pytest

from broker.codec import Unreadable, decode, encode
from broker.messages import MAX_PAYLOAD_BYTES, Scan
from broker.samples import SAMPLES, SITE, names_for
from broker.topics import TOPICS, Party, Root, Topic, dashed

SCAN = SAMPLES["scan"]
ROOT = Root("main")


def changed(**values: object) -> bytes:
    """Give the sample scan with these fields changed."""
    return json.dumps(json.loads(encode(SCAN)) | values).encode()


def test_a_message_comes_out_as_it_went_in() -> None:
    assert decode(Scan, encode(SCAN)) == SCAN


def test_nothing_of_a_message_is_remembered_by_whoever_reads_it() -> None:
    one, other = decode(Scan, encode(SCAN)), decode(Scan, encode(SCAN))
    assert isinstance(one, Scan)
    assert isinstance(other, Scan)
    assert one.scan_id is not other.scan_id
    assert one.barcode is not other.barcode


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[]", "Input should be an object"),
        (changed(v=2), "v:"),
        (changed(extra=1), "extra: Extra inputs"),
        (changed(seq=0), "seq:"),
        (changed(barcode=""), "barcode:"),
        (changed(barcode="9" * 4097), "barcode:"),
        (changed(station="Front 1"), "station:"),
        (changed(scanned_at="2026-11-23T21:00:00"), "scanned_at:"),
        (b" " * (MAX_PAYLOAD_BYTES + 1), "the limit is"),
    ],
)
def test_what_cannot_be_read_is_a_value_with_bytes_and_reason(payload: bytes, reason: str) -> None:
    told = decode(Scan, payload)
    assert isinstance(told, Unreadable)
    assert told.payload == payload
    assert reason in told.reason


def test_the_reason_never_repeats_the_barcode() -> None:
    told = decode(Scan, changed(barcode=["30000000000017"]))
    assert isinstance(told, Unreadable)
    assert "30000000000017" not in told.reason


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.key)
def test_a_topic_has_at_most_seven_slashes_lower_case_and_dashes(row: Topic) -> None:
    topic = Root(SITE).topic(row.key, **names_for(row.key))
    assert topic.count("/") <= 7
    assert set(topic) <= set("abcdefghijklmnopqrstuvwxyz0123456789-/")


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.key)
def test_a_station_only_has_business_on_its_own_branch_and_with_the_hubs_state(row: Topic) -> None:
    if Party.STATION in row.writers | row.readers:
        assert row.path.startswith(("station/{station}/", "hub/"))


def test_a_filter_matches_every_name() -> None:
    assert ROOT.filter("scan") == "holdshelf/v1/main/station/+/scan"
    assert ROOT.filter("event") == "holdshelf/v1/main/event/+/+"


@pytest.mark.parametrize(
    ("topic", "is_"),
    [
        ("holdshelf/v1/main/station/front-1/scan", ("front-1", "scan")),
        ("holdshelf/v1/main/station//scan", None),
        ("holdshelf/v1/main/station/front-1/scan/more", None),
        ("holdshelf/v1/other/station/front-1/scan", None),
        ("holdshelf/v1/main/hub/hub-1/state", None),
    ],
)
def test_station_and_key_of_a_topic(topic: str, is_: tuple[str, str] | None) -> None:
    assert ROOT.station_and_key(topic) == is_


def test_types_are_written_with_dashes() -> None:
    assert dashed("item.On_Hold_shelf") == "item-on-hold-shelf"
