"""One line of hub.toml changes; everything else stays, the line before as a comment."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from hub.errors import ConfigError
from hub.move.switch import switch, switched

TODAY = date(2026, 11, 26)
ADDRESS = "postgresql://hub:p%40ss@db/holdshelf?sslmode=verify-full"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('site = "main"\n\n# the broker\n[mqtt]\nport = 1\n', f'site = "main"\ndatabase = "{ADDRESS}"\n\n# the broker\n[mqtt]\nport = 1\n'),
        (
            '# ours\ndatabase = "hub.db" # here\nsite = "main"\n[mqtt]\n',
            f'# ours\n# database = "hub.db" # here  # before the move of 2026-11-26\ndatabase = "{ADDRESS}"\nsite = "main"\n[mqtt]\n',
        ),
        ('[mqtt]\ndatabase = "x"\n', f'database = "{ADDRESS}"\n[mqtt]\ndatabase = "x"\n'),
        ("", f'database = "{ADDRESS}"\n'),
    ],
)
def test_the_line_is_changed_or_put_above_the_first_section(before: str, after: str) -> None:
    assert switched(before, ADDRESS, TODAY) == after


def test_a_file_of_which_more_would_change_is_left_alone(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    clever = 'library = """\ndatabase = 1\n"""\n"database" = "hub.db"\n'
    config.write_text(clever)
    with pytest.raises(ConfigError, match=r"All is moved, but .* write it yourself"):
        switch(config, ADDRESS, TODAY)
    assert config.read_text() == clever


def test_the_file_is_closed_to_others_afterwards_for_a_password_may_be_in_it(tmp_path: Path) -> None:
    config = tmp_path / "hub.toml"
    config.write_text('site = "main"\n')
    config.chmod(0o644)
    switch(config, ADDRESS, TODAY)
    assert tomllib.loads(config.read_text()) == {"site": "main", "database": ADDRESS}
    assert config.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["hub.toml"]
