"""How requests, scans and the hub are shown to people: plain words, one text a field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub.core.request import State
from hub.core.words import LANGUAGES
from hub.store.pages.live import ScanView
from hub.store.pages.requests import RequestView
from hub.web.words import say

if TYPE_CHECKING:
    # The process that makes long lists (``apart``) starts faster without what doors need.
    from hub.web.doors import Health

ON_THE_SHELF = {State.ON_HOLD_SHELF, State.PULL_FROM_SHELF}
OUTCOMES = frozenset({"returned", "returned_uncirculated", "cancelled", "not_received", "lost"})


def shown_request(request: RequestView, language: str) -> dict[str, Any]:
    """Give the fields of one row of the table."""
    pieces = [piece for piece in request.pieces if piece.closed_at is None]
    return {
        "request_id": request.request_id,
        "title": request.title,
        "author": request.author or "",
        "state": request.state.value,
        "state_words": state_words(language, request.state, request.outcome),
        "reason": ", ".join(sorted({LANGUAGES[language].reasons[piece.reason] for piece in pieces if piece.reason})),
        "desk": request.pickup_name,
        "partner": request.partner_name,
        "shelf": ", ".join(dict.fromkeys(piece.shelf_code for piece in pieces if piece.shelf_code and piece.state in ON_THE_SHELF)),
        "since": moment(request.changed_at),
        "version": request.version,
    }


def shown_scan(scan: ScanView, language: str) -> dict[str, Any]:
    """Give the fields of one line of the feed; what a desk is told of a patron stays at that desk."""
    told = say(language, "scans.patron") if scan.of_patron else scan.message
    return {
        "scan_id": scan.scan_id,
        "at": moment(scan.at),
        "desk": scan.desk_name or scan.station,
        "tone": scan.tone,
        "tone_words": say(language, f"tone.{scan.tone}"),
        "title": scan.title or "",
        "what": scan.request_id or scan.barcode or "",
        "message": say(language, "scans.again", message=told) if scan.again else told,
    }


def shown_counts(counts: dict[State, int]) -> str:
    """Give the active requests by state, and all of them, as JSON."""
    return json.dumps({"active": sum(counts.values())} | {state.value: count for state, count in counts.items()})


def shown_hub(health: Health) -> str:
    """Give whether scans are answered, as JSON."""
    return json.dumps({"ready": health.ready, "problems": list(health.problems)})


def state_words(language: str, state: State, outcome: str | None = None) -> str:
    """Give a state in the words of staff, with how a closed request ended."""
    words = LANGUAGES[language].states[state]
    return f"{words}: {say(language, f'outcome.{outcome}') if outcome in OUTCOMES else outcome}" if outcome else words


def moment(at: datetime) -> str:
    """Give a moment in UTC, as RFC 3339; the page shows it in its reader's own time."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
