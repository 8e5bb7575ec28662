"""A station with serial scanners installs from wheels alone, on a machine without a compiler, and brings nothing of the hub.

`make test` builds the wheel; what it needs comes from the package index that pip is set up for, in the pinned versions.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.fakes import path_with
from tests.support.ptys import PtyScanner

ROOT = Path(__file__).resolve().parents[2]
COMPILERS = ("cc", "gcc", "c++", "g++", "clang", "c99", "tcc", "rustc", "cargo", "make")
LIMIT_S = 300
PIN = re.compile(r"^([A-Za-z0-9._-]+==\S+)", re.MULTILINE)
SETTINGS = """station = "front-1"
site = "main"
[mqtt]
password = "none"
[[scanner]]
kind = "serial"
path = "{path}"
"""


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel that `make test` built."""
    folder = os.environ.get("HOLDSHELF_BIN")
    if not folder:
        pytest.skip("needs the built wheel: make test")
    (found,) = (Path(folder).parent.parent / "dist").glob("*.whl")
    return found


class Machine:
    """A machine with Python, the usual programs and no compiler; an empty environment on it."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "env" / "bin"
        self._environment = dict(os.environ) | {"PATH": path_with(folder / "programs"), "HOME": str(folder)}
        for name in ("CC", "CXX", "PYTHONPATH", "VIRTUAL_ENV"):
            self._environment.pop(name, None)
        venv.create(folder / "env", symlinks=True, with_pip=False)

    def has(self, program: str) -> bool:
        """Whether somebody on this machine could call it."""
        return shutil.which(program, path=self._environment["PATH"]) is not None

    def install(self, *what: str) -> subprocess.CompletedProcess[str]:
        """Install wheels, and nothing that would have to be built."""
        pip = (sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "--disable-pip-version-check")
        return self.run(*pip, "install", "--quiet", "--no-cache-dir", "--only-binary", ":all:", *what)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of it."""
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=LIMIT_S)


def pins(folder: Path) -> Path:
    """Give our pins without their hashes: a file of our own, like the wheel, has none."""
    file = folder / "pins.txt"
    file.write_text("\n".join(PIN.findall((ROOT / "constraints.txt").read_text())) + "\n")
    return file


def test_a_serial_only_station_installs_without_a_compiler_and_checks_its_settings(wheel: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert [program for program in COMPILERS if machine.has(program)] == []
    done = machine.install("--constraint", str(pins(tmp_path)), f"{wheel}[station]")
    assert done.returncode == 0, done.stderr
    with PtyScanner(tmp_path / "scanner") as pty:
        settings = tmp_path / "station.toml"
        settings.write_text(SETTINGS.format(path=pty.path))
        checked = machine.run(machine.bin / "holdshelf-station", "check", "--config", settings)
    assert checked.returncode == 0, checked.stderr
    assert "ok: the station can run." in checked.stdout
    listed = machine.run(machine.bin / "python", "-c", "from importlib.metadata import distributions as d; print(*[x.name for x in d()])")
    found = {name.lower() for name in listed.stdout.split()}
    assert found >= {"holdshelf", "pyserial", "paho-mqtt", "pydantic"}
    assert not found & {"evdev", "fastapi", "sqlalchemy", "alembic", "uvicorn", "jinja2", "iotcore"}
