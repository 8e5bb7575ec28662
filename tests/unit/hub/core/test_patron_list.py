"""Lists of patrons as others export them: every usual form is read, and a row that cannot be taken says what to do."""

from __future__ import annotations

import pytest

from hub.core.patron_list import ListedPatron, Unreadable, WrongRow, read_list

ADA = ListedPatron(2, "20000000000014", "Ada Fischer", "Heron 12", "ada@example.org")
HEAD = "card,name,alias,email"


def rows(text: str | bytes) -> list[ListedPatron | WrongRow]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_list(data).rows(lambda card: card.startswith("%HS-")))


def wrong(line: str) -> str:
    [row] = rows(f"{HEAD}\n{line}\n")
    assert isinstance(row, WrongRow)
    return row.key


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_form_is_read_alike(separator: str, encoding: str, end: str) -> None:
    lines = ["Barcode", "Vorname", "Nachname", "E-Mail", "Fachbereich"], ["20000000000014", "Jürgen", "Groß", "j@example.org", "Physik"]
    text = end.join(separator.join(line) for line in lines)
    assert rows(text.encode(encoding)) == [ListedPatron(2, "20000000000014", "Jürgen Groß", None, "j@example.org")]


@pytest.mark.parametrize(
    "head",
    ["card,name,alias,email", "Card number,Full name,ALIAS,E-mail address", "Primary Identifier,Name,alias,Preferred Email",
     "Ausweisnummer,Name,Deckname,E-Mail-Adresse", "\ufeffcard,name,alias,email"],
)  # fmt: skip
def test_columns_are_known_by_what_other_systems_call_them(head: str) -> None:
    assert rows(f"{head}\n20000000000014,Ada Fischer,Heron 12,ada@example.org\n") == [ADA]


def test_the_line_for_excel_is_passed_and_obeyed() -> None:
    assert rows("sep=;\ncard;name\n1;Ada, of here\n") == [ListedPatron(3, "1", "Ada, of here", None, None)]


def test_a_barcode_that_was_guarded_from_a_spreadsheet_is_taken() -> None:
    assert rows('card;name\n"=""20000000000014""";Ada\n') == [ListedPatron(2, "20000000000014", "Ada", None, None)]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("3.1E+13,Ada", "card.scientific"),
        ('"3,1E+13",Ada', "card.scientific"),
        ("2e13,Ada", "card.scientific"),
        ("20000000000014.0,Ada", "card.rounded"),
        (",Ada", "card.none"),
        ("%HS-UNDO,Ada", "card.reserved"),
        ("1" * 101 + ",Ada", "long"),
        ("20000000000014,", "name.none"),
        ("20000000000014,Ada,," + "x" * 255, "long"),
        ("20000000000014,Ada,,no address", "email"),
        ("20000000000014,A\x07da", "unseen"),
        ("20000000000014,Ada,Heron,a@b.c,more", "columns"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(line: str, key: str) -> None:
    assert wrong(line) == f"import.wrong.{key}"


def test_of_two_rows_with_one_card_the_second_names_the_first() -> None:
    found = rows(f"{HEAD}\n1,Ada\n\n1,Ben\n")
    assert found[1] == WrongRow(4, "import.wrong.twice", {"first": "2"})


def test_a_quotation_mark_that_is_not_closed_is_found_where_it_opens() -> None:
    found = rows(f'{HEAD}\n1,Ada\n2,"Ben\n' + "".join(f"{number},Somebody\n" for number in range(3, 20)))
    assert found == [ListedPatron(2, "1", "Ada", None, None), WrongRow(3, "import.wrong.quote", {})]


def test_a_name_over_two_lines_leaves_the_numbers_of_lines_right() -> None:
    found = rows(f'{HEAD}\n1,"Ada\nFischer"\n3.1E+13,Ben\n')
    assert (found[0], found[1].line) == (ListedPatron(2, "1", "Ada Fischer", None, None), 4)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"card,name\n\0", "binary"),
        (b"card,name\n1,\x81\x8d", "encoding"),
        (b"name,email\nAda,a@b.c", "no-card"),
        (b"card,email\n1,a@b.c", "no-name"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_before_any_row(data: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_list(data)
    assert error.value.key == f"import.wrong.{key}"
