"""Somebody saves a list of requests under a name, or drops one."""

from __future__ import annotations

from hub.errors import Invalid
from hub.store.sql import Connection

MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 1000


def save_view(connection: Connection, *, account: str, name: str, query: str) -> None:
    """Save a list; one of the same name is replaced."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.").keyed("views.unnamed", most=str(LONGEST_NAME))
    if len(query) > LONGEST_QUERY or not query.isprintable():
        raise Invalid("This list has too many words to be saved.").keyed("views.long")
    [key] = connection.execute("SELECT key FROM account WHERE name = ?", (account,)).fetchone()
    connection.execute("DELETE FROM saved_view WHERE account = ? AND name = ?", (key, name))
    if connection.execute("SELECT count(*) FROM saved_view WHERE account = ?", (key,)).fetchone()[0] >= MOST:
        raise Invalid(f"There are {MOST} lists already. Drop one first.").keyed("views.many", most=str(MOST))
    connection.execute("INSERT INTO saved_view(account, name, query) VALUES (?, ?, ?)", (key, name, query))


def drop_view(connection: Connection, *, account: str, name: str) -> None:
    """Drop a list that was saved."""
    connection.execute("DELETE FROM saved_view WHERE name = ? AND account = (SELECT key FROM account WHERE name = ?)", (name, account))
