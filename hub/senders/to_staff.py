"""Mails to desks and partners: once a day each, at their time, when there is something to say; sent, then marked."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from email.headerregistry import Address

from hub.letters.digest import Digest, write_digest
from hub.letters.render import place_of
from hub.senders.backoff import wait_after
from hub.senders.mail import Delivered, Refused, Transport
from hub.store import digests as store
from hub.store.database import transaction
from hub.store.rounds import again_and_again
from hub.store.sql import Connection

log = logging.getLogger(__name__)

EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """One mail that is wished for."""

    about: str
    """``desk:CODE`` or ``partner:CODE``."""
    to: tuple[Address, ...]
    at: time
    weekdays: frozenset[int]
    as_csv: bool
    language: str | None


class StaffSender:
    """Looks every minute whose time has come; after a stop the mail of that day alone is made up for."""

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        plans: Sequence[DigestPlan],
        *,
        library: str,
        sender: str,
        domain: str,
        zone: tzinfo,
        language: str,
        now: Callable[[], datetime],
        sure: Callable[[], bool] = lambda: True,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._connection, self._transport, self._plans = connection, transport, plans
        self._library, self._sender, self._domain, self._zone, self._language = library, sender, domain, zone, language
        self._now, self._sure, self._jitter = now, sure, jitter

    async def run(self) -> None:
        """Look again and again."""
        await again_and_again(self.look, EVERY_S, log, "send_digest", "mails to desks wait for the database")

    async def look(self) -> int:
        """Send what is due; gives how many have left."""
        try:
            return sum([await self._one(plan) for plan in self._plans if self._sure()])
        finally:
            await self._transport.close()

    async def _one(self, plan: DigestPlan) -> bool:
        now = self._now()
        local = now.astimezone(self._zone)
        if local.weekday() not in plan.weekdays or local.time() < plan.at:
            return False
        kept = store.kept(self._connection, plan.about, local.date())
        if kept is not None and (kept.state != "queued" or kept.not_before > now):
            return False
        lines, named = store.lines_about(self._connection, plan.about), store.name_of(self._connection, plan.about)
        if named is None or not lines:
            self._keep(plan, local.date(), "nothing", now)
            return False
        language = plan.language or named[1] or self._language
        kind = plan.about.partition(":")[0]
        digest = Digest(kind=kind, name=named[0], to=plan.to, lines=lines, language=language, as_csv=plan.as_csv)
        outcome = await self._deliver(digest, plan, local.date(), now)
        if isinstance(outcome, Refused):
            self._refused(plan, local.date(), outcome, tries=1 if kept is None else kept.attempts + 1)
            return False
        self._keep(plan, local.date(), "sent", self._now())
        log.info("mail to staff sent", extra={"action": "send_digest", "about": plan.about, "books": len(lines)})
        return True

    async def _deliver(self, digest: Digest, plan: DigestPlan, day: date, now: datetime) -> Delivered | Refused:
        message_id = f"<{plan.about.replace(':', '.').lower()}.{day.isoformat()}@{self._domain}>"
        try:
            written = write_digest(digest, message_id, now, library=self._library, sender=self._sender, zone=self._zone)
        except Exception as error:  # noqa: BLE001 - one mail that cannot be written must not stop the hub
            return Refused(True, f"The hub could not write this mail ({place_of(error)}).")
        return await self._transport.open() or await self._transport.deliver(written)

    def _refused(self, plan: DigestPlan, day: date, refused: Refused, *, tries: int) -> None:
        wait = None if refused.permanent else wait_after(tries, self._jitter())
        state, at = ("failed", self._now()) if wait is None else ("queued", self._now() + wait)
        self._keep(plan, day, state, at, words=refused.words, tries=tries)
        more: dict[str, str | int | None] = {"about": plan.about, "code": refused.code, "tries": tries, "gives_up": wait is None}
        log.warning("mail to staff not sent", extra={"action": "digest_refused", **more})

    def _keep(self, plan: DigestPlan, day: date, state: str, at: datetime, *, words: str | None = None, tries: int = 0) -> None:
        with transaction(self._connection):
            store.keep(self._connection, plan.about, day, state, at, words=words, tries=tries)
