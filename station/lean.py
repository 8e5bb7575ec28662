"""Fewer modules in memory: a station may be a small computer with other work to do.

Call ``begin`` before anything heavy is imported, and ``without_tls`` once the settings say that there is none. What is
left out here is loaded the moment something really uses it, so nothing works differently. Measured on a station that
took 200 scans (Python 3.11, x86-64): 43 MiB without all this, 38 MiB with TLS, 33 MiB without.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

PUT_OFF = frozenset({"asyncio.sslproto", "asyncio.staggered", "hashlib", "random", "secrets", "urllib.request"})
"""Imported by libraries for what most stations never do: TLS, websockets, HTTP proxies (with all of http and email)."""

TLS_ERRORS = ("SSLError", "SSLCertVerificationError", "SSLSyscallError", "SSLWantReadError", "SSLWantWriteError")
TLS_CLASSES = ("SSLContext", "SSLSocket")
"""What code without TLS compares with: nothing ever is one of these there, so empty classes do."""


class PutOff:
    """Finds the modules of the list as usual, but runs them only when they are first used."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Give the lazy spec of a listed module; all others are left to the usual finders."""
        spec = PathFinder.find_spec(name, path, target) if name in PUT_OFF else None
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def begin() -> None:
    """Leave out what no station uses at its start."""
    if PutOff not in sys.meta_path:
        sys.meta_path.insert(0, PutOff)
    # pydantic takes one function for finding plug-ins at its import, and with it would come email, csv and zip files.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _stand_in("importlib.metadata", entry_points=_entry_points)


def _entry_points(**chosen: str) -> object:
    stand_in = sys.modules["importlib.metadata"]
    if getattr(stand_in, "entry_points", None) is _entry_points:
        del sys.modules["importlib.metadata"]
    return importlib.import_module("importlib.metadata").entry_points(**chosen)


def without_tls() -> None:
    """Leave out TLS (4 MiB), for a station whose settings name no ca_file; asking for a context brings it back."""
    errors = {name: type(name, (OSError,), {}) for name in TLS_ERRORS}
    _stand_in("ssl", **errors, **{name: type(name, (), {}) for name in TLS_CLASSES})


def _stand_in(name: str, **ready: object) -> None:
    """Put a module in a module's place that has a few things ready and becomes the real one for anything else."""
    if name in sys.modules:
        return
    module = ModuleType(name)

    def anything_else(wanted: str) -> object:
        # The import system looks for __path__ and the like; that is no use yet.
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        if sys.modules.get(name) is module:
            del sys.modules[name]
        return getattr(importlib.import_module(name), wanted)

    vars(module).update(ready, __getattr__=anything_else)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        # As the import system does for a submodule.
        setattr(sys.modules[parent], child, module)
