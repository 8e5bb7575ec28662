"""From the facts of a notice to a letter, in plain text and HTML.

Titles and names come from outside: each becomes one line without control characters before it meets a template.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub.core.words import day

MAX_SUBJECT_CHARS = 160
NOT_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that end a line or are no text: controls, lone surrogates, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter about a book on the hold shelf says; ``notice`` names its templates."""

    notice: str
    to: Address
    name: str
    title: str
    author: str | None
    desk: str
    hold_until: datetime | None
    request_id: str


class Letters:
    """Writes the letters of one library in one language; raises jinja2.TemplateNotFound for a language it has not got."""

    def __init__(self, *, library: str, sender: str, zone: tzinfo, language: str = "en") -> None:
        self._library = one_line(library)
        self._from = Address(display_name=self._library, addr_spec=sender)
        self._zone = zone
        self._language = language
        self._templates = Environment(
            loader=PackageLoader("hub", "letters"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(self, letter: Letter, message_id: str, now: datetime) -> EmailMessage:
        """Give the whole message: both bodies, and the headers that keep other machines from answering it."""
        words = self._words(letter, now)
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = letter.to
        message["Subject"] = shortened(one_line(self._fill(letter, "subject", words)), MAX_SUBJECT_CHARS)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._fill(letter, "txt", words), cte="quoted-printable")
        message.add_alternative(self._fill(letter, "html", words), subtype="html", cte="quoted-printable")
        return message

    def _words(self, letter: Letter, now: datetime) -> dict[str, object]:
        plain = replace(letter, name=one_line(letter.name), title=one_line(letter.title), author=one_line(letter.author or ""))
        today = now.astimezone(self._zone).date()
        until = day(letter.hold_until, today, self._zone) if letter.hold_until is not None else None
        return {"letter": plain, "desk": one_line(letter.desk), "hold_until": until, "library": self._library, "language": self._language}

    def _fill(self, letter: Letter, part: str, words: dict[str, object]) -> str:
        return self._templates.get_template(f"{self._language}/{letter.notice.lower()}.{part}.j2").render(words)


def one_line(text: str) -> str:
    """Give a text as one line: no control characters, white space in single spaces."""
    return " ".join("".join(" " if unicodedata.category(character) in NOT_TEXT else character for character in text).split())


def shortened(text: str, limit: int) -> str:
    """Give a text of at most ``limit`` characters, its end marked where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
