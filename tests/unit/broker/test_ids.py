"""Identifiers."""

from __future__ import annotations

import uuid

import pytest

from broker.ids import uuid7


def test_it_is_a_uuid_of_version_7() -> None:
    made = uuid.UUID(uuid7(1_700_000_000_123, b"\xff" * 10))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, 1_700_000_000_123)


def test_they_sort_by_time() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, b"\x00" * 10)


@pytest.mark.parametrize(("at", "entropy"), [(-1, b"0" * 10), (1 << 48, b"0" * 10), (1, b"0" * 9)])
def test_wrong_values_are_refused(at: int, entropy: bytes) -> None:
    with pytest.raises(ValueError, match="UUIDv7"):
        uuid7(at, entropy)
