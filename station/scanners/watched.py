"""All the keyboards that the settings name: opens them as they come, reads them, says what ended and which are there."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence

from station import layouts
from station.framing import Broken, Frame
from station.keymap import KeyDecoder
from station.scanners.event_device import Device, StaysInhibitedError
from station.scanners.keyboards import Keyboard, places
from station.scanners.open_keyboard import OpenKeyboard
from station.scanners.wire import Ended, Present, Said, Section, Typing, Warned
from station.words import Key, Saying

Find = Callable[[], list[Keyboard]]
Open = Callable[[str], Device]

_BY_ERRNO = {
    errno.EBUSY: Key.KEYBOARD_IN_USE,
    errno.EACCES: Key.KEYBOARD_FORBIDDEN,
    errno.EPERM: Key.KEYBOARD_FORBIDDEN,
}
_GONE = (errno.ENODEV, errno.ENOENT, errno.ENXIO)


class Watched:
    """``look`` when something may have been plugged in, ``serve`` when something may have been typed or ``due_ns`` has come."""

    def __init__(
        self, sections: Sequence[Section], tell: Callable[[Said], None], *, find: Find, open_device: Open, clock: Callable[[], int]
    ) -> None:
        self._sections = sections
        self._patterns = [each.match for each in sections]
        self._layouts = [layouts.load(each.layout) for each in sections]
        self._tell = tell
        self._find = find
        self._open = open_device
        self._clock = clock
        self._opened: list[dict[str, OpenKeyboard]] = [{} for _ in sections]
        """The open keyboards of each section, by node."""
        self._why_not: list[Saying | None] = [None for _ in sections]
        self._said: list[Present | None] = [None for _ in sections]

    @property
    def devices(self) -> list[Device]:
        """Give what is open."""
        return [each.device for opened in self._opened for each in opened.values()]

    @property
    def due_ns(self) -> int | None:
        """When ``serve`` has something to do without an event; None for never."""
        due = [each.due_ns for opened in self._opened for each in opened.values()]
        return min((each for each in due if each is not None), default=None)

    def look(self) -> None:
        """Open what is there and not open yet."""
        # First lose what is gone: what has its name now may be another one.
        self.serve()
        wanted: list[list[Keyboard]] = [[] for _ in self._sections]
        contested: dict[int, Saying] = {}
        for keyboard in self._find():
            found = places(self._patterns, keyboard)
            if len(found) > 1:
                contested |= {place: self._contested(place, found, keyboard) for place in found}
            elif found:
                wanted[found[0]].append(keyboard)
        for place in range(len(self._sections)):
            self._look_for(place, wanted[place], contested.get(place))
        self.serve()

    def serve(self) -> None:
        """Take what was typed, and say which scanners are there."""
        typing = False
        for place, opened in enumerate(self._opened):
            for node, each in list(opened.items()):
                try:
                    typing |= each.serve()
                except OSError as error:
                    self._lose(place, node, error)
        self._say()
        if typing:
            self._tell(Typing())

    def close(self) -> None:
        """Close everything."""
        for opened in self._opened:
            for each in opened.values():
                each.lose(self._warn)
            opened.clear()

    def _contested(self, place: int, found: list[int], keyboard: Keyboard) -> Saying:
        other = next(each for each in found if each != place)
        return Saying(Key.KEYBOARD_OF_TWO, {"match": self._patterns[place], "other": self._patterns[other], "path": keyboard.node})

    def _look_for(self, place: int, keyboards: list[Keyboard], contested: Saying | None) -> None:
        opened = self._opened[place]
        if contested:
            # To read one of several could be to read the wrong one.
            for node in list(opened):
                opened.pop(node).lose(self._warn)
            self._why_not[place] = contested
            return
        for keyboard in keyboards:
            if keyboard.node in opened:
                self._watch_over(place, keyboard.node)
            else:
                self._try_to_open(place, keyboard)
        was = self._why_not[place]
        if not keyboards and not opened and (was is None or was.key is not Key.KEYBOARD_UNPLUGGED):
            # What was unplugged stays "unplugged": that it is now "not there" is no news.
            self._why_not[place] = Saying(Key.KEYBOARD_MISSING, {"match": self._patterns[place]})

    def _try_to_open(self, place: int, keyboard: Keyboard) -> None:
        section = self._sections[place]

        def found(t_ns: int, what: Frame | Broken) -> None:
            self._tell(Ended(place, t_ns, what))

        try:
            device = self._open(keyboard.node)
        except OSError as error:
            self._note(place, keyboard.node, error)
            return
        keys = KeyDecoder(self._layouts[place], section.rules)
        self._opened[place][keyboard.node] = OpenKeyboard(keyboard, device, keys, found, self._clock)
        self._opened[place][keyboard.node].prepare(self._warn)

    def _watch_over(self, place: int, node: str) -> None:
        try:
            self._opened[place][node].watch_over()
        except OSError as error:
            self._lose(place, node, error)

    def _lose(self, place: int, node: str, error: OSError) -> None:
        self._opened[place].pop(node).lose(self._warn)
        self._note(place, node, error)

    def _warn(self, text: str) -> None:
        self._tell(Warned(text))

    def _note(self, place: int, node: str, error: OSError) -> None:
        if error.errno in _GONE:
            self._why_not[place] = Saying(Key.KEYBOARD_UNPLUGGED, {"match": self._patterns[place]})
            return
        inhibited = isinstance(error, StaysInhibitedError)
        key = Key.KEYBOARD_INHIBITED if inhibited else _BY_ERRNO.get(error.errno or 0, Key.KEYBOARD_UNUSABLE)
        fields = {"path": node} | ({"error": error.strerror or str(error)} if key is Key.KEYBOARD_UNUSABLE else {})
        self._why_not[place] = Saying(key, fields)

    def _say(self) -> None:
        for place, opened in enumerate(self._opened):
            ready = any(each.ready for each in opened.values())
            if not ready and opened:
                # It is being opened; what was said last holds until that worked or failed.
                continue
            now = Present(place, None if ready else self._why_not[place])
            if self._said[place] != now and (ready or now.why_not):
                self._said[place] = now
                self._tell(now)
