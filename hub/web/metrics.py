"""The metrics: which there are, and the samples of each. Nothing of a patron, no barcode, no title; labels come from small sets.

The table here is the one of docs/monitoring.md; a test holds them and a running hub against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from broker import __version__
from broker.messages import FaultKind
from hub.numbers import POISON_REASONS, Times, group_of
from hub.store.moments import to_ms
from hub.store.pages.measures import Measures, StationMeasures
from hub.watch.problem import Kind
from hub.watch.vitals import Vitals
from hub.web.doors import Health

Sample = tuple[str, tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Told:
    """One metric: its name, what it is, its labels and a sentence."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    says: str
    labels: tuple[str, ...] = ()


METRICS = (
    Told("holdshelf_build_info", "gauge", "always 1; the version that runs", ("version",)),
    Told("holdshelf_ready", "gauge", "1 when a scan would be answered"),
    Told("holdshelf_problem", "gauge", "1 while something of this kind is wrong; /health/ready says it in words", ("kind",)),
    Told("holdshelf_broker_connected", "gauge", "1 while the hub is connected to the broker"),
    Told("holdshelf_broker_connections_total", "counter", "connections to the broker that came about"),
    Told("holdshelf_canary_round_trip_seconds", "gauge", "from the hub through the broker back to the hub, the last time"),
    Told("holdshelf_canaries_lost_total", "counter", "canaries that did not come back in time"),
    Told("holdshelf_loop_lag_seconds", "gauge", "the longest hold-up of the loop that takes scans, within a minute"),
    Told("holdshelf_part_late_seconds", "gauge", "for how long the oldest work of a part waits", ("part",)),
    Told("holdshelf_hubs", "gauge", "hubs that share the database and are there, where there are several"),
    Told("holdshelf_lease_age_seconds", "gauge", "for how long this hub has had its lease; 0 while it has none"),
    Told("holdshelf_lease_partitions", "gauge", "partitions of the stations this hub holds"),
    Told("holdshelf_lease_stations", "gauge", "stations this hub holds"),
    Told("holdshelf_lease_office", "gauge", "1 while this hub does what is done once in all"),
    Told("holdshelf_leases_lost_total", "counter", "how often this hub was taken for dead by others"),
    Told("holdshelf_takeovers_total", "counter", "hubs that this one took for dead"),
    Told("holdshelf_scans_total", "counter", "scans committed, since ever"),
    Told("holdshelf_replies_total", "counter", "scans decided, by outcome and group of rules", ("outcome", "rules")),
    Told("holdshelf_commit_seconds", "histogram", "the commit of a batch of scans: its time on the disk, mostly; its count is the batches"),
    Told("holdshelf_scanner_faults_total", "counter", "frames of scanners that were no barcode", ("kind",)),
    Told("holdshelf_poison_messages_total", "counter", "messages put aside, by why", ("reason",)),
    Told("holdshelf_poison_messages_kept", "gauge", "messages put aside that the database holds"),
    Told("holdshelf_stations", "gauge", "stations known"),
    Told("holdshelf_stations_online", "gauge", "stations online"),
    Told("holdshelf_station_online", "gauge", "1 while the station is online", ("station",)),
    Told("holdshelf_station_seen_timestamp_seconds", "gauge", "when the station last told of itself", ("station",)),
    Told("holdshelf_station_lag_scans", "gauge", "scans the station had made when it last told, which are not committed", ("station",)),
    Told("holdshelf_station_journal_waiting_scans", "gauge", "scans the station says wait in its journal", ("station",)),
    Told("holdshelf_station_oldest_waiting_seconds", "gauge", "for how long the oldest of those waits", ("station",)),
    Told("holdshelf_events_total", "counter", "events written, since ever"),
    Told("holdshelf_events_behind", "gauge", "events the broker has not confirmed"),
    Told("holdshelf_outbox_age_seconds", "gauge", "for how long the oldest of those waits"),
    Told("holdshelf_notices", "gauge", "letters to patrons that are queued or have failed", ("state",)),
    Told("holdshelf_notices_oldest_seconds", "gauge", "since when the oldest could have left (queued), was asked for (failed)", ("state",)),
    Told("holdshelf_open_exceptions", "gauge", "exceptions that wait for staff", ("kind",)),
    Told("holdshelf_active_requests", "gauge", "requests that are not closed", ("state",)),
    Told("holdshelf_database_bytes", "gauge", "size of the database file"),
    Told("holdshelf_database_wal_bytes", "gauge", "size of its write-ahead log"),
    Told("holdshelf_disk_free_bytes", "gauge", "free on its disk"),
    Told("holdshelf_disk_size_bytes", "gauge", "size of its disk"),
    Told("holdshelf_live_streams", "gauge", "open pages and followers of events"),
    Told("holdshelf_counted_age_seconds", "gauge", "how old the counts from the database are: counting rests a hundred times its length"),
)

_OF_PROCESS = ProcessCollector(registry=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that is told at one moment."""

    measures: Measures
    counted_age_s: float
    vitals: Vitals
    health: Health
    live_streams: int
    now: datetime


class _Once(Collector):
    """Gives one picture to the library that knows the text formats."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def collect(self) -> Iterator[Metric]:
        """Give every metric with its samples; one without any is named all the same."""
        samples: dict[str, list[Sample]] = {told.name: [] for told in METRICS}
        for sample in _samples(self._picture):
            samples[sample[0]].append(sample)
        commits = self._picture.vitals.numbers.commits
        for told in METRICS:
            if told.kind == "histogram":
                yield HistogramMetricFamily(told.name, told.says, buckets=_buckets(commits), sum_value=commits.sum_s)
                continue
            family = _FAMILIES[told.kind](told.name, told.says, labels=told.labels)
            for _, labels, value in samples[told.name]:
                family.add_metric(labels, value)
            yield family
        yield from _OF_PROCESS.collect()


_FAMILIES: dict[str, type[CounterMetricFamily] | type[GaugeMetricFamily]] = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}


