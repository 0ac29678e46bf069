"""What somebody has begun survives an answer that comes late."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenCity
from tests.browser.test_story import part, show_code
from tests.browser.test_ways import opened

pytestmark = pytest.mark.browser


def held_back(page: Page, address: str) -> list[Route]:
    """The requests to an address, each of which waits until somebody lets it go on."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


@pytest.mark.parametrize(
    ("page", "fold", "field"),
    [
        ("holder", "#by-document", "login-document"),
        ("console", "#by-document", "login-document"),
        ("scan", "#by-credentials", "login-client-id"),
    ],
)
def test_a_door_that_somebody_opened_stays_open(
    phone: Page, open_city: OpenCity, page: str, fold: str, field: str
) -> None:
    held = held_back(phone, "**/city.json")
    with phone.expect_request("**/city.json"):
        phone.goto(open_city.page(page))
    phone.locator(f"{fold} summary").click()
    part(phone, field).fill("310")
    with phone.expect_response("**/city.json"):
        held.pop().continue_()
    expect(phone.locator("#demo")).to_be_visible()
    expect(part(phone, field)).to_be_visible()
    expect(part(phone, field)).to_have_value("310")


def test_a_form_that_somebody_writes_in_stays_as_it_is(phone: Page, open_city: OpenCity) -> None:
    held = held_back(phone, "**/v1/delegations")
    show_code(phone, open_city, "顾南")
    opened(phone, "family")
    part(phone, "child-drawer").locator("summary").click()
    expect(part(phone, "child-consent")).to_be_disabled()  # nobody agrees to words that are not there yet
    part(phone, "child-name").fill("顾小北")
    while held:
        held.pop().continue_()
    expect(part(phone, "child-consent")).to_be_enabled()
    expect(part(phone, "child-name")).to_be_visible()
    expect(part(phone, "child-name")).to_have_value("顾小北")
