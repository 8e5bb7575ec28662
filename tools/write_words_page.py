"""Write docs/words.md from the words of all languages: every sentence by the key under which a site may say it in its own way."""

from __future__ import annotations

from pathlib import Path

from hub.core.words import LANGUAGES

PAGE = Path(__file__).parent.parent / "docs" / "words.md"
HEAD = """# Every sentence

Made from `hub/core/words` by `python tools/write_words_page.py`; a test holds this page against them. What a library wants to say in its
own way stands in `hub.toml`, under the language and the key; the names in braces are filled in, and no others can be:

```toml
[words.en]
"T1" = "Shelf {code}, until {date}."
```

Keys like `T1` are rows of [lifecycle.md](lifecycle.md), `no.ACT` is what staff are told when an act cannot be, `print.…` stands on slips.
"""


def page() -> str:
    """Give the page's text."""
    names = list(LANGUAGES)
    head = f"| key | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}"
    rows = [f"| `{key}` | {' | '.join(LANGUAGES[name].sentences[key] for name in names)} |" for key in LANGUAGES["en"].sentences]
    return "\n".join([HEAD, head, *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} written")
