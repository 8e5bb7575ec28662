"""What the desk shows, as one JSON object a line, for programs; barcodes are in full here."""

from __future__ import annotations

import json

from broker.messages import Reply
from station.screen import Scanned, Waiting
from station.suggestions import Step
from station.words import LANGUAGES, Language, Saying, spoken


class JsonLines:
    """A Screen whose text is JSON; ``event`` says which call it was, and only the sentences are in the station's language."""

    def __init__(self, language: Language = "en") -> None:
        self._words = LANGUAGES[language]

    def reply(self, reply: Reply, scan: Scanned | None) -> str:
        """The whole Reply, and the barcode where it is known."""
        return _line("reply", barcode=scan.barcode if scan else None, reply=reply.model_dump(mode="json"))

    def waiting(self, scan: Scanned, waiting: Waiting, *, online: bool) -> str:
        """The scan, how many wait and how long the first has."""
        queue = {"waiting": waiting.count, "oldest_s": round(waiting.oldest_s, 1)}
        return _line("waiting", barcode=scan.barcode, seq=scan.seq, scan_id=scan.scan_id, **queue, online=online)

    def fault(self, kind: str, detail: Saying) -> str:
        """Kind and words."""
        return _line("fault", kind=kind, detail=spoken(detail, self._words))

    def not_stored(self, why: Saying) -> str:
        """Why nothing was stored."""
        return _line("not_stored", why=spoken(why, self._words))

    def note(self, kind: str, saying: Saying) -> str:
        """Kind and words."""
        return _line("note", kind=kind, words=spoken(saying, self._words))

    def next_step(self, step: Step, wait_s: float) -> str:
        """What to scan next."""
        return _line("next", barcode=step.barcode, why=step.why, wait_s=round(wait_s, 1))


def _line(event: str, **fields: object) -> str:
    return json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n"
