"""A station is to be found: its desk beeps and shows its name. Nothing is written, and no scan is answered by it."""

from __future__ import annotations

from datetime import datetime

from broker.answers import IDENTIFY, Outcome, Tone
from broker.messages import Reply
from hub.core.seen import Site
from hub.errors import Conflict, NotFound
from hub.store.sql import Connection

FOUND = "SELECT s.online, d.name, d.language FROM station s JOIN desk d ON d.code = s.desk WHERE s.name = ?"


def call_for(connection: Connection, site: Site, name: str, *, call_id: str, now: datetime) -> Reply:
    """Give what a station is told so that it is found; Conflict where nobody would hear it."""
    row = connection.execute(FOUND, (name,)).fetchone()
    if row is None:
        raise NotFound(f"There is no station {name!r}.").keyed("stations.none", station=name)
    online, desk, language = row
    if not online:
        raise Conflict(f"{name} is offline, so nothing beeps there. Look at its desk: {desk}.").keyed(
            "stations.away", station=name, desk=desk
        )
    words = site.languages[language or site.language]
    return Reply(
        scan_id=call_id,
        station=name,
        seq=0,
        outcome=Outcome.NO_CHANGE,
        rule=IDENTIFY,
        tone=Tone.INFO,
        message=words.say("station.here", station=name, desk=desk),
        decided_at=now,
    )
