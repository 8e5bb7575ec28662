"""deploy/services.md, walked from the first command to the last under a real systemd; and the unit files as systemd reads them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.contract.deploy.walk import ROOT, blocks, boot, need_systemd, walk

DEPLOY = ROOT / "deploy"
PAGE = DEPLOY / "services.md"
UNITS = ("holdshelf-station", "holdshelf-hub")
MOST_EXPOSED = 1.5
"""The design's limit; systemd's own unit files are between 2 and 9."""

BEGIN = """\
set -eux
# There is no journal here: what the services say is kept beside.
for unit in hub station; do
    install -D -m 644 /dev/stdin /etc/systemd/system/holdshelf-$unit.service.d/log.conf <<END
[Service]
StandardError=append:/shared/$unit-log
END
done
nano() { sed -i 's|^kind = "typed"|kind = "serial"\\npath = "socket://127.0.0.1:4001"|' "$1"; }
status() { systemctl show --value --property "$1" "$2"; }
until_is() { for _ in $(seq 300); do [ "$(status "$1" "$3")" = "$2" ] && return; sleep 0.2; done; status "$1" "$3"; exit 77; }
scan() {
    python3 - "$1" <<'END' &
import socket, sys, time
with socket.create_server(("127.0.0.1", 4001)) as server:
    # "check" looks whether the scanner can be reached, and is one caller more.
    callers = []
    while True:
        callers.append(server.accept()[0])
        # What comes at once may be the rest of a scan that began before the line was opened.
        time.sleep(1)
        callers[-1].sendall(sys.argv[1].encode() + b"\\r")
END
}
"""

AFTER = """\
# -- both run, and a scan goes through both
until_is StatusText "Ready: scans are answered." holdshelf-hub
until_is StatusText "Online, nothing waits." holdshelf-station
count() {
    python3 -c "import sqlite3; print(*sqlite3.connect('/var/lib/holdshelf/hub.db').execute('SELECT count(*) FROM scan').fetchone())"
}
for _ in $(seq 100); do [ "$(count)" = 1 ] && break; sleep 0.2; done
count > /shared/scans
for unit in hub station; do status ActiveState holdshelf-$unit > /shared/$unit-active; done
stat -c '%U %a' /var/lib/holdshelf-station /var/lib/holdshelf-station/journal.db /etc/holdshelf/station.toml > /shared/modes
tr '\\0' ' ' < /proc/$(status MainPID holdshelf-station)/status | grep -E '^(Uid|NoNewPrivs|Seccomp):' > /shared/confined

# -- a loop that stands still is killed by the watchdog and started again
for unit in hub station; do
    install -D -m 644 /dev/stdin /etc/systemd/system/holdshelf-$unit.service.d/quick.conf <<'END'
[Service]
WatchdogSec=3
RestartSec=1
END
done
systemctl daemon-reload
for unit in hub station; do
    systemctl restart holdshelf-$unit
    first=$(status MainPID holdshelf-$unit)
    kill -STOP "$first"
    for _ in $(seq 200); do
        [ "$(status NRestarts holdshelf-$unit)" = 1 ] && [ "$(status ActiveState holdshelf-$unit)" = active ] && break
        sleep 0.2
    done
    status NRestarts holdshelf-$unit > /shared/$unit-restarts
    status ActiveState holdshelf-$unit > /shared/$unit-again
done

# -- a broker that is away is waited for; a stop is clean
systemctl stop mosquitto
until_is StatusText "Offline, nothing waits." holdshelf-station
sleep 4
status NRestarts holdshelf-station > /shared/station-offline-restarts
systemctl start mosquitto
until_is StatusText "Online, nothing waits." holdshelf-station
systemctl stop holdshelf-station
status Result holdshelf-station > /shared/station-stopped
systemctl start holdshelf-station
"""


def step(block: str) -> str:
    """Give a block as a person types it in the folder with the wheel; Debian's packages are here already."""
    return f"( cd /shared\n{block.replace('apt-get', 'true apt-get')})\n"


