"""Papers as printed: rendered by an engine that is not ours, read by a reader that is not ours, and looked into."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from chalicelib.codes.paper import words
from chalicelib.codes.paper.document import document as draw
from chalicelib.codes.paper.issue import Print
from chalicelib.codes.paper.model import Paper
from chalicelib.codes.paper.routes import FORMS
from chalicelib.codes.paper.wire import DAY_S
from tests.world import NOON

DOTS_PER_POINT = 150 / 72
UPSTREAM = "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9"
"""SHA-256 of NotoSansSC-Regular.otf in notofonts/noto-cjk at f8d157532fbf, Sans/SubsetOTF/SC."""

every_form = pytest.mark.parametrize("form", FORMS)


VECTOR = json.loads((Path(__file__).parent / "vectors/specimen.json").read_text())
PAPER = Paper(3, 104857, VECTOR["key"]["kid"], NOON, NOON + 180 * DAY_S, "wish", "digest", NOON)
PRINTED = Print(PAPER, VECTOR["text"], "林*晴")
document = lru_cache(draw)
"""Drawing one takes longer than most tests."""


def opened(printed: Print, form: str, *, specimen: bool = True) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(document(printed, form, specimen=specimen))


def picture(printed: Print, form: str) -> Image.Image:
    """The page as a scanner of 150 dots per inch sees it."""
    rendered: Image.Image = opened(printed, form)[0].render(scale=DOTS_PER_POINT).to_pil()
    return rendered.convert("L")


def text(printed: Print, form: str, *, specimen: bool = True) -> str:
    found: str = opened(printed, form, specimen=specimen)[0].get_textpage().get_text_range()
    return found.replace("\r\n", "\n")


def unbroken(found: str) -> str:
    return "".join(found.split())


def symbols(page: Image.Image) -> list[str]:
    return [
        found.text
        for found in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]


CONDITIONS: dict[str, Any] = {
    "straight on": lambda page: page,
    "a little askew": lambda page: page.rotate(3, expand=True, fillcolor=255),
    "turned by 17 degrees": lambda page: page.rotate(17, expand=True, fillcolor=255),
    "upside down": lambda page: page.rotate(180),
    "a little blurred": lambda page: page.filter(ImageFilter.GaussianBlur(1.0)),
    "faded ink": lambda page: ImageEnhance.Contrast(page).enhance(0.4),
    "shrunk by a printer to nine tenths": lambda page: page.resize((int(page.width * 0.9), int(page.height * 0.9))),
    "askew, blurred and faded": lambda page: ImageEnhance.Contrast(
        page.rotate(7, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    ).enhance(0.5),
}


@every_form
@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_symbol_is_read_back_at_150_dpi(form: str, condition: str) -> None:
    assert symbols(CONDITIONS[condition](picture(PRINTED, form))) == [PRINTED.text]


@every_form
def test_the_paper_says_who_until_when_and_which_in_both_languages(form: str) -> None:
    found = text(PRINTED, form)
    for part in (*words.TITLE, PRINTED.masked_name, "2027-03-20 22:13", PRINTED.paper.paper_id):
        assert part in found
    for section in (words.PURPOSE, words.LOSS):
        for heading, sentence in section:
            assert unbroken(heading) in unbroken(found)
            assert unbroken(sentence) in unbroken(found)


@every_form
def test_no_line_begins_with_punctuation(form: str) -> None:
    assert not [line for line in text(PRINTED, form).splitlines() if line[:1] in "，。；：、！？”）"]


@every_form
def test_only_a_specimen_is_marked_as_one(form: str) -> None:
    assert words.SPECIMEN in text(PRINTED, form)
    assert words.SPECIMEN not in text(PRINTED, form, specimen=False)


@every_form
def test_nothing_personal_is_in_the_file_but_the_masked_name(form: str) -> None:
    file = document(PRINTED, form, specimen=True)
    metadata = pypdfium2.PdfDocument(file).get_metadata_dict(skip_empty=True)
    assert metadata == {
        "Title": "一码 · 纸质码 Yima paper code",
        "Producer": "Yima",
        "CreationDate": "D:20260921141320Z",
    }
    assert VECTOR["holder"].encode() not in file
    assert "林晚晴" not in text(PRINTED, form)
    assert PRINTED.masked_name in text(PRINTED, form)


@every_form
def test_there_is_no_colour_on_paper(form: str) -> None:
    page = opened(PRINTED, form)[0].render(scale=1).to_pil().convert("RGB")
    assert all(red == green == blue for _, (red, green, blue) in page.getcolors(maxcolors=1 << 24))


@every_form
def test_the_file_is_small_and_the_same_each_time(form: str) -> None:
    file = document(PRINTED, form, specimen=True)
    assert len(file) < 200_000
    assert draw(PRINTED, form, specimen=True) == file


@every_form
def test_every_glyph_is_embedded(form: str) -> None:
    file = document(PRINTED, form, specimen=True)
    assert file.count(b"/Type /FontDescriptor") == 1
    assert b"/FontFile3" in file
    assert b"/BaseFont /Helvetica" not in file


RARE = {
    "of Extension A": "㛃*䶮",
    "of a state list of standard characters": "𬭎*𫍯",
    "with many strokes": "龘*齉",
    "in Latin letters": "É" + "*" * 20 + "ñ",
    "very long": "A" + "*" * 200 + "n",
}


@pytest.mark.parametrize("name", RARE.values(), ids=RARE)
def test_a_name_is_drawn_whole_as_far_as_it_fits(name: str) -> None:
    found = text(PRINTED._replace(masked_name=name), "card")
    assert name in found if len(name) < 40 else f"{name[:20]}" in found
    assert symbols(picture(PRINTED._replace(masked_name=name), "card")) == [PRINTED.text]


@pytest.mark.parametrize("name", ["𠮷*郎", "م*د", "李*\x07", "李*\n", "😀*", "*", ""])
def test_what_the_font_has_not_is_drawn_as_a_missing_type_and_told_to_no_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    found = text(PRINTED._replace(masked_name=name), "card")
    assert found.count("〓") == sum(character not in "*郎李" for character in name)
    assert not [record for record in caplog.records if any(one in record.getMessage() for one in name if one != "*")]


def test_the_font_is_the_one_that_was_published() -> None:
    assert hashlib.sha256(pylopdf_fonts_zh_cn.sans_path().read_bytes()).hexdigest() == UPSTREAM
