"""Scans the hub has committed but not answered: a lost reply is asked for by sending the scan once more."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER_LIMIT_NS = 2_000_000_000
WORTH_ASKING_NS = 60_000_000_000
MAX_ASKED = 3


@dataclass(slots=True)
class _Awaited:
    scanned_ns: int
    asked_ns: int
    asked: int = 0
    times_sent: int = 0


class ReplyWatch:
    """The scans of this run that the desk still waits for."""

    def __init__(self) -> None:
        self._awaited: dict[int, _Awaited] = {}

    def __len__(self) -> int:
        return len(self._awaited)

    def sent(self, seq: int, scanned_ns: int, now_ns: int) -> None:
        """A scan was published; one that is older than a minute has nobody waiting at the desk."""
        if now_ns - scanned_ns < WORTH_ASKING_NS:
            awaited = self._awaited.get(seq)
            if awaited is None:
                awaited = self._awaited[seq] = _Awaited(scanned_ns, now_ns)
            awaited.asked_ns = now_ns
            awaited.times_sent += 1

    def answered(self, seq: int, now_ns: int = 0) -> int | None:
        """The reply came; gives the time since the scan was sent, None where that was more than once or is not known."""
        awaited = self._awaited.pop(seq, None)
        return now_ns - awaited.asked_ns if awaited is not None and awaited.times_sent == 1 and not awaited.asked else None

    def forget(self) -> None:
        """Sequence numbers began anew."""
        self._awaited.clear()

    def due(self, position: int, now_ns: int) -> list[int]:
        """Give the committed scans whose reply is late, each a few times at most; drop those not worth asking for."""
        for seq in [seq for seq, awaited in self._awaited.items() if self._stale(awaited, now_ns)]:
            del self._awaited[seq]
        late = [seq for seq, awaited in self._awaited.items() if seq <= position and now_ns - awaited.asked_ns >= ANSWER_LIMIT_NS]
        for seq in late:
            self._awaited[seq].asked += 1
            self._awaited[seq].asked_ns = now_ns
        return late

    @staticmethod
    def _stale(awaited: _Awaited, now_ns: int) -> bool:
        tired = awaited.asked >= MAX_ASKED and now_ns - awaited.asked_ns >= ANSWER_LIMIT_NS
        return tired or now_ns - awaited.scanned_ns >= WORTH_ASKING_NS
