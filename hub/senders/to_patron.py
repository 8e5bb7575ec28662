"""Notices to patrons: wait for the grace, read the state again, send, then mark.

A crash between sending and marking repeats the letter with the same Message-ID; marking first would lose it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from email.headerregistry import Address
from functools import partial
from pathlib import Path

from broker.messages import Notice
from hub.core.notices import Subject, message_id, spoken_of
from hub.core.request import State
from hub.letters.render import Letter, Letters, first_known
from hub.senders.backoff import wait_after
from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Transport, address_of
from hub.senders.maildir import MaildirTransport
from hub.senders.smtp import SmtpTransport
from hub.store import notices as store
from hub.store.database import transaction
from hub.store.notices import LetterFacts
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_WAIT_S = 60.0
"""Waits are cut to this, because a wall clock that jumps forward does not wake anybody."""
RETRY_AFTER_S = 1.0
NO_ADDRESS = "no e-mail address: tell the patron another way"
BAD_ADDRESS = "the e-mail address is not one: mend it, or tell the patron another way"


def transport_for(settings: MailSettings) -> Transport:
    """Give the way letters leave: the mail server, or the Maildir where none is set."""
    return MaildirTransport(settings.maildir) if settings.host is None else SmtpTransport(settings)


class PatronSender:
    """Sends what is due, one letter at a time over one connection, and sleeps until the next is."""

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        letters: Letters,
        *,
        domain: str,
        zone: tzinfo,
        now: Callable[[], datetime],
        publish: Callable[[Notice], None] | None = None,
        changed: Callable[[], None] | None = None,
        jitter: Callable[[], float] = random.random,
        sure: Callable[[], bool] = lambda: True,
    ) -> None:
        """``domain`` ends every Message-ID and is unique to this site; ``zone`` says where its days begin and end.

        ``publish`` hears of each letter that has left; ``changed`` is called after each commit, so that whoever follows the event
        table may look. Of several hubs one sends: ``sure`` says that this one still is it.
        """
        self._sure = sure
        self._connection = connection
        self._transport = transport
        self._letters = letters
        self._domain = domain
        self._zone = zone
        self._now = now
        self._publish = publish
        self._changed = changed
        self._jitter = jitter
        self._woken = asyncio.Event()
        self._stopping = False
        self._login_told = False

    def wake(self) -> None:
        """Say that notices were queued, or that the clock was changed."""
        self._woken.set()

    def stop(self) -> None:
        """Let ``run`` end after the letter in hand."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped."""
        try:
            while not self._stopping:
                self._woken.clear()
                try:
                    await self._send_due()
                    due = store.next_due(self._connection, self._now())
                except DATABASE_ERRORS as error:
                    await self._wait_for_database(error)
                    continue
                await self._transport.close()
                await self._wait(due)
        finally:
            await self._transport.close()

    async def _wait(self, due: datetime | None) -> None:
        seconds = None if due is None else min(max((due - self._now()).total_seconds(), 0.0), LONGEST_WAIT_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _send_due(self) -> None:
        while not self._stopping and (keys := store.due_notices(self._connection, self._now(), BATCH)):
            await self._send_batch(keys)

    async def _send_batch(self, keys: Sequence[int]) -> None:
        for place, key in enumerate(keys):
            if self._stopping:
                return
            await self._until_sure()
            refused = await self._send(key)
            if refused is not None and refused.blame is not Blame.LETTER:
                await self._put_off(keys[place + 1 :], refused)
                return

    async def _until_sure(self) -> None:
        """Wait until the lease is renewed; where it is lost, this is cut off."""
        while not self._sure() and not self._stopping:  # noqa: ASYNC110 - the database renews it, and wakes nobody
            await asyncio.sleep(RETRY_AFTER_S)

    async def _send(self, key: int) -> Refused | None:
        """Send one letter if it is still true; gives a refusal that concerns more than this letter, too."""
        if await self._to_send(key) is None:
            return None
        refused = await self._transport.open()
        # Connecting may have taken long: what was true before it is read again.
        if (ready := await self._to_send(key)) is None:
            return None
        outcome = refused if refused is not None else await self._deliver(*ready)
        await self._keep(ready[0], outcome)
        return outcome if isinstance(outcome, Refused) else None

    async def _to_send(self, key: int) -> tuple[LetterFacts, Address] | None:
        """Read a notice as it is now; None when there is nothing to send, and then that is written down."""
        facts = store.letter_facts(self._connection, key)
        if facts is None:
            return None
        if (about := self._spoken_of(facts)) is None:
            await self._write(partial(store.mark_suppressed, self._connection, key, self._now()))
            self._log("notice no longer true", "suppress_notice", facts)
            return None
        facts = replace(facts, about=about)
        if (to := address_of(facts.email)) is None:
            await self._fail(facts, BAD_ADDRESS if facts.email else NO_ADDRESS)
            return None
        return facts, to

    def _spoken_of(self, facts: LetterFacts) -> Subject | None:
        """Give what a notice that is still true speaks of; one whose patron is forgotten is nobody's, and no work for staff either."""
        return None if facts.patron is None else spoken_of(facts.type, facts.about, facts.episode, self._now(), self._zone)

    async def _deliver(self, facts: LetterFacts, to: Address) -> Delivered | Refused:
        try:
            language = first_known(facts.patron_language, facts.desk_language)
            message = self._letters.render(_letter(facts, to), self._message_id(facts), self._now(), language=language)
            return await self._transport.deliver(message)
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the others
            return Refused(False, f"The hub could not write this letter ({_place_of(error)}).")

    async def _keep(self, facts: LetterFacts, outcome: Delivered | Refused) -> None:
        if isinstance(outcome, Refused):
            await self._keep_refusal(facts, outcome)
            return
        now = self._now()
        await self._write(partial(store.mark_sent, self._connection, facts.key, self._message_id(facts), now))
        self._login_told = False
        self._log("notice sent", "send_notice", facts)
        if self._publish is not None:
            self._publish(notice_message(facts, now))

    async def _keep_refusal(self, facts: LetterFacts, refused: Refused) -> None:
        tries = facts.attempts + 1
        wait = None if refused.permanent else wait_after(tries, self._jitter())
        if refused.blame is Blame.LOGIN:
            self._tell_login(refused)
        if wait is None:
            await self._fail(facts, refused.words if refused.permanent else f"given up after {tries} tries: {refused.words}", refused.code)
            return
        await self._write(partial(store.mark_failed_try, self._connection, facts.key, refused.words, self._now() + wait))
        self._log("notice not sent, to be tried again", "retry_notice", facts, level=logging.WARNING, code=refused.code, tries=tries)

    async def _put_off(self, keys: Sequence[int], refused: Refused) -> None:
        """Count a try for letters that would have fared the same, without a wait on the server for each."""
        for key in keys:
            if (ready := await self._to_send(key)) is not None:
                await self._keep_refusal(ready[0], refused)

    async def _fail(self, facts: LetterFacts, words: str, code: int | None = None) -> None:
        await self._write(partial(store.mark_failed, self._connection, facts.key, words, self._now()))
        self._log("notice failed, work for staff", "fail_notice", facts, level=logging.WARNING, code=code)

    async def _write(self, change: Callable[[], None]) -> None:
        """Write in one transaction; a full disk is waited for, or the letter that just left would leave at each start of the hub anew."""
        while True:
            try:
                with transaction(self._connection):
                    change()
                break
            except DATABASE_ERRORS as error:
                await self._wait_for_database(error)
            if self._stopping:
                return
        if self._changed is not None:
            self._changed()

    async def _wait_for_database(self, error: Exception) -> None:
        if not may_pass(error):
            raise error
        log.error("letters wait for the database", extra={"action": "wait_for_room", "error": str(error)})
        await asyncio.sleep(RETRY_AFTER_S)

    def _tell_login(self, refused: Refused) -> None:
        if not self._login_told:
            text = "The mail server refuses the login: check mail.username, mail.password and mail.security in the settings."
            log.error(text, extra={"action": "mail_login_refused", "code": refused.code})
        self._login_told = True

    def _message_id(self, facts: LetterFacts) -> str:
        return message_id(facts.request_id, facts.type, facts.episode, self._domain)

    def _log(self, text: str, action: str, facts: LetterFacts, *, level: int = logging.INFO, **more: int | None) -> None:
        ids = {"action": action, "notice": facts.key, "request": facts.request_id}
        log.log(level, text, extra=ids | {name: value for name, value in more.items() if value is not None})


def notice_message(facts: LetterFacts, at: datetime) -> Notice:
    """Give the message that tells other notifiers; the patron is only a number in it."""
    item = facts.about.item
    return Notice(
        notice_id=str(facts.key),
        type=facts.type,
        request_id=facts.request_id,
        desk=facts.desk,
        title=facts.about.request.title,
        hold_until=item.hold_until if item is not None else None,
        patron_ref=str(facts.patron),
        at=at,
    )


def _letter(facts: LetterFacts, to: Address) -> Letter:
    request, item = facts.about.request, facts.about.item
    return Letter(
        notice=facts.type,
        to=to,
        name=facts.patron_name or "",
        title=request.title,
        author=facts.author,
        desk=facts.desk_name or "",
        hold_until=item.hold_until if item is not None else None,
        request_id=facts.request_id,
        due_at=item.due_at if item is not None else None,
        lent=item is not None and item.state is State.CHECKED_OUT,
        reason=request.cancelled if item is None else item.reason,
        closed_as=request.closed_as,
        pieces=request.pieces,
    )


def _place_of(error: Exception) -> str:
    """Name an error and where it arose, without its text: that may name the patron."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
