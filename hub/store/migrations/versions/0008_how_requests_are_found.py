"""the words requests are found by, and the lists of requests that somebody comes back to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.core.wording import findable, in_one_text

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, 'sqlite')
AT_ONCE = 2000
SOME = sa.text(
    'SELECT key, title, author, volume, external_id, isbn, oclc_number FROM request WHERE key > :key ORDER BY key LIMIT :most'
)


def upgrade() -> None:
    op.add_column('request', sa.Column('words', sa.Text()))
    op.create_table(
        'request_word',
        sa.Column('word', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('request', KEY, sa.ForeignKey('request.key'), nullable=False),
        sa.PrimaryKeyConstraint('word', 'request'),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'saved_view',
        sa.Column('account', KEY, sa.ForeignKey('account.key'), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('query', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('account', 'name'),
        sqlite_with_rowid=False,
    )
    fill(op.get_bind())
    op.create_index('request_partner', 'request', ['partner', 'key'])
    op.create_index('request_source', 'request', ['source', 'key'])
    failed = sa.text("state = 'failed'")
    op.create_index('notice_failed', 'notice', ['key'], sqlite_where=failed, postgresql_where=failed)


def fill(connection: sa.Connection) -> None:
    """Write the words of the requests that are there."""
    last = 0
    while rows := connection.execute(SOME, {'key': last, 'most': AT_ONCE}).all():
        last = rows[-1].key
        found = [(row.key, findable((row.title, row.author, row.volume), (row.external_id, row.isbn, row.oclc_number))) for row in rows]
        connection.execute(
            sa.text('UPDATE request SET words = :words WHERE key = :key'), [{'key': key, 'words': in_one_text(words)} for key, words in found]
        )
        entries = [{'word': word, 'request': key} for key, words in found for word in words]
        if entries:
            connection.execute(sa.text('INSERT INTO request_word(word, request) VALUES (:word, :request)'), entries)


def downgrade() -> None:
    op.drop_index('notice_failed', 'notice')
    op.drop_index('request_source', 'request')
    op.drop_index('request_partner', 'request')
    op.drop_table('saved_view')
    op.drop_table('request_word')
    op.drop_column('request', 'words')
