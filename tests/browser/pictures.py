"""The picture in the README, taken from a running city: `make run`, then `python -m tests.browser.pictures`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from infra.local.environment import ROOT
from tests.browser.conftest import PHONE, OpenCity, chromium
from tests.browser.test_story import scan_text, show_code, stand_at

GAP, PAPER = 48, (236, 239, 243)
TARGET = ROOT / "docs/images/pages.png"


def main(city_file: Path = ROOT / ".local/city.json") -> None:
    """One holder's code, and what the gate that scanned it says, side by side."""
    city = OpenCity(json.loads(city_file.read_text()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        pages = [browser.new_page(viewport=PHONE, device_scale_factor=2) for _ in range(2)]  # type: ignore[arg-type]
        code = show_code(pages[0], city, city.document["residents"][0]["name"])
        stand_at(pages[1], city, city.document["verifiers"][0]["name"])
        scan_text(pages[1], code)
        shots = [Image.open(io.BytesIO(page.screenshot())) for page in pages]
        browser.close()
    TARGET.parent.mkdir(exist_ok=True)
    side_by_side(shots).save(TARGET, optimize=True)


def side_by_side(shots: Sequence[Image.Image]) -> Image.Image:
    """The screenshots on one sheet of paper."""
    width = sum(shot.width for shot in shots) + GAP * (len(shots) + 1)
    sheet = Image.new("RGB", (width, max(shot.height for shot in shots) + 2 * GAP), PAPER)
    left = GAP
    for shot in shots:
        sheet.paste(shot, (left, GAP))
        left += shot.width + GAP
    return sheet.quantize(128).convert("P")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
