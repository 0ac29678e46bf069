"""Papers as PDF: a page, or a card of the size of a bank card to cut out of one. Drawn when asked for only."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.codes.paper import words
from chalicelib.codes.paper.issue import Print
from chalicelib.codes.paper.sheet import Sheet

CARD_WIDTH, CARD_HEIGHT = 85.6, 54.0
"""ID-1 of ISO/IEC 7810, as wallets have it."""

GREY = 90


def document(printed: Print, form: str, *, specimen: bool) -> bytes:
    """A paper as a PDF file of one A4 page; raises KeyError for a form nobody draws."""
    sheet = Sheet(printed.paper.issued_at)
    FORMS[form](sheet, printed, specimen)
    return sheet.pdf()


def _page(sheet: Sheet, printed: Print, specimen: bool) -> None:
    """A page: who, until when and which number beside the symbol, below it what to know."""
    chinese, english = words.TITLE
    sheet.line(20, 22, chinese, 26, width=110)
    sheet.line(20, 34, english, 14, width=110, grey=GREY)
    if specimen:
        _specimen(sheet, 130, 24, 60)
    sheet.bar(20, 44, 170, 0.4, GREY)
    sheet.symbol(14.3, 46.3, 78.7, printed.text)
    top = 54.0
    for label, value in _facts(printed):
        sheet.line(100, top, "  ".join(label), 10, width=90, grey=GREY)
        sheet.line(100, top + 5, value, 20, width=90)
        top += 18
    sheet.bar(20, 128, 170, 0.4, GREY)
    top = 134.0
    for section in (words.PURPOSE, words.LOSS, words.CARE):
        for heading, text in section:
            sheet.line(20, top, heading, 11, width=40, grey=GREY)
            top = sheet.paragraph(60, top - 0.8, text, 11, width=130) + 2
        top += 5


def _card(sheet: Sheet, printed: Print, specimen: bool) -> None:
    """A card to cut out and fold: the symbol on one side, what to know on the other."""
    left, top = (210 - CARD_WIDTH) / 2, 40.0
    for number, (cut, scale) in enumerate(zip(words.CUT, words.SCALE, strict=True)):
        sheet.line(left, top - 11 + 4 * number, f"{cut} · {scale}", 8, width=CARD_WIDTH, grey=GREY)
    sheet.frame(left, top, CARD_WIDTH, 2 * CARD_HEIGHT)
    sheet.fold(left, top + CARD_HEIGHT, CARD_WIDTH)
    _front(sheet, left, top, printed, specimen)
    _back(sheet, left + 5, top + CARD_HEIGHT + 4)


def _front(sheet: Sheet, left: float, top: float, printed: Print, specimen: bool) -> None:
    """The side that is shown."""
    chinese, english = words.TITLE
    beside, width = left + 51, CARD_WIDTH - 54
    sheet.symbol(left + 1, top + 2, 50, printed.text)
    sheet.line(beside, top + 5, chinese, 11, width=width)
    sheet.line(beside, top + 10, english, 7, width=width, grey=GREY)
    below = top + 15.5
    for label, value in _facts(printed):
        sheet.line(beside, below, " ".join(label), 6, width=width, grey=GREY)
        sheet.line(beside, below + 2.7, value, 10, width=width)
        below += 8.8
    if specimen:
        _specimen(sheet, beside, top + 44, width - 2)


def _back(sheet: Sheet, left: float, top: float) -> None:
    """The side that is read."""
    for section in (words.PURPOSE, words.LOSS):
        for heading, text in section:
            sheet.line(left, top, heading, 6, width=CARD_WIDTH - 10, grey=GREY)
            top = sheet.paragraph(left, top + 2.6, text, 6.8, width=CARD_WIDTH - 10) + 0.8
        top += 1


def _specimen(sheet: Sheet, x: float, y: float, width: float) -> None:
    """The mark of a city that is only shown."""
    height = width / 6
    sheet.bar(x, y, width, height, 40)
    sheet.line(x + width * 0.1, y + height * 0.2, words.SPECIMEN, height * 1.75, width=width * 0.8, grey=255)


def _facts(printed: Print) -> list[tuple[tuple[str, str], str]]:
    """What stands beside the symbol."""
    return [
        (words.NAME, printed.masked_name),
        (words.VALID_UNTIL, words.printed_time(printed.paper.expires_at)),
        (words.NUMBER, printed.paper.paper_id),
    ]


FORMS: dict[str, Callable[[Sheet, Print, bool], None]] = {"a4": _page, "card": _card}
