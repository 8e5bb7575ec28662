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

from hub.core.request import ClosedAs, Reason
from hub.letters.dates import MONTHS, day
from hub.letters.plain import fold, table

MAX_SUBJECT_CHARS = 160
NOT_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that end a line or are no text: controls, lone surrogates, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter about a request says; ``notice`` names its file of words."""

    notice: str
    to: Address
    name: str
    title: str
    author: str | None
    desk: str
    hold_until: datetime | None
    request_id: str
    due_at: datetime | None = None
    lent: bool = False
    """The patron has it: a recall asks for it back."""
    reason: Reason | None = None
    closed_as: ClosedAs | None = None
    pieces: int = 1


class Letters:
    """Writes the letters of one library, each in its own language; ``language`` is the site's."""

    def __init__(self, *, library: str, sender: str, zone: tzinfo, language: str = "en") -> None:
        self._library = one_line(library)
        self._from = Address(display_name=self._library, addr_spec=sender)
        self._zone = zone
        self._language = first_known(language) or "en"
        self._templates = Environment(
            loader=PackageLoader("hub", "letters"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters.update(fold=fold, table=table)

    def render(self, letter: Letter, message_id: str, now: datetime, *, language: str | None = None) -> EmailMessage:
        """Give the whole message: both bodies, and the headers that keep other machines from answering it.

        A language there are no letters in gives the site's.
        """
        words = self._words(letter, now, first_known(language) or self._language)
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = letter.to
        message["Subject"] = shortened(one_line(self._fill("subject", words)), MAX_SUBJECT_CHARS)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._fill("txt", words), cte="quoted-printable")
        message.add_alternative(self._fill("html", words), subtype="html", cte="quoted-printable")
        return message

    def _words(self, letter: Letter, now: datetime, language: str) -> dict[str, object]:
        def said(moment: datetime | None) -> str | None:
            return None if moment is None else day(moment, now.astimezone(self._zone).date(), self._zone, language)

        return {
            "file": f"{language}/{letter.notice.lower()}.j2",
            "language": language,
            "library": self._library,
            "letter": replace(letter, name=one_line(letter.name), title=one_line(letter.title), author=one_line(letter.author or "")),
            "desk": one_line(letter.desk),
            "hold_until": said(letter.hold_until),
            "due": said(letter.due_at),
        }

    def _fill(self, part: str, words: dict[str, object]) -> str:
        return self._templates.get_template(f"layout.{part}.j2").render(words)


def first_known(*wished: str | None) -> str | None:
    """Give the first language wished for that there are letters in (``de-AT`` is ``de``), None where there is none."""
    short = ((language or "").replace("_", "-").partition("-")[0].strip().lower() for language in wished)
    return next((language for language in short if language in MONTHS), None)


def one_line(text: str) -> str:
    """Give a text as one line: no control characters, white space in single spaces."""
    return " ".join("".join(" " if unicodedata.category(character) in NOT_TEXT else character for character in text).split())


def shortened(text: str, limit: int) -> str:
    """Give a text of at most ``limit`` characters, its end marked where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
