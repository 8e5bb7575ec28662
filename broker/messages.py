"""Every message that travels between stations, hub and the outside, as a frozen model.

These models are the contract: others read and write them, so a change is a new version (``v``), never an edit.
Unknown fields are refused; times are RFC 3339 in UTC; nothing here carries a patron's name or address.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from broker.answers import Outcome, Tone

MAX_PAYLOAD_BYTES = 16 * 1024
MAX_BARCODE_CHARS = 4096

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
"""Name of a site, station, desk or hub."""

MessageId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""A UUID in its usual lower-case form; ours are version 7, so they sort by time."""

Barcode = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BARCODE_CHARS)]


class Message(BaseModel):
    """What all messages share: frozen, versioned, no unknown fields."""

    # Ids and barcodes hardly come twice: remembering sixteen thousand texts would only take memory.
    model_config = ConfigDict(frozen=True, extra="forbid", cache_strings="keys")

    v: Literal[1] = 1


class FaultKind(StrEnum):
    """What a scanner delivered instead of a barcode."""

    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    TOO_LONG = "too_long"
    FOREIGN = "foreign"


class Scan(Message):
    """One barcode read at a station; its identity is its place in the station's stream."""

    scan_id: MessageId
    station: Name
    incarnation: MessageId = Field(description="made with the station's journal; seq counts within it")
    seq: int = Field(ge=1, description="counts from 1 without gaps or reuse")
    barcode: Barcode
    source: Literal["serial", "hid", "typed", "http"]
    scanner: str | None = Field(default=None, max_length=200)
    aim: str | None = Field(default=None, max_length=8, description="AIM symbology identifier without the bracket")
    check: Literal["ok", "bad", "n/a"] = "n/a"
    dup_of: int | None = Field(default=None, ge=1, description="seq of the same code from the same scanner within 1 s")
    raw: str | None = Field(default=None, description="hex, only where the bytes were not plain ASCII or were stripped")
    scanned_at: AwareDatetime
    age_ms: int | None = Field(default=None, ge=0, description="monotonic time from scan to this publish; null after a reboot")
    boot: str | None = Field(default=None, max_length=64)


class Fault(Message):
    """A frame that was not a barcode; it has a stream of its own beside the scans."""

    fault_id: MessageId
    station: Name
    incarnation: MessageId
    seq: int = Field(ge=1, description="counts faults of this incarnation from 1")
    kind: FaultKind
    scanner: str | None = Field(default=None, max_length=200)
    detail: str = Field(default="", max_length=500)
    occurred_at: AwareDatetime
    age_ms: int | None = Field(default=None, ge=0)
    boot: str | None = Field(default=None, max_length=64)


class Slip(Message):
    """A slip to print at the desk; never patron data, only a shelf code or an alias."""

    kind: Literal["request", "transit", "hold", "return"]
    lines: tuple[str, ...]
    barcode: str | None = None


class Reply(Message):
    """What the desk is told about one scan."""

    scan_id: MessageId
    station: Name
    seq: int
    outcome: Outcome
    rule: str = Field(
        description="row of the decision table, or the name of the look-up that answered; identify answers none: the station is to be found"
    )
    tone: Tone
    message: str
    again: bool = False
    request_id: str | None = None
    title: str | None = None
    state: str | None = None
    destination: str | None = None
    alert_type: str | None = Field(
        default=None, description="SIP2 CV: 01 hold here, 02 hold elsewhere, 03 ILL, 04 transfer, 00 unknown, 99 other"
    )
    slips: tuple[Slip, ...] = ()
    decided_at: AwareDatetime


class Position(Message):
    """The highest seq of this incarnation that the hub has committed, for scans and for faults."""

    station: Name
    incarnation: MessageId
    seq: int = Field(ge=0)
    fault_seq: int = Field(ge=0)
    reason: Literal["hello", "commit", "gap"] = Field(description="hello and gap ask the station to send on from seq + 1")


class Hello(BaseModel):
    """What a station has in its journal, said after every connect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    incarnation: MessageId
    lowest_seq: int = Field(ge=1, description="lowest scan kept; equals next_seq when none is")
    next_seq: int = Field(ge=1)
    lowest_fault_seq: int = Field(ge=1)
    next_fault_seq: int = Field(ge=1)


class ScannerState(BaseModel):
    """One configured scanner as the station sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["serial", "hid", "typed"]
    present: bool
    detail: str = ""


