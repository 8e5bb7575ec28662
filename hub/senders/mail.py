"""Where letters go: what every way of sending promises, and the settings of outgoing mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hub.errors import ConfigError
from hub.letters.written import Written

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Blame(StrEnum):
    """What a refusal is about, so that one dead server does not cost a wait for every letter."""

    LETTER = "letter"
    """This letter; the next one may pass."""
    SERVER = "server"
    """Any letter would fare the same now."""
    LOGIN = "login"
    """Any letter would, until somebody mends the settings."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken the letter."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It has not; ``words`` are its own and may name the patron's address, so they are never logged."""

    permanent: bool
    words: str
    blame: Blame = Blame.LETTER
    code: int | None = None
    """The SMTP reply code, where there was a reply."""


class Transport(Protocol):
    """A way for letters to leave; one letter at a time, and a repeat carries the same Message-ID."""

    async def open(self) -> Refused | None:
        """Get ready to deliver; says why that is not possible now. Without effect when ready."""

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Hand over one letter; never raises for what the other side does."""

    async def close(self) -> None:
        """Let go of what is open; a later letter opens it again."""


class Security(StrEnum):
    """How the way to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Outgoing mail. Without ``host`` letters go into ``maildir``. Raises ConfigError for what cannot work."""

    sender: str
    host: str | None = None
    port: int = 25
    security: Security = Security.NONE
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    """Certificates to trust beside the system's own."""
    timeout_s: float = 60
    """For connecting with login, and again for each letter."""
    maildir: Path = Path("mail")
    bounces: str | None = None
    """Where a mail server gives back what it cannot deliver; the sender's address unless said."""

    def __post_init__(self) -> None:
        """Refuse a sender that is no address, and a password that would travel in the clear."""
        if address_of(self.sender) is None:
            raise ConfigError(f"mail.sender {self.sender!r} is no e-mail address; write one like loans@library.example.")
        if self.bounces is not None and address_of(self.bounces) is None:
            raise ConfigError(f"mail.bounces {self.bounces!r} is no e-mail address; write one like bounces@library.example.")
        if self.password and self.security is Security.NONE and self.host not in LOOPBACK:
            raise ConfigError('mail.password would travel in the clear; set mail.security to "starttls" or "tls".')

    @property
    def domain(self) -> str:
        """The sender's domain, to end a Message-ID with."""
        return Address(addr_spec=self.sender).domain


def address_of(text: str | None) -> Address | None:
    """Give an address that any mail server takes, its domain in ASCII; None where there is none or it is no address."""
    try:
        address = Address(addr_spec=(text or "").strip())
        domain = address.domain.encode("idna").decode("ascii")
    except (ValueError, IndexError, MessageError):
        return None
    return Address(username=address.username, domain=domain) if address.username and domain else None


def addresses(text: str) -> tuple[Address, ...]:
    """Give the addresses of a list with commas; ValueError names the one that is none."""
    found = [(each.strip(), address_of(each)) for each in text.split(",") if each.strip()]
    for written, address in found:
        if address is None:
            raise ValueError(f"{written!r:.80} is no e-mail address; write one like desk@library.example")
    if not found:
        raise ValueError("no address stands there; write one like desk@library.example")
    return tuple(address for _, address in found if address is not None)
