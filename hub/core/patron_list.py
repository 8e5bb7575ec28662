"""A list of patrons as other systems and spreadsheets export it: bytes become rows, each a patron or what is wrong with it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

SEPARATORS = (";", "\t", ",")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "card": (
        "card", "cardnumber", "cardno", "barcode", "librarycard", "librarycardnumber", "patronbarcode", "userbarcode", "primaryidentifier",
        "ausweis", "ausweisnummer", "ausweisnr", "kartennummer", "kartennr", "benutzernummer", "lesernummer", "bibliotheksausweis",
    ),
    "name": ("name", "fullname", "patronname", "displayname", "vollername", "vollständigername"),
    "first": ("firstname", "givenname", "forename", "vorname"),
    "last": ("lastname", "surname", "familyname", "nachname", "familienname"),
    "alias": ("alias", "pseudonym", "kürzel", "deckname"),
    "email": ("email", "mail", "emailaddress", "mailaddress", "preferredemail", "emailadresse", "mailadresse"),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "mobilephone", "cellphone", "sms", "telefon", "telefonnummer", "handy",
              "mobil", "mobilnummer"),
    "language": ("language", "lang", "locale", "preferredlanguage", "sprache", "korrespondenzsprache"),
    "channels": ("channels", "channel", "contactby", "noticesby", "preferredcontact", "benachrichtigungsweg", "wege", "kontaktweg"),
}  # fmt: skip
"""What a column may be called, in small letters and without anything but letters and digits."""
LONGEST = {"card": 100, "alias": 100, "name": 500, "email": 254, "phone": 40, "language": 20, "channels": 400}
MOST_LINES_IN_A_FIELD = 5
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
"""How spreadsheets write a long number that they took for one: its last digits are gone."""
ROUNDED = re.compile(r"\d{6,}[.,]0+")
GUARDED = re.compile(r'="(.*)"')
"""How some systems keep a spreadsheet from taking a barcode for a number."""
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,39}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})?")
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file as a whole cannot be used; ``key`` is what is said of it."""

    def __init__(self, key: str, **places: str) -> None:
        super().__init__(key)
        self.key, self.places = key, places


