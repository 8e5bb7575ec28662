"""A letter as mail systems pass it on (RFC 5322, MIME): written at once as bytes, with none of the models a message to be changed needs.

What is short and plain is written as it stands; a header that has to be folded or encoded is left to Python's own policy.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from functools import lru_cache

LINE_CHARS = 78
"""RFC 5322 (2.1.1)."""
END = "\r\n"
BOUNDARY = "=_letter"
"""In no part of a letter: quoted-printable has a digit or an end of line behind each of its signs, base64 has none."""
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Written:
    """A whole letter and its envelope."""

    id: str
    """The Message-ID; the same for every repeat."""
    to: tuple[str, ...]
    subject: str
    data: bytes
    """With CRLF behind each line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; ``kind`` is its media type with all parameters."""

    kind: str
    name: str
    content: bytes


def write_letter(
    headers: Headers, *, sender: Address, to: Address, subject: str, message_id: str, text: str, html: str,
    attached: Attachment | None = None,
) -> Written:  # fmt: skip
    """Give a letter in plain text and HTML; ``headers`` stand beside those that every letter has."""
    top = [("From", str(sender)), ("To", to.addr_spec), ("Subject", subject), *headers, ("Message-ID", message_id), ("MIME-Version", "1.0")]
    both = _parts("alternative", [_text("plain", text), _text("html", html)])
    whole = both if attached is None else _parts("mixed", [both, _file(attached)])
    return Written(message_id, (to.addr_spec,), subject, ("".join(_header(*each) for each in top) + whole).encode())


def as_written(message: EmailMessage) -> Written:
    """Give a message that was put together piece by piece."""
    to = tuple(address.addr_spec for address in message["To"].addresses)
    return Written(str(message["Message-ID"]), to, str(message["Subject"]), message.as_bytes(policy=SMTP))


def _header(name: str, value: str) -> str:
    if len(name) + len(value) + 2 <= LINE_CHARS and value.isascii() and value.isprintable():
        return f"{name}: {value}{END}"
    return _folded(name, value)


@lru_cache(maxsize=64)
def _folded(name: str, value: str) -> str:
    """Leave a long or foreign header to the library; the sender's is the same in every letter."""
    # An address that is no ASCII goes as it is (RFC 6532), over a server that says it takes such.
    policy = SMTPUTF8 if name == "To" and not value.isascii() else SMTP
    return str(policy.header_store_parse(name, value)[1].fold(policy=policy))


def _parts(kind: str, parts: Sequence[str]) -> str:
    boundary = f"{BOUNDARY}-{kind}"
    inner = "".join(f"--{boundary}{END}{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{END}{END}{inner}--{boundary}--{END}'


def _text(kind: str, text: str) -> str:
    head = f'Content-Type: text/{kind}; charset="utf-8"{END}Content-Transfer-Encoding: quoted-printable{END}{END}'
    # The end of the last line belongs to the boundary behind it.
    return f"{head}{_quoted(text)}{END}"


def _quoted(text: str) -> str:
    # Spaces before the end of a line are lost on some ways, so they are quoted as well.
    lines = binascii.b2a_qp(text.replace("\r\n", "\n").encode(), istext=True).decode("ascii")
    return lines.replace("\n", END)


def _file(attached: Attachment) -> str:
    coded = base64.encodebytes(attached.content).decode("ascii").replace("\n", END)
    return (
        f'Content-Type: {attached.kind}{END}Content-Disposition: attachment; filename="{attached.name}"{END}'
        f"Content-Transfer-Encoding: base64{END}{END}{coded}"
    )