class SettingsState(BaseModel):
    """Whose settings a station works with, and what became of those the hub sent last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal["file", "hub"] = Field(description="file: station.toml alone; hub: what the hub set goes before it")
    trying: int | None = Field(default=None, ge=1, description="version on trial: those before come back unless it proves to work")
    refused: int | None = Field(default=None, ge=1, description="version the hub sent last, where it is not in force")
    why: str | None = Field(default=None, max_length=1000, description="why it was refused, and what to do")


class _Grown(BaseModel):
    """A message of which there are two versions; the fields of the second are left out where they say nothing."""

    @model_validator(mode="after")
    def _as_its_version(self) -> Self:
        said = [name for name in _new_fields(type(self)) if getattr(self, name) is not None]
        if said and getattr(self, "v", 1) == 1:
            raise ValueError(f"{said[0]} came with v 2")
        return self


def _new_fields(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.exclude_if is not None]


def _second(description: str, **limits: Any) -> Any:
    """Give a field of version 2: optional, and not on the wire where it says nothing."""
    return Field(default=None, exclude_if=lambda value: value is None, description=f"v 2: {description}", **limits)


class StationState(_Grown, Message):
    """A station's state, retained; ``online: false`` with the birth's time is its last will.

    A station sends version 2 once it knows that its hub reads it; hello, will and goodbye are always readable by both.
    """

    v: Literal[1, 2] = 1  # type: ignore[assignment]  # a later version may say more

    station: Name
    online: bool
    born_at: AwareDatetime
    at: AwareDatetime
    version: str
    hello: Hello | None = None
    scanners: tuple[ScannerState, ...] = ()
    waiting: int = Field(default=0, ge=0, description="scans in the journal that the hub has not confirmed")
    oldest_waiting_at: AwareDatetime | None = None
    faults: int = Field(default=0, ge=0)
    settings_version: int | None = Field(default=None, description="the version of StationSettings in force")
    problem: str | None = None
    faults_by_kind: dict[FaultKind, int] | None = _second("faults since born_at, each kind that happened")
    clock_offset_ms: int | None = _second("the hub's clock minus this one's, as the last reply told; exact to the reply's way")
    disk_free_bytes: int | None = _second("room on the journal's disk", ge=0)
    disk_low: bool | None = _second("whether that is less than is safe")
    boot: str | None = _second("which start of the machine this is", max_length=64)
    up_s: int | None = _second("seconds since the machine started, suspended time included", ge=0)
    settings: SettingsState | None = _second("whose settings are in force, and what was refused")


class StationSettings(_Grown, Message):
    """What the hub tells a station about itself, retained and versioned; version 2 goes to stations that said they read it."""

    v: Literal[1, 2] = 1  # type: ignore[assignment]  # as above

    station: Name
    version: int = Field(ge=1)
    desk: Name
    desk_name: str
    setup: dict[str, Any] | None = _second(
        "sections that stand in the place of station.toml's: language, scanner, sounds, light, printer; false for none of it"
    )
    setup_version: int | None = _second("the version with which setup was last set; a desk that moves leaves it", ge=1)


class Event(Message):
    """A CloudEvents 1.0 envelope; ``data`` never holds patron data."""

    # CloudEvents has its own version field, so ours is left out of the wire form.
    v: Literal[1] = Field(default=1, exclude=True)
    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str | None = None
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]


class Count(BaseModel):
    """How many, and since when the oldest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(ge=0)
    oldest_at: AwareDatetime | None = None


class DeskCounts(Message):
    """What waits at a desk, retained."""

    desk: Name
    on_shelf: Count
    to_pull: Count
    on_the_way: Count
    at: AwareDatetime


class Notice(Message):
    """Something a patron should hear; the address never travels."""

    notice_id: str
    type: str
    request_id: str
    desk: str | None
    title: str
    hold_until: AwareDatetime | None = None
    patron_ref: str
    at: AwareDatetime


class HubState(Message):
    """The hub's state, retained; its will carries the birth's time, so an old will can be told from a new birth."""

    hub: Name
    online: bool
    born_at: AwareDatetime
    at: AwareDatetime
    version: str
