"""What schemathesis makes of the OpenAPI document: requests by chance, no server error, and no answer that is not described."""

from __future__ import annotations

import faulthandler
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from hub.demo import seed
from hub.settings import HubSettings
from hub.store.database import transaction
from hub.web.app import create_app, inside_of
from hub.web.examples import EXAMPLES
from hub.web.guard import GUARDED
from tests.support.stations import says
from tests.support.web import BEARER, TestDoors

DEEP = int(os.environ.get("HOLDSHELF_DEEP", "0"))
"""``HOLDSHELF_DEEP=5000`` tries that often, by chance; three minutes of a processor."""
SHORT = 200
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = "/api/v1/events"
"""It is held to its description in test_events."""


@schemathesis.serializer("message/rfc822")
def _as_it_is(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def test_requests_by_chance_are_answered_as_described(tmp_path: Path) -> None:
    doors = TestDoors(tmp_path)
    with transaction(doors.connection):
        seed(doors.connection, HubSettings(), doors.now())
    says(doors, "main-1")
    app = create_app(doors)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    operations = [found for each in schema.get_all_operations() if isinstance(each, Ok) and (found := each.ok()).path != ENDLESS]
    assert len(operations) == len(EXAMPLES) - 1
    wanted, answered = DEEP or SHORT, Counter[int]()
    # Where there is little to choose, hypothesis runs out of new cases: those with a body make up for it.
    operations.sort(key=lambda operation: bool(list(operation.body)))
    for place, operation in enumerate(operations):
        _ask(operation, -(-(wanted - answered.total()) // (len(operations) - place)), answered)
        # It takes minutes, and does not hang.
        faulthandler.cancel_dump_traceback_later()
    inside_of(app).close()
    doors.connection.close()
    print(dict(answered))
    assert answered.total() >= wanted
    assert answered[200] > answered.total() // 5


def _ask(operation: schemathesis.APIOperation[Any, Any, Any, Any], times: int, answered: Counter[int]) -> None:
    places = dict(EXAMPLES[f"{operation.method.upper()} {operation.path.removeprefix(GUARDED)}"].places)

    @settings(
        max_examples=times, deadline=None, database=None, derandomize=not DEEP, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), known=booleans())
    def ask(case: schemathesis.Case[Any], known: bool) -> None:
        if known:
            # What is there, so that not all is told that it is not.
            case.path_parameters = places
        answer = case.call(headers=BEARER)
        answered[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
