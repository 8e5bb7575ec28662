"""Build the wheel and install it into an environment of its own, where the working tree cannot be imported.

The pinned dependencies are seen through a path file that names the main environment's packages; path files in *there*
(the editable install's among them) are not read again, so only the wheel offers station, broker and hub.
Nothing is done while no file that goes into the wheel has changed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("station", "broker", "hub")
ALSO = ("pyproject.toml", "README.md", "LICENSE", "tools/build_wheel_env.py")


def sources() -> list[Path]:
    """Give every file the wheel depends on."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    files = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    return sorted([*files, *(ROOT / name for name in ALSO)])


def fingerprint() -> str:
    """Give one value that changes with any of these files, and with the Python that runs them."""
    total = hashlib.sha256(sys.version.encode())
    for path in sources():
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build_wheel(folder: Path) -> Path:
    """Build the wheel with what is installed here; nothing is fetched."""
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_env(env: Path, wheel: Path) -> None:
    """Make the environment anew, with the wheel and a view of the pinned dependencies."""
    venv.create(env, clear=True, symlinks=True, with_pip=False)
    python = env / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    (site,) = env.glob("lib/python*/site-packages")
    (site / "pinned-dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}\nfailed: {' '.join(command)}")


def main() -> None:
    """Bring the environment named on the command line up to date."""
    env = Path(sys.argv[1]).resolve()
    stamp = env / "made-from"
    now = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
        return
    make_env(env, build_wheel(env.parent / "dist"))
    stamp.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
