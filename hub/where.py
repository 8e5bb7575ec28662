"""Which hub a command is about: --config names the settings file, --data the folder it lies in, else they are looked for here."""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.data_folder import DataFolder
from hub.errors import ConfigError

HUB_TOML = "hub.toml"
DATA = Path("data")
HERE = (Path(HUB_TOML), DATA / HUB_TOML)
"""Where a person stands: in a data folder, or beside the one that ``up`` made."""


def settings_file(options: argparse.Namespace) -> Path:
    """Give the settings file, whole; ConfigError says how to name it where none is found."""
    if (named := _named(options)) is not None:
        return named.resolve()
    for path in HERE:
        if path.exists():
            return path.resolve()
    raise ConfigError(
        f"There is no {HERE[0]} here and no {HERE[1]}. Name the data folder (--data DIR) or the settings file (--config FILE); "
        f'"holdshelf up" makes both.'
    )


def data_folder(options: argparse.Namespace) -> DataFolder:
    """Give the folder of the settings file; ``data`` where there is none yet."""
    named = _named(options) or next((path for path in HERE if path.exists()), HERE[1])
    return DataFolder(named.parent, named.name)


def _named(options: argparse.Namespace) -> Path | None:
    config: Path | None = options.config
    data: Path | None = options.data
    return config if config is not None else data / HUB_TOML if data is not None else None
