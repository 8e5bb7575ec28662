"""What all sections of the settings share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of hub.toml; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
