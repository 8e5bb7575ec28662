"""Sheets to print are scanned back: what a reader makes of the bars is what the hub understands."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hub.core.accounts import StaffRole
from hub.core.commands import USUAL
from hub.web.sheets import bars_of
from tests.support.staff import sign_in

ROWS, BAR = 40, 3
"""Height of a picture, and points of a narrow bar."""


def codes(text: str) -> list[tuple[str, int, list[tuple[int, int]]]]:
    """Give of each barcode of a page its text, its width and its bars."""
    found = []
    for width, label, inside in re.findall(r'<svg class="bars" viewBox="0 0 (\d+) 40".*?aria-label="(.*?)">(.*?)</svg>', text, re.DOTALL):
        bars = [(int(x), int(wide)) for x, wide in re.findall(r'<rect x="(\d+)" width="(\d+)"', inside)]
        found.append((html.unescape(label), int(width), bars))
    return found


def read(folder: Path, width: int, bars: list[tuple[int, int]]) -> str:
    """Give what a reader makes of bars."""
    row = bytearray(b"\xff" * (width * BAR))
    for place, wide in bars:
        row[place * BAR : (place + wide) * BAR] = b"\0" * (wide * BAR)
    picture = folder / "code.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (width * BAR, ROWS) + bytes(row) * ROWS)
    return subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="needs zbarimg: apt-get install zbar-tools")
async def test_command_barcodes_and_request_slips_read_as_what_they_say(program: Any, tmp_path: Path) -> None:
    request = await program.request("A <title>")
    signed = sign_in(program.doors)
    found = codes((await program.http.get("/admin/sheets/commands?desk=main", headers=signed.cookie)).text)
    assert [label for label, _, _ in found] == [command.barcode for command in USUAL]
    slip = (await program.get(f"/requests/{request}"))["request_barcode"]
    slips = codes((await program.http.get("/admin/sheets/slips", headers=signed.cookie)).text)
    assert [label for label, _, _ in slips] == [slip]
    for label, width, bars in (*found, *slips):
        assert read(tmp_path, width, bars) == label
    # A printed slip is scanned like one that came from a station's printer.
    assert (await program.scan("rs-1", slip))["rule"] == "slip.armed"


async def test_a_request_slip_names_no_patron(program: Any) -> None:
    await program.request("A <title>", patron_note="for her mother")
    text = (await program.http.get("/admin/sheets/slips", headers=sign_in(program.doors, StaffRole.RESOURCE_SHARING).cookie)).text
    assert "A &lt;title&gt;" in text
    assert not any(secret in text for secret in ("Ada", "Heron", "mother"))


async def test_labels_are_those_of_the_desks_shelf_and_as_many_as_were_asked_for(program: Any) -> None:
    signed = sign_in(program.doors)

    async def labels(address: str) -> list[str]:
        return re.findall(r"<li>([A-Z]\d+)</li>", (await program.http.get(address, headers=signed.cookie)).text)

    assert await labels("/admin/sheets/shelf?desk=main") == [f"A{number}" for number in range(1, 41)]
    assert await labels("/admin/sheets/shelf?desk=east&from=38&to=99") == ["E38", "E39", "E40"]
    assert await labels("/admin/sheets/shelf?desk=east&from=x&to=-1") == [f"E{number}" for number in range(1, 41)]
    assert (await program.http.get("/admin/sheets/shelf?desk=nowhere", headers=signed.cookie)).status_code == 404


def test_what_code_128_cannot_hold_has_no_bars() -> None:
    assert bars_of("ÄÖ") is None
