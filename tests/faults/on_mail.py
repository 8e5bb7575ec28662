"""What goes wrong with the mail server, and how the hours go by after which the hub tries again."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable

import httpx

from tests.faults.books import Work
from tests.faults.clocks import NOTICED_S
from tests.faults.forms import Fault, Kind
from tests.faults.library import Library
from tests.faults.parts import HubPart, MailPart, Part
from tests.faults.post_office import STAGES
from tests.support.programs import wait_for

LETTER_LIMIT_S = 6.0
ON_THE_SHELF = "SELECT n.key FROM notice n JOIN request r ON r.key = n.request WHERE n.state = 'sent' AND r.state = 'ON_HOLD_SHELF' LIMIT 1"
SLOW_S = (1.0, 3.0)
MOST_TIMES = 3
LATER = {
    "greeting": ("421 4.3.2 closing for repairs", "554 5.3.2 no service here"),
    "EHLO": ("421 4.3.2 closing", "451 4.3.0 later"),
    "MAIL": ("451 4.3.0 later", "550 5.7.1 not you"),
    "RCPT": ("450 4.2.1 mailbox busy", "451 4.7.1 greylisted, come back", "452 4.2.2 mailbox full"),
    "DATA": ("451 4.3.0 later",),
    "end of DATA": ("451 4.3.0 later", "452 4.3.1 no room", "421 4.3.2 closing"),
}
"""What each stage may say after which the hub tries again; of a greeting and a sender that is so whatever they say."""
NEVER = {"RCPT": ("550 5.1.1 no such mailbox", "553 5.1.3 no address"), "end of DATA": ("554 5.6.0 we do not take this",)}


def harm_mail(library: Library, fault: Fault, chance: random.Random) -> tuple[str, ...]:
    """Do it and give what was done; nothing when it met no letter."""
    post, times = library.post, chance.randint(1, MOST_TIMES)
    match fault.kind:
        case Kind.MAIL_LATER:
            stage = chance.choice(STAGES)
            return _met(library, "refused", "refuse", stage=stage, answer=chance.choice(LATER[stage]), times=times)
        case Kind.MAIL_NEVER:
            stage = chance.choice(sorted(NEVER))
            return _met(library, "refused", "refuse", stage=stage, answer=chance.choice(NEVER[stage]), times=1)
        case Kind.MAIL_SLOW:
            return _met(library, "slow", "slow", seconds=chance.uniform(*SLOW_S), times=times)
        case Kind.MAIL_HANGS_UP | Kind.MAIL_TAKEN:
            when = "before" if fault.kind is Kind.MAIL_HANGS_UP else "after"
            return _met(library, "hung up", "hang up", when=when, times=times)
        case _:
            part = MailPart(library)
            part.kill()
            threading.Event().wait(fault.away_s * 2)
            part.start()
            post.look()
            return (part.name,)


def _met(library: Library, did: str, do: str, **more: object) -> tuple[str, ...]:
    """Give an order, and say whether a letter met it in time."""
    post = library.post
    library.wait_for_hub()
    before = post.count(did)
    post.order(do, **more)
    if not _letter(library, lambda: post.count(did) > before):
        return ()
    return (do, *(str(each) for each in more.values()))


def _letter(library: Library, met: Callable[[], bool]) -> bool:
    """Wait for a letter; where none comes by itself, staff have one sent again about a book that is on the shelf."""
    try:
        wait_for(met, "a letter", LETTER_LIMIT_S)
    except AssertionError:
        sent = library.query(ON_THE_SHELF)
        if sent:
            # The letter may begin, and the hub die of it, before it has answered.
            with contextlib.suppress(httpx.TransportError):
                library.api.post(f"/notices/{sent[0][0]}/resend")
        with contextlib.suppress(AssertionError):
            wait_for(met, "a letter that is sent again", LETTER_LIMIT_S)
        library.post.order("forget")
    return met()


def kill_at_letter(library: Library, hub: Part, fault: Fault) -> bool:
    """Let the mail server kill the hub as the next letter begins, or when it was taken; False when none came."""
    post = library.post
    library.wait_for_hub()
    before = post.count("struck")
    post.order("strike", when="begins" if fault.kind is Kind.LETTER_BEGINS else "taken", pid=hub.pid)
    return _letter(library, lambda: post.count("struck") > before)


def let_time_pass(library: Library, work: Work) -> None:
    """Set the hub's clock to when the next letter is due that waits; nothing else is under way then that has windows."""
    clock = library.clocks[HubPart.name]
    waiting = library.query("SELECT min(not_before) FROM notice WHERE state = 'queued' AND attempts > 0")[0][0]
    if waiting is None or waiting / 1000 <= clock.now():
        return
    with work.between_visits(lambda: not any(desk.unanswered() for desk in library.desks.values())):
        clock.put(clock.ahead_s + waiting / 1000 - clock.now() + 1)
        # A visit that begins before the hub goes by the new time would last as long as the jump.
        threading.Event().wait(NOTICED_S)


def send_again(library: Library) -> None:
    """Do what staff do about letters that have failed: have them sent again."""
    for key, _state in library.query("SELECT key, state FROM notice WHERE state = 'failed'"):
        library.api.post(f"/notices/{key}/resend")
