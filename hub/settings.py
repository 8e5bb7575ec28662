"""The hub's settings: one file, one frozen model; an unknown key is an error that says where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from broker.messages import Name
from hub.core.accounts import StaffRole
from hub.core.barcode import DEFAULT_PATTERNS, Patterns
from hub.core.calendar import Policy
from hub.core.commands import Command
from hub.core.context import Windows
from hub.core.desk import Desk
from hub.core.opening import Opening, read
from hub.core.seen import CheckDigits, Site
from hub.core.words import LANGUAGES
from hub.notice_settings import NoticesSection
from hub.openid import is_safe
from hub.patterns import overlap
from hub.section import Section
from hub.store.place import Place, is_address, wrong_with

Language = Literal["en", "de"]
Pattern = Annotated[str, Field(min_length=1, max_length=200)]


class MqttSettings(Section):
    """The broker to work with."""

    host: str = Field(default="127.0.0.1", description="the broker")
    port: int = Field(default=1883, ge=1, le=65535, description="its port")
    username: Name = Field(default="hub", description="the hub's login; also its client id")
    password: str | None = Field(default=None, description="the password, or")
    password_file: Path | None = Field(default=None, description="the file that holds it, relative to hub.toml")
    protocol: Literal["5", "3.1.1"] = Field(default="5", description="MQTT version; 3.1.1 for brokers without 5")
    keepalive_s: int = Field(
        default=30,
        ge=2,
        le=600,
        description="a connection that is silent for longer is tried, and given up when nothing comes for as long again",
    )
    window: int = Field(default=1000, ge=10, le=65535, description="messages on the wire without an answer; the broker may set less")
    ca_file: str | None = Field(default=None, description="set it to speak TLS")
    cert_file: str | None = Field(default=None, description="client certificate")
    key_file: str | None = Field(default=None, description="and its key")


class HttpSettings(Section):
    """Where pages and HTTP are served."""

    host: str = Field(default="127.0.0.1", description="where pages and HTTP are served")
    port: int = Field(default=8080, ge=0, le=65535, description="its port; 0 takes a free one")
    token_file: Path = Field(default=Path("api-token"), description="the secret programs send as bearer token")
    metrics_token_file: Path | None = Field(
        default=None, description="another secret, which opens /metrics and nothing else: give Prometheus this one"
    )


class OpenIdSection(Section):
    """Signing in with the library's own identity provider; without an issuer, only by name and password."""

    issuer: str | None = Field(
        default=None, description="the provider, as it names itself, like `https://login.example.org/realms/library`"
    )
    client_id: str = Field(default="holdshelf", description="what this hub is called there")
    client_secret_file: Path = Field(default=Path("openid-secret"), description="the file with the secret it gave, relative to hub.toml")
    address: str | None = Field(
        default=None, description="this hub as browsers know it, like `https://holdshelf.example.org`; they come back to its /openid/back"
    )
    label: str = Field(default="", max_length=60, description="what the button says behind *Sign in with*")
    scope: str = Field(default="openid profile email", description="what is asked for")
    claim: str = Field(
        default="groups", description="what says who may do what; a dot leads inside (`realm_access.roles`); `email` counts where verified"
    )
    roles: dict[StaffRole, tuple[str, ...]] = Field(
        default_factory=dict, description='values of the claim for each role: `{ admin = ["holdshelf-admins"], desk = ["circulation"] }`'
    )
    ca_file: str | None = Field(default=None, description="a certificate authority of the site's own")

    @field_validator("issuer", "address")
    @classmethod
    def _is_safe(cls, address: str | None) -> str | None:
        if address is not None and not is_safe(address):
            raise ValueError(f"{address!r} is no address with https; only on this machine may it be http")
        return address

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.issuer is None:
            return self
        if self.address is None:
            raise ValueError("address is missing: this hub as browsers know it, like https://holdshelf.example.org")
        if not any(self.roles.values()):
            raise ValueError(f"roles is missing: say which values of {self.claim!r} make somebody desk, resource_sharing or admin")
        return self


