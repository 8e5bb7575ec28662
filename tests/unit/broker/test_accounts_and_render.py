"""Reading who may log in, and ``holdshelf-broker render``."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from broker.accounts import AccountsError, load_accounts, load_station, load_stations
from broker.cli import main
from broker.promises import TlsFiles
from broker.topics import Party

ACCOUNTS = """
[[account]]
name = "hub-1"
party = "hub"
password_file = "hub.pw"
[[account]]
name = "wall"
party = "dashboard"
password = "w"
"""
STATION = """
station = "front-1"
site = "main"
[mqtt]
host = "broker.example"
port = 8883
username = "front-1"
password = "f"
ca_file = "ca.pem"
[[scanner]]
kind = "typed"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an accounts file and one station."""
    (tmp_path / "accounts.toml").write_text(ACCOUNTS)
    (tmp_path / "hub.pw").write_text("h\n")
    (tmp_path / "stations").mkdir()
    (tmp_path / "stations" / "front-1.toml").write_text(STATION)
    return tmp_path


def test_accounts_come_from_a_file_and_passwords_may_stand_beside(folder: Path) -> None:
    hub, wall = load_accounts(folder / "accounts.toml")
    assert (hub.name, hub.password, hub.party) == ("hub-1", "h", Party.HUB)
    assert (wall.name, wall.password, wall.party) == ("wall", "w", Party.DASHBOARD)


def test_a_stations_settings_file_gives_its_login(folder: Path) -> None:
    (login,) = load_stations(folder / "stations")
    assert (login.account.name, login.account.password, login.account.party) == ("front-1", "f", Party.STATION)
    assert (login.site, login.host, login.port) == ("main", "broker.example", 8883)
    assert login.tls == TlsFiles(str(folder / "stations" / "ca.pem"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no"),
        ("nonsense", "no valid TOML"),
        ('[[account]]\nname = "a"\nparty = "hub"', "either password or password_file"),
        ('[[account]]\nname = "a"\nparty = "king"\npassword = "x"', "Parties are station, hub"),
        ('[[account]]\nname = "A"\nparty = "hub"\npassword = "x"', "no account name"),
        ('[[account]]\nname = "a"\nparty = "hub"\npassword_file = "none"', "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(text)
    with pytest.raises(AccountsError, match=sentence):
        load_accounts(file)


def test_a_stations_user_name_is_its_name(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(STATION.replace('username = "front-1"', 'username = "hub-1"'))
    with pytest.raises(AccountsError, match="must be the station's name"):
        load_station(file)


def test_render_writes_three_private_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    arguments = ["render", "--out", str(out), "--accounts", str(folder / "accounts.toml"), "--stations", str(folder / "stations")]
    assert main(arguments) == 0
    assert "3 accounts" in capsys.readouterr().out
    assert sorted(file.name for file in out.iterdir()) == ["acl", "mosquitto.conf", "passwords"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in out.iterdir()} == {0o600}
    assert "user front-1" in (out / "acl").read_text()
    assert "holdshelf/v1/main/station/front-1/scan" in (out / "acl").read_text()


def test_render_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--out", str(folder / "out")]) == 1
    assert "Give --accounts FILE or --stations DIR." in capsys.readouterr().err
    assert main(["render", "--out", str(folder / "out"), "--accounts", str(folder / "accounts.toml")]) == 1
    assert "Give --site NAME." in capsys.readouterr().err


def test_render_refuses_plain_mqtt_on_the_network(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["render", "--out", str(folder / "out"), "--stations", str(folder / "stations"), "--host", "0.0.0.0"]  # noqa: S104
    assert main(arguments) == 1
    assert "loopback only" in capsys.readouterr().err
    assert main([*arguments, "--allow-plain"]) == 0


def test_wrong_use_is_exit_code_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["render"])
    assert caught.value.code == 2


def test_check_and_watch_ask_whose_login(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert "Whose login?" in capsys.readouterr().err
    assert main(["watch"]) == 1
    assert "Whose login?" in capsys.readouterr().err


def test_of_two_hubs_each_may_answer_every_station_and_say_its_own_state_alone(folder: Path) -> None:
    (folder / "accounts.toml").write_text(f'{ACCOUNTS}[[account]]\nname = "hub-2"\nparty = "hub"\npassword = "h2"\n')
    told = ["--accounts", str(folder / "accounts.toml"), "--stations", str(folder / "stations"), "--out", str(folder / "broker")]
    assert main(["render", *told]) == 0
    blocks = {block.splitlines()[0]: block.splitlines()[1:] for block in (folder / "broker" / "acl").read_text().split("\n\n")[1:]}
    one, other = blocks["user hub-1"], blocks["user hub-2"]
    assert "topic write holdshelf/v1/main/station/+/reply" in one
    assert [line.replace("hub-1", "hub-2") for line in one] == other
    assert [line for line in other if "/hub/" in line] == [
        "topic write holdshelf/v1/main/hub/hub-2/state",
        "topic read holdshelf/v1/main/hub/+/state",
    ]
