"""A letter that may leave: of which notices it speaks, what it says, and by which way it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any
from zlib import crc32

from broker.messages import Notice
from hub.core.notices import NoticeType, message_id
from hub.core.request import State
from hub.core.telling import Terms
from hub.letters.render import Book, Letter, Letters, first_known
from hub.senders.channels import Channel, Parcel
from hub.senders.mail import address_of
from hub.store.notices import MAIL, Companion, LetterFacts

JOINED = frozenset(
    {
        NoticeType.READY_FOR_PICKUP,
        NoticeType.HOLD_REMINDER,
        NoticeType.HOLD_EXPIRED,
        NoticeType.DUE_SOON,
        NoticeType.OVERDUE,
        NoticeType.CHECKOUT_RECEIPT,
        NoticeType.RETURN_RECEIPT,
    }
)
"""What one letter may say of several books; the rest has a story of its own for each."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter on its way: its notices as they are now, the first of which it is named by."""

    all: tuple[LetterFacts, ...]
    terms: Terms
    id: str
    channel: Channel
    address: str
    others: tuple[str, ...]
    """The channels that are left when this one fails for good."""

    @property
    def first(self) -> LetterFacts:
        """Give the notice the letter is named by."""
        return self.all[0]

    @property
    def domain(self) -> str:
        """Give the domain of the address, nothing where it has none."""
        return self.address.rpartition("@")[2].lower() if "@" in self.address else ""


def waits_for(facts: LetterFacts, others: Sequence[Companion], terms: Terms, now: datetime) -> datetime | None:
    """Give until when a letter waits for more books of its patron, None where it may leave now."""
    longest = facts.queued_at + terms.grace(facts.type) + terms.together
    coming = [other.not_before for other in others if other.attempts == 0 and other.message_id is None and other.not_before > now]
    if not coming or facts.attempts or now >= longest:
        return None
    return min(max(coming), longest)


def may_join(facts: LetterFacts, others: Sequence[Companion], terms: Terms, now: datetime) -> list[int]:
    """Give the notices that leave in one letter with this one; of one that has tried to leave, those that did so with it."""
    if facts.message_id is not None:
        return [other.key for other in others if other.message_id == facts.message_id]
    if facts.type not in JOINED or terms.together == timedelta():
        return []
    return [other.key for other in others if other.message_id is None and other.attempts == 0 and other.not_before <= now]


def letter_id(all_: Sequence[LetterFacts], domain: str) -> str:
    """Give the Message-ID of a letter: the same for every repeat, another one for other books."""
    first = all_[0]
    named = message_id(first.request_id, first.type, first.episode, domain)
    if len(all_) == 1:
        return named
    of = crc32(" ".join(str(each.key) for each in all_).encode())
    return named.replace("@", f".{len(all_)}-{of:08x}@", 1)


def parcel_of(ready: Ready, letters: Letters, now: datetime) -> Parcel:
    """Write the letter."""
    first = ready.first
    to = address_of(first.email)
    letter = letter_of(ready.all, to if to is not None else Address(display_name="", username="nobody", domain="holdshelf.invalid"))
    language = first_known(first.patron_language, first.desk_language)
    written = letters.render(letter, ready.id, now, language=language, calendar=ready.terms.calendar)
    if ready.channel.name == MAIL:
        # It has no use for the rest, and there are many of them.
        return Parcel(written, "", {}, ready.address)
    return Parcel(written, letters.short(letter, now, language=language), _told(ready, written.subject, now), ready.address)


def letter_of(all_: Sequence[LetterFacts], to: Address) -> Letter:
    """Give what a letter says."""
    first = all_[0]
    request, item = first.about.request, first.about.item
    return Letter(
        notice=first.type,
        to=to,
        name=first.patron_name or "",
        books=tuple(_book(facts) for facts in all_),
        desk=first.desk_name or "",
        address=first.desk_address,
        opening=first.desk_opening,
        phone=first.desk_phone,
        opening_text=first.desk_opening_text,
        lent=item is not None and item.state is State.CHECKED_OUT,
        reason=request.cancelled if item is None else item.reason,
        closed_as=request.closed_as,
    )


def _book(facts: LetterFacts) -> Book:
    request, item = facts.about.request, facts.about.item
    return Book(
        title=request.title,
        author=facts.author,
        hold_until=item.hold_until if item is not None else None,
        due_at=item.due_at if item is not None else None,
        request_id=facts.request_id,
        pieces=request.pieces,
    )


def _told(ready: Ready, subject: str, now: datetime) -> dict[str, Any]:
    first = ready.first
    reached = {"email": first.email, "phone": first.phone, "language": first.patron_language}
    patron = {"ref": str(first.patron), "name": first.patron_name, **reached}
    notices = [notice_message(facts, now).model_dump(mode="json") for facts in ready.all]
    return {"id": ready.id.strip("<>"), "type": first.type, "subject": subject, "patron": patron, "notices": notices}


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