def script() -> str:
    """Give the page's commands in the order a library does them, with what is looked at in between."""
    hub = [block.replace("timeout 60", "timeout 15") for block in blocks(PAGE, "The hub")]
    install, start, screen = blocks(PAGE, "A station")
    update, back, copy = blocks(PAGE, "Update and back")
    (away,) = blocks(PAGE, "Away with it")
    given = "cp /var/lib/holdshelf/stations/main-1.toml /shared/main-1.toml\nscan 30000000000996\n"
    version = "version=$(basename /shared/holdshelf-*.whl | cut -d- -f2)\n"
    parts = [
        BEGIN,
        *map(step, hub),
        given,
        step(install),
        step(start),
        AFTER,
        step(update),
        version + step(back.replace("0.1.0", "$version")),
    ]
    # Namespaces have no first console: the file is put there, and the unit is read with it, but not started on it.
    parts += [step(screen.replace("systemctl restart", "systemctl cat")), step(copy), "systemctl stop holdshelf-hub\n", step(away)]
    parts += ["! id holdshelf-station\n", "! systemctl cat holdshelf-station\n", "touch /shared/to-the-end\n"]
    return "".join(parts)


@pytest.mark.faults
@pytest.mark.needs("mosquitto")
def test_the_pages_commands_make_services_that_scan_restart_and_go_away(tmp_path: Path) -> None:
    need_systemd(tmp_path)
    walked = walk(tmp_path, script())
    assert walked.status == "0", walked.last_words()
    assert (walked.folder / "to-the-end").exists()
    assert walked.result("scans") == "1"
    assert [walked.result(f"{unit}-active") for unit in ("hub", "station")] == ["active", "active"]
    assert walked.result("modes").splitlines() == ["holdshelf-station 700", "holdshelf-station 600", "root 640"]
    confined = dict(line.split(":", 1) for line in walked.result("confined").splitlines())
    assert confined["NoNewPrivs"].strip() == "1"
    assert confined["Seccomp"].strip() == "2"
    assert confined["Uid"].split()[0] != "0"
    for unit in ("hub", "station"):
        assert (walked.result(f"{unit}-restarts"), walked.result(f"{unit}-again")) == ("1", "active"), walked.last_words()
    assert walked.result("station-offline-restarts") == "1"
    assert walked.result("station-stopped") == "success"


def installed(folder: Path) -> Path:
    """Give a folder with the units and drop-ins as installed; the programs they name are here instead of in /opt."""
    programs = folder / "opt"
    for name in ("holdshelf", "holdshelf-station"):
        file = programs / "current" / "bin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    units = folder / "units"
    (units / "holdshelf-station.service.d").mkdir(parents=True)
    for file in (DEPLOY / "systemd").glob("*.service"):
        (units / file.name).write_text(file.read_text().replace("ExecStart=/opt/holdshelf", f"ExecStart={programs}"))
    for file in (DEPLOY / "systemd").glob("station-*.conf"):
        (units / "holdshelf-station.service.d" / file.name).write_text(file.read_text())
    return units


@pytest.mark.needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(tmp_path: Path, unit: str) -> None:
    # The colon: behind ours, the system's own.
    environment = {"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{installed(tmp_path)}:"}
    command = ["systemd-analyze", "verify", "--man=no", f"{unit}.service"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "holdshelf" in line]) == (0, [])


