"""What a scan means, and what happens without one; no I/O, no clock, no ids of its own.

In the order a scan meets them: ``streams`` (the next one, a repeat or a gap), ``barcode`` (what kind of barcode this is), ``context``
(what the station was just told), ``desk`` (which desk it stands at), ``request`` (the book and its request), ``seen`` (what goes into a
decision, and all that comes out), ``decide_slip`` and ``decide_command`` (slips, cards, and commands that do not wait), ``lifecycle``
(THE table), ``commands`` (the table of what waits for its item), ``decide`` (the row that fits, and what follows), ``holds`` and
``loans`` (when they begin and can be longer), ``calendar`` and ``opening`` (until when), ``say`` and ``words`` (what the desk is told),
``slips`` (what it prints), ``notices`` and ``telling`` (what the patron is told, and when).

Without a scan: ``acts`` (the table of what staff and time do), ``decide_act`` (what follows).
Beside the way: ``picture`` and ``drawing`` (the ways between the states, and how they are drawn), ``explained`` and ``page`` (what
the names mean, and docs/lifecycle.md), ``tally`` (what reports count), ``patron_list`` (patrons as others export them),
``wording`` (the words by which a request is found), ``accounts`` (who may what), ``leases`` (which of several hubs has which stations),
``quick_records`` (how records are made of which there are very many).
"""
