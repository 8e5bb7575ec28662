"""Passwords are kept so that they can be compared and not read."""

from __future__ import annotations

import pytest

from hub.core.accounts import LEAST, MOST, SAYS, is_name, wrong_password
from hub.passwords import fits, hashed, is_dated

WORDS = "three words of mine"


def test_a_password_fits_what_is_kept_of_it_and_no_other_does() -> None:
    kept = hashed(WORDS)
    assert kept.startswith("$argon2id$")
    assert WORDS not in kept
    assert kept != hashed(WORDS)
    assert fits(kept, WORDS)
    assert not fits(kept, WORDS + "!")
    assert not fits(None, WORDS)
    assert not fits("something else", WORDS)
    assert not is_dated(kept)


def test_one_that_was_kept_at_a_lower_cost_is_known() -> None:
    assert is_dated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$ZAgOwPCVdfFa4GrEjuBnmQ")


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        (WORDS, None),
        ("x" * (LEAST - 1), "account.short"),
        ("1" * LEAST, "account.same"),
        ("mariamaria", "account.same"),
        ("Maria maria", "account.same"),
        ("äöü" * 4, None),
        ("ab" * MOST, "account.long"),
    ],
)
def test_a_password_is_long_and_not_the_name(password: str, wrong: str | None) -> None:
    found = wrong_password("maria", password)
    assert (found and found[0]) == wrong
    assert found is None or SAYS[found[0]].format(**found[1])


@pytest.mark.parametrize(
    ("name", "good"), [("maria", True), ("m.lopez-2", True), ("", False), ("Maria", False), ("-x", False), ("a b", False)]
)
def test_a_name_is_small_letters(name: str, good: bool) -> None:
    assert is_name(name) is good
