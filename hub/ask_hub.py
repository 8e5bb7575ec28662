"""A command asks the running hub, the database's one writer; where none runs, it may work on the database itself."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from hub.data_folder import read_secret
from hub.errors import HubError
from hub.settings import HubSettings

LIMIT_S = 30.0
HEALTH_LIMIT_S = 5.0


def ask(
    settings: HubSettings, folder: Path, method: str, path: str, body: Any = None, *, calendar: str | None = None, mail: bytes | None = None
) -> Any | None:
    """Give the running hub's answer, None when none runs; HubError says in the hub's own words why not.

    ``calendar`` is sent as iCalendar text instead of a JSON body, ``mail`` as a message.
    """
    kind, sent = "application/json", json.dumps(body).encode() if body is not None else None
    if calendar is not None:
        kind, sent = "text/calendar", calendar.encode()
    if mail is not None:
        kind, sent = "message/rfc822", mail
    headers = {"Authorization": f"Bearer {read_secret(folder / settings.http.token_file)}", "Content-Type": kind}
    url = f"http://{_host(settings)}:{settings.http.port}/api/v1{path}"
    request = urllib.request.Request(url, data=sent, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null") or {}
    except urllib.error.HTTPError as error:
        raise HubError(_sentence(error)) from error
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, ConnectionRefusedError):
            return None
        # It may have been done all the same, or be done yet: the database is the hub's to write.
        where = f"The hub at {_host(settings)}:{settings.http.port} does not answer ({reason})."
        raise HubError(f"{where} Whether this was done is not known: look at it, then try again.") from error


def ask_health(settings: HubSettings) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give what the running hub says is wrong: problems, then warnings; None when none runs or something else answers there."""
    url = f"http://{_host(settings)}:{settings.http.port}/health/ready"
    try:
        with urllib.request.urlopen(url, timeout=HEALTH_LIMIT_S) as answer:
            told = answer.read()
    except urllib.error.HTTPError as error:
        told = error.read()
    except OSError:
        return None
    try:
        found = json.loads(told)
        return tuple(found["problems"]), tuple(found["warnings"])
    except (ValueError, LookupError, TypeError):
        return None


def _host(settings: HubSettings) -> str:
    return f"[{settings.http.host}]" if ":" in settings.http.host else settings.http.host


def _sentence(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.loads(error.read() or b"{}")
    except ValueError:
        return f"Something else than the hub answers there ({error}). Check [http] in hub.toml."
    return str(problem.get("detail") or problem.get("title") or error)
