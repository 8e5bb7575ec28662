"""What people install is the wheel: every file is in it, nothing else is, and its programs start without the working tree.

`make test` builds it and names its folder of programs in HOLDSHELF_BIN.
"""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("station", "broker", "hub")
PROGRAMS = ("holdshelf", "holdshelf-station", "holdshelf-broker")


@pytest.fixture(scope="module")
def programs() -> Path:
    """The folder of the wheel's programs."""
    folder = os.environ.get("HOLDSHELF_BIN")
    if not folder:
        pytest.skip("needs the built wheel: make test")
    return Path(folder)


def files_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def files_here() -> set[str]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(programs: Path) -> None:
    (wheel,) = (programs.parent.parent / "dist").glob("*.whl")
    assert files_in(wheel) == files_here()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_of_the_wheel_starts_in_any_folder(programs: Path, tmp_path: Path, name: str) -> None:
    done = subprocess.run([programs / name, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def test_the_working_tree_is_out_of_the_wheels_sight(programs: Path, tmp_path: Path) -> None:
    code = f"import importlib, json; print(json.dumps([importlib.import_module(name).__file__ for name in {PACKAGES!r}]))"
    done = subprocess.run([programs / "python", "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert all(str(programs.parent) in file for file in json.loads(done.stdout))
