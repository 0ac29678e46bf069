"""Verifiers who need more than a colour, those who let them in, and those who watch them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.story import AUDITOR, HOTEL, OPERATORS
from tests.browser.conftest import OpenCity
from tests.browser.test_status import sit_at
from tests.browser.test_story import part, scan_text, show_code, stand_at
from tests.browser.test_ways import agreeing, document_of, opened

pytestmark = pytest.mark.browser

CENTRE = "市民服务中心"
WHY = "办理居住证，需要核对证件。"
MARKUP = "<img src=x onerror='throw 1'>"
EIGHT_GROUPS = re.compile(r"([0-9a-f]{8} ?){8}")
"""How a digest is written, so that two people can compare it aloud."""


def scanned(gate: Page, phone: Page, purpose: str) -> None:
    """Scan what a phone shows just now."""
    part(gate, "purpose").select_option(purpose)
    old = part(phone, "code-text").input_value()
    part(phone, "refresh").click()
    expect(part(phone, "code-text")).not_to_have_value(old)
    scan_text(gate, part(phone, "code-text").input_value())
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "accepted")


def asking(gate: Page, *fields: str) -> None:
    """Ask for fields below a verdict."""
    for field in fields:
        part(gate, f"exchange-field-{field}").check()
    part(gate, "exchange-submit").click()


def consent(phone: Page, why: str) -> Locator:
    """The consent that was asked for in these words."""
    return part(phone, "consent").filter(has_text=why)


def test_a_desk_asks_a_phone_agrees_and_a_withdrawal_ends_it(phone: Page, gate: Page, open_city: OpenCity) -> None:
    agreeing(phone)
    show_code(phone, open_city, "周牧之")
    stand_at(gate, open_city, CENTRE)
    scanned(gate, phone, "government")
    asking(gate, "name", "document_number")
    expect(part(gate, "exchange-needed")).to_contain_text("证件号码、姓名")
    expect(gate.locator("#exchange-title")).to_be_focused()  # who works by keyboard goes on here
    part(gate, "exchange-why").fill(WHY)
    part(gate, "exchange-use").select_option("period")
    part(gate, "exchange-until").fill(_in_a_month(gate))
    part(gate, "exchange-ask").click()
    expect(part(gate, "exchange-waiting")).to_be_visible()

    expect(part(phone, "consents-waiting")).to_be_visible()
    part(phone, "consents-waiting").click()
    asked = consent(phone, WHY)
    expect(asked.get_by_test_id("consent-text")).to_contain_text("可随时撤回")
    asked.get_by_test_id("consent-agree").click()
    expect(asked).to_have_attribute("data-state", "agreed")
    expect(part(gate, "told-name")).to_have_text("周牧之")
    expect(part(gate, "told-document_number")).to_have_text(document_of(open_city, "周牧之"))
    part(gate, "verdict-close").click()
    expect(part(gate, "told")).to_have_count(0)
    expect(part(gate, "verdict-name")).to_be_empty()

    asked.get_by_test_id("consent-receipt").click()
    expect(asked.get_by_test_id("receipt-digest")).to_have_text(EIGHT_GROUPS)
    asked.get_by_test_id("consent-withdraw").click()
    expect(asked).to_have_attribute("data-state", "withdrawn")
    scanned(gate, phone, "government")
    asking(gate, "name")
    expect(part(gate, "exchange-needed")).to_be_visible()
    expect(part(gate, "told")).to_have_count(0)


def test_who_does_not_agree_is_served_all_the_same(phone: Page, gate: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "陆知秋")
    stand_at(gate, open_city, CENTRE)
    scanned(gate, phone, "event")
    expect(part(gate, "verdict-nameless")).to_be_visible()
    asking(gate, "adult")
    part(gate, "exchange-why").fill(f"活动限成年人参加。{MARKUP}")
    part(gate, "exchange-ask").click()
    opened(phone, "consents")
    asked = consent(phone, "活动限成年人参加")
    expect(asked).to_contain_text(MARKUP)  # as text, and nothing of it is carried out
    asked.get_by_test_id("consent-refuse").click()
    expect(part(gate, "exchange-refused")).to_be_visible()
    expect(part(phone, "consents-waiting")).to_be_hidden()


def test_a_mother_answers_for_her_child(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "沈若溪")
    part(phone, "consents-waiting").click()
    asked = consent(phone, "儿科首诊登记")
    expect(asked).to_contain_text("关于你的孩子：沈*果")
    asked.get_by_test_id("consent-agree").click()
    expect(asked).to_contain_text("监护人")
    expect(part(phone, "consents-waiting")).to_be_hidden()


def test_a_guest_reads_who_looked_where_and_by_what_right_and_no_values(
    phone: Page, gate: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "方云")
    stand_at(gate, open_city, f"{HOTEL} · 前台")
    expect(part(gate, "place")).to_be_disabled()
    scanned(gate, phone, "lodging")
    asking(gate, "name", "document_type", "document_number")
    expect(part(gate, "told-name")).to_have_text("方云")
    expect(part(gate, "told-document_type")).not_to_have_text("resident_id")

    opened(phone, "scans")
    given = part(phone, "look").filter(has_text="提供资料")
    expect(given.first).to_contain_text(f"{HOTEL}前台")
    expect(given.first).to_contain_text("依法")
    expect(given.first).to_contain_text("证件号码")
    expect(part(phone, "scans")).not_to_contain_text(document_of(open_city, "方云"))


def test_who_stands_at_a_gate_next_finds_neither_its_place_nor_its_last_verdict(
    phone: Page, gate: Page, open_city: OpenCity
) -> None:
    """Without the page being opened anew: a place that stays would be where the next verifier's scans were made."""
    show_code(phone, open_city, "顾南")
    stand_at(gate, open_city, f"{HOTEL} · 前台")
    scanned(gate, phone, "lodging")
    part(gate, "verdict-close").click()
    part(gate, "scan-text").fill("YM1:")
    part(gate, "sign-out").click()
    part(gate, "verifier-option").get_by_text("安和诊所", exact=True).click()
    expect(part(gate, "place")).to_be_enabled()
    for field in ("place", "scan-text"):
        expect(part(gate, field)).to_have_value("")
    for told in ("verdict-name", "verdict-pairwise"):
        expect(part(gate, told)).to_be_empty()


