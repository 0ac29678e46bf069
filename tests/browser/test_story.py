"""The story as a person lives it: two phones, a code on one, a verdict on the other."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenCity

pytestmark = pytest.mark.browser


def seen_on(page: Page) -> str:
    """The text of the one symbol on a screenshot of the whole page, read by a decoder we did not write."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert len(found) == 1, found
    return found[0].text


def part(page: Page, name: str) -> Locator:
    """A part of a page by its test id."""
    return page.get_by_test_id(name)


def look_into_the_camera(phone: Page) -> None:
    """Take the step in which a person shows that they are there; the demo city takes a button for a face."""
    part(phone, "liveness-pass").click()


def show_code(phone: Page, city: OpenCity, resident: str) -> str:
    """Log a resident in on a phone; answers the text of the code that is shown."""
    phone.goto(city.page("holder"))
    part(phone, "resident-option").filter(has_text=resident).first.click()
    look_into_the_camera(phone)
    expect(part(phone, "code-picture")).to_be_visible()
    return part(phone, "code-text").input_value()


def stand_at(gate: Page, city: OpenCity, verifier: str, purpose: str = "entry") -> None:
    """Log a verifier in on another phone, and say what it scans for."""
    gate.goto(city.page("scan"))
    part(gate, "verifier-option").filter(has_text=verifier).first.click()
    expect(part(gate, "station")).to_be_visible()
    part(gate, "purpose").select_option(purpose)


def scan_text(gate: Page, code: str) -> None:
    """Type a code, as a scanner gun does."""
    part(gate, "scan-text").fill(code)
    part(gate, "scan-submit").click()
    expect(part(gate, "verdict")).to_be_visible()


def names(city: OpenCity, kind: str) -> list[str]:
    """The names in the city's list of residents or verifiers."""
    return [entry["name"] for entry in city.document[kind]]


def test_a_code_is_shown_scanned_and_refused_to_the_next_verifier(
    phone: Page, gate: Page, library: Page, open_city: OpenCity
) -> None:
    first, second = names(open_city, "verifiers")[:2]
    code = show_code(phone, open_city, "林晚晴")
    assert seen_on(phone) == code

    stand_at(gate, open_city, first)
    scan_text(gate, code)
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "accepted")
    expect(part(gate, "verdict")).to_have_attribute("data-colour", "green")
    expect(part(gate, "verdict-name")).to_be_hidden()

    stand_at(library, open_city, second)
    scan_text(library, code)
    expect(part(library, "verdict")).to_have_attribute("data-verdict", "rejected")
    expect(part(library, "verdict")).to_have_attribute("data-reason", "replayed")
    expect(part(library, "verdict-name")).to_be_hidden()


@pytest.mark.parametrize(("resident", "colour"), [("苏念安", "yellow"), ("梁书衡", "red")])
def test_every_colour_reaches_the_gate(
    phone: Page, gate: Page, open_city: OpenCity, resident: str, colour: str
) -> None:
    code = show_code(phone, open_city, resident)
    assert seen_on(phone) == code
    stand_at(gate, open_city, names(open_city, "verifiers")[0])
    scan_text(gate, code)
    expect(part(gate, "verdict")).to_have_attribute("data-colour", colour)


def test_a_screenshot_can_be_scanned_as_a_picture(phone: Page, gate: Page, open_city: OpenCity, tmp_path: Path) -> None:
    show_code(phone, open_city, "周牧之")
    picture = tmp_path / "screenshot.png"
    phone.screenshot(path=picture)
    stand_at(gate, open_city, names(open_city, "verifiers")[0], "government")
    part(gate, "scan-file").set_input_files(picture)
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "accepted")
    expect(part(gate, "verdict-name")).to_contain_text("周*之")


def test_a_tap_refreshes_and_the_used_code_is_gone(phone: Page, gate: Page, open_city: OpenCity) -> None:
    old = show_code(phone, open_city, "沈若溪")
    part(phone, "refresh").click()
    expect(part(phone, "code-text")).not_to_have_value(old)
    assert seen_on(phone) == part(phone, "code-text").input_value()


def test_the_holder_sees_who_scanned(phone: Page, gate: Page, open_city: OpenCity) -> None:
    verifier = names(open_city, "verifiers")[0]
    code = show_code(phone, open_city, "方云")
    stand_at(gate, open_city, verifier)
    scan_text(gate, code)
    part(phone, "scans-disclosure").locator("summary").click()
    part(phone, "refresh").click()
    expect(part(phone, "scans")).to_contain_text(verifier)


def test_both_pages_speak_english(phone: Page, gate: Page, open_city: OpenCity) -> None:
    phone.goto(open_city.page("holder"))
    part(phone, "language").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    gate.goto(open_city.page("scan"))
    part(gate, "language").click()
    expect(gate.locator("html")).to_have_attribute("lang", "en")
