"""A station that is looked for: it beeps and shows its name, and its own scans go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from broker.answers import IDENTIFY, Outcome, Tone
from broker.messages import Reply
from tests.contract.station.conftest import Bench
from tests.support.brokers import until

BARCODE = b"30000000000017"
INFO = b"\x1b1\x1b5"


def call(bench: Bench, *, age_s: float = 0) -> None:
    """Publish what a hub says when somebody looks for main-1."""
    bench.hub._publish(
        bench.hub.root.topic("reply", station="main-1"),
        Reply(
            scan_id=str(uuid4()),
            station="main-1",
            seq=0,
            outcome=Outcome.NO_CHANGE,
            rule=IDENTIFY,
            tone=Tone.INFO,
            message="This is station main-1, Main desk. Somebody is looking for it.",
            decided_at=datetime.now(UTC) - timedelta(seconds=age_s),
        ),
    )


async def test_it_shows_its_name_and_each_of_its_scanners_beeps_three_times(bench: Bench) -> None:
    bench.signals = "honeywell"
    station = await bench.online()
    call(bench)
    await until(lambda: bench.pty.heard == INFO * 3, "three beeps", but=lambda: bench.pty.heard)
    (shown,) = station.shown("reply")
    assert shown["reply"]["message"].startswith("This is station main-1")
    bench.pty.write(BARCODE + b"\r")
    await until(lambda: bench.hub.barcodes == [BARCODE.decode()], "a scan as ever")
    await until(lambda: len(station.shown("reply")) == 2, "its answer")


async def test_a_call_that_the_broker_kept_while_the_station_was_away_is_not_heard(bench: Bench) -> None:
    bench.signals = "honeywell"
    station = await bench.online()
    # The first answer tells how far its clock is from the hub's.
    bench.pty.write(BARCODE + b"\r")
    await until(lambda: len(station.shown("reply")) == 1, "an answer")
    call(bench, age_s=3600)
    bench.pty.write(BARCODE[:-1] + b"8\r")
    await until(lambda: len(station.shown("reply")) == 2, "the answer behind it")
    assert all(reply["reply"]["rule"] != IDENTIFY for reply in station.shown("reply"))