class HealthSection(Section):
    """How the hub watches itself."""

    canary_every_s: float = Field(default=10, ge=0.1, le=3600, description="so often the hub hears itself through the broker")
    canary_limit_s: float = Field(default=5, ge=0.1, le=600, description="what has not come back by then will not: the hub is not ready")


class MailSection(Section):
    """Outgoing mail; without a host letters go into the Maildir."""

    host: str | None = Field(default=None, description="the mail server; without it letters go into the Maildir")
    port: int = Field(default=25, ge=1, le=65535, description="its port")
    security: Literal["none", "starttls", "tls"] = Field(default="none", description="none, starttls or tls")
    username: str | None = Field(default=None, description="login, where the server wants one")
    password: str | None = Field(default=None, description="and its password")
    ca_file: str | None = Field(default=None, description="a certificate authority of the site's own")
    sender: str = Field(default="library@holdshelf.invalid", description="the address letters come from; its domain ends every Message-ID")
    bounces: str | None = Field(default=None, description="where mail servers send back what they cannot deliver; the sender unless said")
    connections: int = Field(
        default=3,
        ge=1,
        le=20,
        description="connections to the server at a time, when many letters leave; a server that takes fewer gets fewer",
    )
    per_domain_per_minute: int = Field(
        default=0, ge=0, le=100_000, description="letters a minute to one domain, for servers that take no more; 0 has no limit"
    )
    maildir: Path = Field(default=Path("mail"), description="where letters go without a mail server")


class PolicySection(Section):
    """How long patrons and books have."""

    hold_days: int = Field(default=10, ge=1, le=365, description="days on the hold shelf")
    loan_days: int = Field(default=28, ge=1, le=730, description="days of a loan")
    shipping_margin_days: int = Field(default=7, ge=0, le=90, description="days a book needs home before the partner's due date")
    shortest_loan_days: int = Field(default=7, ge=0, le=90, description="a hold ends early enough for a loan of so many days")
    ready_notice_delay_s: float = Field(default=60, ge=0, le=86400, description="seconds a letter waits, so that a mistake can be undone")
    transit_days: int = Field(default=5, ge=1, le=90, description="a book longer on its way than this is work for staff")
    recall_days: int = Field(default=7, ge=0, le=90, description="days a patron has to bring back what is recalled, unless a day is given")
    renewals: int = Field(default=2, ge=0, le=100, description="how often a loan can be renewed")
    hold_reminder_days: int = Field(default=2, ge=0, le=90, description="days before a hold ends that its patron is reminded; 0 never")
    due_soon_days: int = Field(default=3, ge=0, le=90, description="days before a loan is due that its patron is reminded; 0 never")
    reactivate_days: int = Field(default=30, ge=0, le=730, description="days after closing that a request can be brought back")
    forget_days: int = Field(default=1, ge=0, le=3650, description="days after closing that a request forgets who asked for it")

    def days(self) -> Policy:
        """Give these as the core knows them."""
        return Policy(**self.model_dump(exclude={"ready_notice_delay_s", "hold_reminder_days", "due_soon_days"}))


class WindowsSection(Section):
    """How long a station remembers what it was told."""

    bounce_s: float = Field(default=2, ge=0, le=60, description="the same barcode again this soon is the same scan")
    patron_session_s: float = Field(default=30, ge=1, le=3600, description="a patron session ends after so long without a scan")
    armed_request_s: float = Field(default=60, ge=1, le=3600, description="a request slip waits this long for its item")
    armed_item_s: float = Field(default=60, ge=1, le=3600, description="an item waits this long for its slip")
    handover_s: float = Field(default=30, ge=0, le=3600, description="a scan this soon after a check-out is no return")
    armed_command_s: float = Field(default=15, ge=1, le=3600, description="a command barcode waits this long for its item")
    undo_s: float = Field(default=600, ge=0, le=86400, description="a station's last step can be taken back this long")
    reprint_s: float = Field(default=60, ge=0, le=3600, description="the last slips are printed again this long without the item")

    def spans(self) -> Windows:
        """Give these as the core knows them."""
        return Windows(**{name.removesuffix("_s"): timedelta(seconds=value) for name, value in self.model_dump().items()})