@pytest.mark.needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_confined_as_far_as_the_design_asks(unit: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={round(MOST_EXPOSED * 10)}"]
    done = subprocess.run([*command, DEPLOY / "systemd" / f"{unit}.service"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.needs("systemd-analyze")
def test_a_station_belongs_to_the_groups_of_what_a_desk_has(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = DEPLOY / "systemd" / "holdshelf-station.sysusers.conf"
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", file], check=True, capture_output=True, timeout=60)
    groups = [line.split(":") for line in (tmp_path / "etc" / "group").read_text().splitlines()]
    assert {name for name, _, _, members in groups if members == "holdshelf-station"} == {"audio", "dialout", "holdshelf-scanner", "lp"}


def _within_the_unit(command: str) -> str:
    """Give what runs a command as the station's unit would, once, and brings out what it wrote into ``said``."""
    return f"""\
cp /shared/holdshelf-station.service /etc/systemd/system
install -D -m 644 /dev/stdin /etc/systemd/system/holdshelf-station.service.d/try.conf <<END
[Service]
Type=oneshot
Restart=no
WatchdogSec=0
User=root
Group=root
ExecStart=
ExecStart={command}
END
systemctl daemon-reload
systemctl start holdshelf-station.service
cp /var/lib/holdshelf-station/said /shared
"""


SWITCH = "/sys/devices/virtual/mem/null/uevent"
"""A file as ``inhibited`` is one, on every machine; opened for writing and closed it does nothing."""
CONFINED = f"""\
# As the harness mounted it no program here could write it.
mount -o remount,bind,rw /sys
{_within_the_unit(f'/bin/sh -c ": > {SWITCH} && echo written > /var/lib/holdshelf-station/said"')}"""


def test_a_confined_station_can_switch_its_scanner_on(tmp_path: Path) -> None:
    need_systemd(tmp_path)
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "holdshelf-station.service").write_text((DEPLOY / "systemd" / "holdshelf-station.service").read_text())
    walked = boot(shared, CONFINED)
    assert walked.status == "0", walked.last_words()
    assert walked.result("said") == "written"


DESK = {"ttyS": 4, "input": 13, "sound": 116, "ttyACM": 166, "usb-printer": 180, "ttyUSB": 188, "ttyAMA": 204}
DEVICES = f"""\
# Numbers nobody has: what may be opened is only not there.
for each in {" ".join(f"{name}:{major}" for name, major in (DESK | {"memory": 1}).items())}; do
    mknod "/dev/${{each%:*}}" c "${{each#*:}}" 250
done
cp /shared/opens.py /run
{_within_the_unit("/usr/bin/env python3 /run/opens.py")}"""
OPENS = f"""\
import os
said = open("/var/lib/holdshelf-station/said", "w")
for name in {[*DESK, "memory"]}:
    try:
        os.open("/dev/" + name, os.O_RDONLY if name == "input" else os.O_RDWR)
    except PermissionError:
        print(name, file=said)
    except OSError:
        pass
"""


def test_a_confined_station_may_open_what_a_desk_has_and_nothing_else(tmp_path: Path) -> None:
    need_systemd(tmp_path)
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "holdshelf-station.service").write_text((DEPLOY / "systemd" / "holdshelf-station.service").read_text())
    (shared / "opens.py").write_text(OPENS)
    walked = boot(shared, DEVICES)
    assert walked.status == "0", walked.last_words()
    assert walked.result("said") == "memory"


def pins(file: Path) -> dict[str, str]:
    """Give what a file pins, with all hashes."""
    found = re.split(r"^(?=[a-z0-9])", file.read_text(), flags=re.MULTILINE)[1:]
    return {block.split("==")[0]: re.sub(r"\s+#.*", "", block).strip() for block in found}


@pytest.mark.parametrize("part", ["station", "hub"])
def test_what_a_service_installs_is_what_was_tested(part: str) -> None:
    tested, installed = pins(ROOT / "constraints.txt"), pins(DEPLOY / f"pins-{part}.txt")
    assert installed
    assert {name: pin for name, pin in installed.items() if tested.get(name) != pin} == {}


def test_a_station_installs_nothing_of_the_hub() -> None:
    assert {"paho-mqtt", "pydantic", "pyserial"} <= pins(DEPLOY / "pins-station.txt").keys()
    assert not {"fastapi", "sqlalchemy", "uvicorn"} & pins(DEPLOY / "pins-station.txt").keys()


SAID = ("cannot be read", "names no scanner", "no scanner is named", "is not there now", "may not be opened by this user", "is damaged",
        "install 70-holdshelf-scanner.rules", "cannot be reached now", "cannot be written", "the disk is full", "not there: ",
        "this user may not switch it on")  # fmt: skip


@pytest.mark.parametrize("words", SAID)
def test_what_the_troubleshooting_quotes_is_what_the_station_says(words: str) -> None:
    sources = [*(ROOT / "station").rglob("*.py"), ROOT / "broker" / "settings_file.py"]
    assert words in (ROOT / "docs" / "raspberry-pi.md").read_text()
    assert any(words in file.read_text() for file in sources)


def test_every_file_a_page_names_is_there() -> None:
    for page in (PAGE, ROOT / "docs" / "raspberry-pi.md"):
        linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        assert linked
        assert [name for name in linked if not (page.parent / name).exists()] == []


@pytest.mark.parametrize("words", [(), ("station",), ("desk", "x.whl")])
def test_the_installer_says_how_it_is_used(words: tuple[str, ...]) -> None:
    done = subprocess.run(["sh", DEPLOY / "install.sh", *words], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: sh deploy/install.sh station|hub")
