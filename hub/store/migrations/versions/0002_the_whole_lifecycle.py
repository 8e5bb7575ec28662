"""the whole lifecycle: one chained history instead of transitions and sightings, pieces, commands, opening days."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
TO_FORGET = 'closed_at IS NOT NULL AND requester IS NOT NULL'
EXCEPTION_INDEXES = (
    ('exception_request', 'request', 'cleared_at IS NULL'),
    ('exception_note', 'request', 'note IS NOT NULL'),
    ('exception_cleared_scan', 'cleared_scan', 'cleared_scan IS NOT NULL'),
)
CHAINED = ('request', 'item', 'kind', 'at', 'rule', 'was', 'became', 'desk', 'actor', 'barcode', 'scan_id', 'notice', 'detail', 'note_hash')


def _new() -> dict[str, tuple[sa.Column[Any], ...]]:
    """Give the new columns of tables that stay; a column object serves once."""
    return {
        'desk': (sa.Column('language', sa.Text()), sa.Column('commands', sa.Text()), sa.Column('opening', sa.Text()), sa.Column('kept_by', sa.Text())),
        'patron': (sa.Column('language', sa.Text()),),
        'station': (sa.Column('clock_offset_ms', sa.BigInteger()),),
        'station_context': (
            sa.Column('command', sa.Text()),
            sa.Column('command_until', sa.BigInteger()),
            sa.Column('command_item', sa.Text()),
            sa.Column('undo', sa.Text()),
        ),
        'request': (sa.Column('volumes', sa.Text()),),
        'item': (sa.Column('outcome', sa.Text()), sa.Column('renewals', sa.Integer(), nullable=False, server_default='0')),
        'notice': (sa.Column('queued_by', sa.Text()), sa.Column('dropped_by', sa.Text())),
        'exception': (
            sa.Column('opened_scan', sa.Text()),
            sa.Column('cleared_scan', sa.Text()),
            sa.Column('last_desk', sa.Text()),
            sa.Column('last_seen_at', sa.BigInteger()),
        ),
    }


def upgrade() -> None:
    for table, columns in _new().items():
        for column in columns:
            op.add_column(table, column)
    op.execute("UPDATE item SET outcome = CASE WHEN circulated THEN 'returned' ELSE 'returned_uncirculated' END WHERE closed_at IS NOT NULL")
    op.create_index('request_to_forget', 'request', ['closed_at'], sqlite_where=sa.text(TO_FORGET), postgresql_where=sa.text(TO_FORGET))
    for name, indexed, only in EXCEPTION_INDEXES:
        op.create_index(name, 'exception', [indexed], sqlite_where=sa.text(only), postgresql_where=sa.text(only))
    op.create_table(
        'time_mark',
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('subject', Key, nullable=False),
        sa.Column('occasion', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'subject', 'occasion'),
        sqlite_with_rowid=False,
    )
    history = op.create_table(
        'history',
        sa.Column('key', Key, nullable=False),
        sa.Column('request', Key, nullable=False),
        sa.Column('item', Key),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('was', sa.Text()),
        sa.Column('became', sa.Text()),
        sa.Column('desk', sa.Text()),
        sa.Column('actor', sa.Text(), nullable=False),
        sa.Column('barcode', sa.Text()),
        sa.Column('scan_id', sa.Text()),
        sa.Column('notice', sa.Text()),
        sa.Column('detail', sa.Text()),
        sa.Column('note_hash', sa.Text()),
        sa.Column('note', sa.Text()),
        sa.Column('note_salt', sa.Text()),
        sa.Column('hash', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('key'),
        sqlite_autoincrement=True,
    )
    op.create_index('history_request', 'history', ['request'])
    op.create_index('history_note', 'history', ['request'], sqlite_where=sa.text('note IS NOT NULL'), postgresql_where=sa.text('note IS NOT NULL'))
    connection = op.get_bind()
    previous = b''
    for row in _old_rows(connection):
        told = json.dumps([row.get(column) for column in CHAINED], separators=(',', ':'), ensure_ascii=False)
        previous = hashlib.sha256(previous + told.encode()).digest()
        connection.execute(history.insert().values(**row, hash=previous))
    op.drop_table('sighting')
    op.drop_table('transition')


def _old_rows(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Transitions, sightings that moved nothing and notices, oldest first; a sighting and the transition of one scan are one row."""
    found = connection.execute(
        sa.text(
            "SELECT * FROM ("
            "SELECT t.request, t.item, CASE WHEN t.scan_id IS NULL THEN 'act' ELSE 'scan' END AS kind, t.at, t.rule, t.was, t.became, t.desk, t.actor, "
            "i.barcode, t.scan_id, NULL AS notice, t.reason AS note, 0 AS part, t.key AS place "
            "FROM transition t LEFT JOIN item i ON i.key = t.item "
            "UNION ALL SELECT s.request, s.item, 'scan', s.at, s.rule, NULL, NULL, s.desk, s.station, i.barcode, s.scan_id, NULL, NULL, 1, s.key "
            "FROM sighting s LEFT JOIN item i ON i.key = s.item LEFT JOIN transition t ON t.scan_id = s.scan_id WHERE t.key IS NULL "
            "UNION ALL SELECT n.request, n.item, 'notice', coalesce(n.sent_at, n.queued_at), n.state, NULL, NULL, n.desk, 'hub', NULL, NULL, n.type, NULL, 2, n.key "
            "FROM notice n) AS told ORDER BY at, part, place"
        )
    )
    for number, row in enumerate(found.mappings(), 1):
        kept = {name: value for name, value in row.items() if name not in ('part', 'place', 'note')}
        # What staff wrote can be forgotten later without breaking the chain: only its salted hash is part of it.
        if row['note'] is not None:
            salt = hashlib.sha256(f'{number}:{row["at"]}'.encode()).hexdigest()[:32]
            kept |= {'note': row['note'], 'note_salt': salt, 'note_hash': hashlib.sha256((salt + row['note']).encode()).hexdigest()}
        yield kept