class BarcodeSection(Section):
    """The patterns by which a barcode is known; regular expressions that must fit the whole of it."""

    patron: tuple[Pattern, ...] = Field(default=DEFAULT_PATTERNS["patron"], description="patron cards")
    request: tuple[Pattern, ...] = Field(default=DEFAULT_PATTERNS["request"], description="request slips")
    item: tuple[Pattern, ...] = Field(
        default=DEFAULT_PATTERNS["item"], description="items; other barcodes are asked about once when received"
    )
    check_digits: CheckDigits = Field(
        default="warn",
        description="an item's 14 digits whose last is no mod 10 check digit: warn and receive, confirm (scan it twice), or ignore",
    )
    strip_prefix: str = Field(default="", description="what scanners of this site put before a barcode")
    strip_suffix: str = Field(default="", description="and behind it")

    @field_validator("patron", "request", "item")
    @classmethod
    def _are_expressions(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"the pattern {pattern!r} is no regular expression: {error}") from error
        return patterns

    @model_validator(mode="after")
    def _do_not_overlap(self) -> Self:
        if (found := overlap(self.by_kind())) is not None:
            one, other, example = found
            both = f"{one[0]} pattern {one[1]!r} and {other[0]} pattern {other[1]!r}"
            raise ValueError(f"{both} both fit {example!r}; make one of them narrower, so that a scan has one meaning")
        return self

    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """Give all patterns by kind, the reserved command pattern among them."""
        return {"command": DEFAULT_PATTERNS["command"], "request": self.request, "patron": self.patron, "item": self.item}


class HoursSection(Section):
    """The time ranges of each weekday; a weekday left out is closed."""

    mon: tuple[str, ...] = Field(default=(), description='like ["09:00-12:00", "13:00-18:00"]')
    tue: tuple[str, ...] = Field(default=(), description="the same")
    wed: tuple[str, ...] = Field(default=(), description="the same")
    thu: tuple[str, ...] = Field(default=(), description="the same")
    fri: tuple[str, ...] = Field(default=(), description="the same")
    sat: tuple[str, ...] = Field(default=(), description="the same")
    sun: tuple[str, ...] = Field(default=(), description="the same")


class DeskSection(Section):
    """One desk; what stands here is changed here and nowhere else."""

    code: Name = Field(description="its name in topics and addresses, for ever")
    name: str = Field(min_length=1, max_length=200, description="what people call it")
    resource_sharing: bool = Field(default=False, description="receives from lenders and ships back")
    pickup: bool = Field(default=True, description="has a hold shelf, and patrons come here")
    address: str | None = Field(default=None, max_length=500, description="where it is, for letters: street and town; lines with \\n")
    phone: str | None = Field(default=None, pattern=r"^\+?[0-9][0-9 ()/.-]{2,39}$", description="where patrons call, for letters")
    opening_text: str | None = Field(
        default=None, min_length=1, max_length=500, description="what letters say of its hours, instead of the hours themselves"
    )
    shelf_prefix: str = Field(default="A", pattern=r"^[A-Za-z0-9-]{0,8}$", description="letter before the number of a place on its shelf")
    shelf_slots: int = Field(default=40, ge=1, le=100_000, description="places on its shelf")
    active: bool = Field(default=True, description="takes holds now")
    language: Language | None = Field(default=None, description="what it is told in; the site's language unless said")
    commands: tuple[Command, ...] | None = Field(default=None, description="command barcodes it may use; all but CHECKOUT unless said")
    closed: tuple[date, ...] = Field(default=(), description="days it is closed, like 2026-12-25")
    calendar: Path | None = Field(
        default=None, description="an iCalendar file whose whole-day events are closed days, relative to hub.toml"
    )
    hours: HoursSection | None = Field(default=None, description="opening hours by weekday; open every day unless said")

    def opening(self, more: Iterable[date] = ()) -> Opening:
        """Give its opening days, with more closed days; ValueError says what is wrong with its hours."""
        hours = None if self.hours is None else {day: list(ranges) for day, ranges in self.hours.model_dump().items()}
        told: dict[str, object] = {"closed": [*self.closed, *more]}
        return read(told if hours is None else told | {"hours": hours})

    def desk(self, more: Iterable[date] = ()) -> Desk:
        """Give it as the core knows it."""
        commands = None if self.commands is None else frozenset(command.value for command in self.commands)
        told = self.model_dump(
            include={
                "code",
                "name",
                "resource_sharing",
                "pickup",
                "shelf_prefix",
                "shelf_slots",
                "active",
                "language",
                "address",
                "phone",
                "opening_text",
            }
        )
        return Desk(**told, commands=commands, opening=self.opening(more))


