"""Mail that came back (RFC 3464): which letter it was about, and why in the words of the server that gave it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from hub.errors import Invalid

MOST_BYTES = 10_000_000
_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True, slots=True)
class Returned:
    """A report about a letter; ``for_good`` when no server tries any more."""

    message_id: str
    words: str
    for_good: bool


def read_returned(raw: bytes) -> Returned:
    """Read a report of a mail server; Invalid for anything else."""
    message = message_from_bytes(raw[:MOST_BYTES], policy=default)
    report = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    named = next((found for part in message.walk() if (found := _original(part)) is not None), None)
    if report is None or named is None:
        raise Invalid("This is no report of a mail server about a letter (multipart/report with message/delivery-status).")
    groups = report.get_payload()
    fields = groups[1:] if isinstance(groups, list) else []
    actions = [str(group.get("Action", "")).strip().lower() for group in fields if isinstance(group, Message)]
    words = next((said for group in fields if isinstance(group, Message) and (said := _words(group))), "no reason was given")
    return Returned(named, words, "failed" in actions)


def _words(group: Message) -> str | None:
    code, status = group.get("Diagnostic-Code"), group.get("Status")
    said = " ".join(str(code).partition(";")[2].split()) if code else ""
    return said or (f"status {str(status).strip()}" if status else None)


def _original(part: Message) -> str | None:
    """Give the Message-ID of the letter that a part of the report holds, whole or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload(0) if part.is_multipart() else None
        found = inner.get("Message-ID") if isinstance(inner, EmailMessage | Message) else None
        return str(found).strip() if found else None
    if kind in ("text/rfc822-headers", "message/global-headers"):
        payload = part.get_payload(decode=True)
        headers = message_from_bytes(payload if isinstance(payload, bytes) else b"")
        found = _ID.search(str(headers.get("Message-ID", "")))
        return found.group(0) if found else None
    return None
