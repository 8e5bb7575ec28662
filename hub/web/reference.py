"""The API described for people at /api/docs, drawn here from its OpenAPI document: no script, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse

from hub.web.templating import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or field of a body."""

    name: str
    type: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does."""

    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: str
    problems: str
    example: str


@router.get("/api/docs")
async def reference(request: Request) -> HTMLResponse:
    """Show what the API does."""
    return HTMLResponse(_drawn(request.app))


@cache
def _drawn(app: FastAPI) -> str:
    document = app.openapi()
    subjects: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            subjects.setdefault(told["tags"][0], []).append(_operation(document, method.upper(), path, told))
    return render("reference.html", language="en", title=document["info"]["title"], version=document["info"]["version"], subjects=subjects)


def _operation(document: dict[str, Any], method: str, path: str, told: dict[str, Any]) -> Operation:
    parameters = tuple(
        Field(one["name"], _type(one["schema"]), one["required"], one.get("description", "")) for one in told.get("parameters", ())
    )
    body = _schema_in(told.get("requestBody", {}))
    good = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    problems = ", ".join(status for status in told["responses"] if status >= "400")
    example = told["x-codeSamples"][0]["source"]
    return Operation(method, path, told["summary"], parameters, _fields(document, body), _type(_schema_in(good)), problems, example)


def _schema_in(part: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = part.get("content", {})
    return next((form.get("schema", {}) for form in content.values()), {})


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> tuple[Field, ...]:
    named = next((_name(one) for one in (schema, *schema.get("anyOf", ())) if "$ref" in one), None)
    if named is None:
        return ()
    found = document["components"]["schemas"][named]
    required = found.get("required", ())
    return tuple(Field(name, _type(one), name in required, one.get("description", "")) for name, one in found["properties"].items())


def _type(schema: dict[str, Any]) -> str:
    """Say what a value is, in a few words."""
    if "$ref" in schema:
        return _name(schema)
    if several := schema.get("anyOf"):
        return " or ".join(_type(one) for one in several)
    if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return " | ".join(map(str, choices))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "text")


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
