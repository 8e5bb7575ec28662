"""Programs that stand in for those of a desk: small shell scripts, first on the PATH."""

from __future__ import annotations

import os
from pathlib import Path


def program(folder: Path, name: str, script: str) -> Path:
    """Write a program of this name; its script knows its folder as $HERE."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\nHERE="{folder}"\n{script}\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def path_with(folder: Path) -> str:
    """Give a PATH on which these programs come first."""
    return os.pathsep.join([str(folder), "/usr/bin", "/bin"])
