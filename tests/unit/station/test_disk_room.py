"""Too little room on the disk is said before nothing can be stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.disk_room import MIB, DiskRoom, Room, room_at

GIB = 1024 * MIB


@pytest.mark.parametrize(
    ("free", "total", "low"),
    [(63 * MIB, 32 * GIB, True), (64 * MIB, 32 * GIB, False), (2 * MIB, 20 * MIB, False), (MIB - 1, 20 * MIB, True), (0, 0, False)],
)
def test_less_than_64_mib_or_a_twentieth_of_a_small_disk_is_too_little(free: int, total: int, low: bool) -> None:
    assert Room(free, total).low(was=False) is low


def test_it_is_enough_again_only_with_a_quarter_more() -> None:
    free = iter([100, 60, 70, 79, 80])
    disk = DiskRoom(lambda: Room(next(free) * MIB, 32 * GIB))
    said = [(disk.look(), disk.low) for _ in range(5)]
    assert said == [(False, False), (True, True), (False, True), (False, True), (True, False)]


def test_a_disk_that_cannot_be_asked_is_as_it_was() -> None:
    def fails() -> Room:
        raise OSError

    disk = DiskRoom(fails)
    assert not disk.look()
    assert (disk.room, disk.low) == (None, False)


def test_the_disk_of_a_folder_is_seen(tmp_path: Path) -> None:
    room = room_at(tmp_path)
    assert 0 < room.free <= room.total
