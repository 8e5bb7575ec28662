"""The documents say what the code says, and what was once recorded is still understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broker.asyncapi import asyncapi_document, documents
from broker.codec import Unreadable, decode, encode
from broker.samples import SAMPLES, SITE, names_for
from broker.topics import BY_KEY, TOPICS, Root

HERE = Path(__file__).parent
DOCS = HERE.parents[2] / "docs"
KEYS = [row.key for row in TOPICS]


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_committed_document_is_the_generated_one(name: str) -> None:
    assert (DOCS / name).read_text() == documents()[name], "run: holdshelf-broker docs --out docs"


@pytest.mark.parametrize("name", [*KEYS, "state-2", "settings-2"])
def test_a_recorded_message_of_every_version_still_parses_and_comes_out_as_it_went_in(name: str) -> None:
    recorded = (HERE / "samples" / f"{name}.json").read_bytes()
    message = decode(BY_KEY[name.removesuffix("-2")].message, recorded)
    assert not isinstance(message, Unreadable), message
    assert json.loads(encode(message)) == json.loads(recorded)


@pytest.mark.parametrize("key", KEYS)
def test_every_row_has_a_sample_of_its_message(key: str) -> None:
    assert type(SAMPLES[key]) is BY_KEY[key].message
    assert decode(BY_KEY[key].message, encode(SAMPLES[key])) == SAMPLES[key]


@pytest.mark.parametrize("key", KEYS)
def test_every_row_has_a_section_with_its_topic(key: str) -> None:
    page = documents()["messages.md"]
    assert f"## {BY_KEY[key].message.__name__}\n" in page
    assert Root(SITE).topic(key, **names_for(key)) in page


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi_document()
    references: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            references.extend([value["$ref"]] if "$ref" in value else [])
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(document)
    assert references
    for reference in references:
        place: object = document
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            assert part in place, reference
            place = place[part]
