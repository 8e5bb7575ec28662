"""Programs that stand in for those of a desk: small shell scripts, alone on the PATH."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def program(folder: Path, name: str, script: str) -> Path:
    """Write a program of this name; its script knows its folder as $HERE."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\nHERE="{folder}"\n{script}\n', encoding="utf-8")
    path.chmod(0o755)
    return path


USUAL = ("sh", "cat", "cp", "dd", "env", "false", "head", "ls", "mv", "rm", "sed", "sleep", "tail", "touch", "tr", "true", "wc")
"""What scripts of tests may call; a desk's real programs are not among them, whether this machine has them or not."""


def path_with(folder: Path) -> str:
    """Give a PATH on which there are only these programs, and the usual ones of any machine."""
    rest = folder.with_name(f"{folder.name}-rest")
    rest.mkdir(parents=True, exist_ok=True)
    for name in USUAL:
        found, link = shutil.which(name, path="/usr/bin:/bin"), rest / name
        if found is not None and not link.exists():
            link.symlink_to(found)
    return os.pathsep.join([str(folder), str(rest)])
