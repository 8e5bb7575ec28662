"""The ways to a patron: mail, and those that a site adds. Each says what it needs of a patron, and takes one parcel at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from hub.letters.written import Written
from hub.senders.mail import Delivered, Refused, Transport, address_of
from hub.store.notices import MAIL, LetterFacts

Needs = Literal["phone", "email", "nothing"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be told: as a whole letter, in one sentence, and as facts for a program."""

    letter: Written
    short: str
    about: dict[str, Any]
    """The notice as a program reads it."""
    address: str
    """What the channel reaches the patron by."""

    @property
    def id(self) -> str:
        """The same for every repeat."""
        return self.letter.id


class Channel(Protocol):
    """A way to a patron."""

    @property
    def name(self) -> str:
        """Give its name in settings, and at a patron."""

    def reach(self, facts: LetterFacts) -> str | None:
        """Give what a patron is reached by, None where they cannot be."""

    async def open(self) -> Refused | None:
        """Get ready; says why that is not possible now."""

    async def deliver(self, parcel: Parcel) -> Delivered | Refused:
        """Hand it over; never raises for what the other side does."""

    async def close(self) -> None:
        """Let go of what is open."""


class MailChannel:
    """Letters by mail, over any transport."""

    name = MAIL

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def reach(self, facts: LetterFacts) -> str | None:
        """Give the address, where it is one."""
        address = address_of(facts.email)
        return None if address is None else address.addr_spec

    async def open(self) -> Refused | None:
        """Connect."""
        return await self._transport.open()

    async def deliver(self, parcel: Parcel) -> Delivered | Refused:
        """Hand the letter over."""
        return await self._transport.deliver(parcel.letter)

    async def close(self) -> None:
        """Say good-bye."""
        await self._transport.close()


def reached_by(needs: Needs, facts: LetterFacts) -> str | None:
    """Give what a patron is reached by over a channel with these needs."""
    match needs:
        case "phone":
            return "".join(character for character in facts.phone if character in "+0123456789") if facts.phone else None
        case "email":
            address = address_of(facts.email)
            return None if address is None else address.addr_spec
        case _:
            return str(facts.patron)


def ways(channels: Sequence[Channel], wished: Sequence[str], facts: LetterFacts) -> list[tuple[Channel, str]]:
    """Give the channels by which a patron can be reached, in the order wished for, each with what they are reached by."""
    known = {channel.name: channel for channel in channels}
    found = ((known[name], known[name].reach(facts)) for name in dict.fromkeys(wished) if name in known)
    return [(channel, address) for channel, address in found if address is not None]
