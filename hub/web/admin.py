"""Administration, for admins: where everything is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hub.web.inside import Hand
from hub.web.shell import page
from hub.web.visitor import Admin

router = APIRouter(prefix="/admin", include_in_schema=False)

PARTS = (
    ("desks", "/admin/desks"),
    ("partners", "/admin/partners"),
    ("patrons", "/admin/patrons"),
    ("settings", "/admin/settings"),
    ("words", "/admin/words"),
    ("letters", "/letters"),
    ("users", "/users"),
    ("sheets", "/admin/sheets"),
)


@router.get("")
async def index(hand: Hand, visitor: Admin) -> Response:
    """Show the parts of the administration."""
    return page(hand, visitor, "admin.html", "admin", parts=PARTS, at="")