def test_a_clinic_recognises_its_patient_and_nobody_elses(phone: Page, gate: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "顾南")
    numbers = []
    for clinic in ("安和诊所", CENTRE):
        stand_at(gate, open_city, clinic)
        scanned(gate, phone, "medical")
        expect(part(gate, "verdict-pairwise")).to_be_visible()
        numbers.append(part(gate, "verdict-pairwise").inner_text())
        part(gate, "verdict-close").click()
        part(gate, "sign-out").click()
    assert numbers[0] != numbers[1]


def test_one_operator_asks_another_approves_and_a_secret_is_shown_once(
    desk: Page, other_desk: Page, gate: Page, open_city: OpenCity
) -> None:
    name = "滨江游泳馆"
    sit_at(desk, open_city, OPERATORS[0])
    part(desk, "client-propose").click()
    part(desk, "client-name").fill(name)
    part(desk, "client-submit").click()
    expect(part(desk, "client-id")).to_be_visible()
    part(desk, "client-approval").click()
    expect(part(desk, "client-answer-fault")).not_to_be_empty()  # nobody approves what they asked for

    sit_at(other_desk, open_city, OPERATORS[1])
    part(other_desk, "client-queue").select_option("waiting")
    part(other_desk, "client-entry").filter(has_text=name).click()
    part(other_desk, "client-approval").click()
    part(other_desk, "secret-make").click()
    secret = part(other_desk, "secret-text").input_value()
    client = part(other_desk, "client-id").inner_text()
    part(other_desk, "secret-close").click()
    expect(part(other_desk, "secrets").locator("li")).to_have_count(1)
    assert secret not in other_desk.content()

    gate.goto(open_city.page("scan"))
    gate.locator("#by-credentials summary").click()
    part(gate, "login-client-id").fill(client)
    part(gate, "login-client-secret").fill(secret)
    part(gate, "login-submit").click()
    expect(part(gate, "station")).to_be_visible()
    agreeing(other_desk)
    part(other_desk, "client-suspension").click()
    expect(part(other_desk, "client-resumption")).to_be_visible()


def test_an_auditor_closes_an_alert_and_stands_in_the_log(desk: Page, open_city: OpenCity) -> None:
    sit_at(desk, open_city, AUDITOR)
    part(desk, "tab-alerts").click()
    part(desk, "alert-entry").first.click()
    part(desk, "alert-misuse").check()
    part(desk, "alert-close-submit").click()
    expect(part(desk, "alert-detail")).to_contain_text("滥用")
    expect(part(desk, "alert-close-submit")).to_have_count(0)
    part(desk, "tab-deeds").click()
    expect(part(desk, "deeds")).to_contain_text("close_alert")
    part(desk, "tab-clients").click()
    expect(part(desk, "client-entry").first).to_be_visible()
    expect(part(desk, "client-propose")).to_have_count(0)
    part(desk, "tab-retention").click()
    expect(part(desk, "retentions")).not_to_be_empty()


def _in_a_month(page: Page) -> str:
    """A day a month from now, as a date field takes it."""
    return str(page.evaluate("new Date(Date.now() + 30 * 864e5).toISOString().slice(0, 10)"))
