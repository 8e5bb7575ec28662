"""A letter with everything filled in, and how the other side reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

from hub.core.notices import NoticeType
from hub.letters.render import Book, Letter, Letters

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ID = "<ill-000123-0.ready-for-pickup.1@main.library.example>"
LETTERS = Letters(library="Springfield University Library", sender="loans@library.example", zone=ZoneInfo("Europe/Berlin"))


def a_letter(notice: NoticeType = NoticeType.READY_FOR_PICKUP, /, **changes: Any) -> Letter:
    """Give Ana's letter about The Overstory, held until 4 December or due on the 22nd."""
    of_book = {name: changes.pop(name) for name in tuple(changes) if name in Book.__dataclass_fields__}
    book = Book(
        title="The Overstory",
        author="Richard Powers",
        hold_until=datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC),
        due_at=datetime(2026, 12, 22, 22, 59, 59, tzinfo=UTC),
        request_id="ILL-000123-0",
    )
    to = Address(addr_spec="ana@patron.example")
    letter = Letter(notice=notice, to=to, name="Ana Müller", books=(replace(book, **of_book),), desk="Main Library")
    return replace(letter, **changes)


def received(letter: Letter, letters: Letters = LETTERS, *, language: str | None = None, calendar: bool = False) -> EmailMessage:
    """Give the letter as the other side reads it."""
    written = letters.render(letter, ID, NOW, language=language, calendar=calendar)
    message = message_from_bytes(written.data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    """Give one of the two forms."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
