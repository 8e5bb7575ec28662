"""The repository checks itself: what its files may say, how big they may be, what must be there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import broker

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("station", "broker", "hub")
MAX_LINES = 450

HIDDEN_BUT_OURS = {".ci", ".gitignore", ".pre-commit-config.yaml"}
NOT_OURS = {"__pycache__", "build", "data", "dist"}

# Put together here, so that this file does not say them itself.
REGISTRIES = (".".join(("pypi", "org")), "python" + "hosted", "npm" + "js", ".".join(("deb", "debian")), ".".join(("crates", "io")))
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "root", "opt/wheels", "opt/pypi"))


def our_files() -> Iterator[Path]:
    """Give every file of the repository, but not what was built, cached or fetched."""
    for top in sorted(ROOT.iterdir()):
        if top.name in NOT_OURS or (top.name.startswith(".") and top.name not in HIDDEN_BUT_OURS):
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and NOT_OURS.isdisjoint(path.relative_to(ROOT).parts):
                yield path


def text_of(path: Path) -> str:
    """Give a file's text; a picture has none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*REGISTRIES, *MACHINE_PATHS])
def test_no_file_names_a_package_registry_or_a_folder_of_one_machine(word: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in our_files() if word in text_of(path)] == []


def test_the_pins_hold_hashes_and_no_address() -> None:
    pins = read("constraints.txt")
    assert "://" not in pins
    assert not re.search(r"^\s*-(?!-hash=)", pins, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", pins, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


def test_at_the_top_lies_what_belongs_there_and_nothing_that_a_program_left() -> None:
    found = {path.name for path in our_files() if path.parent == ROOT}
    assert found == {
        ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "constraints.txt",
        "pyproject.toml",
    }  # fmt: skip


def test_no_module_is_longer_than_one_subject_takes() -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(text_of(path).splitlines()) for path in modules}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_make_help_lists_every_target() -> None:
    makefile = read("Makefile")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}).stdout
    assert re.findall(r"^make (\S+)  +\S", told, re.MULTILINE) == phony[1].split()


def test_make_without_a_target_is_help() -> None:
    assert ".DEFAULT_GOAL := help" in read("Makefile")


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in text_of(script)
    assert script.stat().st_mode & 0o100


def test_the_licence_is_apache_2() -> None:
    assert "Apache License" in read("LICENSE")
    assert 'license = "Apache-2.0"' in read("pyproject.toml")


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == broker.__version__


def test_every_decision_is_numbered_once() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    numbers = [name[:4] for name in names]
    assert len(set(numbers)) == len(numbers)


def test_every_switched_off_rule_names_itself() -> None:
    bare = re.compile(r"#\s*(noqa(?!:)|type: ignore(?!\[))")
    assert [str(path.relative_to(ROOT)) for path in our_files() if path.suffix == ".py" and bare.search(text_of(path))] == []
