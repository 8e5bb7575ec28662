"""The hub's sections in place of the file's; what could own the desk's computer is not taken; a trial that did not end has failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from station.errors import SettingsError
from station.kept_settings import NOTHING, Kept, Sent, SettingsKeeper
from station.overlay import KILLED, begin, in_force, laid_over, told_by
from station.settings import StationFile

GUN = {"kind": "serial", "path": "/dev/serial/by-id/usb-A"}


def a_file(**more: Any) -> StationFile:
    """Give a station's file."""
    return StationFile.model_validate({"station": "main-1", "site": "main", "mqtt": {"password": "x"}, "scanner": [GUN]} | more)


def a_sent(version: int = 3, **setup: Any) -> Sent:
    """Give what a hub sent."""
    return Sent(version=version, setup_version=version, setup=setup or {"language": "de"})


def test_a_section_stands_in_the_place_of_the_files_and_the_others_stay() -> None:
    file = a_file(sounds={"volume": 30}, language="en", scanner=[GUN, {"kind": "typed"}])
    settings = laid_over(file, {"language": "de", "scanner": [GUN | {"framing": "stx", "lrc": "stx"}]})
    assert (settings.language, [each.framing for each in settings.scanner]) == ("de", ["stx"])
    assert (settings.sounds, settings.mqtt, settings.journal) == (file.sounds, file.mqtt, file.journal)


def test_false_is_none_of_it() -> None:
    file = a_file(sounds={}, light={"kind": "serial", "path": "/dev/ttyUSB3"}, printer={"kind": "lp"})
    settings = laid_over(file, {"sounds": False, "light": False, "printer": False})
    assert (settings.sounds, settings.light, settings.printer) == (None, None, None)


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        ({"scanner": [GUN, {"kind": "serial"}]}, "scanner[2]: a serial scanner needs path"),
        ({"scanner": [GUN | {"framng": "stx"}]}, "scanner[1].framng: unknown key"),
        ({"scanner": [GUN | {"baud": 3}]}, "scanner[1].baud: "),
        ({"scanner": [GUN | {"layout": "xx"}]}, "scanner[1].layout: "),
        ({"scanner": [GUN, GUN]}, "two scanners are called 'usb-A'"),
        ({"scanner": []}, "at least one"),
        ({"light": {}}, "light.kind is missing"),
        ({"mqtt": {"host": "evil"}}, "mqtt: only"),
        ({"journal": {"path": "/dev/null"}}, "journal: only"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(setup: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError) as refused:
        laid_over(a_file(), setup)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        ({"light": {"kind": "command", "command": ["sh", "-c", "rm -r ~"]}}, "a program runs only as it stands in station.toml"),
        ({"printer": {"kind": "file", "path": "/home/desk/.profile"}}, "from the hub only"),
        ({"printer": {"kind": "usb", "path": "/dev/sda"}}, "from the hub only"),
        ({"scanner": [{"kind": "serial", "path": "/etc/passwd"}]}, "is no device"),
        ({"scanner": [{"kind": "serial", "path": "/dev/../etc/passwd"}]}, "is no device"),
        ({"light": {"kind": "serial", "path": "station.toml"}}, "is no device"),
        ({"sounds": {"device": "file:'|touch /tmp/x',raw"}}, "does not name a sound card"),
        ({"sounds": {"device": "tee:default,/home/desk/.profile,raw"}}, "does not name a sound card"),
        ({"sounds": {"device": "plug:SLAVE='file:x,raw'"}}, "does not name a sound card"),
        ({"sounds": {"device": "hw:0\n"}}, "does not name a sound card"),
    ],
)
def test_what_would_run_a_program_or_write_a_file_is_not_taken_from_afar(setup: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError) as refused:
        laid_over(a_file(), setup)
    assert why in str(refused.value)


