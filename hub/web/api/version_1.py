"""All routes of version 1, each subject behind the token."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer

from hub.web.api import (
    accounts,
    acts,
    desks,
    events,
    exceptions,
    health,
    metrics,
    notices,
    partners,
    patrons,
    requests,
    scans,
    stations,
    unread,
)
from hub.web.guard import GUARDED

# Shown in the description only: the guard has looked at the token before anything else.
_TOKEN = Depends(HTTPBearer(auto_error=False, description="what stands in the file api-token"))


def api() -> APIRouter:
    """Give all routes under /api/v1."""
    router = APIRouter(prefix=GUARDED)
    for subject in (requests, acts, scans, partners, patrons, desks, stations, accounts, exceptions, notices, unread, events, metrics):
        router.include_router(subject.router, dependencies=[_TOKEN])
    router.include_router(health.router)
    return router
