"""One function a thing that happens: read, decide, write, all in the one transaction its caller holds open.

``take_scan`` a barcode was read · ``take_station`` a station said hello or reported a fault · ``manage_requests`` staff
create, cancel, look up · ``keep_books`` desks, partners, patrons and stations ·
``act_on_request`` what staff and time do to one (``pass_time``, ``take_back``) · ``keep_accounts`` and ``keep_views`` staff and
their lists · ``set_station`` settings from afar, ``find_station`` a beep ·
``notices`` mail that came back · ``forget`` what is kept no longer ·
``import_patrons`` a list of them · ``keep_tally`` what reports count, ``count_past`` all of it at once.
"""
