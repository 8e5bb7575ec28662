-- The same on a PostgreSQL server (revision 0010), by pg_dump --inserts. Kept as it is.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    key bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password text NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE SEQUENCE public.account_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.account_key_seq OWNED BY public.account.key;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.cursor (
    name text NOT NULL,
    seq bigint NOT NULL
);
COMMENT ON TABLE public.cursor IS 'how far each reader of the event table has come';
CREATE TABLE public.desk (
    code text NOT NULL,
    name text NOT NULL,
    resource_sharing boolean NOT NULL,
    pickup boolean NOT NULL,
    shelf_prefix text NOT NULL,
    shelf_slots integer NOT NULL,
    active boolean NOT NULL,
    language text,
    commands text,
    opening text,
    kept_by text,
    address text,
    phone text,
    opening_text text
);
CREATE TABLE public.digest (
    key bigint NOT NULL,
    about text NOT NULL,
    day text NOT NULL,
    state text NOT NULL,
    not_before bigint NOT NULL,
    attempts integer NOT NULL,
    last_error text,
    sent_at bigint
);
CREATE SEQUENCE public.digest_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.digest_key_seq OWNED BY public.digest.key;
CREATE TABLE public.event (
    seq bigint NOT NULL,
    type text NOT NULL,
    desk text,
    subject text,
    at bigint NOT NULL,
    data text NOT NULL
);
COMMENT ON TABLE public.event IS 'what happened, in order; the outbox of MQTT and of the live feed';
CREATE SEQUENCE public.event_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_seq_seq OWNED BY public.event.seq;
CREATE TABLE public.exception (
    key bigint NOT NULL,
    kind text NOT NULL,
    desk text,
    station text,
    barcode text,
    request bigint,
    item bigint,
    note text,
    opened_at bigint NOT NULL,
    cleared_at bigint,
    cleared_by text,
    opened_scan text,
    cleared_scan text,
    last_desk text,
    last_seen_at bigint
);
CREATE SEQUENCE public.exception_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exception_key_seq OWNED BY public.exception.key;
CREATE TABLE public.fault (
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    scanner text,
    detail text NOT NULL,
    occurred_at bigint NOT NULL
);
CREATE TABLE public.first_link (
    id text NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.history (
    key bigint NOT NULL,
    request bigint NOT NULL,
    item bigint,
    kind text NOT NULL,
    at bigint NOT NULL,
    rule text NOT NULL,
    was text,
    became text,
    desk text,
    actor text NOT NULL,
    barcode text,
    scan_id text,
    notice text,
    detail text,
    note_hash text,
    note text,
    note_salt text,
    hash bytea NOT NULL
);
CREATE SEQUENCE public.history_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.history_key_seq OWNED BY public.history.key;
CREATE TABLE public.hub_lease (
    hub text NOT NULL,
    number bigint NOT NULL,
    until bigint NOT NULL,
    joined_at bigint NOT NULL,
    able boolean NOT NULL
);
CREATE TABLE public.item (
    key bigint NOT NULL,
    request bigint NOT NULL,
    piece integer NOT NULL,
    barcode text NOT NULL,
    state text NOT NULL,
    received_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    hold_until bigint,
    shelf_code text,
    episode integer NOT NULL,
    due_at bigint,
    checked_out_at bigint,
    checked_out_by text,
    circulated boolean NOT NULL,
    reason text,
    version integer NOT NULL,
    closed_at bigint,
    outcome text,
    renewals integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.item_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.item_key_seq OWNED BY public.item.key;
CREATE TABLE public.notice (
    key bigint NOT NULL,
    type text NOT NULL,
    request bigint NOT NULL,
    item bigint,
    episode integer NOT NULL,
    patron bigint,
    desk text,
    state text NOT NULL,
    queued_at bigint NOT NULL,
    not_before bigint NOT NULL,
    attempts integer NOT NULL,
    last_error text,
    message_id text,
    sent_at bigint,
    queued_by text,
    dropped_by text,
    channel text
);
CREATE SEQUENCE public.notice_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notice_key_seq OWNED BY public.notice.key;
CREATE TABLE public.partition_lease (
    part bigint NOT NULL,
    hub text NOT NULL
);
CREATE SEQUENCE public.partition_lease_part_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.partition_lease_part_seq OWNED BY public.partition_lease.part;
CREATE TABLE public.partner (
    code text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.patron (
    key bigint NOT NULL,
    card text NOT NULL,
    alias text NOT NULL,
    name text NOT NULL,
    email text,
    language text,
    phone text,
    channels text
);
CREATE SEQUENCE public.patron_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.patron_key_seq OWNED BY public.patron.key;
CREATE TABLE public.poison (
    key bigint NOT NULL,
    topic text NOT NULL,
    payload bytea NOT NULL,
    size integer NOT NULL,
    reason text NOT NULL,
    received_at bigint NOT NULL
);
COMMENT ON TABLE public.poison IS 'messages that could not be read or worked on, put aside with their bytes';
CREATE SEQUENCE public.poison_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.poison_key_seq OWNED BY public.poison.key;
CREATE TABLE public.request (
    key bigint NOT NULL,
    request_id text NOT NULL,
    external_id text,
    source text NOT NULL,
    title text NOT NULL,
    author text,
    isbn text,
    oclc_number text,
    volume text,
    requester bigint,
    pickup_desk text NOT NULL,
    partner text NOT NULL,
    partner_due_date text,
    needed_by text,
    internal_note text,
    patron_note text,
    pieces integer NOT NULL,
    state text NOT NULL,
    outcome text,
    cancel_reason text,
    version integer NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    closed_at bigint,
    volumes text,
    words text
);
CREATE SEQUENCE public.request_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.request_key_seq OWNED BY public.request.key;
CREATE TABLE public.request_word (
    word text NOT NULL COLLATE pg_catalog."C",
    request bigint NOT NULL
);
CREATE TABLE public.saved_view (
    account bigint NOT NULL,
    name text NOT NULL,
    query text NOT NULL
);
CREATE TABLE public.scan (
    key bigint NOT NULL,
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    scan_id text NOT NULL,
    desk text,
    barcode text,
    source text NOT NULL,
    happened_at bigint NOT NULL,
    decided_at bigint NOT NULL,
    request bigint,
    item bigint,
    outcome text NOT NULL,
    rule text NOT NULL,
    reply text NOT NULL
);
COMMENT ON TABLE public.scan IS 'every scan and the reply it got; a patron''s card number is not kept (barcode is null)';
CREATE SEQUENCE public.scan_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.scan_key_seq OWNED BY public.scan.key;
CREATE TABLE public.setting_change (
    key bigint NOT NULL,
    path text NOT NULL,
    value text,
    was text,
    set_at bigint NOT NULL,
    set_by text NOT NULL
);
CREATE SEQUENCE public.setting_change_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.setting_change_key_seq OWNED BY public.setting_change.key;
CREATE TABLE public.sign_in (
    id text NOT NULL,
    account bigint,
    desk text,
    begun_at bigint NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.station (
    name text NOT NULL,
    desk text NOT NULL,
    settings_version integer NOT NULL,
    online boolean NOT NULL,
    state text,
    born_at bigint,
    seen_at bigint,
    clock_offset_ms bigint
);
CREATE TABLE public.station_context (
    station text NOT NULL,
    stream bigint NOT NULL,
    at bigint NOT NULL,
    session_patron bigint,
    session_until bigint,
    request bigint,
    request_until bigint,
    item text,
    item_until bigint,
    asked text,
    command text,
    command_until bigint,
    command_item text,
    last_barcode text,
    last_scanned_at bigint,
    last_boot text,
    last_scan_id text,
    undo text
);
CREATE TABLE public.station_settings (
    station text NOT NULL,
    version integer NOT NULL,
    setup text NOT NULL,
    set_at bigint NOT NULL,
    set_by text NOT NULL
);
CREATE TABLE public.stream (
    key bigint NOT NULL,
    station text NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL,
    fault_seq bigint NOT NULL
);
COMMENT ON TABLE public.stream IS 'how far each station''s journal has been taken; kept for ever, so a repeat is always known';
CREATE SEQUENCE public.stream_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.stream_key_seq OWNED BY public.stream.key;
CREATE TABLE public.tally (
    measure text NOT NULL,
    grain text NOT NULL,
    day text NOT NULL,
    desk text NOT NULL,
    partner text NOT NULL,
    bucket integer NOT NULL,
    count bigint NOT NULL,
    total bigint NOT NULL
);
CREATE TABLE public.time_mark (
    kind text NOT NULL,
    subject bigint NOT NULL,
    occasion bigint NOT NULL
);
ALTER TABLE ONLY public.account ALTER COLUMN key SET DEFAULT nextval('public.account_key_seq'::regclass);
ALTER TABLE ONLY public.digest ALTER COLUMN key SET DEFAULT nextval('public.digest_key_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN seq SET DEFAULT nextval('public.event_seq_seq'::regclass);
ALTER TABLE ONLY public.exception ALTER COLUMN key SET DEFAULT nextval('public.exception_key_seq'::regclass);
ALTER TABLE ONLY public.history ALTER COLUMN key SET DEFAULT nextval('public.history_key_seq'::regclass);
ALTER TABLE ONLY public.item ALTER COLUMN key SET DEFAULT nextval('public.item_key_seq'::regclass);
ALTER TABLE ONLY public.notice ALTER COLUMN key SET DEFAULT nextval('public.notice_key_seq'::regclass);
ALTER TABLE ONLY public.partition_lease ALTER COLUMN part SET DEFAULT nextval('public.partition_lease_part_seq'::regclass);
ALTER TABLE ONLY public.patron ALTER COLUMN key SET DEFAULT nextval('public.patron_key_seq'::regclass);
ALTER TABLE ONLY public.poison ALTER COLUMN key SET DEFAULT nextval('public.poison_key_seq'::regclass);
ALTER TABLE ONLY public.request ALTER COLUMN key SET DEFAULT nextval('public.request_key_seq'::regclass);
ALTER TABLE ONLY public.scan ALTER COLUMN key SET DEFAULT nextval('public.scan_key_seq'::regclass);
ALTER TABLE ONLY public.setting_change ALTER COLUMN key SET DEFAULT nextval('public.setting_change_key_seq'::regclass);
ALTER TABLE ONLY public.stream ALTER COLUMN key SET DEFAULT nextval('public.stream_key_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0010');
INSERT INTO public.cursor VALUES ('history', 63);
INSERT INTO public.desk VALUES ('rs', 'Resource sharing', true, false, 'R', 40, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.desk VALUES ('main', 'Main desk', false, true, 'A', 40, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.desk VALUES ('east', 'East branch', false, true, 'E', 40, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.desk VALUES ('joint', 'Joint desk', true, true, 'J', 40, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.event VALUES (1, 'request.created', 'joint', 'ILL-000001-8', 1771664400000, '{"request_id": "ILL-000001-8", "title": "The Overstory", "pickup_desk": "joint", "partner": "tul", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (2, 'request.created', 'main', 'ILL-000002-6', 1771664400000, '{"request_id": "ILL-000002-6", "title": "Braiding Sweetgrass", "pickup_desk": "main", "partner": "ocl", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (3, 'request.created', 'east', 'ILL-000003-4', 1771664400000, '{"request_id": "ILL-000003-4", "title": "The Dispossessed", "pickup_desk": "east", "partner": "gbv", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (4, 'request.created', 'main', 'ILL-000004-2', 1771664400000, '{"request_id": "ILL-000004-2", "title": "Entangled Life", "pickup_desk": "main", "partner": "bpl", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (5, 'request.created', 'main', 'ILL-000005-9', 1771664400000, '{"request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (6, 'request.created', 'main', 'ILL-000006-7', 1771664400000, '{"request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (7, 'request.created', 'main', 'ILL-000007-5', 1771664400000, '{"request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (8, 'request.created', 'main', 'ILL-000008-3', 1771664400000, '{"request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (9, 'request.created', 'main', 'ILL-000009-1', 1771664400000, '{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (10, 'request.created', 'main', 'ILL-000010-9', 1771664400000, '{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (11, 'request.created', 'main', 'ILL-000011-7', 1771664400000, '{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (12, 'request.created', 'main', 'ILL-000012-5', 1771664400000, '{"request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (13, 'request.created', 'main', 'ILL-000013-3', 1771664400000, '{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO public.event VALUES (14, 'item.received', 'rs', 'ILL-000004-2', 1771750810000, '{"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000004-2","title":"Entangled Life","pickup_desk":"main","partner":"bpl","barcode":"30000000000046","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (15, 'item.in_transit', 'rs', 'ILL-000004-2', 1771750810000, '{"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000004-2","title":"Entangled Life","pickup_desk":"main","partner":"bpl","barcode":"30000000000046","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (16, 'item.received', 'rs', 'ILL-000005-9', 1771750820000, '{"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (17, 'item.in_transit', 'rs', 'ILL-000005-9', 1771750820000, '{"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (18, 'item.on_hold_shelf', 'main', 'ILL-000005-9', 1771837225000, '{"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (19, 'notice.queued', 'main', 'ILL-000005-9', 1771837225000, '{"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (20, 'item.received', 'rs', 'ILL-000006-7', 1771750835000, '{"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (21, 'item.in_transit', 'rs', 'ILL-000006-7', 1771750835000, '{"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (22, 'item.on_hold_shelf', 'main', 'ILL-000006-7', 1771837240000, '{"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (23, 'notice.queued', 'main', 'ILL-000006-7', 1771837240000, '{"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (24, 'item.received', 'rs', 'ILL-000007-5', 1771750850000, '{"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (25, 'item.in_transit', 'rs', 'ILL-000007-5', 1771750850000, '{"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (26, 'item.on_hold_shelf', 'main', 'ILL-000007-5', 1771837255000, '{"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (72, 'notice.suppressed', 'main', 'ILL-000005-9', 1772442000000, '{"request_id": "ILL-000005-9", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": "1"}');
INSERT INTO public.event VALUES (27, 'notice.queued', 'main', 'ILL-000007-5', 1771837255000, '{"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (28, 'item.checked_out', 'main', 'ILL-000007-5', 1771923665000, '{"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (29, 'notice.suppressed', 'main', 'ILL-000007-5', 1771923665000, '{"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (30, 'item.received', 'rs', 'ILL-000008-3', 1771750875000, '{"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (31, 'item.in_transit', 'rs', 'ILL-000008-3', 1771750875000, '{"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (32, 'item.on_hold_shelf', 'main', 'ILL-000008-3', 1771837280000, '{"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (33, 'notice.queued', 'main', 'ILL-000008-3', 1771837280000, '{"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (34, 'item.checked_out', 'main', 'ILL-000008-3', 1771923690000, '{"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (35, 'notice.suppressed', 'main', 'ILL-000008-3', 1771923690000, '{"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (36, 'item.returned', 'main', 'ILL-000008-3', 1772010095000, '{"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO public.event VALUES (37, 'item.in_transit', 'main', 'ILL-000008-3', 1772010095000, '{"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO public.event VALUES (38, 'item.received', 'rs', 'ILL-000009-1', 1771750905000, '{"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (39, 'item.in_transit', 'rs', 'ILL-000009-1', 1771750905000, '{"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (40, 'item.on_hold_shelf', 'main', 'ILL-000009-1', 1771837310000, '{"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (41, 'notice.queued', 'main', 'ILL-000009-1', 1771837310000, '{"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (42, 'item.received', 'rs', 'ILL-000010-9', 1771750920000, '{"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (43, 'item.in_transit', 'rs', 'ILL-000010-9', 1771750920000, '{"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (44, 'item.on_hold_shelf', 'main', 'ILL-000010-9', 1771837325000, '{"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (45, 'notice.queued', 'main', 'ILL-000010-9', 1771837325000, '{"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (46, 'item.received', 'rs', 'ILL-000011-7', 1771750935000, '{"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (47, 'item.in_transit', 'rs', 'ILL-000011-7', 1771750935000, '{"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (48, 'item.on_hold_shelf', 'main', 'ILL-000011-7', 1771837340000, '{"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (49, 'notice.queued', 'main', 'ILL-000011-7', 1771837340000, '{"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (50, 'item.checked_out', 'main', 'ILL-000011-7', 1771923750000, '{"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (51, 'notice.suppressed', 'main', 'ILL-000011-7', 1771923750000, '{"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (52, 'item.received', 'rs', 'ILL-000012-5', 1771750960000, '{"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (53, 'item.in_transit', 'rs', 'ILL-000012-5', 1771750960000, '{"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO public.event VALUES (54, 'item.on_hold_shelf', 'main', 'ILL-000012-5', 1771837365000, '{"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (55, 'notice.queued', 'main', 'ILL-000012-5', 1771837365000, '{"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO public.event VALUES (56, 'item.checked_out', 'main', 'ILL-000012-5', 1771923775000, '{"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (57, 'notice.suppressed', 'main', 'ILL-000012-5', 1771923775000, '{"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO public.event VALUES (58, 'item.returned', 'main', 'ILL-000012-5', 1772010180000, '{"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO public.event VALUES (59, 'item.in_transit', 'main', 'ILL-000012-5', 1772010180000, '{"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO public.event VALUES (60, 'temporary_item.deleted', 'rs', 'ILL-000012-5', 1772096585000, '{"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","rule":"B1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_RS","state":"CLOSED"}');
INSERT INTO public.event VALUES (61, 'request.closed', 'rs', 'ILL-000012-5', 1772096585000, '{"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","rule":"B1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_RS","state":"CLOSED"}');
INSERT INTO public.event VALUES (62, 'request.cancelled', 'main', 'ILL-000009-1', 1772442000000, '{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO public.event VALUES (63, 'notice.suppressed', 'main', 'ILL-000009-1', 1772442000000, '{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO public.event VALUES (64, 'notice.queued', 'main', 'ILL-000009-1', 1772442000000, '{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO public.event VALUES (65, 'item.missing', 'main', 'ILL-000010-9', 1772442000000, '{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "rule": "missing", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "MISSING", "barcode": "30000000000103", "piece": 1}');
INSERT INTO public.event VALUES (66, 'notice.suppressed', 'main', 'ILL-000010-9', 1772442000000, '{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "rule": "missing", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "MISSING", "barcode": "30000000000103", "piece": 1}');
INSERT INTO public.event VALUES (67, 'item.lost', 'main', 'ILL-000011-7', 1772442000000, '{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "rule": "lost", "actor": "demo", "was": "CHECKED_OUT", "state": "LOST", "barcode": "30000000000111", "piece": 1}');
INSERT INTO public.event VALUES (68, 'notice.queued', 'main', 'ILL-000011-7', 1772442000000, '{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "rule": "lost", "actor": "demo", "was": "CHECKED_OUT", "state": "LOST", "barcode": "30000000000111", "piece": 1}');
INSERT INTO public.event VALUES (69, 'request.cancelled', 'main', 'ILL-000013-3', 1772442000000, '{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO public.event VALUES (70, 'request.closed', 'main', 'ILL-000013-3', 1772442000000, '{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO public.event VALUES (71, 'notice.queued', 'main', 'ILL-000013-3', 1772442000000, '{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO public.event VALUES (73, 'notice.suppressed', 'main', 'ILL-000006-7', 1772442000000, '{"request_id": "ILL-000006-7", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": "2"}');
INSERT INTO public.event VALUES (74, 'notice.suppressed', 'main', 'ILL-000009-1', 1772442000000, '{"request_id": "ILL-000009-1", "type": "REQUEST_CANCELLED", "desk": "main", "notice_id": "9"}');
INSERT INTO public.event VALUES (75, 'notice.suppressed', 'main', 'ILL-000011-7', 1772442000000, '{"request_id": "ILL-000011-7", "type": "LOST", "desk": "main", "notice_id": "10"}');
INSERT INTO public.event VALUES (76, 'notice.suppressed', 'main', 'ILL-000013-3', 1772442000000, '{"request_id": "ILL-000013-3", "type": "REQUEST_CANCELLED", "desk": "main", "notice_id": "11"}');
INSERT INTO public.exception VALUES (1, 'missing', 'main', NULL, '30000000000103', 10, 7, NULL, 1772442000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.exception VALUES (2, 'lost', 'main', NULL, '30000000000111', 11, 8, NULL, 1772442000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.history VALUES (1, 1, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'joint', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xeb611c72e69168263e11c3bf1f952519436b11266f76241cbc47330af884fb23');
INSERT INTO public.history VALUES (2, 2, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xbdd07a37069627d1e8fa145cfd09c148f4c7d1c6f1c33666dc93c57431e9d41c');
INSERT INTO public.history VALUES (3, 3, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'east', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x8eaeab0edaee3ff207075a5df43d5408d776e8ed547698902671caa02618b01a');
INSERT INTO public.history VALUES (4, 4, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xe9ce3fc6dd5235da00ef47084c83e97384c1fb82e16d065a175b450315d0a65d');
INSERT INTO public.history VALUES (5, 5, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x568d909d5d2279fc040ed6fa053d59af7f8204bbcbde44ac872bf55b9432e822');
INSERT INTO public.history VALUES (6, 6, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xeffb3b9fbeff50ac2c3d021370fd50ab352e62e5bb059134d672685b090e4953');
INSERT INTO public.history VALUES (7, 7, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xb00a40d9776c160a84213d33fd321fba556c8766269e37cfa04db598b5af4a96');
INSERT INTO public.history VALUES (8, 8, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x2ac49b99905e4fe17d09281d18d2b382c14d41c87935fc163b6bc869cdfd3f3a');
INSERT INTO public.history VALUES (9, 9, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x18fa73ba43975fd5a6f35674c51869c65c2384edd60100b88d2221d8cea2046f');
INSERT INTO public.history VALUES (10, 10, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x85ca9972e33b3ea88b5e5d5df6b1ff3ee5e87df0cb273c4cc85e74268ad8cb08');
INSERT INTO public.history VALUES (11, 11, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x53f784d2a4b229fcffe9145bf9ce5e1370a91b4746279de7a9baa8c3d7cbe348');
INSERT INTO public.history VALUES (12, 12, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\xaf4c5c85e34e5447c38480a81e3d31d16c5c243abd7bc25bb136e9f965050cbf');
INSERT INTO public.history VALUES (13, 13, NULL, 'act', 1771664400000, 'create', NULL, 'REQUESTED', 'main', 'demo', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\x59c842cf6f2b2f8c9161ff84bfc21f90ea3150163d2357672271adf7fd375fba');
INSERT INTO public.history VALUES (14, 4, 1, 'scan', 1771750810000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000046', '019c8493-e190-7000-8000-000000000002', NULL, NULL, NULL, NULL, NULL, '\x13abd3477a479564959474413f537730243629fe11a04c0d27ee73d255ad1e03');
INSERT INTO public.history VALUES (15, 5, 2, 'scan', 1771750820000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000053', '019c8494-08a0-7000-8000-000000000004', NULL, NULL, NULL, NULL, NULL, '\x6930d1d442e2765a39301d4145e0a5893ed96ba6333cfa23557f7b6298433d7d');
INSERT INTO public.history VALUES (16, 5, 2, 'scan', 1771837225000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000053', '019c89ba-7828-7000-8000-000000000005', NULL, NULL, NULL, NULL, NULL, '\x8b1e61f2c128f5948e77ab139a465a37d286ff2d121f59c6c901670b31e6eb08');
INSERT INTO public.history VALUES (17, 5, 2, 'notice', 1771837225000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89ba-7828-7000-8000-000000000005', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x3b45fc49caac135e8f30a473bf3eadd73d113820397563bff0b665c5e5426a31');
INSERT INTO public.history VALUES (18, 6, 3, 'scan', 1771750835000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000061', '019c8494-4338-7000-8000-000000000007', NULL, NULL, NULL, NULL, NULL, '\xb2fb2e2421ed131b85a47afbe39d864960389079612523e46f5db99f6856a8ad');
INSERT INTO public.history VALUES (19, 6, 3, 'scan', 1771837240000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000061', '019c89ba-b2c0-7000-8000-000000000008', NULL, NULL, NULL, NULL, NULL, '\x242f587d3cd1c429de2b9067bc5fb658016fccd784abdb8e087b3607c944e3c5');
INSERT INTO public.history VALUES (20, 6, 3, 'notice', 1771837240000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89ba-b2c0-7000-8000-000000000008', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x14b65d68373508e481b8d569797fec9883e293192ce4d6bf309fbd73612f5dcd');
INSERT INTO public.history VALUES (21, 7, 4, 'scan', 1771750850000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000079', '019c8494-7dd0-7000-8000-00000000000a', NULL, NULL, NULL, NULL, NULL, '\x1798f4f4011b350b0147e3e60ce1738f0cba0243ebb8a8232330eb423c647d4c');
INSERT INTO public.history VALUES (22, 7, 4, 'scan', 1771837255000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000079', '019c89ba-ed58-7000-8000-00000000000b', NULL, NULL, NULL, NULL, NULL, '\x92b32ea3d8d1a82aa9102ce04ef630d638b0194a952cf1c67719f0d5a310cb60');
INSERT INTO public.history VALUES (23, 7, 4, 'notice', 1771837255000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89ba-ed58-7000-8000-00000000000b', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x881ad4ecce0c747d7c6d1ba9a1adf196ad4c8dfbd5ec51fa608ae0f559287602');
INSERT INTO public.history VALUES (24, 7, 4, 'scan', 1771923665000, 'H2', 'ON_HOLD_SHELF', 'CHECKED_OUT', 'main', 'main-1', '30000000000079', '019c8ee1-7068-7000-8000-00000000000d', NULL, NULL, NULL, NULL, NULL, '\xc37d53ea87697dc4f9d697c1c0f5ac1f9eb0a91e4a3ec74a7dca86988c6e6220');
INSERT INTO public.history VALUES (25, 7, 4, 'notice', 1771923665000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, '019c8ee1-7068-7000-8000-00000000000d', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x977677f5a6bd91d553d3a72bec070ab342fd5e98077d9ec3c04a97907f5d170c');
INSERT INTO public.history VALUES (26, 8, 5, 'scan', 1771750875000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000087', '019c8494-df78-7000-8000-00000000000f', NULL, NULL, NULL, NULL, NULL, '\xe7ee0e0a3da6078eafe7ff6ec83b0e2941538f77a8d61909637aa223de537a00');
INSERT INTO public.history VALUES (27, 8, 5, 'scan', 1771837280000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000087', '019c89bb-4f00-7000-8000-000000000010', NULL, NULL, NULL, NULL, NULL, '\x3751cb2c47d184c72be63ae740cc63139a143d9f0ccbb202a7c0a891510828b4');
INSERT INTO public.history VALUES (28, 8, 5, 'notice', 1771837280000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89bb-4f00-7000-8000-000000000010', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x6af8c27ee908ebabb468d19b595e179b12f5ad7855449fb968721da2135c3432');
INSERT INTO public.history VALUES (29, 8, 5, 'scan', 1771923690000, 'H2', 'ON_HOLD_SHELF', 'CHECKED_OUT', 'main', 'main-1', '30000000000087', '019c8ee1-d210-7000-8000-000000000012', NULL, NULL, NULL, NULL, NULL, '\x3e932b4188783fd3f11b9977c443992b6620da727d9e251173d245488f8f6835');
INSERT INTO public.history VALUES (30, 8, 5, 'notice', 1771923690000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, '019c8ee1-d210-7000-8000-000000000012', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\xf0d8c4ead38a07b744a6b66def94de442c2c5c706fb2be29d88fdefa801d2b33');
INSERT INTO public.history VALUES (31, 8, 5, 'scan', 1772010095000, 'C2', 'CHECKED_OUT', 'IN_TRANSIT_TO_RS', 'main', 'main-1', '30000000000087', '019c9408-4198-7000-8000-000000000013', NULL, NULL, NULL, NULL, NULL, '\xb87b94f7c8c4ddec16650d69c274633093c3f52ee6135798853c11ef9a4c9929');
INSERT INTO public.history VALUES (32, 9, 6, 'scan', 1771750905000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000095', '019c8495-54a8-7000-8000-000000000015', NULL, NULL, NULL, NULL, NULL, '\x63894361156e74a34218e8d70cf3b1486f99bcdf39ff7dc0448c26af4c894180');
INSERT INTO public.history VALUES (33, 9, 6, 'scan', 1771837310000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000095', '019c89bb-c430-7000-8000-000000000016', NULL, NULL, NULL, NULL, NULL, '\x842e05717399dc57b582626f9759f726d727c1b0dea75436491f53715455c1ea');
INSERT INTO public.history VALUES (34, 9, 6, 'notice', 1771837310000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89bb-c430-7000-8000-000000000016', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x8555297e0d5c3a0483e4c8d41220c803398abf933c6a824654f5396787b80612');
INSERT INTO public.history VALUES (35, 10, 7, 'scan', 1771750920000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000103', '019c8495-8f40-7000-8000-000000000018', NULL, NULL, NULL, NULL, NULL, '\x7cf0730b93d44b33c0a9b664cfd3217a0e29694b29c55263bd6a08a4c05b4df9');
INSERT INTO public.history VALUES (36, 10, 7, 'scan', 1771837325000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000103', '019c89bb-fec8-7000-8000-000000000019', NULL, NULL, NULL, NULL, NULL, '\x1f70f779613fd7409bc0929f23dfb620b3ec245cab9ed5bc7244c256132aa0e5');
INSERT INTO public.history VALUES (37, 10, 7, 'notice', 1771837325000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89bb-fec8-7000-8000-000000000019', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x38d9d548d108b8f9c605931a6c9326d24f4d51c4033715787afe4181c4051416');
INSERT INTO public.history VALUES (38, 11, 8, 'scan', 1771750935000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000111', '019c8495-c9d8-7000-8000-00000000001b', NULL, NULL, NULL, NULL, NULL, '\xa59361a3e270eeebd2c22cdf97861b1c17279011f7ae07db19cea7185b75c2a4');
INSERT INTO public.history VALUES (39, 11, 8, 'scan', 1771837340000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000111', '019c89bc-3960-7000-8000-00000000001c', NULL, NULL, NULL, NULL, NULL, '\xff7e495fb7d3fb578a7419e9dcdc550cc139253a82b62e6cb1dda2b5c64703bd');
INSERT INTO public.history VALUES (40, 11, 8, 'notice', 1771837340000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89bc-3960-7000-8000-00000000001c', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x44349280bccaadf1ced5ab4ae7138f5ddd9a71b0652fd1cb6227a78cf31edb96');
INSERT INTO public.history VALUES (41, 11, 8, 'scan', 1771923750000, 'H2', 'ON_HOLD_SHELF', 'CHECKED_OUT', 'main', 'main-1', '30000000000111', '019c8ee2-bc70-7000-8000-00000000001e', NULL, NULL, NULL, NULL, NULL, '\xa17e81c2972aef2a0d3421b0d0eeb5ffc057040a86283361006f01ea5a6d8724');
INSERT INTO public.history VALUES (42, 11, 8, 'notice', 1771923750000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, '019c8ee2-bc70-7000-8000-00000000001e', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\xae0707f7e7639540008c0bec8eb2f1ece26cda4b76b5697bfdb80bc38c7b494f');
INSERT INTO public.history VALUES (43, 12, 9, 'scan', 1771750960000, 'U2', 'REQUESTED', 'IN_TRANSIT_TO_PICKUP', 'rs', 'rs-1', '30000000000129', '019c8496-2b80-7000-8000-000000000020', NULL, NULL, NULL, NULL, NULL, '\x5921c6b6ae30dbacad4d6092e8af3af0f4b7875d1b427a01b6877fa0fb3cc806');
INSERT INTO public.history VALUES (44, 12, 9, 'scan', 1771837365000, 'T1', 'IN_TRANSIT_TO_PICKUP', 'ON_HOLD_SHELF', 'main', 'main-1', '30000000000129', '019c89bc-9b08-7000-8000-000000000021', NULL, NULL, NULL, NULL, NULL, '\x0f9c236661a50a1d4d0288c66fa81fa7aa57b2b5873fe72f5848ea4e43920a0b');
INSERT INTO public.history VALUES (45, 12, 9, 'notice', 1771837365000, 'queued', NULL, NULL, 'main', 'hub', NULL, '019c89bc-9b08-7000-8000-000000000021', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\xbec74df78bbf9d274864536af89d145164d78288e58fa725bc5b9754e864820e');
INSERT INTO public.history VALUES (46, 12, 9, 'scan', 1771923775000, 'H2', 'ON_HOLD_SHELF', 'CHECKED_OUT', 'main', 'main-1', '30000000000129', '019c8ee3-1e18-7000-8000-000000000023', NULL, NULL, NULL, NULL, NULL, '\x81891606b111fbe5ccd0cfd82e3b0fb1a41939ec54048ba7c763200526a9ccc9');
INSERT INTO public.history VALUES (47, 12, 9, 'notice', 1771923775000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, '019c8ee3-1e18-7000-8000-000000000023', 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x591e013ee16bd4f24ef5fc6b2b16f1e4be03e43f481e8c73b1c3830286e5c4a4');
INSERT INTO public.history VALUES (48, 12, 9, 'scan', 1772010180000, 'C2', 'CHECKED_OUT', 'IN_TRANSIT_TO_RS', 'main', 'main-1', '30000000000129', '019c9409-8da0-7000-8000-000000000024', NULL, NULL, NULL, NULL, NULL, '\x00743bf471677077334cbdff3ab9dee1a7cfbe522a765a42912876e75fee1ac9');
INSERT INTO public.history VALUES (49, 12, 9, 'scan', 1772096585000, 'B1', 'IN_TRANSIT_TO_RS', 'CLOSED', 'rs', 'rs-1', '30000000000129', '019c992f-fd28-7000-8000-000000000025', NULL, NULL, NULL, NULL, NULL, '\x76cb4f0660399e762bbb2fe1d74ce3d54f5e9b261e183c07079a532fa0c72dc0');
INSERT INTO public.history VALUES (50, 9, 6, 'act', 1772442000000, 'cancel', 'ON_HOLD_SHELF', 'PULL_FROM_SHELF', 'main', 'demo', '30000000000095', NULL, NULL, NULL, 'f17d668b9966fab5850effdcd81b40be24ab08007c815eca03ca3603d3e771f6', 'found it elsewhere', 'bddbaed2660d9739b80b44a60a82df31', '\xc1916bfb32f8bb2802b24455b18aa42930b6df650c7ae0be0b6e4b6dbb10d325');
INSERT INTO public.history VALUES (51, 9, 6, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x0789e2f25a2a0a9615a7f89f2e47e62a6057fa37d13a810895c3718f82b02ae6');
INSERT INTO public.history VALUES (52, 9, 6, 'notice', 1772442000000, 'queued', NULL, NULL, 'main', 'hub', NULL, NULL, 'REQUEST_CANCELLED', NULL, NULL, NULL, NULL, '\x16f2a0eafa06b2249013d1ba0d1e5034f220d18f72ffe0328daa9951bfde98fa');
INSERT INTO public.history VALUES (53, 10, 7, 'act', 1772442000000, 'missing', 'ON_HOLD_SHELF', 'MISSING', 'main', 'demo', '30000000000103', NULL, NULL, NULL, 'b859a188431dca31dfca613ba0ff75a89e384bb8bbf321d7ef8f83b507845084', 'not on the shelf', 'dc4ef889cba4c4855459432c20c58848', '\x69806b4a8bb366ed7861c08bedec9e460826346cf2f6654a1c6fad9b92273bac');
INSERT INTO public.history VALUES (54, 10, 7, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\x55c4ec072bd1e414de5b12948cf2f58f7f4e95f191ae495f8a5a6bf42f5a981e');
INSERT INTO public.history VALUES (55, 11, 8, 'act', 1772442000000, 'lost', 'CHECKED_OUT', 'LOST', 'main', 'demo', '30000000000111', NULL, NULL, NULL, NULL, NULL, NULL, '\x23481da0bcea0f5c8b9a13205ee90e852f1d4056c17e96d49c71055b6c50e922');
INSERT INTO public.history VALUES (56, 11, 8, 'notice', 1772442000000, 'queued', NULL, NULL, 'main', 'hub', NULL, NULL, 'LOST', NULL, NULL, NULL, NULL, '\x5643072e0fc1b0b56f6d844a55bc087a8d5ca243eba5b8c313dd244dd36cde48');
INSERT INTO public.history VALUES (57, 13, NULL, 'act', 1772442000000, 'cancel', 'REQUESTED', 'CLOSED', 'main', 'demo', NULL, NULL, NULL, NULL, 'c3c040c91893f0c3c44e7e6d28221e61fa128ceafe72ec8997ee1cb86579a611', 'bought it', '4bc7c672c58415d721254a40f9af560e', '\xa0a344f8f0500b727435010467372fd0b3cc17e4fd00be5581b22d28c01bb867');
INSERT INTO public.history VALUES (58, 13, NULL, 'notice', 1772442000000, 'queued', NULL, NULL, 'main', 'hub', NULL, NULL, 'REQUEST_CANCELLED', NULL, NULL, NULL, NULL, '\xc0addfbff7aea74d90ef68a3e41428d88560f1dfe394e9126d8ff65d2240df23');
INSERT INTO public.history VALUES (59, 5, 2, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\xd4ed817ba271d705efa292a02d46cfe9eba60f86ac26d478ede1aeba77676a93');
INSERT INTO public.history VALUES (60, 6, 3, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'READY_FOR_PICKUP', NULL, NULL, NULL, NULL, '\xc426b26a10d4dad58e610464a60c02af13df1c2764cc69b46d633ae691092097');
INSERT INTO public.history VALUES (61, 9, 6, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'REQUEST_CANCELLED', NULL, NULL, NULL, NULL, '\x18aaee7c5bd61acc118cfc4a22eddef87b56aeea7b3445b7c6e533e85dfece43');
INSERT INTO public.history VALUES (62, 11, 8, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'LOST', NULL, NULL, NULL, NULL, '\xee3c3ad649bdce8f4d71d09b7693eb639e6cf9c6961db8014f36e72378da9018');
INSERT INTO public.history VALUES (63, 13, NULL, 'notice', 1772442000000, 'suppressed', NULL, NULL, 'main', 'hub', NULL, NULL, 'REQUEST_CANCELLED', NULL, NULL, NULL, NULL, '\xb4278f79cc76944027242157847dbf3f27b244bba81d46797b61bd3bdcb25be1');
INSERT INTO public.item VALUES (1, 4, 1, '30000000000046', 'IN_TRANSIT_TO_PICKUP', 1771750810000, 1771750810000, NULL, NULL, 0, NULL, NULL, NULL, false, NULL, 2, NULL, NULL, 0);
INSERT INTO public.item VALUES (2, 5, 1, '30000000000053', 'ON_HOLD_SHELF', 1771750820000, 1771837225000, 1772755199000, 'A5', 1, NULL, NULL, NULL, false, NULL, 4, NULL, NULL, 0);
INSERT INTO public.item VALUES (3, 6, 1, '30000000000061', 'ON_HOLD_SHELF', 1771750835000, 1771837240000, 1772755199000, 'A1', 1, NULL, NULL, NULL, false, NULL, 4, NULL, NULL, 0);
INSERT INTO public.item VALUES (4, 7, 1, '30000000000079', 'CHECKED_OUT', 1771750850000, 1771923665000, 1772755199000, 'A2', 1, 1774396799000, 1771923665000, 'main-1', true, NULL, 5, NULL, NULL, 0);
INSERT INTO public.item VALUES (5, 8, 1, '30000000000087', 'IN_TRANSIT_TO_RS', 1771750875000, 1772010095000, 1772755199000, 'A3', 1, 1774396799000, 1771923690000, 'main-1', true, NULL, 6, NULL, NULL, 0);
INSERT INTO public.item VALUES (9, 12, 1, '30000000000129', 'CLOSED', 1771750960000, 1772096585000, 1772755199000, 'A2', 1, 1774396799000, 1771923775000, 'main-1', true, NULL, 7, 1772096585000, 'returned', 0);
INSERT INTO public.item VALUES (6, 9, 1, '30000000000095', 'PULL_FROM_SHELF', 1771750905000, 1772442000000, 1772755199000, 'A4', 1, NULL, NULL, NULL, false, 'cancelled_by_patron', 5, NULL, NULL, 0);
INSERT INTO public.item VALUES (7, 10, 1, '30000000000103', 'MISSING', 1771750920000, 1772442000000, 1772755199000, 'A5', 1, NULL, NULL, NULL, false, NULL, 5, NULL, NULL, 0);
INSERT INTO public.item VALUES (8, 11, 1, '30000000000111', 'LOST', 1771750935000, 1772442000000, 1772755199000, 'A1', 1, 1774396799000, 1771923750000, 'main-1', true, NULL, 6, NULL, NULL, 0);
INSERT INTO public.notice VALUES (3, 'READY_FOR_PICKUP', 7, 4, 1, 2, 'main', 'suppressed', 1771837255000, 1771837315000, 0, NULL, NULL, NULL, '019c89ba-ed58-7000-8000-00000000000b', '019c8ee1-7068-7000-8000-00000000000d', NULL);
INSERT INTO public.notice VALUES (4, 'READY_FOR_PICKUP', 8, 5, 1, 3, 'main', 'suppressed', 1771837280000, 1771837340000, 0, NULL, NULL, NULL, '019c89bb-4f00-7000-8000-000000000010', '019c8ee1-d210-7000-8000-000000000012', NULL);
INSERT INTO public.notice VALUES (7, 'READY_FOR_PICKUP', 11, 8, 1, 1, 'main', 'suppressed', 1771837340000, 1771837400000, 0, NULL, NULL, NULL, '019c89bc-3960-7000-8000-00000000001c', '019c8ee2-bc70-7000-8000-00000000001e', NULL);
INSERT INTO public.notice VALUES (8, 'READY_FOR_PICKUP', 12, 9, 1, 2, 'main', 'suppressed', 1771837365000, 1771837425000, 0, NULL, NULL, NULL, '019c89bc-9b08-7000-8000-000000000021', '019c8ee3-1e18-7000-8000-000000000023', NULL);
INSERT INTO public.notice VALUES (5, 'READY_FOR_PICKUP', 9, 6, 1, 4, 'main', 'suppressed', 1771837310000, 1771837370000, 0, NULL, NULL, NULL, '019c89bb-c430-7000-8000-000000000016', NULL, NULL);
INSERT INTO public.notice VALUES (6, 'READY_FOR_PICKUP', 10, 7, 1, 5, 'main', 'suppressed', 1771837325000, 1771837385000, 0, NULL, NULL, NULL, '019c89bb-fec8-7000-8000-000000000019', NULL, NULL);
INSERT INTO public.notice VALUES (1, 'READY_FOR_PICKUP', 5, 2, 1, 5, 'main', 'suppressed', 1771837225000, 1771837285000, 0, NULL, NULL, NULL, '019c89ba-7828-7000-8000-000000000005', NULL, NULL);
INSERT INTO public.notice VALUES (2, 'READY_FOR_PICKUP', 6, 3, 1, 1, 'main', 'suppressed', 1771837240000, 1771837300000, 0, NULL, NULL, NULL, '019c89ba-b2c0-7000-8000-000000000008', NULL, NULL);
INSERT INTO public.notice VALUES (9, 'REQUEST_CANCELLED', 9, 6, 4, 4, 'main', 'suppressed', 1772442000000, 1772442060000, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.notice VALUES (10, 'LOST', 11, 8, 1000006, 1, 'main', 'suppressed', 1772442000000, 1772442060000, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.notice VALUES (11, 'REQUEST_CANCELLED', 13, NULL, 2, 3, 'main', 'suppressed', 1772442000000, 1772442060000, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.partner VALUES ('tul', 'Tulare County Library');
INSERT INTO public.partner VALUES ('ocl', 'Oberlin College Library');
INSERT INTO public.partner VALUES ('gbv', 'State Library Lower Saxony');
INSERT INTO public.partner VALUES ('bpl', 'Burlington Public Library');
INSERT INTO public.patron VALUES (1, '20000000000014', 'Heron 12', 'Ada Fischer', 'patron1@holdshelf.invalid', NULL, NULL, NULL);
INSERT INTO public.patron VALUES (2, '20000000000022', 'Otter 7', 'Ben Okafor', 'patron2@holdshelf.invalid', NULL, NULL, NULL);
INSERT INTO public.patron VALUES (3, '20000000000030', 'Lynx 31', 'Chen Li', 'patron3@holdshelf.invalid', NULL, NULL, NULL);
INSERT INTO public.patron VALUES (4, '20000000000048', 'Wren 4', 'Dilek Aydin', 'patron4@holdshelf.invalid', NULL, NULL, NULL);
INSERT INTO public.patron VALUES (5, '20000000000055', 'Stork 9', 'Elena Rossi', 'patron5@holdshelf.invalid', NULL, NULL, NULL);
INSERT INTO public.request VALUES (1, 'ILL-000001-8', '1234500', 'illiad', 'The Overstory', 'Richard Powers', NULL, NULL, NULL, 1, 'joint', 'tul', '2026-05-02', NULL, NULL, NULL, 1, 'REQUESTED', NULL, NULL, 1, 1771664400000, 1771664400000, NULL, NULL, ' the overstory richard powers 1234500');
INSERT INTO public.request VALUES (2, 'ILL-000002-6', '1234501', 'oclc', 'Braiding Sweetgrass', 'Robin Wall Kimmerer', NULL, NULL, NULL, 2, 'main', 'ocl', '2026-05-02', NULL, NULL, NULL, 1, 'REQUESTED', NULL, NULL, 1, 1771664400000, 1771664400000, NULL, NULL, ' braiding sweetgrass robin wall kimmerer 1234501');
INSERT INTO public.request VALUES (3, 'ILL-000003-4', '1234502', 'public_library', 'The Dispossessed', 'Ursula K. Le Guin', NULL, NULL, NULL, 3, 'east', 'gbv', '2026-05-02', NULL, NULL, NULL, 1, 'REQUESTED', NULL, NULL, 1, 1771664400000, 1771664400000, NULL, NULL, ' the dispossessed ursula k le guin 1234502');
INSERT INTO public.request VALUES (4, 'ILL-000004-2', '1234503', 'illiad', 'Entangled Life', 'Merlin Sheldrake', NULL, NULL, NULL, 4, 'main', 'bpl', '2026-05-02', NULL, NULL, NULL, 1, 'IN_TRANSIT_TO_PICKUP', NULL, NULL, 2, 1771664400000, 1771750810000, NULL, NULL, ' entangled life merlin sheldrake 1234503');
INSERT INTO public.request VALUES (5, 'ILL-000005-9', '1234504', 'oclc', 'Austerlitz', 'W. G. Sebald', NULL, NULL, NULL, 5, 'main', 'tul', '2026-05-02', NULL, NULL, NULL, 1, 'ON_HOLD_SHELF', NULL, NULL, 3, 1771664400000, 1771837225000, NULL, NULL, ' austerlitz w g sebald 1234504');
INSERT INTO public.request VALUES (6, 'ILL-000006-7', '1234505', 'public_library', 'The Peregrine', 'J. A. Baker', NULL, NULL, NULL, 1, 'main', 'ocl', '2026-05-02', NULL, NULL, NULL, 1, 'ON_HOLD_SHELF', NULL, NULL, 3, 1771664400000, 1771837240000, NULL, NULL, ' the peregrine j a baker 1234505');
INSERT INTO public.request VALUES (7, 'ILL-000007-5', '1234506', 'illiad', 'Invisible Cities', 'Italo Calvino', NULL, NULL, NULL, 2, 'main', 'gbv', '2026-05-02', NULL, NULL, NULL, 1, 'CHECKED_OUT', NULL, NULL, 4, 1771664400000, 1771923665000, NULL, NULL, ' invisible cities italo calvino 1234506');
INSERT INTO public.request VALUES (8, 'ILL-000008-3', '1234507', 'oclc', 'The Mushroom at the End of the World', 'Anna Lowenhaupt Tsing', NULL, NULL, NULL, 3, 'main', 'bpl', '2026-05-02', NULL, NULL, NULL, 1, 'IN_TRANSIT_TO_RS', NULL, NULL, 5, 1771664400000, 1772010095000, NULL, NULL, ' the mushroom at end of world anna lowenhaupt tsing 1234507');
INSERT INTO public.request VALUES (12, 'ILL-000012-5', '1234511', 'public_library', 'Sand Talk', 'Tyson Yunkaporta', NULL, NULL, NULL, 2, 'main', 'bpl', '2026-05-02', NULL, NULL, NULL, 1, 'CLOSED', 'returned', NULL, 6, 1771664400000, 1772096585000, 1772096585000, NULL, ' sand talk tyson yunkaporta 1234511');
INSERT INTO public.request VALUES (9, 'ILL-000009-1', '1234508', 'public_library', 'A Time of Gifts', 'Patrick Leigh Fermor', NULL, NULL, NULL, 4, 'main', 'tul', '2026-05-02', NULL, NULL, NULL, 1, 'PULL_FROM_SHELF', NULL, 'cancelled_by_patron', 4, 1771664400000, 1772442000000, NULL, NULL, ' a time of gifts patrick leigh fermor 1234508');
INSERT INTO public.request VALUES (10, 'ILL-000010-9', '1234509', 'illiad', 'The Living Mountain', 'Nan Shepherd', NULL, NULL, NULL, 5, 'main', 'ocl', '2026-05-02', NULL, NULL, NULL, 1, 'MISSING', NULL, NULL, 4, 1771664400000, 1772442000000, NULL, NULL, ' the living mountain nan shepherd 1234509');
INSERT INTO public.request VALUES (11, 'ILL-000011-7', '1234510', 'oclc', 'Landmarks', 'Robert Macfarlane', NULL, NULL, NULL, 1, 'main', 'gbv', '2026-05-02', NULL, NULL, NULL, 1, 'LOST', NULL, NULL, 5, 1771664400000, 1772442000000, NULL, NULL, ' landmarks robert macfarlane 1234510');
INSERT INTO public.request VALUES (13, 'ILL-000013-3', '1234512', 'illiad', 'Weaving the Web', 'Tim Berners-Lee', NULL, NULL, NULL, 3, 'main', 'tul', '2026-05-02', NULL, NULL, NULL, 1, 'CLOSED', 'cancelled', 'cancelled_by_patron', 2, 1771664400000, 1772442000000, 1772442000000, NULL, ' weaving the web tim berners lee 1234512');
INSERT INTO public.request_word VALUES ('the', 1);
INSERT INTO public.request_word VALUES ('overstory', 1);
INSERT INTO public.request_word VALUES ('richard', 1);
INSERT INTO public.request_word VALUES ('powers', 1);
INSERT INTO public.request_word VALUES ('1234500', 1);
INSERT INTO public.request_word VALUES ('braiding', 2);
INSERT INTO public.request_word VALUES ('sweetgrass', 2);
INSERT INTO public.request_word VALUES ('robin', 2);
INSERT INTO public.request_word VALUES ('wall', 2);
INSERT INTO public.request_word VALUES ('kimmerer', 2);
INSERT INTO public.request_word VALUES ('1234501', 2);
INSERT INTO public.request_word VALUES ('the', 3);
INSERT INTO public.request_word VALUES ('dispossessed', 3);
INSERT INTO public.request_word VALUES ('ursula', 3);
INSERT INTO public.request_word VALUES ('k', 3);
INSERT INTO public.request_word VALUES ('le', 3);
INSERT INTO public.request_word VALUES ('guin', 3);
INSERT INTO public.request_word VALUES ('1234502', 3);
INSERT INTO public.request_word VALUES ('entangled', 4);
INSERT INTO public.request_word VALUES ('life', 4);
INSERT INTO public.request_word VALUES ('merlin', 4);
INSERT INTO public.request_word VALUES ('sheldrake', 4);
INSERT INTO public.request_word VALUES ('1234503', 4);
INSERT INTO public.request_word VALUES ('austerlitz', 5);
INSERT INTO public.request_word VALUES ('w', 5);
INSERT INTO public.request_word VALUES ('g', 5);
INSERT INTO public.request_word VALUES ('sebald', 5);
INSERT INTO public.request_word VALUES ('1234504', 5);
INSERT INTO public.request_word VALUES ('the', 6);
INSERT INTO public.request_word VALUES ('peregrine', 6);
INSERT INTO public.request_word VALUES ('j', 6);
INSERT INTO public.request_word VALUES ('a', 6);
INSERT INTO public.request_word VALUES ('baker', 6);
INSERT INTO public.request_word VALUES ('1234505', 6);
INSERT INTO public.request_word VALUES ('invisible', 7);
INSERT INTO public.request_word VALUES ('cities', 7);
INSERT INTO public.request_word VALUES ('italo', 7);
INSERT INTO public.request_word VALUES ('calvino', 7);
INSERT INTO public.request_word VALUES ('1234506', 7);
INSERT INTO public.request_word VALUES ('the', 8);
INSERT INTO public.request_word VALUES ('mushroom', 8);
INSERT INTO public.request_word VALUES ('at', 8);
INSERT INTO public.request_word VALUES ('end', 8);
INSERT INTO public.request_word VALUES ('of', 8);
INSERT INTO public.request_word VALUES ('world', 8);
INSERT INTO public.request_word VALUES ('anna', 8);
INSERT INTO public.request_word VALUES ('lowenhaupt', 8);
INSERT INTO public.request_word VALUES ('tsing', 8);
INSERT INTO public.request_word VALUES ('1234507', 8);
INSERT INTO public.request_word VALUES ('a', 9);
INSERT INTO public.request_word VALUES ('time', 9);
INSERT INTO public.request_word VALUES ('of', 9);
INSERT INTO public.request_word VALUES ('gifts', 9);
INSERT INTO public.request_word VALUES ('patrick', 9);
INSERT INTO public.request_word VALUES ('leigh', 9);
INSERT INTO public.request_word VALUES ('fermor', 9);
INSERT INTO public.request_word VALUES ('1234508', 9);
INSERT INTO public.request_word VALUES ('the', 10);
INSERT INTO public.request_word VALUES ('living', 10);
INSERT INTO public.request_word VALUES ('mountain', 10);
INSERT INTO public.request_word VALUES ('nan', 10);
INSERT INTO public.request_word VALUES ('shepherd', 10);
INSERT INTO public.request_word VALUES ('1234509', 10);
INSERT INTO public.request_word VALUES ('landmarks', 11);
INSERT INTO public.request_word VALUES ('robert', 11);
INSERT INTO public.request_word VALUES ('macfarlane', 11);
INSERT INTO public.request_word VALUES ('1234510', 11);
INSERT INTO public.request_word VALUES ('sand', 12);
INSERT INTO public.request_word VALUES ('talk', 12);
INSERT INTO public.request_word VALUES ('tyson', 12);
INSERT INTO public.request_word VALUES ('yunkaporta', 12);
INSERT INTO public.request_word VALUES ('1234511', 12);
INSERT INTO public.request_word VALUES ('weaving', 13);
INSERT INTO public.request_word VALUES ('the', 13);
INSERT INTO public.request_word VALUES ('web', 13);
INSERT INTO public.request_word VALUES ('tim', 13);
INSERT INTO public.request_word VALUES ('berners', 13);
INSERT INTO public.request_word VALUES ('lee', 13);
INSERT INTO public.request_word VALUES ('1234512', 13);
INSERT INTO public.scan VALUES (1, 1, 1, '019c8493-ce08-7000-8000-000000000001', 'rs', 'ILL-000004-2', 'typed', 1771750805000, 1771750805000, 4, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8493-ce08-7000-8000-000000000001","station":"rs-1","seq":1,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Entangled Life: now scan the item.","again":false,"request_id":"ILL-000004-2","title":"Entangled Life","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:05Z"}');
INSERT INTO public.scan VALUES (2, 1, 2, '019c8493-e190-7000-8000-000000000002', 'rs', '30000000000046', 'typed', 1771750810000, 1771750810000, 4, 1, 'accepted', 'U2', '{"v":1,"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","seq":2,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000004-2","title":"Entangled Life","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Entangled Life"],"barcode":"30000000000046"}],"decided_at":"2026-02-22T09:00:10Z"}');
INSERT INTO public.scan VALUES (3, 1, 3, '019c8493-f518-7000-8000-000000000003', 'rs', 'ILL-000005-9', 'typed', 1771750815000, 1771750815000, 5, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8493-f518-7000-8000-000000000003","station":"rs-1","seq":3,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Austerlitz: now scan the item.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:15Z"}');
INSERT INTO public.scan VALUES (4, 1, 4, '019c8494-08a0-7000-8000-000000000004', 'rs', '30000000000053', 'typed', 1771750820000, 1771750820000, 5, 2, 'accepted', 'U2', '{"v":1,"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","seq":4,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Austerlitz"],"barcode":"30000000000053"}],"decided_at":"2026-02-22T09:00:20Z"}');
INSERT INTO public.scan VALUES (5, 2, 1, '019c89ba-7828-7000-8000-000000000005', 'main', '30000000000053', 'typed', 1771837225000, 1771837225000, 5, 2, 'accepted', 'T1', '{"v":1,"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","seq":1,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A5. Hold until 5 March.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A5","until 5 March","Austerlitz"],"barcode":"30000000000053"}],"decided_at":"2026-02-23T09:00:25Z"}');
INSERT INTO public.scan VALUES (6, 1, 5, '019c8494-2fb0-7000-8000-000000000006', 'rs', 'ILL-000006-7', 'typed', 1771750830000, 1771750830000, 6, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8494-2fb0-7000-8000-000000000006","station":"rs-1","seq":5,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Peregrine: now scan the item.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:30Z"}');
INSERT INTO public.scan VALUES (7, 1, 6, '019c8494-4338-7000-8000-000000000007', 'rs', '30000000000061', 'typed', 1771750835000, 1771750835000, 6, 3, 'accepted', 'U2', '{"v":1,"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","seq":6,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Peregrine"],"barcode":"30000000000061"}],"decided_at":"2026-02-22T09:00:35Z"}');
INSERT INTO public.scan VALUES (8, 2, 2, '019c89ba-b2c0-7000-8000-000000000008', 'main', '30000000000061', 'typed', 1771837240000, 1771837240000, 6, 3, 'accepted', 'T1', '{"v":1,"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","seq":2,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A1. Hold until 5 March.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A1","until 5 March","The Peregrine"],"barcode":"30000000000061"}],"decided_at":"2026-02-23T09:00:40Z"}');
INSERT INTO public.scan VALUES (9, 1, 7, '019c8494-6a48-7000-8000-000000000009', 'rs', 'ILL-000007-5', 'typed', 1771750845000, 1771750845000, 7, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8494-6a48-7000-8000-000000000009","station":"rs-1","seq":7,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Invisible Cities: now scan the item.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:45Z"}');
INSERT INTO public.scan VALUES (10, 1, 8, '019c8494-7dd0-7000-8000-00000000000a', 'rs', '30000000000079', 'typed', 1771750850000, 1771750850000, 7, 4, 'accepted', 'U2', '{"v":1,"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","seq":8,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Invisible Cities"],"barcode":"30000000000079"}],"decided_at":"2026-02-22T09:00:50Z"}');
INSERT INTO public.scan VALUES (11, 2, 3, '019c89ba-ed58-7000-8000-00000000000b', 'main', '30000000000079', 'typed', 1771837255000, 1771837255000, 7, 4, 'accepted', 'T1', '{"v":1,"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","seq":3,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A2. Hold until 5 March.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A2","until 5 March","Invisible Cities"],"barcode":"30000000000079"}],"decided_at":"2026-02-23T09:00:55Z"}');
INSERT INTO public.scan VALUES (12, 2, 4, '019c8ee1-5ce0-7000-8000-00000000000c', 'main', NULL, 'typed', 1771923660000, 1771923660000, NULL, NULL, 'accepted', 'patron.open', '{"v":1,"scan_id":"019c8ee1-5ce0-7000-8000-00000000000c","station":"main-1","seq":4,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Otter 7: 1 ready on shelf A2.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:00Z"}');
INSERT INTO public.scan VALUES (13, 2, 5, '019c8ee1-7068-7000-8000-00000000000d', 'main', '30000000000079', 'typed', 1771923665000, 1771923665000, 7, 4, 'accepted', 'H2', '{"v":1,"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","seq":5,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:05Z"}');
INSERT INTO public.scan VALUES (14, 1, 9, '019c8494-cbf0-7000-8000-00000000000e', 'rs', 'ILL-000008-3', 'typed', 1771750870000, 1771750870000, 8, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8494-cbf0-7000-8000-00000000000e","station":"rs-1","seq":9,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Mushroom at the End of the World: now scan the item.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:10Z"}');
INSERT INTO public.scan VALUES (15, 1, 10, '019c8494-df78-7000-8000-00000000000f', 'rs', '30000000000087', 'typed', 1771750875000, 1771750875000, 8, 5, 'accepted', 'U2', '{"v":1,"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","seq":10,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-22T09:01:15Z"}');
INSERT INTO public.scan VALUES (16, 2, 6, '019c89bb-4f00-7000-8000-000000000010', 'main', '30000000000087', 'typed', 1771837280000, 1771837280000, 8, 5, 'accepted', 'T1', '{"v":1,"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","seq":6,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A3. Hold until 5 March.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A3","until 5 March","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-23T09:01:20Z"}');
INSERT INTO public.scan VALUES (17, 2, 7, '019c8ee1-be88-7000-8000-000000000011', 'main', NULL, 'typed', 1771923685000, 1771923685000, NULL, NULL, 'accepted', 'patron.open', '{"v":1,"scan_id":"019c8ee1-be88-7000-8000-000000000011","station":"main-1","seq":7,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Lynx 31: 1 ready on shelf A3.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:25Z"}');
INSERT INTO public.scan VALUES (18, 2, 8, '019c8ee1-d210-7000-8000-000000000012', 'main', '30000000000087', 'typed', 1771923690000, 1771923690000, 8, 5, 'accepted', 'H2', '{"v":1,"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","seq":8,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:30Z"}');
INSERT INTO public.scan VALUES (19, 2, 9, '019c9408-4198-7000-8000-000000000013', 'main', '30000000000087', 'typed', 1772010095000, 1772010095000, 8, 5, 'accepted', 'C2', '{"v":1,"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","seq":9,"outcome":"accepted","rule":"C2","tone":"route","message":"Returned. Send to resource sharing.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"IN_TRANSIT_TO_RS","destination":"resource-sharing","alert_type":"04","slips":[{"v":1,"kind":"transit","lines":["Send to resource sharing","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-25T09:01:35Z"}');
INSERT INTO public.scan VALUES (20, 1, 11, '019c8495-4120-7000-8000-000000000014', 'rs', 'ILL-000009-1', 'typed', 1771750900000, 1771750900000, 9, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8495-4120-7000-8000-000000000014","station":"rs-1","seq":11,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive A Time of Gifts: now scan the item.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:40Z"}');
INSERT INTO public.scan VALUES (21, 1, 12, '019c8495-54a8-7000-8000-000000000015', 'rs', '30000000000095', 'typed', 1771750905000, 1771750905000, 9, 6, 'accepted', 'U2', '{"v":1,"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","seq":12,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","A Time of Gifts"],"barcode":"30000000000095"}],"decided_at":"2026-02-22T09:01:45Z"}');
INSERT INTO public.scan VALUES (22, 2, 10, '019c89bb-c430-7000-8000-000000000016', 'main', '30000000000095', 'typed', 1771837310000, 1771837310000, 9, 6, 'accepted', 'T1', '{"v":1,"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","seq":10,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A4. Hold until 5 March.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A4","until 5 March","A Time of Gifts"],"barcode":"30000000000095"}],"decided_at":"2026-02-23T09:01:50Z"}');
INSERT INTO public.scan VALUES (23, 1, 13, '019c8495-7bb8-7000-8000-000000000017', 'rs', 'ILL-000010-9', 'typed', 1771750915000, 1771750915000, 10, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8495-7bb8-7000-8000-000000000017","station":"rs-1","seq":13,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Living Mountain: now scan the item.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:55Z"}');
INSERT INTO public.scan VALUES (24, 1, 14, '019c8495-8f40-7000-8000-000000000018', 'rs', '30000000000103', 'typed', 1771750920000, 1771750920000, 10, 7, 'accepted', 'U2', '{"v":1,"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","seq":14,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Living Mountain"],"barcode":"30000000000103"}],"decided_at":"2026-02-22T09:02:00Z"}');
INSERT INTO public.scan VALUES (25, 2, 11, '019c89bb-fec8-7000-8000-000000000019', 'main', '30000000000103', 'typed', 1771837325000, 1771837325000, 10, 7, 'accepted', 'T1', '{"v":1,"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","seq":11,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A5. Hold until 5 March.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A5","until 5 March","The Living Mountain"],"barcode":"30000000000103"}],"decided_at":"2026-02-23T09:02:05Z"}');
INSERT INTO public.scan VALUES (26, 1, 15, '019c8495-b650-7000-8000-00000000001a', 'rs', 'ILL-000011-7', 'typed', 1771750930000, 1771750930000, 11, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8495-b650-7000-8000-00000000001a","station":"rs-1","seq":15,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Landmarks: now scan the item.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:02:10Z"}');
INSERT INTO public.scan VALUES (27, 1, 16, '019c8495-c9d8-7000-8000-00000000001b', 'rs', '30000000000111', 'typed', 1771750935000, 1771750935000, 11, 8, 'accepted', 'U2', '{"v":1,"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","seq":16,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Landmarks"],"barcode":"30000000000111"}],"decided_at":"2026-02-22T09:02:15Z"}');
INSERT INTO public.scan VALUES (28, 2, 12, '019c89bc-3960-7000-8000-00000000001c', 'main', '30000000000111', 'typed', 1771837340000, 1771837340000, 11, 8, 'accepted', 'T1', '{"v":1,"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","seq":12,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A1. Hold until 5 March.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A1","until 5 March","Landmarks"],"barcode":"30000000000111"}],"decided_at":"2026-02-23T09:02:20Z"}');
INSERT INTO public.scan VALUES (29, 2, 13, '019c8ee2-a8e8-7000-8000-00000000001d', 'main', NULL, 'typed', 1771923745000, 1771923745000, NULL, NULL, 'accepted', 'patron.open', '{"v":1,"scan_id":"019c8ee2-a8e8-7000-8000-00000000001d","station":"main-1","seq":13,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Heron 12: 2 ready on shelf A1.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:25Z"}');
INSERT INTO public.scan VALUES (30, 2, 14, '019c8ee2-bc70-7000-8000-00000000001e', 'main', '30000000000111', 'typed', 1771923750000, 1771923750000, 11, 8, 'accepted', 'H2', '{"v":1,"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","seq":14,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:30Z"}');
INSERT INTO public.scan VALUES (31, 1, 17, '019c8496-17f8-7000-8000-00000000001f', 'rs', 'ILL-000012-5', 'typed', 1771750955000, 1771750955000, 12, NULL, 'accepted', 'slip.armed', '{"v":1,"scan_id":"019c8496-17f8-7000-8000-00000000001f","station":"rs-1","seq":17,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Sand Talk: now scan the item.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:02:35Z"}');
INSERT INTO public.scan VALUES (32, 1, 18, '019c8496-2b80-7000-8000-000000000020', 'rs', '30000000000129', 'typed', 1771750960000, 1771750960000, 12, 9, 'accepted', 'U2', '{"v":1,"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","seq":18,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-22T09:02:40Z"}');
INSERT INTO public.scan VALUES (33, 2, 15, '019c89bc-9b08-7000-8000-000000000021', 'main', '30000000000129', 'typed', 1771837365000, 1771837365000, 12, 9, 'accepted', 'T1', '{"v":1,"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","seq":15,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A2. Hold until 5 March.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A2","until 5 March","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-23T09:02:45Z"}');
INSERT INTO public.scan VALUES (34, 2, 16, '019c8ee3-0a90-7000-8000-000000000022', 'main', NULL, 'typed', 1771923770000, 1771923770000, NULL, NULL, 'accepted', 'patron.open', '{"v":1,"scan_id":"019c8ee3-0a90-7000-8000-000000000022","station":"main-1","seq":16,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Otter 7: 1 ready on shelf A2.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:50Z"}');
INSERT INTO public.scan VALUES (35, 2, 17, '019c8ee3-1e18-7000-8000-000000000023', 'main', '30000000000129', 'typed', 1771923775000, 1771923775000, 12, 9, 'accepted', 'H2', '{"v":1,"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","seq":17,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:55Z"}');
INSERT INTO public.scan VALUES (36, 2, 18, '019c9409-8da0-7000-8000-000000000024', 'main', '30000000000129', 'typed', 1772010180000, 1772010180000, 12, 9, 'accepted', 'C2', '{"v":1,"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","seq":18,"outcome":"accepted","rule":"C2","tone":"route","message":"Returned. Send to resource sharing.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_RS","destination":"resource-sharing","alert_type":"04","slips":[{"v":1,"kind":"transit","lines":["Send to resource sharing","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-25T09:03:00Z"}');
INSERT INTO public.scan VALUES (37, 1, 19, '019c992f-fd28-7000-8000-000000000025', 'rs', '30000000000129', 'typed', 1772096585000, 1772096585000, 12, 9, 'accepted', 'B1', '{"v":1,"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","seq":19,"outcome":"accepted","rule":"B1","tone":"ok","message":"Done. Ship back to Burlington Public Library by 2 May.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CLOSED","destination":"bpl","alert_type":"03","slips":[{"v":1,"kind":"return","lines":["Ship back to Burlington Public Library","by 2 May","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-26T09:03:05Z"}');
INSERT INTO public.station VALUES ('rs-1', 'rs', 1, false, NULL, NULL, NULL, NULL);
INSERT INTO public.station VALUES ('main-1', 'main', 1, false, NULL, NULL, NULL, NULL);
INSERT INTO public.station VALUES ('east-1', 'east', 1, false, NULL, NULL, NULL, NULL);
INSERT INTO public.station VALUES ('joint-1', 'joint', 1, false, NULL, NULL, NULL, NULL);
INSERT INTO public.station VALUES ('terminal', 'joint', 1, false, NULL, NULL, NULL, NULL);
INSERT INTO public.station_context VALUES ('main-1', 2, 1772010180000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '30000000000129', 1772010180000, NULL, '019c9409-8da0-7000-8000-000000000024', '[1772010180000,"019c9409-8da0-7000-8000-000000000024","C2",12,[9,12,1,"30000000000129","CHECKED_OUT",1771750960000,1771923775000,1772755199000,"A2",1,1774396799000,1771923775000,"main-1",true,null,5,null,0],[],9,6]');
INSERT INTO public.station_context VALUES ('rs-1', 1, 1772096585000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '30000000000129', 1772096585000, NULL, '019c992f-fd28-7000-8000-000000000025', '[1772096585000,"019c992f-fd28-7000-8000-000000000025","B1",12,[9,12,1,"30000000000129","IN_TRANSIT_TO_RS",1771750960000,1772010180000,1772755199000,"A2",1,1774396799000,1771923775000,"main-1",true,null,6,null,0],[],9,7]');
INSERT INTO public.stream VALUES (2, 'main-1', '00000000-0000-7000-8000-00000000de70', 18, 0);
INSERT INTO public.stream VALUES (1, 'rs-1', '00000000-0000-7000-8000-00000000de70', 19, 0);
SELECT pg_catalog.setval('public.account_key_seq', 1, false);
SELECT pg_catalog.setval('public.digest_key_seq', 1, false);
SELECT pg_catalog.setval('public.event_seq_seq', 76, true);
SELECT pg_catalog.setval('public.exception_key_seq', 2, true);
SELECT pg_catalog.setval('public.history_key_seq', 1, false);
SELECT pg_catalog.setval('public.item_key_seq', 9, true);
SELECT pg_catalog.setval('public.notice_key_seq', 11, true);
SELECT pg_catalog.setval('public.partition_lease_part_seq', 1, false);
SELECT pg_catalog.setval('public.patron_key_seq', 5, true);
SELECT pg_catalog.setval('public.poison_key_seq', 1, false);
SELECT pg_catalog.setval('public.request_key_seq', 13, true);
SELECT pg_catalog.setval('public.scan_key_seq', 37, true);
SELECT pg_catalog.setval('public.setting_change_key_seq', 1, false);
SELECT pg_catalog.setval('public.stream_key_seq', 2, true);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_name_key UNIQUE (name);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.cursor
    ADD CONSTRAINT cursor_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT desk_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.digest
    ADD CONSTRAINT digest_about_day_key UNIQUE (about, day);
ALTER TABLE ONLY public.digest
    ADD CONSTRAINT digest_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.exception
    ADD CONSTRAINT exception_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.fault
    ADD CONSTRAINT fault_pkey PRIMARY KEY (stream, seq);
ALTER TABLE ONLY public.first_link
    ADD CONSTRAINT first_link_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.hub_lease
    ADD CONSTRAINT hub_lease_pkey PRIMARY KEY (hub);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_request_type_episode_key UNIQUE (request, type, episode);
ALTER TABLE ONLY public.partition_lease
    ADD CONSTRAINT partition_lease_pkey PRIMARY KEY (part);
ALTER TABLE ONLY public.partner
    ADD CONSTRAINT partner_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.patron
    ADD CONSTRAINT patron_card_key UNIQUE (card);
ALTER TABLE ONLY public.patron
    ADD CONSTRAINT patron_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.poison
    ADD CONSTRAINT poison_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_request_id_key UNIQUE (request_id);
ALTER TABLE ONLY public.request_word
    ADD CONSTRAINT request_word_pkey PRIMARY KEY (word, request);
ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (account, name);
ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_scan_id_key UNIQUE (scan_id);
ALTER TABLE ONLY public.setting_change
    ADD CONSTRAINT setting_change_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.station_context
    ADD CONSTRAINT station_context_pkey PRIMARY KEY (station, stream);
ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.station_settings
    ADD CONSTRAINT station_settings_pkey PRIMARY KEY (station, version);
ALTER TABLE ONLY public.stream
    ADD CONSTRAINT stream_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.stream
    ADD CONSTRAINT stream_station_incarnation_key UNIQUE (station, incarnation);
ALTER TABLE ONLY public.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (measure, grain, day, desk, partner, bucket);
ALTER TABLE ONLY public.time_mark
    ADD CONSTRAINT time_mark_pkey PRIMARY KEY (kind, subject, occasion);
CREATE INDEX exception_barcode ON public.exception USING btree (barcode) WHERE (cleared_at IS NULL);
CREATE INDEX exception_cleared_scan ON public.exception USING btree (cleared_scan) WHERE (cleared_scan IS NOT NULL);
CREATE INDEX exception_note ON public.exception USING btree (request) WHERE (note IS NOT NULL);
CREATE INDEX exception_open ON public.exception USING btree (opened_at) WHERE (cleared_at IS NULL);
CREATE INDEX exception_request ON public.exception USING btree (request) WHERE (cleared_at IS NULL);
CREATE INDEX history_note ON public.history USING btree (request) WHERE (note IS NOT NULL);
CREATE INDEX history_request ON public.history USING btree (request);
CREATE INDEX item_closed_barcode ON public.item USING btree (barcode) WHERE (closed_at IS NOT NULL);
CREATE UNIQUE INDEX item_open_barcode ON public.item USING btree (barcode) WHERE (closed_at IS NULL);
CREATE INDEX item_request ON public.item USING btree (request);
CREATE INDEX notice_failed ON public.notice USING btree (key) WHERE (state = 'failed'::text);
CREATE INDEX notice_together ON public.notice USING btree (patron, desk, type) WHERE (state = 'queued'::text);
CREATE INDEX notice_waiting ON public.notice USING btree (not_before) WHERE (state = 'queued'::text);
CREATE INDEX poison_topic ON public.poison USING btree (topic);
CREATE INDEX request_active ON public.request USING btree (state, key) WHERE (state <> 'CLOSED'::text);
CREATE INDEX request_partner ON public.request USING btree (partner, key);
CREATE INDEX request_requester ON public.request USING btree (requester) WHERE (closed_at IS NULL);
CREATE INDEX request_source ON public.request USING btree (source, key);
CREATE INDEX request_to_forget ON public.request USING btree (closed_at) WHERE ((closed_at IS NOT NULL) AND (requester IS NOT NULL));
CREATE INDEX sign_in_account ON public.sign_in USING btree (account);
ALTER TABLE ONLY public.fault
    ADD CONSTRAINT fault_stream_fkey FOREIGN KEY (stream) REFERENCES public.stream(key);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_request_fkey FOREIGN KEY (request) REFERENCES public.request(key);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_request_fkey FOREIGN KEY (request) REFERENCES public.request(key);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_partner_fkey FOREIGN KEY (partner) REFERENCES public.partner(code);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_pickup_desk_fkey FOREIGN KEY (pickup_desk) REFERENCES public.desk(code);
ALTER TABLE ONLY public.request
    ADD CONSTRAINT request_requester_fkey FOREIGN KEY (requester) REFERENCES public.patron(key);
ALTER TABLE ONLY public.request_word
    ADD CONSTRAINT request_word_request_fkey FOREIGN KEY (request) REFERENCES public.request(key);
ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_account_fkey FOREIGN KEY (account) REFERENCES public.account(key);
ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_stream_fkey FOREIGN KEY (stream) REFERENCES public.stream(key);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_account_fkey FOREIGN KEY (account) REFERENCES public.account(key);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_desk_fkey FOREIGN KEY (desk) REFERENCES public.desk(code);
ALTER TABLE ONLY public.station
    ADD CONSTRAINT station_desk_fkey FOREIGN KEY (desk) REFERENCES public.desk(code);
ALTER TABLE ONLY public.station_settings
    ADD CONSTRAINT station_settings_station_fkey FOREIGN KEY (station) REFERENCES public.station(name);
