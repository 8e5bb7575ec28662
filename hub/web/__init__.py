"""HTTP for programs and pages for people.

A request meets ``guard`` (token, size, headers), then ``api`` or a page; ``app`` puts them together. ``inside`` is what every route has
at hand, ``doors`` is all of the hub that can be seen from here, ``problems`` says what went wrong.

Programs: ``api``; ``described`` and ``examples`` say what it does, ``reference`` draws that; ``lists`` and ``tables`` give lists as JSON
and CSV, ``metrics`` from ``measured`` numbers.

People: ``visitor`` says who asks and whether they may, by the ``session`` that a browser holds. ``entrance`` is the way in and out
(``signing_in`` looks at passwords, ``attempts`` counts them; ``openid`` is the way by an identity provider). ``shell`` is around every
page, ``words`` what pages say, ``templating`` fills their templates. The pages: ``pages`` the first one, ``desk``, ``stations``,
``wall``, ``users``, ``letters``; ``requests`` (asked as ``asked`` reads it), ``one_request`` with its ``time_line``, ``new_request``,
``receiving``, ``work`` the worklists; ``reports``; ``admin`` with its desks, partners and patrons (``imports`` takes lists of them in,
``import_jobs`` says how far each is), ``sheets`` to print. What ends in ``_shown`` puts what was read into words.
``apart`` is a process that makes what takes long, reports and long lists, beside the hub. ``settings_text`` makes settings into a text
and back. What happens is fed by ``streams``: as news (``live``, ``desk_live``, ``api.events``) or as the whole picture each time
(``pictures``).
"""
