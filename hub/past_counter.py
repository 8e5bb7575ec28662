"""The process that counts a long past, at the lowest priority and with an interpreter of its own, so that no scan waits for it.

In a thread of the hub it would hold the interpreter that scans need. It only reads the database; what it counts goes to the hub as one
line a part on its standard output, and the hub, which alone writes, adds it. It is read at the hub's pace: the pipe is short.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from broker.children import end, tethered
from hub.errors import HubError
from hub.flows.count_past import count_past
from hub.flows.keep_tally import Counted
from hub.store.database import open_reader
from hub.store.place import Place
from hub.store.sql import DATABASE_ERRORS

LONGEST_LINE = 4 << 20
"""A part has some thousand rows of about a hundred bytes."""
COMMAND = (sys.executable, "-I", "-c", "'hub.past_counter'; from hub.past_counter import main; main()")
"""The name is for those who look at ps."""


class BrokenOff(HubError):
    """The process ended before it had counted all: it is to be done anew."""


async def counted_beside(place: Place, zone: str) -> AsyncGenerator[Counted]:
    """Give the parts of the past as a process of its own counts them; raises BrokenOff, and OSError where none can be started."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*tethered(COMMAND), stdin=pipe, stdout=pipe, limit=LONGEST_LINE)
    try:
        asked_by, told = cast(asyncio.StreamWriter, process.stdin), cast(asyncio.StreamReader, process.stdout)
        # Not among its arguments, which everybody may read: the address of a server may hold its password.
        asked = {"file": str(place)} if isinstance(place, Path) else {"server": place}
        asked_by.write(json.dumps(asked | {"zone": zone}).encode() + b"\n")
        async for line in told:
            yield _part(line)
        if await process.wait() != 0:
            raise BrokenOff(f"the process that counts the past ended with {process.returncode}")
    finally:
        await end(process)


def main() -> None:
    """Count for the hub that started this process, and end with it."""
    # A service whose unit forbids even that counts at the usual priority.
    with suppress(PermissionError):
        os.nice(19)
    asked = json.loads(sys.stdin.readline())
    place: Place = Path(asked["file"]) if "file" in asked else asked["server"]
    try:
        with closing(open_reader(place)) as reader:
            for part in count_past(reader, ZoneInfo(asked["zone"])):
                sys.stdout.write(json.dumps([part.moved, part.rows, part.gone]) + "\n")
                sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)
    except DATABASE_ERRORS as error:
        sys.exit(f"the past cannot be counted now: {error}")


def _part(line: bytes) -> Counted:
    moved, rows, gone = json.loads(line)
    return Counted({name: (before, behind) for name, (before, behind) in moved.items()}, rows, gone)
