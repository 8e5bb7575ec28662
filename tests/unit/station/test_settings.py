"""The settings file: each mistake gives one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.errors import SettingsError
from station.framers import framer_of, reading_rules
from station.framing import Framer, IdleFramer, LineFramer
from station.settings import StationFile, load, password
from station.ssi import SsiFramer
from station.stx import StxFramer

MQTT = '[mqtt]\nhost = "127.0.0.1"\nport = 1883\nusername = "main-1"\npassword = "secret"\n'
HEAD = 'station = "main-1"\nsite = "main"\n'

CONTRACT = (
    HEAD
    + MQTT
    + """
[journal]
path = "journal.db"
[[scanner]]
kind = "serial"
path = "/dev/serial/by-id/usb-Honeywell_1"
baud = 9600
framing = "line"
[[scanner]]
kind = "hid"
match = "usb-Symbol_*"
layout = "us"
"""
)


def serial(lines: str) -> str:
    """Give the example with these lines in the place of its framing."""
    return CONTRACT.replace('framing = "line"', lines)


def loaded(tmp_path: Path, text: str) -> StationFile:
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    return str(caught.value).replace(str(tmp_path / "station.toml"), "station.toml")


def test_the_contracts_example_is_taken(tmp_path: Path) -> None:
    settings = loaded(tmp_path, CONTRACT)
    assert [scanner.label for scanner in settings.scanner] == ["usb-Honeywell_1", "usb-Symbol_*"]
    assert settings.journal.path == tmp_path / "journal.db"
    assert password(settings) == "secret"


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    settings = loaded(tmp_path, HEAD + '[mqtt]\npassword = "x"\n')
    assert (settings.mqtt.host, settings.mqtt.port, settings.scanner) == ("127.0.0.1", 1883, ())
    assert settings.language == "en"


def test_a_station_may_speak_german(tmp_path: Path) -> None:
    assert loaded(tmp_path, HEAD + 'language = "de"\n[mqtt]\npassword = "x"\n').language == "de"


def test_files_are_found_beside_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from file\n", encoding="utf-8")
    settings = loaded(tmp_path, HEAD + '[mqtt]\npassword_file = "pw"\nca_file = "/etc/ca.pem"\n')
    assert password(settings) == "from file"
    assert settings.mqtt.ca_file == Path("/etc/ca.pem")


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    settings = loaded(tmp_path, HEAD + '[mqtt]\npassword_file = "pw"\n')
    with pytest.raises(SettingsError, match=r"password file .*/pw cannot be read"):
        password(settings)


def test_a_station_may_have_sounds_a_light_and_a_printer(tmp_path: Path) -> None:
    sections = '[sounds]\n[light]\nkind = "command"\ncommand = ["lamp", "-v"]\n[printer]\nkind = "file"\npath = "slips"\nslips = ["hold"]\n'
    settings = loaded(tmp_path, CONTRACT + sections)
    assert settings.sounds is not None
    assert (settings.sounds.output, settings.sounds.volume) == ("auto", 100)
    assert settings.light is not None
    assert settings.light.command == ("lamp", "-v")
    assert settings.printer is not None
    assert (settings.printer.path, settings.printer.slips) == (tmp_path / "slips", ("hold",))


def test_without_their_sections_there_is_neither_sound_nor_light_nor_printer(tmp_path: Path) -> None:
    settings = loaded(tmp_path, CONTRACT)
    assert (settings.sounds, settings.light, settings.printer) == (None, None, None)


def test_the_password_does_not_show(tmp_path: Path) -> None:
    settings = loaded(tmp_path, CONTRACT)
    assert "secret" not in repr(settings)
    assert "secret" not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (CONTRACT.replace("host", "hots"), "unknown key mqtt.hots: did you mean 'host'?"),
        (CONTRACT.replace("baud =", "bauds ="), "unknown key scanner[1].bauds: did you mean 'baud'?"),
        ("zzzzzz = 1\n" + CONTRACT, "station.toml line 1: unknown key zzzzzz: remove it or correct its name."),
        (CONTRACT.replace('station = "main-1"\n', ""), "station.toml: station is missing: add it."),
        (CONTRACT.replace('username = "main-1"', 'username = "bob"'), "mqtt.username is always the station's name: set it to 'main-1'"),
        (CONTRACT.replace('password = "secret"', ""), ": mqtt: set one of password and password_file."),
        (serial('framing = "stxx"'), "framing: Input should be 'line', 'stx', 'idle' or 'ssi'"),
        (serial("idle_ms = 80"), 'scanner[1]: idle_ms goes with framing = "idle" only: remove it, or change framing.'),
        (serial('framing = "idle"\nlrc = "stx"'), 'scanner[1]: lrc goes with framing = "stx" only'),
        (serial('framing = "ssi"\nanswer = true'), 'scanner[1]: answer goes with framing = "stx" only'),
        (serial('framing = "idle"\nidle_ms = 1'), "scanner[1].idle_ms: "),
        (serial('signals = "ssi"'), 'scanner[1]: signals = "ssi" and framing = "ssi" go together'),
        (serial('framing = "ssi"\nsignals = "honeywell"'), 'scanner[1]: signals = "ssi" and framing = "ssi" go together'),
        (serial('framing = "stx"\nanswer = true\nsignals = "metrologic"'), 'scanner[1]: answer and signals = "metrologic" both send'),
        (CONTRACT + 'signals = "honeywell"\n', "scanner[2]: signals are for serial scanners"),
        (serial("require_prefix = true"), "scanner[1]: require_prefix needs a prefix."),
        (serial('aim_map = { j = "128" }'), "scanner[1].aim_map.j: "),
        (CONTRACT.replace("/dev/serial/by-id/usb-Honeywell_1", "tcp://desk:4001"), 'scanner[1]: path "tcp://desk:4001" is no serial port'),
        (CONTRACT.replace("/dev/serial/by-id/usb-Honeywell_1", "socket://desk"), 'scanner[1]: path "socket://desk" is no serial port'),
        (CONTRACT.replace("usb-Honeywell_1", "x" * 201), "scanner[1]: name is needed where path or match has more than 200 characters"),
        (CONTRACT.replace('path = "/dev/serial/by-id/usb-Honeywell_1"\n', ""), "scanner[1]: a serial scanner needs path"),
        (
            CONTRACT.replace('match = "usb-Symbol_*"\n', ""),
            'scanner[2]: a hid scanner needs match ("holdshelf-station scanners" lists them).',
        ),
        (CONTRACT.replace('"us"', '"german"'), "scanner[2].layout: there is no keyboard layout 'german'; did you mean "),
        (CONTRACT.replace('"usb-Symbol_*"', '"/dev/input/event3"'), "'/dev/input/event3' is another device after the next start"),
        (CONTRACT.replace('"us"', '"us"\nterminator = "lf"'), "scanner[2].terminator: Input should be 'enter', 'tab' or 'none'."),
        (CONTRACT.replace('"us"', '"us"\nidle_ms = 10'), "scanner[2]: idle_ms of a hid scanner is at least 20"),
        (CONTRACT.replace('"us"', '"us"\nidle_ms = 3'), "station.toml line 20: scanner[2].idle_ms: "),
        (CONTRACT + '[[scanner]]\nkind = "hid"\nname = "b"\nmatch = "usb-Symbol_*"\n', "two scanners match 'usb-Symbol_*'"),
        (CONTRACT.replace('"main"', '"Main Library"'), "station.toml line 2: site: "),
        (CONTRACT + "[sounds]\nvolme = 50\n", "unknown key sounds.volme: did you mean 'volume'?"),
        (CONTRACT + '[light]\nkind = "gpio"\n', "light.kind: Input should be 'command' or 'serial'."),
        (CONTRACT + '[light]\nkind = "command"\n', "light: a light of kind command needs command."),
        (CONTRACT + '[light]\nkind = "serial"\n', "light: a light of kind serial needs path."),
        (CONTRACT + '[printer]\nkind = "tcp"\n', "printer: a printer of kind tcp needs host."),
        (CONTRACT + '[printer]\nkind = "usb"\n', "printer: a printer of kind usb needs path."),
        (CONTRACT + '[printer]\nkind = "lp"\ncut = true\n', "unknown key printer.cut"),
        (CONTRACT + '[printer]\nkind = "lp"\nslips = ["patron"]\n', "printer.slips"),
        (CONTRACT.replace("1883", "99999"), "station.toml line 5: mqtt.port: "),
        (CONTRACT + '[[scanner]]\nkind = "hid"\nmatch = "usb-Symbol_*"\n', "two scanners are called 'usb-Symbol_*'"),
        (HEAD + '[mqtt]\npassword = "x"\ncert_file = "c"\n', "set cert_file and key_file together"),
        (CONTRACT.replace(HEAD, HEAD + 'language = "fr"\n'), "station.toml line 3: language: Input should be 'en' or 'de'."),
        ("station = ", "station.toml is not valid TOML: "),
    ],
)
def test_a_mistake_gives_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    said = refused(tmp_path, text)
    assert sentence in said
    assert "\n" not in said
    assert said.endswith((".", "?"))


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ('framing = "line"', LineFramer),
        ('framing = "stx"\nlrc = "stx"\nanswer = true', StxFramer),
        ('framing = "idle"\nidle_ms = 80', IdleFramer),
        ('framing = "ssi"\nsignals = "ssi"', SsiFramer),
    ],
)
def test_each_framing_has_its_framer(tmp_path: Path, lines: str, kind: type[Framer]) -> None:
    assert isinstance(framer_of(loaded(tmp_path, serial(lines)).scanner[0]), kind)


@pytest.mark.parametrize(("bits", "parity"), [("8N1", False), ("7E1", True), ("8O1", True)])
def test_a_line_with_parity_is_read_by_it(tmp_path: Path, bits: str, parity: bool) -> None:
    assert reading_rules(loaded(tmp_path, serial(f'bits = "{bits}"')).scanner[0]).parity is parity


@pytest.mark.parametrize("url", ["socket://desk-2:4001", "rfc2217://192.0.2.7:4002"])
def test_a_scanner_may_be_at_another_machine_and_is_called_by_its_address(tmp_path: Path, url: str) -> None:
    (scanner, _) = loaded(tmp_path, CONTRACT.replace("/dev/serial/by-id/usb-Honeywell_1", url)).scanner
    assert (scanner.path, scanner.label) == (url, url)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.toml cannot be read \(No such file or directory\): check --config"):
        load(tmp_path / "nowhere.toml")
