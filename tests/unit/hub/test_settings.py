"""Settings that cannot be used say which file, line and key, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.core.accounts import StaffRole
from hub.data_folder import DataFolder, FirstRun, Place, read_settings
from hub.errors import ConfigError, DataFolderError
from hub.patterns import overlap
from hub.settings import HubSettings
from hub.wiring import provider

MQTT, HTTP = Place("127.0.0.1", 1884), Place("127.0.0.1", 8081)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('sitte = "main"\n', "line 1: unknown key sitte: did you mean 'site'?"),
        ('site = "main"\n[policy]\nhold_dayz = 3\n', "line 3: unknown key policy.hold_dayz: did you mean 'hold_days'?"),
        ('site = "Main Library"\n', "line 1: site: "),
        ("[mqtt]\nport = 70000\n", "line 2: mqtt.port: "),
        ("several = true\n", "database: several hubs share a PostgreSQL server: write postgresql://user@host/name, or several = false"),
        (
            'hub = "hub-2"\nseveral = true\ndatabase = "postgresql://h@db/h"\n[mqtt]\nusername = "hub"\n',
            "line 5: mqtt.username: of several hubs each logs in by its own name: write 'hub-2', or give hub the name 'hub'",
        ),
        ('[openid]\nissuer = "http://login.example.org"\n', "'http://login.example.org' is no address with https"),
        ('[openid]\nissuer = "https://login.example.org"\n', "address is missing: this hub as browsers know it"),
        (
            '[openid]\nissuer = "https://login.example.org"\naddress = "https://hub.example.org"\n',
            "roles is missing: say which values of 'groups' make somebody desk, resource_sharing or admin",
        ),
        ('[openid.roles]\nchief = ["x"]\n', "openid.roles.chief"),
        ("[policy\n", "is not valid TOML"),
        ('timezone = "Berlin"\n', "'Berlin' is no time zone; write one like Europe/Berlin"),
        ('[barcodes]\npatron = ["(2"]\n', "no regular expression"),
        (
            "[barcodes]\npatron = ['[0-9]{14}']\n",
            "patron pattern '[0-9]{14}' and item pattern '3[0-9]{13}' both fit '30000000000000'",
        ),
        (
            'site = "main"\n[words.de]\n"T2" = "Viel Freude damit. Fällig am {due}."\n"T1" = "Regal {shelf}."\n',
            "line 4: words.de.T1: {shelf} is not known there; it may hold {code}, {date}.",
        ),
        ('[words.de]\n"P2" = "Weiter an {partner}."\n', "line 2: words.de.P2: {partner} is not known there; it may hold none."),
        ('[words.en]\n"T1" = "Shelf {code"\n', "line 2: words.en.T1: the sentence cannot be read"),
        ('[words.en]\n"T1" = "  "\n', "line 2: words.en.T1: a desk must be told something."),
        ('[words.en]\n"undo.don" = "Back."\n', "line 2: words.en.undo.don: there is no such sentence; did you mean 'undo.done'?"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_settings(file)
    assert words in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_library_says_a_sentence_its_own_way_in_one_language(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('[words.de]\n"T1" = "Regal {code}, Frist {date}."\n"undo.nothing" = "Nichts da."\n', encoding="utf-8")
    languages = read_settings(file).site_rules().languages
    assert languages["de"].say("T1", code="A7", date="4. Dezember") == "Regal A7, Frist 4. Dezember."
    assert languages["de"].say("undo.nothing") == "Nichts da."
    assert languages["de"].say("T2", due="4. Dezember") == "Ausgeliehen. Fällig am 4. Dezember."
    assert languages["en"].say("T1", code="A7", date="4 December") == "Hold shelf A7. Hold until 4 December."


def test_the_patterns_of_a_new_site_do_not_overlap() -> None:
    assert overlap(HubSettings().barcodes.by_kind()) is None


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("3[0-9]{13}", r"\d{14}", "30000000000000"),
        ("[A-Z]{2}[0-9]+", "(AB|CD)[0-9]{3}", "AB000"),
        (".*", "x", "x"),
        ("a{2,4}", "a{4,9}", "aaaa"),
    ],
)
def test_patterns_that_share_a_string_are_found_with_one(one: str, other: str, shared: str) -> None:
    assert overlap({"patron": (one,), "item": (other,)}) == (("patron", one), ("item", other), shared)


@pytest.mark.parametrize(("one", "other"), [("2[0-9]{13}", "3[0-9]{13}"), ("[A-Z]+", "[0-9]+"), ("a{2,3}", "a{4,9}")])
def test_patterns_that_share_nothing_are_left_in_peace(one: str, other: str) -> None:
    assert overlap({"patron": (one,), "item": (other,)}) is None


def test_two_patterns_of_one_kind_may_overlap() -> None:
    assert overlap({"item": ("[0-9]+", "1[0-9]")}) is None


def test_a_first_run_writes_what_is_needed_for_its_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.make(FirstRun(), MQTT, HTTP)
    settings = folder.settings()
    folder.add_station("main-1", settings)
    assert {path.name for path in folder.path.iterdir()} == {"hub.toml", "api-token", "dashboard.toml", "stations"}
    for file in (folder.hub_toml, folder.token_file, folder.dashboard_toml, *folder.station_files()):
        assert file.stat().st_mode & 0o077 == 0, file
    accounts = folder.accounts(settings)
    assert [account.name for account in accounts] == ["hub", "dashboard", "main-1"]
    assert len({account.password for account in accounts}) == 3


def test_a_second_run_keeps_what_a_person_changed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.make(FirstRun(), MQTT, HTTP)
    station = folder.add_station("main-1", folder.settings())
    station.write_text(station.read_text() + '\n[[scanner]]\nkind = "serial"\npath = "/dev/ttyACM0"\n')
    token = folder.token_file.read_text()
    folder.make(FirstRun(library="Another"), Place("127.0.0.1", 1), HTTP)
    folder.move_to(Place("127.0.0.1", 1999), None)
    assert folder.token_file.read_text() == token
    assert folder.settings().library == "My library"
    assert (folder.settings().mqtt.port, folder.settings().http.port) == (1999, 8081)
    assert "port = 1999" in station.read_text()
    assert 'path = "/dev/ttyACM0"' in station.read_text()


@pytest.mark.parametrize("text", ["8080", "host:", ":80", "host:http", "host:99999"])
def test_a_place_is_host_and_port(text: str) -> None:
    with pytest.raises(ConfigError, match="write it like"):
        Place.parse(text)


def test_a_place_may_be_an_ipv6_address() -> None:
    assert Place.parse("[::1]:8080") == Place("::1", 8080)


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="Choose another with --data"):
        DataFolder(tmp_path / "file" / "data").make(FirstRun(), MQTT, HTTP)


def test_a_provider_needs_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text(
        '[openid]\nissuer = "https://login.example.org"\naddress = "https://hub.example.org/"\n[openid.roles]\nadmin = ["chiefs"]\n',
        encoding="utf-8",
    )
    settings = read_settings(path)
    with pytest.raises(ConfigError, match="it holds a secret of one line"):
        provider(settings, tmp_path)
    (tmp_path / "openid-secret").write_text("secret\n", encoding="utf-8")
    made = provider(settings, tmp_path)
    assert made is not None
    assert (made.client.back, made.client.client_secret) == ("https://hub.example.org/openid/back", "secret")
    assert made.client.roles == {StaffRole.ADMIN: frozenset({"chiefs"})}
    assert provider(HubSettings(), tmp_path) is None
