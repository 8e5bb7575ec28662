"""A PostgreSQL server of the tests' own: Debian's programs, a folder of its own, a socket instead of a port."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from hub.store.database import open_database
from hub.store.postgres import PostgresConnection
from hub.store.sql import Connection

USER = "postgres"
KILLED_LIMIT_S = 20.0
EMPTY = "empty"
"""The database with the tables and nothing in them; each test has a copy."""
EMPTY_ALL = """
CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$
"""
_number = count(1)


def find_programs() -> Path | None:
    """Give the folder of the newest PostgreSQL's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Server:
    """A running server; ``durable`` makes it keep what it promises, at the cost of a flush a commit."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        # PostgreSQL will not run as root: it gets the account its Debian package made.
        self._account = pwd.getpwnam(USER) if os.geteuid() == 0 else None

    def make(self, *, durable: bool) -> None:
        """Make the files of the server."""
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", str(self.data))
        settings = [
            f"unix_socket_directories = '{self._folder}'",
            "listen_addresses = ''",
            "max_connections = 300",
            "shared_buffers = 64MB",
        ]
        if not durable:
            settings += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")

    @property
    def data(self) -> Path:
        """Where the server keeps its files."""
        return self._folder / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self._folder / "log"), "-w", "-s", "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it; ``immediate`` is a crash."""
        self._run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "-s", "stop")

    def kill(self) -> None:
        """Kill -9 its first process and wait until the others, which see that, are gone; ``start`` recovers from the log."""
        first = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        others = first.children(recursive=True)
        first.kill()
        _gone, left = psutil.wait_procs([first, *others], KILLED_LIMIT_S)
        assert not left, f"the database server did not go: {left}"

    def url(self, database: str = USER) -> str:
        """Give the address of a database."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    def new_database(self, template: str = "template1", name: str | None = None) -> str:
        """Make a database and give its address."""
        import psycopg

        name = name or f"t{next(_number)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def _run(self, program: str, *arguments: str) -> None:
        who: dict[str, Any] = {}
        if self._account is not None:
            who = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [str(self._programs / program), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, cwd=self._folder, **who,
        )  # fmt: skip
        assert done.returncode == 0, f"{program} failed: {done.stdout}"


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """Run a server for a while; its folder is gone afterwards."""
    programs = find_programs()
    assert programs is not None, "apt-get install postgresql"
    # Short: the path of a socket may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hs-pg-"))
    server = Server(folder, programs)
    try:
        server.make(durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _shared() -> Server:
    """Give one server for all tests of this run, with the tables made."""
    if find_programs() is None:
        pytest.skip("needs postgres: apt-get install postgresql (its own cluster need not run)")
    running = running_server()
    server = running.__enter__()
    atexit.register(running.__exit__, None, None, None)
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {EMPTY}".encode())
    open_database(server.url(EMPTY)).close()
    with psycopg.connect(server.url(EMPTY), autocommit=True) as connection:
        connection.execute(EMPTY_ALL)
    return server


_used: dict[str, PostgresConnection] = {}
"""The databases there are, with the connection that has each."""


def fresh() -> str:
    """Give the address of a database without tables, on the server of all tests."""
    return _shared().new_database()


def open_empty() -> tuple[str, Connection]:
    """Give a database with empty tables: one that no test uses any more is emptied, which takes less time than making one."""
    for url, before in _used.items():
        if before.closed:
            connection = PostgresConnection(url)
            connection.execute("SELECT empty_all()")
            break
    else:
        url = _shared().new_database(EMPTY)
        connection = PostgresConnection(url)
    _used[url] = connection
    return url, connection
