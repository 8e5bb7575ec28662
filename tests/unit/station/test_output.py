"""Writing never makes anybody wait."""

from __future__ import annotations

import io
import threading

from station.output import MAX_HELD, Output


def test_everything_is_written_in_order() -> None:
    stream = io.StringIO()
    output = Output(stream)
    for number in range(100):
        output.write(f"{number}\n")
    output.close()
    assert stream.getvalue().split() == [str(number) for number in range(100)]


class _Stuck(io.StringIO):
    """A terminal somebody stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def write(self, text: str) -> int:
        self.go_on.wait(10)
        return super().write(text)


def test_a_terminal_that_stands_still_holds_up_nobody_and_holds_little() -> None:
    stream = _Stuck()
    output = Output(stream)
    for _ in range(MAX_HELD * 3):
        output.write("x\n")
    output.close(limit_s=0.01)
    stream.go_on.set()
    output.close()
    assert stream.getvalue().count("x") <= MAX_HELD * 2


def test_a_sign_the_terminal_does_not_know_is_replaced_and_the_next_words_come() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    output = Output(stream)
    output.write("Hold shelf Ä12\n")
    output.close()
    output = Output(stream)
    output.write("4000\n")
    output.close()
    stream.seek(0)
    assert stream.read().split("\n")[:2] == ["Hold shelf ?12", "4000"]


def test_a_closed_terminal_is_no_error() -> None:
    stream = io.StringIO()
    output = Output(stream)
    stream.close()
    output.write("x")
    output.write("y")
    output.close()
