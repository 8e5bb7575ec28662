"""The calibration card: a printed sheet of known barcodes, and what a scanner's settings must be by how it reads them.

``texts`` (what is on the card), ``words`` (what is said, in each language); the card: ``symbols`` (texts to bars), ``card`` (where
everything stands), ``sheet`` (PDF and SVG). What was heard: ``around`` (what a scanner puts around its barcodes), ``from_keys`` and
``from_bytes`` (raw traces to findings), ``progress`` (which bars are still to be scanned); ``proof`` (the findings, tried with the
station's own decoder), ``settings_text`` (one section of a settings file, the rest as it was). ``taps`` (open scanners),
``choosing`` (which one) and ``guiding`` (the conversation) touch the world. Nothing of this is loaded by a station that runs.
"""
