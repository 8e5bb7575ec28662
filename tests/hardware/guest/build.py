"""Build the guest from Debian packages: ``vmlinux`` and ``guest.cpio`` in .make/hardware. Needs no root and installs nothing.

The packages are downloaded once. The kernel is unpacked here, because an emulated processor would take seconds to do it; everything
else is one archive the kernel keeps in memory. What goes into the guest is one fingerprint; nothing is done while it stays the same.
"""

from __future__ import annotations

import compileall
import fcntl
import functools
import hashlib
import lzma
import os
import py_compile
import re
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
OUT = ROOT / ".make" / "hardware"
BYTECODE = "/checkout/.make/hardware/bytecode"

PACKAGES = (
    "busybox-static", "kmod", "libkmod2", "libssl3", "liblzma5", "libzstd1", "libc6", "libc-bin", "libgcc-s1", "udev", "libudev1",
    "libblkid1", "libacl1", "libselinux1", "libpcre2-8-0", "libcap2", "python3.11-minimal", "libpython3.11-minimal",
    "libpython3.11-stdlib", "zlib1g", "libbz2-1.0", "libffi8", "libexpat1", "libsqlite3-0", "libuuid1", "media-types",
)  # fmt: skip
KERNEL = "linux-image-amd64"
MODULES = (
    "evdev", "usbhid", "hid-generic", "cdc-acm", "dummy_hcd", "libcomposite", "usb_f_hid", "usb_f_acm", "xhci-pci", "usbserial",
    "ftdi_sio", "virtio_pci", "virtio_console", "virtio_net", "virtio_blk", "9p", "9pnet_virtio", "ext4", "crc32c_generic",
)  # fmt: skip
PINS = ("pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection", "paho-mqtt", "pyserial")
"""What a station installs, from constraints.txt, for the guest's own Python 3.11."""
PEOPLE = {
    "etc/passwd": "root:x:0:0::/tmp:/bin/sh\nstation:x:1000:1000::/tmp:/bin/sh\nother:x:1001:1001::/tmp:/bin/sh\n",
    "etc/group": "root:x:0:\ntty:x:5:\ndisk:x:6:\ndialout:x:20:\ninput:x:104:\nholdshelf-scanner:x:105:\nstation:x:1000:\nother:x:1001:\n",
}
LEFT_OUT = re.compile(
    r"\./(usr/share/(doc|man|locale|bug|lintian|initramfs-tools|bash-completion)|lib/udev/hwdb\.d|lib/systemd/system|etc/init\.d"
    r"|usr/lib/python3\.11/(test|idlelib|ensurepip|lib2to3|distutils)|usr/lib/x86_64-linux-gnu/gconv)(/|$)"
)
Say = Callable[[str], None]
HOST_COMPILES = sys.version_info[:2] == (3, 11)
"""Whether this Python's bytecode is the guest's; to compile there takes twenty seconds."""


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process is at the guest's files, and let none come in meanwhile."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(say: Say) -> Path:
    """Give the folder of a guest that is up to date."""
    stamp = OUT / "stamp"
    if not stamp.exists() or stamp.read_text() != fingerprint():
        _build(say)
        stamp.write_text(fingerprint())
    return OUT


def compile_station(checkout: Path) -> None:
    """Compile a checkout's station for the guest, which mounts the checkout at /checkout and looks in ``BYTECODE``."""
    for source in (path for package in ("station", "broker") for path in (checkout / package).rglob("*.py")):
        place = Path("checkout") / source.relative_to(checkout)
        target = OUT / "bytecode" / place.parent / f"{place.stem}.cpython-311.pyc"
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            target.parent.mkdir(parents=True, exist_ok=True)
            py_compile.compile(str(source), str(target), f"/{place}")


@functools.cache
def fingerprint() -> str:
    """Give one value that changes with anything that goes into the guest."""
    total = hashlib.sha256()
    for path in [*sorted(HERE.rglob("*.py")), HERE / "init.sh"]:
        total.update(path.read_bytes())
    total.update("".join(_pins()).encode())
    return total.hexdigest()


def _build(say: Say) -> None:
    root, kernel = OUT / "root", OUT / "kernel"
    for folder in (root, kernel):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    say("getting Debian packages (about 90 MB the first time)")
    image = re.search(r"Depends: (linux-image-\S+)", _told("apt-cache", "depends", KERNEL))
    assert image, f"apt-cache knows no {KERNEL}: run apt-get update"
    packages = _download([*PACKAGES, image[1]])
    say("unpacking")
    for package in packages[:-1]:
        _unpack(package, root)
    _unpack(packages[-1], kernel)
    _furnish(root)
    (OUT / "vmlinux").write_bytes(_kernel(kernel))
    _modules(kernel, root)
    say("adding the station's packages")
    _add_packages(root / "usr/local/lib/python3.11/dist-packages")
    if HOST_COMPILES:
        _compile(root)
    say("writing the archive")
    with (OUT / "guest.cpio").open("wb") as file:
        _write_archive(root, file)


