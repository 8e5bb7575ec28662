"""A request's item is received without a desk's scanner: the slip and then the barcode, as if scanned at a station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from broker.messages import Barcode, MessageId, Name, Reply
from hub.errors import Conflict, Invalid
from hub.flows.keep_books import has_station
from hub.store.scan_path import HTTP_INCARNATION, ScanStore
from hub.store.sql import Connection
from hub.web.api.bodies import Body
from hub.web.doors import Doors


class ReceiveBody(Body):
    """Which item came for a request, and the station it is received at."""

    station: Name
    barcode: Barcode
    scan_id: MessageId | None = None


def receive_at(doors: Doors, request_id: str, body: ReceiveBody) -> Reply:
    """Scan slip and barcode with nothing in between: this runs on the loop that takes scans, and never waits."""
    before = doors.write(partial(_before, request_id=request_id, body=body, now=doors.now()))
    if before.reply is not None:
        return Reply.model_validate_json(before.reply)
    if before.asked:
        # The same barcode once more confirms it; the slip would begin anew, and ask again.
        return doors.scan(body.station, body.barcode, body.scan_id or doors.new_id())
    slip = doors.scan(body.station, request_id, doors.new_id())
    if before.armed:
        # The same item was scanned there a moment ago, and this slip has completed it.
        return slip
    if not slip.rule.startswith("slip.armed"):
        says = f"{request_id} cannot be received at {body.station}: {slip.message}"
        raise Conflict(says).keyed("receive.not", request=request_id, station=body.station, why=slip.message)
    return doors.scan(body.station, body.barcode, body.scan_id or doors.new_id())


@dataclass(frozen=True, slots=True)
class Before:
    """How a station stands before a receive: the reply this very call got earlier, and what waits there.

    ``armed``: the item waits for its slip; ``asked``: the slip waits, and the desk was asked whether this barcode is meant.
    """

    reply: str | None = None
    armed: bool = False
    asked: bool = False


def _before(connection: Connection, request_id: str, body: ReceiveBody, now: datetime) -> Before:
    """Look at a station; refuse where the slip would receive another item than the one meant."""
    store = ScanStore(connection)
    if body.scan_id is not None and (reply := store.reply_to(body.scan_id)) is not None:
        return Before(reply)
    if not has_station(connection, body.station):
        raise Invalid(f"There is no station {body.station!r}.")
    stream = store.stream(body.station, HTTP_INCARNATION).key
    context = store.remembered(body.station, stream, now).context.at(now)
    waiting = context.item
    if waiting not in (None, body.barcode):
        raise Conflict(
            f"Another item was just scanned at {body.station} and waits for its slip. Finish that one first, or try again in a minute."
        ).keyed("receive.another", station=body.station)
    request = store.request_by_id(request_id)
    asked = request is not None and context.request == request.key and context.asked == body.barcode
    return Before(armed=waiting is not None, asked=asked)
