"""A mail server may say no at every stage of a dialogue, for now or for good: what becomes of the letter, and of the one behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from hub.senders.mail import MailSettings
from hub.senders.to_patron import transport_for
from tests.faults.mail import PostOffice
from tests.faults.post_office import HOST
from tests.unit.hub.senders.notice_book import Clock, NoticeBook, a_sender, last_errors, send_all


class No(NamedTuple):
    """A refusal, and what it does to the first letter and the second."""

    stage: str
    answer: str
    first: str
    second: str


ALL_WAIT, THIS_ONE = ("queued", "queued"), ("failed", "sent")
LATER = ("queued", "sent")
NOES = (
    # No letter was spoken of yet: it is about the server, and all wait.
    No("greeting", "421 4.3.2 closing for repairs", *ALL_WAIT),
    No("greeting", "554 5.3.2 no service here", *ALL_WAIT),
    # Who does not know EHLO is greeted by HELO (RFC 5321, 3.2).
    No("EHLO", "502 5.5.1 not implemented", "sent", "sent"),
    No("EHLO", "451 4.3.0 later", "sent", "sent"),
    # The sender is the library's own.
    No("MAIL", "451 4.3.0 later", *ALL_WAIT),
    No("MAIL", "550 5.7.1 not you", *ALL_WAIT),
    No("MAIL", "530 5.7.0 Must issue a STARTTLS command first", *ALL_WAIT),
    No("MAIL", "552 5.3.4 Message size exceeds fixed limit", *THIS_ONE),
    No("RCPT", "450 4.2.0 Greylisted, come back in a minute", *LATER),
    No("RCPT", "451 4.7.1 try again", *LATER),
    No("RCPT", "552 5.2.2 mailbox full", *LATER),
    No("RCPT", "550 5.1.1 no such mailbox", *THIS_ONE),
    No("RCPT", "553 5.1.3 no address", *THIS_ONE),
    No("RCPT", "554 5.7.1 Relay access denied", *ALL_WAIT),
    No("DATA", "451 4.3.0 later", *LATER),
    No("DATA", "554 5.5.1 no valid recipients", *THIS_ONE),
    No("end of DATA", "452 4.3.1 no room", *LATER),
    No("end of DATA", "552 5.3.4 too large", *THIS_ONE),
    No("end of DATA", "554 5.6.0 we do not take this", *THIS_ONE),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    with PostOffice(tmp_path_factory.mktemp("office") / "journal") as running:
        yield running


@pytest.mark.parametrize("no", NOES, ids=lambda no: f"{no.stage} {no.answer[:9]}")
async def test_a_refusal_at_any_stage(office: PostOffice, book: NoticeBook, no: No) -> None:
    first, second = book.a_ready(), book.a_ready()
    office.order("refuse", stage=no.stage, answer=no.answer, times=1)
    settings = MailSettings("loans@library.example", HOST, office.port, timeout_s=5)
    await send_all(
        book, a_sender(book, transport_for(settings), Clock()), lambda: all(book.notice(each)["attempts"] for each in (first, second))
    )
    assert (book.state(first), book.state(second)) == (no.first, no.second)
    assert last_errors(book) - {None} == ({no.answer} if no.first != "sent" else set())
    office.look()
    assert (office.said[-1]["did"], office.said[-1]["stage"]) == ("refused", no.stage)


async def test_a_server_that_hangs_up_before_the_letter_is_taken_gets_it_later(office: PostOffice, book: NoticeBook) -> None:
    key = book.a_ready(title="Hang up")
    office.order("hang up", when="before", times=1)
    settings = MailSettings("loans@library.example", HOST, office.port, timeout_s=5)
    clock = Clock()
    await send_all(book, a_sender(book, transport_for(settings), clock), lambda: bool(book.notice(key)["attempts"]))
    assert book.state(key) == "queued"
    clock.forward(timedelta(minutes=2))
    office.look()
    before = len(office.letters)
    await send_all(book, a_sender(book, transport_for(settings), clock), lambda: book.state(key) == "sent")
    office.look()
    assert len(office.letters) == before + 1
