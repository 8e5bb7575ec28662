"""Settings made into what the parts of a hub are given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

from broker.messages import Notice
from broker.promises import SessionSettings, TlsFiles
from broker.topics import Root
from hub.core.opening import WEEKDAYS
from hub.data_folder import read_secret
from hub.errors import ConfigError
from hub.letters.render import Letters
from hub.notice_settings import ChannelSection, DigestSection
from hub.openid import Client, Provider, is_installed
from hub.senders.channels import Channel
from hub.senders.mail import MailSettings, Security, addresses
from hub.senders.to_patron import PatronSender, transport_for
from hub.senders.to_staff import DigestPlan, StaffSender
from hub.senders.try_letter import Trial
from hub.senders.webhook import WebhookChannel
from hub.settings import HubSettings
from hub.store.sql import Connection


def mail_settings(settings: HubSettings, folder: Path) -> MailSettings:
    """Give how mail leaves."""
    mail = settings.mail
    return MailSettings(
        sender=mail.sender,
        host=mail.host,
        port=mail.port,
        security=Security(mail.security),
        username=mail.username,
        password=mail.password,
        ca_file=mail.ca_file,
        maildir=folder / mail.maildir,
        bounces=mail.bounces,
    )


def letters_of(settings: HubSettings, folder: Path) -> Letters:
    """Give what writes the letters."""
    notices = settings.notices
    return Letters(
        library=settings.library,
        sender=settings.mail.sender,
        zone=settings.site_rules().zone,
        language=settings.language,
        own=None if notices.templates is None else folder / notices.templates,
        unsubscribe=notices.unsubscribe,
    )


def trial_of(settings: HubSettings, folder: Path) -> Trial:
    """Give what is needed to try letters; a transport of its own, so that no letter waits for a sample."""
    outgoing, rules = mail_settings(settings, folder), settings.site_rules()
    letters, domain = letters_of(settings, folder), f"{settings.site}.{outgoing.domain}"
    return Trial(letters, transport_for(outgoing), zone=rules.zone, domain=domain, calendar=rules.telling.usual.calendar)


def channels_of(settings: HubSettings, now: Callable[[], datetime]) -> list[Channel]:
    """Give the ways to patrons beside mail."""
    return [_channel(channel, now) for channel in settings.notices.channel]


def _channel(channel: ChannelSection, now: Callable[[], datetime]) -> Channel:
    if channel.kind == "webhook":
        return WebhookChannel(channel.name, channel.url, channel.secret or "", channel.needs, now=now)
    # Imported here: an extra, and half a second.
    from hub.senders.by_apprise import AppriseChannel

    return AppriseChannel(channel.name, channel.url, channel.needs)


def patron_sender(
    connection: Connection,
    settings: HubSettings,
    folder: Path,
    *,
    now: Callable[[], datetime],
    left: Callable[[Notice], None],
    changed: Callable[[], None],
    sure: Callable[[], bool],
) -> PatronSender:
    """Give who sends the letters; ``left`` hears of each that has left, ``sure`` says that this hub is still the one that sends."""
    outgoing, rules = mail_settings(settings, folder), settings.site_rules()
    # The site makes a Message-ID unique among libraries that send from one domain.
    domain = f"{settings.site}.{outgoing.domain}"
    return PatronSender(
        connection,
        transport_for(outgoing),
        letters_of(settings, folder),
        domain=domain,
        zone=rules.zone,
        telling=rules.telling,
        beside=[transport_for(outgoing) for _ in range(settings.mail.connections - 1 if outgoing.host is not None else 0)],
        more=channels_of(settings, now),
        per_domain_per_minute=settings.mail.per_domain_per_minute,
        now=now,
        publish=left,
        changed=changed,
        sure=sure,
    )


def staff_sender(
    connection: Connection, settings: HubSettings, folder: Path, *, now: Callable[[], datetime], sure: Callable[[], bool]
) -> StaffSender:
    """Give who sends the mails to desks and partners."""
    outgoing = mail_settings(settings, folder)
    return StaffSender(
        connection,
        transport_for(outgoing),
        [_plan(digest) for digest in settings.notices.digest],
        library=settings.library,
        sender=outgoing.sender,
        domain=f"{settings.site}.{outgoing.domain}",
        zone=settings.site_rules().zone,
        language=settings.language,
        now=now,
        sure=sure,
    )


def _plan(digest: DigestSection) -> DigestPlan:
    return DigestPlan(
        about=f"desk:{digest.desk}" if digest.desk is not None else f"partner:{digest.partner}",
        to=addresses(digest.to),
        at=time.fromisoformat(digest.at),
        weekdays=frozenset(WEEKDAYS.index(each) for each in digest.days),
        as_csv=digest.csv,
        language=digest.language,
    )


def session_settings(settings: HubSettings, root: Root, password: str) -> SessionSettings:
    """Give how the hub logs in to the broker, and what it listens to from the start."""
    mqtt = settings.mqtt
    every = tuple(root.filter(key) for key in ("scan", "fault", "state"))
    return SessionSettings(
        host=mqtt.host,
        port=mqtt.port,
        client_id=mqtt.username,
        username=mqtt.username,
        password=password,
        protocol=mqtt.protocol,
        keepalive_s=mqtt.keepalive_s,
        window=mqtt.window,
        tls=TlsFiles(mqtt.ca_file, mqtt.cert_file, mqtt.key_file) if mqtt.ca_file else None,
        # One of several begins with nothing and asks for its own stations; they send again what came to nobody.
        subscriptions=(*(() if settings.several else every), root.topic("hub", hub=settings.hub)),
        clean=settings.several,
    )


def provider(settings: HubSettings, folder: Path) -> Provider | None:
    """Give the provider staff sign in with, None where there is none; ConfigError says what it lacks."""
    told = settings.openid
    if told.issuer is None or told.address is None:
        return None
    if not is_installed():
        raise ConfigError("hub.toml names an OpenID provider; for that install holdshelf[oidc], too.")
    return Provider(
        Client(
            issuer=told.issuer,
            client_id=told.client_id,
            client_secret=read_secret(folder / told.client_secret_file),
            back=f"{told.address.rstrip('/')}/openid/back",
            scope=told.scope,
            label=told.label,
            claim=told.claim,
            roles={role: frozenset(values) for role, values in told.roles.items()},
            ca_file=told.ca_file,
        )
    )


def metrics_token(settings: HubSettings, folder: Path) -> str:
    """Give the secret that opens the metrics alone, nothing where there is none."""
    file = settings.http.metrics_token_file
    return "" if file is None else read_secret(folder / file)
