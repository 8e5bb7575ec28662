"""What leaves the hub. ``to_desk`` answers stations, ``to_dashboards`` tells what happened, ``to_patron`` tells the patron:
it waits for the grace to pass, ``backoff`` says when to try again, ``mail`` settles where letters go, ``smtp`` and
``maildir`` take them there.
"""
