"""What a new request is put together from: patrons by card or name, and what an ISBN was called before."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select, text

from hub.store.pages.books import PatronView
from hub.store.schema import patron

MOST = 8
"""Patrons that are offered; who sees more types more."""


def patrons_called(connection: Connection, typed: str) -> tuple[PatronView, ...]:
    """Give the patron whose card this is, else those in whose name or alias it stands, one more than MOST where there are more."""
    exact = connection.execute(select(patron).where(patron.c.card == typed)).all()
    inside = or_(
        func.lower(patron.c.name).contains(typed.lower(), autoescape=True),
        func.lower(patron.c.alias).contains(typed.lower(), autoescape=True),
    )
    rows = exact or connection.execute(select(patron).where(inside).order_by(patron.c.name, patron.c.key).limit(MOST + 1)).all()
    return tuple(PatronView(ref=str(row.key), card=row.card, alias=row.alias, name=row.name, email=row.email) for row in rows)


def known_title(connection: Connection, isbn: str) -> tuple[str, str | None] | None:
    """Give title and author of the newest request with this ISBN, None where there was none."""
    row = connection.execute(
        text(
            "SELECT r.title, r.author FROM request r JOIN request_word w ON w.request = r.key "
            "WHERE w.word = :isbn ORDER BY r.key DESC LIMIT 1"
        ),
        {"isbn": isbn},
    ).one_or_none()
    return None if row is None else (row.title, row.author)


def views_of(connection: Connection, account: str) -> tuple[tuple[str, str], ...]:
    """Give the lists somebody has saved: name and what stands behind the question mark of its address."""
    rows = connection.execute(
        text("SELECT v.name, v.query FROM saved_view v JOIN account a ON a.key = v.account WHERE a.name = :account ORDER BY v.name"),
        {"account": account},
    )
    return tuple((str(row[0]), str(row[1])) for row in rows)
