"""the open requests of a patron are found by an index that a step of a book does not write anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("closed_at IS NULL")


def downgrade() -> None:
    _index("state <> 'CLOSED'")


def _index(open_ones: str) -> None:
    op.drop_index('request_requester', 'request')
    op.create_index('request_requester', 'request', ['requester'], sqlite_where=sa.text(open_ones), postgresql_where=sa.text(open_ones))
