"""Every sentence that staff are told, a module a language; ``Words`` gives one of them with its places filled in.

``english`` and ``german`` hold the sentences by the rows, acts and look-ups that say them. A site may say any of them in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from hub.core.words import english, german


@dataclass(frozen=True, slots=True)
class Words:
    """One language: the sentences by key, the names of states, reasons and acts, and how a day is said."""

    language: str
    sentences: Mapping[str, str]
    states: Mapping[str, str]
    reasons: Mapping[str, str]
    acts: Mapping[str, str]
    todo: Mapping[str, str]
    months: tuple[str, ...]
    day_form: str

    def say(self, key: str, /, **fields: object) -> str:
        """Give a sentence with its ``{places}`` filled in."""
        text = self.sentences[key]
        return text.format(**fields) if "{" in text else text

    def day(self, moment: datetime | date, today: date, zone: tzinfo) -> str:
        """Give a day as staff say it: ``4 December``, with the year when it is not this one."""
        local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
        named = self.day_form.format(day=local.day, month=self.months[local.month - 1])
        return named if local.year == today.year else f"{named} {local.year}"

    def saying(self, others: Mapping[str, str]) -> Words:
        """Give these words with some sentences said in a site's own way."""
        return replace(self, sentences={**self.sentences, **others})


ENGLISH = Words(
    "en", english.SENTENCES, english.STATES, english.REASONS, english.ACTS, english.TODO, english.MONTHS, "{day} {month}"
)  # fmt: skip
GERMAN = Words(
    "de", german.SENTENCES, german.STATES, german.REASONS, german.ACTS, german.TODO, german.MONTHS, "{day}. {month}"
)  # fmt: skip
LANGUAGES: Mapping[str, Words] = {words.language: words for words in (ENGLISH, GERMAN)}
