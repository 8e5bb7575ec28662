"""accounts of staff, who is signed in, and the one link that makes the first account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, 'sqlite')


def upgrade() -> None:
    op.create_table(
        'account',
        sa.Column('key', KEY, nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('password', sa.Text(), nullable=False),
        sa.Column('created_at', sa.BigInteger(), nullable=False),
        sa.Column('changed_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('key'),
        sa.UniqueConstraint('name'),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'sign_in',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('account', KEY, sa.ForeignKey('account.key')),
        sa.Column('desk', sa.Text(), sa.ForeignKey('desk.code')),
        sa.Column('begun_at', sa.BigInteger(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sqlite_with_rowid=False,
    )
    op.create_index('sign_in_account', 'sign_in', ['account'])
    op.create_table(
        'first_link',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('until', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('first_link')
    op.drop_table('sign_in')
    op.drop_table('account')
