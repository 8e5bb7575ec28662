"""what a station remembers, kept for each of its streams; numbers of items and patrons never given twice; poison by its topic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
NUMBERED = {'item': 'history', 'patron': None}
"""The tables whose numbers are given once, and where a number stands whose row is gone."""
REMEMBERED = (
    'session_patron, session_until, request, request_until, item, item_until, asked, command, command_until, command_item, '
    'last_barcode, last_scanned_at, last_boot, last_scan_id, undo'
)


def _remembered() -> tuple[sa.Column[object], ...]:
    """Give the columns that stay as they are; a column object serves once."""
    return (
        sa.Column('session_patron', Key),
        sa.Column('session_until', sa.BigInteger()),
        sa.Column('request', Key),
        sa.Column('request_until', sa.BigInteger()),
        sa.Column('item', sa.Text()),
        sa.Column('item_until', sa.BigInteger()),
        sa.Column('asked', sa.Text()),
        sa.Column('command', sa.Text()),
        sa.Column('command_until', sa.BigInteger()),
        sa.Column('command_item', sa.Text()),
        sa.Column('last_barcode', sa.Text()),
        sa.Column('last_scanned_at', sa.BigInteger()),
        sa.Column('last_boot', sa.Text()),
        sa.Column('last_scan_id', sa.Text()),
        sa.Column('undo', sa.Text()),
    )


def upgrade() -> None:
    for table, named_in in NUMBERED.items():
        _number(table, named_in, once=True)
    # A server keeps the names of a table's constraints: its copy is out of the way with another one.
    op.rename_table('station_context', 'station_context_before')
    _rename_key('station_context', 'before')
    op.create_table(
        'station_context',
        sa.Column('station', sa.Text(), nullable=False),
        sa.Column('stream', Key, nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        *_remembered(),
        sa.PrimaryKeyConstraint('station', 'stream'),
        sqlite_with_rowid=False,
    )
    op.execute(
        f'INSERT INTO station_context(station, stream, at, {REMEMBERED}) SELECT b.station, s.stream, s.happened_at, '
        f'{", ".join(f"b.{name}" for name in REMEMBERED.split(", "))} '
        'FROM station_context_before b JOIN scan s ON s.scan_id = b.last_scan_id'
    )
    op.drop_table('station_context_before')
    op.create_index('poison_topic', 'poison', ['topic'])


def downgrade() -> None:
    for table, named_in in NUMBERED.items():
        _number(table, named_in, once=False)
    op.drop_index('poison_topic', 'poison')
    op.rename_table('station_context', 'station_context_after')
    _rename_key('station_context', 'after')
    op.create_table(
        'station_context', sa.Column('station', sa.Text(), nullable=False), *_remembered(),
        sa.PrimaryKeyConstraint('station'), sqlite_with_rowid=False,
    )
    op.execute(
        f'INSERT INTO station_context(station, {REMEMBERED}) SELECT station, {REMEMBERED} FROM station_context_after a '
        'WHERE stream = (SELECT stream FROM station_context_after WHERE station = a.station ORDER BY at DESC, stream DESC LIMIT 1)'
    )
    op.drop_table('station_context_after')


def _number(table: str, named_in: str | None, *, once: bool) -> None:
    """Write a table anew with numbers that are given once, or may be given again; a server's sequence never gives one twice."""
    if op.get_context().dialect.name != 'sqlite':
        return
    with op.batch_alter_table(table, recreate='always', table_kwargs={'sqlite_autoincrement': once}):
        pass
    if not once:
        return
    highest = f'SELECT max(key) AS key FROM {table}' + (f' UNION SELECT max({table}) FROM {named_in}' if named_in else '')
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")
    op.execute(f"INSERT INTO sqlite_sequence(name, seq) SELECT '{table}', coalesce(max(key), 0) FROM ({highest})")


def _rename_key(table: str, suffix: str) -> None:
    if op.get_context().dialect.name != 'sqlite':
        op.execute(f'ALTER INDEX {table}_pkey RENAME TO {table}_{suffix}_pkey')
