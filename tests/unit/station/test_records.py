"""A kept scan becomes its message without a model: what comes out is held beside the model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.codec import decode
from broker.messages import MAX_BARCODE_CHARS, MAX_PAYLOAD_BYTES, Scan
from station.journal import Row
from station.moment import Moment
from station.records import AGE_BYTES, Origin, ScanRecord, is_message, payload_of, to_body
from station.settings import MAX_LABEL_CHARS

ORIGIN = Origin("main-1", "01890a5d-ac96-774b-bcce-b302099a8057")
SCAN_ID = "01890a5d-ac96-774b-bcce-b302099a8058"
CHARACTERS = st.characters(codec="utf-8")
BOOT = "3f5ad4d2-6d6e-4d2e-9d0a-5f6d3e2c1b0a"

moments = st.builds(
    Moment,
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 2**62),
    st.sampled_from([BOOT, "boot-1", 'a "boot"', "ä"]),
)
records = st.builds(
    ScanRecord,
    scan_id=st.just(SCAN_ID),
    barcode=st.text(CHARACTERS, min_size=1, max_size=300),
    source=st.sampled_from(["serial", "hid", "typed", "http"]),
    scanner=st.text(CHARACTERS, min_size=1, max_size=MAX_LABEL_CHARS),
    aim=st.none() | st.text(CHARACTERS, max_size=8),
    check=st.sampled_from(["ok", "bad", "n/a"]),
    raw=st.none() | st.binary(min_size=1, max_size=300).map(bytes.hex),
    dup_of=st.none() | st.integers(1, 2**62),
)


@given(records, st.integers(1, 2**62), moments, st.integers(0, 10**15))
def test_a_kept_scan_and_its_message_say_the_same(record: ScanRecord, seq: int, moment: Moment, later_ns: int) -> None:
    body, now = to_body(record), Moment(moment.wall + timedelta(microseconds=later_ns // 1000), moment.monotonic_ns + later_ns, moment.boot)
    assert is_message(record, body, ORIGIN, moment)
    found = decode(Scan, payload_of(Row(seq, body, moment), ORIGIN, now))
    assert found == Scan(
        scan_id=SCAN_ID,
        station=ORIGIN.station,
        incarnation=ORIGIN.incarnation,
        seq=seq,
        barcode=record.barcode,
        source=record.source,
        scanner=record.scanner,
        aim=record.aim,
        check=record.check,
        raw=record.raw,
        dup_of=record.dup_of,
        scanned_at=moment.wall,
        age_ms=later_ns // 1_000_000,
        boot=moment.boot,
    )


def test_after_a_reboot_the_age_is_not_known() -> None:
    moment, now = Moment(datetime(2026, 11, 26, tzinfo=UTC), 5, BOOT), Moment(datetime(2026, 11, 26, 1, tzinfo=UTC), 5, "another")
    found = decode(Scan, payload_of(Row(1, to_body(scanned("A1")), moment), ORIGIN, now))
    assert isinstance(found, Scan)
    assert (found.age_ms, found.boot) == (None, BOOT)


@given(st.integers(1, 6000), st.sampled_from("aä€"), st.booleans())
def test_what_cannot_be_sent_is_known_before_it_is_kept(count: int, sign: str, with_raw: bool) -> None:
    record = scanned(sign * count, raw=(sign * count).encode().hex() if with_raw else None)
    body, moment = to_body(record), Moment(datetime(2026, 11, 26, tzinfo=UTC), 5, BOOT)
    # The largest number and age there are.
    longest = payload_of(Row(2**63 - 1, body, moment), ORIGIN, Moment(moment.wall, 2**62, BOOT))
    if is_message(record, body, ORIGIN, moment):
        assert isinstance(decode(Scan, longest), Scan)
    else:
        assert count > MAX_BARCODE_CHARS or len(longest) > MAX_PAYLOAD_BYTES - AGE_BYTES


def scanned(barcode: str, *, raw: str | None = None) -> ScanRecord:
    """Give one scan as kept."""
    return ScanRecord(scan_id=SCAN_ID, barcode=barcode, source="serial", scanner="gun", aim=None, check="n/a", raw=raw, dup_of=None)
