"""Letters of 10 MB wait, a slow server takes them one by one, and the hub does not grow."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import psutil

from hub.letters.written import Written
from hub.senders.mail import Delivered, MailSettings, Refused
from hub.senders.smtp import SmtpTransport
from hub.store.database import transaction
from tests.support.mail import HOST, until
from tests.unit.hub.senders.conftest import book, empty_database
from tests.unit.hub.senders.notice_book import Clock, NoticeBook, a_sender, running

__all__ = ["book", "empty_database"]

REPOSITORY = Path(__file__).parents[2]
BYTES, GROWS_BYTES = 10_000_000, 3_000_000
SETTLED = 100
"""So many letters in, what is loaded once has been."""
LIMIT_S = 250.0


class Weighed(SmtpTransport):
    """Counts the letters and their bytes, and looks at this process's memory."""

    letters = size = settled = most = 0

    async def deliver(self, letter: Written) -> Delivered | Refused:
        """Deliver one."""
        outcome = await super().deliver(letter)
        self.letters, self.size = self.letters + 1, self.size + len(letter.data)
        if self.letters % SETTLED == 0:
            gc.collect()
            now = psutil.Process().memory_info().rss
            self.settled = self.settled or now
            self.most = max(self.most, now)
        return outcome


async def test_the_hub_does_not_grow_with_a_queue_of_ten_megabytes(book: NoticeBook, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    count = 2200
    with transaction(book.connection):
        for number in range(count):
            book.a_ready(email=f"patron-{number}@patron.example", title=f"{number} " + "A long title of a book " * 5)
    server = subprocess.Popen(  # noqa: ASYNC220 - starts once, and its first line is waited for
        [sys.executable, "-m", "tests.support.mail", str(folder)], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2])
        way = Weighed(MailSettings("loans@library.example", HOST, port, timeout_s=10))
        async with running(a_sender(book, way, Clock())):
            await until(lambda: book.states() == {"sent": count}, LIMIT_S)
    finally:
        server.kill()
        server.communicate()
    assert len(list(folder.glob("*.eml"))) == count
    print(f"{way.letters} letters, {way.size / 1e6:.1f} MB, from {way.settled / 1e6:.1f} MB to {way.most / 1e6:.1f} MB of memory")
    assert way.size >= BYTES
    assert way.most - way.settled < GROWS_BYTES
