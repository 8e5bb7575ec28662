"""Puts the web together: guard, API, pages, static files."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from broker import __version__
from hub.web import (
    admin,
    admin_desks,
    admin_partners,
    admin_patrons,
    admin_settings,
    admin_terms,
    admin_words,
    described,
    desk,
    entrance,
    imports,
    letters,
    new_request,
    one_request,
    openid,
    pages,
    reference,
    reports,
    requests,
    several,
    sheets,
    shell,
    stations,
    users,
    wall,
    work,
)
from hub.web.api import health, metrics
from hub.web.api.version_1 import api
from hub.web.doors import Doors
from hub.web.guard import Guard
from hub.web.inside import Inside

STATIC = Path(__file__).parent / "static"
ADMINISTRATION = (
    admin.router, admin_desks.router, admin_partners.router, imports.router, admin_patrons.router, admin_settings.router,
    admin_terms.router, admin_words.router, sheets.router,
)  # fmt: skip
PAGES = (
    reference.router,
    entrance.router,
    openid.router,
    pages.router,
    new_request.router,
    requests.router,
    several.router,
    one_request.router,
    work.router,
    desk.router,
    stations.router,
    wall.router,
    letters.router,
    reports.router,
    users.router,
    *ADMINISTRATION,
)
"""Everything that browsers are shown; each route says who may."""


def create_app(doors: Doors) -> FastAPI:
    """Give the web application of a hub."""
    app = FastAPI(
        title="Holdshelf",
        version=__version__,
        # The description is drawn by ``reference``: the usual pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        # Nothing of what is asked here leaves this machine, whatever its environment says.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        middleware=[Middleware(Guard, token=doors.token, metrics_token=doors.metrics_token)],
    )
    app.state.inside = Inside(doors)
    shell.install(app)
    described.install(app)
    app.include_router(api())
    app.include_router(health.router, include_in_schema=False)
    app.include_router(metrics.router, include_in_schema=False)
    for router in PAGES:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def end_streams(app: FastAPI) -> None:
    """Let all that lasts end, so that the server need not wait for it: live connections do at the next news, ring the bell after this."""
    inside_of(app).streams.ended = True
    inside_of(app).apart.end()


def inside_of(app: FastAPI) -> Inside:
    """Give what the app was made with."""
    return cast(Inside, app.state.inside)
