"""lists that were saved with words go: before, nobody looked whether the words were a patron's name."""

from __future__ import annotations

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whose name it was may be forgotten since, so all of them: without its words a list would show something else than its name says.
    op.execute("DELETE FROM saved_view WHERE query LIKE 'q=%' OR query LIKE '%&q=%'")


def downgrade() -> None:
    pass
