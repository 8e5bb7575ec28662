"""The keyboard jp, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = False
SHIFT_LOCK = False
LEVELS = (
    "1234567890-^qwertyuiop@[asdfghjkl;:�]zxcvbnm,./ <\\\\",
    "!\"#$%&'()~=~QWERTYUIOP`{ASDFGHJKL+*�}ZXCVBNM<>? >_|",
)
UNDER_CAPS = (
    "1234567890-^QWERTYUIOP@[ASDFGHJKL;:�]ZXCVBNM,./ <\\\\",
    "!\"#$%&'()~=~qwertyuiop`{asdfghjkl+*�}zxcvbnm<>? >_|",
)
DEAD: dict[str, tuple[str, str]] = {}
