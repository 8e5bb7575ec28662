-- A database as a version wrote it with saved lists (revision 0010): its demonstration site. Kept as it is.
BEGIN TRANSACTION;
CREATE TABLE account (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	password TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	UNIQUE (name)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
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
	active BOOLEAN NOT NULL, language TEXT, commands TEXT, opening TEXT, kept_by TEXT, address TEXT, phone TEXT, opening_text TEXT, 
	PRIMARY KEY (code)
);
INSERT INTO "desk" VALUES('rs','Resource sharing',1,0,'R',40,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "desk" VALUES('main','Main desk',0,1,'A',40,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "desk" VALUES('east','East branch',0,1,'E',40,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "desk" VALUES('joint','Joint desk',1,1,'J',40,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE digest (
	"key" INTEGER NOT NULL, 
	about TEXT NOT NULL, 
	day TEXT NOT NULL, 
	state TEXT NOT NULL, 
	not_before BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	sent_at BIGINT, 
	PRIMARY KEY ("key"), 
	UNIQUE (about, day)
);
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
INSERT INTO "event" VALUES(14,'item.received','rs','ILL-000004-2',1771750810000,'{"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000004-2","title":"Entangled Life","pickup_desk":"main","partner":"bpl","barcode":"30000000000046","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(15,'item.in_transit','rs','ILL-000004-2',1771750810000,'{"scan_id":"019c8493-e190-7000-8000-000000000002","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000004-2","title":"Entangled Life","pickup_desk":"main","partner":"bpl","barcode":"30000000000046","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(16,'item.received','rs','ILL-000005-9',1771750820000,'{"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(17,'item.in_transit','rs','ILL-000005-9',1771750820000,'{"scan_id":"019c8494-08a0-7000-8000-000000000004","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(18,'item.on_hold_shelf','main','ILL-000005-9',1771837225000,'{"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(19,'notice.queued','main','ILL-000005-9',1771837225000,'{"scan_id":"019c89ba-7828-7000-8000-000000000005","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000005-9","title":"Austerlitz","pickup_desk":"main","partner":"tul","barcode":"30000000000053","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(20,'item.received','rs','ILL-000006-7',1771750835000,'{"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(21,'item.in_transit','rs','ILL-000006-7',1771750835000,'{"scan_id":"019c8494-4338-7000-8000-000000000007","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(22,'item.on_hold_shelf','main','ILL-000006-7',1771837240000,'{"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(23,'notice.queued','main','ILL-000006-7',1771837240000,'{"scan_id":"019c89ba-b2c0-7000-8000-000000000008","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000006-7","title":"The Peregrine","pickup_desk":"main","partner":"ocl","barcode":"30000000000061","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(24,'item.received','rs','ILL-000007-5',1771750850000,'{"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(25,'item.in_transit','rs','ILL-000007-5',1771750850000,'{"scan_id":"019c8494-7dd0-7000-8000-00000000000a","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(26,'item.on_hold_shelf','main','ILL-000007-5',1771837255000,'{"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(27,'notice.queued','main','ILL-000007-5',1771837255000,'{"scan_id":"019c89ba-ed58-7000-8000-00000000000b","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(28,'item.checked_out','main','ILL-000007-5',1771923665000,'{"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(29,'notice.suppressed','main','ILL-000007-5',1771923665000,'{"scan_id":"019c8ee1-7068-7000-8000-00000000000d","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000007-5","title":"Invisible Cities","pickup_desk":"main","partner":"gbv","barcode":"30000000000079","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(30,'item.received','rs','ILL-000008-3',1771750875000,'{"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(31,'item.in_transit','rs','ILL-000008-3',1771750875000,'{"scan_id":"019c8494-df78-7000-8000-00000000000f","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(32,'item.on_hold_shelf','main','ILL-000008-3',1771837280000,'{"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(33,'notice.queued','main','ILL-000008-3',1771837280000,'{"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(34,'item.checked_out','main','ILL-000008-3',1771923690000,'{"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(35,'notice.suppressed','main','ILL-000008-3',1771923690000,'{"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(36,'item.returned','main','ILL-000008-3',1772010095000,'{"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(37,'item.in_transit','main','ILL-000008-3',1772010095000,'{"scan_id":"019c9408-4198-7000-8000-000000000013","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","pickup_desk":"main","partner":"bpl","barcode":"30000000000087","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(38,'item.received','rs','ILL-000009-1',1771750905000,'{"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(39,'item.in_transit','rs','ILL-000009-1',1771750905000,'{"scan_id":"019c8495-54a8-7000-8000-000000000015","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(40,'item.on_hold_shelf','main','ILL-000009-1',1771837310000,'{"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(41,'notice.queued','main','ILL-000009-1',1771837310000,'{"scan_id":"019c89bb-c430-7000-8000-000000000016","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000009-1","title":"A Time of Gifts","pickup_desk":"main","partner":"tul","barcode":"30000000000095","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(42,'item.received','rs','ILL-000010-9',1771750920000,'{"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(43,'item.in_transit','rs','ILL-000010-9',1771750920000,'{"scan_id":"019c8495-8f40-7000-8000-000000000018","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(44,'item.on_hold_shelf','main','ILL-000010-9',1771837325000,'{"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(45,'notice.queued','main','ILL-000010-9',1771837325000,'{"scan_id":"019c89bb-fec8-7000-8000-000000000019","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000010-9","title":"The Living Mountain","pickup_desk":"main","partner":"ocl","barcode":"30000000000103","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(46,'item.received','rs','ILL-000011-7',1771750935000,'{"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(47,'item.in_transit','rs','ILL-000011-7',1771750935000,'{"scan_id":"019c8495-c9d8-7000-8000-00000000001b","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(48,'item.on_hold_shelf','main','ILL-000011-7',1771837340000,'{"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(49,'notice.queued','main','ILL-000011-7',1771837340000,'{"scan_id":"019c89bc-3960-7000-8000-00000000001c","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(50,'item.checked_out','main','ILL-000011-7',1771923750000,'{"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(51,'notice.suppressed','main','ILL-000011-7',1771923750000,'{"scan_id":"019c8ee2-bc70-7000-8000-00000000001e","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000011-7","title":"Landmarks","pickup_desk":"main","partner":"gbv","barcode":"30000000000111","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(52,'item.received','rs','ILL-000012-5',1771750960000,'{"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(53,'item.in_transit','rs','ILL-000012-5',1771750960000,'{"scan_id":"019c8496-2b80-7000-8000-000000000020","station":"rs-1","rule":"U2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"REQUESTED","state":"IN_TRANSIT_TO_PICKUP"}');
INSERT INTO "event" VALUES(54,'item.on_hold_shelf','main','ILL-000012-5',1771837365000,'{"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(55,'notice.queued','main','ILL-000012-5',1771837365000,'{"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","rule":"T1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_PICKUP","state":"ON_HOLD_SHELF"}');
INSERT INTO "event" VALUES(56,'item.checked_out','main','ILL-000012-5',1771923775000,'{"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(57,'notice.suppressed','main','ILL-000012-5',1771923775000,'{"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","rule":"H2","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"ON_HOLD_SHELF","state":"CHECKED_OUT"}');
INSERT INTO "event" VALUES(58,'item.returned','main','ILL-000012-5',1772010180000,'{"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(59,'item.in_transit','main','ILL-000012-5',1772010180000,'{"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","rule":"C2","outcome":"accepted","tone":"route","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"CHECKED_OUT","state":"IN_TRANSIT_TO_RS"}');
INSERT INTO "event" VALUES(60,'temporary_item.deleted','rs','ILL-000012-5',1772096585000,'{"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","rule":"B1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_RS","state":"CLOSED"}');
INSERT INTO "event" VALUES(61,'request.closed','rs','ILL-000012-5',1772096585000,'{"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","rule":"B1","outcome":"accepted","tone":"ok","request_id":"ILL-000012-5","title":"Sand Talk","pickup_desk":"main","partner":"bpl","barcode":"30000000000129","piece":1,"was":"IN_TRANSIT_TO_RS","state":"CLOSED"}');
INSERT INTO "event" VALUES(62,'request.cancelled','main','ILL-000009-1',1772442000000,'{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO "event" VALUES(63,'notice.suppressed','main','ILL-000009-1',1772442000000,'{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO "event" VALUES(64,'notice.queued','main','ILL-000009-1',1772442000000,'{"request_id": "ILL-000009-1", "title": "A Time of Gifts", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "PULL_FROM_SHELF", "barcode": "30000000000095", "piece": 1}');
INSERT INTO "event" VALUES(65,'item.missing','main','ILL-000010-9',1772442000000,'{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "rule": "missing", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "MISSING", "barcode": "30000000000103", "piece": 1}');
INSERT INTO "event" VALUES(66,'notice.suppressed','main','ILL-000010-9',1772442000000,'{"request_id": "ILL-000010-9", "title": "The Living Mountain", "pickup_desk": "main", "partner": "ocl", "rule": "missing", "actor": "demo", "was": "ON_HOLD_SHELF", "state": "MISSING", "barcode": "30000000000103", "piece": 1}');
INSERT INTO "event" VALUES(67,'item.lost','main','ILL-000011-7',1772442000000,'{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "rule": "lost", "actor": "demo", "was": "CHECKED_OUT", "state": "LOST", "barcode": "30000000000111", "piece": 1}');
INSERT INTO "event" VALUES(68,'notice.queued','main','ILL-000011-7',1772442000000,'{"request_id": "ILL-000011-7", "title": "Landmarks", "pickup_desk": "main", "partner": "gbv", "rule": "lost", "actor": "demo", "was": "CHECKED_OUT", "state": "LOST", "barcode": "30000000000111", "piece": 1}');
INSERT INTO "event" VALUES(69,'request.cancelled','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO "event" VALUES(70,'request.closed','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO "event" VALUES(71,'notice.queued','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "title": "Weaving the Web", "pickup_desk": "main", "partner": "tul", "rule": "cancel", "actor": "demo", "was": "REQUESTED", "state": "CLOSED"}');
INSERT INTO "event" VALUES(72,'notice.suppressed','main','ILL-000005-9',1772442000000,'{"request_id": "ILL-000005-9", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": "1"}');
INSERT INTO "event" VALUES(73,'notice.suppressed','main','ILL-000006-7',1772442000000,'{"request_id": "ILL-000006-7", "type": "READY_FOR_PICKUP", "desk": "main", "notice_id": "2"}');
INSERT INTO "event" VALUES(74,'notice.suppressed','main','ILL-000009-1',1772442000000,'{"request_id": "ILL-000009-1", "type": "REQUEST_CANCELLED", "desk": "main", "notice_id": "9"}');
INSERT INTO "event" VALUES(75,'notice.suppressed','main','ILL-000011-7',1772442000000,'{"request_id": "ILL-000011-7", "type": "LOST", "desk": "main", "notice_id": "10"}');
INSERT INTO "event" VALUES(76,'notice.suppressed','main','ILL-000013-3',1772442000000,'{"request_id": "ILL-000013-3", "type": "REQUEST_CANCELLED", "desk": "main", "notice_id": "11"}');
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
	cleared_by TEXT, opened_scan TEXT, cleared_scan TEXT, last_desk TEXT, last_seen_at BIGINT, 
	PRIMARY KEY ("key")
);
INSERT INTO "exception" VALUES(1,'missing','main',NULL,'30000000000103',10,7,NULL,1772442000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "exception" VALUES(2,'lost','main',NULL,'30000000000111',11,8,NULL,1772442000000,NULL,NULL,NULL,NULL,NULL,NULL);
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
CREATE TABLE first_link (
	id TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (id)
)
 WITHOUT ROWID

;
CREATE TABLE history (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	request INTEGER NOT NULL, 
	item INTEGER, 
	kind TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	rule TEXT NOT NULL, 
	was TEXT, 
	became TEXT, 
	desk TEXT, 
	actor TEXT NOT NULL, 
	barcode TEXT, 
	scan_id TEXT, 
	notice TEXT, 
	detail TEXT, 
	note_hash TEXT, 
	note TEXT, 
	note_salt TEXT, 
	hash BLOB NOT NULL
);
INSERT INTO "history" VALUES(1,1,NULL,'act',1771664400000,'create',NULL,'REQUESTED','joint','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'EB611C72E69168263E11C3BF1F952519436B11266F76241CBC47330AF884FB23');
INSERT INTO "history" VALUES(2,2,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'BDD07A37069627D1E8FA145CFD09C148F4C7D1C6F1C33666DC93C57431E9D41C');
INSERT INTO "history" VALUES(3,3,NULL,'act',1771664400000,'create',NULL,'REQUESTED','east','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'8EAEAB0EDAEE3FF207075A5DF43D5408D776E8ED547698902671CAA02618B01A');
INSERT INTO "history" VALUES(4,4,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'E9CE3FC6DD5235DA00EF47084C83E97384C1FB82E16D065A175B450315D0A65D');
INSERT INTO "history" VALUES(5,5,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'568D909D5D2279FC040ED6FA053D59AF7F8204BBCBDE44AC872BF55B9432E822');
INSERT INTO "history" VALUES(6,6,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'EFFB3B9FBEFF50AC2C3D021370FD50AB352E62E5BB059134D672685B090E4953');
INSERT INTO "history" VALUES(7,7,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'B00A40D9776C160A84213D33FD321FBA556C8766269E37CFA04DB598B5AF4A96');
INSERT INTO "history" VALUES(8,8,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'2AC49B99905E4FE17D09281D18D2B382C14D41C87935FC163B6BC869CDFD3F3A');
INSERT INTO "history" VALUES(9,9,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'18FA73BA43975FD5A6F35674C51869C65C2384EDD60100B88D2221D8CEA2046F');
INSERT INTO "history" VALUES(10,10,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'85CA9972E33B3EA88B5E5D5DF6B1FF3EE5E87DF0CB273C4CC85E74268AD8CB08');
INSERT INTO "history" VALUES(11,11,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'53F784D2A4B229FCFFE9145BF9CE5E1370A91B4746279DE7A9BAA8C3D7CBE348');
INSERT INTO "history" VALUES(12,12,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'AF4C5C85E34E5447C38480A81E3D31D16C5C243ABD7BC25BB136E9F965050CBF');
INSERT INTO "history" VALUES(13,13,NULL,'act',1771664400000,'create',NULL,'REQUESTED','main','demo',NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'59C842CF6F2B2F8C9161FF84BFC21F90EA3150163D2357672271ADF7FD375FBA');
INSERT INTO "history" VALUES(14,4,1,'scan',1771750810000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000046','019c8493-e190-7000-8000-000000000002',NULL,NULL,NULL,NULL,NULL,X'13ABD3477A479564959474413F537730243629FE11A04C0D27EE73D255AD1E03');
INSERT INTO "history" VALUES(15,5,2,'scan',1771750820000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000053','019c8494-08a0-7000-8000-000000000004',NULL,NULL,NULL,NULL,NULL,X'6930D1D442E2765A39301D4145E0A5893ED96BA6333CFA23557F7B6298433D7D');
INSERT INTO "history" VALUES(16,5,2,'scan',1771837225000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000053','019c89ba-7828-7000-8000-000000000005',NULL,NULL,NULL,NULL,NULL,X'8B1E61F2C128F5948E77AB139A465A37D286FF2D121F59C6C901670B31E6EB08');
INSERT INTO "history" VALUES(17,5,2,'notice',1771837225000,'queued',NULL,NULL,'main','hub',NULL,'019c89ba-7828-7000-8000-000000000005','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'3B45FC49CAAC135E8F30A473BF3EADD73D113820397563BFF0B665C5E5426A31');
INSERT INTO "history" VALUES(18,6,3,'scan',1771750835000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000061','019c8494-4338-7000-8000-000000000007',NULL,NULL,NULL,NULL,NULL,X'B2FB2E2421ED131B85A47AFBE39D864960389079612523E46F5DB99F6856A8AD');
INSERT INTO "history" VALUES(19,6,3,'scan',1771837240000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000061','019c89ba-b2c0-7000-8000-000000000008',NULL,NULL,NULL,NULL,NULL,X'242F587D3CD1C429DE2B9067BC5FB658016FCCD784ABDB8E087B3607C944E3C5');
INSERT INTO "history" VALUES(20,6,3,'notice',1771837240000,'queued',NULL,NULL,'main','hub',NULL,'019c89ba-b2c0-7000-8000-000000000008','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'14B65D68373508E481B8D569797FEC9883E293192CE4D6BF309FBD73612F5DCD');
INSERT INTO "history" VALUES(21,7,4,'scan',1771750850000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000079','019c8494-7dd0-7000-8000-00000000000a',NULL,NULL,NULL,NULL,NULL,X'1798F4F4011B350B0147E3E60CE1738F0CBA0243EBB8A8232330EB423C647D4C');
INSERT INTO "history" VALUES(22,7,4,'scan',1771837255000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000079','019c89ba-ed58-7000-8000-00000000000b',NULL,NULL,NULL,NULL,NULL,X'92B32EA3D8D1A82AA9102CE04EF630D638B0194A952CF1C67719F0D5A310CB60');
INSERT INTO "history" VALUES(23,7,4,'notice',1771837255000,'queued',NULL,NULL,'main','hub',NULL,'019c89ba-ed58-7000-8000-00000000000b','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'881AD4ECCE0C747D7C6D1BA9A1ADF196AD4C8DFBD5EC51FA608AE0F559287602');
INSERT INTO "history" VALUES(24,7,4,'scan',1771923665000,'H2','ON_HOLD_SHELF','CHECKED_OUT','main','main-1','30000000000079','019c8ee1-7068-7000-8000-00000000000d',NULL,NULL,NULL,NULL,NULL,X'C37D53EA87697DC4F9D697C1C0F5AC1F9EB0A91E4A3EC74A7DCA86988C6E6220');
INSERT INTO "history" VALUES(25,7,4,'notice',1771923665000,'suppressed',NULL,NULL,'main','hub',NULL,'019c8ee1-7068-7000-8000-00000000000d','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'977677F5A6BD91D553D3A72BEC070AB342FD5E98077D9EC3C04A97907F5D170C');
INSERT INTO "history" VALUES(26,8,5,'scan',1771750875000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000087','019c8494-df78-7000-8000-00000000000f',NULL,NULL,NULL,NULL,NULL,X'E7EE0E0A3DA6078EAFE7FF6EC83B0E2941538F77A8D61909637AA223DE537A00');
INSERT INTO "history" VALUES(27,8,5,'scan',1771837280000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000087','019c89bb-4f00-7000-8000-000000000010',NULL,NULL,NULL,NULL,NULL,X'3751CB2C47D184C72BE63AE740CC63139A143D9F0CCBB202A7C0A891510828B4');
INSERT INTO "history" VALUES(28,8,5,'notice',1771837280000,'queued',NULL,NULL,'main','hub',NULL,'019c89bb-4f00-7000-8000-000000000010','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'6AF8C27EE908EBABB468D19B595E179B12F5AD7855449FB968721DA2135C3432');
INSERT INTO "history" VALUES(29,8,5,'scan',1771923690000,'H2','ON_HOLD_SHELF','CHECKED_OUT','main','main-1','30000000000087','019c8ee1-d210-7000-8000-000000000012',NULL,NULL,NULL,NULL,NULL,X'3E932B4188783FD3F11B9977C443992B6620DA727D9E251173D245488F8F6835');
INSERT INTO "history" VALUES(30,8,5,'notice',1771923690000,'suppressed',NULL,NULL,'main','hub',NULL,'019c8ee1-d210-7000-8000-000000000012','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'F0D8C4EAD38A07B744A6B66DEF94DE442C2C5C706FB2BE29D88FDEFA801D2B33');
INSERT INTO "history" VALUES(31,8,5,'scan',1772010095000,'C2','CHECKED_OUT','IN_TRANSIT_TO_RS','main','main-1','30000000000087','019c9408-4198-7000-8000-000000000013',NULL,NULL,NULL,NULL,NULL,X'B87B94F7C8C4DDEC16650D69C274633093C3F52EE6135798853C11EF9A4C9929');
INSERT INTO "history" VALUES(32,9,6,'scan',1771750905000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000095','019c8495-54a8-7000-8000-000000000015',NULL,NULL,NULL,NULL,NULL,X'63894361156E74A34218E8D70CF3B1486F99BCDF39FF7DC0448C26AF4C894180');
INSERT INTO "history" VALUES(33,9,6,'scan',1771837310000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000095','019c89bb-c430-7000-8000-000000000016',NULL,NULL,NULL,NULL,NULL,X'842E05717399DC57B582626F9759F726D727C1B0DEA75436491F53715455C1EA');
INSERT INTO "history" VALUES(34,9,6,'notice',1771837310000,'queued',NULL,NULL,'main','hub',NULL,'019c89bb-c430-7000-8000-000000000016','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'8555297E0D5C3A0483E4C8D41220C803398ABF933C6A824654F5396787B80612');
INSERT INTO "history" VALUES(35,10,7,'scan',1771750920000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000103','019c8495-8f40-7000-8000-000000000018',NULL,NULL,NULL,NULL,NULL,X'7CF0730B93D44B33C0A9B664CFD3217A0E29694B29C55263BD6A08A4C05B4DF9');
INSERT INTO "history" VALUES(36,10,7,'scan',1771837325000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000103','019c89bb-fec8-7000-8000-000000000019',NULL,NULL,NULL,NULL,NULL,X'1F70F779613FD7409BC0929F23DFB620B3EC245CAB9ED5BC7244C256132AA0E5');
INSERT INTO "history" VALUES(37,10,7,'notice',1771837325000,'queued',NULL,NULL,'main','hub',NULL,'019c89bb-fec8-7000-8000-000000000019','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'38D9D548D108B8F9C605931A6C9326D24F4D51C4033715787AFE4181C4051416');
INSERT INTO "history" VALUES(38,11,8,'scan',1771750935000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000111','019c8495-c9d8-7000-8000-00000000001b',NULL,NULL,NULL,NULL,NULL,X'A59361A3E270EEEBD2C22CDF97861B1C17279011F7AE07DB19CEA7185B75C2A4');
INSERT INTO "history" VALUES(39,11,8,'scan',1771837340000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000111','019c89bc-3960-7000-8000-00000000001c',NULL,NULL,NULL,NULL,NULL,X'FF7E495FB7D3FB578A7419E9DCDC550CC139253A82B62E6CB1DDA2B5C64703BD');
INSERT INTO "history" VALUES(40,11,8,'notice',1771837340000,'queued',NULL,NULL,'main','hub',NULL,'019c89bc-3960-7000-8000-00000000001c','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'44349280BCCAADF1CED5AB4AE7138F5DDD9A71B0652FD1CB6227A78CF31EDB96');
INSERT INTO "history" VALUES(41,11,8,'scan',1771923750000,'H2','ON_HOLD_SHELF','CHECKED_OUT','main','main-1','30000000000111','019c8ee2-bc70-7000-8000-00000000001e',NULL,NULL,NULL,NULL,NULL,X'A17E81C2972AEF2A0D3421B0D0EEB5FFC057040A86283361006F01EA5A6D8724');
INSERT INTO "history" VALUES(42,11,8,'notice',1771923750000,'suppressed',NULL,NULL,'main','hub',NULL,'019c8ee2-bc70-7000-8000-00000000001e','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'AE0707F7E7639540008C0BEC8EB2F1ECE26CDA4B76B5697BFDB80BC38C7B494F');
INSERT INTO "history" VALUES(43,12,9,'scan',1771750960000,'U2','REQUESTED','IN_TRANSIT_TO_PICKUP','rs','rs-1','30000000000129','019c8496-2b80-7000-8000-000000000020',NULL,NULL,NULL,NULL,NULL,X'5921C6B6AE30DBACAD4D6092E8AF3AF0F4B7875D1B427A01B6877FA0FB3CC806');
INSERT INTO "history" VALUES(44,12,9,'scan',1771837365000,'T1','IN_TRANSIT_TO_PICKUP','ON_HOLD_SHELF','main','main-1','30000000000129','019c89bc-9b08-7000-8000-000000000021',NULL,NULL,NULL,NULL,NULL,X'0F9C236661A50A1D4D0288C66FA81FA7AA57B2B5873FE72F5848EA4E43920A0B');
INSERT INTO "history" VALUES(45,12,9,'notice',1771837365000,'queued',NULL,NULL,'main','hub',NULL,'019c89bc-9b08-7000-8000-000000000021','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'BEC74DF78BBF9D274864536AF89D145164D78288E58FA725BC5B9754E864820E');
INSERT INTO "history" VALUES(46,12,9,'scan',1771923775000,'H2','ON_HOLD_SHELF','CHECKED_OUT','main','main-1','30000000000129','019c8ee3-1e18-7000-8000-000000000023',NULL,NULL,NULL,NULL,NULL,X'81891606B111FBE5CCD0CFD82E3B0FB1A41939EC54048BA7C763200526A9CCC9');
INSERT INTO "history" VALUES(47,12,9,'notice',1771923775000,'suppressed',NULL,NULL,'main','hub',NULL,'019c8ee3-1e18-7000-8000-000000000023','READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'591E013EE16BD4F24EF5FC6B2B16F1E4BE03E43F481E8C73B1C3830286E5C4A4');
INSERT INTO "history" VALUES(48,12,9,'scan',1772010180000,'C2','CHECKED_OUT','IN_TRANSIT_TO_RS','main','main-1','30000000000129','019c9409-8da0-7000-8000-000000000024',NULL,NULL,NULL,NULL,NULL,X'00743BF471677077334CBDFF3AB9DEE1A7CFBE522A765A42912876E75FEE1AC9');
INSERT INTO "history" VALUES(49,12,9,'scan',1772096585000,'B1','IN_TRANSIT_TO_RS','CLOSED','rs','rs-1','30000000000129','019c992f-fd28-7000-8000-000000000025',NULL,NULL,NULL,NULL,NULL,X'76CB4F0660399E762BBB2FE1D74CE3D54F5E9B261E183C07079A532FA0C72DC0');
INSERT INTO "history" VALUES(50,9,6,'act',1772442000000,'cancel','ON_HOLD_SHELF','PULL_FROM_SHELF','main','demo','30000000000095',NULL,NULL,NULL,'498300592eb5f6fdefb9293b583de331cafb814f6fd2dabb3c561f49e17df9f1','found it elsewhere','335c447b6cedba2d13f858d119abf114',X'1BB99DE4BCA01884127D0B5633B4EF3EC393CF3003C5F3B60D00EFFC7AE1ED40');
INSERT INTO "history" VALUES(51,9,6,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'2EC649AD75337C377465BB1A38615D240A93394585A4021ACF676B15DBBB0457');
INSERT INTO "history" VALUES(52,9,6,'notice',1772442000000,'queued',NULL,NULL,'main','hub',NULL,NULL,'REQUEST_CANCELLED',NULL,NULL,NULL,NULL,X'0053687DA08FE108A838D0E54FC60ED65FDCE8A80B0C87DCF5BFAEDBF938B7EE');
INSERT INTO "history" VALUES(53,10,7,'act',1772442000000,'missing','ON_HOLD_SHELF','MISSING','main','demo','30000000000103',NULL,NULL,NULL,'a7508dae283f62c5d0c103453068777023effed3dcd7d4a831387e84853be758','not on the shelf','31036fc2f6a8473a0ee3fd60c905edad',X'F1C35C351BB6EA0238479A67EF08A2BDD6E5116634893C76880206A3DE0176FC');
INSERT INTO "history" VALUES(54,10,7,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'21E5E39B78C9B40B67190F152945FDA7E944B24303F03335DA8DF0688DA0483B');
INSERT INTO "history" VALUES(55,11,8,'act',1772442000000,'lost','CHECKED_OUT','LOST','main','demo','30000000000111',NULL,NULL,NULL,NULL,NULL,NULL,X'6D6C24176F39533F25C3CABD7784341A47631930206F880D96FED7B9DDFB3D1A');
INSERT INTO "history" VALUES(56,11,8,'notice',1772442000000,'queued',NULL,NULL,'main','hub',NULL,NULL,'LOST',NULL,NULL,NULL,NULL,X'A6EC47C18C624C7094AF84752E7FB541BB3C63DAA9BD88F969B157CFB2220C84');
INSERT INTO "history" VALUES(57,13,NULL,'act',1772442000000,'cancel','REQUESTED','CLOSED','main','demo',NULL,NULL,NULL,NULL,'d11c86efaf188662e9d7bdace2daa8ed38afd463111267926bad28acc4f014fa','bought it','0402fa2b13f50a24cc9efe15d97c1a03',X'77832354F2EB741DDF96E2FFEE5AA7971E8AAC6DDC8E9539D0C550BC79CBCD36');
INSERT INTO "history" VALUES(58,13,NULL,'notice',1772442000000,'queued',NULL,NULL,'main','hub',NULL,NULL,'REQUEST_CANCELLED',NULL,NULL,NULL,NULL,X'0FB01BD3479C98EEC636C16C9AEA81FA4CF11C50C208FF2A8D28701A366F820F');
INSERT INTO "history" VALUES(59,5,2,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'040B8F4D746AF26C8D91D285231DC553C08E4E780967469F96C3C38ECE0DE226');
INSERT INTO "history" VALUES(60,6,3,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'READY_FOR_PICKUP',NULL,NULL,NULL,NULL,X'F5C52FB8446960623411F274808DA9F7663E801DCC8CAD72E91D7B03335CC59A');
INSERT INTO "history" VALUES(61,9,6,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'REQUEST_CANCELLED',NULL,NULL,NULL,NULL,X'18EB9728DC1FBDFE2AA9EF73901DEE751DADD76DA7B0E24AD59ED83D21931CF0');
INSERT INTO "history" VALUES(62,11,8,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'LOST',NULL,NULL,NULL,NULL,X'1CAE0BAC34AE9D30BD2CFE3565991FFDA322C01DBBF623E1554B9EE262D55888');
INSERT INTO "history" VALUES(63,13,NULL,'notice',1772442000000,'suppressed',NULL,NULL,'main','hub',NULL,NULL,'REQUEST_CANCELLED',NULL,NULL,NULL,NULL,X'BEB9C73CC82E80DC179E32AAD2B5CD5EA307C7F8C293B6C8A6FEA6523E758E77');
CREATE TABLE hub_lease (
	hub TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	joined_at BIGINT NOT NULL, 
	able BOOLEAN NOT NULL, 
	PRIMARY KEY (hub)
);
CREATE TABLE "item" (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
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
	outcome TEXT, 
	renewals INTEGER DEFAULT '0' NOT NULL, 
	FOREIGN KEY(request) REFERENCES request ("key")
);
INSERT INTO "item" VALUES(1,4,1,'30000000000046','IN_TRANSIT_TO_PICKUP',1771750810000,1771750810000,NULL,NULL,0,NULL,NULL,NULL,0,NULL,2,NULL,NULL,0);
INSERT INTO "item" VALUES(2,5,1,'30000000000053','ON_HOLD_SHELF',1771750820000,1771837225000,1772755199000,'A5',1,NULL,NULL,NULL,0,NULL,4,NULL,NULL,0);
INSERT INTO "item" VALUES(3,6,1,'30000000000061','ON_HOLD_SHELF',1771750835000,1771837240000,1772755199000,'A1',1,NULL,NULL,NULL,0,NULL,4,NULL,NULL,0);
INSERT INTO "item" VALUES(4,7,1,'30000000000079','CHECKED_OUT',1771750850000,1771923665000,1772755199000,'A2',1,1774396799000,1771923665000,'main-1',1,NULL,5,NULL,NULL,0);
INSERT INTO "item" VALUES(5,8,1,'30000000000087','IN_TRANSIT_TO_RS',1771750875000,1772010095000,1772755199000,'A3',1,1774396799000,1771923690000,'main-1',1,NULL,6,NULL,NULL,0);
INSERT INTO "item" VALUES(6,9,1,'30000000000095','PULL_FROM_SHELF',1771750905000,1772442000000,1772755199000,'A4',1,NULL,NULL,NULL,0,'cancelled_by_patron',5,NULL,NULL,0);
INSERT INTO "item" VALUES(7,10,1,'30000000000103','MISSING',1771750920000,1772442000000,1772755199000,'A5',1,NULL,NULL,NULL,0,NULL,5,NULL,NULL,0);
INSERT INTO "item" VALUES(8,11,1,'30000000000111','LOST',1771750935000,1772442000000,1772755199000,'A1',1,1774396799000,1771923750000,'main-1',1,NULL,6,NULL,NULL,0);
INSERT INTO "item" VALUES(9,12,1,'30000000000129','CLOSED',1771750960000,1772096585000,1772755199000,'A2',1,1774396799000,1771923775000,'main-1',1,NULL,7,1772096585000,'returned',0);
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
	sent_at BIGINT, queued_by TEXT, dropped_by TEXT, channel TEXT, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(request) REFERENCES request ("key"), 
	UNIQUE (request, type, episode)
);
INSERT INTO "notice" VALUES(1,'READY_FOR_PICKUP',5,2,1,5,'main','suppressed',1771837225000,1771837285000,0,NULL,NULL,NULL,'019c89ba-7828-7000-8000-000000000005',NULL,NULL);
INSERT INTO "notice" VALUES(2,'READY_FOR_PICKUP',6,3,1,1,'main','suppressed',1771837240000,1771837300000,0,NULL,NULL,NULL,'019c89ba-b2c0-7000-8000-000000000008',NULL,NULL);
INSERT INTO "notice" VALUES(3,'READY_FOR_PICKUP',7,4,1,2,'main','suppressed',1771837255000,1771837315000,0,NULL,NULL,NULL,'019c89ba-ed58-7000-8000-00000000000b','019c8ee1-7068-7000-8000-00000000000d',NULL);
INSERT INTO "notice" VALUES(4,'READY_FOR_PICKUP',8,5,1,3,'main','suppressed',1771837280000,1771837340000,0,NULL,NULL,NULL,'019c89bb-4f00-7000-8000-000000000010','019c8ee1-d210-7000-8000-000000000012',NULL);
INSERT INTO "notice" VALUES(5,'READY_FOR_PICKUP',9,6,1,4,'main','suppressed',1771837310000,1771837370000,0,NULL,NULL,NULL,'019c89bb-c430-7000-8000-000000000016',NULL,NULL);
INSERT INTO "notice" VALUES(6,'READY_FOR_PICKUP',10,7,1,5,'main','suppressed',1771837325000,1771837385000,0,NULL,NULL,NULL,'019c89bb-fec8-7000-8000-000000000019',NULL,NULL);
INSERT INTO "notice" VALUES(7,'READY_FOR_PICKUP',11,8,1,1,'main','suppressed',1771837340000,1771837400000,0,NULL,NULL,NULL,'019c89bc-3960-7000-8000-00000000001c','019c8ee2-bc70-7000-8000-00000000001e',NULL);
INSERT INTO "notice" VALUES(8,'READY_FOR_PICKUP',12,9,1,2,'main','suppressed',1771837365000,1771837425000,0,NULL,NULL,NULL,'019c89bc-9b08-7000-8000-000000000021','019c8ee3-1e18-7000-8000-000000000023',NULL);
INSERT INTO "notice" VALUES(9,'REQUEST_CANCELLED',9,6,4,4,'main','suppressed',1772442000000,1772442060000,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(10,'LOST',11,8,1000006,1,'main','suppressed',1772442000000,1772442060000,0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "notice" VALUES(11,'REQUEST_CANCELLED',13,NULL,2,3,'main','suppressed',1772442000000,1772442060000,0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE partition_lease (
	part BIGINT NOT NULL, 
	hub TEXT NOT NULL, 
	PRIMARY KEY (part)
)
 WITHOUT ROWID

;
CREATE TABLE partner (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (code)
);
INSERT INTO "partner" VALUES('tul','Tulare County Library');
INSERT INTO "partner" VALUES('ocl','Oberlin College Library');
INSERT INTO "partner" VALUES('gbv','State Library Lower Saxony');
INSERT INTO "partner" VALUES('bpl','Burlington Public Library');
CREATE TABLE "patron" (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	card TEXT NOT NULL, 
	alias TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT, 
	language TEXT, phone TEXT, channels TEXT, 
	UNIQUE (card)
);
INSERT INTO "patron" VALUES(1,'20000000000014','Heron 12','Ada Fischer','patron1@holdshelf.invalid',NULL,NULL,NULL);
INSERT INTO "patron" VALUES(2,'20000000000022','Otter 7','Ben Okafor','patron2@holdshelf.invalid',NULL,NULL,NULL);
INSERT INTO "patron" VALUES(3,'20000000000030','Lynx 31','Chen Li','patron3@holdshelf.invalid',NULL,NULL,NULL);
INSERT INTO "patron" VALUES(4,'20000000000048','Wren 4','Dilek Aydin','patron4@holdshelf.invalid',NULL,NULL,NULL);
INSERT INTO "patron" VALUES(5,'20000000000055','Stork 9','Elena Rossi','patron5@holdshelf.invalid',NULL,NULL,NULL);
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
	closed_at BIGINT, volumes TEXT, words TEXT, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(partner) REFERENCES partner (code), 
	FOREIGN KEY(pickup_desk) REFERENCES desk (code), 
	FOREIGN KEY(requester) REFERENCES patron ("key"), 
	UNIQUE (request_id)
);
INSERT INTO "request" VALUES(1,'ILL-000001-8','1234500','illiad','The Overstory','Richard Powers',NULL,NULL,NULL,1,'joint','tul','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL,NULL,' the overstory richard powers 1234500');
INSERT INTO "request" VALUES(2,'ILL-000002-6','1234501','oclc','Braiding Sweetgrass','Robin Wall Kimmerer',NULL,NULL,NULL,2,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL,NULL,' braiding sweetgrass robin wall kimmerer 1234501');
INSERT INTO "request" VALUES(3,'ILL-000003-4','1234502','public_library','The Dispossessed','Ursula K. Le Guin',NULL,NULL,NULL,3,'east','gbv','2026-05-02',NULL,NULL,NULL,1,'REQUESTED',NULL,NULL,1,1771664400000,1771664400000,NULL,NULL,' the dispossessed ursula k le guin 1234502');
INSERT INTO "request" VALUES(4,'ILL-000004-2','1234503','illiad','Entangled Life','Merlin Sheldrake',NULL,NULL,NULL,4,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'IN_TRANSIT_TO_PICKUP',NULL,NULL,2,1771664400000,1771750810000,NULL,NULL,' entangled life merlin sheldrake 1234503');
INSERT INTO "request" VALUES(5,'ILL-000005-9','1234504','oclc','Austerlitz','W. G. Sebald',NULL,NULL,NULL,5,'main','tul','2026-05-02',NULL,NULL,NULL,1,'ON_HOLD_SHELF',NULL,NULL,3,1771664400000,1771837225000,NULL,NULL,' austerlitz w g sebald 1234504');
INSERT INTO "request" VALUES(6,'ILL-000006-7','1234505','public_library','The Peregrine','J. A. Baker',NULL,NULL,NULL,1,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'ON_HOLD_SHELF',NULL,NULL,3,1771664400000,1771837240000,NULL,NULL,' the peregrine j a baker 1234505');
INSERT INTO "request" VALUES(7,'ILL-000007-5','1234506','illiad','Invisible Cities','Italo Calvino',NULL,NULL,NULL,2,'main','gbv','2026-05-02',NULL,NULL,NULL,1,'CHECKED_OUT',NULL,NULL,4,1771664400000,1771923665000,NULL,NULL,' invisible cities italo calvino 1234506');
INSERT INTO "request" VALUES(8,'ILL-000008-3','1234507','oclc','The Mushroom at the End of the World','Anna Lowenhaupt Tsing',NULL,NULL,NULL,3,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'IN_TRANSIT_TO_RS',NULL,NULL,5,1771664400000,1772010095000,NULL,NULL,' the mushroom at end of world anna lowenhaupt tsing 1234507');
INSERT INTO "request" VALUES(9,'ILL-000009-1','1234508','public_library','A Time of Gifts','Patrick Leigh Fermor',NULL,NULL,NULL,4,'main','tul','2026-05-02',NULL,NULL,NULL,1,'PULL_FROM_SHELF',NULL,'cancelled_by_patron',4,1771664400000,1772442000000,NULL,NULL,' a time of gifts patrick leigh fermor 1234508');
INSERT INTO "request" VALUES(10,'ILL-000010-9','1234509','illiad','The Living Mountain','Nan Shepherd',NULL,NULL,NULL,5,'main','ocl','2026-05-02',NULL,NULL,NULL,1,'MISSING',NULL,NULL,4,1771664400000,1772442000000,NULL,NULL,' the living mountain nan shepherd 1234509');
INSERT INTO "request" VALUES(11,'ILL-000011-7','1234510','oclc','Landmarks','Robert Macfarlane',NULL,NULL,NULL,1,'main','gbv','2026-05-02',NULL,NULL,NULL,1,'LOST',NULL,NULL,5,1771664400000,1772442000000,NULL,NULL,' landmarks robert macfarlane 1234510');
INSERT INTO "request" VALUES(12,'ILL-000012-5','1234511','public_library','Sand Talk','Tyson Yunkaporta',NULL,NULL,NULL,2,'main','bpl','2026-05-02',NULL,NULL,NULL,1,'CLOSED','returned',NULL,6,1771664400000,1772096585000,1772096585000,NULL,' sand talk tyson yunkaporta 1234511');
INSERT INTO "request" VALUES(13,'ILL-000013-3','1234512','illiad','Weaving the Web','Tim Berners-Lee',NULL,NULL,NULL,3,'main','tul','2026-05-02',NULL,NULL,NULL,1,'CLOSED','cancelled','cancelled_by_patron',2,1771664400000,1772442000000,1772442000000,NULL,' weaving the web tim berners lee 1234512');
CREATE TABLE request_word (
	word TEXT NOT NULL, 
	request INTEGER NOT NULL, 
	PRIMARY KEY (word, request), 
	FOREIGN KEY(request) REFERENCES request ("key")
)
 WITHOUT ROWID

;
INSERT INTO "request_word" VALUES('1234500',1);
INSERT INTO "request_word" VALUES('1234501',2);
INSERT INTO "request_word" VALUES('1234502',3);
INSERT INTO "request_word" VALUES('1234503',4);
INSERT INTO "request_word" VALUES('1234504',5);
INSERT INTO "request_word" VALUES('1234505',6);
INSERT INTO "request_word" VALUES('1234506',7);
INSERT INTO "request_word" VALUES('1234507',8);
INSERT INTO "request_word" VALUES('1234508',9);
INSERT INTO "request_word" VALUES('1234509',10);
INSERT INTO "request_word" VALUES('1234510',11);
INSERT INTO "request_word" VALUES('1234511',12);
INSERT INTO "request_word" VALUES('1234512',13);
INSERT INTO "request_word" VALUES('a',6);
INSERT INTO "request_word" VALUES('a',9);
INSERT INTO "request_word" VALUES('anna',8);
INSERT INTO "request_word" VALUES('at',8);
INSERT INTO "request_word" VALUES('austerlitz',5);
INSERT INTO "request_word" VALUES('baker',6);
INSERT INTO "request_word" VALUES('berners',13);
INSERT INTO "request_word" VALUES('braiding',2);
INSERT INTO "request_word" VALUES('calvino',7);
INSERT INTO "request_word" VALUES('cities',7);
INSERT INTO "request_word" VALUES('dispossessed',3);
INSERT INTO "request_word" VALUES('end',8);
INSERT INTO "request_word" VALUES('entangled',4);
INSERT INTO "request_word" VALUES('fermor',9);
INSERT INTO "request_word" VALUES('g',5);
INSERT INTO "request_word" VALUES('gifts',9);
INSERT INTO "request_word" VALUES('guin',3);
INSERT INTO "request_word" VALUES('invisible',7);
INSERT INTO "request_word" VALUES('italo',7);
INSERT INTO "request_word" VALUES('j',6);
INSERT INTO "request_word" VALUES('k',3);
INSERT INTO "request_word" VALUES('kimmerer',2);
INSERT INTO "request_word" VALUES('landmarks',11);
INSERT INTO "request_word" VALUES('le',3);
INSERT INTO "request_word" VALUES('lee',13);
INSERT INTO "request_word" VALUES('leigh',9);
INSERT INTO "request_word" VALUES('life',4);
INSERT INTO "request_word" VALUES('living',10);
INSERT INTO "request_word" VALUES('lowenhaupt',8);
INSERT INTO "request_word" VALUES('macfarlane',11);
INSERT INTO "request_word" VALUES('merlin',4);
INSERT INTO "request_word" VALUES('mountain',10);
INSERT INTO "request_word" VALUES('mushroom',8);
INSERT INTO "request_word" VALUES('nan',10);
INSERT INTO "request_word" VALUES('of',8);
INSERT INTO "request_word" VALUES('of',9);
INSERT INTO "request_word" VALUES('overstory',1);
INSERT INTO "request_word" VALUES('patrick',9);
INSERT INTO "request_word" VALUES('peregrine',6);
INSERT INTO "request_word" VALUES('powers',1);
INSERT INTO "request_word" VALUES('richard',1);
INSERT INTO "request_word" VALUES('robert',11);
INSERT INTO "request_word" VALUES('robin',2);
INSERT INTO "request_word" VALUES('sand',12);
INSERT INTO "request_word" VALUES('sebald',5);
INSERT INTO "request_word" VALUES('sheldrake',4);
INSERT INTO "request_word" VALUES('shepherd',10);
INSERT INTO "request_word" VALUES('sweetgrass',2);
INSERT INTO "request_word" VALUES('talk',12);
INSERT INTO "request_word" VALUES('the',1);
INSERT INTO "request_word" VALUES('the',3);
INSERT INTO "request_word" VALUES('the',6);
INSERT INTO "request_word" VALUES('the',8);
INSERT INTO "request_word" VALUES('the',10);
INSERT INTO "request_word" VALUES('the',13);
INSERT INTO "request_word" VALUES('tim',13);
INSERT INTO "request_word" VALUES('time',9);
INSERT INTO "request_word" VALUES('tsing',8);
INSERT INTO "request_word" VALUES('tyson',12);
INSERT INTO "request_word" VALUES('ursula',3);
INSERT INTO "request_word" VALUES('w',5);
INSERT INTO "request_word" VALUES('wall',2);
INSERT INTO "request_word" VALUES('weaving',13);
INSERT INTO "request_word" VALUES('web',13);
INSERT INTO "request_word" VALUES('world',8);
INSERT INTO "request_word" VALUES('yunkaporta',12);
CREATE TABLE saved_view (
	account INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	"query" TEXT NOT NULL, 
	PRIMARY KEY (account, name), 
	FOREIGN KEY(account) REFERENCES account ("key")
)
 WITHOUT ROWID

;
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
INSERT INTO "scan" VALUES(16,2,6,'019c89bb-4f00-7000-8000-000000000010','main','30000000000087','typed',1771837280000,1771837280000,8,5,'accepted','T1','{"v":1,"scan_id":"019c89bb-4f00-7000-8000-000000000010","station":"main-1","seq":6,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A3. Hold until 5 March.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A3","until 5 March","The Mushroom at the End of the World"],"barcode":"30000000000087"}],"decided_at":"2026-02-23T09:01:20Z"}');
INSERT INTO "scan" VALUES(17,2,7,'019c8ee1-be88-7000-8000-000000000011','main',NULL,'typed',1771923685000,1771923685000,NULL,NULL,'accepted','patron.open','{"v":1,"scan_id":"019c8ee1-be88-7000-8000-000000000011","station":"main-1","seq":7,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Lynx 31: 1 ready on shelf A3.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:25Z"}');
INSERT INTO "scan" VALUES(18,2,8,'019c8ee1-d210-7000-8000-000000000012','main','30000000000087','typed',1771923690000,1771923690000,8,5,'accepted','H2','{"v":1,"scan_id":"019c8ee1-d210-7000-8000-000000000012","station":"main-1","seq":8,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000008-3","title":"The Mushroom at the End of the World","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:01:30Z"}');
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
INSERT INTO "scan" VALUES(33,2,15,'019c89bc-9b08-7000-8000-000000000021','main','30000000000129','typed',1771837365000,1771837365000,12,9,'accepted','T1','{"v":1,"scan_id":"019c89bc-9b08-7000-8000-000000000021","station":"main-1","seq":15,"outcome":"accepted","rule":"T1","tone":"ok","message":"Hold shelf A2. Hold until 5 March.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"ON_HOLD_SHELF","destination":null,"alert_type":"01","slips":[{"v":1,"kind":"hold","lines":["Hold shelf A2","until 5 March","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-23T09:02:45Z"}');
INSERT INTO "scan" VALUES(34,2,16,'019c8ee3-0a90-7000-8000-000000000022','main',NULL,'typed',1771923770000,1771923770000,NULL,NULL,'accepted','patron.open','{"v":1,"scan_id":"019c8ee3-0a90-7000-8000-000000000022","station":"main-1","seq":16,"outcome":"accepted","rule":"patron.open","tone":"info","message":"Otter 7: 1 ready on shelf A2.","again":false,"request_id":null,"title":null,"state":null,"destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:50Z"}');
INSERT INTO "scan" VALUES(35,2,17,'019c8ee3-1e18-7000-8000-000000000023','main','30000000000129','typed',1771923775000,1771923775000,12,9,'accepted','H2','{"v":1,"scan_id":"019c8ee3-1e18-7000-8000-000000000023","station":"main-1","seq":17,"outcome":"accepted","rule":"H2","tone":"ok","message":"Checked out. Due 24 March.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CHECKED_OUT","destination":null,"alert_type":"99","slips":[],"decided_at":"2026-02-24T09:02:55Z"}');
INSERT INTO "scan" VALUES(36,2,18,'019c9409-8da0-7000-8000-000000000024','main','30000000000129','typed',1772010180000,1772010180000,12,9,'accepted','C2','{"v":1,"scan_id":"019c9409-8da0-7000-8000-000000000024","station":"main-1","seq":18,"outcome":"accepted","rule":"C2","tone":"route","message":"Returned. Send to resource sharing.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"IN_TRANSIT_TO_RS","destination":"resource-sharing","alert_type":"04","slips":[{"v":1,"kind":"transit","lines":["Send to resource sharing","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-25T09:03:00Z"}');
INSERT INTO "scan" VALUES(37,1,19,'019c992f-fd28-7000-8000-000000000025','rs','30000000000129','typed',1772096585000,1772096585000,12,9,'accepted','B1','{"v":1,"scan_id":"019c992f-fd28-7000-8000-000000000025","station":"rs-1","seq":19,"outcome":"accepted","rule":"B1","tone":"ok","message":"Done. Ship back to Burlington Public Library by 2 May.","again":false,"request_id":"ILL-000012-5","title":"Sand Talk","state":"CLOSED","destination":"bpl","alert_type":"03","slips":[{"v":1,"kind":"return","lines":["Ship back to Burlington Public Library","by 2 May","Sand Talk"],"barcode":"30000000000129"}],"decided_at":"2026-02-26T09:03:05Z"}');
CREATE TABLE setting_change (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	path TEXT NOT NULL, 
	value TEXT, 
	was TEXT, 
	set_at BIGINT NOT NULL, 
	set_by TEXT NOT NULL
);
CREATE TABLE sign_in (
	id TEXT NOT NULL, 
	account INTEGER, 
	desk TEXT, 
	begun_at BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(account) REFERENCES account ("key"), 
	FOREIGN KEY(desk) REFERENCES desk (code)
)
 WITHOUT ROWID

;
CREATE TABLE station (
	name TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	settings_version INTEGER NOT NULL, 
	online BOOLEAN NOT NULL, 
	state TEXT, 
	born_at BIGINT, 
	seen_at BIGINT, clock_offset_ms BIGINT, 
	PRIMARY KEY (name), 
	FOREIGN KEY(desk) REFERENCES desk (code)
);
INSERT INTO "station" VALUES('rs-1','rs',1,0,NULL,NULL,NULL,NULL);
INSERT INTO "station" VALUES('main-1','main',1,0,NULL,NULL,NULL,NULL);
INSERT INTO "station" VALUES('east-1','east',1,0,NULL,NULL,NULL,NULL);
INSERT INTO "station" VALUES('joint-1','joint',1,0,NULL,NULL,NULL,NULL);
INSERT INTO "station" VALUES('terminal','joint',1,0,NULL,NULL,NULL,NULL);
CREATE TABLE station_context (
	station TEXT NOT NULL, 
	stream INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	session_patron INTEGER, 
	session_until BIGINT, 
	request INTEGER, 
	request_until BIGINT, 
	item TEXT, 
	item_until BIGINT, 
	asked TEXT, 
	command TEXT, 
	command_until BIGINT, 
	command_item TEXT, 
	last_barcode TEXT, 
	last_scanned_at BIGINT, 
	last_boot TEXT, 
	last_scan_id TEXT, 
	undo TEXT, 
	PRIMARY KEY (station, stream)
)
 WITHOUT ROWID

;
INSERT INTO "station_context" VALUES('main-1',2,1772010180000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'30000000000129',1772010180000,NULL,'019c9409-8da0-7000-8000-000000000024','[1772010180000,"019c9409-8da0-7000-8000-000000000024","C2",12,[9,12,1,"30000000000129","CHECKED_OUT",1771750960000,1771923775000,1772755199000,"A2",1,1774396799000,1771923775000,"main-1",true,null,5,null,0],[],9,6]');
INSERT INTO "station_context" VALUES('rs-1',1,1772096585000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'30000000000129',1772096585000,NULL,'019c992f-fd28-7000-8000-000000000025','[1772096585000,"019c992f-fd28-7000-8000-000000000025","B1",12,[9,12,1,"30000000000129","IN_TRANSIT_TO_RS",1771750960000,1772010180000,1772755199000,"A2",1,1774396799000,1771923775000,"main-1",true,null,6,null,0],[],9,7]');
CREATE TABLE station_settings (
	station TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	setup TEXT NOT NULL, 
	set_at BIGINT NOT NULL, 
	set_by TEXT NOT NULL, 
	PRIMARY KEY (station, version), 
	FOREIGN KEY(station) REFERENCES station (name)
)
 WITHOUT ROWID

;
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
CREATE TABLE tally (
	measure TEXT NOT NULL, 
	grain TEXT NOT NULL, 
	day TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	partner TEXT NOT NULL, 
	bucket INTEGER NOT NULL, 
	count BIGINT NOT NULL, 
	total BIGINT NOT NULL, 
	PRIMARY KEY (measure, grain, day, desk, partner, bucket)
)
 WITHOUT ROWID

;
CREATE TABLE time_mark (
	kind TEXT NOT NULL, 
	subject INTEGER NOT NULL, 
	occasion BIGINT NOT NULL, 
	PRIMARY KEY (kind, subject, occasion)
)
 WITHOUT ROWID

;
CREATE INDEX exception_barcode ON exception (barcode) WHERE cleared_at IS NULL;
CREATE INDEX exception_open ON exception (opened_at) WHERE cleared_at IS NULL;
CREATE INDEX request_active ON request (state, "key") WHERE state <> 'CLOSED';
CREATE INDEX notice_waiting ON notice (not_before) WHERE state = 'queued';
CREATE INDEX request_to_forget ON request (closed_at) WHERE closed_at IS NOT NULL AND requester IS NOT NULL;
CREATE INDEX exception_request ON exception (request) WHERE cleared_at IS NULL;
CREATE INDEX exception_note ON exception (request) WHERE note IS NOT NULL;
CREATE INDEX exception_cleared_scan ON exception (cleared_scan) WHERE cleared_scan IS NOT NULL;
CREATE INDEX history_request ON history (request);
CREATE INDEX history_note ON history (request) WHERE note IS NOT NULL;
CREATE UNIQUE INDEX item_open_barcode ON item (barcode) WHERE closed_at IS NULL;
CREATE INDEX item_request ON item (request);
CREATE INDEX item_closed_barcode ON item (barcode) WHERE closed_at IS NOT NULL;
CREATE INDEX poison_topic ON poison (topic);
CREATE INDEX request_requester ON request (requester) WHERE closed_at IS NULL;
CREATE INDEX sign_in_account ON sign_in (account);
CREATE INDEX notice_together ON notice (patron, desk, type) WHERE state = 'queued';
CREATE INDEX request_partner ON request (partner, "key");
CREATE INDEX request_source ON request (source, "key");
CREATE INDEX notice_failed ON notice ("key") WHERE state = 'failed';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('item',9);
INSERT INTO "sqlite_sequence" VALUES('patron',5);
INSERT INTO "sqlite_sequence" VALUES('history',63);
INSERT INTO "sqlite_sequence" VALUES('event',76);
COMMIT;
