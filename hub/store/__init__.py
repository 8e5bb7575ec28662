"""What is kept, in one SQLite database.

``schema`` says what there is, ``migrations`` how it came about, ``database`` opens it, ``scan_path`` is the plain SQL a
scan runs through, ``desk_book`` holds desks, partners, patrons and stations, ``pages`` reads for people.
"""
