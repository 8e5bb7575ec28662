"""Hubs that know of each other do not work beside one that does not."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pytest

from hub.errors import ConfigError
from hub.several.company import refuse_beside_others
from hub.store.fence import Fence
from hub.watch.disk import DiskWatch
from tests.support.desks import Library

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

from hub.store.leases import LeaseTable
from hub.store.postgres import PostgresConnection
from tests.support.postgres import open_empty

needs_server = pytest.mark.needs("postgres")


@needs_server
def test_a_hub_that_knows_nothing_of_others_is_refused_while_there_are_any() -> None:
    url, connection = open_empty()
    with closing(connection), closing(LeaseTable(url)) as table:
        refuse_beside_others(connection)
        number = table.join("hub-2")
        with pytest.raises(ConfigError, match=r"hub-2.*several = true"):
            refuse_beside_others(connection)
        table.leave("hub-2", number, {})
        refuse_beside_others(connection)


def test_a_file_has_one_hub_anyway(library: Library) -> None:
    refuse_beside_others(library.connection)


def test_a_hub_that_is_alone_needs_no_driver_of_a_server() -> None:
    program = "import sys; sys.modules['psycopg'] = None; import hub.service; assert 'hub.store.postgres' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_server
def test_a_hub_that_lost_its_lease_does_not_say_that_the_disk_is_full() -> None:
    url, connection = open_empty()
    with closing(connection):
        assert isinstance(connection, PostgresConnection)
        connection.stand_behind(Fence("hub-1"))
        watch = DiskWatch(connection, url, trouble=lambda: None, quiet_s=0)
        watch.try_to_write(0.0)
        watch.try_to_write(1.0)
        assert watch.problem is None
