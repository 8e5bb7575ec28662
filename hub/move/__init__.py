"""A site moves from its SQLite file to a PostgreSQL server: ``holdshelf migrate --to postgresql://…``.

In the order of a move: ``source`` (the file, read in the order of its keys), ``fields`` (a row as the server takes it), ``target``
(what was moved, and what a killed move goes on from), ``numbers`` (where they go on), ``compare`` (every row of both sides, and the
history's chain), ``aside`` (rows the server does not take), ``switch`` (the line of hub.toml). ``move`` is the whole of it, ``told``
what a person reads.
"""
