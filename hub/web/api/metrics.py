"""Numbers for Prometheus, in its text format."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from hub.store.pages.measures import Measures, measure
from hub.web.inside import Hand

router = APIRouter(tags=["metrics"])


@router.get("/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse)
async def metrics(hand: Hand) -> Response:
    """Give the numbers."""
    body = await hand.make(measure, _text)
    lines = f"{body}{_metric('ready', 'gauge', '1 when a scan would be answered', int(hand.doors.health().ready))}"
    return PlainTextResponse(
        lines + _metric("live_streams", "gauge", "open live connections", hand.streams.open), media_type="text/plain; version=0.0.4"
    )


def _text(measures: Measures) -> str:
    return "".join(_lines(measures))


def _lines(measures: Measures) -> Iterator[str]:
    yield _metric("scans_total", "counter", "scans taken", measures.scans)
    yield _metric("scanner_faults_total", "counter", "frames of scanners that were no barcode", measures.faults)
    yield _metric("poison_messages_total", "counter", "messages put aside", measures.poison)
    yield _metric("events_total", "counter", "events written", measures.events)
    yield _metric("events_behind", "gauge", "events the broker has not confirmed", measures.events_behind)
    yield _metric("open_exceptions", "gauge", "exceptions that wait for staff", measures.open_exceptions)
    yield _metric("notices_waiting", "gauge", "notices that wait to be sent", measures.notices_waiting)
    yield _metric("stations", "gauge", "stations known", measures.stations)
    yield _metric("stations_online", "gauge", "stations online", measures.stations_online)
    yield "# HELP holdshelf_active_requests requests by state\n# TYPE holdshelf_active_requests gauge\n"
    for state, count in measures.active.items():
        yield f'holdshelf_active_requests{{state="{state}"}} {count}\n'


def _metric(name: str, kind: str, words: str, value: int) -> str:
    return f"# HELP holdshelf_{name} {words}\n# TYPE holdshelf_{name} {kind}\nholdshelf_{name} {value}\n"
