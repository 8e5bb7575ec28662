"""A small disk in a file that can lose its power or be full: ext4 on a loop device. Only root can."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from pathlib import Path

from tests.support.programs import wait_for

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
"""What the file system's journal has not written yet is lost: a power cut."""
MIB = 1024 * 1024
BALLAST = "ballast"
UNMOUNT_LIMIT_S = 10.0


def missing() -> str | None:
    """Say why there can be no such disk here, None when there can."""
    if os.geteuid() != 0:
        return "only root can mount a disk in a file"
    lacking = [name for name in ("mke2fs", "mount", "umount") if shutil.which(name) is None]
    if lacking:
        return f"{', '.join(lacking)} missing: apt-get install e2fsprogs mount"
    return None if Path("/dev/loop-control").exists() else "this kernel has no loop devices"


class Disk:
    """Mounted at a folder from the beginning to ``close``."""

    def __init__(self, image: Path, folder: Path, mib: int) -> None:
        self.folder = folder
        self._image = image
        with image.open("wb") as file:
            file.truncate(mib * MIB)
        # Nothing kept back for root, who runs this; a lazy start would write for a minute.
        options = "lazy_itable_init=0,lazy_journal_init=0"
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-E", options, image], check=True)
        folder.mkdir(parents=True, exist_ok=True)
        self.mount()

    def mount(self) -> None:
        """Bring it up; ext4 replays its journal."""
        subprocess.run(["mount", "-t", "ext4", "-o", "loop,noatime", self._image, self.folder], check=True)

    def unmount(self) -> None:
        """Take it away; waits for the last program that has a file open there."""
        wait_for(lambda: _quietly("umount", self.folder), f"{self.folder} to be let go", UNMOUNT_LIMIT_S)

    def cut(self) -> None:
        """Cut the power: nothing is written any more, and what was not on the disk is gone. ``unmount`` and ``mount`` bring it back."""
        opened = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(opened, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(opened)

    def fill(self) -> None:
        """Leave no byte of room."""
        with (self.folder / BALLAST).open("ab") as ballast:
            for piece in (MIB, 64 * 1024, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        ballast.write(bytes(piece))
                        ballast.flush()
            with contextlib.suppress(OSError):
                os.fsync(ballast.fileno())

    def make_room(self) -> None:
        """Take the ballast away."""
        (self.folder / BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        """Take it away, whoever is still there."""
        if not _quietly("umount", self.folder):
            _quietly("umount", "-l", self.folder)


def _quietly(*command: str | Path) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
