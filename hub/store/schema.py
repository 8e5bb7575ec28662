"""The tables; staff's are in ``staff_tables``. Moments are integers, milliseconds since 1970 in UTC; days are text, ``YYYY-MM-DD``."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.store.columns import Key, Word, key, metadata, moment
from hub.store.staff_tables import account, first_link, saved_view, sign_in

__all__ = ["account", "first_link", "metadata", "saved_view", "sign_in"]

TO_FORGET = "closed_at IS NOT NULL AND requester IS NOT NULL"
"""Word for word the condition of the index of closed requests whose requester is still known."""

desk = Table(
    "desk",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("resource_sharing", Boolean, nullable=False),
    Column("pickup", Boolean, nullable=False),
    Column("shelf_prefix", Text, nullable=False),
    Column("shelf_slots", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("language", Text),
    Column("commands", Text),
    Column("opening", Text),
    Column("kept_by", Text),
    Column("address", Text),
    Column("phone", Text),
    Column("opening_text", Text),
    comment="null: the site's language, the usual commands, open every day, hours as they are; kept_by: the file that says what a desk is",
)

partner = Table(
    "partner",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

patron = Table(
    "patron",
    metadata,
    key(),
    Column("card", Text, nullable=False, unique=True),
    Column("alias", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("language", Text),
    Column("phone", Text),
    Column("channels", Text),
    sqlite_autoincrement=True,
    comment="a number is never given twice: a patron who is deleted must not become another",
)

station = Table(
    "station",
    metadata,
    Column("name", Text, primary_key=True),
    Column("desk", Text, ForeignKey("desk.code"), nullable=False),
    Column("settings_version", Integer, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("state", Text),
    moment("born_at"),
    moment("seen_at"),
    Column("clock_offset_ms", BigInteger),
)

station_settings = Table(
    "station_settings",
    metadata,
    Column("station", Text, ForeignKey("station.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("setup", Text, nullable=False),
    moment("set_at", required=True),
    Column("set_by", Text, nullable=False),
    PrimaryKeyConstraint("station", "version"),
    sqlite_with_rowid=False,
    comment="what was set of each station from here; the highest version is wanted, and the others are kept so that one can go back",
)

stream = Table(
    "stream",
    metadata,
    key(),
    Column("station", Text, nullable=False),
    Column("incarnation", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("fault_seq", BigInteger, nullable=False),
    UniqueConstraint("station", "incarnation"),
    comment="how far each station's journal has been taken; kept for ever, so a repeat is always known",
)

station_context = Table(
    "station_context",
    metadata,
    Column("station", Text, nullable=False),
    Column("stream", Key, nullable=False),
    moment("at", required=True),
    Column("session_patron", Key),
    moment("session_until"),
    Column("request", Key),
    moment("request_until"),
    Column("item", Text),
    moment("item_until"),
    Column("asked", Text),
    Column("command", Text),
    moment("command_until"),
    Column("command_item", Text),
    Column("last_barcode", Text),
    moment("last_scanned_at"),
    Column("last_boot", Text),
    Column("last_scan_id", Text),
    Column("undo", Text),
    PrimaryKeyConstraint("station", "stream"),
    sqlite_with_rowid=False,
    comment="at is when the stream's last scan happened; undo holds what the station's last move found, so that it can be taken back",
)

request = Table(
    "request",
    metadata,
    key(),
    Column("request_id", Text, nullable=False, unique=True),
    Column("external_id", Text),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text),
    Column("isbn", Text),
    Column("oclc_number", Text),
    Column("volume", Text),
    Column("requester", Key, ForeignKey("patron.key")),
    Column("pickup_desk", Text, ForeignKey("desk.code"), nullable=False),
    Column("partner", Text, ForeignKey("partner.code"), nullable=False),
    Column("partner_due_date", Text),
    Column("needed_by", Text),
    Column("internal_note", Text),
    Column("patron_note", Text),
    Column("pieces", Integer, nullable=False),
    Column("volumes", Text),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("cancel_reason", Text),
    Column("version", Integer, nullable=False),
    moment("created_at", required=True),
    moment("changed_at", required=True),
    moment("closed_at"),
    Column("words", Text),
    Index("request_active", "state", "key", sqlite_where=text("state <> 'CLOSED'"), postgresql_where=text("state <> 'CLOSED'")),
    # By closed_at, which most steps leave alone: an index whose condition names what changes is written anew.
    Index("request_requester", "requester", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    Index("request_to_forget", "closed_at", sqlite_where=text(TO_FORGET), postgresql_where=text(TO_FORGET)),
    Index("request_partner", "partner", "key"),
    Index("request_source", "source", "key"),
    comment="words are those it is found by, as hub/core/wording.py makes them, each behind a space",
)

request_word = Table(
    "request_word",
    metadata,
    Column("word", Word, nullable=False),
    Column("request", Key, ForeignKey("request.key"), nullable=False),
    PrimaryKeyConstraint("word", "request"),
    sqlite_with_rowid=False,
    comment="which requests a word stands in: among a million closed ones the few that are looked for",
)

item = Table(
    "item",
    metadata,
    key(),
    Column("request", Key, ForeignKey("request.key"), nullable=False),
    Column("piece", Integer, nullable=False),
    Column("barcode", Text, nullable=False),
    Column("state", Text, nullable=False),
    moment("received_at", required=True),
    moment("changed_at", required=True),
    moment("hold_until"),
    Column("shelf_code", Text),
    Column("episode", Integer, nullable=False),
    moment("due_at"),
    moment("checked_out_at"),
    Column("checked_out_by", Text),
    Column("circulated", Boolean, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    moment("closed_at"),
    Column("outcome", Text),
    Column("renewals", Integer, nullable=False, server_default="0"),
    Index("item_open_barcode", "barcode", unique=True, sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
    Index("item_closed_barcode", "barcode", sqlite_where=text("closed_at IS NOT NULL"), postgresql_where=text("closed_at IS NOT NULL")),
    Index("item_request", "request"),
    sqlite_autoincrement=True,
    comment="a number is never given twice: the history still speaks of an item whose receipt was taken back",
)

# Rows and index entries are appended: a busy minute of many stations touches few pages (ids sort by time).
scan = Table(
    "scan",
    metadata,
    key(),
    Column("stream", Key, ForeignKey("stream.key"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("scan_id", Text, nullable=False, unique=True),
    Column("desk", Text),
    Column("barcode", Text),
    Column("source", Text, nullable=False),
    moment("happened_at", required=True),
    moment("decided_at", required=True),
    Column("request", Key),
    Column("item", Key),
    Column("outcome", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reply", Text, nullable=False),
    comment="every scan and the reply it got; a patron's card number is not kept (barcode is null)",
)

history = Table(
    "history",
    metadata,
    key(),
    Column("request", Key, nullable=False),
    Column("item", Key),
    Column("kind", Text, nullable=False),
    moment("at", required=True),
    Column("rule", Text, nullable=False),
    Column("was", Text),
    Column("became", Text),
    Column("desk", Text),
    Column("actor", Text, nullable=False),
    Column("barcode", Text),
    Column("scan_id", Text),
    Column("notice", Text),
    Column("detail", Text),
    Column("note_hash", Text),
    Column("note", Text),
    Column("note_salt", Text),
    Column("hash", LargeBinary, nullable=False),
    Index("history_request", "request"),
    Index("history_note", "request", sqlite_where=text("note IS NOT NULL"), postgresql_where=text("note IS NOT NULL")),
    sqlite_autoincrement=True,
    comment="all that happened to each request, appended only; each row's hash covers the one before it and all but note and note_salt",
)

time_mark = Table(
    "time_mark",
    metadata,
    Column("kind", Text, nullable=False),
    Column("subject", Key, nullable=False),
    Column("occasion", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "subject", "occasion"),
    sqlite_with_rowid=False,
    comment="what the passing of time has said already, so that it is said once",
)

event = Table(
    "event",
    metadata,
    Column("seq", Key, primary_key=True),
    Column("type", Text, nullable=False),
    Column("desk", Text),
    Column("subject", Text),
    moment("at", required=True),
    Column("data", Text, nullable=False),
    sqlite_autoincrement=True,
    comment="what happened, in order; the outbox of MQTT and of the live feed",
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    comment="how far each reader of the event table has come",
)

notice = Table(
    "notice",
    metadata,
    key(),
    Column("type", Text, nullable=False),
    Column("request", Key, ForeignKey("request.key"), nullable=False),
    Column("item", Key),
    Column("episode", Integer, nullable=False),
    Column("patron", Key),
    Column("desk", Text),
    Column("state", Text, nullable=False),
    moment("queued_at", required=True),
    moment("not_before", required=True),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("message_id", Text),
    moment("sent_at"),
    Column("queued_by", Text),
    Column("dropped_by", Text),
    Column("channel", Text),
    UniqueConstraint("request", "type", "episode"),
    Index("notice_waiting", "not_before", sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'")),
    # The other books of a patron at a desk, when one of them is due.
    Index("notice_together", "patron", "desk", "type", sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'")),
    Index("notice_failed", "key", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    comment="a queued one has a message_id as soon as it is known of which books its letter speaks; channel: the way it goes or went",
)

digest = Table(
    "digest",
    metadata,
    key(),
    Column("about", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("state", Text, nullable=False),
    moment("not_before", required=True),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    moment("sent_at"),
    UniqueConstraint("about", "day"),
    comment="mails to desks and partners, one a day of each; about is desk:CODE or partner:CODE",
)

exception = Table(
    "exception",
    metadata,
    key(),
    Column("kind", Text, nullable=False),
    Column("desk", Text),
    Column("station", Text),
    Column("barcode", Text),
    Column("request", Key),
    Column("item", Key),
    Column("note", Text),
    moment("opened_at", required=True),
    moment("cleared_at"),
    Column("cleared_by", Text),
    Column("opened_scan", Text),
    Column("cleared_scan", Text),
    Column("last_desk", Text),
    moment("last_seen_at"),
    Index("exception_open", "opened_at", sqlite_where=text("cleared_at IS NULL"), postgresql_where=text("cleared_at IS NULL")),
    Index("exception_barcode", "barcode", sqlite_where=text("cleared_at IS NULL"), postgresql_where=text("cleared_at IS NULL")),
    Index("exception_request", "request", sqlite_where=text("cleared_at IS NULL"), postgresql_where=text("cleared_at IS NULL")),
    Index("exception_note", "request", sqlite_where=text("note IS NOT NULL"), postgresql_where=text("note IS NOT NULL")),
    Index(
        "exception_cleared_scan",
        "cleared_scan",
        sqlite_where=text("cleared_scan IS NOT NULL"),
        postgresql_where=text("cleared_scan IS NOT NULL"),
    ),
)

fault = Table(
    "fault",
    metadata,
    Column("stream", Key, ForeignKey("stream.key"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scanner", Text),
    Column("detail", Text, nullable=False),
    moment("occurred_at", required=True),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_with_rowid=False,
)

poison = Table(
    "poison",
    metadata,
    key(),
    Column("topic", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    moment("received_at", required=True),
    Index("poison_topic", "topic"),
    comment="messages that could not be read or worked on, put aside with their bytes",
)

hub_lease = Table(
    "hub_lease",
    metadata,
    Column("hub", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    moment("until", required=True),
    moment("joined_at", required=True),
    Column("able", Boolean, nullable=False),
    comment="the hubs that share a server, by its clock; number changes when a hub joins and when it is taken over; until 0: it has left",
)

partition_lease = Table(
    "partition_lease",
    metadata,
    Column("part", BigInteger, primary_key=True, autoincrement=False),
    Column("hub", Text, nullable=False),
    sqlite_with_rowid=False,
    comment="which of the hubs holds which partition of the stations; -1 is what is done once in all",
)

tally = Table(
    "tally",
    metadata,
    Column("measure", Text, nullable=False),
    Column("grain", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("bucket", Integer, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint("measure", "grain", "day", "desk", "partner", "bucket"),
    sqlite_with_rowid=False,
    comment="what reports count, by day (grain D) and by month (M, its first day); total is in milliseconds; all of it can be counted anew",
)

setting_change = Table(
    "setting_change",
    metadata,
    key(),
    Column("path", Text, nullable=False),
    Column("value", Text),
    Column("was", Text),
    moment("set_at", required=True),
    Column("set_by", Text, nullable=False),
    sqlite_autoincrement=True,
    comment="settings that administrators changed on the pages, in JSON; the highest key of a path counts, and without a value the file's",
)
