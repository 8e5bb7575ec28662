"""HTTP for programs and the first page for people.

A request meets ``guard`` (token, size, headers), then ``api`` or ``pages``; ``inside`` is what every route has at hand,
``doors`` is all of the hub that can be seen from here. ``live`` feeds the page, ``api.events`` feeds programs, both as
``streams``. ``lists`` and ``tables`` give lists as JSON and CSV, ``problems`` says what went wrong, ``reference`` shows the API.
"""
