"""settings of stations: what was set from the hub, every version of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'station_settings',
        sa.Column('station', sa.Text(), sa.ForeignKey('station.name'), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('setup', sa.Text(), nullable=False),
        sa.Column('set_at', sa.BigInteger(), nullable=False),
        sa.Column('set_by', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('station', 'version'),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('station_settings')
