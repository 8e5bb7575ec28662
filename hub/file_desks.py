"""The desks that stand in the settings file, with the closed days of their iCalendar files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from hub.core.calendar import local_day
from hub.core.desk import Desk
from hub.errors import ConfigError, Invalid
from hub.settings import DeskSection, HubSettings

AHEAD = timedelta(days=800)
BEHIND = timedelta(days=31)


def desks_of_file(settings: HubSettings, folder: Path, now: datetime) -> list[Desk]:
    """Give the desks of a settings file; ConfigError says which calendar cannot be used, and why."""
    today = local_day(now, settings.site_rules().zone)
    return [desk.desk(_closed(desk, folder, today)) for desk in settings.desk]


def _closed(desk: DeskSection, folder: Path, today: date) -> list[date]:
    if desk.calendar is None:
        return []
    # Imported here: icalendar takes 8 MiB, and most hubs never read a calendar.
    from hub.ical.closed_days import closed_days

    path = folder / desk.calendar
    try:
        text = path.read_text(encoding="utf-8")
        return [closed.day for closed in closed_days(text, today - BEHIND, today + AHEAD).days]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The calendar {path} of desk {desk.code!r} cannot be read: {error}.") from error
    except Invalid as error:
        raise ConfigError(f"The calendar {path} of desk {desk.code!r} cannot be used: {error}") from error
