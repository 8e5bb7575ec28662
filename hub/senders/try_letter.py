"""Sample letters to look at and to send to oneself, and whether every letter can be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from hub.core.notices import NoticeType
from hub.core.opening import Opening
from hub.errors import HubError, Invalid
from hub.letters.dates import MONTHS
from hub.letters.render import Letter, Letters, place_of
from hub.letters.samples import a_sample
from hub.senders.mail import Refused, Transport, address_of
from hub.senders.ready import JOINED

SAMPLE_ID = "<sample.{kind}.{number}@{domain}>"


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter as it would be: subject, both forms, and the sentence for a phone."""

    subject: str
    text: str
    html: str
    short: str


@dataclass(frozen=True, slots=True)
class SampleDesk:
    """The desk whose name and hours a sample has."""

    name: str
    address: str | None = None
    opening: Opening | None = None
    phone: str | None = None
    opening_text: str | None = None


class Trial:
    """What is needed to try letters."""

    def __init__(self, letters: Letters, transport: Transport, *, zone: tzinfo, domain: str, calendar: bool) -> None:
        self._letters, self._transport = letters, transport
        self._zone, self._domain, self._calendar = zone, domain, calendar

    def show(self, kind: NoticeType, language: str, desk: SampleDesk, now: datetime, *, several: bool = False) -> Sample:
        """Give a sample; Invalid names the template's line that cannot be used."""
        letter = self._letter(kind, desk, now, several=several)
        try:
            said = self._letters.bodies(letter, now, language=language)
            short = self._letters.short(letter, now, language=language)
        except Exception as error:
            raise Invalid(f"This letter cannot be written: {place_of(error)}.") from error
        return Sample(said.subject, said.text, said.html, short)

    def _letter(self, kind: NoticeType, desk: SampleDesk, now: datetime, *, several: bool, to: str | None = None) -> Letter:
        # Of an act a letter speaks of one book: nobody ever gets another.
        together = several and kind in JOINED
        return a_sample(
            kind, now, self._zone, desk=desk.name, to=to, address=desk.address, opening=desk.opening, phone=desk.phone,
            opening_text=desk.opening_text, several=together,
        )  # fmt: skip

    async def send(self, kind: NoticeType, language: str, desk: SampleDesk, to: str, now: datetime, *, several: bool = False) -> None:
        """Send a sample the way letters go; HubError has the server's own words when it is not taken."""
        if address_of(to) is None:
            raise Invalid("This is no e-mail address. Write one like maria@library.example.")
        self.show(kind, language, desk, now, several=several)
        letter = self._letter(kind, desk, now, several=several, to=to)
        named = SAMPLE_ID.format(kind=kind.lower().replace("_", "-"), number=int(now.timestamp() * 1000), domain=self._domain)
        written = self._letters.render(letter, named, now, language=language, calendar=self._calendar)
        try:
            outcome = await self._transport.open() or await self._transport.deliver(written)
        finally:
            await self._transport.close()
        if isinstance(outcome, Refused):
            raise HubError(f"The letter was not taken: {outcome.words}")


def unwritable(letters: Letters, now: datetime, zone: tzinfo) -> Iterator[str]:
    """Give, of every letter that cannot be written, which and where its template is wrong."""
    for language in MONTHS:
        for kind in NoticeType:
            for several in (False, True):
                try:
                    letter = a_sample(kind, now, zone, desk="-", several=several)
                    letters.render(letter, SAMPLE_ID, now, language=language)
                    letters.short(letter, now, language=language)
                except Exception as error:  # noqa: BLE001 - whatever a template of somebody's own may do
                    yield f"{language}/{kind.lower()}: {place_of(error)}"
                    break
