"""What went wrong, as RFC 9457 problem details with a sentence that staff understand."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import sqlalchemy.exc
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hub.errors import Conflict, HubError, Invalid, NotFound, NotMade
from hub.flows.manage_requests import PossibleDuplicates
from hub.store.pages.requests import RequestView, requests_named
from hub.store.sql import DATABASE_ERRORS, Unsure

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
POSSIBLE_DUPLICATES = "urn:holdshelf:problem:possible-duplicates"
STATUSES: dict[type[HubError], int] = {NotFound: 404, Conflict: 409, Invalid: 422, NotMade: 503}
SOON = {"Retry-After": "5"}
SENTENCES = {
    401: "Give the API token: Authorization: Bearer, then what stands in the file api-token.",
    404: "There is nothing at this address.",
    405: "This address does not take {method}.",
    400: "This is not JSON that can be read.",
}
WORDS = {
    "missing": " is missing.",
    "extra_forbidden": "There is no field {field} here.",
    "string_type": " is not a text.",
    "string_too_long": " is longer than {max_length} characters.",
    "string_too_short": " is empty.",
    "string_pattern_mismatch": " is not written as it should be: {pattern}",
    "bool_type": " is neither true nor false.",
    "bool_parsing": " is neither true nor false.",
    "int_type": " is not a whole number.",
    "int_parsing": " is not a whole number.",
    "greater_than_equal": " is less than {ge}, the least there can be.",
    "less_than_equal": " is more than {le}, the most there can be.",
    "less_than": " is too large.",
    "date_type": " is not a day written YYYY-MM-DD.",
    "date_parsing": " is not a day written YYYY-MM-DD.",
    "date_from_datetime_parsing": " is not a day written YYYY-MM-DD.",
    "literal_error": " is none of {expected}.",
    "enum": " is none of {expected}.",
    "value_error": " {error}.",
}
"""What is wrong with a field, by pydantic's name for it."""
SEEN = {"body", "query", "path", "header", "cookie"}
FIRST = 20
"""Errors told of one body; more help nobody."""

Headers = Mapping[str, str]


def problem(status: int, detail: str, *, kind: str = "about:blank", headers: Headers | None = None, **more: Any) -> Response:
    """Give the answer that says what went wrong; ``more`` are fields of its own kind."""
    body = {"type": kind, "title": HTTPStatus(status).phrase, "status": status, "detail": detail} | more
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


async def _hub_error(request: Request, error: Exception) -> Response:
    if isinstance(error, PossibleDuplicates):
        found = await request.app.state.inside.read(partial(requests_named, request_ids=error.request_ids))
        return problem(409, str(error), kind=POSSIBLE_DUPLICATES, duplicates=[_duplicate(one) for one in found])
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    return problem(status, str(error), headers=SOON if status == 503 else None)


def _duplicate(found: RequestView) -> dict[str, Any]:
    """Give what staff compare; nothing of the patron, who is known to them already."""
    told = {"request_id": found.request_id, "state": found.state, "title": found.title, "author": found.author, "isbn": found.isbn}
    return told | {"pickup_desk": found.pickup_desk, "partner": found.partner, "created_at": found.created_at.isoformat()}


async def _http_error(request: Request, found: Exception) -> Response:
    error = cast(HTTPException, found)
    usual = error.detail == HTTPStatus(error.status_code).phrase or error.status_code == 400
    detail = SENTENCES.get(error.status_code, error.detail) if usual else error.detail
    return problem(error.status_code, detail.format(method=request.method) if usual else detail, headers=error.headers)


async def _database_error(request: Request, error: Exception) -> Response:
    # SQLAlchemy's own words would hold the values of the statement, a card number among them.
    log.error("database error in a request", extra={"action": "answer_http", "error": str(getattr(error, "orig", error))})
    kept = "Whether it was done is not known: look before you do it again." if isinstance(error, Unsure) else "Nothing was changed."
    detail = f"The database cannot be used now; perhaps its disk is full. {kept} Try again in a moment."
    return problem(503, detail, headers=SOON)


async def _unexpected(request: Request, error: Exception) -> Response:
    # Logged with its traceback by the server, which hears of it after this answer.
    return problem(500, "Something went wrong in the hub; its log says what. Nothing of this request was kept.")


async def _unfit(request: Request, error: Exception) -> Response:
    errors = cast(RequestValidationError, error).errors()[:FIRST]
    if any(found["type"] == "json_invalid" for found in errors):
        return problem(400, f"This is not JSON that can be read: {errors[0]['ctx']['error']} at character {errors[0]['loc'][-1]}.")
    told = [{"field": _field(found["loc"]), "detail": _sentence(found)} for found in errors]
    return problem(422, " ".join(one["detail"] for one in told), errors=told)


def _field(place: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in place if part not in SEEN)


def _sentence(found: Mapping[str, Any]) -> str:
    """Say in words what is wrong with one field; never what was in it."""
    field = _field(found["loc"])
    if not field:
        return "Send a JSON object, with Content-Type: application/json."
    words = WORDS.get(found["type"], ": {msg}.")
    return field + words.format(msg=found["msg"], **found.get("ctx", {})) if words[0] in " :" else words.format(field=field)


ANSWERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    HubError: _hub_error,
    RequestValidationError: _unfit,
    HTTPException: _http_error,
    **dict.fromkeys((*DATABASE_ERRORS, sqlalchemy.exc.OperationalError), _database_error),
    Exception: _unexpected,
}
"""Who answers which error."""