def text_of(picture: Picture, accept: str) -> tuple[bytes, str]:
    """Give the text and its type, in the format the ``Accept`` header asks for: Prometheus' own, or OpenMetrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(picture))
    encode, kind = choose_encoder(accept)
    return encode(registry), kind


def _buckets(times: Times) -> list[tuple[str, float]]:
    found, sum_ = [], 0
    for bound, count in zip((*map(str, times.bounds_s), "+Inf"), times.counts, strict=True):
        sum_ += count
        found.append((bound, float(sum_)))
    return found


def _samples(picture: Picture) -> Iterator[Sample]:
    yield from _own(picture)
    yield from _counted(picture.vitals)
    yield from _room(picture.vitals)
    yield from _leases(picture.vitals)
    yield from _stored(picture)
    for station in picture.measures.stations:
        yield from _station(station, picture.now)


def _own(picture: Picture) -> Iterator[Sample]:
    vitals, health = picture.vitals, picture.health
    yield "holdshelf_build_info", (__version__,), 1
    yield "holdshelf_ready", (), health.ready
    for kind in Kind:
        yield "holdshelf_problem", (kind.value,), kind.value in health.kinds
    yield "holdshelf_broker_connected", (), vitals.connected
    if vitals.canary_round_trip_s is not None:
        yield "holdshelf_canary_round_trip_seconds", (), vitals.canary_round_trip_s
    yield "holdshelf_loop_lag_seconds", (), vitals.loop_lag_s
    for part, seconds in vitals.late_s.items():
        yield "holdshelf_part_late_seconds", (part,), seconds
    yield "holdshelf_live_streams", (), picture.live_streams
    yield "holdshelf_counted_age_seconds", (), picture.counted_age_s


def _leases(vitals: Vitals) -> Iterator[Sample]:
    if (leases := vitals.leases) is not None:
        yield "holdshelf_hubs", (), leases.hubs
        yield "holdshelf_lease_age_seconds", (), leases.age_s
        yield "holdshelf_lease_partitions", (), leases.partitions
        yield "holdshelf_lease_stations", (), leases.stations
        yield "holdshelf_lease_office", (), leases.office
        yield "holdshelf_leases_lost_total", (), leases.lost
        yield "holdshelf_takeovers_total", (), leases.takeovers


def _counted(vitals: Vitals) -> Iterator[Sample]:
    numbers = vitals.numbers
    yield "holdshelf_broker_connections_total", (), numbers.connections
    yield "holdshelf_canaries_lost_total", (), numbers.canaries_lost
    replies: Counter[tuple[str, str]] = Counter()
    for (outcome, rule), count in numbers.replies.items():
        replies[str(outcome), group_of(rule)] += count
    for labels, count in sorted(replies.items()):
        yield "holdshelf_replies_total", labels, count
    for fault in FaultKind:
        yield "holdshelf_scanner_faults_total", (fault.value,), numbers.faults[fault]
    for reason in POISON_REASONS:
        yield "holdshelf_poison_messages_total", (reason,), numbers.poison[reason]


def _room(vitals: Vitals) -> Iterator[Sample]:
    if (room := vitals.room) is not None:
        yield "holdshelf_database_bytes", (), room.database
        yield "holdshelf_database_wal_bytes", (), room.log
        yield "holdshelf_disk_free_bytes", (), room.free
        yield "holdshelf_disk_size_bytes", (), room.size


def _stored(picture: Picture) -> Iterator[Sample]:
    measures = picture.measures
    yield "holdshelf_scans_total", (), measures.scans
    yield "holdshelf_poison_messages_kept", (), measures.poison
    yield "holdshelf_stations", (), len(measures.stations)
    yield "holdshelf_stations_online", (), sum(station.online for station in measures.stations)
    yield "holdshelf_events_total", (), measures.events
    yield "holdshelf_events_behind", (), measures.events_behind
    yield "holdshelf_outbox_age_seconds", (), _age(measures.oldest_event_behind_at, picture.now)
    for state, count in measures.notices.items():
        yield "holdshelf_notices", (state,), count
        yield "holdshelf_notices_oldest_seconds", (state,), _age(measures.oldest_notice_at.get(state), picture.now)
    yield from _by("holdshelf_open_exceptions", sorted(measures.exceptions.items()))
    yield from _by("holdshelf_active_requests", ((state.value, count) for state, count in measures.active.items()))


def _by(name: str, counts: Iterable[tuple[str, int]]) -> Iterator[Sample]:
    for label, count in counts:
        yield name, (label,), count


def _station(station: StationMeasures, now: datetime) -> Iterator[Sample]:
    label = (station.name,)
    yield "holdshelf_station_online", label, station.online
    if station.seen_at is not None:
        yield "holdshelf_station_seen_timestamp_seconds", label, station.seen_at / 1000
    if station.lag is not None:
        yield "holdshelf_station_lag_scans", label, station.lag
    if station.waiting is not None:
        yield "holdshelf_station_journal_waiting_scans", label, station.waiting
        yield "holdshelf_station_oldest_waiting_seconds", label, _age(station.oldest_waiting_at, now)


def _age(at: int | None, now: datetime) -> float:
    return max(to_ms(now) - at, 0) / 1000 if at is not None else 0.0
