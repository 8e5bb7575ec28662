"""The guest of the lab: ``build`` makes it from Debian packages, ``init.sh`` is its first process, ``inside`` answers the tests in it."""
