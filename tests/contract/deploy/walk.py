"""Walks a page's commands under a real systemd, in a copy of this machine that is thrown away."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.build_wheel_env import build_wheel

ROOT = Path(__file__).resolve().parents[3]
HARNESS = ROOT / "tests" / "support" / "real_systemd.sh"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LIMIT_S = 400
NO_INDEX = ("No matching distribution", "Could not find a version", "Connection", "Temporary failure in name resolution")


@dataclass(frozen=True)
class Walked:
    """What came of a walk."""

    status: str
    log: str
    folder: Path

    def result(self, name: str) -> str:
        """Give what the script noted under this name."""
        return (self.folder / name).read_text().strip()

    def last_words(self) -> str:
        """Give the end of all that was said."""
        logs = [self.log, *(file.read_text(errors="replace") for file in sorted(self.folder.glob("*-log")))]
        return "\n--\n".join(log[-4000:] for log in logs)


def blocks(page: Path, heading: str) -> list[str]:
    """Give the shell blocks below a heading."""
    text = page.read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n## {heading}\n")
    assert rest, f"{page.name} has no heading {heading!r}"
    found = BLOCK.findall(rest.partition("\n## ")[0])
    assert found, f"{page.name}: no commands below {heading!r}"
    return found


def need_systemd(folder: Path) -> None:
    """Skip where systemd cannot be booted in namespaces."""
    if os.geteuid() != 0:
        pytest.skip("needs root: systemd is booted in namespaces of its own")
    if not Path("/lib/systemd/systemd").exists() or shutil.which("systemctl") is None:
        pytest.skip("needs systemd: apt-get install systemd")
    probe = "mount -t tmpfs none . && cd $PWD && mkdir u w m && mount -t overlay -o lowerdir=/,upperdir=u,workdir=w overlay m"
    command = ["unshare", "--mount", "--cgroup", "sh", "-c", probe]
    if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs namespaces and overlayfs: systemd is booted in a copy of this machine")


def walk(folder: Path, script: str) -> Walked:
    """Run a script as the only service of a systemd of its own; deploy/ and the wheel lie beside it."""
    shared = folder / "shared"
    shared.mkdir()
    shutil.copytree(ROOT / "deploy", shared / "deploy")
    shutil.copy(build_wheel(folder / "dist"), shared)
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HTTP_", "HTTPS_", "http", "NO_PROXY"))}
    (shared / "environment").write_text("".join(f'{name}="{value}"\n' for name, value in {"HOME": "/root", **pip}.items()))
    walked = boot(shared, script)
    log = walked.log
    if walked.status != "0" and any(words in log for words in NO_INDEX):
        pytest.skip("needs a package index: the pages' installation is walked")
    return walked


def boot(shared: Path, script: str) -> Walked:
    """Run a script as the only service of a systemd of its own, with nothing but what lies in this folder."""
    (shared / "script.sh").write_text(script)
    subprocess.run(["sh", HARNESS, shared], timeout=LIMIT_S, check=True, capture_output=True)
    return Walked((shared / "status").read_text().strip(), (shared / "log").read_text(errors="replace"), shared)
