"""Whether the hub lives, and whether a scan would be answered; open to everybody, so nothing else is said here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hub.web.inside import Hand

router = APIRouter(prefix="/health", tags=["health"])


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether a scan would be answered now, and if not, why; warnings are what is wrong though scans are answered."""

    ready: bool
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """Whether the hub works, and if only a new start would help, why."""

    status: Literal["live", "stuck"]
    problem: str | None = None


@router.get(
    "/live", summary="200 while the hub works, 503 when only a new start would help", response_model=Live, responses={503: {"model": Live}}
)
async def live(hand: Hand) -> Response:
    """Say that the loop turns, and that what comes in is worked off."""
    stuck = hand.doors.health().stuck
    return JSONResponse({"status": "stuck", "problem": stuck}, 503) if stuck else JSONResponse({"status": "live"})


@router.get("/ready", summary="200 when a scan would be answered, else 503", response_model=Ready, responses={503: {"model": Ready}})
async def ready(hand: Hand) -> Response:
    """Say whether a scan would be answered."""
    health = hand.doors.health()
    told = {"ready": health.ready, "problems": list(health.problems), "warnings": list(health.warnings)}
    return JSONResponse(told, 200 if health.ready else 503)
