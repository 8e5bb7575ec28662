"""What a settings file must not say although each of its keys is right by itself: desks, words and days are checked together."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from broker.settings_file import Place, Wrong
from hub.core.words import ENGLISH, LANGUAGES
from hub.senders.mail import addresses
from hub.settings import DeskSection, HubSettings
from hub.store.place import is_address


def check_together(settings: HubSettings) -> Iterator[Wrong]:
    """Give all that is wrong, each with the place of the key to be changed."""
    yield from _several(settings)
    yield from _days(settings)
    yield from _words(settings)
    yield from _desks(settings)
    yield from _notices(settings)


def _notices(settings: HubSettings) -> Iterator[Wrong]:
    """A desk that stands nowhere would never be told otherwise; an address that is none would never be reached."""
    codes = {desk.code for desk in settings.desk}
    named = [("at", number, scope.desk) for number, scope in enumerate(settings.notices.at)]
    named += [("digest", number, digest.desk) for number, digest in enumerate(settings.notices.digest)]
    for section, number, code in named:
        if codes and code is not None and code not in codes:
            yield _wrong("notices", section, number, "desk", said=f"there is no desk {code!r}; there are {', '.join(sorted(codes))}")
    for number, digest in enumerate(settings.notices.digest):
        try:
            addresses(digest.to)
        except ValueError as error:
            yield _wrong("notices", "digest", number, "to", said=str(error))


def _several(settings: HubSettings) -> Iterator[Wrong]:
    if not settings.several:
        return
    if not is_address(settings.database):
        yield _wrong("database", said="several hubs share a PostgreSQL server: write postgresql://user@host/name, or several = false")
    if settings.hub != settings.mqtt.username:
        said = f"of several hubs each logs in by its own name: write {settings.hub!r}, or give hub the name {settings.mqtt.username!r}"
        yield _wrong("mqtt", "username", said=said)


def _days(settings: HubSettings) -> Iterator[Wrong]:
    policy = settings.policy
    if policy.hold_reminder_days >= policy.hold_days:
        yield _wrong("policy", "hold_reminder_days", said=f"must be less than hold_days, which is {policy.hold_days}; 0 never reminds")
    if policy.due_soon_days >= policy.loan_days:
        yield _wrong("policy", "due_soon_days", said=f"must be less than loan_days, which is {policy.loan_days}; 0 never reminds")


def _wrong(*place: str | int, said: str) -> Wrong:
    return Wrong(place, said)


def _words(settings: HubSettings) -> Iterator[Wrong]:
    for language, sentences in settings.words.items():
        for key, sentence in sentences.items():
            if (said := _wrong_sentence(key, sentence, LANGUAGES[language].sentences)) is not None:
                yield Wrong(("words", language, key), said)


def _wrong_sentence(key: str, sentence: str, known: Mapping[str, str]) -> str | None:
    if key not in known:
        near = get_close_matches(key, known, n=1)
        return (
            f"there is no such sentence; did you mean {near[0]!r}?" if near else "there is no such sentence; docs/words.md lists them all"
        )
    try:
        used = places_in(sentence)
    except ValueError as error:
        return f"the sentence cannot be read ({error}); a place is a name in braces, and a brace of its own is written twice"
    more = sorted(used - (places_in(known[key]) | places_in(ENGLISH.sentences[key])))
    if more:
        may = ", ".join(f"{{{place}}}" for place in sorted(places_in(known[key]))) or "none"
        return f"{{{more[0]}}} is not known there; it may hold {may}"
    return None if sentence.strip() else "a desk must be told something"


def places_in(sentence: str) -> set[str]:
    """Give the names of the ``{places}`` in a sentence; ValueError for one that cannot be read."""
    found = set()
    for _, name, form, conversion in string.Formatter().parse(sentence):
        if name is not None:
            if not name.isidentifier() or form or conversion:
                raise ValueError(f"{{{name}{':' + form if form else ''}}} is more than a name")
            found.add(name)
    return found


def _desks(settings: HubSettings) -> Iterator[Wrong]:
    seen: dict[str, int] = {}
    for number, desk in enumerate(settings.desk):
        if desk.code in seen:
            yield _wrong("desk", number, "code", said=f"desk {seen[desk.code] + 1} has the code {desk.code!r} already; give each its own")
        seen.setdefault(desk.code, number)
        if not desk.resource_sharing and not desk.pickup:
            yield _wrong("desk", number, "pickup", said="a desk needs a role: resource_sharing, pickup or both")
        yield from _opening(number, desk)
    if settings.desk and not any(desk.resource_sharing for desk in settings.desk):
        yield _wrong("desk", 0, "code", said="no desk receives from lenders: give one of them resource_sharing = true")


def _opening(number: int, desk: DeskSection) -> Iterator[Wrong]:
    try:
        desk.opening()
    except ValueError as error:
        yield Wrong(_place_of_hours(number, str(error)), str(error))


def _place_of_hours(number: int, said: str) -> Place:
    days = [day for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if f" {day} " in f"{said} "]
    return ("desk", number, "hours", days[0]) if days else ("desk", number, "hours")


def check_files(settings: HubSettings, folder: Path) -> Iterator[Wrong]:
    """Give what is wrong with the files the settings name."""
    for number, desk in enumerate(settings.desk):
        if desk.calendar is not None and not (folder / desk.calendar).is_file():
            yield _wrong("desk", number, "calendar", said=f"there is no file {folder / desk.calendar}")
    templates = settings.notices.templates
    if templates is not None and not (folder / templates).is_dir():
        yield _wrong("notices", "templates", said=f"there is no folder {folder / templates}")
