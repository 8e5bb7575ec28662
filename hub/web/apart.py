"""A process of its own for what takes long to make, reports and long lists as CSV, so that no scan waits for it.

In a thread of the hub such work would hold the interpreter that scans need. The process is started when it is first needed, does one
thing at a time at a low priority, only reads the database, and is ended once nothing has been asked of it for some minutes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection

from broker import __version__
from broker.children import tethered
from broker.log_lines import log_to_stderr, told
from hub.errors import HubError, NotMade
from hub.store.pages.reader import Reader
from hub.store.place import Place

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Line

log = logging.getLogger(__name__)

T = TypeVar("T")
Job = Callable[[Connection], T]
"""Reads and gives what it made of it. It goes to the process and what it gives comes back, so both are plain data: a named function and
its arguments, not one that was made on the spot."""

REST_S = 300.0
"""The process is ended after so long without work; its next start takes a third of a second of processor time."""
LIMIT_S = 60.0
"""For its start, and for one piece of work, which usually takes a tenth of a second: then it is taken for stuck."""
ENDS_S = 1.0
"""Between its last word and its end."""
MOST_WAITING = 20
"""More than so many who wait for it at a time only make everybody wait longer."""
LOW_PRIORITY = 10
"""It starts at the usual one: on a machine that is busy the lowest, 19, would make a start of a third of a second one of a minute."""
COMMAND = (sys.executable, "-I", "-c", "'hub.web.apart'; from hub.web.apart import main; main()")
"""The name is for those who look at ps."""
READY = b"ready"


class Apart:
    """One for an app; nothing is started before something is asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        # It waits while the process works, and whoever comes meanwhile is next. The process ends with the thread that started it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="apart")
        self._lock = threading.Lock()
        """Held by the thread while it starts a process, and by whoever ends it for good: none is started behind that."""
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None
        self._waiting = 0
        self._rest: asyncio.TimerHandle | None = None
        self._over = False

    async def make(self, job: Job[T], *, begun: bool = False) -> T:
        """Give what a job makes, or raise what it raises; NotMade where there is no process to do it, or too many wait for it.

        What has ``begun``, as the rest of a download, is never sent away: half a list is of no use.
        """
        if self._waiting >= MOST_WAITING and not begun:
            raise NotMade("Too many reports and lists are being made. Try again in a moment.").keyed("apart.busy")
        loop = asyncio.get_running_loop()
        self._wake()
        self._waiting += 1
        try:
            return cast(T, await loop.run_in_executor(self._thread, self._ask, job))
        finally:
            self._waiting -= 1
            if not self._waiting and not self._over:
                self._rest = loop.call_later(REST_S, self._thread.submit, self._leave)

    def end(self) -> None:
        """End the process, whatever it does: who waits for it is told, and nothing is made any more."""
        self._wake()
        with self._lock:
            self._over = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End it, and its thread."""
        self.end()
        self._thread.shutdown()
        self._leave()

    def _wake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _ask(self, job: Job[Any]) -> Any:
        asked = pickle.dumps(job)
        try:
            answer = self._exchange(asked)
        except (EOFError, OSError) as error:
            # Somebody ended it, perhaps because memory was short: once more by a new one.
            self._give_up("ended", error)
            try:
                answer = self._exchange(asked)
            except (EOFError, OSError) as again:
                self._give_up("ended again", again)
                raise _not_now() from again
        made, wrong, where = pickle.loads(answer)  # noqa: S301 - from our own child, by a line nobody else has
        if where:
            log.error("what takes long could not be made", extra={"action": "make_apart", "error": where})
        if wrong is not None:
            raise wrong
        return made

    def _exchange(self, asked: bytes) -> bytes:
        line = self._line or self._start()
        line.send_bytes(asked)
        return self._heard(line)

    def _heard(self, line: Line) -> bytes:
        if not line.poll(LIMIT_S):
            self._give_up("stuck", None)
            raise _not_now()
        return line.recv_bytes()

    def _start(self) -> Line:
        # Imported here: a hub of which nothing long is asked does without.
        from multiprocessing import Pipe

        with self._lock:
            if self._over:
                raise NotMade("The hub is ending. Try again when it runs again.").keyed("apart.ending")
            line, theirs = Pipe()
            self._line = line
            with theirs:
                command = tethered((*COMMAND, str(theirs.fileno())))
                self._process = subprocess.Popen(command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)  # noqa: S603
        # Not among its arguments, which everybody may read: the address of a server may hold its password.
        line.send((__version__, self._place))
        self._heard(line)
        return line

    def _give_up(self, why: str, error: Exception | None) -> None:
        code = self._leave(0.0 if error is None else ENDS_S)
        if not self._over:
            said = {"action": "make_apart", "why": why, "code": code, "error": "" if error is None else type(error).__name__}
            log.warning("the process for what takes long is gone", extra=said)

    def _leave(self, patience_s: float = 0.0) -> int | None:
        """Let go of the process; gives the code it ended with by itself, None where it did not."""
        with self._lock:
            line, process = self._line, self._process
            self._line = self._process = None
        if line is not None:
            line.close()
        if process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return process.wait(patience_s)
        process.kill()
        process.wait()
        return None


def _not_now() -> NotMade:
    return NotMade("This cannot be made now. Try again in a moment; the hub's log says more.").keyed("apart.not-now")


def main() -> None:
    """Make what the hub that started this process asks for, and end with it."""
    from multiprocessing.connection import Connection as Line

    log_to_stderr("%(asctime)s %(levelname)s %(message)s", level="INFO")
    # Ctrl-C in a terminal reaches all that was started there, and what is asked for just then is finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Line(int(sys.argv[1])) as line, suppress(EOFError, ConnectionError):
        version, place = line.recv()
        if version != __version__:
            sys.exit(f"The hub is of version {version}, and {__version__} is installed by now: start the hub anew.")
        reader = Reader(place, gently=True)
        # A service whose unit forbids even that works at the usual priority.
        with suppress(PermissionError):
            os.nice(LOW_PRIORITY)
        line.send_bytes(READY)
        while True:
            line.send_bytes(_answer(reader, line.recv_bytes()))


def _answer(reader: Reader, asked: bytes) -> bytes:
    """Give what was made, or what went wrong and, where nobody expected that, where it was: without words, which may name a patron."""
    try:
        return pickle.dumps((reader.read(pickle.loads(asked)), None, ()))  # noqa: S301 - from the hub that started us
    except HubError as error:
        return _packed(error, ())
    except Exception as error:  # noqa: BLE001 - whoever asked hears of it
        return _packed(error, told(error))


def _packed(error: Exception, where: Sequence[str]) -> bytes:
    try:
        packed = pickle.dumps((None, error, where))
        pickle.loads(packed)  # noqa: S301 - written a moment ago
    except Exception:  # noqa: BLE001 - an error may be made of anything
        return pickle.dumps((None, RuntimeError(type(error).__name__), told(error)))
    return packed
