"""Letters over SMTP, to any server; the only file that imports aiosmtplib."""

from __future__ import annotations

import asyncio
import re

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from hub.letters.written import Written
from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Security

CLOSING = 421
"""The server ends the connection, as many do after a number of letters (RFC 5321, 3.8)."""
WANTS_LOGIN = frozenset({530, 534, 535, 538})
"""Login needed, too weak, refused, or only under TLS (RFC 4954)."""

TOO_LARGE = 552
"""Said of the sender where a letter's size is told with it (RFC 1870): no fault of the sender, and the next letter may be smaller."""

RELAY = re.compile(r"\brelay(ing)?\b.*\b(denied|not permitted|prohibited)|unable to relay", re.IGNORECASE | re.DOTALL)
FULL = re.compile(r"\b5\.2\.2\b")
"""A full mailbox (RFC 3463): its owner may make room, whatever the server takes it for."""


NO_UTF8 = "The mail server takes no address with signs like these (it lacks SMTPUTF8): mend it, or tell the patron another way."


class SmtpTransport:
    """Keeps one connection for a run of letters; every wait on the server has an end."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._client: SMTP | None = None

    async def open(self) -> Refused | None:
        """Connect and log in."""
        client = await self._connected()
        return client if isinstance(client, Refused) else None

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Hand over one letter; over a new connection when the server has ended the one that was open."""
        outcome = await self._try(letter)
        if isinstance(outcome, Refused) and outcome.code == CLOSING and outcome.blame is Blame.LETTER:
            outcome = await self._try(letter)
        return outcome

    async def close(self) -> None:
        """Say good-bye and close."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(min(self._settings.timeout_s, 2)):
                await client.quit()
        except (SMTPException, OSError):
            pass
        finally:
            client.close()

    async def _connected(self) -> SMTP | Refused:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._drop()
        client = self._new_client()
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                await client.connect()
        except SMTPResponseException as error:
            blame = Blame.LOGIN if isinstance(error, SMTPAuthenticationError) else Blame.SERVER
            return Refused(False, _said(error), blame, error.code)
        except (SMTPException, OSError) as error:
            return Refused(False, f"No connection to the mail server: {_named(error)}.", Blame.SERVER)
        self._client = client
        return client

    async def _try(self, letter: Written) -> Delivered | Refused:
        client = await self._connected()
        if isinstance(client, Refused):
            return client
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                await client.sendmail(
                    self._settings.bounces or self._settings.sender, letter.to, letter.data, mail_options=_options(letter)
                )
        except (SMTPException, OSError) as error:
            return self._refusal(error)
        except BaseException:
            # Cut off in the middle of a dialogue: the next letter must not read this one's answers.
            self._drop()
            raise
        return Delivered()

    def _refusal(self, error: SMTPException | OSError) -> Refused:
        if isinstance(error, SMTPNotSupported):
            return Refused(True, NO_UTF8)
        if isinstance(error, SMTPRecipientsRefused):
            error = error.recipients[0]
        if isinstance(error, SMTPResponseException):
            return self._answered(error)
        self._drop()
        return Refused(False, f"The connection to the mail server failed: {_named(error)}.")

    def _answered(self, error: SMTPResponseException) -> Refused:
        if error.code == CLOSING:
            self._drop()
            return Refused(False, _said(error), code=error.code)
        if error.code in WANTS_LOGIN:
            return Refused(False, _said(error), Blame.LOGIN, error.code)
        if isinstance(error, SMTPSenderRefused) and error.code != TOO_LARGE:
            # The sender is the library's own setting: wrong for every letter, no fault of this one.
            return Refused(False, _said(error), Blame.SERVER, error.code)
        if error.code >= 500 and RELAY.search(error.message):
            # The library's own server does not know the hub: no fault of this patron's address.
            return Refused(False, _said(error), Blame.LOGIN, error.code)
        return Refused(error.code >= 500 and not FULL.search(error.message), _said(error), code=error.code)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _new_client(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            cert_bundle=settings.ca_file,
            timeout=settings.timeout_s,
        )


def _options(letter: Written) -> list[str]:
    return [] if "".join(letter.to).isascii() else ["SMTPUTF8"]


def _said(error: SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"


def _named(error: Exception) -> str:
    """Name a failure without a reply in words staff can pass on."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__
