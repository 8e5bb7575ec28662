"""A process of its own for what takes long to make, reports and long lists as CSV, so that no scan waits for it.

In a thread of the hub such work would hold the interpreter that scans need. The process is started when it is first needed, does one
thing at a time at the lowest priority, only reads the database, and ends once nothing has been asked of it for some minutes.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection

from broker.children import tethered
from hub.errors import HubError, NotMade
from hub.store.pages.reader import Reader
from hub.store.place import Place

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Line

T = TypeVar("T")
Job = Callable[[Connection], T]
"""Reads and gives what it made of it. It goes to the process and what it gives comes back, so both are plain data: a named function and
its arguments, not one that was made on the spot."""

REST_S = 300.0
"""The process ends after so long without work; its next start takes a third of a second of processor time."""
LIMIT_S = 60.0
"""Of one piece of work, which usually takes a tenth of a second: then the process is taken for stuck."""
LOWEST_PRIORITY = 19
COMMAND = (sys.executable, "-I", "-c", "'hub.web.apart'; from hub.web.apart import main; main()")
"""The name is for those who look at ps."""
NOT_NOW = "This cannot be made now. Try again in a moment; the hub's log may say more."


class Apart:
    """One for an app; nothing is started before something is asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        # It waits while the process works, and whoever comes meanwhile is next. The process ends with the thread that started it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="apart")
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None
        self._over = False

    async def make(self, job: Job[T]) -> T:
        """Give what a job makes, or raise what it raises; NotMade where there is no process to do it."""
        return cast(T, await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, job))

    def end(self) -> None:
        """End the process, whatever it does: who waits for it is told, and nothing is made any more."""
        self._over = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End it, and its thread."""
        self.end()
        self._thread.shutdown()
        self._leave()

    def _ask(self, job: Job[Any]) -> Any:
        asked = pickle.dumps(job)
        try:
            answer = self._exchange(asked)
        except (EOFError, OSError):
            # It has rested and ended, or somebody ended it: once more by a new one.
            self._leave()
            try:
                answer = self._exchange(asked)
            except (EOFError, OSError) as error:
                self._leave()
                raise NotMade(NOT_NOW) from error
        made, wrong = pickle.loads(answer)  # noqa: S301 - from our own child, by a line nobody else has
        if wrong is not None:
            raise wrong
        return made

    def _exchange(self, asked: bytes) -> bytes:
        line = self._line or self._start()
        line.send_bytes(asked)
        if not line.poll(LIMIT_S):
            self._leave()
            raise NotMade(NOT_NOW)
        return line.recv_bytes()

    def _start(self) -> Line:
        # Imported here: a hub of which nothing long is asked does without.
        from multiprocessing import Pipe

        if self._over:
            raise NotMade("The hub is ending. Try again when it runs again.")
        self._line, theirs = Pipe()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(tethered((*COMMAND, str(number))), pass_fds=(number,), stdin=subprocess.DEVNULL)  # noqa: S603
        # Not among its arguments, which everybody may read: the address of a server may hold its password.
        self._line.send((self._place, REST_S))
        return self._line

    def _leave(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def main() -> None:
    """Make what the hub that started this process asks for, and end with it."""
    from multiprocessing.connection import Connection as Line

    # A service whose unit forbids even that works at the usual priority.
    with suppress(PermissionError):
        os.nice(LOWEST_PRIORITY)
    # Ctrl-C in a terminal reaches all that was started there, and what is asked for just then is finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Line(int(sys.argv[1])) as line, suppress(EOFError, ConnectionError):
        place, rest_s = line.recv()
        reader = Reader(place, gently=True)
        while line.poll(rest_s):
            line.send_bytes(_answer(reader, line.recv_bytes()))


def _answer(reader: Reader, asked: bytes) -> bytes:
    try:
        return pickle.dumps((reader.read(pickle.loads(asked)), None))  # noqa: S301 - from the hub that started us
    except HubError as error:
        return pickle.dumps((None, error))
    except Exception as error:  # noqa: BLE001 - whoever asked hears of it, with where it was
        error.add_note(traceback.format_exc())
        return _packed(error)


def _packed(error: Exception) -> bytes:
    try:
        return pickle.dumps((None, error))
    except (pickle.PicklingError, TypeError, AttributeError):
        return pickle.dumps((None, RuntimeError(traceback.format_exc())))