def downgrade() -> None:
    op.create_table(
        'sighting',
        sa.Column('key', Key, nullable=False),
        sa.Column('request', Key, nullable=False),
        sa.Column('item', Key, nullable=False),
        sa.Column('desk', sa.Text(), nullable=False),
        sa.Column('station', sa.Text(), nullable=False),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('scan_id', sa.Text(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('key'),
    )
    op.create_index('sighting_request', 'sighting', ['request'])
    op.create_table(
        'transition',
        sa.Column('key', Key, nullable=False),
        sa.Column('request', Key, nullable=False),
        sa.Column('item', Key),
        sa.Column('was', sa.Text()),
        sa.Column('became', sa.Text(), nullable=False),
        sa.Column('rule', sa.Text(), nullable=False),
        sa.Column('desk', sa.Text()),
        sa.Column('actor', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text()),
        sa.Column('scan_id', sa.Text()),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('key'),
    )
    op.create_index('transition_request', 'transition', ['request'])
    op.execute(
        "INSERT INTO transition(request, item, was, became, rule, desk, actor, reason, scan_id, at) "
        "SELECT request, item, was, became, rule, desk, actor, note, scan_id, at FROM history WHERE became IS NOT NULL ORDER BY key"
    )
    op.execute(
        "INSERT INTO sighting(request, item, desk, station, rule, scan_id, at) SELECT request, item, desk, actor, rule, scan_id, at FROM history "
        "WHERE kind = 'scan' AND item IS NOT NULL AND desk IS NOT NULL AND scan_id IS NOT NULL ORDER BY key"
    )
    op.drop_table('history')
    op.drop_table('time_mark')
    op.drop_index('request_to_forget', 'request')
    for name, _, _ in EXCEPTION_INDEXES:
        op.drop_index(name, 'exception')
    for table, columns in _new().items():
        for column in columns:
            op.execute(f'ALTER TABLE {table} DROP COLUMN {column.name}')
