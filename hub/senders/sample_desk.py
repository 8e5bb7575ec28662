"""The desk that samples of letters come from: the library's own first pick-up desk, so that a sample looks like home."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.core.opening import parse
from hub.senders.try_letter import SampleDesk
from hub.store.schema import desk

FIRST = (
    select(desk.c.name, desk.c.address, desk.c.opening, desk.c.phone, desk.c.opening_text)
    .where(desk.c.pickup, desk.c.active)
    .order_by(desk.c.code)
    .limit(1)
)


def sample_desk(connection: Connection) -> SampleDesk:
    """Give it; one without a name where there is none."""
    row = connection.execute(FIRST).first()
    if row is None:
        return SampleDesk("-")
    return SampleDesk(row.name, row.address, parse(row.opening) if row.opening else None, row.phone, row.opening_text)
