"""Moments in the database are milliseconds since 1970, UTC; here they become datetimes and back."""

from __future__ import annotations

from datetime import UTC, datetime

FIRST_MS = int(datetime.min.replace(tzinfo=UTC).timestamp() * 1000)
LAST_MS = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp() * 1000)
"""Beyond the years that can be read back are only the edges of the calendar, seen from far time zones."""


def to_ms(moment: datetime) -> int:
    """Give the milliseconds of an aware datetime."""
    milliseconds = int(moment.timestamp() * 1000)
    return milliseconds if FIRST_MS <= milliseconds <= LAST_MS else min(max(milliseconds, FIRST_MS), LAST_MS)


def from_ms(milliseconds: int) -> datetime:
    """Give the aware datetime of stored milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def maybe_ms(moment: datetime | None) -> int | None:
    """Give the milliseconds, None for None."""
    return None if moment is None else int(moment.timestamp() * 1000)


def maybe_moment(milliseconds: int | None) -> datetime | None:
    """Give the datetime, None for None."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
