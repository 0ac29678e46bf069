"""The symbol: version 7 at level M at most, and readable by a reader we did not write, under honest conditions."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from chalicelib.codes.picture import data_url, symbol
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.wiring import City
from tests.world import NOON, Caller, moved_in

DOTS_PER_MM = 150 / 25.4
SIDE = round(45 * DOTS_PER_MM)


@pytest.fixture
def code(city: City) -> str:
    return city.issuer.issue(moved_in(city), now=NOON)[0].text


def picture_of(code: str) -> Image.Image:
    """The PNG as served."""
    head, _, data = data_url(code, "png").partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("L")


def on_screen(code: str) -> Image.Image:
    """The symbol 45 mm wide (quiet zone on top of that) as a camera of 150 dots per inch sees it."""
    picture = picture_of(code)
    margin = 4 / 45
    side = round(SIDE / (1 - 2 * margin * 45 / 53))
    return picture.resize((side, side), Image.Resampling.BILINEAR)


def read(picture: Image.Image) -> list[str]:
    return [
        found.text
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]


def test_the_symbol_is_version_7_at_level_m(code: str) -> None:
    drawn = symbol(code)
    assert drawn.version == 7
    assert drawn.error_correction == 0, "level M in the standard's numbering"


CONDITIONS: dict[str, Any] = {
    "straight on": lambda picture: picture,
    "turned by 17 degrees": lambda picture: picture.rotate(17, expand=True, fillcolor=255),
    "upside down": lambda picture: picture.rotate(180),
    "dimmed to a third": lambda picture: ImageEnhance.Brightness(picture).enhance(0.33),
    "washed out": lambda picture: ImageEnhance.Contrast(picture).enhance(0.4),
    "a little blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(1.0)),
    "all at once": lambda picture: ImageEnhance.Brightness(
        picture.rotate(9, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    ).enhance(0.5),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_45_mm_symbol_is_read_at_150_dpi(code: str, condition: str) -> None:
    assert read(CONDITIONS[condition](on_screen(code))) == [code]


def test_the_svg_has_whole_modules_and_a_quiet_zone_of_four(code: str) -> None:
    head, _, data = data_url(code, "svg").partition(",")
    svg = base64.b64decode(data).decode()
    assert head == "data:image/svg+xml;base64"
    assert 'viewBox="0 0 53 53"' in svg, "45 modules of version 7 and twice the quiet zone"
    assert 'shape-rendering="crispEdges"' in svg
    assert read(drawn_from(svg)) == [code]


def drawn_from(svg: str) -> Image.Image:
    """The svg's modules as pixels, eight each."""
    picture = Image.new("L", (53 * 8, 53 * 8), 255)
    for x, y in re.findall(r"M(\d+),(\d+)h1v1h-1z", svg):
        picture.paste(0, (int(x) * 8, int(y) * 8, int(x) * 8 + 8, int(y) * 8 + 8))
    return picture


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_picture_comes_with_the_code_when_asked_for(api: Caller, form: str) -> None:
    token = api.log_in(RESIDENTS[1])
    with_picture = api.post("/v1/codes", {"picture": form}, token=token).body
    assert with_picture["picture"].startswith("data:image/")
    assert "picture" not in api.post("/v1/codes", {}, token=token).body


def test_codes_ahead_come_with_their_pictures(api: Caller) -> None:
    reply = api.post("/v1/codes", {"ahead": 2, "picture": "png"}, token=api.log_in())
    for code in reply.body["codes"]:
        data = base64.b64decode(code["picture"].partition(",")[2])
        assert read(Image.open(io.BytesIO(data)).convert("L")) == [code["code"]]


def test_a_picture_nobody_draws_is_refused(api: Caller) -> None:
    assert api.post("/v1/codes", {"picture": "gif"}, token=api.log_in()).code == "malformed_body"
