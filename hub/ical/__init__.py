"""iCalendar files, read into values of ours: ``closed_days``, and beside it ``repeats`` (rules of repetition)."""
