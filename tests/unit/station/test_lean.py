"""What a station leaves out of memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parents[3]

PROBE = """
import sys
from station import lean
lean.begin()
lean.without_tls()
import station.commands
for name in ("_ssl", "http.client", "email", "zipfile", "station.layouts", "station.scanners.hid", "hub", "sqlalchemy", "fastapi"):
    assert name not in sys.modules, name
for name in ("station.calibration", "station.recording"):
    assert name not in sys.modules, name
import importlib.metadata, urllib.request, hashlib, random
assert importlib.metadata.version("paho-mqtt")
assert callable(urllib.request.urlopen) and hashlib.sha256(b"").hexdigest()[:4] == "e3b0" and 0 <= random.random() < 1
import ssl
assert isinstance(ssl.create_default_context().verify_mode, ssl.VerifyMode)
assert list(importlib.metadata.entry_points(group="console_scripts"))
"""


def test_what_is_put_off_stays_out_until_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
