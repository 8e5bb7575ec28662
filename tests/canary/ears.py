"""What hears everything that leaves a program: its log, its errors, its topics, its addresses and its numbers.

It is put into the process of the tests, and into each Python program they start by a line beside its packages (``watch.py``). It imports
nothing of ours and changes nothing: it waits until a module is there, and listens at one function of it. What it hears is a line of JSON
in the folder that the environment names: what kind, where it was heard, the text.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

FOLDER = "HOLDSHELF_CANARY"
"""The variable that names the folder; without it nobody listens."""
KINDS = ("log", "error", "topic", "asked", "answered", "link", "metric", "command")
LINK = re.compile(
    r"""\s(?:href|action|formaction|src|hx-(?:get|post|put|delete|push-url|replace-url|vals))\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE
)
NEXT = re.compile(r'"(?:next|cursor)"\s*:\s*"([^"]+)"')
ANSWERS = (b"location", b"content-location", b"hx-redirect", b"hx-location", b"hx-push-url", b"hx-replace-url", b"link", b"refresh")
OTHERS = frozenset({"httpx", "httpcore", "hypothesis", "mail", "asyncio", "schemathesis", "faker", "harfile"})
"""Loggers of what only tests use; asyncio's names what a test's own loop does."""
MOST_KNOWN = 200_000


_OWN = frozenset(vars(logging.makeLogRecord({})))
"""What every record has."""


