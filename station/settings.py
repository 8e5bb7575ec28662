"""The settings file ``station.toml`` as one frozen model; an unknown key is an error with a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator

from broker.messages import MAX_BARCODE_CHARS, Name
from broker.settings_file import SettingsFileError, load_settings
from station.errors import SettingsError
from station.far_place import far
from station.framing import DEFAULT_MAX_BYTES
from station.signals import Dialect
from station.stx import Lrc
from station.words import Language

_EVENT_NUMBER = re.compile(r"(^|/)event[0-9*?]*$")
Framing = Literal["line", "stx", "idle", "ssi"]
CodeLetters = Annotated[str, StringConstraints(min_length=1, max_length=2, pattern=r"^[!-~]+$")]
AimId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][0-9A-Za-z]{1,7}$")]
PortPath = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, Path) else value)]
ONLY_WITH = {"lrc": ("stx",), "answer": ("stx",), "idle_ms": ("idle",)}
LEAST_IDLE_MS_OF_KEYS = 20
MAX_LABEL_CHARS = 200


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mqtt(_Section):
    """The broker, and this station's credential there."""

    host: str = Field(default="127.0.0.1", description="the broker's name or address")
    port: int = Field(default=1883, ge=1, le=65535, description="the broker's port; with TLS usually 8883")
    username: str | None = Field(default=None, description="the station's name; nothing else is allowed")
    password: SecretStr | None = Field(default=None, description="the station's password; this or password_file")
    password_file: Path | None = Field(default=None, description="a file that holds the password alone")
    ca_file: Path | None = Field(
        default=None, description="the authority that signed the broker's certificate (PEM); setting it switches TLS on"
    )
    cert_file: Path | None = Field(default=None, description="our own certificate (PEM), where the broker asks for one")
    key_file: Path | None = Field(default=None, description="the key to cert_file (PEM)")
    protocol: Literal["5", "3.1.1"] = Field(default="5", description="the MQTT version, for brokers without 5")
    keepalive_s: int = Field(
        default=30,
        ge=2,
        le=600,
        description="a connection that is silent for longer is tried, and given up when nothing comes for as long again",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Mqtt:
        if (self.password is None) == (self.password_file is None):
            raise ValueError("set one of password and password_file")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("set cert_file and key_file together")
        if self.cert_file is not None and self.ca_file is None:
            raise ValueError("set ca_file too: cert_file and key_file are for TLS")
        return self


class JournalFile(_Section):
    """Where scans are kept until the hub has them; relative to the settings file's folder."""

    path: Path = Field(default=Path("journal.db"), description="the journal's file; relative to the folder of the settings file")


class ScannerSettings(_Section):
    """One scanner; which keys count depends on its kind."""

    kind: Literal["serial", "hid", "typed"] = Field(description="serial (USB-COM, RS-232), hid (a keyboard) or typed (standard input)")
    name: str | None = Field(
        default=None, min_length=1, max_length=MAX_LABEL_CHARS, description="the name that travels with its scans; else path or match"
    )
    aim: Literal["auto", "on", "off"] = Field(
        default="auto", description="take AIM identifiers like ]C0 off the barcode; on: warn where one is missing; off: leave them"
    )
    aim_map: dict[CodeLetters, AimId] = Field(
        default={}, description='code letters of the scanner\'s maker that stand for AIM identifiers, like { j = "C0", b = "A0" }'
    )
    prefix: str = Field(default="", description="what the scanner puts before each barcode, taken off")
    suffix: str = Field(default="", description="what the scanner puts after each barcode, taken off")
    require_prefix: bool = Field(default=False, description="whether a scan without the prefix is a fault (foreign)")
    max_length: int = Field(default=DEFAULT_MAX_BYTES, ge=8, le=MAX_BARCODE_CHARS, description="bytes; a longer scan is a fault (too_long)")
    path: PortPath | None = Field(
        default=None, description="serial: the device, best by /dev/serial/by-id; or socket://HOST:PORT, rfc2217://HOST:PORT (ser2net)"
    )
    baud: int = Field(default=9600, ge=300, le=4_000_000, description="serial: the rate; USB-COM and socket:// ignore it")
    bits: Literal["8N1", "7E1", "7O1", "8E1", "8O1"] = Field(default="8N1", description="serial: data bits, parity, stop bits")
    framing: Framing = Field(
        default="line",
        description="serial: what ends a scan: line (CR, LF or both), stx (STX...ETX), idle (silence), ssi (Zebra's packets)",
    )
    lrc: Lrc = Field(default="none", description="stx: whether an LRC follows ETX, and whether it counts from the STX or from the data on")
    answer: bool = Field(default=False, description="stx: whether the scanner waits for ACK or NAK after each scan; ssi always answers")
    idle_ms: int | None = Field(
        default=None,
        ge=5,
        le=10_000,
        description="idle: milliseconds of silence that end a scan, 50; hid: the same between two keys, at least 20, else 300 "
        "(some scanners leave 100)",
    )
    signals: Dialect = Field(
        default="none",
        description="serial: whose bytes make the scanner beep what was decided; none, ssi, honeywell, datalogic or metrologic",
    )
    match: str | None = Field(
        default=None,
        min_length=1,
        description="hid: a pattern of its name in /dev/input/by-id or by-path, vendor:product, or a USB port like 1-2.3",
    )
    layout: str = Field(
        default="us", description="hid: the keyboard layout the scanner is set to; a wrong name is answered with the right ones"
    )
    terminator: Literal["enter", "tab", "none"] = Field(
        default="enter", description="hid: what ends a scan beside Enter: nothing, Tab too, or (none) a pause of idle_ms too"
    )
    backspace: bool = Field(default=False, description="hid: whether Backspace takes a character back; else it is ignored")
    control: Literal["drop", "keep"] = Field(default="drop", description="hid: what becomes of control characters; GS is always data")
    caps: Literal["letters", "shift"] | None = Field(
        default=None,
        description="hid: what Caps Lock does, where the scanner sees it otherwise than its layout: letters alone, or all keys like Shift",
    )
    caps_light: bool = Field(
        default=False, description="hid: whether the scanner turns its letters round while the computer's Caps Lock light is on"
    )
    alt_unicode: bool = Field(default=False, description="hid: whether an Alt code over 255 is a Unicode code point")

    @field_validator("match")
    @classmethod
    def _a_name_that_stays(cls, value: str | None) -> str | None:
        if value is not None and _EVENT_NUMBER.search(value):
            raise ValueError(f'{value!r} is another device after the next start: "holdshelf-station scanners" prints a name that stays')
        return value

    @field_validator("layout")
    @classmethod
    def _known_layout(cls, value: str) -> str:
        # Most stations have serial scanners and need no keyboards in memory.
        from station import layouts

        if value not in layouts.names():
            raise layouts.UnknownLayoutError(value)
        return value

    @model_validator(mode="after")
    def _fits_its_kind(self) -> ScannerSettings:
        if self.kind == "serial" and self.path is None:
            raise ValueError('a serial scanner needs path ("holdshelf-station scanners" lists them)')
        if self.kind == "hid" and self.match is None:
            raise ValueError('a hid scanner needs match ("holdshelf-station scanners" lists them)')
        if self.kind == "hid" and self.idle_ms is not None and self.idle_ms < LEAST_IDLE_MS_OF_KEYS:
            raise ValueError(f"idle_ms of a hid scanner is at least {LEAST_IDLE_MS_OF_KEYS}")
        if len(self.label) > MAX_LABEL_CHARS:
            raise ValueError(f"name is needed where path or match has more than {MAX_LABEL_CHARS} characters: it travels with each scan")
        if self.require_prefix and not self.prefix:
            raise ValueError("require_prefix needs a prefix")
        if self.path is not None:
            far(self.path)
        return self

    @model_validator(mode="after")
    def _fits_its_framing(self) -> ScannerSettings:
        for key, framings in ONLY_WITH.items():
            if self.kind != "hid" and key in self.model_fields_set and self.framing not in framings:
                raise ValueError(f'{key} goes with framing = "{framings[0]}" only: remove it, or change framing')
        if self.signals != "none" and self.kind != "serial":
            raise ValueError("signals are for serial scanners: nothing goes back to any other")
        if self.signals != "none" and (self.signals == "ssi") != (self.framing == "ssi"):
            raise ValueError('signals = "ssi" and framing = "ssi" go together: such a scanner understands nothing else')
        if self.signals == "metrologic" and self.answer:
            raise ValueError('answer and signals = "metrologic" both send ACK and NAK: set one of them')
        return self

    @property
    def label(self) -> str:
        """The name that travels with its scans."""
        if self.name is not None:
            return self.name
        return {"serial": _port_name(self.path or "serial"), "hid": self.match or "hid", "typed": "typed"}[self.kind]


def _port_name(path: str) -> str:
    return path if "://" in path else Path(path).name


class SoundSettings(_Section):
    """The desk's sounds; without the section there are none."""

    output: Literal["auto", "aplay", "pcspkr", "bell", "none"] = Field(
        default="auto", description="auto: the first of aplay (ALSA), pcspkr (PC speaker) and bell (of the terminal) that is there"
    )
    device: str | None = Field(default=None, min_length=1, description='aplay: the ALSA device ("aplay -L" lists them); else the default')
    volume: int = Field(default=100, ge=0, le=100, description="aplay: percent")


class LightSettings(_Section):
    """A light, a relay or anything else that shows tones: it gets one line of text a tone."""

    kind: Literal["command", "serial"] = Field(description="command: a program's standard input; serial: a line with 8N1")
    command: tuple[str, ...] = Field(default=(), description="command: the program and its arguments")
    path: Path | None = Field(default=None, description="serial: the device, best by /dev/serial/by-id")
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = Field(default=9600, description="serial: the rate")
    seconds: float = Field(default=3.0, gt=0, le=3600, description="how long a tone is shown before off")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> LightSettings:
        if self.kind == "command" and not self.command:
            raise ValueError("a light of kind command needs command")
        if self.kind == "serial" and self.path is None:
            raise ValueError("a light of kind serial needs path")
        return self


class PrinterSettings(_Section):
    """The slip printer; without the section slips are on the screen alone."""

    kind: Literal["file", "usb", "tcp", "lp"] = Field(
        description="file (appended to), usb (a device) or tcp: a receipt printer (ESC/POS); lp: plain text to a print queue"
    )
    path: Path | None = Field(default=None, description="file, usb: where to, for usb like /dev/usb/lp0")
    host: str | None = Field(default=None, min_length=1, description="tcp: the printer's name or address")
    port: int = Field(default=9100, ge=1, le=65535, description="tcp: its raw port")
    queue: str | None = Field(default=None, min_length=1, description="lp: the print queue; else the system's default")
    width: int = Field(default=42, ge=16, le=80, description="characters a line: 42 or 48 on paper of 80 mm, 32 of 58 mm")
    codepage: Literal["cp437", "cp850", "cp852", "cp858", "cp1252"] = Field(
        default="cp858", description="the printer's characters; what is not among them is written with those that are"
    )
    barcode: Literal["code128", "code39", "none"] = Field(default="code128", description="the barcode at the end of a slip")
    slips: tuple[Literal["hold", "transit", "return", "request"], ...] = Field(
        default=("hold", "transit", "return", "request"), description="the kinds that are printed"
    )
    minutes: int = Field(default=5, ge=1, le=60, description="how long a slip waits for a printer that is away")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> PrinterSettings:
        if self.kind in ("file", "usb") and self.path is None:
            raise ValueError(f"a printer of kind {self.kind} needs path")
        if self.kind == "tcp" and self.host is None:
            raise ValueError("a printer of kind tcp needs host")
        return self


class StationFile(_Section):
    """The whole file."""

    station: Name = Field(description="this station's name; unique on the broker, and its user name there")
    site: Name = Field(description="the site's name, as in the hub's settings")
    language: Language = Field(default="en", description="the language of the station's own words at the desk: en or de")
    settings_from: Literal["hub", "file"] = Field(
        default="hub",
        description="hub: what the hub sets (scanners, sounds, light, printer, language) goes before what stands here; file: this alone",
    )
    mqtt: Mqtt
    journal: JournalFile = JournalFile()
    scanner: tuple[ScannerSettings, ...] = ()
    sounds: SoundSettings | None = None
    light: LightSettings | None = None
    printer: PrinterSettings | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> StationFile:
        if self.mqtt.username not in (None, self.station):
            raise ValueError(f"mqtt.username is always the station's name: set it to {self.station!r} or leave it out")
        labels = [scanner.label for scanner in self.scanner]
        if twice := next((label for label in labels if labels.count(label) > 1), None):
            raise ValueError(f"two scanners are called {twice!r}: give one of them another name")
        patterns = [scanner.match for scanner in self.scanner if scanner.kind == "hid"]
        if twice := next((pattern for pattern in patterns if patterns.count(pattern) > 1), None):
            raise ValueError(f"two scanners match {twice!r}: say in both which one is meant, best by its USB port")
        return self


def load(path: Path) -> StationFile:
    """Read the file, its paths made absolute; SettingsError says in one sentence what to change."""
    try:
        settings = load_settings(StationFile, path)
    except SettingsFileError as error:
        raise SettingsError(str(error)) from error
    return _absolute(settings, path.resolve().parent)


def password(settings: StationFile) -> str:
    """Give the password in use, read from its file where one is named."""
    mqtt = settings.mqtt
    if mqtt.password is not None:
        return mqtt.password.get_secret_value()
    try:
        return Path(mqtt.password_file or "").read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The password file {mqtt.password_file} cannot be read ({error}): check mqtt.password_file.") from error


def _absolute(settings: StationFile, folder: Path) -> StationFile:
    mqtt = settings.mqtt
    files = {key: folder / value for key in ("password_file", "ca_file", "cert_file", "key_file") if (value := getattr(mqtt, key))}
    journal = settings.journal.model_copy(update={"path": folder / settings.journal.path})
    found: dict[str, _Section] = {"mqtt": mqtt.model_copy(update=files), "journal": journal}
    if settings.printer is not None and settings.printer.path is not None:
        found["printer"] = settings.printer.model_copy(update={"path": folder / settings.printer.path})
    return settings.model_copy(update=found)
