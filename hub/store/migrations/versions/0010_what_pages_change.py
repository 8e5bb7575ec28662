"""what administrators change on the pages: settings over those of the file, and how a desk is reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'setting_change',
        sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('path', sa.Text(), nullable=False),
        sa.Column('value', sa.Text(), nullable=True),
        sa.Column('was', sa.Text(), nullable=True),
        sa.Column('set_at', sa.BigInteger(), nullable=False),
        sa.Column('set_by', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('key'),
        sqlite_autoincrement=True,
    )
    op.add_column('desk', sa.Column('phone', sa.Text()))
    op.add_column('desk', sa.Column('opening_text', sa.Text()))


def downgrade() -> None:
    op.drop_column('desk', 'opening_text')
    op.drop_column('desk', 'phone')
    op.drop_table('setting_change')
