"""What is kept, in one database: a file of SQLite, or a server's.

``schema`` says what there is (made of ``columns``; staff in ``staff_tables``), ``migrations`` how it came about, ``database`` opens it,
``scan_path`` is the plain SQL a scan runs through. On a server it runs in batches: ``wanted`` says what will be needed,
``read_ahead`` reads it into a ``picture``, ``batch_store`` answers from that, ``write_together`` writes what came of it,
``write_behind`` lets through what was not foreseen.
``events`` is what happened in order, ``notices`` letters on their way, ``pages`` reads for people and programs.
"""
