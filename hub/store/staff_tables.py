"""The tables about staff: accounts, sessions, the first link, and the lists they come back to."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from hub.store.columns import Key, key, metadata, moment

account = Table(
    "account",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    sqlite_autoincrement=True,
    comment="staff who may sign in; password is argon2's own text, with its salt and cost",
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Key, ForeignKey("account.key")),
    Column("desk", Text, ForeignKey("desk.code")),
    moment("begun_at", required=True),
    moment("until", required=True),
    Index("sign_in_account", "account"),
    sqlite_with_rowid=False,
    comment="browsers that are signed in, as an account or, on a device of its own, as a desk; id is the hash of what their cookie holds",
)

first_link = Table(
    "first_link",
    metadata,
    Column("id", Text, primary_key=True),
    moment("until", required=True),
    sqlite_with_rowid=False,
    comment="the link that makes the first account, once; id is the hash of what it holds",
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("account", Key, ForeignKey("account.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    PrimaryKeyConstraint("account", "name"),
    sqlite_with_rowid=False,
    comment="the lists of requests that somebody comes back to: what stands in the page's address",
)
