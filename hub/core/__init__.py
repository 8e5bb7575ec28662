"""What a scan means; no I/O, no clock, no ids of its own.

In the order a scan meets them: ``barcode`` (what kind of barcode this is), ``context`` (what the station was just
told), ``desk`` (which desk it stands at), ``request`` (the book and its request), ``lifecycle`` (THE table), ``decide``
(what follows), ``calendar`` (until when), ``words`` (what the desk is told), ``slips`` (what it prints), ``notices``
(what the patron is told). Beside the way: ``picture`` and ``drawing`` (the table and its diagram for docs/lifecycle.md).
"""
