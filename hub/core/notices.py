"""What a patron is told, and the name each notice keeps for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.core.request import Item, State


class NoticeType(StrEnum):
    """The notices this version sends."""

    READY_FOR_PICKUP = "READY_FOR_PICKUP"


class NoticeState(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """The other side refused it for good, or every try is used up: work for staff."""
    SUPPRESSED = "suppressed"
    """No longer true when it was to leave."""


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice to write down: at most one of a type in an episode."""

    type: NoticeType
    episode: int
    not_before: datetime


def message_id(request_id: str, notice: str, episode: int, domain: str) -> str:
    """Give the Message-ID: the same for every repeat, so that mail systems drop a second copy."""
    return f"<{request_id.lower()}.{notice.lower().replace('_', '-')}.{episode}@{domain}>"


def still_true(notice: NoticeType, item: Item | None, episode: int) -> bool:
    """Say whether a notice may leave now, by the state read at this moment."""
    if notice is NoticeType.READY_FOR_PICKUP:
        return item is not None and item.state is State.ON_HOLD_SHELF and item.episode == episode
    return False
