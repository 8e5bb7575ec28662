"""several hubs on one server: who is there, and who holds which partition of the stations."""

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


def downgrade() -> None:
    op.drop_table('partition_lease')
    op.drop_table('hub_lease')
