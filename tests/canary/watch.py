"""A run of tests that is listened to: ``make canary``, or ``pytest -p tests.canary.watch`` with any part of the suite.

Every process listens (``ears.py``); at the end all that was heard is searched for all the patrons there were (``search.py``). What is
found is printed with where it was heard, and fails the run.
"""

from __future__ import annotations

import logging
import os
import sysconfig
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from tests.canary.ears import FOLDER, KINDS, listen, note
from tests.canary.search import Finding, Heard, search

EARS = Path(__file__).with_name("ears.py")
BESIDE = Path(sysconfig.get_paths()["purelib"]) / "zz_holdshelf_canary.pth"
"""Python reads it at every start, a program's ``-I`` or not."""
LINE = (
    f"import os; os.environ.get({FOLDER!r}) and exec(compile(open({str(EARS)!r}).read(), {str(EARS)!r}, 'exec'), {{'__name__': 'ears'}})\n"
)
MOST_SHOWN = 60
LOUD = {"HOLDSHELF_LOG": "DEBUG"}

_found = pytest.StashKey[tuple[Heard, list[Finding]]]()

FIRST = FOLDER not in os.environ
"""Whether this is the process a person started, and none that it started."""
if FIRST:
    # At once: what is imported before somebody listens is not heard.
    os.environ |= {FOLDER: mkdtemp(prefix="canary-"), **LOUD}
    listen()
if WRITES := FIRST and not (BESIDE.exists() and BESIDE.read_text() == LINE):
    BESIDE.write_text(LINE)


def pytest_configure() -> None:
    """Let the tests' own process say everything it can."""
    logging.getLogger().setLevel(logging.DEBUG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Read the log files a test leaves, before they go."""
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    for file in folder.rglob("*.log") if isinstance(folder, Path) else ():
        # A browser keeps databases that are called so.
        with suppress(OSError, UnicodeDecodeError):
            for line in file.read_text().splitlines():
                note("log", line)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Read what a test captured of standard error."""
    report = yield
    for line in report.capstderr.splitlines():
        note("error", line, item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Search, once everything has been heard; a finding fails the run."""
    done = yield
    if FIRST:
        heard, found = search(Path(os.environ[FOLDER]))
        session.config.stash[_found] = heard, found
        if found and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return done


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was heard and what of it nobody should have heard."""
    if _found not in config.stash:
        return
    heard, found = config.stash[_found]
    say = terminalreporter.write_line
    said = ", ".join(f"{heard.counts[kind]} {kind}" for kind in KINDS)
    say(f"canary: {heard.patrons} patrons; heard {said}; {len(found)} found")
    say(f"canary: passed over, each with its reason: {dict(Counter(heard.passed))}")
    if deaf := [kind for kind in KINDS if not heard.counts[kind]]:
        say(f"canary: nothing was heard of: {', '.join(deaf)}")
    for finding in found[:MOST_SHOWN]:
        say(f"canary: {finding.kind} has {finding.what}: {finding.text[:300]}\n        in {finding.where}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Listen no more; what was heard is kept only where it is asked for."""
    if not FIRST:
        return
    if WRITES:
        BESIDE.unlink(missing_ok=True)
    folder = os.environ.pop(FOLDER)
    if "HOLDSHELF_CANARY_KEEP" not in os.environ:
        rmtree(folder, ignore_errors=True)
