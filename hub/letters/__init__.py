"""Letters to patrons: a folder a language, one file a notice with its words and the lines it shows, and ``phrases`` all of them share.

``render`` chooses the language and pours the words into ``layout`` (subject, plain text, HTML); ``dates`` says a day, ``plain``
folds text for mail, ``written`` is the letter as bytes, ``hold_entry`` is for their calendar, ``samples`` to look at. ``digest`` is what
desks and partners get, ``returned`` reads mail that came back. A letter's words are plain text in every file; only the HTML layout
escapes, so none can be forgotten.
"""
