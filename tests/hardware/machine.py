"""The guest as a virtual machine in QEMU: started from its saved state, asked through its hand, cut from the net, switched off.

An emulated processor (no KVM), so that it runs anywhere. The guest reaches one address, 10.0.2.100:1883, which is the broker on this
machine's loopback, and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import queue
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from broker.children import tethered
from tests.hardware.guest import build
from tests.support.programs import wait_for

BROKER_HOST, BROKER_PORT = "10.0.2.100", 1883
QEMU = "qemu-system-x86_64"
NEEDED = (QEMU, "socat", "mke2fs", "mosquitto", "apt-get")
"""What a test in the lab needs, for its marker."""
MEMORY_MB = 320
BOOT_LIMIT_S = 180.0
ASK_LIMIT_S = 200.0
CHECKOUT = Path(os.environ.get("HOLDSHELF_LAB_CHECKOUT", build.ROOT))
"""Whose station runs in the guest."""
KERNEL_LINE = "console=ttyS0 quiet nokaslr mitigations=off no_timer_check net.ifnames=0 panic=-1"
Take = Callable[[dict[str, Any]], None]


class Wire:
    """Questions and answers as JSON lines on a Unix socket; whatever is no answer goes to ``take``."""

    def __init__(self, path: Path, take: Take) -> None:
        self._take = take
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX)
        wait_for(lambda: self._socket.connect_ex(str(path)) == 0, f"QEMU to open {path.name}")
        self._lines = self._socket.makefile("rw", encoding="utf-8")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def ask(self, question: dict[str, Any], limit_s: float = ASK_LIMIT_S) -> dict[str, Any]:
        """Give the answer to a question."""
        answer: queue.Queue[dict[str, Any]] = queue.Queue()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = answer
            self._lines.write(json.dumps(question | {"id": number}) + "\n")
            self._lines.flush()
        try:
            return answer.get(timeout=limit_s)
        except queue.Empty:
            raise AssertionError(f"no answer within {limit_s:.0f} s to {question}") from None

    def close(self) -> None:
        """Hang up, and return when nothing is read any more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        with contextlib.suppress(OSError):
            self._lines.close()
        self._socket.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._lines:
                message = json.loads(line)
                waiting = self._waiting.pop(message.get("id", 0), None)
                if waiting is not None:
                    waiting.put(message)
                else:
                    self._take(message)
        for waiting in list(self._waiting.values()):
            waiting.put({"failed": "the machine is gone", "error": "the machine is gone"})


