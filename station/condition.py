"""How a station is, in one sentence for whoever looks after it, and whether only a new start would help."""

from __future__ import annotations

from dataclasses import dataclass

from station.words import Key, Saying


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a running station."""

    online: bool
    waiting: int
    """Scans that the hub has not confirmed."""
    not_stored: Saying | None = None
    """Why no scan can be stored now."""
    away: tuple[str, ...] = ()
    """Scanners that cannot be read now."""

    def sentence(self) -> str:
        """Give one plain sentence, in English as the log is."""
        if self.not_stored is not None:
            return f"Nothing can be stored: {self.not_stored}."
        count = f"{self.waiting} scan{'' if self.waiting == 1 else 's'}"
        waits = "nothing waits" if not self.waiting else f"{count} wait{'s' if self.waiting == 1 else ''} for the hub"
        away = f"; not there: {', '.join(self.away)}" if self.away else ""
        return f"{'Online' if self.online else 'Offline'}, {waits}{away}."

    def unfit(self) -> str | None:
        """Say why only a new start would help, None while it would not.

        Neither a hub out of reach nor a full disk is a reason: a new start mends neither, and while it lasts a keyboard scanner types
        into whatever has the keyboard.
        """
        if self.not_stored is None or self.not_stored.key is Key.DISK_FULL:
            return None
        return self.sentence()
