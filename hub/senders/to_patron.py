"""Notices to patrons: wait for the grace, read the state again, send, then mark.

A crash between sending and marking repeats the letter with the same Message-ID; marking first would lose it.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial

from broker.messages import Notice
from hub.core.notices import NoticeState, spoken_of
from hub.core.telling import Telling, Terms, may_leave
from hub.letters.render import Letters, place_of
from hub.senders.backoff import wait_after
from hub.senders.channels import Channel, MailChannel, ways
from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Transport
from hub.senders.maildir import MaildirTransport
from hub.senders.pace import Pace
from hub.senders.ready import JOINED, Ready, letter_id, may_join, notice_message, parcel_of, waits_for
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
NO_WAY = "the patron can be reached by none of these ways: {ways}; tell them another way, or mend what is known of them"
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
        telling: Telling,
        more: Sequence[Channel] = (),
        per_domain_per_minute: int = 0,
        now: Callable[[], datetime],
        publish: Callable[[Notice], None] | None = None,
        changed: Callable[[], None] | None = None,
        jitter: Callable[[], float] = random.random,
        sure: Callable[[], bool] = lambda: True,
    ) -> None:
        """``domain`` ends every Message-ID and is unique to this site; ``zone`` says where its days begin and end.

        ``telling`` says what holds for a desk or a partner, ``more`` are the ways to patrons beside the mail of ``transport``.

        ``publish`` hears of each letter that has left; ``changed`` is called after each commit, so that whoever follows the event
        table may look. Of several hubs one sends: ``sure`` says that this one still is it.
        """
        self._sure = sure
        self._connection = connection
        self._channels: tuple[Channel, ...] = (MailChannel(transport), *more)
        self._telling = telling
        self._pace = Pace(per_domain_per_minute)
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
                await self._close()
                await self._wait(due)
        finally:
            await self._close()

    async def _close(self) -> None:
        for channel in self._channels:
            await channel.close()

    async def _wait(self, due: datetime | None) -> None:
        seconds = None if due is None else min(max((due - self._now()).total_seconds(), 0.0), LONGEST_WAIT_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _send_due(self) -> None:
        while not self._stopping and (keys := store.due_notices(self._connection, self._now(), BATCH)):
            await self._send_batch(keys)

    async def _send_batch(self, keys: Sequence[int]) -> None:
        down: dict[str, Refused] = {}
        for key in keys:
            if self._stopping:
                return
            await self._until_sure()
            await self._send(key, down)

    async def _until_sure(self) -> None:
        """Wait until the lease is renewed; where it is lost, this is cut off."""
        while not self._sure() and not self._stopping:  # noqa: ASYNC110 - the database renews it, and wakes nobody
            await asyncio.sleep(RETRY_AFTER_S)

    async def _send(self, key: int, down: dict[str, Refused]) -> None:
        """Send one letter if it is still true; ``down`` holds the channels by which none would leave now."""
        if (ready := await self._to_send(key)) is None:
            return
        channel = ready.channel
        if (refused := down.get(channel.name)) is None:
            refused = await channel.open()
            # Connecting may have taken long: what was true before it is read again.
            if (ready := await self._to_send(key)) is None:
                return
        outcome = refused if refused is not None or ready.channel is not channel else await self._deliver(ready)
        if outcome is None:
            return
        if isinstance(outcome, Refused) and outcome.blame is not Blame.LETTER:
            # A try is counted for letters that would have fared the same, without a wait on the server for each.
            down[channel.name] = outcome
        await self._keep(ready, outcome)

    async def _to_send(self, key: int) -> Ready | None:
        """Read a notice as it is now, with those that share its letter; None when nothing is to be sent, and then that is written down."""
        facts = await self._true(key)
        if facts is None:
            return None
        terms = self._telling.at(facts.desk, facts.partner)
        now = self._now()
        if (later := may_leave(terms, now, self._zone, facts.desk_opening)) > now:
            await self._postpone(key, later)
            return None
        others = store.companions(self._connection, facts)
        if facts.message_id is None and facts.type in JOINED and (until := waits_for(facts, others, terms, now)) is not None:
            await self._postpone(key, until)
            return None
        joining = [await self._true(other) for other in may_join(facts, others, terms, now)]
        return await self._by_a_way((facts, *(other for other in joining if other is not None)), terms)

    async def _true(self, key: int) -> LetterFacts | None:
        """Give a notice that is queued and true; one that is no longer true is written down as such."""
        facts = store.letter_facts(self._connection, key)
        if facts is None or facts.state is not NoticeState.QUEUED:
            return None
        # One whose patron is forgotten is nobody's, and no work for staff either.
        about = None if facts.patron is None else spoken_of(facts.type, facts.about, facts.episode, self._now(), self._zone)
        if about is not None:
            return replace(facts, about=about)
        await self._write(partial(store.mark_suppressed, self._connection, key, self._now(), _why(facts)))
        self._log("notice no longer true", "suppress_notice", facts)
        return None

    async def _by_a_way(self, all_: tuple[LetterFacts, ...], terms: Terms) -> Ready | None:
        """Choose the way a letter goes; where there is none, that is work for staff."""
        first = all_[0]
        found = ways(self._channels, first.channels or terms.channels, first)
        names = [channel.name for channel, _ in found]
        # What the patron wishes may have changed since one of the ways failed.
        rest = found[names.index(first.channel) :] if first.channel in names else found
        if not rest:
            for facts in all_:
                await self._fail(facts, _unreachable(facts, terms))
            return None
        named = first.message_id or letter_id(all_, self._domain)
        ready = Ready(all_, terms, named, *rest[0], tuple(channel.name for channel, _ in rest[1:]))
        now = self._now()
        if (later := self._pace.next(ready.domain, now)) > now:
            await self._postpone(first.key, later)
            return None
        if first.message_id is None:
            keys = [facts.key for facts in all_]
            await self._write(partial(store.name_letter, self._connection, keys, named), tell=False)
        return ready

    async def _postpone(self, key: int, until: datetime) -> None:
        await self._write(partial(store.postpone, self._connection, key, until, self._now()), tell=False)

    async def _deliver(self, ready: Ready) -> Delivered | Refused:
        try:
            parcel = parcel_of(ready, self._letters, self._now())
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the others
            log.error("a letter cannot be written", extra={"action": "write_letter", "type": ready.first.type, "where": place_of(error)})
            return Refused(False, f"The hub could not write this letter ({place_of(error)}).")
        try:
            outcome = await ready.channel.deliver(parcel)
        except Exception as error:  # noqa: BLE001 - nor one that a library of others cannot hand over
            return Refused(False, f"The hub could not hand over this letter ({place_of(error)}).")
        self._pace.leaves(ready.domain, self._now())
        return outcome

    async def _keep(self, ready: Ready, outcome: Delivered | Refused) -> None:
        if isinstance(outcome, Refused):
            for facts in ready.all:
                await self._keep_refusal(ready, facts, outcome)
            return
        now = self._now()
        await self._write(partial(self._mark_sent, ready, now))
        self._login_told = False
        for facts in ready.all:
            self._log("notice sent", "send_notice", facts)
            if self._publish is not None:
                self._publish(notice_message(facts, now))

    def _mark_sent(self, ready: Ready, now: datetime) -> None:
        for facts in ready.all:
            store.mark_sent(self._connection, facts.key, ready.id, now, ready.channel.name)

    async def _keep_refusal(self, ready: Ready, facts: LetterFacts, refused: Refused) -> None:
        tries = facts.attempts + 1
        wait = None if refused.permanent else wait_after(tries, self._jitter())
        if refused.blame is Blame.LOGIN:
            self._tell_login(ready.channel, refused)
        if wait is not None:
            await self._write(partial(store.mark_failed_try, self._connection, facts.key, refused.words, self._now() + wait))
            self._log("notice not sent, to be tried again", "retry_notice", facts, level=logging.WARNING, code=refused.code, tries=tries)
            return
        words = refused.words if refused.permanent else f"given up after {tries} tries: {refused.words}"
        if not ready.others:
            await self._fail(facts, words, refused.code)
            return
        await self._write(partial(store.change_channel, self._connection, facts.key, ready.others[0], words, self._now()), tell=False)
        self._log("notice goes another way", "change_channel", facts, level=logging.WARNING, code=refused.code)

    async def _fail(self, facts: LetterFacts, words: str, code: int | None = None) -> None:
        await self._write(partial(store.mark_failed, self._connection, facts.key, words, self._now()))
        self._log("notice failed, work for staff", "fail_notice", facts, level=logging.WARNING, code=code)

    async def _write(self, change: Callable[[], None], *, tell: bool = True) -> None:
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
        if tell and self._changed is not None:
            self._changed()

    async def _wait_for_database(self, error: Exception) -> None:
        if not may_pass(error):
            raise error
        log.error("letters wait for the database", extra={"action": "wait_for_room", "error": str(error)})
        await asyncio.sleep(RETRY_AFTER_S)

    def _tell_login(self, channel: Channel, refused: Refused) -> None:
        if not self._login_told:
            of_mail = "The mail server refuses the login: check mail.username, mail.password and mail.security in the settings."
            text = of_mail if channel.name == store.MAIL else f"The channel {channel.name} refuses the hub: check its url and secret."
            log.error(text, extra={"action": "mail_login_refused", "code": refused.code})
        self._login_told = True

    def _log(self, text: str, action: str, facts: LetterFacts, *, level: int = logging.INFO, **more: int | None) -> None:
        ids = {"action": action, "notice": facts.key, "request": facts.request_id}
        log.log(level, text, extra=ids | {name: value for name, value in more.items() if value is not None})


def _unreachable(facts: LetterFacts, terms: Terms) -> str:
    """Say why a patron cannot be reached."""
    wished = facts.channels or terms.channels
    if tuple(wished) == (store.MAIL,):
        return BAD_ADDRESS if facts.email else NO_ADDRESS
    return NO_WAY.format(ways=", ".join(wished))


def _why(facts: LetterFacts) -> str:
    """Say why a notice is not sent, without the patron."""
    if facts.patron is None:
        return "the patron is forgotten"
    item = facts.about.item
    return f"request {facts.about.request.state}" if item is None else f"item {item.state}"
