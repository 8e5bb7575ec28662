"""Mail settings that cannot work are refused at the start, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import ConfigError
from hub.senders.mail import MailSettings, Security, address_of
from hub.senders.maildir import MaildirTransport
from hub.senders.smtp import SmtpTransport
from hub.senders.to_patron import transport_for


@pytest.mark.parametrize("sender", ["", "library", "a@b@c", "x@y.example\r\nBcc: z@evil.example", "Library <loans@library.example>"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(ConfigError, match="no e-mail address"):
        MailSettings(sender=sender)


def test_a_password_never_travels_in_the_clear_over_a_network() -> None:
    with pytest.raises(ConfigError, match="in the clear"):
        MailSettings(sender="loans@library.example", host="mail.library.example", username="loans", password="secret")
    MailSettings(sender="loans@library.example", host="127.0.0.1", username="loans", password="secret")
    MailSettings(sender="loans@library.example", host="mail.library.example", password="secret", security=Security.STARTTLS)


def test_settings_do_not_show_the_password() -> None:
    assert "secret" not in repr(MailSettings(sender="loans@library.example", host="localhost", password="secret"))


def test_without_a_server_letters_go_into_the_maildir(tmp_path: Path) -> None:
    assert isinstance(transport_for(MailSettings(sender="loans@library.example", maildir=tmp_path)), MaildirTransport)
    assert isinstance(transport_for(MailSettings(sender="loans@library.example", host="localhost")), SmtpTransport)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ana@patron.example", "ana@patron.example"),
        ("  ana@patron.example ", "ana@patron.example"),
        ("ana@bücherei.example", "ana@xn--bcherei-n2a.example"),
        ('"a b"@patron.example', '"a b"@patron.example'),
    ],
)
def test_an_address_is_taken_as_people_write_it(text: str, address: str) -> None:
    found = address_of(text)
    assert found is not None
    assert found.addr_spec == address


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "ana",
        "@patron.example",
        "ana@",
        "a@b, c@d",
        "a b@c",
        "a@b\r\nBcc: c@d",
        "a@b>",
        "<a@b>",
        "a@b..c",
        "a@\x00",
        "ana@b c",
        "müller@patron.example",
    ],
)
def test_what_is_no_address_is_none(text: str | None) -> None:
    assert address_of(text) is None
