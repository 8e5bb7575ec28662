"""From the facts of a notice to a letter, in plain text and HTML, and to one sentence for a phone.

Titles and names come from outside: each becomes one line without control characters before it meets a template.
"""

from __future__ import annotations

import traceback
import unicodedata
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.headerregistry import Address
from email.utils import format_datetime
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateSyntaxError, select_autoescape
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound, UndefinedError

from hub.core.notices import RECEIPTS, NoticeType
from hub.core.opening import ALWAYS, Opening
from hub.core.request import ClosedAs, Reason
from hub.letters.dates import MONTHS, closed_days, day, hours
from hub.letters.hold_entry import calendar_entry
from hub.letters.plain import fold, table
from hub.letters.written import Attachment, Written, write_letter

MAX_SUBJECT_CHARS = 160
MAX_TITLE_CHARS = 120
"""A patron knows what they asked for; a title that fills a page hides the day."""
NOT_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that end a line or are no text: controls, lone surrogates, line and paragraph separators."""
OF_A_HOLD = frozenset({NoticeType.READY_FOR_PICKUP, NoticeType.HOLD_REMINDER, NoticeType.HOLD_EXTENDED})
MAY_BE_DECLINED = RECEIPTS | {NoticeType.HOLD_REMINDER, NoticeType.DUE_SOON}
"""What a patron can do without; the rest they have to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One book a letter speaks of."""

    title: str
    request_id: str
    author: str | None = None
    hold_until: datetime | None = None
    due_at: datetime | None = None
    pieces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says; ``notice`` names its file of words. What the first book is stands for all where there are several."""

    notice: str
    to: Address
    name: str
    books: tuple[Book, ...]
    desk: str
    address: str | None = None
    opening: Opening = ALWAYS
    phone: str | None = None
    opening_text: str | None = None
    """Said in the place of the hours."""
    lent: bool = False
    """The patron has it: a recall asks for it back."""
    reason: Reason | None = None
    closed_as: ClosedAs | None = None


@dataclass(frozen=True, slots=True)
class Bodies:
    """What a letter says: its subject, and both forms."""

    subject: str
    text: str
    html: str


