"""Notices to patrons: wait for the grace, read the state again, send, then mark.

A crash between sending and marking repeats the letter with the same Message-ID; marking first would lose it. Many letters leave
over several connections: the names of a batch are written in one commit before any of it leaves, and what several letters have to
write at one moment shares a commit.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial

from broker.messages import Notice
from hub.core.telling import Telling
from hub.letters.render import Letters, place_of
from hub.senders.backoff import wait_after
from hub.senders.channels import Channel, MailChannel
from hub.senders.choosing import Choosing, Chosen
from hub.senders.mail import Blame, Delivered, MailSettings, Refused, Transport
from hub.senders.maildir import MaildirTransport
from hub.senders.pace import Pace
from hub.senders.ready import Ready, notice_message, parcel_of
from hub.senders.shared_write import SharedWrite
from hub.senders.smtp import SmtpTransport
from hub.store import notices as store
from hub.store.notices import LetterFacts
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass

log = logging.getLogger(__name__)

BATCH = 50
"""Letters that are named at once: a book that comes while they leave has a letter of its own."""
LONGEST_WAIT_S = 60.0
"""Waits are cut to this, because a wall clock that jumps forward does not wake anybody."""
RETRY_AFTER_S = 1.0


def transport_for(settings: MailSettings) -> Transport:
    """Give the way letters leave: the mail server, or the Maildir where none is set."""
    return MaildirTransport(settings.maildir) if settings.host is None else SmtpTransport(settings)


class PatronSender:
    """Sends what is due, on each way as many letters at a time as it takes, and sleeps until the next is."""

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        letters: Letters,
        *,
        domain: str,
        zone: tzinfo,
        telling: Telling,
        beside: Sequence[Transport] = (),
        more: Sequence[Channel] = (),
        per_domain_per_minute: int = 0,
        now: Callable[[], datetime],
        publish: Callable[[Notice], None] | None = None,
        changed: Callable[[], None] | None = None,
        jitter: Callable[[], float] = random.random,
        sure: Callable[[], bool] = lambda: True,
    ) -> None:
        """``domain`` ends every Message-ID and is unique to this site; ``zone`` says where its days begin and end.

        ``telling`` says what holds for a desk or a partner, ``more`` are the ways to patrons beside the mail of ``transport``; those
        ``beside`` it are used when there are many letters.

        ``publish`` hears of each letter that has left; ``changed`` is called after each commit, so that whoever follows the event
        table may look. Of several hubs one sends: ``sure`` says that this one still is it.
        """
        self._sure = sure
        self._connection = connection
        channels: tuple[Channel, ...] = (MailChannel(transport), *more)
        self._doors: dict[str, tuple[Channel, ...]] = {channel.name: (channel,) for channel in channels}
        self._doors[store.MAIL] += tuple(MailChannel(each) for each in beside)
        self._pace = Pace(per_domain_per_minute)
        self._choosing = Choosing(connection, channels, telling, domain=domain, zone=zone, pace=self._pace)
        self._writes = SharedWrite(
            connection, wait=self._wait_for_database, give_up=lambda: self._stopping, done=changed if changed is not None else lambda: None
        )
        self._letters = letters
        self._now = now
        self._publish = publish
        self._jitter = jitter
        self._woken = asyncio.Event()
        self._stopping = False
        self._other_terms = False
        self._login_told = False

    def follow(self, telling: Telling) -> None:
        """Go by other terms from the next letter on; one that waits for another moment now is looked at."""
        self._choosing.follow(telling)
        self._other_terms = True
        self.wake()

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
                    await self._look_again()
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
        for doors in self._doors.values():
            await asyncio.gather(*(door.close() for door in doors))

    async def _wait(self, due: datetime | None) -> None:
        seconds = None if due is None else min(max((due - self._now()).total_seconds(), 0.0), LONGEST_WAIT_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _look_again(self) -> None:
        """After other terms came, let nothing wait for what was to be waited for by the former ones."""
        if not self._other_terms:
            return
        await self._until_sure()
        self._other_terms = False
        if (chosen := self._choosing.may_be_sooner(self._now())).changes:
            await self._writes.write(chosen.write, tell=False)

    async def _send_due(self) -> None:
        while not self._stopping and (keys := store.due_notices(self._connection, self._now(), BATCH)):
            await self._send_batch(keys)

    async def _send_batch(self, keys: Sequence[int]) -> None:
        await self._until_sure()
        chosen = self._choosing.letters(keys, self._now())
        if not await self._keep_chosen(chosen):
            return
        run = _Run(deque(chosen.letters), {name: _Doors(doors) for name, doors in self._doors.items()})

        async def lane() -> None:
            while run.waiting and not self._stopping:
                await self._send(run.waiting.popleft(), run)

        if run.waiting and not self._stopping:
            # Alone: a dead server is found out by one letter, and a lone letter needs no second connection.
            await self._send(run.waiting.popleft(), run)
        most = min(len(run.waiting), max(map(len, self._doors.values())))
        # A letter that is on its way is not cut off because another cannot be marked.
        ended = await asyncio.gather(*(lane() for _ in range(most)), return_exceptions=True)
        if error := next((each for each in ended if each is not None), None):
            raise error

    async def _keep_chosen(self, chosen: Chosen) -> bool:
        """Write what is to be written before letters leave; False where that was given up."""
        if not chosen.changes:
            return True
        if not await self._writes.write(chosen.write, tell=chosen.ended):
            return False
        for facts in chosen.untrue:
            self._log("notice no longer true", "suppress_notice", facts)
        for facts in chosen.unreachable:
            self._log("notice failed, work for staff", "fail_notice", facts, level=logging.WARNING)
        return True

    async def _until_sure(self) -> None:
        """Wait until the lease is renewed; where it is lost, this is cut off."""
        while not self._sure() and not self._stopping:  # noqa: ASYNC110 - the database renews it, and wakes nobody
            await asyncio.sleep(RETRY_AFTER_S)

    async def _send(self, ready: Ready, run: _Run) -> None:
        """Send one letter if it is still true."""
        name = ready.channel.name
        async with run.doors[name].one() as door:
            outcome: Delivered | Refused | None = run.down.get(name)
            if outcome is None and (outcome := await door.open()) is not None and run.doors[name].closes(door):
                # A server may take fewer connections at a time than are allowed to us: the others go on.
                run.waiting.append(ready)
                return
            await self._until_sure()
            # Connecting, and the letters before it, may have taken long: what was true then is read again.
            now, chosen = self._choosing.again(ready, self._now())
            if now is not None and outcome is None and not self._stopping:
                outcome = await self._deliver(now, door)
        await self._keep_chosen(chosen)
        if now is None or outcome is None:
            return
        if isinstance(outcome, Refused) and outcome.blame is not Blame.LETTER:
            # A try is counted for letters that would have fared the same, without a wait on the server for each.
            run.down[name] = outcome
        await self._keep(now, outcome)

    async def _deliver(self, ready: Ready, door: Channel) -> Delivered | Refused:
        try:
            parcel = parcel_of(ready, self._letters, self._now())
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the others
            log.error("a letter cannot be written", extra={"action": "write_letter", "type": ready.first.type, "where": place_of(error)})
            return Refused(False, f"The hub could not write this letter ({place_of(error)}).")
        self._pace.leaves(ready.domain, self._now())
        try:
            return await door.deliver(parcel)
        except Exception as error:  # noqa: BLE001 - nor one that a library of others cannot hand over
            return Refused(False, f"The hub could not hand over this letter ({place_of(error)}).")

    async def _keep(self, ready: Ready, outcome: Delivered | Refused) -> None:
        if isinstance(outcome, Refused):
            for facts in ready.all:
                await self._keep_refusal(ready, facts, outcome)
            return
        now = self._now()
        if not await self._writes.write(partial(self._mark_sent, ready, now)):
            return
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
            await self._writes.write(partial(store.mark_failed_try, self._connection, facts.key, refused.words, self._now() + wait))
            self._log("notice not sent, to be tried again", "retry_notice", facts, level=logging.WARNING, code=refused.code, tries=tries)
            return
        words = refused.words if refused.permanent else f"given up after {tries} tries: {refused.words}"
        if not ready.others:
            await self._fail(facts, words, refused.code)
            return
        await self._writes.write(
            partial(store.change_channel, self._connection, facts.key, ready.others[0], words, self._now()), tell=False
        )
        self._log("notice goes another way", "change_channel", facts, level=logging.WARNING, code=refused.code)

    async def _fail(self, facts: LetterFacts, words: str, code: int | None = None) -> None:
        await self._writes.write(partial(store.mark_failed, self._connection, facts.key, words, self._now()))
        self._log("notice failed, work for staff", "fail_notice", facts, level=logging.WARNING, code=code)

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


class _Doors:
    """The doors of one channel, one letter through each at a time; those that do not open while another does stay shut."""

    def __init__(self, doors: Sequence[Channel]) -> None:
        self._free: asyncio.LifoQueue[Channel] = asyncio.LifoQueue()
        for door in reversed(doors):
            self._free.put_nowait(door)
        self._left = len(doors)
        self._shut: Channel | None = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Channel]:
        """Give a door that is free, when there is one."""
        door = await self._free.get()
        try:
            yield door
        finally:
            if door is not self._shut:
                self._free.put_nowait(door)
            self._shut = None

    def closes(self, door: Channel) -> bool:
        """Leave a door shut that did not open, unless it is the last: then there is no way at all."""
        if self._left == 1:
            return False
        self._left, self._shut = self._left - 1, door
        return True


@dataclass(frozen=True, slots=True)
class _Run:
    """A batch on its way: ``down`` holds the channels by which none would leave now."""

    waiting: deque[Ready]
    doors: dict[str, _Doors]
    down: dict[str, Refused] = field(default_factory=dict)
