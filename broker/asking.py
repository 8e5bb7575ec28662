"""Subscriptions that come and go while a connection stands: each handful is one packet, answered by its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from broker import packets
from broker.promises import Done

FAILED = 0x80


@dataclass(slots=True)
class _Wish:
    """What somebody asked for, cut into so many packets."""

    open: int
    done: Done
    refusal: str | None = None


class Asking:
    """What was asked of the broker on one connection and is not answered yet."""

    def __init__(self, send: Callable[[bytes], None], free_number: Callable[[], int], *, modern: bool) -> None:
        self._send, self._free_number = send, free_number
        self._subscribe = partial(packets.subscribe, modern=modern)
        self._unsubscribe = partial(packets.unsubscribe, modern=modern)
        self._open: dict[int, tuple[Sequence[str], _Wish | None]] = {}
        self.most_bytes = packets.MOST_ASKED_BYTES

    def __contains__(self, mid: object) -> bool:
        """Whether a packet of this number waits for its answer."""
        return mid in self._open

    def subscribe(self, filters: Sequence[str], done: Done) -> None:
        """Ask for these; ``done`` is told once, when the last of their packets was answered."""
        handfuls = list(packets.handfuls(filters, self.most_bytes))
        wish = _Wish(len(handfuls), done)
        for handful in handfuls:
            mid = self._free_number()
            self._open[mid] = (handful, wish)
            self._send(self._subscribe(handful, mid))
        if not handfuls:
            done(None)

    def unsubscribe(self, filters: Sequence[str]) -> None:
        """Ask for these no more."""
        for handful in packets.handfuls(filters, self.most_bytes):
            mid = self._free_number()
            self._open[mid] = (handful, None)
            self._send(self._unsubscribe(handful, mid))

    def answered(self, mid: int, codes: Sequence[tuple[int, str]]) -> bool:
        """Take an answer, a code and its words for each filter; False for one to somebody else's question."""
        if mid not in self._open:
            return False
        filters, wish = self._open.pop(mid)
        if wish is not None:
            refused = [f"{each} ({words})" for each, (code, words) in zip(filters, codes, strict=False) if code >= FAILED]
            wish.refusal = wish.refusal or (f"the broker refuses to deliver {refused[0]}" if refused else None)
            self._over(wish)
        return True

    def end(self, reason: str) -> None:
        """Tell all who wait that the connection is over."""
        waiting, self._open = self._open, {}
        for _filters, wish in waiting.values():
            if wish is not None:
                wish.refusal = wish.refusal or reason
                self._over(wish)

    def _over(self, wish: _Wish) -> None:
        wish.open -= 1
        if not wish.open:
            wish.done(wish.refusal)
