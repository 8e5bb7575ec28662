"""Write docs/lifecycle.md and its two pictures from the tables: ``python -m tools.draw_lifecycle``."""

from __future__ import annotations

from pathlib import Path

from hub.core import page

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main() -> None:
    """Write all files and name them."""
    for name, text in page.files().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
