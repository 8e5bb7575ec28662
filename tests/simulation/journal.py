"""A journal as ``station.journal`` keeps it, in a few dictionaries; tests/unit/simulation holds the two beside each other."""

from __future__ import annotations

from station.go_back_n import LANES, LaneName


class Journal:
    """Rows by number, each with when it was read; what the hub confirmed is written by ``note``, and by every change but a new row."""

    def __init__(self, incarnation: str) -> None:
        self.incarnation = incarnation
        self.rows: dict[LaneName, dict[int, tuple[int, int]]] = {"scans": {}, "faults": {}}
        self.next: dict[LaneName, int] = {"scans": 1, "faults": 1}
        self.confirmed: dict[LaneName, int] = {"scans": 0, "faults": 0}
        self.told: dict[LaneName, int] = {}

    def copy(self) -> Journal:
        """Give what is on disk."""
        other = Journal(self.incarnation)
        other.rows = {name: dict(rows) for name, rows in self.rows.items()}
        other.next, other.confirmed = dict(self.next), dict(self.confirmed)
        return other

    def crash(self) -> None:
        """Forget what is not on disk."""
        self.told.clear()

    def lowest(self, name: LaneName) -> int:
        """Give the lowest number kept."""
        return next(iter(self.rows[name]), self.next[name])

    def position(self, name: LaneName) -> int:
        """Give how far the hub has confirmed."""
        return self.told.get(name, self.confirmed[name])

    def some(self, name: LaneName, first: int, limit: int) -> list[tuple[int, int]]:
        """Give rows from a number on, in order."""
        rows, found = self.rows[name], []
        for seq in range(first, self.next[name]):
            if seq in rows:
                found.append((seq, rows[seq][0]))
                if len(found) == limit:
                    break
        return found

    def append(self, name: LaneName, number: int, at: int) -> int:
        """Commit one row."""
        seq = self.next[name]
        self.rows[name][seq] = (number, at)
        self.next[name] = seq + 1
        return seq

    def note(self) -> None:
        """Write what the hub confirmed."""
        self.confirmed.update(self.told)
        self.told.clear()

    def purge(self, before: int) -> dict[int, int]:
        """Drop confirmed rows that are older; gives the scans that went, and their places."""
        gone: dict[int, int] = {}
        for name in LANES:
            position, rows = self.position(name), self.rows[name]
            old = self.old(rows, position, before)
            if name == "scans":
                gone = {rows[seq][0]: seq for seq in old}
            for seq in old:
                del rows[seq]
        self.note()
        return gone

    @staticmethod
    def old(rows: dict[int, tuple[int, int]], position: int, before: int) -> list[int]:
        """Give what may go."""
        young = min((seq for seq, (_, at) in rows.items() if at >= before), default=position + 1)
        return [seq for seq in rows if seq <= position and seq < young]

    def start_again(self, incarnation: str) -> None:
        """Number anew from 1 what is not confirmed; the rest goes."""
        for name in LANES:
            position = self.position(name)
            waiting = [row for seq, row in self.rows[name].items() if seq > position]
            self.rows[name] = dict(enumerate(waiting, start=1))
            self.next[name] = len(waiting) + 1
        self.incarnation = incarnation
        self.told.clear()
        self.confirmed = {"scans": 0, "faults": 0}