def test_what_stands_in_the_file_itself_may_be_sent_too() -> None:
    light, printer, far, sounds = (
        {"kind": "command", "command": ["lamp"]},
        {"kind": "file", "path": "/srv/slips"},
        {"kind": "serial", "path": "/srv/gun"},
        {"device": "desk_of_asoundrc"},
    )
    file = a_file(light=light, printer=printer, scanner=[far], sounds=sounds)
    setup = {"light": light | {"seconds": 9}, "printer": printer | {"width": 32}, "scanner": [far | {"prefix": "~"}]}
    settings = laid_over(file, setup | {"sounds": sounds | {"volume": 50}})
    assert settings.light is not None
    assert settings.printer is not None
    assert settings.sounds is not None
    found = (settings.light.seconds, settings.printer.width, settings.scanner[0].prefix, settings.sounds.volume)
    assert found == (9, 32, "~", 50)


def test_devices_and_other_machines_may_be_sent() -> None:
    sections = [GUN, {"kind": "serial", "path": "socket://desk-2:4001"}, {"kind": "hid", "match": "usb-Symbol_*"}]
    setup = {"scanner": sections, "printer": {"kind": "usb", "path": "/dev/usb/lp0"}}
    assert len(laid_over(a_file(scanner=[]), setup).scanner) == 3
    for device in (None, "default", "plughw:CARD=PCH,DEV=0", "hw:1,0", "sysdefault:CARD=Device"):
        laid_over(a_file(), {"sounds": {"device": device}})


def test_a_trial_that_did_not_end_has_failed_and_those_before_are_in_force() -> None:
    good, tried = a_sent(3), a_sent(4, language="en")
    settings, kept = begin(a_file(), Kept(good=good, trying=tried))
    assert settings.language == "de"
    assert kept == Kept(good=good, refused=tried, why=KILLED)
    assert begin(a_file(), kept) == (settings, kept)


def test_a_file_that_says_so_stands_alone() -> None:
    file = a_file(settings_from="file")
    settings, sent, why = in_force(file, Kept(good=a_sent()))
    assert (settings, sent) == (file, None)
    assert "settings_from" in str(why)


def test_settings_this_program_does_not_know_are_kept_and_not_used() -> None:
    kept = Kept(good=a_sent(scanner=[GUN | {"of_a_later_version": True}]))
    settings, left = begin(a_file(), kept)
    assert settings == a_file()
    assert left == kept
    assert "of_a_later_version" in str(in_force(a_file(), kept)[2])


def test_check_says_whose_each_section_is() -> None:
    file = a_file(sounds={})
    kept = Kept(good=a_sent(7, scanner=[GUN], language="de"), refused=a_sent(8), why="no")
    said = told_by(file, kept)
    assert "language: set by the hub, version 7" in said
    assert "scanner: set by the hub, version 7 (what station.toml says of it is not in force)" in said
    assert ("sounds: station.toml" in said, "light: default" in said) == (True, True)
    assert "version 8 was refused: no" in said


def test_what_is_kept_comes_back_and_a_damaged_or_later_file_counts_as_none(tmp_path: Path) -> None:
    keeper = SettingsKeeper(tmp_path / "journal.db")
    assert keeper.read() == NOTHING
    keeper.write(NOTHING)
    assert list(tmp_path.iterdir()) == []
    kept = Kept(good=a_sent(3), trying=a_sent(4), why="x")
    keeper.write(kept)
    assert keeper.read() == kept
    assert [path.name for path in tmp_path.iterdir()] == ["journal.db.settings"]
    for text in ("", "{", '{"form": 2}', keeper.path.read_text().replace('"form":1', '"form":2')):
        keeper.path.write_text(text)
        assert keeper.read() == NOTHING


def test_a_setup_set_again_is_another_one() -> None:
    sent = a_sent(3)
    assert sent.is_like(sent.model_copy(update={"version": 9}))
    assert not sent.is_like(a_sent(4))
    assert not sent.is_like(sent.model_copy(update={"setup": {"language": "en"}}))
    assert not sent.is_like(None)
