"""The metrics: the table of docs/monitoring.md is what is told, and dashboard and alerts ask for nothing else."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection

from hub.web.app import inside_of
from hub.web.measured import Measured
from hub.web.metrics import METRICS
from tests.support.web import BOOK, METRICS_TOKEN

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]
DASHBOARD = ROOT / "deploy" / "grafana" / "holdshelf.json"
ALERTS = ROOT / "deploy" / "prometheus" / "holdshelf-alerts.yml"
PAGE = ROOT / "docs" / "monitoring.md"
FROM_PROMETHEUS = {"up"}
LABELS = {"version", "kind", "part", "outcome", "rules", "reason", "station", "state"}


async def told(program: Any) -> dict[str, Any]:
    """Give the families a scrape gets, by the name they have in the text."""
    text = (await program.http.get("/metrics")).text
    return {f"{found.name}_total" if found.type == "counter" else found.name: found for found in text_string_to_metric_families(text)}


async def test_what_is_told_is_the_table_no_more_and_no_less(program: Any) -> None:
    found = {name: each for name, each in (await told(program)).items() if not name.startswith("process_")}
    assert {name: (each.type, each.documentation) for name, each in found.items()} == {
        each.name: (each.kind, each.says) for each in METRICS
    }
    labels = {each.name: {label for sample in found[each.name].samples for label in sample.labels} - {"le"} for each in METRICS}
    assert {name: some for name, some in labels.items() if some} == {each.name: set(each.labels) for each in METRICS if labels[each.name]}


def test_the_page_has_the_table() -> None:
    rows = [f"| `{each.name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels)} | {each.says} |" for each in METRICS]
    assert re.findall(r"^\| `holdshelf_.*$", PAGE.read_text(), re.MULTILINE) == rows


def test_names_and_labels_keep_the_conventions_of_prometheus() -> None:
    for each in METRICS:
        assert re.fullmatch(r"holdshelf(_[a-z]+)+", each.name)
        assert (each.kind == "counter") == each.name.endswith("_total")
        assert set(each.labels) <= LABELS
    assert {label for each in METRICS for label in each.labels} == LABELS


async def test_a_day_at_the_desks_stands_in_the_numbers(program: Any) -> None:
    await program.request()
    await program.scan("main-1", BOOK)
    found = await told(program)

    def value(name: str, **labels: str) -> float:
        [sample] = [one for one in found[name].samples if one.labels == labels]
        return float(sample.value)

    assert value("holdshelf_scans_total") == 1
    assert value("holdshelf_active_requests", state="REQUESTED") == 1
    assert value("holdshelf_open_exceptions", kind="unknown_barcode") == 1
    assert value("holdshelf_notices", state="queued") == 0
    assert value("holdshelf_events_behind") == value("holdshelf_events_total") > 0
    assert value("holdshelf_stations") == 5
    assert value("holdshelf_ready") == 1
    assert value("process_resident_memory_bytes") > 1e6


async def test_metrics_have_a_token_of_their_own_that_opens_nothing_else(program: Any) -> None:
    own = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    for path in ("/metrics", "/api/v1/metrics"):
        assert (await program.http.get(path)).status_code == 200
        assert (await program.http.get(path, headers=own)).status_code == 200
        for wrong in ("", "Bearer ", "Bearer x", f"Basic {METRICS_TOKEN}"):
            assert (await program.http.get(path, headers={"Authorization": wrong})).status_code == 401
    for path in ("/api/v1/requests", "/api/v1/poison", "/api/v1/events", "/api/v1/metrics/x"):
        assert (await program.http.get(path, headers=own)).status_code == 401


async def test_open_metrics_is_given_to_whoever_asks_for_it(program: Any) -> None:
    answer = await program.http.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    plain = await program.http.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=")


async def test_counting_rests_however_often_somebody_asks(web: Any) -> None:
    library, counted = inside_of(web[0]), 0

    async def read(what: Callable[[Connection], T]) -> T:
        nonlocal counted
        counted += 1
        return await library.read(what)

    measured = Measured(read)
    answers = await asyncio.gather(*(measured.now() for _ in range(50)))
    assert counted == 1
    assert all(measures is answers[0][0] and age >= 0 for measures, age in answers)


def expressions() -> Iterator[tuple[str, str]]:
    """Give every query of the dashboard and the alerts, with where it stands."""
    board = json.loads(DASHBOARD.read_text())
    for panel in board["panels"]:
        yield from ((f"panel {panel['title']}", target["expr"]) for target in panel.get("targets", ()))
    yield from (("annotation", each["expr"]) for each in board["annotations"]["list"])
    yield from (("variable", each["definition"]) for each in board["templating"]["list"] if "definition" in each)
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        yield from ((f"alert {rule['alert']}", rule["expr"]) for rule in group["rules"])


async def test_dashboard_and_alerts_ask_only_for_what_is_told(program: Any) -> None:
    there = {sample.name for family in (await told(program)).values() for sample in family.samples} | {each.name for each in METRICS}
    asked = {(place, name) for place, text in expressions() for name in re.findall(r"\b(?:holdshelf|process)_[a-z_]+|\bup\b", text)}
    assert {(place, name) for place, name in asked if name not in there | FROM_PROMETHEUS} == set()
    # Labels too: a selector by a label that no metric has finds nothing, for ever.
    labels = {found for _, text in expressions() for found in re.findall(r"(\w+)\s*=~?\s*\"", text)}
    assert labels <= LABELS | {"job"}
    # And each expression asks for something.
    assert {place for place, text in expressions()} == {place for place, _ in asked}


NOT_DRAWN = {
    "holdshelf_broker_connected": "holdshelf_problem shows it",
    "holdshelf_scans_total": "replies show it by outcome",
    "holdshelf_events_total": "how many are behind is what matters",
    "holdshelf_poison_messages_kept": "those that come are drawn",
    "holdshelf_notices_oldest_seconds": "parts late shows the queued ones",
    "holdshelf_disk_size_bytes": "what is free is what matters",
}
"""Metrics that neither panel nor alert needs, each with its reason."""


def test_every_other_metric_is_drawn_or_watched() -> None:
    shown = " ".join(text for _, text in expressions())
    assert {each.name for each in METRICS if not re.search(rf"\b{each.name}(_bucket|_count)?\b", shown)} == NOT_DRAWN.keys()


def test_every_alert_is_explained_and_nothing_else() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    assert re.findall(r"^\| (Holdshelf\w+) \|", PAGE.read_text(), re.MULTILINE) == [rule["alert"] for rule in rules]
    for rule in rules:
        assert rule["labels"]["severity"] in ("page", "ticket", "note")
        assert rule["annotations"].keys() == {"summary", "description"}


def test_the_dashboard_is_one_that_grafana_can_take() -> None:
    board = json.loads(DASHBOARD.read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel.get("targets", ()))


@pytest.mark.needs("promtool")
def test_prometheus_itself_takes_the_alerts() -> None:
    checked = subprocess.run(["promtool", "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_every_line_is_one_that_prometheus_reads(program: Any) -> None:
    # The parser of the library reads more than Prometheus does: every line is a comment or name{labels} number.
    text = (await program.http.get("/metrics")).text
    line = re.compile(r'# (HELP|TYPE) \S+ .+|[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? [-+0-9.eE]+')
    assert [found for found in text.splitlines() if not line.fullmatch(found)] == []
