"""Files from other programs, read into values of ours: ``ical`` (closed days), and beside it ``repeats`` (rules of repetition)."""