class Letters:
    """Writes the letters of one library, each in its own language; ``language`` is the site's.

    ``own`` is a folder of files that stand in the place of ours of the same name.
    """

    def __init__(
        self, *, library: str, sender: str, zone: tzinfo, language: str = "en", own: Path | None = None, unsubscribe: str | None = None
    ) -> None:
        self._library = one_line(library)
        self._from = Address(display_name=self._library, addr_spec=sender)
        self._zone = zone
        self._language = first_known(language) or "en"
        self._unsubscribe = unsubscribe
        ours = PackageLoader("hub", "letters")
        self._templates = Environment(
            loader=ours if own is None else ChoiceLoader([FileSystemLoader(own), ours]),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.filters.update(fold=fold, table=table)

    def render(self, letter: Letter, message_id: str, now: datetime, *, language: str | None = None, calendar: bool = False) -> Written:
        """Give the whole letter: both bodies, and the headers that keep other machines from answering it.

        A language there are no letters in gives the site's. ``calendar`` attaches the last day of a hold.
        """
        said = self.bodies(letter, now, language=language)
        headers = [("Date", format_datetime(now)), ("Auto-Submitted", "auto-generated")]
        if self._unsubscribe is not None and letter.notice in MAY_BE_DECLINED:
            headers.append(("List-Unsubscribe", f"<{self._unsubscribe}>"))
        return write_letter(
            headers,
            sender=self._from,
            to=letter.to,
            subject=said.subject,
            message_id=message_id,
            text=said.text,
            html=said.html,
            attached=self._last_days(letter, said.subject, message_id, now) if calendar and letter.notice in OF_A_HOLD else None,
        )

    def bodies(self, letter: Letter, now: datetime, *, language: str | None = None) -> Bodies:
        """Give what a letter says, without what a mail needs around it."""
        words = self._words(letter, now, first_known(language) or self._language)
        subject = shortened(one_line(self._fill("subject", words)), MAX_SUBJECT_CHARS)
        return Bodies(subject, self._fill("txt", words), self._fill("html", words))

    def short(self, letter: Letter, now: datetime, *, language: str | None = None) -> str:
        """Give it in one sentence, for a phone."""
        return one_line(self._fill("short", self._words(letter, now, first_known(language) or self._language)))

    def _last_days(self, letter: Letter, subject: str, message_id: str, now: datetime) -> Attachment | None:
        held = [(book.title, book.hold_until.astimezone(self._zone).date()) for book in letter.books if book.hold_until is not None]
        if not held:
            return None
        entry = calendar_entry(message_id, subject, held, place=one_line(letter.desk), now=now)
        return Attachment('text/calendar; charset="utf-8"; method="PUBLISH"', "hold.ics", entry)

    def _words(self, letter: Letter, now: datetime, language: str) -> dict[str, object]:
        today = now.astimezone(self._zone).date()

        def said(moment: datetime | None) -> str | None:
            return None if moment is None else day(moment, today, self._zone, language)

        books = [
            {
                "title": shortened(one_line(book.title), MAX_TITLE_CHARS),
                "author": one_line(book.author or ""),
                "hold_until": said(book.hold_until),
                "due": said(book.due_at),
                "request": book.request_id,
                "pieces": book.pieces,
            }
            for book in letter.books
        ]
        last = max((book.hold_until.astimezone(self._zone).date() for book in letter.books if book.hold_until is not None), default=today)
        about: dict[str, object] = {
            "language": language,
            "library": self._library,
            "name": one_line(letter.name),
            "books": books,
            "book": books[0],
            "several": len(books) > 1,
            "desk": one_line(letter.desk),
            "address": ", ".join(filter(None, map(one_line, (letter.address or "").splitlines()))),
            "phone": one_line(letter.phone or ""),
            "hours": one_line(letter.opening_text) if letter.opening_text else hours(letter.opening, language),
            "closed": closed_days(letter.opening, today, last, language),
            "lent": letter.lent,
            "reason": letter.reason,
            "closed_as": letter.closed_as,
        }
        # Evaluated once for all forms of a letter.
        about["phrases"] = self._module(f"{language}/phrases.j2", about)
        about["words"] = self._module(f"{language}/{letter.notice.lower()}.j2", about)
        return about

    def _module(self, file: str, about: dict[str, object]) -> TemplateModule:
        template = self._templates.get_template(file)
        try:
            return template.make_module(about)
        except Exception:  # noqa: BLE001 - raised again, as render does: the lines it names are those of the template
            self._templates.handle_exception()

    def _fill(self, part: str, words: dict[str, object]) -> str:
        return self._templates.get_template(f"layout.{part}.j2").render(words)


def place_of(error: Exception) -> str:
    """Name an error and where it arose, the line of a template if it was there, without its text: that may name the patron."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or error.filename}, line {error.lineno}: {error.message}"
    if isinstance(error, TemplateNotFound):
        return f"there is no file {error.name}"
    frames = traceback.extract_tb(error.__traceback__)
    template = next((frame for frame in reversed(frames) if frame.filename.endswith(".j2")), None)
    if template is not None:
        path = Path(template.filename)
        # What is undefined is a name in the template, and never a value.
        said = f": {error.message}" if isinstance(error, UndefinedError) else f": {type(error).__name__}"
        return f"{path.parent.name}/{path.name}, line {template.lineno}{said}"
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"


def first_known(*wished: str | None) -> str | None:
    """Give the first language wished for that there are letters in (``de-AT`` is ``de``), None where there is none."""
    short = ((language or "").replace("_", "-").partition("-")[0].strip().lower() for language in wished)
    return next((language for language in short if language in MONTHS), None)


def one_line(text: str) -> str:
    """Give a text as one line: no control characters, white space in single spaces."""
    if text.isprintable():
        # Nearly all are: nothing in them ends a line.
        return " ".join(text.split())
    return " ".join("".join(" " if unicodedata.category(character) in NOT_TEXT else character for character in text).split())


def shortened(text: str, limit: int) -> str:
    """Give a text of at most ``limit`` characters, its end marked where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
