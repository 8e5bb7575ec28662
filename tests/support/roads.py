"""How a book comes to where a test begins, what staff and time do to it, and the letters that leave meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from hub.core.acts import Act, Wish
from hub.core.request import Reason
from hub.flows.act_on_request import act_on_request
from hub.flows.pass_time import pass_time
from hub.letters.render import Letters
from hub.letters.written import Written
from hub.senders.mail import Delivered, Refused
from hub.senders.to_patron import PatronSender
from hub.store.database import open_database, transaction
from hub.store.history import verify
from hub.store.notices import due_notices
from tests.support.desks import ADA, BOOK, Library
from tests.support.mail import until

CLEAR, UNDO = "%HS-CLEAR", "%HS-UNDO"


def received(library: Library, book: str = BOOK, *, pickup_desk: str = "main", **more: Any) -> str:
    """Receive a book of Ada's at resource sharing; gives its request."""
    named = library.request(pickup_desk=pickup_desk, **more)
    library.scan("rs-1", named)
    assert library.scan("rs-1", book).rule in ("U2", "U5")
    return named


def shelved(library: Library, book: str = BOOK, *, pickup_desk: str = "main", **more: Any) -> str:
    """Bring it to the shelf of its pick-up desk."""
    named = received(library, book, pickup_desk=pickup_desk, **more)
    assert library.scan(f"{pickup_desk}-1", book).rule == "T1"
    return named


def lent(library: Library, book: str = BOOK, *, pickup_desk: str = "main", **more: Any) -> str:
    """Lend it to Ada; an hour has passed since."""
    named = shelved(library, book, pickup_desk=pickup_desk, **more)
    library.scan(f"{pickup_desk}-1", ADA)
    assert library.scan(f"{pickup_desk}-1", book).rule == "H2"
    library.scan(f"{pickup_desk}-1", CLEAR)
    library.now += timedelta(hours=1)
    return named


def returned(library: Library, book: str = BOOK, **more: Any) -> str:
    """Take it back at its pick-up desk, to be sent to resource sharing."""
    named = lent(library, book, **more)
    assert library.scan("main-1", book).rule == "C2"
    return named


def closed(library: Library, book: str = BOOK, **more: Any) -> str:
    """Send it home."""
    named = returned(library, book, **more)
    assert library.scan("rs-1", book).rule == "B1"
    return named


def given_up(library: Library, *, by: Reason = Reason.CANCELLED_BY_PATRON, **more: Any) -> str:
    """Let its patron, or staff, cancel it while it is on the shelf."""
    named = shelved(library, **more)
    act(library, named, Act.CANCEL, by=by)
    return named


def missing(library: Library, **more: Any) -> str:
    """Let nobody find it on its shelf."""
    named = shelved(library, **more)
    act(library, named, Act.MISSING)
    return named


def missing_and_given_up(library: Library, **more: Any) -> str:
    """Let nobody find what has to go."""
    named = given_up(library, **more)
    act(library, named, Act.MISSING)
    return named


def lost(library: Library, *, how: Act = Act.LOST, **more: Any) -> str:
    """Declare a loan lost."""
    named = lent(library, **more)
    act(library, named, how)
    return named


def act(library: Library, named: str, what: Act, *, after_s: float = 3, **wish: Any) -> None:
    """Do something to a request without a scan."""
    library.now += timedelta(seconds=after_s)
    with transaction(library.connection):
        act_on_request(library.connection, library.site, named, Wish(act=what, **wish), actor="staff", version=None, now=library.now)


def days_pass(library: Library, days: float) -> None:
    """Let time pass, and do what it brings."""
    library.now += timedelta(days=days)
    with transaction(library.connection):
        pass_time(library.connection, library.site, library.due(), library.now)


class Post:
    """Takes every letter but those it is told to refuse."""

    def __init__(self, refuses: Mapping[str, Refused] | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self._refuses = refuses or {}
        """What is said of single addresses; of "" where nobody answers at all."""

    async def open(self) -> Refused | None:
        """Be ready, or away."""
        return self._refuses.get("")

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Keep one letter."""
        if (refused := self._refuses.get(letter.to[0])) is not None:
            return refused
        self.letters.append(message_from_bytes(letter.data, policy=default))
        return Delivered()

    async def close(self) -> None:
        """Have nothing open."""


def post_goes(library: Library, *, after_s: float = 61, refuses: Mapping[str, Refused] | None = None) -> list[EmailMessage]:
    """Let the grace pass and all letters leave that are still true; gives those that were taken."""
    library.now += timedelta(seconds=after_s)
    post, site = Post(refuses), library.site
    letters = Letters(library="The library", sender="loans@library.example", zone=site.zone)
    sender = PatronSender(
        library.connection, post, letters, domain="library.example", zone=site.zone, telling=site.telling, now=lambda: library.now
    )

    async def send() -> None:
        task = asyncio.create_task(sender.run())
        await until(lambda: not due_notices(library.connection, library.now, 1))
        sender.stop()
        await asyncio.wait_for(task, 10)

    asyncio.run(send())
    return post.letters


def letters_leave(library: Library, *, after_s: float = 61) -> list[str]:
    """Let the grace pass and all letters leave that are still true; gives the notices, as their Message-IDs name them."""
    return [kind_of(letter) for letter in post_goes(library, after_s=after_s)]


def kind_of(letter: EmailMessage) -> str:
    """Give a letter's notice, as its Message-ID names it."""
    return str(letter["Message-ID"]).split(".")[1]


def text_of(letter: EmailMessage) -> str:
    """Give what a letter says, in one line."""
    part = letter.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def restarted(library: Library) -> None:
    """Start the hub anew: another connection to the same file."""
    file = library.database
    library.connection.close()
    library.connection = open_database(file)


def work(library: Library) -> list[str]:
    """Give the kinds of open exceptions, oldest first."""
    return [row[0] for row in library.rows("SELECT kind FROM exception WHERE cleared_at IS NULL ORDER BY key")]


def state_of(library: Library, book: str) -> str | None:
    """Give the state of the open item with a barcode, None where there is none."""
    found = library.rows("SELECT state FROM item WHERE barcode = ? AND closed_at IS NULL", book)
    return found[0][0] if found else None


def assert_history_is_whole(library: Library) -> None:
    """The chain of the history is as it was written."""
    verdict = verify(library.connection)
    assert (verdict.rows > 0, verdict.broken) == (True, ())
