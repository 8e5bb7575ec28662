"""After a restore no number is given twice: what was given after the backup is out in the world, on slips, in letters, at dashboards.

The event table's counter is set ahead. Requests and notices have none; rows of the table of cursors say from where they go on.
"""

from __future__ import annotations

from datetime import datetime

from hub.backup.manifest import Moment
from hub.store.numbers import go_on_behind
from hub.store.sql import Connection

EVENTS_A_SECOND = 1_000
EVENTS_AT_LEAST = 1_000_000
REQUESTS_A_DAY = 1_000
NOTICES_A_DAY = 10_000
"""More than any library makes; a second restore of the same backup goes further ahead than the first came."""
DAY_S = 86_400


def go_ahead(connection: Connection, moment: Moment, now: datetime) -> None:
    """Set the numbers of events, requests and notices behind all that may have been given since the backup; in the open transaction."""
    seconds = max(0, int((now - moment.at).total_seconds()))
    days = seconds // DAY_S + 1
    event = moment.last_event + EVENTS_AT_LEAST + seconds * EVENTS_A_SECOND
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'event'")
    connection.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('event', ?)", (event,))
    request = moment.last_request + days * REQUESTS_A_DAY
    go_on_behind(connection, "request", -(-request // REQUESTS_A_DAY) * REQUESTS_A_DAY)
    go_on_behind(connection, "notice", moment.last_notice + days * NOTICES_A_DAY)
