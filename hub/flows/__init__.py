"""One function a thing that happens: read, decide, write, all in the one transaction its caller holds open.

``take_scan`` a barcode was read · ``take_station`` a station said hello or reported a fault · ``manage_requests`` staff
create, cancel, look up · ``keep_books`` desks, partners, patrons and stations ·
``import_patrons`` a list of them · ``keep_tally`` what reports count.
"""
