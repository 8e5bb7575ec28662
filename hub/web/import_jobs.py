"""Lists of patrons on their way in: what each says, how far it is, and whose it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from hub.core.patron_list import ListedPatron, PatronList, WrongRow
from hub.errors import Conflict, NotFound
from hub.flows.import_patrons import Imported
from hub.secret import new_secret
from hub.web.words import number, say

LASTS = timedelta(hours=1)
MOST = 3
"""Imports that are kept at once."""
Stage = Literal["reading", "ready", "writing", "done", "failed"]


@dataclass(slots=True)
class Import:
    """One list on its way."""

    id: str
    account: str | None
    begun_at: datetime
    stage: Stage = "reading"
    total: int = 1
    done: int = 0
    failure: tuple[str, dict[str, str]] = ("", {})
    about: PatronList | None = None
    rows: list[ListedPatron] = field(default_factory=list)
    first: list[tuple[ListedPatron, str]] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)
    counts: Imported = field(default_factory=Imported)
    task: asyncio.Task[None] | None = None

    @property
    def working(self) -> bool:
        """Whether something is going on."""
        return self.stage in ("reading", "writing")

    def told(self, language: str) -> dict[str, Any]:
        """Give how far it is, for the page."""
        says = (
            say(language, f"import.{self.stage}", done=number(language, self.done), total=number(language, self.total))
            if self.working
            else ""
        )
        return {"stage": self.stage, "done": self.done, "total": max(self.total, 1), "says": says}


class Imports:
    """The imports that are there."""

    def __init__(self) -> None:
        self._all: dict[str, Import] = {}

    def begin(self, account: str | None, now: datetime) -> Import:
        """Begin one; Conflict when too many are at work."""
        idle = sorted((each for each in self._all.values() if not each.working), key=lambda each: each.begun_at)
        for old in idle:
            if old.account == account or old.begun_at < now - LASTS or len(self._all) >= MOST:
                del self._all[old.id]
        if len(self._all) >= MOST:
            raise Conflict("Other lists are being imported. Wait until they are done.").keyed("import.busy")
        made = Import(new_secret(), account, now)
        self._all[made.id] = made
        return made

    def all(self) -> tuple[Import, ...]:
        """Give all of them."""
        return tuple(self._all.values())

    def one(self, id: str, account: str | None, now: datetime) -> Import:
        """Give one of this account; NotFound where it is gone."""
        found = self._all.get(id)
        if found is None or found.account != account or (not found.working and found.begun_at < now - LASTS):
            raise NotFound("This import is no longer here. Choose the file once more; nobody is doubled by it.")
        return found
