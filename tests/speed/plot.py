"""A bar chart as SVG, in a few lines of our own: what matplotlib would bring for it is ten times the bench."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, log10

LEFT, WIDTH, ROW, BAR, TOP, PER_CHARACTER = 190, 560, 22, 14, 34, 7
COLOURS = {"hub": "#1b6ca8", "echo": "#8a8a8a"}
OTHER = "#c98b2b"


def bars(title: str, unit: str, values: Sequence[tuple[str, float]]) -> str:
    """Give a chart of one bar a name on a logarithmic scale, the value in figures behind it; what is 0 has no bar and says so."""
    shown = [value for _, value in values if value > 0]
    low, high = (_decade(min(shown), up=False), _decade(max(shown), up=True)) if shown else (0, 1)
    height = TOP + ROW * len(values) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 110}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="20" font-weight="bold">{escape(title)}, {escape(unit)}</text>',
    ]
    for number, (name, value) in enumerate(values):
        y = TOP + number * ROW
        length = WIDTH * (log10(value) - low) / (high - low) if value > 0 else 0
        said = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value else "none"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR}" fill="{COLOURS.get(name, OTHER)}"/>')
        parts.append(f'<text x="{LEFT + length + 6:.0f}" y="{y + 12}">{said}</text>')
    return "\n".join((*parts, "</svg>")) + "\n"


def _decade(value: float, *, up: bool) -> int:
    """Give the power of ten below or above a value; two never fall together."""
    exponent = ceil(log10(value))
    return exponent if up else exponent - 1
