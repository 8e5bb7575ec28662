"""A record that was made quickly is one like any other."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from hub.core.act_on_piece import Asked, Moved
from hub.core.decide_act import Change
from hub.core.notices import QueuedNotice
from hub.core.quick_records import changed_quickly, made_quickly
from hub.core.request import Item, Request
from hub.core.seen import Decision
from hub.store.due import Due


@dataclass(frozen=True, slots=True)
class Book:
    """Has a field of each kind."""

    title: str
    pages: int = 1
    words: list[str] = field(default_factory=list)
    loud: bool = field(default=False, kw_only=True)


quick = made_quickly(Book)


@pytest.mark.parametrize("kind", [Item, Request, Change, Asked, Moved, QueuedNotice, Due, Decision])
def test_what_is_made_quickly_is_what_the_class_makes(kind: Callable[..., Any]) -> None:
    values = [f"value {place}" for place, _ in enumerate(fields(kind))]  # type: ignore[arg-type]  # a dataclass each
    made = made_quickly(kind)(*values)
    assert type(made) is kind
    assert made == kind(*values)
    assert hash(made) == hash(kind(*values))
    assert repr(made) == repr(kind(*values))


def test_what_is_left_out_is_as_the_class_has_it() -> None:
    assert quick("A title") == Book("A title")
    assert quick("A title", words=["one"], loud=True) == Book("A title", words=["one"], loud=True)
    assert quick("A title").words is not quick("A title").words


def test_what_is_left_out_and_needed_is_missed() -> None:
    with pytest.raises(TypeError, match="title"):
        quick()  # type: ignore[call-arg]  # as said


def test_nobody_changes_it() -> None:
    made = quick("A title")
    with pytest.raises(FrozenInstanceError):
        made.title = "Another"  # type: ignore[misc]  # as said
    assert replace(made, pages=2) == Book("A title", 2)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - written a moment ago


def test_what_is_changed_quickly_is_what_replace_gives() -> None:
    changed, book = changed_quickly(Book), Book("A title", 3, ["one"], loud=True)
    for changes in ({}, {"pages": 4}, {"title": "Another", "words": [], "loud": False}):
        assert changed(book, **changes) == replace(book, **changes)
        assert type(changed(book, **changes)) is Book
    assert book == Book("A title", 3, ["one"], loud=True)
    with pytest.raises(TypeError, match="weight"):
        changed(book, weight=1)
