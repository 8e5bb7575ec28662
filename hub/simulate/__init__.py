"""A day played on real parts, and checked against what was scanned.

``plan`` every book's life, ``house`` what it is played on, ``station`` one desk with its pseudo-terminal, ``people`` who acts,
``tally`` what it came to, ``day`` from the options to the summary.
"""
