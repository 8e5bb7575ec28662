"""How fast letters leave and are planned, and what that takes of memory: ``python -m tests.speed.letters``.

A real mail server in a process of its own takes the letters; the database is a file, as in a library.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from broker.messages import Notice
from hub.clock import Clock
from hub.core.request import State
from hub.senders.mail import MailSettings
from hub.senders.to_patron import PatronSender, transport_for
from hub.settings import HubSettings
from hub.store.database import transaction
from hub.store.moments import to_ms
from tests.unit.hub.senders.notice_book import NOW, NoticeBook, a_sender, running
from tests.unit.hub.senders.notice_book import Clock as At

LETTERS, BOOKS_OF_A_PATRON, DUE = 2000, 3, 100_000
LIMIT_S = 600.0


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--due", type=int, default=DUE, metavar="N")
    options.add_argument("--letters", type=int, default=LETTERS, metavar="N", help="0: none are sent")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdshelf-letters-") as folder:
        for joined in (1, BOOKS_OF_A_PATRON) if given.letters else ():
            _sending(Path(folder) / f"sending-{joined}", given.letters, joined)
        _planning(Path(folder) / "planning", given.due)
    return 0


def _sending(folder: Path, count: int, joined: int) -> None:
    (folder / "taken").mkdir(parents=True)
    book = NoticeBook(folder / "hub.db")
    with transaction(book.connection):
        for number in range(count):
            book.a_ready(email=f"patron-{number}@patron.example", title=f"Title {number}")
        book.connection.execute("UPDATE notice SET patron = (patron - 1) / ? * ? + 1", (joined, joined))
    command = [sys.executable, "-m", "tests.support.mail", str(folder / "taken")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2])
        counted = Counted(count)
        settings = MailSettings("loans@library.example", "127.0.0.1", port)
        first, *beside = [transport_for(settings) for _ in range(HubSettings().mail.connections)]
        sender = a_sender(book, first, At(), publish=counted.heard, beside=beside)
        before, begin, processor = _memory(), time.monotonic(), time.process_time()
        asyncio.run(_until_sent(sender, counted))
        took, used = time.monotonic() - begin, time.process_time() - processor
        server.terminate()
    letters = len(list((folder / "taken").glob("*.eml")))
    print(
        f"{count} notices, {joined} a letter: {letters} letters in {took:.1f} s, {letters / took:.0f} a second "
        f"({used * 1000 / letters:.1f} ms of processor each); memory {before:.0f} -> {_memory():.0f} MB"
    )
    book.connection.close()


class Counted:
    """Hears of each notice that has left, up to a number: asking the database would be measured, too."""

    def __init__(self, count: int) -> None:
        self._left = count
        self.all = asyncio.Event()

    def heard(self, _: Notice) -> None:
        """Count one."""
        self._left -= 1
        if not self._left:
            self.all.set()


async def _until_sent(sender: PatronSender, counted: Counted) -> None:
    async with running(sender):
        await asyncio.wait_for(counted.all.wait(), LIMIT_S)


def _planning(folder: Path, count: int) -> None:
    """All these loans are due soon on one morning."""
    folder.mkdir()
    path = folder / "hub.db"
    book = NoticeBook(path)
    due_at = to_ms(datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC))
    with transaction(book.connection):
        for _ in range(2):
            book.a_ready(state=State.CHECKED_OUT)
        book.connection.execute("DELETE FROM notice")
        book.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO request(key, request_id, source, title, requester, pickup_desk, partner, pieces, state, version, created_at, "
            "changed_at) SELECT i, 'ILL-' || i, 'manual', 'Title ' || i, 1 + i % 2, 'main', 'uni', 1, 'CHECKED_OUT', 1, 0, 0 FROM n",
            (count,),
        )
        book.connection.execute(
            "INSERT INTO item(key, request, piece, barcode, state, received_at, changed_at, episode, circulated, version) "
            "SELECT key, key, 1, 'B' || key, 'CHECKED_OUT', 0, 0, 1, 1, 1 FROM request WHERE key > 2"
        )
        book.connection.execute("UPDATE item SET due_at = ?, checked_out_at = 0", (due_at,))
    # As the hub does it when all is loaded.
    gc.collect()
    gc.freeze()
    clock = Clock(book.connection, path, HubSettings().site_rules(), now=lambda: NOW, changed=lambda _: None)
    before, begin, processor = _memory(), time.monotonic(), time.process_time()
    done, waits = asyncio.run(_looked(clock))
    took, used = time.monotonic() - begin, time.process_time() - processor
    p50, p99, most = (waits[min(len(waits) * part // 100, len(waits) - 1)] for part in (50, 99, 100))
    print(
        f"{done:,} notices planned in {took:.1f} s ({used:.1f} s of processor); somebody else had the loop within {p50:.0f} ms at the "
        f"median, {p99:.0f} ms at p99, {most:.0f} ms at most; memory {before:.0f} -> {_memory():.0f} MB"
    )
    clock.close()
    book.connection.close()


async def _looked(clock: Clock) -> tuple[int, list[float]]:
    """Let the hub's clock look, beside somebody who wants the loop as a scan does; gives how long that one waited each time, rising."""
    waits: list[float] = []
    looks = asyncio.create_task(clock.look())
    while not looks.done():
        began = time.monotonic()
        await asyncio.sleep(0)
        waits.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(0.002)
    return await looks, sorted(waits)


def _memory() -> float:
    return psutil.Process().memory_info().rss / 1e6


if __name__ == "__main__":
    sys.exit(main())
