"""The settings of notices: which leave, when, by which ways, and what desks and partners are told."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from broker.messages import Name
from hub.core.notices import USUAL, NoticeType
from hub.core.telling import Quiet, Scope, Telling, Terms
from hub.section import Section

T = TypeVar("T")

MAIL = "mail"
Days = Annotated[int, Field(ge=0, le=90)]
Seconds = Annotated[float, Field(ge=0, le=7 * 86400)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_TIME = "([01][0-9]|2[0-3]):([0-5][0-9])"


def quiet_of(text: str) -> Quiet:
    """Give the quiet hours a text says; ValueError with how to write them."""
    found = re.fullmatch(f"{_TIME}-{_TIME}", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text!r:.60} are no hours; write them like 21:00-08:00")
    hour, minute, to_hour, to_minute = map(int, found.groups())
    quiet = Quiet(time(hour, minute), time(to_hour, to_minute))
    if quiet.begins == quiet.ends:
        raise ValueError(f"{text!r} would be quiet all day; to send no notices write send = []")
    return quiet


def _rising(days: tuple[int, ...]) -> tuple[int, ...]:
    if list(days) != sorted(set(days)) or 0 in days:
        raise ValueError("write the days after the due day, rising, like [1, 8, 22]; [] never")
    return days


def _hours(text: str) -> str:
    if text:
        quiet_of(text)
    return text


def _time(text: str) -> str:
    if re.fullmatch(_TIME, text, re.ASCII) is None:
        raise ValueError(f"{text!r:.60} is no time of day; write one like 08:00")
    return text


CallDays = Annotated[tuple[int, ...], AfterValidator(_rising)]
Hours = Annotated[str, AfterValidator(_hours)]
TimeOfDay = Annotated[str, AfterValidator(_time)]


class ScopeSection(Section):
    """Other terms for the requests of a desk, of a partner, or of both; what is left out is as at the site. The first that fits counts."""

    desk: Name | None = Field(default=None, description="the pick-up desk")
    partner: str | None = Field(default=None, min_length=1, max_length=200, description="the lender")
    send: tuple[NoticeType, ...] | None = Field(default=None, description="the notices that leave here, instead of the site's")
    delay_s: dict[NoticeType, Seconds] | None = Field(default=None, description="seconds that single notices wait here")
    hold_reminder_days: Days | None = Field(default=None, description="days before a hold ends")
    due_soon_days: Days | None = Field(default=None, description="days before a loan is due")
    overdue_days: CallDays | None = Field(default=None, description="days after the due day")
    together_s: float | None = Field(default=None, ge=0, le=86400, description="seconds a letter waits for more books of its patron")
    quiet: Hours | None = Field(default=None, description='hours without letters; "" has none')
    open_days_only: bool | None = Field(default=None, description="letters leave on days the desk is open")
    channels: tuple[str, ...] | None = Field(default=None, description="the ways to reach a patron, in order")
    calendar: bool | None = Field(default=None, description="an entry for the patron's calendar is attached")

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if self.desk is None and self.partner is None:
            raise ValueError("say for which desk or partner this is; what is for all stands in [notices]")
        return self


class ChannelSection(Section):
    """One more way to reach patrons, beside mail."""

    name: Name = Field(description="its name in channels, here and at a patron")
    kind: Literal["webhook", "apprise"] = Field(description="webhook: a signed POST to a program; apprise: SMS and more (holdshelf[sms])")
    url: str = Field(min_length=1, max_length=2000, description="where to; of apprise its URL, with {phone} or {email} for the patron's")
    secret: str | None = Field(default=None, description="of a webhook: what its signature is made with, at least 24 characters")
    needs: Literal["phone", "email", "nothing"] = Field(
        default="phone", description="what a patron must have to be reached by it; nothing: the other side knows by their ref"
    )

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if self.name == MAIL:
            raise ValueError('"mail" is the mail of [mail]; give this channel another name')
        if self.kind == "webhook":
            parts = urlsplit(self.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"{self.url!r:.80} is no address; write one like https://crm.library.example/notices")
            if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
                raise ValueError("patron data would travel in the clear; use https")
            if self.secret is None or len(self.secret) < 24:
                raise ValueError("a webhook needs a secret of at least 24 characters, which its other side knows too")
        return self


class DigestSection(Section):
    """A mail to staff or to a partner, once a day at most, when there is something to say."""

    to: str = Field(description="whom to; several with commas between them")
    desk: Name | None = Field(default=None, description="what waits, is to be pulled and is on the way to this desk")
    partner: str | None = Field(default=None, min_length=1, max_length=200, description="how this lender's books stand")
    at: TimeOfDay = Field(default="08:00", description="the time of day, in the site's own time")
    days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), description="on which days")
    csv: bool = Field(default=True, description="the list is attached as CSV too")
    language: Literal["en", "de"] | None = Field(default=None, description="its language; the desk's or the site's unless said")

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        if (self.desk is None) == (self.partner is None):
            raise ValueError("say for which desk or for which partner this mail is; one of the two")
        return self


class NoticesSection(Section):
    """What patrons are told."""

    send: tuple[NoticeType, ...] = Field(
        default=tuple(kind for kind in NoticeType if kind in USUAL),
        description="the notices this library sends; CHECKOUT_RECEIPT and RETURN_RECEIPT may be added",
    )
    delay_s: dict[NoticeType, Seconds] = Field(
        default_factory=dict, description="seconds that single notices wait instead of policy.ready_notice_delay_s, by type"
    )
    overdue_days: CallDays = Field(
        default=(1,), description="on which days after the due day a loan is called for, like [1, 8, 22]; [] never"
    )
    together_s: float = Field(
        default=600,
        ge=0,
        le=86400,
        description="a letter waits at most so long for more books that come for its patron at its desk, and then speaks of all; 0 never",
    )
    quiet: Hours | None = Field(default=None, description='hours in which no letter leaves, like "21:00-08:00", in the site\'s own time')
    open_days_only: bool = Field(default=False, description="letters leave only on days their pick-up desk is open")
    channels: tuple[str, ...] = Field(
        default=(MAIL,), description="the ways to reach a patron who has said nothing, in order: mail, and those of [[notices.channel]]"
    )
    calendar: bool = Field(default=False, description="letters about a hold bring its last day as an entry for a calendar (.ics)")
    unsubscribe: str | None = Field(
        default=None,
        description="mailto: or https: where receipts and reminders can be declined; List-Unsubscribe of those letters",
    )
    templates: Path | None = Field(
        default=None, description="a folder of letters of the library's own, relative to hub.toml; what is not in it is ours"
    )
    at: tuple[ScopeSection, ...] = Field(default=(), description="other terms for desks and partners")
    channel: tuple[ChannelSection, ...] = Field(default=(), description="more ways to reach patrons")
    digest: tuple[DigestSection, ...] = Field(default=(), description="mails to desks and partners")

    @field_validator("unsubscribe")
    @classmethod
    def _leads_somewhere(cls, text: str | None) -> str | None:
        if text is not None and not re.fullmatch(r"(mailto:|https://)[\x21-\x3b\x3d\x3f-\x7e]+", text):
            raise ValueError(f"{text!r:.80} is no address to unsubscribe at; write mailto:… or https://…")
        return text

    @model_validator(mode="after")
    def _channels_are_known(self) -> Self:
        known = self.known_channels()
        if len(set(known)) < len(known):
            raise ValueError("two channels have one name; give each its own")
        for name in (*self.channels, *(name for scope in self.at for name in scope.channels or ())):
            if name not in known:
                raise ValueError(f"there is no channel {name!r}; there are {', '.join(known)}")
        return self

    def known_channels(self) -> tuple[str, ...]:
        """Give the ways to reach patrons that there are."""
        return (MAIL, *(channel.name for channel in self.channel))

    def telling(self, *, delay_s: float, hold_reminder_days: int, due_soon_days: int) -> Telling:
        """Give these as the core knows them, with the days and the grace of the policy."""
        usual = Terms(
            send=frozenset(self.send),
            delay=timedelta(seconds=delay_s),
            delays=_spans(self.delay_s),
            hold_reminder_days=hold_reminder_days,
            due_soon_days=due_soon_days,
            overdue_days=self.overdue_days,
            together=timedelta(seconds=self.together_s),
            quiet=quiet_of(self.quiet) if self.quiet else None,
            open_days_only=self.open_days_only,
            channels=self.channels,
            calendar=self.calendar,
        )
        return Telling(usual, tuple(Scope(scope.desk, scope.partner, _terms(usual, scope)) for scope in self.at))


def _terms(usual: Terms, scope: ScopeSection) -> Terms:
    """Give the site's terms with what is said otherwise."""
    return Terms(
        send=usual.send if scope.send is None else frozenset(scope.send),
        delay=usual.delay,
        delays={**usual.delays, **_spans(scope.delay_s or {})},
        hold_reminder_days=_said(scope.hold_reminder_days, usual.hold_reminder_days),
        due_soon_days=_said(scope.due_soon_days, usual.due_soon_days),
        overdue_days=_said(scope.overdue_days, usual.overdue_days),
        together=usual.together if scope.together_s is None else timedelta(seconds=scope.together_s),
        quiet=usual.quiet if scope.quiet is None else quiet_of(scope.quiet) if scope.quiet else None,
        open_days_only=_said(scope.open_days_only, usual.open_days_only),
        channels=_said(scope.channels, usual.channels),
        calendar=_said(scope.calendar, usual.calendar),
    )


def _said(value: T | None, otherwise: T) -> T:
    return otherwise if value is None else value


def _spans(seconds: dict[NoticeType, float]) -> dict[NoticeType, timedelta]:
    return {kind: timedelta(seconds=value) for kind, value in seconds.items()}
