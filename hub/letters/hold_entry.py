"""The last day of a hold as an entry for the patron's calendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta


def calendar_entry(message_id: str, what: str, held: Sequence[tuple[str, date]], *, place: str, now: datetime) -> bytes:
    """Give a calendar with a whole day for each day on which a hold ends; a repeat of the letter is the same entry."""
    # Imported here: icalendar takes 8 MiB, and most libraries attach nothing.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Holdshelf//holds//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for last in sorted({day for _, day in held}):
        titles = [title for title, day in held if day == last]
        event = Event()
        event.add("uid", f"{last.isoformat()}.{message_id.strip('<>')}")
        event.add("dtstamp", now)
        event.add("dtstart", last)
        event.add("dtend", last + timedelta(days=1))
        event.add("summary", what if len(held) == 1 else f"{what}: {'; '.join(titles)}")
        event.add("location", place)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
