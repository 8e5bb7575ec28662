"""A test's marker is its folder; a test that needs a part is skipped with a sentence, and the summary counts those."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# Speed is measured, never asserted: a busy machine must not fail a test.
settings.register_profile("holdshelf", deadline=None)
settings.load_profile("holdshelf")

HERE = Path(__file__).parent
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 - pytest makes a folder of its own in it
POSTGRES = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *POSTGRES])

PARTS = {
    "apt-get": "Debian packages make the lab's guest",
    "aplay": "apt-get install alsa-utils",
    "curl": "apt-get install curl",
    "chromium": "apt-get install chromium",
    "faketime": "apt-get install faketime",
    "mke2fs": "apt-get install e2fsprogs",
    "mosquitto": "apt-get install mosquitto",
    "mosquitto_pub": "apt-get install mosquitto-clients",
    "mosquitto_sub": "apt-get install mosquitto-clients",
    "mutt": "apt-get install mutt",
    "postfix": "apt-get install postfix (its own service need not run)",
    "postgres": "apt-get install postgresql (its own cluster need not run)",
    "promtool": "apt-get install prometheus (97 MB; its service need not run)",
    "rabbitmq-server": "apt-get install rabbitmq-server (its own node need not run)",
    "qemu-system-x86_64": "apt-get install qemu-system-x86, or make hardware as root",
    "socat": "apt-get install socat",
    "swaks": "apt-get install swaks",
    "systemd-analyze": "apt-get install systemd",
    "xkbcli": "apt-get install libxkbcommon-tools",
    "ser2net": "apt-get install ser2net",
    "zbarimg": "apt-get install zbar-tools",
    "pdftoppm": "apt-get install poppler-utils",
    "pdftotext": "apt-get install poppler-utils",
}
"""Programs a test may need, and how to get each."""


def pytest_configure(config: pytest.Config) -> None:
    """Put what tests write into memory where there is room: thousands of little databases would wait for the disk at each commit.

    What is about disks brings its own, and the virtual machine's are large.
    """
    if "not hardware" in config.option.markexpr and "PYTEST_DEBUG_TEMPROOT" not in os.environ and _has_room(MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)


def _has_room(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    # In a container it is often small, and nothing can be run from it.
    return found.f_bavail * found.f_frsize >= MEMORY_BYTES and not found.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the folder of tests/ it stands in."""
    folder = item.path.relative_to(HERE).parts[0]
    item.add_marker(getattr(pytest.mark, folder))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose ``needs`` marker names a program this machine has not got."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            how = PARTS[program]
            if shutil.which(program, path=SYSTEM_PATH) is None:
                pytest.skip(f"needs {program}: {how}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, one line a reason."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped: {count} {'test' if count == 1 else 'tests'}: {reason}")


def _reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple | list) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
