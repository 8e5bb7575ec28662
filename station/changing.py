"""Settings from the hub while the station runs: checked, marked on disk, tried, kept or taken back.

The order is what makes a crash harmless: the mark is on disk before anything is changed, and goes when the settings have
proved to work. The hub's newest word counts; what came in between was never tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from broker.messages import SettingsState, StationSettings
from station.desk import Desk
from station.errors import SettingsError, StationError
from station.kept_settings import Kept, Sent, SettingsKeeper
from station.moment import Clock
from station.overlay import FILE_ONLY, in_force, laid_over
from station.presence import Presence
from station.scanners import Scanner
from station.settings import StationFile
from station.trial import Seen, Verdict, judge
from station.words import Key, Saying

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
MAX_WHY_CHARS = 900

Apply = Callable[[StationFile], Awaitable[None]]


@dataclass
class _Trial:
    """One trial that goes on."""

    since_ns: int
    before: bool
    scanned: bool = False


class Changing:
    """``told`` takes what the hub sends, ``run`` does it; what came of it stands in the station's state."""

    def __init__(
        self,
        file: StationFile,
        kept: Kept,
        keeper: SettingsKeeper,
        *,
        scanners: Iterable[Scanner],
        apply: Apply,
        presence: Presence,
        desk: Desk,
        clock: Clock,
    ) -> None:
        self._file, self._kept, self._keeper = file, kept, keeper
        self._scanners = scanners
        self._apply = apply
        self._presence = presence
        self._desk = desk
        self._clock = clock
        self.now, sent, why = in_force(file, kept)
        """The settings in force."""
        self._sent = sent
        self._version = sent.version if sent else None
        self._refused = self._kept.refused or (self._kept.good if why else None)
        self._why = self._kept.why if self._kept.refused else why
        self._trial: _Trial | None = None
        self._told: StationSettings | None = None
        self._news = asyncio.Event()
        self._tell()

    def told(self, settings: StationSettings) -> None:
        """The hub sent this; an older word that was not looked at yet no longer counts."""
        self._told = settings
        self._news.set()

    def scanned(self, scanner: Scanner) -> None:
        """A scan of this scanner is on disk."""
        if self._trial is not None and any(each is scanner for each in self._scanners):
            self._trial.scanned = True
            self._news.set()

    async def run(self) -> None:
        """Do what the hub wants, one thing after the other."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_EVERY_S if self._trial else None)
            self._news.clear()
            if self._told is not None:
                told, self._told = self._told, None
                await self._take(told)
            elif self._trial is not None:
                await self._judge(self._trial)

    def stopped(self) -> None:
        """The station ends as it should: a trial that goes on is no failure, and begins anew when the hub sends it again."""
        if self._kept.trying is not None:
            self._keep(trying=None)

    async def _take(self, told: StationSettings) -> None:
        sent = _sent(told)
        if told.v == 1 or (sent is None and self._sent is None and self._trial is None):
            # Only about the desk; a hub that cannot say more leaves what it set before.
            self._version = told.version if self._sent is None else self._version
            if told.v == 2:
                self._keep(good=None, trying=None, refused=None, why=None)
                self._forget_refused()
        elif sent is None:
            await self._back_to_file(told.version)
        elif self._file.settings_from == "file":
            self._refused, self._why = sent, FILE_ONLY
        elif self._kept.trying is not None and sent.is_like(self._kept.trying):
            self._keep(trying=sent)
        elif sent.is_like(self._sent) and self._trial is None:
            self._version, self._sent = sent.version, sent
            self._keep(good=sent, refused=None, why=None)
            self._forget_refused()
        elif sent.is_like(self._refused):
            self._refused = sent
        else:
            await self._try(sent)
        self._tell()

    async def _try(self, sent: Sent) -> None:
        try:
            wanted = laid_over(self._file, sent.setup)
        except SettingsError as error:
            self._refuse(sent, str(error))
            return
        # Once more only with a mark: these may end the program.
        if not self._keep(trying=sent, refused=None, why=None):
            self._refused, self._why = sent, f"they could not be kept beside {self._keeper.path}: make room there, or check its rights"
            return
        self._forget_refused()
        before = self._trial.before if self._trial else any(each.present for each in self._scanners)
        self._trial = _Trial(self._clock().monotonic_ns, before)
        self._tell()
        if not await self._applied(wanted):
            await self._take_back("they cannot be used here (the log says more)")
            return
        # A scan that was in hand meanwhile came by the old ones, and proves nothing.
        self._trial = _Trial(self._clock().monotonic_ns, before)
        self._desk.note("settings", Saying(Key.SETTINGS_TRIED, {"version": sent.version}))

    async def _judge(self, trial: _Trial) -> None:
        since_ns = self._clock().monotonic_ns - trial.since_ns
        seen = [Seen(each.present, scanned=trial.scanned) for each in self._scanners]
        match judge(seen, before=trial.before, since_ns=since_ns):
            case Verdict.KEEP:
                self._keep_trying()
            case Verdict.BACK:
                await self._take_back(f"no scanner could be opened: {self._why_none()}")
        self._tell()

    def _keep_trying(self) -> None:
        """The trial has ended well."""
        sent, self._trial = self._kept.trying, None
        if sent is None or not self._keep(good=sent, trying=None):
            # The mark stays, so a restart begins with the old ones; here and now the new ones work.
            log.error("settings not kept", extra={"action": "keep_settings", "path": str(self._keeper.path)})
        if sent is not None:
            self._sent, self._version = sent, sent.version
            log.info("settings in force", extra={"action": "keep_settings", "version": sent.version})
            self._desk.note("settings", Saying(Key.SETTINGS_IN_FORCE, {"version": sent.version}))

    async def _take_back(self, why: str) -> None:
        sent, self._trial = self._kept.trying, None
        before, _sent, _why = in_force(self._file, self._kept)
        if sent is not None:
            self._refuse(sent, why)
        if not await self._applied(before):
            raise StationError("The settings that worked before cannot be used again: start the station again.")

    async def _back_to_file(self, version: int) -> None:
        """The hub wants nothing set any more."""
        self._trial = None
        self._keep(good=None, trying=None, refused=None, why=None)
        self._sent, self._version = None, version
        self._forget_refused()
        self._desk.note("settings", Saying(Key.SETTINGS_OF_FILE))
        await self._applied(self._file)

    async def _applied(self, wanted: StationFile) -> bool:
        """Use these settings; false when they cannot be used, which the log explains."""
        try:
            await self._apply(wanted)
        except (SettingsError, OSError, ValueError) as error:
            log.exception("settings cannot be used", extra={"action": "apply_settings", "reason": str(error)})
            return False
        self.now = wanted
        return True

    def _refuse(self, sent: Sent, why: str) -> None:
        self._refused, self._why = sent, why[:MAX_WHY_CHARS]
        trying = None if sent.is_like(self._kept.trying) else self._kept.trying
        self._keep(trying=trying, refused=sent, why=self._why)
        log.error("settings refused", extra={"action": "refuse_settings", "version": sent.version, "reason": self._why})
        self._desk.note("problem", Saying(Key.SETTINGS_REFUSED, {"version": sent.version, "why": self._why}))

    def _forget_refused(self) -> None:
        self._refused, self._why = None, None

    def _why_none(self) -> str:
        return "; ".join(f"{each.name}: {each.detail}" for each in self._scanners if each.detail)

    def _keep(self, **changes: object) -> bool:
        """Write what changed; false when the disk does not take it."""
        kept = self._kept.model_copy(update=changes)
        if kept == self._kept:
            return True
        try:
            self._keeper.write(kept)
        except OSError as error:
            log.exception("settings not kept", extra={"action": "keep_settings", "reason": str(error)})
            return False
        self._kept = kept
        return True

    def _tell(self) -> None:
        """Bring the station's state up to date."""
        trying = self._kept.trying if self._trial else None
        state = SettingsState(
            source="hub" if self._sent else "file",
            trying=trying.version if trying else None,
            refused=self._refused.version if self._refused else None,
            why=self._why if self._refused else None,
        )
        if (self._presence.settings_version, self._presence.settings) != (self._version, state):
            self._presence.settings_version, self._presence.settings = self._version, state
            self._presence.changed()


def _sent(told: StationSettings) -> Sent | None:
    """Give the setup of a message; an empty one is none."""
    if told.v == 1 or not told.setup:
        return None
    return Sent(version=told.version, setup_version=told.setup_version or told.version, setup=told.setup)
