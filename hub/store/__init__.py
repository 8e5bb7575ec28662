"""What is kept, in one SQLite database.

``schema`` says what there is, ``migrations`` how it came about, ``database`` opens it, ``scan_path`` is the plain SQL a
scan runs through, ``events`` what happened in order, ``notices`` letters on their way, ``pages`` reads for people and programs.
"""
