"""What a desk has around its scanners, as the settings in force say: the screen's language, sounds, a light, a slip printer."""

from __future__ import annotations

import contextlib
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import TYPE_CHECKING

from station.desk import Desk, NoFeedback
from station.screen import NoteKind, Screen
from station.settings import StationFile
from station.words import Language, Saying

if TYPE_CHECKING:
    from station.feedback import Outputs


class Surroundings:
    """``use`` other settings at any time; the parts that stay the same are not disturbed."""

    def __init__(
        self,
        desk: Desk,
        loop: AbstractEventLoop,
        screen_for: Callable[[Language], Screen],
        ring: Callable[[], None] | None,
        settings: StationFile,
    ) -> None:
        self._desk = desk
        self._loop = loop
        self._screen_for = screen_for
        self._ring = ring
        self._settings = settings
        self._outputs: Outputs | None = None
        if _has_outputs(settings):
            from station.feedback import feedback_for

            self._outputs = feedback_for(settings, self._tell, ring)
            desk.hear(self._outputs)

    def use(self, settings: StationFile) -> None:
        """Use these settings from now on."""
        was, self._settings = self._settings, settings
        if was.language != settings.language:
            self._desk.show_on(self._screen_for(settings.language))
        if _outputs_of(was) != _outputs_of(settings):
            self._change_outputs(was, settings)

    def close(self) -> None:
        """End sounds, light and printer."""
        if self._outputs is not None:
            self._outputs.close()

    def _change_outputs(self, was: StationFile, settings: StationFile) -> None:
        # Loaded only where there is something to hear or to print.
        from station.feedback import Outputs, change_feedback

        self._outputs, gone = change_feedback(self._outputs or Outputs(), was, settings, self._tell, self._ring)
        self._desk.hear(self._outputs if _has_outputs(settings) else NoFeedback())
        # A printer may take half a second to let go, and scans go on.
        threading.Thread(target=gone.close, name="closing outputs", daemon=True).start()

    def _tell(self, kind: NoteKind, saying: Saying) -> None:
        # At the very end nobody is there to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._desk.note, kind, saying)


def _outputs_of(settings: StationFile) -> tuple[object, ...]:
    return settings.sounds, settings.light, settings.printer


def _has_outputs(settings: StationFile) -> bool:
    return any(each is not None for each in _outputs_of(settings))