class Notebook:
    """What this process has heard, each text once."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._file: int | None = None
        self._of = 0

    def note(self, kind: str, text: str, where: str = "") -> None:
        """Write down what was heard; a child by fork has a file of its own."""
        folder = os.environ.get(FOLDER)
        named = hash((kind, text))
        if folder is None or (named in self._known and self._of == os.getpid()):
            return
        if self._file is None or self._of != os.getpid():
            self._of = os.getpid()
            self._known.clear()
            path = os.path.join(folder, f"{self._of}-{os.urandom(4).hex()}.jsonl")
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if len(self._known) < MOST_KNOWN:
            self._known.add(named)
        told = [kind, where or os.environ.get("PYTEST_CURRENT_TEST", ""), text]
        # Where a test lets no file grow, it is not this one that stops a program.
        with suppress(OSError):
            os.write(self._file, (json.dumps(told) + "\n").encode("utf-8", "surrogatepass"))


book = Notebook()
note = book.note


# -- what is listened to


def _logging() -> None:
    """Hear every record, in the line our own programs write of it."""
    handle = logging.Logger.handle

    @functools.wraps(handle)
    def heard(self: logging.Logger, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in OTHERS:
            note("log", _line(record))
        handle(self, record)

    logging.Logger.handle = heard  # type: ignore[method-assign]


def _line(record: logging.LogRecord) -> str:
    lines = sys.modules.get("broker.log_lines")
    if lines is None:
        fields = {name: value for name, value in vars(record).items() if name not in _OWN}
        return f"{record.levelname} {record.name} {record.getMessage()} {fields}"
    told: str = lines.JsonLines().format(record)
    return told


def _errors() -> None:
    """Hear what a program writes to standard error."""
    if sys.stderr is None:
        return
    write = sys.stderr.write

    def heard(text: str) -> int:
        if text.strip():
            note("error", text)
        return write(text)

    sys.stderr.write = heard  # type: ignore[method-assign]


def _packets(module: ModuleType) -> None:
    """Hear each message that one of our sessions publishes."""
    publish = module.publish

    @functools.wraps(publish)
    def heard(topic: str, mid: int, payload: bytes, **more: Any) -> bytes:
        _topic(topic, payload)
        made: bytes = publish(topic, mid, payload, **more)
        return made

    module.publish = heard  # type: ignore[attr-defined]


def _paho(module: ModuleType) -> None:
    """Hear the last wills, and what other programs on paho publish."""
    for name in ("will_set", "publish"):
        _before(module.Client, name, lambda self, topic, payload=None, *_, **__: _topic(topic, payload))


def _memory_broker(module: ModuleType) -> None:
    """Hear what is published in memory."""
    _before(module.MemoryBroker, "spread", lambda self, topic, payload, **_: _topic(topic, payload))


def _topic(topic: str, payload: object) -> None:
    text = payload.decode(errors="replace") if isinstance(payload, bytes | bytearray) else str(payload)
    note("topic", f"{topic} {text}")


def _web(module: ModuleType) -> None:
    """Hear what is asked of a web application, and the addresses and numbers in its answers."""
    ask = module.FastAPI.__call__

    @functools.wraps(ask)
    async def heard(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await ask(self, scope, receive, send)
            return
        path = scope.get("raw_path") or scope["path"].encode()
        note("asked", f"{path.decode(errors='replace')}?{scope.get('query_string', b'').decode(errors='replace')}")
        ear = _Answer(scope["path"], send)
        await ask(self, scope, receive, ear.send)
        ear.end()

    module.FastAPI.__call__ = heard


class _Answer:
    """One answer as it goes out."""

    def __init__(self, path: str, send: Callable[[Any], Any]) -> None:
        self._path, self._on = path, send
        self._kind = ""
        self._parts: list[bytes] = []

    async def send(self, told: Any) -> None:
        if told["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in told.get("headers", ())]
            self._kind = next((value.decode() for name, value in headers if name == b"content-type"), "")
            for name, value in headers:
                if name in ANSWERS:
                    note("answered", f"{name.decode()}: {value.decode(errors='replace')}")
        elif told["type"] == "http.response.body" and self._kind.startswith(
            ("text/html", "text/event-stream", "application/json", "text/plain")
        ):
            self._parts.append(bytes(told.get("body", b"")))
            if "event-stream" in self._kind:
                self.end()
        await self._on(told)

    def end(self) -> None:
        text, self._parts = b"".join(self._parts).decode(errors="replace"), []
        if self._path.endswith("/metrics"):
            for line in text.splitlines():
                note("metric", line)
        elif self._kind.startswith("application/json"):
            for cursor in NEXT.findall(text):
                note("link", f"?cursor={cursor}")
        else:
            for link in LINK.findall(text):
                note("link", link[1:-1])


def _patrons(module: ModuleType) -> None:
    """Hear who the patrons are, so that it is known what must not be heard anywhere."""
    add, change = module.add_patron, module.change_patron

    @functools.wraps(add)
    def added(connection: Any, **facts: Any) -> int:
        _know(facts)
        key: int = add(connection, **facts)
        return key

    @functools.wraps(change)
    def changed(connection: Any, key: int, facts: Any) -> None:
        _know({name: getattr(facts, name) for name in ("card", "name", "email", "phone")})
        change(connection, key, facts)

    module.add_patron, module.change_patron = added, changed  # type: ignore[attr-defined]


def _know(facts: dict[str, Any]) -> None:
    for what in ("card", "name", "email", "phone"):
        if facts.get(what):
            note(f"patron {what}", str(facts[what]))


def _before(owner: Any, name: str, listen: Callable[..., None]) -> None:
    """Listen to the arguments of a method."""
    does = getattr(owner, name)

    @functools.wraps(does)
    def heard(*args: Any, **more: Any) -> Any:
        listen(*args, **more)
        return does(*args, **more)

    setattr(owner, name, heard)


# -- when a module is there

EARS: dict[str, Callable[[ModuleType], None]] = {
    "broker.packets": _packets,
    "broker.testing": _memory_broker,
    "paho.mqtt.client": _paho,
    "fastapi.applications": _web,
    "hub.flows.keep_books": _patrons,
}


class _Waits(MetaPathFinder):
    """Lets a module be loaded as ever, and then listens to it."""

    def find_spec(self, name: str, path: Iterable[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        ear = EARS.pop(name, None)
        if ear is None:
            return None
        spec = next((found for each in sys.meta_path if each is not self and (found := each.find_spec(name, path, target))), None)  # type: ignore[arg-type]
        if spec is not None and spec.loader is not None:
            _then(spec.loader, ear)
        return spec


def _then(loader: Loader, ear: Callable[[ModuleType], None]) -> None:
    load = loader.exec_module

    def loaded(module: ModuleType) -> None:
        load(module)
        ear(module)

    loader.exec_module = loaded  # type: ignore[method-assign]


def listen() -> None:
    """Listen from now on."""
    _logging()
    _errors()
    sys.meta_path.insert(0, _Waits())
    for name in [name for name in EARS if name in sys.modules]:
        EARS.pop(name)(sys.modules[name])
    note("command", " ".join(sys.orig_argv))


if __name__ == "ears" and not hasattr(sys, "canary_listens"):
    # The line beside the packages may be read twice: a folder of packages can have two names.
    sys.canary_listens = True  # type: ignore[attr-defined]
    listen()
