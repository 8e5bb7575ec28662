"""Settings made into what the parts of a hub are given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from broker.messages import Notice
from broker.promises import SessionSettings, TlsFiles
from broker.topics import Root
from hub.data_folder import read_secret
from hub.letters.render import Letters
from hub.senders.mail import MailSettings, Security
from hub.senders.to_patron import PatronSender, transport_for
from hub.settings import HubSettings
from hub.store.sql import Connection


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
    mail = settings.mail
    outgoing = MailSettings(
        sender=mail.sender,
        host=mail.host,
        port=mail.port,
        security=Security(mail.security),
        username=mail.username,
        password=mail.password,
        ca_file=mail.ca_file,
        maildir=folder / mail.maildir,
    )
    zone = settings.site_rules().zone
    letters = Letters(library=settings.library, sender=mail.sender, zone=zone, language=settings.language)
    # The site makes a Message-ID unique among libraries that send from one domain.
    domain = f"{settings.site}.{outgoing.domain}"
    return PatronSender(
        connection, transport_for(outgoing), letters, domain=domain, zone=zone, now=now, publish=left, changed=changed, sure=sure
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


def metrics_token(settings: HubSettings, folder: Path) -> str:
    """Give the secret that opens the metrics alone, nothing where there is none."""
    file = settings.http.metrics_token_file
    return "" if file is None else read_secret(folder / file)
