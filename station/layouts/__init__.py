"""The keyboards a scanner can be set to, a module each; only the chosen one is loaded (D8).

``layout`` says what a keyboard is; the other modules are tables, written by tools/make_layouts.py.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType

from station.layouts.layout import CapsKind, Dead, Layout

__all__ = ["DEFAULT", "TITLES", "CapsKind", "Dead", "Layout", "UnknownLayoutError", "load", "names"]

DEFAULT = "us"

TITLES = MappingProxyType(
    {
        "at": "German (Austria)",
        "be": "Belgian",
        "br": "Portuguese (Brazil)",
        "ca": "French (Canada)",
        "ch": "German (Switzerland)",
        "ch_fr": "French (Switzerland)",
        "cz": "Czech",
        "de": "German",
        "dk": "Danish",
        "ee": "Estonian",
        "es": "Spanish",
        "fi": "Finnish",
        "fr": "French",
        "gb": "English (UK)",
        "hr": "Croatian",
        "hu": "Hungarian",
        "ie": "Irish",
        "is": "Icelandic",
        "it": "Italian",
        "jp": "Japanese",
        "latam": "Spanish (Latin America)",
        "nl": "Dutch",
        "no": "Norwegian",
        "pl": "Polish",
        "pt": "Portuguese",
        "ro": "Romanian",
        "se": "Swedish",
        "si": "Slovenian",
        "sk": "Slovak",
        "tr": "Turkish",
        "us": "English (US)",
        "us_intl": "English (US, international, with dead keys)",
    }
)
"""What each keyboard is called, for people who choose one."""


class UnknownLayoutError(ValueError):
    """No keyboard has this name; the text names those it may have meant."""

    def __init__(self, name: str) -> None:
        near = near_names(name)
        super().__init__(f"there is no keyboard layout {name!r}; {'did you mean' if near else 'there are'} {', '.join(near or names())}")


def names() -> tuple[str, ...]:
    """Give the names of all keyboards, in alphabetical order."""
    return tuple(TITLES)


def near_names(name: str) -> list[str]:
    """Give the names that look like this one, or whose title does; best first, none at all for pure guesswork."""
    wanted = name.strip().lower().replace("-", "_")
    by_name = get_close_matches(wanted, names(), cutoff=0.5)
    by_title = [each for each, title in TITLES.items() if len(wanted) > 1 and (wanted in title.lower() or title.lower() in wanted)]
    return list(dict.fromkeys([*by_title, *by_name]))


def load(name: str) -> Layout:
    """Give the keyboard of this name; UnknownLayoutError names those that are like it."""
    if name not in TITLES:
        raise UnknownLayoutError(name)
    table = import_module(f"station.layouts.{name}")
    dead = {sign: Dead(bare, dict(zip(pairs[::2], pairs[1::2], strict=True))) for sign, (bare, pairs) in table.DEAD.items()}
    return Layout(name, table.ALTGR, "shift" if table.SHIFT_LOCK else "letters", table.LEVELS, table.UNDER_CAPS, dead)
