"""The one place that knows every request.

In the order a scan meets them: ``inbox`` (message to commit to reply to acknowledgement; ``opened``, what is in a message), ``flows``
(one function a happening), ``core`` (what it means), ``store`` (what is kept), ``senders`` (who hears of it), ``web`` (pages and HTTP,
served by ``serving``). ``service`` wires them (``wiring`` makes settings into what they are given), ``up`` runs everything on one
machine, ``cli`` is the command line (``where`` finds the hub that a command is about).

Around them: ``watch`` (whether all is well, for health and metrics), ``several`` (this hub as one of those that share a server), ``clock``
(the passing of days), ``tallying`` (what reports count; ``past_counter``, a process for a long past),
``catch_up`` and ``backup`` (after a restore), ``move`` (a site from a file to a server), ``letters``, ``ical``,
``simulate``.

Accounts of staff: ``user_desk`` (the commands for them), ``passwords`` (what is kept of one), ``openid`` (an identity provider), ``secret``
(what only a browser or a link holds).
"""