class Machine:
    """One running guest. As a context it is switched off at the end."""

    def __init__(self, broker_port: int, disk: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="holdshelf-lab-"))
        self._hears: dict[tuple[str, str], Callable[[str | None], None]] = {}
        self._ready = threading.Event()
        state = saved_state()
        command = _command(self.folder, broker_port)
        if state.exists():
            command += ["-incoming", f"exec:cat {shlex.quote(str(state))}"]
        self._process = subprocess.Popen(tethered(command), stdin=subprocess.DEVNULL, start_new_session=True)
        with contextlib.ExitStack() as failed:
            failed.callback(self.cut_power)
            self._monitor = Wire(self.folder / "monitor", lambda event: None)
            self._hand = Wire(self.folder / "hand", self._heard)
            self._begin(state)
            self._furnish(disk)
            failed.pop_all()

    def _begin(self, state: Path) -> None:
        self.command("qmp_capabilities")
        if state.exists():
            wait_for(lambda: self.command("query-status")["status"] != "inmigrate", "the saved machine to be read", BOOT_LIMIT_S)
        else:
            wait_for(self._ready.is_set, f"the guest to boot\n{self.folder}/console", BOOT_LIMIT_S)
            self._save(state)
        self.command("cont")

    def _furnish(self, disk: Path | None) -> None:
        self.call("set_clock", at=time.time())
        if disk is not None:
            self.command("blockdev-add", **{"driver": "raw", "node-name": "disk", "file": {"driver": "file", "filename": str(disk)}})
            self.command("device_add", driver="virtio-blk-pci", id="disk0", drive="disk")
            self.shell("until [ -e /dev/vda ]; do usleep 20000; done; mkdir -p /var/lib/station; mount -t ext4 /dev/vda /var/lib/station")
        self.shell("mount -t 9p -o trans=virtio,ro,cache=loose,msize=262144 checkout /checkout")

    def call(self, what: str, /, *, patience_s: float = ASK_LIMIT_S, **given: Any) -> Any:
        """Have something done in the guest and give what came of it."""
        answer = self._hand.ask({"call": what, "with": given}, patience_s)
        assert "failed" not in answer, f"{what}: {answer['failed']}"
        return answer["gives"]

    def shell(self, script: str) -> str:
        """Run a shell script in the guest as root, and give what it wrote."""
        done = self.call("run", command=["sh", "-ec", script])
        assert done["code"] == 0, f"{script}: {done}"
        return str(done["out"])

    def hear(self, program: str, stream: str, take: Callable[[str | None], None]) -> None:
        """Hand over every line a program in the guest writes, and None at its end."""
        self._hears[program, stream] = take

    def command(self, name: str, /, **arguments: Any) -> Any:
        """Give QEMU a command of its monitor."""
        answer = self._monitor.ask({"execute": name, "arguments": arguments})
        assert "error" not in answer, f"{name}: {answer['error']}"
        return answer["return"]

    def network(self, *, up: bool) -> None:
        """Plug the guest's network cable in, or pull it."""
        self.command("set_link", name="net", up=up)

    def cut_power(self) -> None:
        """End the machine as if its power were gone: what it had not written to its disk is lost."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Switch off and leave nothing behind."""
        self.cut_power()
        for wire in (self._monitor, self._hand):
            wire.close()
        for take in self._hears.values():
            take(None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _heard(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._ready.set()
        elif take := self._hears.get((message.get("program", ""), message.get("stream", ""))):
            take(message["line"])

    def _save(self, state: Path) -> None:
        for old in state.parent.glob("state-*"):
            old.unlink()
        self.command("stop")
        self.command("migrate-set-parameters", **{"max-bandwidth": 1 << 34})
        self.command("migrate", uri=f"exec:cat > {shlex.quote(str(state))}.new")
        wait_for(lambda: self.command("query-migrate")["status"] not in ("setup", "active"), "the machine to be saved", BOOT_LIMIT_S)
        status = self.command("query-migrate")
        assert status["status"] == "completed", status
        Path(f"{state}.new").replace(state)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def saved_state() -> Path:
    """Give the file of the booted machine, named by all that made it: the guest, this file and QEMU's release."""
    version = subprocess.run([QEMU, "--version"], capture_output=True, check=True).stdout
    made_of = hashlib.sha256(version + Path(__file__).read_bytes() + build.fingerprint().encode())
    return build.OUT / f"state-{made_of.hexdigest()[:16]}"


def make_disk(path: Path) -> Path:
    """Give an empty disk."""
    with path.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", path], check=True)
    return path


def _command(folder: Path, broker_port: int) -> list[str]:
    # socat carries each connection to the broker: QEMU would open one without a command only once.
    forward = f"guestfwd=tcp:{BROKER_HOST}:{BROKER_PORT}-cmd:socat -lf /dev/null - TCP:127.0.0.1:{broker_port}"
    return [
        shutil.which(QEMU) or QEMU, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-vga", "none",
        "-accel", "tcg", "-cpu", "qemu64", "-machine", "pc,usb=off", "-m", str(MEMORY_MB),
        "-kernel", str(build.OUT / "vmlinux"), "-initrd", str(build.OUT / "guest.cpio"), "-append", KERNEL_LINE,
        "-serial", f"file:{folder}/console", "-qmp", f"unix:{folder}/monitor,server=on,wait=off",
        "-device", "virtio-serial-pci", "-chardev", f"socket,id=hand,path={folder}/hand,server=on,wait=off",
        "-device", "virtserialport,chardev=hand,name=hand",
        "-netdev", f"user,id=net,restrict=on,{forward}", "-device", "virtio-net-pci,netdev=net,romfile=",
        "-fsdev", f"local,id=checkout,path={CHECKOUT},security_model=none,readonly=on",
        "-device", "virtio-9p-pci,fsdev=checkout,mount_tag=checkout",
        "-device", "qemu-xhci,id=usb,p2=4,p3=4", "-trace", "usb_serial_set_*", "-D", f"{folder}/lines",
    ]  # fmt: skip
