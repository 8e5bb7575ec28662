"""what reports count, by day and by month, so that a year is read at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'tally',
        sa.Column('measure', sa.Text(), nullable=False),
        sa.Column('grain', sa.Text(), nullable=False),
        sa.Column('day', sa.Text(), nullable=False),
        sa.Column('desk', sa.Text(), nullable=False),
        sa.Column('partner', sa.Text(), nullable=False),
        sa.Column('bucket', sa.Integer(), nullable=False),
        sa.Column('count', sa.BigInteger(), nullable=False),
        sa.Column('total', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('measure', 'grain', 'day', 'desk', 'partner', 'bucket'),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('tally')
    op.execute("DELETE FROM cursor WHERE name IN ('tally-history', 'tally-scans')")
