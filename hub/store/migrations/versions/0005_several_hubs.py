"""several hubs on one server: who is there, and who holds which partition of the stations; and an index that a step leaves as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'hub_lease',
        sa.Column('hub', sa.Text(), nullable=False),
        sa.Column('number', sa.BigInteger(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.Column('joined_at', sa.BigInteger(), nullable=False),
        sa.Column('able', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('hub'),
    )
    op.create_table(
        'partition_lease',
        sa.Column('part', sa.BigInteger(), nullable=False),
        sa.Column('hub', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('part'),
        sqlite_with_rowid=False,
    )
    _requester_index("closed_at IS NULL")


def downgrade() -> None:
    _requester_index("state <> 'CLOSED'")
    op.drop_table('partition_lease')
    op.drop_table('hub_lease')


def _requester_index(open_ones: str) -> None:
    op.drop_index('request_requester', 'request')
    op.create_index('request_requester', 'request', ['requester'], sqlite_where=sa.text(open_ones), postgresql_where=sa.text(open_ones))
