"""What was measured, as Markdown for people and as plain values for tests."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.timing import Ratio

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


@dataclass(frozen=True, slots=True)
class Promise:
    """A number that issue and design hold us to: at most, or at least, `limit`."""

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the measurement keeps the promise."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}, {'kept' if self.kept else '**missed**'}"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report: numbers stand right, and a row may carry a promise."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    promises: Sequence[Promise] = ()
    note: str = ""

    def markdown(self) -> str:
        """The section as Markdown."""
        rule = ["---", *["---:"] * (len(self.header) - 1)]
        lines = ["| " + " | ".join(cells) + " |" for cells in (self.header, rule, *self.rows)]
        return "\n".join([f"### {self.title}", "", *([self.note, ""] if self.note else []), *lines, ""])


def milliseconds(seconds: float) -> str:
    """CPU milliseconds, to three digits or so."""
    return f"{seconds * 1e3:.3f}" if seconds < 0.001 else f"{seconds * 1e3:.2f}"


def microseconds(seconds: float) -> str:
    """CPU microseconds."""
    return f"{seconds * 1e6:,.1f}" if seconds < 100e-6 else f"{seconds * 1e6:,.0f}"


def times(ratio: Ratio) -> str:
    """A ratio with the middle half of its rounds."""
    return f"{ratio.median:.2f}x ({ratio.lower:.2f}-{ratio.upper:.2f})"


def machine() -> str:
    """Where it was measured. No date: the numbers are as old as the commit they are in."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def markdown(sections: Iterable[Section], command: str) -> str:
    """The whole report."""
    head = f"`{command}` on {machine()}. CPU time, medians; in brackets the middle half of the rounds.\n"
    return "\n".join([head, *(section.markdown() for section in sections)])


def plain(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Every promise, for a program."""
    return [
        {"name": promise.name, "value": promise.value, "limit": promise.limit, "kept": promise.kept}
        for section in sections
        for promise in section.promises
    ]


def put_into(page: Path, report: str) -> None:
    """Replace what stands between the markers of a page; raises ValueError where it has none."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for the report")
    page.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}", encoding="utf-8")
