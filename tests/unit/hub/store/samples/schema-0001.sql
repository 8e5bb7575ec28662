-- A database as the first version wrote it (revision 0001): its demonstration site, requests in every state. Kept as it is.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE cursor (
	name TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE desk (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	resource_sharing BOOLEAN NOT NULL, 
	pickup BOOLEAN NOT NULL, 
	shelf_prefix TEXT NOT NULL, 
	shelf_slots INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	PRIMARY KEY (code)
);
INSERT INTO "desk" VALUES('rs','Resource sharing',1,0,'R',40,1);
INSERT INTO "desk" VALUES('main','Main desk',0,1,'A',40,1);
INSERT INTO "desk" VALUES('east','East branch',0,1,'E',40,1);
INSERT INTO "desk" VALUES('joint','Joint desk',1,1,'J',40,1);
CREATE TABLE event (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	type TEXT NOT NULL, 
	desk TEXT, 
	subject TEXT, 
	at BIGINT NOT NULL, 
	data TEXT NOT NULL
);
INSERT INTO "event" VALUES(1,'request.created','joint','ILL-000001-8',1771664400000,'{"request_id": "ILL-000001-8", "title": "The Overstory", "pickup_desk": "joint", "partner": "tul", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(2,'request.created','main','ILL-000002-6',1771664400000,'{"request_id": "ILL-000002-6", "title": "Braiding Sweetgrass", "pickup_desk": "main", "partner": "ocl", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(3,'request.created','east','ILL-000003-4',1771664400000,'{"request_id": "ILL-000003-4", "title": "The Dispossessed", "pickup_desk": "east", "partner": "gbv", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(4,'request.created','main','ILL-000004-2',1771664400000,'{"request_id": "ILL-000004-2", "title": "Entangled Life", "pickup_desk": "main", "partner": "bpl", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(5,'request.created','main','ILL-000005-9',1771664400000,'{"request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(6,'request.created','main','ILL-000006-7',1771664400000,'{"request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(7,'request.created','main','ILL-000007-5',1771664400000,'{"request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(8,'request.created','main','ILL-000008-3',1771664400000,'{"request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(9,'request.created','main','ILL-000009-1',1771664400000,'{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(10,'request.created','main','ILL-000010-9',1771664400000,'{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(11,'request.created','main','ILL-000011-7',1771664400000,'{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "source": "oclc", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(12,'request.created','main','ILL-000012-5',1771664400000,'{"request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "source": "public_library", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(13,'request.created','main','ILL-000013-3',1771664400000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "source": "illiad", "state": "REQUESTED"}');
INSERT INTO "event" VALUES(14,'item.received','rs','ILL-000004-2',1771750810000,'{"scan_id": "019c8493-e190-7000-8000-000000000002", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000004-2", "title": "Entangled Life", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000046", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(15,'item.in_transit','rs','ILL-000004-2',1771750810000,'{"scan_id": "019c8493-e190-7000-8000-000000000002", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000004-2", "title": "Entangled Life", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000046", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(16,'item.received','rs','ILL-000005-9',1771750820000,'{"scan_id": "019c8494-08a0-7000-8000-000000000004", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000053", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(17,'item.in_transit','rs','ILL-000005-9',1771750820000,'{"scan_id": "019c8494-08a0-7000-8000-000000000004", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000053", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(18,'item.on_hold_shelf','main','ILL-000005-9',1771837225000,'{"scan_id": "019c89ba-7828-7000-8000-000000000005", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000053", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(19,'notice.queued','main','ILL-000005-9',1771837225000,'{"scan_id": "019c89ba-7828-7000-8000-000000000005", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000005-9", "title": "Austerlitz", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000053", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(20,'item.received','rs','ILL-000006-7',1771750835000,'{"scan_id": "019c8494-4338-7000-8000-000000000007", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000061", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(21,'item.in_transit','rs','ILL-000006-7',1771750835000,'{"scan_id": "019c8494-4338-7000-8000-000000000007", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000061", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(22,'item.on_hold_shelf','main','ILL-000006-7',1771837240000,'{"scan_id": "019c89ba-b2c0-7000-8000-000000000008", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000061", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(23,'notice.queued','main','ILL-000006-7',1771837240000,'{"scan_id": "019c89ba-b2c0-7000-8000-000000000008", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000006-7", "title": "The Peregrine", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000061", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(24,'item.received','rs','ILL-000007-5',1771750850000,'{"scan_id": "019c8494-7dd0-7000-8000-00000000000a", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(25,'item.in_transit','rs','ILL-000007-5',1771750850000,'{"scan_id": "019c8494-7dd0-7000-8000-00000000000a", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(26,'item.on_hold_shelf','main','ILL-000007-5',1771837255000,'{"scan_id": "019c89ba-ed58-7000-8000-00000000000b", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(27,'notice.queued','main','ILL-000007-5',1771837255000,'{"scan_id": "019c89ba-ed58-7000-8000-00000000000b", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(28,'item.checked_out','main','ILL-000007-5',1771923665000,'{"scan_id": "019c8ee1-7068-7000-8000-00000000000d", "station": "main-1", "rule": "H2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "ON_HOLD_SHELF", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(29,'notice.suppressed','main','ILL-000007-5',1771923665000,'{"scan_id": "019c8ee1-7068-7000-8000-00000000000d", "station": "main-1", "rule": "H2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000007-5", "title": "Invisible Cities", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000079", "piece": 1, "was": "ON_HOLD_SHELF", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(30,'item.received','rs','ILL-000008-3',1771750875000,'{"scan_id": "019c8494-df78-7000-8000-00000000000f", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(31,'item.in_transit','rs','ILL-000008-3',1771750875000,'{"scan_id": "019c8494-df78-7000-8000-00000000000f", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(32,'scan.refused','main','ILL-000008-3',1771837280000,'{"scan_id": "019c89bb-4f00-7000-8000-000000000010", "station": "main-1", "rule": "T3", "outcome": "refused", "tone": "no", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(33,'item.on_hold_shelf','main','ILL-000008-3',1771923690000,'{"scan_id": "019c8ee1-d210-7000-8000-000000000012", "station": "main-1", "rule": "T2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(34,'item.checked_out','main','ILL-000008-3',1771923690000,'{"scan_id": "019c8ee1-d210-7000-8000-000000000012", "station": "main-1", "rule": "T2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(35,'item.returned','main','ILL-000008-3',1772010095000,'{"scan_id": "019c9408-4198-7000-8000-000000000013", "station": "main-1", "rule": "C2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "CHECKED_OUT", "state": "IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(36,'item.in_transit','main','ILL-000008-3',1772010095000,'{"scan_id": "019c9408-4198-7000-8000-000000000013", "station": "main-1", "rule": "C2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000008-3", "title": "The Mushroom at the End of the World", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000087", "piece": 1, "was": "CHECKED_OUT", "state": "IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(37,'item.received','rs','ILL-000009-1',1771750905000,'{"scan_id": "019c8495-54a8-7000-8000-000000000015", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000095", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(38,'item.in_transit','rs','ILL-000009-1',1771750905000,'{"scan_id": "019c8495-54a8-7000-8000-000000000015", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000095", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(39,'item.on_hold_shelf','main','ILL-000009-1',1771837310000,'{"scan_id": "019c89bb-c430-7000-8000-000000000016", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000095", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(40,'notice.queued','main','ILL-000009-1',1771837310000,'{"scan_id": "019c89bb-c430-7000-8000-000000000016", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "barcode": "30000000000095", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(41,'item.received','rs','ILL-000010-9',1771750920000,'{"scan_id": "019c8495-8f40-7000-8000-000000000018", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000103", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(42,'item.in_transit','rs','ILL-000010-9',1771750920000,'{"scan_id": "019c8495-8f40-7000-8000-000000000018", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000103", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(43,'item.on_hold_shelf','main','ILL-000010-9',1771837325000,'{"scan_id": "019c89bb-fec8-7000-8000-000000000019", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000103", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(44,'notice.queued','main','ILL-000010-9',1771837325000,'{"scan_id": "019c89bb-fec8-7000-8000-000000000019", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "barcode": "30000000000103", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(45,'item.received','rs','ILL-000011-7',1771750935000,'{"scan_id": "019c8495-c9d8-7000-8000-00000000001b", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(46,'item.in_transit','rs','ILL-000011-7',1771750935000,'{"scan_id": "019c8495-c9d8-7000-8000-00000000001b", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(47,'item.on_hold_shelf','main','ILL-000011-7',1771837340000,'{"scan_id": "019c89bc-3960-7000-8000-00000000001c", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(48,'notice.queued','main','ILL-000011-7',1771837340000,'{"scan_id": "019c89bc-3960-7000-8000-00000000001c", "station": "main-1", "rule": "T1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(49,'item.checked_out','main','ILL-000011-7',1771923750000,'{"scan_id": "019c8ee2-bc70-7000-8000-00000000001e", "station": "main-1", "rule": "H2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "ON_HOLD_SHELF", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(50,'notice.suppressed','main','ILL-000011-7',1771923750000,'{"scan_id": "019c8ee2-bc70-7000-8000-00000000001e", "station": "main-1", "rule": "H2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "barcode": "30000000000111", "piece": 1, "was": "ON_HOLD_SHELF", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(51,'item.received','rs','ILL-000012-5',1771750960000,'{"scan_id": "019c8496-2b80-7000-8000-000000000020", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(52,'item.in_transit','rs','ILL-000012-5',1771750960000,'{"scan_id": "019c8496-2b80-7000-8000-000000000020", "station": "rs-1", "rule": "U2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "REQUESTED", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(53,'scan.refused','main','ILL-000012-5',1771837365000,'{"scan_id": "019c89bc-9b08-7000-8000-000000000021", "station": "main-1", "rule": "T3", "outcome": "refused", "tone": "no", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(54,'item.on_hold_shelf','main','ILL-000012-5',1771923775000,'{"scan_id": "019c8ee3-1e18-7000-8000-000000000023", "station": "main-1", "rule": "T2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(55,'item.checked_out','main','ILL-000012-5',1771923775000,'{"scan_id": "019c8ee3-1e18-7000-8000-000000000023", "station": "main-1", "rule": "T2", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "IN_TRANSIT_TO_PICKUP", "state": "CHECKED_OUT"}');
INSERT INTO "event" VALUES(56,'item.returned','main','ILL-000012-5',1772010180000,'{"scan_id": "019c9409-8da0-7000-8000-000000000024", "station": "main-1", "rule": "C2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "CHECKED_OUT", "state": "IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(57,'item.in_transit','main','ILL-000012-5',1772010180000,'{"scan_id": "019c9409-8da0-7000-8000-000000000024", "station": "main-1", "rule": "C2", "outcome": "accepted", "tone": "route", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "CHECKED_OUT", "state": "IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(58,'temporary_item.deleted','rs','ILL-000012-5',1772096585000,'{"scan_id": "019c992f-fd28-7000-8000-000000000025", "station": "rs-1", "rule": "B1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "IN_TRANSIT_TO_RS", "state": "CLOSED"}');
INSERT INTO "event" VALUES(59,'request.closed','rs','ILL-000012-5',1772096585000,'{"scan_id": "019c992f-fd28-7000-8000-000000000025", "station": "rs-1", "rule": "B1", "outcome": "accepted", "tone": "ok", "request_id": "ILL-000012-5", "title": "Sand Talk", "pickup_desk": "main", "partner": "bpl", "barcode": "30000000000129", "piece": 1, "was": "IN_TRANSIT_TO_RS", "state": "CLOSED"}');
INSERT INTO "event" VALUES(60,'request.cancelled','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "state": "CLOSED", "was": "REQUESTED"}');
INSERT INTO "event" VALUES(61,'request.closed','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "state": "CLOSED", "was": "REQUESTED"}');
CREATE TABLE exception (
	"key" INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	desk TEXT, 
	station TEXT, 
	barcode TEXT, 
	request INTEGER, 
	item INTEGER, 
	note TEXT, 
	opened_at BIGINT NOT NULL, 
	cleared_at BIGINT, 
	cleared_by TEXT, 
	PRIMARY KEY ("key")
);
CREATE TABLE fault (
	stream INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	scanner TEXT, 
	detail TEXT NOT NULL, 
	occurred_at BIGINT NOT NULL, 
	PRIMARY KEY (stream, seq), 
	FOREIGN KEY(stream) REFERENCES stream ("key")
)
 WITHOUT ROWID

;
CREATE TABLE item (
	"key" INTEGER NOT NULL, 
	request INTEGER NOT NULL, 
	piece INTEGER NOT NULL, 
	barcode TEXT NOT NULL, 
	state TEXT NOT NULL, 
	received_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	hold_until BIGINT, 
	shelf_code TEXT, 
	episode INTEGER NOT NULL, 
	due_at BIGINT, 
	checked_out_at BIGINT, 
	checked_out_by TEXT, 
	circulated BOOLEAN NOT NULL, 
	reason TEXT, 
	version INTEGER NOT NULL, 
	closed_at BIGINT, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(request) REFERENCES request ("key")
);
INSERT INTO "item" VALUES(1,4,1,'30000000000046','IN_TRANSIT_TO_PICKUP',1771750810000,1771750810000,NULL,NULL,0,NULL,NULL,NULL,0,NULL,2,NULL);
INSERT INTO "item" VALUES(2,5,1,'30000000000053','ON_HOLD_SHELF',1771750820000,1771837225000,1772755199000,'A5',1,NULL,NULL,NULL,0,NULL,3,NULL);
INSERT INTO "item" VALUES(3,6,1,'30000000000061','ON_HOLD_SHELF',1771750835000,1771837240000,1772755199000,'A1',1,NULL,NULL,NULL,0,NULL,3,NULL);
INSERT INTO "item" VALUES(4,7,1,'30000000000079','CHECKED_OUT',1771750850000,1771923665000,1772755199000,'A2',1,1774396799000,1771923665000,'main-1',1,NULL,4,NULL);
INSERT INTO "item" VALUES(5,8,1,'30000000000087','IN_TRANSIT_TO_RS',1771750875000,1772010095000,NULL,NULL,0,1774396799000,1771923690000,'main-1',1,NULL,4,NULL);
INSERT INTO "item" VALUES(6,9,1,'30000000000095','PULL_FROM_SHELF',1771750905000,1771837310000,1772755199000,'A4',1,NULL,NULL,NULL,0,'expired',4,NULL);
INSERT INTO "item" VALUES(7,10,1,'30000000000103','MISSING',1771750920000,1771837325000,1772755199000,'A5',1,NULL,NULL,NULL,0,NULL,4,NULL);
INSERT INTO "item" VALUES(8,11,1,'30000000000111','LOST',1771750935000,1771923750000,1772755199000,'A1',1,1774396799000,1771923750000,'main-1',1,NULL,5,NULL);
INSERT INTO "item" VALUES(9,12,1,'30000000000129','CLOSED',1771750960000,1772096585000,NULL,NULL,0,1774396799000,1771923775000,'main-1',1,NULL,5,1772096585000);
CREATE TABLE notice (
	"key" INTEGER NOT NULL, 
	type TEXT NOT NULL, 
	request INTEGER NOT NULL, 
	item INTEGER, 
	episode INTEGER NOT NULL, 
	patron INTEGER, 
	desk TEXT, 
	state TEXT NOT NULL, 
	queued_at BIGINT NOT NULL, 
	not_before BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	message_id TEXT, 
	sent_at BIGINT, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(request) REFERENCES request ("key"), 
	UNIQUE (request, type, episode)
);
INSERT INTO "notice" VALUES(1,'READY_FOR_PICKUP',5,2,1,5,'main','suppressed',1771837225000,1771837285000,0,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(2,'READY_FOR_PICKUP',6,3,1,1,'main','suppressed',1771837240000,1771837300000,0,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(3,'READY_FOR_PICKUP',7,4,1,2,'main','suppressed',1771837255000,1771837315000,0,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(4,'READY_FOR_PICKUP',9,6,1,4,'main','suppressed',1771837310000,1771837370000,0,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(5,'READY_FOR_PICKUP',10,7,1,5,'main','suppressed',1771837325000,1771837385000,0,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(6,'READY_FOR_PICKUP',11,8,1,1,'main','suppressed',1771837340000,1771837400000,0,NULL,NULL,NULL);
CREATE TABLE partner (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (code)
);
INSERT INTO "partner" VALUES('tul','Tulare County Library');
INSERT INTO "partner" VALUES('ocl','Oberlin College Library');
INSERT INTO "partner" VALUES('gbv','State Library Lower Saxony');
INSERT INTO "partner" VALUES('bpl','Burlington Public Library');
CREATE TABLE patron (
	"key" INTEGER NOT NULL, 
	card TEXT NOT NULL, 
	alias TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT, 
	PRIMARY KEY ("key"), 
	UNIQUE (card)
);
INSERT INTO "patron" VALUES(1,'20000000000014','Heron 12','Ada Fischer','patron1@holdshelf.invalid');
INSERT INTO "patron" VALUES(2,'20000000000022','Otter 7','Ben Okafor','patron2@holdshelf.invalid');
INSERT INTO "patron" VALUES(3,'20000000000030','Lynx 31','Chen Li','patron3@holdshelf.invalid');
INSERT INTO "patron" VALUES(4,'20000000000048','Wren 4','Dilek Aydin','patron4@holdshelf.invalid');
INSERT INTO "patron" VALUES(5,'20000000000055','Stork 9','Elena Rossi','patron5@holdshelf.invalid');
CREATE TABLE poison (
	"key" INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	payload BLOB NOT NULL, 
	size INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	received_at BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE request (
	"key" INTEGER NOT NULL, 
	request_id TEXT NOT NULL, 
	external_id TEXT, 
	source TEXT NOT NULL, 
	title TEXT NOT NULL, 
	author TEXT, 
	isbn TEXT, 
	oclc_number TEXT, 
	volume TEXT, 
	requester INTEGER, 
	pickup_desk TEXT NOT NULL, 
	partner TEXT NOT NULL, 
	partner_due_date TEXT, 
	needed_by TEXT, 
	internal_note TEXT, 
	patron_note TEXT, 
	pieces INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	outcome TEXT, 
	cancel_reason TEXT, 
	version INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	closed_at BIGINT, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(partner) REFERENCES partner (code), 
	FOREIGN KEY(pickup_desk) REFERENCES desk (code), 
	FOREIGN KEY(requester) REFERENCES patron ("key"), 
	UNIQUE (request_id)
);
INSERT INTO "request" VALUES(1,'ILL-000001-8','1234500','illiad','The Overstory','Richard Powers',NULL,NULL,NULL,1,'joint','tul','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL);
INSERT INTO "request" VALUES(2,'ILL-000002-6','1234501','oclc','Braiding Sweetgrass','Robin Wall Kimmerer',NULL,NULL,NULL,2,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL);
INSERT INTO "request" VALUES(3,'ILL-000003-4','1234502','public_library','The Dispossessed','Ursula K. Le Guin',NULL,NULL,NULL,3,'east','gbv','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL);
INSERT INTO "request" VALUES(4,'ILL-000004-2','1234503','illiad','Entangled Life','Merlin Sheldrake',NULL,NULL,NULL,4,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'IN_TRANSIT_TO_PICKUP',NULL,NULL,2,1771664400000,1771750810000,NULL);
INSERT INTO "request" VALUES(5,'ILL-000005-9','1234504','oclc','Austerlitz','W. G. Sebald',NULL,NULL,NULL,5,'main','tul','2026-05-02',NULL,NULL,NULL,1,'ON_HOLD_SHELF',NULL,NULL,3,1771664400000,1771837225000,NULL);
INSERT INTO "request" VALUES(6,'ILL-000006-7','1234505','public_library','The Peregrine','J. A. Baker',NULL,NULL,NULL,1,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'ON_HOLD_SHELF',NULL,NULL,3,1771664400000,1771837240000,NULL);
INSERT INTO "request" VALUES(7,'ILL-000007-5','1234506','illiad','Invisible Cities','Italo Calvino',NULL,NULL,NULL,2,'main','gbv','2026-05-02',NULL,NULL,NULL,1,'CHECKED_OUT',NULL,NULL,4,1771664400000,1771923665000,NULL);
INSERT INTO "request" VALUES(8,'ILL-000008-3','1234507','oclc','The Mushroom at the End of the World','Anna Lowenhaupt Tsing',NULL,NULL,NULL,3,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'IN_TRANSIT_TO_RS',NULL,NULL,4,1771664400000,1772010095000,NULL);
INSERT INTO "request" VALUES(9,'ILL-000009-1','1234508','public_library','A Time of Gifts','Patrick Leigh Fermor',NULL,NULL,NULL,4,'main','tul','2026-05-02',NULL,NULL,NULL,1,'PULL_FROM_SHELF',NULL,NULL,4,1771664400000,1771837310000,NULL);
INSERT INTO "request" VALUES(10,'ILL-000010-9','1234509','illiad','The Living Mountain','Nan Shepherd',NULL,NULL,NULL,5,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'MISSING',NULL,NULL,4,1771664400000,1771837325000,NULL);
INSERT INTO "request" VALUES(11,'ILL-000011-7','1234510','oclc','Landmarks','Robert Macfarlane',NULL,NULL,NULL,1,'main','gbv','2026-05-02',NULL,NULL,NULL,1,'LOST',NULL,NULL,5,1771664400000,1771923750000,NULL);
INSERT INTO "request" VALUES(12,'ILL-000012-5','1234511','public_library','Sand Talk','Tyson Yunkaporta',NULL,NULL,NULL,2,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'CLOSED','returned',NULL,5,1771664400000,1772096585000,1772096585000);
INSERT INTO "request" VALUES(13,'ILL-000013-3','1234512','illiad','Weaving the Web','Tim Berners-Lee',NULL,NULL,NULL,3,'main','tul','2026-05-02',NULL,NULL,NULL,1,'CLOSED','cancelled','cancelled_by_patron',2,1771664400000,1772442000000,1772442000000);
CREATE TABLE scan (
	"key" INTEGER NOT NULL, 
	stream INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	scan_id TEXT NOT NULL, 
	desk TEXT, 
	barcode TEXT, 
	source TEXT NOT NULL, 
	happened_at BIGINT NOT NULL, 
	decided_at BIGINT NOT NULL, 
	request INTEGER, 
	item INTEGER, 
	outcome TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	reply TEXT NOT NULL, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(stream) REFERENCES stream ("key"), 
	UNIQUE (scan_id)
);
INSERT INTO "scan" VALUES(1,1,1,'019c8493-ce08-7000-8000-000000000001','rs','ILL-000004-2','typed',1771750805000,1771750805000,4,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8493-ce08-7000-8000-000000000001","station":"rs-1","seq":1,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Entangled Life: now scan the item.","again":false,"request_id":"ILL-000004-2","title":"Entangled Life","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:05Z"}');
INSERT INTO "scan" VALUES(2,1,2,'019c8493-e190-7000-8000-000000000002','rs','30000000000046','typed',1771750810000,1771750810000,4,1,'accepted','U2','{"v":1,"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","seq":2,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000004-2","title":"Entangled Life","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Entangled Life"],"barcode":"30000000000046"}],"decided_at":"2026-02-22T09:00:10Z"}');
INSERT INTO "scan" VALUES(3,1,3,'019c8493-f518-7000-8000-000000000003','rs','ILL-000005-9','typed',1771750815000,1771750815000,5,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8493-f518-7000-8000-000000000003","station":"rs-1","seq":3,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Austerlitz: now scan the item.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:15Z"}');
INSERT INTO "scan" VALUES(4,1,4,'019c8494-08a0-7000-8000-000000000004','rs','30000000000053','typed',1771750820000,1771750820000,5,2,'accepted','U2','{"v":1,"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","seq":4,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Austerlitz"],"barcode":"30000000000053"}],"decided_at":"2026-02-22T09:00:20Z"}');
INSERT INTO "scan" VALUES(5,2,1,'019c89ba-7828-7000-8000-000000000005','main','30000000000053','typed',1771837225000,1771837225000,5,2,'accepted','T1','{"v":1,"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","seq":1,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A5. Hold until 5 March.","again":false,"request_id":"ILL-000005-9","title":"Austerlitz","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A5","until 5 March","Austerlitz"],"barcode":"30000000000053"}],"decided_at":"2026-02-23T09:00:25Z"}');
INSERT INTO "scan" VALUES(6,1,5,'019c8494-2fb0-7000-8000-000000000006','rs','ILL-000006-7','typed',1771750830000,1771750830000,6,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8494-2fb0-7000-8000-000000000006","station":"rs-1","seq":5,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Peregrine: now scan the item.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:30Z"}');
INSERT INTO "scan" VALUES(7,1,6,'019c8494-4338-7000-8000-000000000007','rs','30000000000061','typed',1771750835000,1771750835000,6,3,'accepted','U2','{"v":1,"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","seq":6,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Peregrine"],"barcode":"30000000000061"}],"decided_at":"2026-02-22T09:00:35Z"}');
INSERT INTO "scan" VALUES(8,2,2,'019c89ba-b2c0-7000-8000-000000000008','main','30000000000061','typed',1771837240000,1771837240000,6,3,'accepted','T1','{"v":1,"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","seq":2,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A1. Hold until 5 March.","again":false,"request_id":"ILL-000006-7","title":"The Peregrine","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A1","until 5 March","The Peregrine"],"barcode":"30000000000061"}],"decided_at":"2026-02-23T09:00:40Z"}');
INSERT INTO "scan" VALUES(9,1,7,'019c8494-6a48-7000-8000-000000000009','rs','ILL-000007-5','typed',1771750845000,1771750845000,7,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8494-6a48-7000-8000-000000000009","station":"rs-1","seq":7,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Invisible Cities: now scan the item.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:00:45Z"}');
INSERT INTO "scan" VALUES(10,1,8,'019c8494-7dd0-7000-8000-00000000000a','rs','30000000000079','typed',1771750850000,1771750850000,7,4,'accepted','U2','{"v":1,"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","seq":8,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Invisible Cities"],"barcode":"30000000000079"}],"decided_at":"2026-02-22T09:00:50Z"}');
INSERT INTO "scan" VALUES(11,2,3,'019c89ba-ed58-7000-8000-00000000000b','main','30000000000079','typed',1771837255000,1771837255000,7,4,'accepted','T1','{"v":1,"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","seq":3,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A2. Hold until 5 March.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A2","until 5 March","Invisible Cities"],"barcode":"30000000000079"}],"decided_at":"2026-02-23T09:00:55Z"}');
INSERT INTO "scan" VALUES(12,2,4,'019c8ee1-5ce0-7000-8000-00000000000c','main',NULL,'typed',1771923660000,1771923660000,NULL,NULL,'accepted','patron.open','{"v":1,"scan_id":"019c8ee1-5ce0-7000-8000-00000000000c","station":"main-1","seq":4,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Otter 7: 1 ready on shelf A2.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:00Z"}');
INSERT INTO "scan" VALUES(13,2,5,'019c8ee1-7068-7000-8000-00000000000d','main','30000000000079','typed',1771923665000,1771923665000,7,4,'accepted','H2','{"v":1,"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","seq":5,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000007-5","title":"Invisible Cities","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:05Z"}');
INSERT INTO "scan" VALUES(14,1,9,'019c8494-cbf0-7000-8000-00000000000e','rs','ILL-000008-3','typed',1771750870000,1771750870000,8,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8494-cbf0-7000-8000-00000000000e","station":"rs-1","seq":9,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Mushroom at the End of the World: now scan the item.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:10Z"}');
INSERT INTO "scan" VALUES(15,1,10,'019c8494-df78-7000-8000-00000000000f','rs','30000000000087','typed',1771750875000,1771750875000,8,5,'accepted','U2','{"v":1,"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","seq":10,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-22T09:01:15Z"}');
INSERT INTO "scan" VALUES(16,2,6,'019c89bb-4f00-7000-8000-000000000010','main','30000000000087','typed',1771837280000,1771837280000,8,5,'refused','T3','{"v":1,"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","seq":6,"outcome":"refused","rule":"T3","tone":"no","message":"Reserved for someone else. Close the patron, then scan again.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"IN_TRANSIT_TO_PICKUP","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-23T09:01:20Z"}');
INSERT INTO "scan" VALUES(17,2,7,'019c8ee1-be88-7000-8000-000000000011','main',NULL,'typed',1771923685000,1771923685000,NULL,NULL,'accepted','patron.open_none','{"v":1,"scan_id":"019c8ee1-be88-7000-8000-000000000011","station":"main-1","seq":7,"outcome":"accepted","rule":"patron.open_none","tone":"info","message":"Lynx 31: nothing is ready on the shelf.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:25Z"}');
INSERT INTO "scan" VALUES(18,2,8,'019c8ee1-d210-7000-8000-000000000012','main','30000000000087','typed',1771923690000,1771923690000,8,5,'accepted','T2','{"v":1,"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","seq":8,"outcome":"accepted","rule":"T2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:30Z"}');
INSERT INTO "scan" VALUES(19,2,9,'019c9408-4198-7000-8000-000000000013','main','30000000000087','typed',1772010095000,1772010095000,8,5,'accepted','C2','{"v":1,"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","seq":9,"outcome":"accepted","rule":"C2","tone":"route","message":"Returned. Send to resource sharing.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"IN_TRANSIT_TO_RS","destination":"resource-sharing","alert_type":"04","slips":[{"v":1,"kind":"transit","lines":["Send to resource sharing","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-25T09:01:35Z"}');
INSERT INTO "scan" VALUES(20,1,11,'019c8495-4120-7000-8000-000000000014','rs','ILL-000009-1','typed',1771750900000,1771750900000,9,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8495-4120-7000-8000-000000000014","station":"rs-1","seq":11,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive A Time of Gifts: now scan the item.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:40Z"}');
INSERT INTO "scan" VALUES(21,1,12,'019c8495-54a8-7000-8000-000000000015','rs','30000000000095','typed',1771750905000,1771750905000,9,6,'accepted','U2','{"v":1,"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","seq":12,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","A Time of Gifts"],"barcode":"30000000000095"}],"decided_at":"2026-02-22T09:01:45Z"}');
INSERT INTO "scan" VALUES(22,2,10,'019c89bb-c430-7000-8000-000000000016','main','30000000000095','typed',1771837310000,1771837310000,9,6,'accepted','T1','{"v":1,"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","seq":10,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A4. Hold until 5 March.","again":false,"request_id":"ILL-000009-1","title":"A Time of Gifts","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A4","until 5 March","A Time of Gifts"],"barcode":"30000000000095"}],"decided_at":"2026-02-23T09:01:50Z"}');
INSERT INTO "scan" VALUES(23,1,13,'019c8495-7bb8-7000-8000-000000000017','rs','ILL-000010-9','typed',1771750915000,1771750915000,10,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8495-7bb8-7000-8000-000000000017","station":"rs-1","seq":13,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive The Living Mountain: now scan the item.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:01:55Z"}');
INSERT INTO "scan" VALUES(24,1,14,'019c8495-8f40-7000-8000-000000000018','rs','30000000000103','typed',1771750920000,1771750920000,10,7,'accepted','U2','{"v":1,"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","seq":14,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","The Living Mountain"],"barcode":"30000000000103"}],"decided_at":"2026-02-22T09:02:00Z"}');
INSERT INTO "scan" VALUES(25,2,11,'019c89bb-fec8-7000-8000-000000000019','main','30000000000103','typed',1771837325000,1771837325000,10,7,'accepted','T1','{"v":1,"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","seq":11,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A5. Hold until 5 March.","again":false,"request_id":"ILL-000010-9","title":"The Living Mountain","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A5","until 5 March","The Living Mountain"],"barcode":"30000000000103"}],"decided_at":"2026-02-23T09:02:05Z"}');
INSERT INTO "scan" VALUES(26,1,15,'019c8495-b650-7000-8000-00000000001a','rs','ILL-000011-7','typed',1771750930000,1771750930000,11,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8495-b650-7000-8000-00000000001a","station":"rs-1","seq":15,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Landmarks: now scan the item.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:02:10Z"}');
INSERT INTO "scan" VALUES(27,1,16,'019c8495-c9d8-7000-8000-00000000001b','rs','30000000000111','typed',1771750935000,1771750935000,11,8,'accepted','U2','{"v":1,"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","seq":16,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Landmarks"],"barcode":"30000000000111"}],"decided_at":"2026-02-22T09:02:15Z"}');
INSERT INTO "scan" VALUES(28,2,12,'019c89bc-3960-7000-8000-00000000001c','main','30000000000111','typed',1771837340000,1771837340000,11,8,'accepted','T1','{"v":1,"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","seq":12,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A1. Hold until 5 March.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A1","until 5 March","Landmarks"],"barcode":"30000000000111"}],"decided_at":"2026-02-23T09:02:20Z"}');
INSERT INTO "scan" VALUES(29,2,13,'019c8ee2-a8e8-7000-8000-00000000001d','main',NULL,'typed',1771923745000,1771923745000,NULL,NULL,'accepted','patron.open','{"v":1,"scan_id":"019c8ee2-a8e8-7000-8000-00000000001d","station":"main-1","seq":13,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Heron 12: 2 ready on shelf A1.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:25Z"}');
INSERT INTO "scan" VALUES(30,2,14,'019c8ee2-bc70-7000-8000-00000000001e','main','30000000000111','typed',1771923750000,1771923750000,11,8,'accepted','H2','{"v":1,"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","seq":14,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000011-7","title":"Landmarks","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:30Z"}');
INSERT INTO "scan" VALUES(31,1,17,'019c8496-17f8-7000-8000-00000000001f','rs','ILL-000012-5','typed',1771750955000,1771750955000,12,NULL,'accepted','slip.armed','{"v":1,"scan_id":"019c8496-17f8-7000-8000-00000000001f","station":"rs-1","seq":17,"outcome":"accepted","rule":"slip.armed","tone":"info","message":"Receive Sand Talk: now scan the item.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"REQUESTED","destination":null,"alert_type":"03","slips":[],"decided_at":"2026-02-22T09:02:35Z"}');
INSERT INTO "scan" VALUES(32,1,18,'019c8496-2b80-7000-8000-000000000020','rs','30000000000129','typed',1771750960000,1771750960000,12,9,'accepted','U2','{"v":1,"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","seq":18,"outcome":"accepted","rule":"U2","tone":"route","message":"Received. Send to Main desk.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_PICKUP","destination":"main","alert_type":"02","slips":[{"v":1,"kind":"transit","lines":["Send to Main desk","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-22T09:02:40Z"}');
INSERT INTO "scan" VALUES(33,2,15,'019c89bc-9b08-7000-8000-000000000021','main','30000000000129','typed',1771837365000,1771837365000,12,9,'refused','T3','{"v":1,"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","seq":15,"outcome":"refused","rule":"T3","tone":"no","message":"Reserved for someone else. Close the patron, then scan again.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_PICKUP","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-23T09:02:45Z"}');
INSERT INTO "scan" VALUES(34,2,16,'019c8ee3-0a90-7000-8000-000000000022','main',NULL,'typed',1771923770000,1771923770000,NULL,NULL,'accepted','patron.open_none','{"v":1,"scan_id":"019c8ee3-0a90-7000-8000-000000000022","station":"main-1","seq":16,"outcome":"accepted","rule":"patron.open_none","tone":"info","message":"Otter 7: nothing is ready on the shelf.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:50Z"}');
INSERT INTO "scan" VALUES(35,2,17,'019c8ee3-1e18-7000-8000-000000000023','main','30000000000129','typed',1771923775000,1771923775000,12,9,'accepted','T2','{"v":1,"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","seq":17,"outcome":"accepted","rule":"T2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:55Z"}');
INSERT INTO "scan" VALUES(36,2,18,'019c9409-8da0-7000-8000-000000000024','main','30000000000129','typed',1772010180000,1772010180000,12,9,'accepted','C2','{"v":1,"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","seq":18,"outcome":"accepted","rule":"C2","tone":"route","message":"Returned. Send to resource sharing.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_RS","destination":"resource-sharing","alert_type":"04","slips":[{"v":1,"kind":"transit","lines":["Send to resource sharing","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-25T09:03:00Z"}');
INSERT INTO "scan" VALUES(37,1,19,'019c992f-fd28-7000-8000-000000000025','rs','30000000000129','typed',1772096585000,1772096585000,12,9,'accepted','B1','{"v":1,"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","seq":19,"outcome":"accepted","rule":"B1","tone":"ok","message":"Done. Ship back to Burlington Public Library by 2 May.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CLOSED","destination":"bpl","alert_type":"03","slips":[{"v":1,"kind":"return","lines":["Ship back to Burlington Public Library","by 2 May","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-26T09:03:05Z"}');
CREATE TABLE sighting (
	"key" INTEGER NOT NULL, 
	request INTEGER NOT NULL, 
	item INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	station TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	scan_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "sighting" VALUES(1,4,1,'rs','rs-1','U2','019c8493-e190-7000-8000-000000000002',1771750810000);
INSERT INTO "sighting" VALUES(2,5,2,'rs','rs-1','U2','019c8494-08a0-7000-8000-000000000004',1771750820000);
INSERT INTO "sighting" VALUES(3,5,2,'main','main-1','T1','019c89ba-7828-7000-8000-000000000005',1771837225000);
INSERT INTO "sighting" VALUES(4,6,3,'rs','rs-1','U2','019c8494-4338-7000-8000-000000000007',1771750835000);
INSERT INTO "sighting" VALUES(5,6,3,'main','main-1','T1','019c89ba-b2c0-7000-8000-000000000008',1771837240000);
INSERT INTO "sighting" VALUES(6,7,4,'rs','rs-1','U2','019c8494-7dd0-7000-8000-00000000000a',1771750850000);
INSERT INTO "sighting" VALUES(7,7,4,'main','main-1','T1','019c89ba-ed58-7000-8000-00000000000b',1771837255000);
INSERT INTO "sighting" VALUES(8,7,4,'main','main-1','H2','019c8ee1-7068-7000-8000-00000000000d',1771923665000);
INSERT INTO "sighting" VALUES(9,8,5,'rs','rs-1','U2','019c8494-df78-7000-8000-00000000000f',1771750875000);
INSERT INTO "sighting" VALUES(10,8,5,'main','main-1','T3','019c89bb-4f00-7000-8000-000000000010',1771837280000);
INSERT INTO "sighting" VALUES(11,8,5,'main','main-1','T2','019c8ee1-d210-7000-8000-000000000012',1771923690000);
INSERT INTO "sighting" VALUES(12,8,5,'main','main-1','C2','019c9408-4198-7000-8000-000000000013',1772010095000);
INSERT INTO "sighting" VALUES(13,9,6,'rs','rs-1','U2','019c8495-54a8-7000-8000-000000000015',1771750905000);
INSERT INTO "sighting" VALUES(14,9,6,'main','main-1','T1','019c89bb-c430-7000-8000-000000000016',1771837310000);
INSERT INTO "sighting" VALUES(15,10,7,'rs','rs-1','U2','019c8495-8f40-7000-8000-000000000018',1771750920000);
INSERT INTO "sighting" VALUES(16,10,7,'main','main-1','T1','019c89bb-fec8-7000-8000-000000000019',1771837325000);
INSERT INTO "sighting" VALUES(17,11,8,'rs','rs-1','U2','019c8495-c9d8-7000-8000-00000000001b',1771750935000);
INSERT INTO "sighting" VALUES(18,11,8,'main','main-1','T1','019c89bc-3960-7000-8000-00000000001c',1771837340000);
INSERT INTO "sighting" VALUES(19,11,8,'main','main-1','H2','019c8ee2-bc70-7000-8000-00000000001e',1771923750000);
INSERT INTO "sighting" VALUES(20,12,9,'rs','rs-1','U2','019c8496-2b80-7000-8000-000000000020',1771750960000);
INSERT INTO "sighting" VALUES(21,12,9,'main','main-1','T3','019c89bc-9b08-7000-8000-000000000021',1771837365000);
INSERT INTO "sighting" VALUES(22,12,9,'main','main-1','T2','019c8ee3-1e18-7000-8000-000000000023',1771923775000);
INSERT INTO "sighting" VALUES(23,12,9,'main','main-1','C2','019c9409-8da0-7000-8000-000000000024',1772010180000);
INSERT INTO "sighting" VALUES(24,12,9,'rs','rs-1','B1','019c992f-fd28-7000-8000-000000000025',1772096585000);
CREATE TABLE station (
	name TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	settings_version INTEGER NOT NULL, 
	online BOOLEAN NOT NULL, 
	state TEXT, 
	born_at BIGINT, 
	seen_at BIGINT, 
	PRIMARY KEY (name), 
	FOREIGN KEY(desk) REFERENCES desk (code)
);
INSERT INTO "station" VALUES('rs-1','rs',1,0,NULL,NULL,NULL);
INSERT INTO "station" VALUES('main-1','main',1,0,NULL,NULL,NULL);
INSERT INTO "station" VALUES('east-1','east',1,0,NULL,NULL,NULL);
INSERT INTO "station" VALUES('joint-1','joint',1,0,NULL,NULL,NULL);
INSERT INTO "station" VALUES('terminal','joint',1,0,NULL,NULL,NULL);
CREATE TABLE station_context (
	station TEXT NOT NULL, 
	session_patron INTEGER, 
	session_until BIGINT, 
	request INTEGER, 
	request_until BIGINT, 
	item TEXT, 
	item_until BIGINT, 
	asked TEXT, 
	last_barcode TEXT, 
	last_scanned_at BIGINT, 
	last_boot TEXT, 
	last_scan_id TEXT, 
	PRIMARY KEY (station)
)
 WITHOUT ROWID

;
INSERT INTO "station_context" VALUES('main-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'30000000000129',1772010180000,NULL,'019c9409-8da0-7000-8000-000000000024');
INSERT INTO "station_context" VALUES('rs-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'30000000000129',1772096585000,NULL,'019c992f-fd28-7000-8000-000000000025');
CREATE TABLE stream (
	"key" INTEGER NOT NULL, 
	station TEXT NOT NULL, 
	incarnation TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	fault_seq BIGINT NOT NULL, 
	PRIMARY KEY ("key"), 
	UNIQUE (station, incarnation)
);
INSERT INTO "stream" VALUES(1,'rs-1','00000000-0000-7000-8000-00000000de70',19,0);
INSERT INTO "stream" VALUES(2,'main-1','00000000-0000-7000-8000-00000000de70',18,0);
CREATE TABLE transition (
	"key" INTEGER NOT NULL, 
	request INTEGER NOT NULL, 
	item INTEGER, 
	was TEXT, 
	became TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	desk TEXT, 
	actor TEXT NOT NULL, 
	reason TEXT, 
	scan_id TEXT, 
	at BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "transition" VALUES(1,1,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(2,2,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(3,3,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(4,4,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(5,5,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(6,6,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(7,7,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(8,8,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(9,9,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(10,10,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(11,11,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(12,12,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(13,13,NULL,NULL,'REQUESTED','create',NULL,'demo',NULL,NULL,1771664400000);
INSERT INTO "transition" VALUES(14,4,1,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8493-e190-7000-8000-000000000002',1771750810000);
INSERT INTO "transition" VALUES(15,5,2,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8494-08a0-7000-8000-000000000004',1771750820000);
INSERT INTO "transition" VALUES(16,5,2,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89ba-7828-7000-8000-000000000005',1771837225000);
INSERT INTO "transition" VALUES(17,6,3,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8494-4338-7000-8000-000000000007',1771750835000);
INSERT INTO "transition" VALUES(18,6,3,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89ba-b2c0-7000-8000-000000000008',1771837240000);
INSERT INTO "transition" VALUES(19,7,4,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8494-7dd0-7000-8000-00000000000a',1771750850000);
INSERT INTO "transition" VALUES(20,7,4,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89ba-ed58-7000-8000-00000000000b',1771837255000);
INSERT INTO "transition" VALUES(21,7,4,'ON_HOLD_SHELF','CHECKED_OUT','H2','main','main-1',NULL,'019c8ee1-7068-7000-8000-00000000000d',1771923665000);
INSERT INTO "transition" VALUES(22,8,5,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8494-df78-7000-8000-00000000000f',1771750875000);
INSERT INTO "transition" VALUES(23,8,5,'IN_TRANSIT_TO_PICKUP','CHECKED_OUT','T2','main','main-1',NULL,'019c8ee1-d210-7000-8000-000000000012',1771923690000);
INSERT INTO "transition" VALUES(24,8,5,'CHECKED_OUT','IN_TRANSIT_TO_RS','C2','main','main-1',NULL,'019c9408-4198-7000-8000-000000000013',1772010095000);
INSERT INTO "transition" VALUES(25,9,6,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8495-54a8-7000-8000-000000000015',1771750905000);
INSERT INTO "transition" VALUES(26,9,6,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89bb-c430-7000-8000-000000000016',1771837310000);
INSERT INTO "transition" VALUES(27,10,7,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8495-8f40-7000-8000-000000000018',1771750920000);
INSERT INTO "transition" VALUES(28,10,7,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89bb-fec8-7000-8000-000000000019',1771837325000);
INSERT INTO "transition" VALUES(29,11,8,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8495-c9d8-7000-8000-00000000001b',1771750935000);
INSERT INTO "transition" VALUES(30,11,8,'IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','T1','main','main-1',NULL,'019c89bc-3960-7000-8000-00000000001c',1771837340000);
INSERT INTO "transition" VALUES(31,11,8,'ON_HOLD_SHELF','CHECKED_OUT','H2','main','main-1',NULL,'019c8ee2-bc70-7000-8000-00000000001e',1771923750000);
INSERT INTO "transition" VALUES(32,12,9,'REQUESTED','IN_TRANSIT_TO_PICKUP','U2','rs','rs-1',NULL,'019c8496-2b80-7000-8000-000000000020',1771750960000);
INSERT INTO "transition" VALUES(33,12,9,'IN_TRANSIT_TO_PICKUP','CHECKED_OUT','T2','main','main-1',NULL,'019c8ee3-1e18-7000-8000-000000000023',1771923775000);
INSERT INTO "transition" VALUES(34,12,9,'CHECKED_OUT','IN_TRANSIT_TO_RS','C2','main','main-1',NULL,'019c9409-8da0-7000-8000-000000000024',1772010180000);
INSERT INTO "transition" VALUES(35,12,9,'IN_TRANSIT_TO_RS','CLOSED','B1','rs','rs-1',NULL,'019c992f-fd28-7000-8000-000000000025',1772096585000);
INSERT INTO "transition" VALUES(36,9,NULL,'ON_HOLD_SHELF','PULL_FROM_SHELF','demo',NULL,'demo','expired',NULL,1772442000000);
INSERT INTO "transition" VALUES(37,10,NULL,'ON_HOLD_SHELF','MISSING','demo',NULL,'demo',NULL,NULL,1772442000000);
INSERT INTO "transition" VALUES(38,11,NULL,'CHECKED_OUT','LOST','demo',NULL,'demo',NULL,NULL,1772442000000);
INSERT INTO "transition" VALUES(39,13,NULL,'REQUESTED','CLOSED','cancel',NULL,'demo','bought it',NULL,1772442000000);
CREATE INDEX exception_barcode ON exception (barcode) WHERE cleared_at IS NULL;
CREATE INDEX exception_open ON exception (opened_at) WHERE cleared_at IS NULL;
CREATE INDEX sighting_request ON sighting (request);
CREATE INDEX transition_request ON transition (request);
CREATE INDEX request_active ON request (state, "key") WHERE state <> 'CLOSED';
CREATE INDEX request_requester ON request (requester) WHERE state <> 'CLOSED';
CREATE INDEX item_closed_barcode ON item (barcode) WHERE closed_at IS NOT NULL;
CREATE UNIQUE INDEX item_open_barcode ON item (barcode) WHERE closed_at IS NULL;
CREATE INDEX item_request ON item (request);
CREATE INDEX notice_waiting ON notice (not_before) WHERE state = 'queued';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',61);
COMMIT;
