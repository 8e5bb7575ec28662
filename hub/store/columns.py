"""What the tables are made of: the kinds of columns that come again, and what holds all tables together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

metadata = MetaData()
Key = BigInteger().with_variant(Integer, "sqlite")
Word = Text().with_variant(Text(collation="C"), "postgresql")
"""In the order of its signs' numbers, wherever the server stands: words that begin alike lie together."""


def key() -> Column[int]:
    """Give the column of a table's own numbers."""
    return Column("key", Key, primary_key=True)


def moment(name: str, *, required: bool = False) -> Column[int]:
    """Give a column of moments, in milliseconds since 1970, UTC."""
    return Column(name, BigInteger, nullable=not required)
