"""A scan from a page or a program: the same path as a scanner's."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from broker.messages import Barcode, MessageId, Name, Reply
from hub.errors import Invalid, NotFound
from hub.store.pages.books import one_station
from hub.web.api.bodies import Body
from hub.web.inside import Hand

router = APIRouter(prefix="/scans", tags=["scans"])


class ScanBody(Body):
    """A barcode read at a station. The same ``scan_id`` again gives the same reply and changes nothing."""

    station: Name
    barcode: Barcode
    scan_id: MessageId | None = None


@router.post("", summary="Take a scan and answer what the desk is told", response_model=Reply)
async def scan(hand: Hand, body: ScanBody) -> Response:
    """Give the reply to a scan."""
    await hand.read(partial(_known, station=body.station))
    reply = hand.doors.scan(body.station, body.barcode, body.scan_id or hand.doors.new_id())
    return Response(reply.model_dump_json(), media_type="application/json")


def _known(connection: Connection, station: str) -> None:
    """Refuse an unknown station: a typing mistake must not make work for staff."""
    try:
        one_station(connection, station)
    except NotFound as error:
        raise Invalid(str(error)) from error
