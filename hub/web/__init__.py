"""HTTP for programs (``api``), the first page for people (``pages``) and the live feed (``live``).

``doors`` is all they know of the hub.
"""