def _told(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _download(packages: list[str]) -> list[Path]:
    folder = OUT / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in packages if not list(folder.glob(f"{name}_*.deb"))]
    if missing:
        command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *missing]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return [next(folder.glob(f"{name}_*.deb")) for name in packages]


def _unpack(package: Path, root: Path) -> None:
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as pipe, tarfile.open(fileobj=pipe.stdout, mode="r|") as tar:
        for member in tar:
            if not LEFT_OUT.match(member.name):
                tar.extract(member, root)


def _furnish(root: Path) -> None:
    for name in ("proc", "sys", "run", "tmp", "mnt", "checkout", "var/lib", "usr/sbin"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name, text in PEOPLE.items():
        (root / name).write_text(text)
    shutil.copy(HERE / "init.sh", root / "init")
    (root / "init").chmod(0o755)
    inside = root / "lab" / "tests" / "hardware" / "guest" / "inside"
    shutil.copytree(HERE / "inside", inside, ignore=shutil.ignore_patterns("__pycache__"))


def _kernel(tree: Path) -> bytes:
    """Give the ELF kernel, which QEMU can start at once, out of its compressed image (the fields are those of the x86 boot protocol)."""
    [path] = (tree / "boot").glob("vmlinuz-*")
    image = path.read_bytes()
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = ((image[0x1F1] or 4) + 1) * 512 + offset
    # Its last four bytes are its unpacked size.
    return lzma.decompress(image[start : start + length - 4])


def _modules(tree: Path, root: Path) -> None:
    [source] = (tree / "lib/modules").iterdir()
    target = root / "lib/modules" / source.name
    there = {_plain(path.stem): path for path in source.rglob("*.ko")}
    for name in _with_needs(there):
        copy = target / there[name].relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(there[name], copy)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy(source / name, target / name)
    libraries = f"{root}/lib/x86_64-linux-gnu:{root}/usr/lib/x86_64-linux-gnu"
    loader = (root / "lib64/ld-linux-x86-64.so.2", "--argv0", "depmod", "--library-path", libraries)
    _told(*loader, root / "bin/kmod", "-b", root, source.name)


def _with_needs(there: dict[str, Path]) -> list[str]:
    wanted = [_plain(name) for name in MODULES]
    # Grows while it is walked: a module names what it needs.
    for name in wanted:
        needs = re.search(rb"\0depends=([^\0]*)\0", there[name].read_bytes())
        wanted += [each for each in _plain(needs[1].decode()).split(",") if each and each not in wanted] if needs else []
    return wanted


def _plain(name: str) -> str:
    return name.replace("-", "_")


def _pins() -> Iterator[str]:
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return (block for block in blocks if block.split("==")[0] in PINS)


def _add_packages(folder: Path) -> None:
    wanted = OUT / "station-pins.txt"
    wanted.write_text("".join(_pins()))
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-qq",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
    ]
    subprocess.run([*pip, "--python-version", "3.11", "--implementation", "cp", "--target", folder, "-r", wanted], check=True)


def _compile(root: Path) -> None:
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for name in ("usr/lib/python3.11", "usr/local/lib/python3.11", "lab"):
        compileall.compile_dir(root / name, quiet=2, workers=0, stripdir=str(root), invalidation_mode=unchecked)


def _write_archive(root: Path, file: BinaryIO) -> None:
    for top, folders, files in os.walk(root):
        for name in sorted(folders + files):
            path = Path(top, name)
            _write_entry(file, str(path.relative_to(root)), path.lstat().st_mode, _content(path))
    _write_entry(file, "TRAILER!!!", 0, b"")


def _content(path: Path) -> bytes:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return os.readlink(path).encode()
    return path.read_bytes() if stat.S_ISREG(mode) else b""


def _write_entry(file: BinaryIO, name: str, mode: int, data: bytes) -> None:
    """Write one file in the kernel's newc form: everything belongs to root, whoever builds it."""
    head = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    for part in (b"070701" + b"".join(b"%08x" % value for value in head) + name.encode() + b"\0", data):
        file.write(part + b"\0" * (-(file.tell() + len(part)) % 4))


if __name__ == "__main__":
    build(lambda words: print(f"guest: {words}", flush=True))
