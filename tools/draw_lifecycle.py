"""Write docs/lifecycle.md and docs/lifecycle.svg from the decision table: ``python -m tools.draw_lifecycle``."""

from __future__ import annotations

from pathlib import Path

from hub.core import picture

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main() -> None:
    """Write both files and name them."""
    for name, text in (("lifecycle.md", picture.page()), ("lifecycle.svg", picture.svg())):
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
