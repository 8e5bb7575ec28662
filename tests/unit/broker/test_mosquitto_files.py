"""The files a mosquitto is given."""

from __future__ import annotations

import base64
import hashlib

import pytest

from broker.mosquitto import Account, Listener, ServerTls, access_list, configuration, password_file, password_line, refuse_doubles
from broker.topics import TOPICS, Party, Topic

HUB = Account("hub-1", "h", Party.HUB)
FRONT = Account("front-1", "f", Party.STATION)
WALL = Account("wall", "w", Party.DASHBOARD)
MAILER = Account("mailer", "m", Party.NOTIFIER)
EVERYONE = (HUB, FRONT, WALL, MAILER)
SALT = b"123456789012"


def block(name: str, text: str) -> list[str]:
    """Give the lines of one user."""
    return next(part.splitlines()[1:] for part in text.split("\n\n") if part.startswith(f"user {name}\n"))


def test_a_station_is_given_its_own_branch_and_the_hubs_state_and_nothing_else() -> None:
    root = "holdshelf/v1/main"
    assert block("front-1", access_list("main", EVERYONE)) == [
        f"topic write {root}/station/front-1/scan",
        f"topic write {root}/station/front-1/fault",
        f"topic read {root}/station/front-1/reply",
        f"topic read {root}/station/front-1/position",
        f"topic write {root}/station/front-1/state",
        f"topic read {root}/station/front-1/settings",
        f"topic read {root}/hub/+/state",
        f"topic readwrite {root}/station/front-1/check",
    ]


def test_nobody_but_the_hub_and_stations_writes_anything_but_the_own_check() -> None:
    text = access_list("main", EVERYONE)
    for name in ("wall", "mailer"):
        assert [line for line in block(name, text) if "write" in line] == [f"topic readwrite holdshelf/v1/main/check/{name}"]


def test_a_hub_writes_its_own_state_only_and_reads_every_hubs() -> None:
    lines = block("hub-1", access_list("main", EVERYONE))
    assert "topic write holdshelf/v1/main/hub/hub-1/state" in lines
    assert "topic read holdshelf/v1/main/hub/+/state" in lines


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.key)
def test_every_topic_has_a_line_for_a_writer_and_a_reader(row: Topic) -> None:
    text = access_list("main", EVERYONE)
    last = row.path.rsplit("/", 1)[-1]
    first = row.path.split("/", 1)[0]
    lines = [line for line in text.splitlines() if f"/{first}/" in line and (line.endswith(f"/{last}") or "{" in last)]
    assert any(line.startswith("topic write") for line in lines)
    assert any(line.startswith("topic read ") for line in lines)


def test_nothing_is_a_pattern_because_patterns_hold_for_every_login() -> None:
    assert "pattern" not in access_list("main", EVERYONE)
    assert "%u" not in access_list("main", EVERYONE)


def test_the_settings_that_were_measured_are_there() -> None:
    lines = configuration(Listener(), folder="/etc/holdshelf").splitlines()
    for wanted in (
        "allow_anonymous false",
        "persistence false",
        "set_tcp_nodelay true",
        "max_queued_messages 100000",
        "max_packet_size 20480",
        "use_username_as_clientid true",
        "listener 1883 127.0.0.1",
        "password_file /etc/holdshelf/passwords",
        "acl_file /etc/holdshelf/acl",
    ):
        assert wanted in lines
    listener = next(at for at, line in enumerate(lines) if line.startswith("listener "))
    assert lines.index("use_username_as_clientid true") > listener
    assert not [line for line in lines if line.startswith("user ")]


def test_a_broker_started_by_root_can_be_told_to_stay_root() -> None:
    assert "user root" in configuration(Listener(), folder="/x", run_as="root").splitlines()


def test_plain_mqtt_stays_on_loopback() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        Listener("0.0.0.0")  # noqa: S104 - refused is the point
    assert Listener("192.0.2.1", plain_anywhere=True).host == "192.0.2.1"
    assert Listener("localhost").tls is None


def test_tls_off_loopback() -> None:
    listener = Listener("192.0.2.1", 8883, ServerTls("ca.pem", "broker.pem", "broker.key"))
    text = configuration(listener, folder="/x")
    assert "certfile broker.pem" in text
    assert "tls_version tlsv1.2" in text


def test_a_password_line_is_what_mosquitto_computes() -> None:
    name, told = password_line(FRONT, SALT, iterations=101).split(":")
    _, kind, iterations, salt, digest = told.split("$")
    assert (name, kind, iterations, base64.b64decode(salt)) == ("front-1", "7", "101", SALT)
    assert base64.b64decode(digest) == hashlib.pbkdf2_hmac("sha512", b"f", SALT, 101)


def test_the_password_file_holds_no_password() -> None:
    secret = Account("front-1", "correct horse battery", Party.STATION)
    assert "horse" not in password_file([secret], [SALT])
    assert "horse" not in repr(secret)


def test_a_wrong_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="12"):
        password_line(FRONT, b"short")


@pytest.mark.parametrize("name", ["", "Front", "front 1", "a/b", "+", "#", "x" * 41, "front\nuser root"])
def test_a_name_that_could_change_the_access_list_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="no account name"):
        Account(name, "x", Party.STATION)


def test_two_accounts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="used twice"):
        refuse_doubles([HUB, Account("hub-1", "x", Party.STATION)])
