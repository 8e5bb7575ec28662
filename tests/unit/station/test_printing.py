"""Slips are printed once and in order, wait for a printer that is away, and hold up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broker.messages import Reply, Slip
from station.printers import FilePrinter, NotPrinted, Printer
from station.printing import MAX_WAITING, Printing
from station.words import Key, Saying
from tests.support.programs import wait_for

KINDS = ("hold", "transit", "return", "request")


def a_reply(number: int = 1, *kinds: str, **fields: Any) -> Reply:
    base = {
        "scan_id": f"00000000-0000-7000-8000-{number:012d}",
        "station": "main-1",
        "seq": number,
        "outcome": "accepted",
        "rule": "T1",
        "tone": "ok",
        "message": "Hold shelf A12.",
        "request_id": f"ILL-{number:06d}",
        "slips": [{"kind": kind, "lines": (f"{kind} {number}",)} for kind in kinds or ("hold",)],
        "decided_at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    return Reply.model_validate(base | fields)


class Told:
    """What the desk was told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, bad: bool, saying: Saying) -> None:
        self.words.append(f"{'!' if bad else ' '} {saying}")

    def hold(self, text: str) -> bool:
        return any(text in words for words in self.words)


class Standstill:
    """A printer that takes nothing, and never answers until it is let."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.asked = 0

    def send(self, data: bytes) -> None:
        self.asked += 1
        self.goes_on.wait(10)
        raise NotPrinted(Saying(Key.TAKES_NOTHING, {"path": "printer"}))

    def check(self) -> None:
        raise NotImplementedError


@contextmanager
def printing(printer: Printer, *, kinds: tuple[str, ...] = KINDS, away_limit_s: float = 60) -> Iterator[tuple[Printing, Told]]:
    told = Told()

    def form(slip: Slip) -> bytes:
        return f"{slip.lines[0]}\n".encode()

    started = Printing(printer, form, kinds, told, again_after_s=0.01, away_limit_s=away_limit_s)
    yield started, told
    started.close()
    started.join(5)


def paper(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_slips_are_printed_in_order_and_those_at_the_end_too(tmp_path: Path) -> None:
    with printing(FilePrinter(tmp_path / "paper", device=False)) as (printer, told):
        for number in range(1, 51):
            printer.print(a_reply(number, "hold", "transit"))
    assert paper(tmp_path / "paper") == [f"{kind} {number}" for number in range(1, 51) for kind in ("hold", "transit")]
    assert told.words == []


def test_the_same_reply_twice_is_printed_once(tmp_path: Path) -> None:
    with printing(FilePrinter(tmp_path / "paper", device=False)) as (printer, _):
        for number in (*range(1, 40), *range(1, 40)):
            printer.print(a_reply(number))
    assert paper(tmp_path / "paper") == [f"hold {number}" for number in range(1, 40)]


def test_only_the_wanted_kinds_are_printed(tmp_path: Path) -> None:
    with printing(FilePrinter(tmp_path / "paper", device=False), kinds=("transit", "return")) as (printer, _):
        printer.print(a_reply(1, *KINDS))
        printer.print(a_reply(2, "request"))
    assert paper(tmp_path / "paper") == ["transit 1", "return 1"]


def test_slips_wait_for_a_printer_that_is_away_and_its_coming_back_is_said(tmp_path: Path) -> None:
    with printing(FilePrinter(tmp_path / "lp0", device=True)) as (printer, told):
        printer.print(a_reply(1))
        printer.print(a_reply(2))
        wait_for(lambda: told.hold("The printer does not print"), "the sentence")
        (tmp_path / "lp0").touch()
        wait_for(lambda: told.hold("The printer prints again."), "the printer to be back")
    # A real device keeps what was written before; here the second slip stands over the first.
    assert paper(tmp_path / "lp0")[0] == "hold 2"
    assert told.words == [
        f"! The printer does not print: {tmp_path}/lp0 is not there. Slips wait for it up to 1 min; scanning goes on.",
        "  The printer prints again.",
    ]


def test_a_slip_that_waited_too_long_is_named_as_not_printed(tmp_path: Path) -> None:
    with printing(FilePrinter(tmp_path / "lp0", device=True), away_limit_s=0.05) as (printer, told):
        printer.print(a_reply(7, "transit"))
        wait_for(lambda: told.hold("Not printed"), "the sentence")
        (tmp_path / "lp0").touch()
        printer.print(a_reply(8))
        wait_for(lambda: paper(tmp_path / "lp0") == ["hold 8"], "the next slip")
    assert told.words[1] == f"! Not printed: transit slip for ILL-000007: {tmp_path}/lp0 is not there."


def test_a_printer_that_stands_still_holds_up_nobody_and_its_queue_is_bounded() -> None:
    printer = Standstill()
    with printing(printer) as (queue, told):
        queue.print(a_reply(1))
        wait_for(lambda: printer.asked == 1, "the printer to be asked")
        began = time.monotonic()
        for number in range(2, MAX_WAITING + 3):
            queue.print(a_reply(number))
        assert time.monotonic() - began < 0.25
        assert told.words == [
            f"! Not printed: hold slip for ILL-{number:06d}: too many slips are waiting." for number in (MAX_WAITING + 1, MAX_WAITING + 2)
        ]
        printer.goes_on.set()


def test_the_end_does_not_wait_for_a_printer_that_is_away_and_names_what_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with printing(FilePrinter(tmp_path / "lp0", device=True)) as (printer, told):
        printer.print(a_reply(1))
        wait_for(lambda: told.hold("does not print"), "the sentence")
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert [getattr(record, "scan", None) for record in caplog.records if record.getMessage() == "not printed"] == [a_reply(1).scan_id]
