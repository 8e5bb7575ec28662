"""The keyboard us, made by tools/make_layouts.py from xkeyboard-config 2.35.1."""

ALTGR = False
SHIFT_LOCK = False
LEVELS = (
    "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ <��",
    '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"~|ZXCVBNM<>? >��',
)
UNDER_CAPS = (
    "1234567890-=QWERTYUIOP[]ASDFGHJKL;'`\\ZXCVBNM,./ <��",
    '!@#$%^&*()_+qwertyuiop{}asdfghjkl:"~|zxcvbnm<>? >��',
)
DEAD: dict[str, tuple[str, str]] = {}
