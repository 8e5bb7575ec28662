"""Settings have proved to work, or have not."""

from __future__ import annotations

import pytest

from station.trial import LIMIT_NS, SETTLED_NS, Seen, Verdict, judge

OPEN, SHUT, SCANNED = Seen(present=True, scanned=False), Seen(present=False, scanned=False), Seen(present=True, scanned=True)


@pytest.mark.parametrize(
    ("seen", "before", "since_ns", "verdict"),
    [
        ([SCANNED, SHUT], True, 0, Verdict.KEEP),
        ([OPEN, OPEN], True, SETTLED_NS - 1, Verdict.GO_ON),
        ([OPEN, OPEN], True, SETTLED_NS, Verdict.KEEP),
        ([OPEN, SHUT], True, LIMIT_NS - 1, Verdict.GO_ON),
        ([OPEN, SHUT], True, LIMIT_NS, Verdict.KEEP),
        ([SHUT, SHUT], True, LIMIT_NS - 1, Verdict.GO_ON),
        ([SHUT, SHUT], True, LIMIT_NS, Verdict.BACK),
        ([SHUT], False, LIMIT_NS, Verdict.KEEP),
    ],
)
def test_a_scan_proves_and_only_no_scanner_at_all_is_worse_than_before(
    seen: list[Seen], before: bool, since_ns: int, verdict: Verdict
) -> None:
    assert judge(seen, before=before, since_ns=since_ns) is verdict
