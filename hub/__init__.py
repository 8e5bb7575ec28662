"""The one place that knows every request.

In the order a scan meets them: ``inbox`` (message to commit to reply to acknowledgement), ``flows`` (one function a
happening), ``core`` (what it means), ``store`` (what is kept), ``outbox`` and ``senders`` (who hears of it), ``web``
(pages and HTTP). ``service`` wires them, ``up`` runs everything on one machine, ``cli`` is the command line (``where``
finds the hub that a command is about).
"""
