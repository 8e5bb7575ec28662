"""What the running hub knows of itself beside its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.numbers import Numbers
from hub.watch.disk import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseNumbers:
    """What a hub that is one of several has."""

    partitions: int
    stations: int
    office: bool
    age_s: float
    """Since when it has been there without being taken for dead; 0 while it is not."""
    hubs: int
    """How many are there, this one among them."""
    takeovers: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Numbers of this moment; None for what is not known yet."""

    numbers: Numbers = field(default_factory=Numbers)
    connected: bool = False
    canary_round_trip_s: float | None = None
    loop_lag_s: float = 0.0
    late_s: Mapping[str, float] = field(default_factory=dict)
    """By part: for how long its oldest work has waited."""
    room: Room | None = None
    leases: LeaseNumbers | None = None
    """None for a hub that is alone."""
