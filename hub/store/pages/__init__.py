"""What people and programs read, a bounded number of rows at a time, by keys and indexes.

``reader`` gives the read-only connections · ``cursor`` marks where a list goes on · ``requests`` and ``history`` borrowing
requests · ``books`` desks, partners, patrons, stations · ``work`` exceptions, notices and what could not be read ·
``live`` what changed since a moment · ``measures`` numbers for a monitoring system.
"""
