"""The pictures in the docs, from a city that was just opened: `make run`, then `python -m tests.browser.pictures`."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local.environment import ROOT
from infra.local.story import OPERATORS
from tests.browser.conftest import DESK, PHONE, OpenCity, chromium
from tests.browser.test_partners import CENTRE, WHY, asking, consent, scanned
from tests.browser.test_status import sit_at, ticket
from tests.browser.test_story import part, scan_text, show_code, stand_at
from tests.browser.test_ways import opened, printed

GAP, PAPER = 36, (236, 239, 243)
SHARPNESS = 1.5
IMAGES = ROOT / "docs/images"
OBJECTION = "那天我改签了后一班车，没有和病例同车，附上车票照片，请复核。"


def main(city_file: Path = ROOT / ".local/city.json") -> None:
    """Three phones, three other ways in and a consent for the docs, and two desks: a reviewer's and an operator's."""
    city = OpenCity(json.loads(city_file.read_text()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        phones, ways = side_by_side(_phones(browser, city)), side_by_side(_ways(browser, city))
        consents, clients = side_by_side(_consent(browser, city)), _clients(browser, city)
        desk = _desk(browser, city)
        browser.close()
    IMAGES.mkdir(exist_ok=True)
    shown = {"pages": phones, "ways": ways, "consents": consents, "console": desk, "clients": clients}
    for name, picture in shown.items():
        picture.quantize(128).convert("P").save(IMAGES / f"{name}.png", optimize=True)


def _phones(browser: Browser, city: OpenCity) -> list[Image.Image]:
    """One holder's code, why another's is yellow, and what the gate says that scanned the first."""
    pages = [browser.new_page(viewport=PHONE, device_scale_factor=SHARPNESS) for _ in range(3)]  # type: ignore[arg-type]
    code = show_code(pages[0], city, city.document["residents"][0]["name"])
    show_code(pages[1], city, "程一诺")
    expect(part(pages[1], "object")).to_be_visible()
    part(pages[1], "status").evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 24)")
    stand_at(pages[2], city, city.document["verifiers"][0]["name"])
    scan_text(pages[2], code)
    return [_shot(page) for page in pages]


def _ways(browser: Browser, city: OpenCity) -> list[Image.Image]:
    """A child's code on the mother's phone, a grandmother's paper, and what a bus says to her senior card."""
    pages = [browser.new_page(viewport=PHONE, device_scale_factor=SHARPNESS) for _ in range(3)]  # type: ignore[arg-type]
    return [_childs_code(pages[0], city), _paper(pages[1], city), _bus(pages[2], city)]


def _childs_code(phone: Page, city: OpenCity) -> Image.Image:
    """The mother's phone."""
    show_code(phone, city, "林晚晴")
    opened(phone, "family")
    part(phone, "delegation").filter(has_text="周*禾").get_by_test_id("family-show").click()
    expect(part(phone, "pass-for")).to_be_visible()
    expect(part(phone, "code-picture")).to_be_visible()
    phone.evaluate("scrollTo(0, 0)")
    return _shot(phone)


def _paper(phone: Page, city: OpenCity) -> Image.Image:
    """The grandmother's paper, as tall as a phone."""
    show_code(phone, city, "王秀英")
    opened(phone, "papers")
    with tempfile.TemporaryDirectory() as folder:
        paper = Image.open(printed(phone, "paper-a4", Path(folder))).convert("RGB")
    tall = int(PHONE["height"] * SHARPNESS)
    return paper.resize((paper.width * tall // paper.height, tall))


def _bus(gate: Page, city: OpenCity) -> Image.Image:
    """The reader on a bus, which sees groups."""
    (card,) = [card for card in city.document["cards"] if card["card_type"] == "senior_card"]
    stand_at(gate, city, "26 路公交车")
    part(gate, "by-card").locator("summary").click()
    part(gate, "card-type").select_option("senior_card")
    part(gate, "card-number").fill(card["card_number"])
    part(gate, "card-submit").click()
    expect(part(gate, "verdict")).to_be_visible()
    return _shot(gate)


def _consent(browser: Browser, city: OpenCity) -> list[Image.Image]:
    """A service centre asks, the holder reads what for and agrees, and the service centre is told."""
    gate, phone = (browser.new_page(viewport=PHONE, device_scale_factor=SHARPNESS) for _ in range(2))  # type: ignore[arg-type]
    show_code(phone, city, "周牧之")
    stand_at(gate, city, CENTRE)
    scanned(gate, phone, "government")
    asking(gate, "name", "document_number")
    part(gate, "exchange-why").fill(WHY)
    part(gate, "exchange-ask").scroll_into_view_if_needed()
    asks = _shot(gate)
    part(gate, "exchange-ask").click()
    expect(part(phone, "consents-waiting")).to_be_visible()
    part(phone, "consents-waiting").click()
    asked = consent(phone, WHY)
    asked.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 150)")
    reads = _shot(phone)
    asked.get_by_test_id("consent-agree").click()
    expect(part(gate, "told")).to_be_visible()
    return [asks, reads, _shot(gate)]


def _clients(browser: Browser, city: OpenCity) -> Image.Image:
    """What waits for a second operator."""
    desk = browser.new_page(viewport=DESK, device_scale_factor=SHARPNESS)  # type: ignore[arg-type]
    sit_at(desk, city, OPERATORS[1])
    part(desk, "client-queue").select_option("waiting")
    part(desk, "client-entry").filter(has_text="新城体育馆").click()
    expect(part(desk, "client-approval")).to_be_visible()
    desk.evaluate("scrollTo(0, 0)")
    return _shot(desk)


def _desk(browser: Browser, city: OpenCity) -> Image.Image:
    """An appeal on a reviewer's desk, with what the holder sees and the sources."""
    phone = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    show_code(phone, city, "程一诺")
    part(phone, "object").click()
    part(phone, "appeal-text").fill(OBJECTION)
    part(phone, "appeal-file").set_input_files({"name": "1.png", "mimeType": "image/png", "buffer": ticket()})
    expect(part(phone, "appeal-files")).to_contain_text("1.png")
    part(phone, "appeal-submit").click()
    expect(part(phone, "appeal-entry").first).to_be_visible()
    desk = browser.new_page(viewport=DESK, device_scale_factor=SHARPNESS)  # type: ignore[arg-type]
    sit_at(desk, city, "方云")
    part(desk, "queue-entry").last.click()
    part(desk, "queue-take").click()
    expect(part(desk, "attachment")).to_be_visible()
    return _shot(desk)


def _shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def side_by_side(shots: Sequence[Image.Image]) -> Image.Image:
    """The screenshots on one sheet of paper."""
    width = sum(shot.width for shot in shots) + GAP * (len(shots) + 1)
    sheet = Image.new("RGB", (width, max(shot.height for shot in shots) + 2 * GAP), PAPER)
    left = GAP
    for shot in shots:
        sheet.paste(shot, (left, GAP))
        left += shot.width + GAP
    return sheet


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
