"""What leaves the hub. ``to_desk`` answers stations, ``to_dashboards`` tells what happened, ``to_patron`` tells the patron:
it waits for the grace to pass, ``ready`` says what leaves then and by which of the ``channels``, ``backoff`` when to try again, ``pace``
how many a domain takes. ``mail`` settles where letters go, ``smtp`` and ``maildir`` take them there; ``webhook`` and ``by_apprise`` are
other ways. ``to_staff`` writes to desks and partners, ``try_letter`` shows samples.
"""
