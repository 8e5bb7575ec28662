"""The guest of the lab: ``build`` makes it from Debian packages, ``init.sh`` is its first process, ``inside`` is what answers the tests in it."""
