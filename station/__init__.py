"""One desk: bytes in, journalled scans out, answers shown.

In the order a scan meets them: ``scanners`` (devices), ``framing``, ``stx`` and ``ssi`` (bytes to frames), ``layouts``,
``alt_code``, ``keyboard`` and ``keymap`` (keys to frames), ``aim``, ``check_digit`` and
``reading`` (frames to barcodes), ``taking`` (the one place a scan is taken), ``records`` and ``journal`` (on disk),
``go_back_n`` and ``uplink`` (what to send next), ``reply_watch``, ``hubs``, ``disk_room``, ``presence`` and ``condition`` (who answers,
what the station says of itself), ``desk``, ``screen``, ``json_screen`` and ``output`` (what the hub answered), ``signals`` (what makes
the scanner beep), ``words`` and ``reasons`` (what the station itself says, in each language), ``surroundings`` and ``feedback`` (what a
desk has beside its screen, each ``aside``: ``tones``, ``players`` and ``sounds``; ``lights``; ``slips`` with ``bars``, ``printing`` and
``printers``).
Settings from the hub, in the order they go: ``kept_settings`` (beside the journal), ``overlay`` (over the file's), ``trial`` (whether they
work), ``changing`` (one after the other), ``refit`` and ``scanner_set`` (the scanners that run).
``agent`` starts, watches and stops the parts; ``cli``, ``commands``, ``framers``, ``trying``, ``recording`` and ``replaying`` are the
command line, ``calibration`` the card that finds a scanner's settings, ``settings``, ``far_place`` and ``discovery`` what it reads.
"""
