"""Try a login for real and say in sentences what works: the way in, the own branch, and that others' are closed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from broker.mosquitto import Account, check_topic
from broker.promises import Delivery, Session, SessionSettings
from broker.session import MqttSession
from broker.topics import Root

LIMIT_S = 5.0
CANARY = b"holdshelf-broker check"


class Verdict(StrEnum):
    """How a finding counts."""

    WORKS = "works"
    MIND = "mind"
    FAILS = "fails"


@dataclass(frozen=True)
class Finding:
    """One sentence, and how it counts."""

    verdict: Verdict
    says: str


class _Ears:
    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.failed: asyncio.Queue[str] = asyncio.Queue()
        self.canary = asyncio.Event()
        self.session: Session | None = None

    def on_message(self, delivery: Delivery) -> None:
        """Note the canary; anything else is left to the real owner of this login, without acknowledgement."""
        if delivery.payload == CANARY and self.session is not None:
            self.session.acknowledge(delivery)
            self.canary.set()

    def on_connect(self, session_present: bool) -> None:
        """Note it."""
        self.connected.set()

    def on_disconnect(self, reason: str) -> None:
        """Note it."""
        self.connected.clear()
        self.failed.put_nowait(reason)

    def on_room(self) -> None:
        """Nothing waits."""


async def check(settings: SessionSettings, account: Account, site: str) -> list[Finding]:
    """Log in, send a canary round the own branch, try another's branch; stop at the first failure of the login."""
    root = Root(site)
    own = check_topic(root, account.name, account.party)
    other = check_topic(root, f"{account.name[:30]}-other", account.party)
    ears = _Ears()
    session = ears.session = MqttSession(replace(settings, subscriptions=(own,)), ears)
    running = asyncio.create_task(session.run())
    try:
        findings = [await _login(ears, settings)]
        if findings[0].verdict is Verdict.WORKS:
            findings.append(await _own_branch(session, ears, own))
            findings.append(await _others(session, ears, other, settings))
        return findings
    finally:
        await session.stop()
        await running


async def _login(ears: _Ears, settings: SessionSettings) -> Finding:
    reason = await _first(ears.connected.wait(), ears.failed.get())
    if ears.connected.is_set():
        return Finding(Verdict.WORKS, f"The login of {settings.username!r} at {settings.place} works (MQTT {settings.protocol}).")
    return Finding(Verdict.FAILS, str(reason or f"The broker at {settings.place} did not answer in {LIMIT_S:.0f} s."))


async def _own_branch(session: Session, ears: _Ears, own: str) -> Finding:
    answer = _Answer()
    session.publish(own, CANARY, done=answer)
    await _first(ears.canary.wait(), ears.failed.get())
    if ears.canary.is_set():
        return Finding(Verdict.WORKS, "Writing and reading on the own branch works.")
    refused = f" ({answer.told})" if answer.told else ""
    says = f"What was written to {own} did not come back{refused}. Make the broker's access list anew: holdshelf-broker render."
    return Finding(Verdict.FAILS, says)


async def _others(session: Session, ears: _Ears, other: str, settings: SessionSettings) -> Finding:
    answer = _Answer()
    session.publish(other, CANARY, done=answer)
    await _first(answer.came.wait(), ears.failed.get())
    if answer.came.is_set() and answer.told is None:
        if settings.protocol == "5":
            return Finding(Verdict.MIND, "Writing on another's branch was NOT denied: this broker has no access list by topic.")
        return Finding(Verdict.MIND, "Whether another's branch is closed cannot be seen in MQTT 3.1.1; check with MQTT 5.")
    return Finding(Verdict.WORKS, "Writing on another's branch is denied.")


class _Answer:
    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.told: str | None = None

    def __call__(self, refusal: str | None) -> None:
        self.told = refusal
        self.came.set()


async def _first(*waits: Coroutine[Any, Any, object]) -> object:
    """Wait for the first of these, at most LIMIT_S; give its result."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    done, late = await asyncio.wait(tasks, timeout=LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return next((task.result() for task in done), None)
