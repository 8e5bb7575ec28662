"""The hub as it runs: the only wiring. Reads from top to bottom in the order things are started."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from broker import __version__, codec
from broker.ids import ENTROPY_BYTES, uuid7
from broker.messages import HubState, Notice, Position, Reply, StationSettings
from broker.promises import Delivery, Will
from broker.session import MqttSession
from broker.supervisor import Supervisor
from broker.topics import Root, dashed
from hub.backup.restored import read_restored, write_restored
from hub.catch_up import CatchUp
from hub.clock import Clock
from hub.errors import Conflict, HubError, NotFound
from hub.feed import Feed
from hub.file_desks import desks_of_file
from hub.flows.find_station import call_for
from hub.flows.keep_books import keep_desks_of_file, put_station
from hub.flows.set_station import Place, message_for, place_of
from hub.in_force import in_force
from hub.inbox import Inbox
from hub.numbers import Numbers
from hub.running import all_running
from hub.senders.to_dashboards import ToDashboards, source_of
from hub.senders.to_desk import ToDesk
from hub.serving import Pages
from hub.settings import HubSettings
from hub.several.company import Company, refuse_beside_others
from hub.several.settings import follow_settings
from hub.store.database import in_words, open_database, open_reader, transaction
from hub.store.folding import Folding
from hub.store.scan_path import ScanStore
from hub.store.sql import DATABASE_ERRORS, Connection, may_pass
from hub.tallying import Tallying
from hub.watch.vitals import Vitals
from hub.watch.watch import Watch
from hub.web.doors import Health
from hub.wiring import metrics_token, patron_sender, provider, session_settings, staff_sender, trial_of

log = logging.getLogger(__name__)
T = TypeVar("T")

SWITCH_EVERY_S = 0.001
"""How long a page's thread may hold the interpreter while a scan waits; Python's own is 5 ms."""
DESKS_FIRST_S = 0.5
"""For so long after a start, pages wait for the first scan: by then stations that had been cut off are heard again."""
LETTER_LIMIT_S = 2.5
"""At SIGTERM, for the letter that is on its way; the whole stop takes at most 5 s."""


class Hub:
    """One hub: its database, its session, its parts. Everybody who hears of it hears by these methods."""

    def __init__(self, settings: HubSettings, folder: Path, token: str, password: str) -> None:
        self.site, self.hub, self.library, self.token = settings.site, settings.hub, settings.library, token
        self.metrics_token = metrics_token(settings, folder)
        self.provider = provider(settings, folder)
        self.database = settings.place(folder)
        self.base, self._folder = settings, folder
        self._connection = open_database(self.database)
        if not settings.several:
            refuse_beside_others(self._connection)
        self.settings = settings = in_force(self._connection, settings)
        self.rules = settings.site_rules()
        self.trial = trial_of(settings, folder)
        self._keep_desks()
        self._root = Root(settings.site)
        self._born_at = _now()
        self._feed = Feed()
        self._folding = Folding(self._connection)
        self._numbers = Numbers()
        self.session = MqttSession(session_settings(settings, self._root, password), self, will=self._will)
        self._to_desk = ToDesk(self.session, self._root)
        self._company = (
            Company(str(self.database), settings.hub, self._connection, self.session, self._root, self) if settings.several else None
        )
        alone = None if settings.several else settings.hub
        self.source = source_of(settings.site, alone)
        sure = self._company.leases.sure if self._company is not None else _always
        self._told: dict[str, StationSettings] = {}
        """What each station heard last by this connection."""
        self._reader = open_reader(self.database)
        self._dashboards = ToDashboards(
            self._connection, self._reader, self.session, self._root, self._to_desk, hub=alone, now=_now, sure=sure
        )
        self._patrons = patron_sender(
            self._connection, settings, folder, now=_now, left=self._notice_left, changed=self._notice_changed, sure=sure
        )
        self._staff = staff_sender(self._connection, settings, folder, now=_now, sure=sure)
        self._clock = Clock(self._connection, self.database, self.rules, now=_now, changed=self._time_passed)
        self._tallying = Tallying(self._connection, self.database, self.rules)
        self._restored = read_restored(folder)
        self._catch_up = self._catching_up()
        self._inbox = Inbox(
            self._connection,
            self.rules,
            settings.patterns(),
            self._root,
            self._to_desk,
            acknowledge=self._catch_up.acknowledge,
            heard=self,
            now=_now,
            numbers=self._numbers,
            own_topic=self._root.topic("hub", hub=settings.hub),
        )
        self._said: set[bytes] = set()
        """What was said of ourselves on this connection, and has not come back."""
        self._watch = Watch(
            settings,
            self._connection,
            self.database,
            self.session,
            self._root.topic("hub", hub=settings.hub),
            numbers=self._numbers,
            state=self._here,
            inbox_trouble=lambda: self._inbox.problem,
            catching_up=lambda: self._catch_up.problem,
            clock_looked_at=self._clock_looked_at,
            company=self._company,
            now=_now,
        )

    # -- what the session says

    def on_message(self, delivery: Delivery) -> None:
        """A station said something, or our own state came back."""
        is_mine = self._company is None or self._company.holds(delivery)
        if self._is_awaited(delivery) if self._watch.is_ours(delivery) else is_mine:
            self._catch_up.take(delivery)
        else:
            self.session.acknowledge(delivery)

    def _is_awaited(self, delivery: Delivery) -> bool:
        """Say whether this is our own word of this connection, for which the inbox waits."""
        was_said = delivery.payload in self._said
        self._said.discard(delivery.payload)
        return was_said and not delivery.retained and not self._inbox.here

    def on_connect(self, session_present: bool) -> None:
        """Say that the hub is here, and tell each station about itself."""
        self._watch.connected()
        self._catch_up.connected()
        self._inbox.connected(resumed=session_present)
        self._to_desk.forget()
        self._said.clear()
        self._to_desk.hub_state(self.hub, self._here())
        try:
            self._tell_stations()
        except DATABASE_ERRORS as error:
            if not may_pass(error):
                raise
            # Each is told when it says hello: its hello waits for the database, too.
            log.warning("stations are not told yet", extra={"action": "connect", "error": str(error)})
        self._to_desk.flush()
        self._dashboards.reconnected()
        if self._company is not None:
            self._company.stations.connected()
        log.info("connected to the broker", extra={"action": "connect"})

    def on_disconnect(self, reason: str) -> None:
        """Nothing can be sent; stations say hello when the broker is back."""
        self._watch.disconnected(reason)
        self._to_desk.forget()
        log.warning(reason, extra={"action": "disconnect"})

    def on_room(self) -> None:
        """The window opened: replies first."""
        self._to_desk.flush()
        self._dashboards.wake()

    # -- what the inbox and the web say

    def committed(self, desks: set[str], notices: bool) -> None:
        """Something is on disk: whoever follows may look."""
        self._dashboards.wake(desks)
        if notices:
            self._patrons.wake()
        self._feed.ring()
        self._folding.committed()

    def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change in one transaction on the one writing connection."""
        with transaction(self._connection):
            result = change(self._connection)
        self.committed({row[0] for row in self._connection.execute("SELECT code FROM desk WHERE pickup")}, notices=True)
        return result

    def take_settings(self) -> None:
        """Work from now on by what administrators changed on the pages: the next scan, the next letter, the next minute."""
        self.settings = in_force(self._connection, self.base)
        self.rules = self.settings.site_rules()
        self.trial = trial_of(self.settings, self._folder)
        self._inbox.follow(self.rules)
        self._clock.follow(self.rules)
        self._patrons.follow(self.rules.telling)

    def scan(self, station: str, barcode: str, scan_id: str) -> Reply:
        """Take a scan the same way as a scanner's."""
        return self._inbox.take_from_page(station, barcode, scan_id)

    # -- what the company of hubs says

    def stations_changed(self, held: frozenset[str]) -> None:
        """Other stations are this hub's now: what came from those that are not any more is theirs who have them."""
        self._inbox.give_up(lambda station: station not in held)

    def others_wrote(self, event: int) -> None:
        """Somebody wrote events, here or at another hub: whoever follows may look."""
        if self._company is not None and self._company.office.held:
            self._dashboards.catch_up(event)
            self._patrons.wake()
        self._feed.ring()

    def say_position(self, position: Position) -> None:
        """Tell a station where its stream stands, so that it sends on from there."""
        self._to_desk.position(position)
        self._to_desk.flush()

    def _clock_looked_at(self) -> datetime | None:
        """Where another hub looks what is due, it is not late here."""
        return self._clock.looked_at if self._company is None or self._company.office.held else _now()

    def _time_passed(self, desks: set[str]) -> None:
        """Something's day has come."""
        self.committed(desks, notices=True)

    def _keep_desks(self) -> None:
        """Bring the desks of the settings into the database; iCalendar files are read with them."""
        with transaction(self._connection):
            keep_desks_of_file(self._connection, desks_of_file(self.settings, self._folder, _now()))

    def place_station(self, name: str, desk: str) -> None:
        """Place a station at a desk and tell it."""
        self.write(lambda connection: put_station(connection, name, desk))
        self.tell_station(name)

    def tell_station(self, name: str) -> None:
        """Tell a station what it is to know of itself now."""
        self._tell(name, place_of(self._connection, name))
        self._to_desk.flush()

    def find_station(self, name: str) -> None:
        """Let a station beep and show its name; Conflict where nobody would hear it."""
        call = call_for(self._connection, self.rules, name, call_id=self.new_id(), now=_now())
        if not self.session.connected:
            raise Conflict("The broker cannot be reached, so no station can be asked.").keyed("stations.no-broker")
        self._to_desk.reply(name, call.model_dump_json())
        self._to_desk.flush()

    def said_hello(self, station: str) -> None:
        """Tell a station again that works by something else, or that reads more than it was told."""
        try:
            place = place_of(self._connection, station)
        except NotFound:
            return
        if place.lags or self._told.get(station) != message_for(self._connection, station, place):
            self._tell(station, place)

    def health(self) -> Health:
        """Say whether a scan would be answered now."""
        found = self._watch.problems()
        stops = tuple(problem.says for problem in found if problem.stops_scans)
        warns = tuple(problem.says for problem in found if not problem.stops_scans)
        return Health(not stops, stops, self._inbox.stuck(), warns, frozenset(problem.kind for problem in found))

    def vitals(self) -> Vitals:
        """Give what the hub counts and knows of itself."""
        return self._watch.vitals()

    def now(self) -> datetime:
        """Give the time."""
        return _now()

    def new_id(self) -> str:
        """Give a new UUID, version 7."""
        return uuid7(time.time_ns() // 1_000_000, os.urandom(ENTROPY_BYTES))

    async def next_change(self) -> None:
        """Return when something was committed."""
        await self._feed.wait()

    def _notice_left(self, notice: Notice) -> None:
        """A letter left: other notifiers may hear of it."""
        self.session.publish(self._root.topic("notice", type=dashed(notice.type)), codec.encode(notice))

    def _notice_changed(self) -> None:
        self.committed(set(), notices=False)

    # -- its life

    async def run(self, http: socket.socket, ready: Callable[[], None], supervisor: Supervisor) -> None:
        """Run every part until SIGTERM or SIGINT; a part that dies ends the program with its error."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        pages = Pages(self)
        self._dashboards.wake()
        sys.setswitchinterval(SWITCH_EVERY_S)
        running = {
            "session": self.session.run(),
            "inbox": self._inbox.run(),
            "dashboards": self._once_in_all(self._dashboards.run),
            "catching up": self._catch_up.run(),
            "patrons": self._once_in_all(lambda: self._once_caught_up(self._patrons.run)),
            "staff": self._once_in_all(lambda: self._once_caught_up(self._staff.run)),
            "clock": self._once_in_all(lambda: self._once_caught_up(self._clock.run)),
            "watch": self._watch.run(),
            "tally": self._once_in_all(self._tallying.run),
            "web": self._after_desks(lambda: pages.serve(http)),
            "supervisor": supervisor.watch(self._unfit, self._status),
        }
        if self._company is not None:
            running["leases"] = self._company.run()
            running["settings"] = follow_settings(self._connection, self.take_settings)
        async with all_running(running) as parts:
            stopped = loop.create_task(stop.wait())
            announced = loop.create_task(self._announce(pages, ready, supervisor))
            done, _ = await asyncio.wait([stopped, *parts], return_when=asyncio.FIRST_COMPLETED)
            announced.cancel()
            supervisor.stopping()
            pages.end()
            self._feed.ring()
            for part in done - {stopped}:
                if (error := part.exception()) is not None:
                    raise in_words(error)
                raise HubError(f"A part of the hub ended by itself: {part.get_name()}.")
            stopped.cancel()
            # The letter in hand is finished: cut off, it would be sent again at the next start.
            self._patrons.stop()
            may_send = self._catch_up.done.is_set() and (self._company is None or self._company.office.held)
            letter_limit_s = LETTER_LIMIT_S if may_send else 0
            await asyncio.wait([part for part in parts if part.get_name() == "patrons"], timeout=letter_limit_s)
            if self._company is not None:
                await self._company.leases.leave()
            await self._say_goodbye()
            await asyncio.wait(parts, timeout=1)

    def _catching_up(self) -> CatchUp:
        restored, store = self._restored, ScanStore(self._connection)
        return CatchUp(
            restored.awaited if restored is not None else (),
            restored.wait_s if restored is not None else 0,
            self._root,
            position=store.position,
            offset=store.clock_offset,
            acknowledge=self.session.acknowledge,
            forward=lambda delivery: self._inbox.take(delivery),
            now=_now,
        )

    async def _once_in_all(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run what of several hubs one does; a hub that is alone does it."""
        if self._company is None:
            await part()
        else:
            await self._company.office.run(part)

    async def _once_caught_up(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a part that acts by itself when the database is up to date again after a restore."""
        await self._catch_up.done.wait()
        if self._restored is not None and self._restored.awaited:
            self._restored = self._restored.model_copy(update={"awaited": ()})
            write_restored(self._folder, self._restored)
        await part()

    async def _after_desks(self, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a part that takes the processor for a while at its start: a scan that waits for this hub is answered first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DESKS_FIRST_S):
                while not self._numbers.replies:
                    await self._feed.wait()
        await part()

    async def _announce(self, pages: Pages, ready: Callable[[], None], supervisor: Supervisor) -> None:
        """Say so as soon as scans are answered, and pages are there."""
        await self._watch.answering.wait()
        await pages.there.wait()
        if self._company is not None:
            await self._company.leases.joined.wait()
        ready()
        supervisor.ready()

    async def _unfit(self) -> str | None:
        return self._inbox.stuck()

    def _status(self) -> str:
        """Say how the hub is, for whoever asks its service manager; a broker out of reach is waited for."""
        health = self.health()
        return "Ready: scans are answered." if health.ready else " ".join(health.problems)

    async def _say_goodbye(self) -> None:
        self._to_desk.hub_state(self.hub, codec.encode(self._state(online=False)))
        self._to_desk.flush()
        await self.session.stop()

    def close(self) -> None:
        """Close the database; the write-ahead log is folded back into it."""
        self._folding.stop()
        if self._company is not None:
            self._company.leases.close()
        self._clock.close()
        self._tallying.close()
        self._watch.close()
        self._reader.close()
        self._connection.close()

    def _state(self, *, online: bool) -> HubState:
        return HubState(hub=self.hub, online=online, born_at=self._born_at, at=_now(), version=__version__)

    def _here(self) -> bytes:
        """Give our state once more, and know it again when it comes back: what the broker kept while we were away comes before it."""
        said = codec.encode(self._state(online=True))
        self._said.add(said)
        return said

    def _will(self) -> Will:
        return Will(self._root.topic("hub", hub=self.hub), codec.encode(self._state(online=False)))

    def _tell_stations(self) -> None:
        self._told.clear()
        for (name,) in self._connection.execute("SELECT name FROM station").fetchall():
            if self._company is None or name in self._company.stations.held:
                self._tell(name, place_of(self._connection, name))

    def _tell(self, name: str, place: Place) -> None:
        self._told[name] = message_for(self._connection, name, place)
        self._to_desk.settings(self._told[name])


def _always() -> bool:
    return True


def _now() -> datetime:
    return datetime.now(UTC)