@dataclass(frozen=True, slots=True)
class ListedPatron:
    """One row; what is None has no column, or nothing in it, and is left as it is."""

    line: int
    card: str
    name: str
    alias: str | None
    email: str | None
    phone: str | None = None
    language: str | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that is not taken, and why."""

    line: int
    key: str
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PatronList:
    """A file whose head is understood."""

    text: str
    encoding: str
    separator: str
    columns: Mapping[str, int]
    heads: tuple[str, ...]
    skip: int

    @property
    def lines(self) -> int:
        """About how many lines there are."""
        return self.text.count("\n") + 1

    def rows(self, reserved: Callable[[str], bool], channels: Collection[str] = ("mail",)) -> Iterator[ListedPatron | WrongRow]:
        """Give row after row; ``reserved`` says of a card that scanners take it for something else, ``channels`` are the ways there are."""
        reader = self._reader()
        seen: dict[str, int] = {}
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield WrongRow(line, "import.wrong.csv", {"why": str(error)})
                continue
            if any(field.strip() for field in fields):
                yield self._row(line, fields, seen, reserved, channels)

    def _reader(self) -> csv._reader:  # type: ignore[name-defined]
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        for _ in range(self.skip):
            next(reader, None)
        return reader

    def _row(
        self, line: int, fields: list[str], seen: dict[str, int], reserved: Callable[[str], bool], channels: Collection[str]
    ) -> ListedPatron | WrongRow:
        if any(field.count("\n") > MOST_LINES_IN_A_FIELD for field in fields):
            return WrongRow(line, "import.wrong.quote", {})
        if len(fields) > len(self.heads) and any(field.strip() for field in fields[len(self.heads) :]):
            return WrongRow(line, "import.wrong.columns", {"found": str(len(fields)), "awaited": str(len(self.heads))})
        told = {name: _plain(fields[place]) if place < len(fields) else "" for name, place in self.columns.items()}
        card, name = told["card"], told.get("name") or f"{told.get('first', '')} {told.get('last', '')}".strip()
        ways = tuple(dict.fromkeys(re.split(r"[\s,;+>]+", told.get("channels", "").strip(",;+> ").lower()))) if told.get("channels") else ()
        wrong = _wrong_card(card, reserved) or _wrong_rest(name, told) or _wrong_ways(told, ways, channels)
        if wrong is not None:
            return WrongRow(line, *wrong)
        if card in seen:
            return WrongRow(line, "import.wrong.twice", {"first": str(seen[card])})
        seen[card] = line
        alias, email, phone, language = (told.get(column) or None for column in ("alias", "email", "phone", "language"))
        return ListedPatron(line, card, name, alias, email, phone, language, ways)


def read_list(data: bytes) -> PatronList:
    """Understand encoding, separator and head of a file; Unreadable says what to do."""
    text, encoding = _decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("import.wrong.empty")
    first, skip = text.split("\n", 1)[0], 1
    if re.fullmatch(r"sep=.", first.strip('"')):
        # Written for Excel, which reads the separator here.
        separator, first, skip = first.strip('"')[4], [*text.split("\n", 2), ""][1], 2
    else:
        separator = max(SEPARATORS, key=first.count)
    heads = tuple(head.strip() for head in next(csv.reader([first], delimiter=separator), []))
    columns = _columns(heads)
    if "card" not in columns:
        raise Unreadable("import.wrong.no-card", found=_found(heads))
    if not {"name", "first", "last"} & set(columns):
        raise Unreadable("import.wrong.no-name", found=_found(heads))
    return PatronList(text, encoding, separator, columns, heads, skip)


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((WORKBOOK, OLD_WORKBOOK)):
        raise Unreadable("import.wrong.workbook")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "UTF-16"
    if b"\0" in data:
        raise Unreadable("import.wrong.binary")
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise Unreadable("import.wrong.encoding") from None


def _columns(heads: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        plain = "".join(sign for sign in unicodedata.normalize("NFC", head).lower() if sign.isalnum())
        name = next((name for name, known in COLUMNS.items() if plain in known), None)
        if name is not None:
            found.setdefault(name, place)
    return found


def _found(heads: tuple[str, ...]) -> str:
    return ", ".join(head[:40] for head in heads[:12] if head) or "-"


def _plain(field: str) -> str:
    field = field.strip()
    if (guarded := GUARDED.fullmatch(field)) is not None:
        field = guarded[1]
    return " ".join(field.split())


def _wrong_card(card: str, reserved: Callable[[str], bool]) -> tuple[str, dict[str, str]] | None:
    if not card:
        return "import.wrong.card.none", {}
    if SCIENTIFIC.fullmatch(card):
        return "import.wrong.card.scientific", {"card": card}
    if ROUNDED.fullmatch(card):
        return "import.wrong.card.rounded", {"card": card}
    if len(card) > LONGEST["card"]:
        return "import.wrong.long", {"column": "card", "most": str(LONGEST["card"])}
    if not card.isprintable():
        return "import.wrong.unseen", {"column": "card"}
    return ("import.wrong.card.reserved", {}) if reserved(card) else None


def _wrong_rest(name: str, told: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    if not name:
        return "import.wrong.name.none", {}
    email = told.get("email", "")
    for column, value in (("name", name), *((column, told.get(column, "")) for column in LONGEST if column not in ("card", "name"))):
        if len(value) > LONGEST[column]:
            return "import.wrong.long", {"column": column, "most": str(LONGEST[column])}
        if any(unicodedata.category(sign) == "Cc" for sign in value) or "\ufffd" in value:
            return "import.wrong.unseen", {"column": column}
    return ("import.wrong.email", {}) if email and not EMAIL.fullmatch(email) else None


def _wrong_ways(told: Mapping[str, str], ways: tuple[str, ...], channels: Collection[str]) -> tuple[str, dict[str, str]] | None:
    if (phone := told.get("phone", "")) and not PHONE.fullmatch(phone):
        return "import.wrong.phone", {}
    if (language := told.get("language", "")) and not LANGUAGE.fullmatch(language):
        return "import.wrong.language", {"language": language[:40]}
    unknown = [way for way in ways if way not in channels]
    return ("import.wrong.channels", {"channel": unknown[0][:40], "known": ", ".join(channels)}) if unknown else None
