"""Short messages through apprise (SMS and many more); the only file that imports it, an extra: ``holdshelf[sms]``."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote

from hub.errors import ConfigError
from hub.senders.channels import Needs, Parcel, reached_by
from hub.senders.mail import Delivered, Refused
from hub.store.notices import LetterFacts

MISSING = "apprise is not installed: pip install 'holdshelf[sms]'"


class AppriseChannel:
    """One of apprise's services, by its URL; ``{phone}`` and ``{email}`` in it are the patron's."""

    def __init__(self, name: str, url: str, needs: Needs) -> None:
        """Raises ConfigError where apprise is missing or does not know the URL."""
        self.name = name
        self._url, self._needs = url, needs
        try:
            import apprise
        except ImportError as error:
            raise ConfigError(f"notices.channel {name!r}: {MISSING}") from error
        self._apprise = apprise
        # It logs what it sends to whom, at levels that a site may have switched on.
        logging.getLogger("apprise").disabled = True
        if apprise.Apprise.instantiate(self._filled("+15550100")) is None:
            raise ConfigError(f"notices.channel {name!r}: apprise knows no such service; see its list of URLs")

    def reach(self, facts: LetterFacts) -> str | None:
        """Give what the patron is reached by."""
        return reached_by(self._needs, facts)

    async def open(self) -> Refused | None:
        """Nothing is open between messages."""
        return None

    async def deliver(self, parcel: Parcel) -> Delivered | Refused:
        """Send the sentence, in a thread."""
        return await asyncio.to_thread(self._send, parcel)

    async def close(self) -> None:
        """Nothing is open between messages."""

    def _send(self, parcel: Parcel) -> Delivered | Refused:
        sender = self._apprise.Apprise()
        if not sender.add(self._filled(parcel.address)):
            return Refused(True, f"{self.name}: the patron's number or address is none for this service.")
        # It says no more than whether it worked.
        return Delivered() if sender.notify(body=parcel.short) else Refused(False, f"{self.name}: the service did not take the message.")

    def _filled(self, address: str) -> str:
        return self._url.replace("{phone}", quote(address, safe="")).replace("{email}", quote(address, safe=""))
