"""how patrons are reached, where a desk is, letters that speak of several books, and mails to desks and partners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, 'sqlite')
QUEUED = "state = 'queued'"


def upgrade() -> None:
    op.add_column('desk', sa.Column('address', sa.Text()))
    op.add_column('patron', sa.Column('phone', sa.Text()))
    op.add_column('patron', sa.Column('channels', sa.Text()))
    op.add_column('notice', sa.Column('channel', sa.Text()))
    op.create_index('notice_together', 'notice', ['patron', 'desk', 'type'], sqlite_where=sa.text(QUEUED), postgresql_where=sa.text(QUEUED))
    op.create_table(
        'digest',
        sa.Column('key', KEY, nullable=False),
        sa.Column('about', sa.Text(), nullable=False),
        sa.Column('day', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('not_before', sa.BigInteger(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.Text()),
        sa.Column('sent_at', sa.BigInteger()),
        sa.PrimaryKeyConstraint('key'),
        sa.UniqueConstraint('about', 'day'),
    )


def downgrade() -> None:
    op.drop_table('digest')
    op.drop_index('notice_together', 'notice')
    op.drop_column('notice', 'channel')
    op.drop_column('patron', 'channels')
    op.drop_column('patron', 'phone')
    op.drop_column('desk', 'address')
