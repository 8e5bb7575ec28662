"""The hub's settings: one file, one frozen model; an unknown key is an error that says where."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from broker.messages import Name
from hub.core.barcode import DEFAULT_PATTERNS, Patterns
from hub.core.calendar import Policy
from hub.core.context import Windows
from hub.core.decide import Site
from hub.patterns import overlap

Pattern = Annotated[str, Field(min_length=1, max_length=200)]


class Section(BaseModel):
    """What all sections share."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MqttSettings(Section):
    """The broker to work with."""

    host: str = Field(default="127.0.0.1", description="the broker")
    port: int = Field(default=1883, ge=1, le=65535, description="its port")
    username: Name = Field(default="hub", description="the hub's login; also its client id")
    password: str | None = Field(default=None, description="the password, or")
    password_file: Path | None = Field(default=None, description="the file that holds it, relative to hub.toml")
    protocol: Literal["5", "3.1.1"] = Field(default="5", description="MQTT version; 3.1.1 for brokers without 5")
    window: int = Field(default=1000, ge=10, le=65535, description="messages on the wire without an answer; the broker may set less")
    ca_file: str | None = Field(default=None, description="set it to speak TLS")
    cert_file: str | None = Field(default=None, description="client certificate")
    key_file: str | None = Field(default=None, description="and its key")


class HttpSettings(Section):
    """Where pages and HTTP are served."""

    host: str = Field(default="127.0.0.1", description="where pages and HTTP are served")
    port: int = Field(default=8080, ge=0, le=65535, description="its port; 0 takes a free one")
    token_file: Path = Field(default=Path("api-token"), description="the secret programs send as bearer token")


class MailSection(Section):
    """Outgoing mail; without a host letters go into the Maildir."""

    host: str | None = Field(default=None, description="the mail server; without it letters go into the Maildir")
    port: int = Field(default=25, ge=1, le=65535, description="its port")
    security: Literal["none", "starttls", "tls"] = Field(default="none", description="none, starttls or tls")
    username: str | None = Field(default=None, description="login, where the server wants one")
    password: str | None = Field(default=None, description="and its password")
    ca_file: str | None = Field(default=None, description="a certificate authority of the site's own")
    sender: str = Field(default="library@holdshelf.invalid", description="the address letters come from; its domain ends every Message-ID")
    maildir: Path = Field(default=Path("mail"), description="where letters go without a mail server")


class PolicySection(Section):
    """How long patrons and books have."""

    hold_days: int = Field(default=10, ge=1, le=365, description="days on the hold shelf")
    loan_days: int = Field(default=28, ge=1, le=730, description="days of a loan")
    shipping_margin_days: int = Field(default=7, ge=0, le=90, description="days a book needs home before the partner's due date")
    shortest_loan_days: int = Field(default=7, ge=0, le=90, description="a hold ends early enough for a loan of so many days")
    ready_notice_delay_s: float = Field(default=60, ge=0, le=86400, description="seconds a letter waits, so that a mistake can be undone")


class WindowsSection(Section):
    """How long a station remembers what it was told."""

    bounce_s: float = Field(default=2, ge=0, le=60, description="the same barcode again this soon is the same scan")
    patron_session_s: float = Field(default=30, ge=1, le=3600, description="a patron session ends after so long without a scan")
    armed_request_s: float = Field(default=60, ge=1, le=3600, description="a request slip waits this long for its item")
    armed_item_s: float = Field(default=60, ge=1, le=3600, description="an item waits this long for its slip")
    handover_s: float = Field(default=30, ge=0, le=3600, description="a scan this soon after a check-out is no return")


class BarcodeSection(Section):
    """The patterns by which a barcode is known; regular expressions that must fit the whole of it."""

    patron: tuple[Pattern, ...] = Field(default=DEFAULT_PATTERNS["patron"], description="patron cards")
    request: tuple[Pattern, ...] = Field(default=DEFAULT_PATTERNS["request"], description="request slips")
    item: tuple[Pattern, ...] = Field(
        default=DEFAULT_PATTERNS["item"], description="items; other barcodes are asked about once when received"
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


class HubSettings(Section):
    """One hub.toml."""

    site: Name = Field(default="main", description="the site in every topic")
    hub: Name = Field(default="hub", description="this hub's name in its state topic")
    library: str = Field(default="The library", description="the name patrons read in letters")
    timezone: str = Field(default="UTC", description="days begin and end in this zone")
    database: Path = Field(default=Path("hub.db"), description="the SQLite file, relative to hub.toml")
    mqtt: MqttSettings = MqttSettings()
    http: HttpSettings = HttpSettings()
    mail: MailSection = MailSection()
    policy: PolicySection = PolicySection()
    windows: WindowsSection = WindowsSection()
    barcodes: BarcodeSection = BarcodeSection()

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
        policy, windows = self.policy, self.windows
        return Site(
            Policy(
                hold_days=policy.hold_days,
                loan_days=policy.loan_days,
                shipping_margin_days=policy.shipping_margin_days,
                shortest_loan_days=policy.shortest_loan_days,
                ready_delay=timedelta(seconds=policy.ready_notice_delay_s),
            ),
            Windows(
                bounce=timedelta(seconds=windows.bounce_s),
                patron_session=timedelta(seconds=windows.patron_session_s),
                armed_request=timedelta(seconds=windows.armed_request_s),
                armed_item=timedelta(seconds=windows.armed_item_s),
                handover=timedelta(seconds=windows.handover_s),
            ),
            ZoneInfo(self.timezone),
        )

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
