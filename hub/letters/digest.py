"""What a desk or a partner is told once a day: lists of books, without a word about patrons."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from hub.core.words import LANGUAGES
from hub.letters.dates import day
from hub.letters.plain import fold
from hub.letters.render import MAX_TITLE_CHARS, one_line, shortened
from hub.letters.written import Written, as_written

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "desk": "{name}: {count} books on {day}",
        "partner": "Your books at {library}: {count} on {day}",
        "until": "until {day}",
        "due": "due {day}",
        "partner_due": "due back {day}",
        "since": "since {day}",
        "shelf": "shelf {code}",
        "footer": "This list is sent automatically on days on which there is something to say.",
    },
    "de": {
        "desk": "{name}: {count} Bücher am {day}",
        "partner": "Ihre Bücher bei {library}: {count} am {day}",
        "until": "bis {day}",
        "due": "Leihfrist bis {day}",
        "partner_due": "zurückerwartet am {day}",
        "since": "seit {day}",
        "shelf": "Regal {code}",
        "footer": "Diese Liste wird automatisch an Tagen versandt, an denen es etwas zu sagen gibt.",
    },
}
COLUMNS = ("request_id", "external_id", "title", "barcode", "state", "shelf_code", "hold_until", "due_at", "partner_due_date", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One book."""

    request_id: str
    external_id: str | None
    title: str
    barcode: str | None
    state: str
    shelf_code: str | None
    hold_until: datetime | None
    due_at: datetime | None
    partner_due_date: str | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One mail: about a desk or a partner, whose ``name`` it is."""

    kind: str
    name: str
    to: tuple[Address, ...]
    lines: tuple[Line, ...]
    language: str
    as_csv: bool


def write_digest(digest: Digest, message_id: str, now: datetime, *, library: str, sender: str, zone: tzinfo) -> Written:
    """Give the whole mail."""
    words, today = WORDS[digest.language], now.astimezone(zone).date()
    named = day(now, today, zone, digest.language)
    subject = words[digest.kind].format(name=one_line(digest.name), library=one_line(library), count=len(digest.lines), day=named)
    message = EmailMessage()
    message["From"] = Address(display_name=one_line(library), addr_spec=sender)
    message["To"] = digest.to
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    parts = [(state, [(line, _said(line, digest.language, today, zone)) for line in lines]) for state, lines in _by_state(digest)]
    message.set_content(_text(parts, words["footer"]), cte="quoted-printable")
    message.add_alternative(_html(subject, parts, words["footer"], digest.language), subtype="html", cte="quoted-printable")
    if digest.as_csv:
        name = f"{digest.kind}-{today.isoformat()}.csv"
        content = as_csv(digest.lines).encode("utf-8-sig")
        message.add_attachment(content, maintype="text", subtype="csv", filename=name, params={"charset": "utf-8"})
    return as_written(message)


def as_csv(lines: Sequence[Line]) -> str:
    """Give the lines as CSV; a cell that a spreadsheet would take for a formula is made text."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([_cell(getattr(line, column)) for column in COLUMNS])
    return file.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


Parts = list[tuple[str, list[tuple[Line, str]]]]


def _by_state(digest: Digest) -> list[tuple[str, list[Line]]]:
    states = LANGUAGES[digest.language].states
    found = dict.fromkeys(line.state for line in digest.lines)
    return [(states[state], [line for line in digest.lines if line.state == state]) for state in found]


def _said(line: Line, language: str, today: date, zone: tzinfo) -> str:
    """Give what is to be known of a book, behind its title."""
    words = WORDS[language]
    days = {
        "until": line.hold_until if line.state == "ON_HOLD_SHELF" else None,
        "due": line.due_at if line.state == "CHECKED_OUT" else None,
    }
    parts = [words["shelf"].format(code=line.shelf_code)] if line.shelf_code and line.state in ("ON_HOLD_SHELF", "PULL_FROM_SHELF") else []
    parts += [words[key].format(day=day(moment, today, zone, language)) for key, moment in days.items() if moment is not None]
    parts.append(words["since"].format(day=day(line.since, today, zone, language)))
    return ", ".join([line.request_id, *([line.external_id] if line.external_id else []), *parts])


def _text(parts: Parts, footer: str) -> str:
    blocks = []
    for state, lines in parts:
        books = [f"{fold(_title(line), '  ')}\n{fold(said, '    ')}" for line, said in lines]
        blocks.append("\n".join([f"{state} ({len(lines)})", *books]))
    return "\n\n".join([*blocks, fold(footer)]) + "\n"


def _html(subject: str, parts: Parts, footer: str, language: str) -> str:
    sections = "".join(
        f'<h2 style="font-size:17px;margin:24px 0 8px;">{escape(state)} ({len(lines)})</h2>'
        '<ul style="margin:0;padding-left:20px;">'
        + "".join(
            f'<li style="margin:6px 0;"><b>{escape(_title(line))}</b><br><span style="color:#4a5663;">{escape(said)}</span></li>'
            for line, said in lines
        )
        + "</ul>"
        for state, lines in parts
    )
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>'
        f"{escape(subject)}</title></head><body style=\"margin:0;padding:20px;font:16px/1.5 'Segoe UI',Helvetica,Arial,sans-serif;"
        f'color:#1d2733;overflow-wrap:anywhere;"><h1 style="font-size:20px;margin:0;">{escape(subject)}</h1>{sections}'
        f'<p style="margin:24px 0 0;font-size:13px;color:#4a5663;">{escape(footer)}</p></body></html>'
    )


def _title(line: Line) -> str:
    return shortened(one_line(line.title), MAX_TITLE_CHARS)
