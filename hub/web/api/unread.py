"""What could not be read, for the systems librarian: faults of scanners, and messages put aside."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hub.store.pages.cursor import Page
from hub.store.pages.work import FaultView, PoisonView, faults, poisoned
from hub.web.inside import Hand
from hub.web.lists import Asked, listing
from hub.web.tables import Table

router = APIRouter(tags=["unread"])
FAULTS = Table("faults", FaultView)
POISON = Table("poison", PoisonView)


@router.get("/faults", summary="Frames of scanners that were no barcode, newest first", response_model=Page[FaultView])
async def every_fault(hand: Hand, asked: Asked) -> Response:
    """Give the faults."""
    return await listing(hand, asked, faults, FAULTS)


@router.get("/poison", summary="Messages that could not be read or worked on, newest first", response_model=Page[PoisonView])
async def every_poison(hand: Hand, asked: Asked) -> Response:
    """Give the messages put aside."""
    return await listing(hand, asked, poisoned, POISON)
