"""Backup and restore of a hub's data folder.

``manifest`` says what a backup holds, ``contents`` which files those are, ``take`` makes one while the hub runs, ``rotation`` keeps the
last few, ``opened`` reads and verifies one, ``restore`` puts it in place, ``numbers`` sees that no number is given twice,
``restored`` is what a restored folder knows of it.
"""