class PagesSection(Section):
    """What may be done on the pages of administration."""

    may_edit: bool = Field(
        default=True, description="admins may change policies, windows, notices and words on the page; false: this file alone counts"
    )


class HubSettings(Section):
    """One hub.toml."""

    site: Name = Field(default="main", description="the site in every topic")
    hub: Name = Field(default="hub", description="this hub's name in its state topic; of several hubs each has its own")
    several: bool = Field(
        default=False, description="true where several hubs share a PostgreSQL server and divide the stations among them; in each of them"
    )
    library: str = Field(default="The library", description="the name patrons read in letters")
    timezone: str = Field(default="UTC", description="days begin and end in this zone")
    language: Language = Field(default="en", description="what desks and staff are told in: en or de")
    database: str = Field(default="hub.db", description="the SQLite file, relative to hub.toml, or a server: `postgresql://user@host/name`")
    mqtt: MqttSettings = MqttSettings()
    http: HttpSettings = HttpSettings()
    openid: OpenIdSection = OpenIdSection()
    pages: PagesSection = PagesSection()
    health: HealthSection = HealthSection()
    mail: MailSection = MailSection()
    policy: PolicySection = PolicySection()
    notices: NoticesSection = NoticesSection()
    windows: WindowsSection = WindowsSection()
    barcodes: BarcodeSection = BarcodeSection()
    words: dict[Language, dict[str, str]] = Field(
        default_factory=dict, description='sentences said in this library\'s own way, by language: [words.en] and then "T1" = "…"'
    )
    desk: tuple[DeskSection, ...] = Field(default=(), description="the desks, if they are to be kept in this file")

    @field_validator("database")
    @classmethod
    def _is_a_place(cls, written: str) -> str:
        if (wrong := wrong_with(written)) is not None:
            raise ValueError(wrong)
        return written

    def place(self, folder: Path) -> Place:
        """Give where the database is; a file is looked for from the folder of hub.toml."""
        return self.database if is_address(self.database) else folder / self.database

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone; write one like Europe/Berlin or America/Chicago") from error
        return name

    def site_rules(self) -> Site:
        """Give what holds for every scan at this site."""
        languages = {name: words.saying(self.words.get(name, {})) for name, words in LANGUAGES.items()}  # type: ignore[call-overload]
        policy = self.policy
        telling = self.notices.telling(
            delay_s=policy.ready_notice_delay_s, hold_reminder_days=policy.hold_reminder_days, due_soon_days=policy.due_soon_days
        )
        zone = ZoneInfo(self.timezone)
        return Site(policy.days(), self.windows.spans(), zone, languages, self.language, telling, self.barcodes.check_digits)

    def patterns(self) -> Patterns:
        """Give the compiled barcode patterns."""
        return Patterns.of(self.barcodes.by_kind(), strip_prefix=self.barcodes.strip_prefix, strip_suffix=self.barcodes.strip_suffix)


class LoginSection(BaseModel):
    """The part of a station's or dashboard's file that is about its login; the rest is its own business."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    username: Name | None = None
    password: str | None = None
    password_file: Path | None = None


class LoginFile(BaseModel):
    """A settings file of somebody else, read only for its login."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    station: Name | None = None
    mqtt: LoginSection

    def password(self, folder: Path) -> str:
        """Give the password; ValueError when there is none."""
        if self.mqtt.password is not None:
            return self.mqtt.password
        if self.mqtt.password_file is None:
            raise ValueError("set mqtt.password or mqtt.password_file")
        return (folder / self.mqtt.password_file).read_text(encoding="utf-8").strip()
