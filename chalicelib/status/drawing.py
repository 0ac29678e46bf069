"""Plain shapes and words of a picture in SVG, readable in light and in dark. Pure."""

from __future__ import annotations

from html import escape
from unicodedata import east_asian_width

STYLE = """
svg { color-scheme: light dark; --paper: #ffffff; --ink: #1f2933; --soft: #5f6b7a; --line: #dde3ea; --day: #f5f7fa;
  --green: #15803d; --on-green: #ffffff; --yellow: #f5c518; --on-yellow: #3d2f00; --red: #c0262d; --on-red: #ffffff; }
@media (prefers-color-scheme: dark) { svg { --paper: #12171e; --ink: #e6eaf0; --soft: #9aa7b6; --line: #2c3641;
  --day: #181f28; --green: #1b8a48; --red: #d13a41; } }
text { font: 13px system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; fill: var(--ink); }
.title { font-size: 20px; font-weight: 600; } .strong { font-weight: 600; }
.soft { fill: var(--soft); font-size: 12px; } .small { font-size: 11px; }
.paper { fill: var(--paper); } .day { fill: var(--day); } .line { stroke: var(--line); }
.now { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 2 3; }
.mark { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.green { fill: var(--green); } .yellow { fill: var(--yellow); } .red { fill: var(--red); }
text.on-green { fill: var(--on-green); } text.on-yellow { fill: var(--on-yellow); } text.on-red { fill: var(--on-red); }
"""


def text(x: float, y: float, words: str, kind: str = "", *, anchor: str = "start", lang: str = "en") -> str:
    """Words; `anchor` says which end of them stands at `x`."""
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {at} class="{kind}" lang="{lang}">{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str, *, radius: float = 0) -> str:
    """A rectangle."""
    at = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"'
    return f'<rect {at} rx="{radius:g}" class="{kind}"/>'


def upright(x: float, top: float, bottom: float, kind: str) -> str:
    """A line from top to bottom."""
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" class="{kind}"/>'


def mark(x: float, y: float) -> str:
    """Something happened here."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="mark"/>'


def width_of(words: str, size: float = 13) -> float:
    """About how wide words are: Chinese characters are as wide as they are high."""
    return sum(size if east_asian_width(one) in "WF" else size * 0.56 for one in words)


def picture(width: float, height: float, title: str, description: str, shapes: list[str]) -> str:
    """The whole picture; title and description are what is read aloud instead of it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'role="img" aria-labelledby="title description">'
    )
    said = f'<title id="title">{escape(title)}</title>\n<desc id="description">{escape(description)}</desc>'
    return "\n".join([head, said, f"<style>{STYLE}</style>", box(0, 0, width, height, "paper"), *shapes, "</svg>\n"])
