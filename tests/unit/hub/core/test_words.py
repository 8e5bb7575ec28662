"""What staff are told: the same in both languages, short enough to be read from two metres, and nothing that is never said."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.check_settings import places_in
from hub.core import acts, decide
from hub.core.acts import Act, Wish
from hub.core.request import Reason, State
from hub.core.words import ENGLISH, GERMAN, LANGUAGES, Words
from hub.errors import Conflict
from hub.flows.act_on_request import act_on_request
from tests.support.desks import ADA, BOOK, Library

LONGEST = 120
VIENNA = ZoneInfo("Europe/Vienna")
TODAY = date(2026, 11, 24)
FRAGMENTS = {key for key in ENGLISH.sentences if key.startswith("print.")} | {
    "command.known_item", "command.unknown_item", "no.changed.what",
}  # fmt: skip
"""Lines of slips, and what stands in a place of a sentence: no full stop."""
DESK = sorted(ENGLISH.sentences.keys() - FRAGMENTS)
WITH_STATE = sorted(key for key in ENGLISH.sentences if "state" in places_in(ENGLISH.sentences[key]))

both = pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=lambda words: words.language)


# The same in both.


@pytest.mark.parametrize("part", ["sentences", "states", "reasons", "acts", "todo"])
def test_both_languages_have_the_same_keys_in_the_same_order(part: str) -> None:
    assert list(getattr(GERMAN, part)) == list(getattr(ENGLISH, part))


@pytest.mark.parametrize("key", ENGLISH.sentences)
def test_a_sentence_has_the_same_places_in_both_languages(key: str) -> None:
    assert places_in(GERMAN.sentences[key]) == places_in(ENGLISH.sentences[key])


@pytest.mark.parametrize("key", ENGLISH.sentences)
def test_a_sentence_ends_in_german_as_in_english(key: str) -> None:
    english, german = (words.sentences[key][-1] for words in (ENGLISH, GERMAN))
    assert german == english or (german.isalpha() and english.isalpha())


def test_nothing_was_left_in_english() -> None:
    parts = ("sentences", "reasons", "acts", "states", "todo")
    same = {key for part in parts for key, said in getattr(GERMAN, part).items() if said == getattr(ENGLISH, part)[key]}
    assert same == {"slip.look_up"}, "which holds places alone"


# What holds in each.


@both
def test_what_a_desk_is_told_ends_like_a_sentence(words: Words) -> None:
    assert [key for key in DESK if not words.sentences[key].endswith((".", "?", ")"))] == []


@both
def test_what_stands_in_a_sentence_or_on_a_slip_does_not_end_like_one(words: Words) -> None:
    phrases = [words.sentences[key] for key in FRAGMENTS - {"no.changed.what"}]
    for said in (*phrases, *words.states.values(), *words.reasons.values(), *words.acts.values()):
        assert said[-1].isalnum() or said[-1] == "}", said


@both
def test_a_sentence_is_short(words: Words) -> None:
    assert {key: len(said) for key, said in words.sentences.items() if len(said) > LONGEST} == {}


@both
def test_every_sign_is_one_that_a_plain_slip_printer_has(words: Words) -> None:
    for said in (*words.sentences.values(), *words.states.values(), *words.reasons.values(), *words.todo.values(), *words.months):
        said.encode("latin-1")


@both
@pytest.mark.parametrize("key", WITH_STATE)
def test_every_state_has_words_that_stand_in_a_sentence(words: Words, key: str) -> None:
    places = dict.fromkeys(places_in(words.sentences[key]), "-")
    for state in State:
        assert words.states[state] in words.say(key, **(places | {"state": words.states[state]}))


@both
def test_every_act_and_every_kind_of_work_has_its_words(words: Words) -> None:
    kinds = {*decide.EXCEPTIONS.values(), *decide.SETTLED, *decide.MISSED, *acts.EXCEPTIONS.values()}
    assert set(words.acts) == {*Act, "create", "scan", "UNDO"}
    assert set(words.todo) == kinds | {"gap", "station_unknown", "poison"}
    assert set(words.reasons) == set(Reason)
    assert len(words.months) == 12


# A day, and a sentence of the site's own.


@pytest.mark.parametrize(
    ("moment", "english", "german"),
    [
        (date(2026, 12, 4), "4 December", "4. Dezember"),
        (date(2027, 3, 1), "1 March 2027", "1. März 2027"),
        (date(2025, 12, 31), "31 December 2025", "31. Dezember 2025"),
        (datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC), "4 December", "4. Dezember"),
        (datetime(2026, 12, 4, 23, 0, tzinfo=UTC), "5 December", "5. Dezember"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1 January 2027", "1. Januar 2027"),
    ],
    ids=["this year", "next year", "last year", "before midnight here", "after midnight here", "next year here"],
)
def test_a_day_is_said_in_the_local_time_with_its_year_only_when_that_is_another(moment: date, english: str, german: str) -> None:
    assert ENGLISH.day(moment, TODAY, VIENNA) == english
    assert GERMAN.day(moment, TODAY, VIENNA) == german


def test_a_site_says_one_sentence_its_own_way_and_leaves_the_others() -> None:
    own = GERMAN.saying({"T1": "Regal {code}, bis {date}."})
    assert own.say("T1", code="A7", date="4. Dezember") == "Regal A7, bis 4. Dezember."
    assert {key for key, said in own.sentences.items() if said != GERMAN.sentences[key]} == {"T1"}
    assert GERMAN.sentences["T1"] != own.sentences["T1"]
    assert dataclasses.replace(own, sentences=GERMAN.sentences) == GERMAN


# At a desk.


def speaks_german(library: Library, *desks: str) -> None:
    """Set the language of these desks."""
    for desk in desks:
        library.connection.execute("UPDATE desk SET language = 'de' WHERE code = ?", (desk,))


def test_a_desk_is_answered_in_its_own_language_and_so_are_its_slips(library: Library) -> None:
    speaks_german(library, "rs", "main")
    named = library.request(partner_due_date=date(2027, 1, 31))
    assert library.scan("rs-1", named).message == "Eingang von The Overstory: Jetzt das Medium scannen."
    received = library.scan("rs-1", BOOK)
    assert received.message == "Eingang verbucht. Weiter an Main desk."
    assert received.slips[0].lines == ("Weiter an Main desk", "The Overstory")
    shelved = library.scan("main-1", BOOK)
    assert shelved.message == "Ins Abholregal A1. Bereit bis 3. Dezember."
    assert shelved.slips[0].lines == ("Abholregal A1", "bis 3. Dezember", "The Overstory")
    assert library.scan("main-1", ADA).message == "Heron 12: 1 bereit im Abholregal A1."
    assert library.scan("main-1", BOOK).message == "Ausgeliehen. Fällig am 21. Dezember."
    returned = library.scan("main-1", BOOK, after_s=3600)
    assert returned.message == "Rückgabe verbucht. Weiter an die Fernleihe."
    assert returned.slips[0].lines == ("Weiter an die Fernleihe", "The Overstory")
    home = library.scan("rs-1", BOOK)
    assert home.message == "Erledigt. Zurück an Tulare County Library bis 31. Januar 2027."
    assert home.slips[0].lines == ("Zurück an Tulare County Library", "bis 31. Januar 2027", "The Overstory")


def test_each_desk_has_the_language_of_its_own(library: Library) -> None:
    speaks_german(library, "east")
    for barcode in (library.request(), BOOK):
        library.scan("rs-1", barcode)
    assert library.scan("east-1", BOOK).message == "Falsche Theke. Weiter an Main desk."
    assert library.scan("main-1", BOOK).message == "Hold shelf A1. Hold until 3 December."


def test_what_cannot_be_is_said_in_the_words_of_the_state(library: Library) -> None:
    speaks_german(library, "main")
    for station, barcode in (("rs-1", library.request()), ("rs-1", BOOK), ("main-1", BOOK), ("main-1", "%HS-RENEW")):
        library.scan(station, barcode)
    assert library.scan("main-1", BOOK).message == "RENEW passt hier nicht: The Overstory ist im Abholregal. Nichts wurde geändert."
    assert library.scan("main-1", "ILL-000001-8").message == "The Overstory: im Abholregal."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "ILL-000001-8 is not received yet: only a loan can be renewed."),
        ("de", "ILL-000001-8 ist noch nicht eingetroffen: Nur Ausgeliehenes lässt sich verlängern."),
    ],
)
def test_an_act_is_refused_in_the_language_of_the_site(library: Library, language: str, said: str) -> None:
    site = dataclasses.replace(library.site, language=language, languages=LANGUAGES)
    named = library.request()
    with pytest.raises(Conflict) as caught:
        act_on_request(library.connection, site, named, Wish(act=Act.RENEW), actor="test", version=None, now=library.now)
    assert str(caught.value) == said


def test_what_was_closed_without_its_item_cannot_be_reactivated_and_says_so(library: Library) -> None:
    named = library.request()
    act_on_request(library.connection, library.site, named, Wish(act=Act.CANCEL), actor="test", version=None, now=library.now)
    with pytest.raises(Conflict, match=r"^ILL-000001-8 was closed without its item\. Create a new request\.$"):
        act_on_request(library.connection, library.site, named, Wish(act=Act.REACTIVATE), actor="test", version=None, now=library.now)


def test_who_looked_at_an_old_picture_is_told_what_it_shows_now_in_german(library: Library) -> None:
    site = dataclasses.replace(library.site, language="de")
    for barcode in (library.request(), BOOK):
        library.scan("rs-1", barcode)
    with pytest.raises(
        Conflict, match=r"^ILL-000001-8 wurde inzwischen geändert: unterwegs zur Abholtheke \(gescannt durch rs-1, \d\d:\d\d Uhr\)\."
    ):
        act_on_request(library.connection, site, "ILL-000001-8", Wish(act=Act.CANCEL), actor="test", version=1, now=library.now)
