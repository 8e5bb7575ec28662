"""What can go wrong in the hub, each with a sentence that says what to do.

HubError
├── ConfigError      settings that cannot be used
├── DataFolderError  the data folder or its database cannot be used
│   └── NotBegun     so a long work was refused before it changed anything
├── NotFound         something named does not exist
├── Conflict         it exists already, or has moved on meanwhile
├── BrokenOff        the process that counts the past ended too early (past_counter)
├── NotMade          what takes long cannot be made now
└── Invalid          a request that makes no sense as it is
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class HubError(Exception):
    """Something the person can mend; its text is one sentence for them, and ``key`` finds it in another language where pages speak one."""

    key: str | None = None
    places: Mapping[str, str] = {}

    def keyed(self, key: str, /, **places: str) -> Self:
        """Give this error with the key of its sentence."""
        self.key, self.places = key, places
        return self


class ConfigError(HubError):
    """Settings that cannot be used."""


class DataFolderError(HubError):
    """The data folder or its database cannot be used."""


class NotBegun(DataFolderError):
    """A long work was refused before it changed anything."""


class NotFound(HubError):
    """Something named does not exist."""


class Conflict(HubError):
    """It exists already, or has moved on meanwhile."""


class NotMade(HubError):
    """What takes long cannot be made now: the process that makes it does not start, is stuck or was ended."""


class Invalid(HubError):
    """A request that makes no sense as it is."""
