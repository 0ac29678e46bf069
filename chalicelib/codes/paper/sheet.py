"""A page that papers are drawn on: text in an embedded font, the symbol as one path. Lengths in millimetres.

Noto Sans SC has every Hanzi of the basic block and of Extension A, and of the later ones those in the state's list of
standard characters. What it has not is drawn as 〓, the sign printers set for a missing type: never as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import fpdf
import pylopdf_fonts_zh_cn

from chalicelib.codes.paper.words import TITLE
from chalicelib.codes.picture import symbol

FAMILY = "noto"
MISSING = "〓"
MM_PER_POINT = 25.4 / 72
SMALLEST = 5.0
"""No text is set smaller than this, in points."""


class Sheet:
    """An A4 page. Its metadata says when the paper was issued, and nothing of whom it is for."""

    def __init__(self, issued_at: int, *, title: str = " ".join(TITLE)) -> None:
        self._pdf = pdf = fpdf.FPDF(unit="mm", format="A4")
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_auto_page_break(False)
        pdf.set_title(title)
        pdf.set_lang("zh-CN")
        pdf.set_producer("Yima")
        pdf.set_creation_date(datetime.fromtimestamp(issued_at, UTC))
        pdf.add_font(FAMILY, fname=pylopdf_fonts_zh_cn.sans_path())
        pdf.add_page()

    def line(self, x: float, y: float, text: str, size: float, *, width: float, grey: int = 0) -> None:
        """One line of text with its top at `y`: set smaller until it is no wider than `width`, then cut."""
        self._pdf.set_text_color(grey)
        fitted = self._fitted(self._drawable(text), size, width)
        self._pdf.text(x, y + 0.9 * size * MM_PER_POINT, fitted)

    def paragraph(self, x: float, y: float, text: str, size: float, *, width: float, grey: int = 0) -> float:
        """Text that breaks at `width`; answers where it ends."""
        self._pdf.set_text_color(grey)
        self._pdf.set_font(FAMILY, size=size)
        self._pdf.set_xy(x, y)
        self._pdf.multi_cell(width, 1.4 * size * MM_PER_POINT, self._drawable(text), align="L")
        return self._pdf.get_y()

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A dashed line to cut along."""
        with self._pdf.local_context(line_width=0.2, draw_color=128):
            self._pdf.set_dash_pattern(dash=1.5, gap=1.5)
            self._pdf.rect(x, y, width, height)
            self._pdf.set_dash_pattern()

    def fold(self, x: float, y: float, width: float) -> None:
        """A dotted line to fold along."""
        with self._pdf.local_context(line_width=0.2, draw_color=160):
            self._pdf.set_dash_pattern(dash=0.4, gap=1.2)
            self._pdf.line(x, y, x + width, y)
            self._pdf.set_dash_pattern()

    def bar(self, x: float, y: float, width: float, height: float, grey: int) -> None:
        """A filled bar."""
        self._pdf.set_fill_color(grey)
        self._pdf.rect(x, y, width, height, style="F")

    def symbol(self, x: float, y: float, side: float, text: str) -> None:
        """The symbol and its quiet zone in a square. One path, so that no renderer leaves hairlines between modules."""
        rows = symbol(text).get_matrix()
        module = side / len(rows)
        with self._pdf.new_path() as path:
            path.style.fill_color = "#000000"
            path.style.stroke_color = None
            for row, column, length in _runs(rows):
                path.rectangle(x + column * module, y + row * module, length * module, module)

    def pdf(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def _fitted(self, text: str, size: float, width: float) -> str:
        """Choose the largest size at which a line fits; the line, cut where none does."""
        while True:
            self._pdf.set_font(FAMILY, size=size)
            if self._pdf.get_string_width(text) <= width:
                return text
            if size > SMALLEST:
                size = max(SMALLEST, size - 0.5)
            else:
                text = text[:-2] + "…"

    def _drawable(self, text: str) -> str:
        """A text with the sign for a missing type where the font has no glyph. (Asked for one, the library would log
        which: a character of somebody's name.)"""
        glyphs: Any = self._pdf.fonts[FAMILY]
        return "".join(one if ord(one) in glyphs.cmap else MISSING for one in text)


def _runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """The dark stretches of a symbol: row, column, length."""
    for number, row in enumerate(rows):
        column = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                yield number, column, length
            column += length
