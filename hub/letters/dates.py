"""How a letter says a day. The languages named here are those there are letters in."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip
DAY_AND_MONTH: dict[str, str] = {"en": "{} {}", "de": "{}. {}"}


def day(moment: datetime, today: date, zone: tzinfo, language: str) -> str:
    """Give a local day in words: ``4 December``, ``4. Dezember``, with the year when it is not this one."""
    local = moment.astimezone(zone).date()
    named = DAY_AND_MONTH[language].format(local.day, MONTHS[language][local.month - 1])
    return named if local.year == today.year else f"{named} {local.year}"
