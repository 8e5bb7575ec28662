"""Processes of the measurement: started, ended with us, and asked of the kernel what they cost."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from broker.children import tethered

ROOT = Path(__file__).parents[2]
STOP_LIMIT_S = 8.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def start(
    command: list[str],
    stack: contextlib.ExitStack,
    *,
    log: Path,
    asked: bool = False,
    environment: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """Start a program that ends with the stack, or when we are killed; its standard output is for us, its errors are for the log."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            tethered(command),
            stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=cwd,
            env=os.environ | (environment or {}),
        )
    stack.callback(stop, process)
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process we started, whatever its state."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def wait_for_line(process: subprocess.Popen[bytes], words: str, limit_s: float) -> None:
    """Read standard output up to the line that says so; a program that ends or hangs is an error."""
    assert process.stdout is not None
    watch = Timer(limit_s, process.kill)
    watch.start()
    try:
        while line := process.stdout.readline():
            if words in line.decode(errors="replace"):
                return
    finally:
        watch.cancel()
    raise RuntimeError(f"{process.args!r} never said {words!r}")


def cpu_s(pid: int) -> float:
    """Give the CPU time a process has used, user and system, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory, and its share where pages are shared with others, in MiB."""

    rss: float
    pss: float


def memory(pid: int) -> Memory:
    """Give what a process holds."""
    rss = _kib(Path(f"/proc/{pid}/status").read_text(), "VmRSS:")
    pss = _kib(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss:")
    return Memory(rss / 1024, pss / 1024)


def _kib(text: str, label: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(label))


def machine(folder: Path) -> dict[str, Any]:
    """Say what this was measured on."""
    model = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return {
        "cores": os.cpu_count(),
        "cpu": model.partition(":")[2].strip(),
        "kernel": platform.release(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "file_system": _file_system(folder),
        "busy_before": os.getloadavg()[0],
    }


def _file_system(folder: Path) -> str:
    found = ("", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if folder.resolve().is_relative_to(place) and len(place) > len(found[0]):
            found = (place, kind)
    return found[1]
