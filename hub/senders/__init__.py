"""What leaves the hub. ``to_desk`` answers stations, ``to_dashboards`` tells what happened, ``to_patron`` tells the patron:
it waits for the grace to pass, ``choosing`` says which letters leave then and by which of the ``channels``, ``ready`` is one of them,
``shared_write`` what they write, ``backoff`` when to try again, ``pace`` how many a domain takes. ``mail`` settles where letters go,
``smtp`` and ``maildir`` take them there; ``webhook`` and ``by_apprise`` are other ways. ``to_staff`` writes to desks and partners,
``try_letter`` shows samples.
"""
