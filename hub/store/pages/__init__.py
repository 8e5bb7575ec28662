"""What people and programs read, a bounded number of rows at a time, by keys and indexes.

``reader`` gives the read-only connections · ``cursor`` marks where a list goes on · ``requests`` and ``history`` borrowing
requests · ``request_list`` the list as staff search it · ``pickers`` what a new one is made of · ``worklists`` what is to be done ·
``books`` desks, partners, patrons, stations · ``work`` exceptions, notices and what could not be read ·
``live`` what changed since a moment · ``desk_page`` what a desk's page shows and what is new there · ``stations_page`` how each station
is, ``station_settings`` what is set of one · ``wall`` the wall of a desk · ``accounts`` who may sign in, and who is signed in ·
``measures`` numbers for a monitoring system · ``reports`` counts of a range of days.
"""
