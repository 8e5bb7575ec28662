"""How the schema came about: Alembic revisions, run at start."""

HEAD = "0011"
"""The revision this program works with; a test holds it against the revisions."""
