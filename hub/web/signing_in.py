"""Signing in and out: names, passwords, and how often they may be tried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from hub import passwords
from hub.core.accounts import StaffRole, wrong_password
from hub.errors import Invalid
from hub.flows.keep_accounts import add_account, begin_sign_in, keep_password_anew, saying, set_password, take_first_link
from hub.secret import id_of, new_secret
from hub.store.pages.accounts import Kept, kept_account
from hub.web.inside import Inside
from hub.web.session import LASTS

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class NotNow:
    """Too many tries: so many minutes to wait."""

    minutes: int


async def try_password(hand: Inside, name: str, password: str, address: str) -> Kept | NotNow | None:
    """Give the account whose password this is, None where it is not; every failure counts against name and address."""
    attempts, now = hand.attempts, hand.doors.now()
    if waits := attempts.wait(name, address, now):
        return NotNow(int(waits.total_seconds() // 60) + 1)
    # Counted before it is looked at: a hundred tries at once are no way round the count.
    attempts.failed(name, address, now)
    kept = await hand.read(partial(kept_account, name=name))
    if not await _aside(hand, passwords.fits, None if kept is None else kept.password, password) or kept is None:
        log.warning("sign-in refused", extra={"action": "sign_in"})
        return None
    attempts.succeeded(name, address)
    if passwords.is_dated(kept.password):
        anew = await _aside(hand, passwords.hashed, password)
        hand.doors.write(partial(keep_password_anew, key=kept.key, password=anew, was=kept.password))
    return kept


def let_in(hand: Inside, account: int) -> str:
    """Sign an account in and give what its browser's cookie is to hold."""
    secret, now = new_secret(), hand.doors.now()
    hand.doors.write(partial(begin_sign_in, id=id_of(secret), account=account, now=now, until=now + LASTS))
    return secret


async def add_with_password(hand: Inside, name: str, role: StaffRole, password: str) -> int:
    """Add an account; Invalid says what is wrong with name or password."""
    kept = await new_password(hand, name, password)
    return hand.doors.write(partial(add_account, name=name, role=role, password=kept, now=hand.doors.now()))


async def change_password(hand: Inside, name: str, password: str) -> None:
    """Give an account another password; it is signed out everywhere."""
    kept = await new_password(hand, name, password)
    hand.doors.write(partial(set_password, name=name, password=kept, now=hand.doors.now()))


async def first_account(hand: Inside, link: str, name: str, password: str) -> int:
    """Make the first account by its link; Conflict where that is not good."""
    kept = await new_password(hand, name, password)
    return hand.doors.write(partial(take_first_link, id=id_of(link), name=name, password=kept, now=hand.doors.now()))


async def new_password(hand: Inside, name: str, password: str) -> str:
    """Give the text that is kept of a new password; Invalid where it is none."""
    if (wrong := wrong_password(name, password)) is not None:
        raise saying(Invalid, wrong[0], **wrong[1])
    return await _aside(hand, passwords.hashed, password)


async def _aside(hand: Inside, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Do this work with passwords in a thread, one at a time: each takes 64 MiB and a tenth of a second of a processor."""
    async with hand.one_password:
        return await asyncio.to_thread(work, *arguments, **named)
