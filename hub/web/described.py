"""The OpenAPI document: what FastAPI knows of the routes, how each of them goes wrong, and an example that works."""

from __future__ import annotations

from typing import Any, cast

from fastapi import FastAPI

from hub.web.examples import as_command
from hub.web.guard import METRICS, OPEN

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "about:blank, or what kind of problem it is"},
        "title": {"type": "string", "description": "the status in words"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence for staff that says what to do"},
        "errors": {
            "type": "array",
            "description": "what is wrong, field by field",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "duplicates": {"type": "array", "description": "open requests that may be the same", "items": {"type": "object"}},
    },
}
WHEN = {
    "400": "A body that is not JSON.",
    "401": "No token, or not ours.",
    "404": "It does not exist.",
    "409": "It exists already, or has moved on meanwhile.",
    "413": "A body of more than 1 MB.",
    "422": "Something is missing, unknown or makes no sense.",
    "503": "The database cannot be used now, or too many are connected; Retry-After says when to come back.",
}
TEXTS = {f"{METRICS[1]}": "text/plain", "/api/v1/events": "text/event-stream"}
"""What does not answer with JSON."""
OURS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own words for what is answered with a problem here."""


def install(app: FastAPI) -> None:
    """Let an app describe itself this way."""
    drawn = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(drawn())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _described(document: dict[str, Any]) -> dict[str, Any]:
    schemas = cast(dict[str, Any], document["components"]["schemas"])
    for name in OURS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            _say_how(path, method, told)
            told["x-codeSamples"] = [{"lang": "Shell", "source": as_command(method.upper(), path)}]
    return document


def _say_how(path: str, method: str, told: dict[str, Any]) -> None:
    answers = told["responses"]
    if path in OPEN:
        return
    for status in _statuses(path, method, "requestBody" in told):
        answers[status] = {"description": WHEN[status], "content": {"application/problem+json": {"schema": _REF}}}
    good = next(answer for status, answer in answers.items() if status.startswith("2"))
    if path in TEXTS:
        good["content"] = {TEXTS[path]: {"schema": {"type": "string"}}}
    elif any(one["name"] == "format" for one in told.get("parameters", ())):
        good["content"]["text/csv"] = {"schema": {"type": "string"}}


_REF = {"$ref": "#/components/schemas/Problem"}


def _statuses(path: str, method: str, has_body: bool) -> tuple[str, ...]:
    changes = method != "get"
    return (
        "401",
        *(("404",) if "{" in path or changes else ()),
        *(("409",) if changes else ()),
        *(("400", "413") if has_body else ()),
        "422",
        "503",
    )
