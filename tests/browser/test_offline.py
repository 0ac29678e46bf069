"""A gate that has lost the city: it tells what it can by itself, and says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenCity
from tests.browser.test_story import names, part, scan_text, show_code, stand_at
from tests.requirements import require

pytestmark = pytest.mark.browser


def test_a_gate_without_network_tells_by_itself_and_spends_nothing(
    phone: Page, gate: Page, open_city: OpenCity
) -> None:
    require(gate.request.get(open_city.page("vendor").rstrip("/") + "/sm2.js").ok, "SM2 in a page needs npm")
    stand_at(gate, open_city, names(open_city, "verifiers")[0])
    gate.wait_for_load_state("networkidle")
    code = show_code(phone, open_city, "苏念安")

    gate.context.set_offline(True)
    scan_text(gate, code)
    expect(part(gate, "verdict")).to_have_attribute("data-colour", "yellow")
    expect(part(gate, "verdict-alone")).to_have_text(re.compile("离线核验 · 依据是 .*前的名单"))
    expect(part(gate, "verdict")).to_contain_text("本次不核销")
    part(gate, "verdict-close").click()

    scan_text(gate, f"{code[:-30]}{'0' if code[-30] != '0' else '1'}{code[-29:]}")
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "rejected")
    expect(part(gate, "verdict-alone")).to_be_visible()
    part(gate, "verdict-close").click()
    expect(part(gate, "history-row").filter(has_text="离线")).to_have_count(2)

    part(gate, "settings").locator("summary").click()
    part(gate, "offline-allowed").uncheck()
    scan_text(gate, code)
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "unknown")
    part(gate, "verdict-close").click()

    gate.context.set_offline(False)
    scan_text(gate, code)
    expect(part(gate, "verdict")).to_have_attribute("data-verdict", "accepted")
    expect(part(gate, "verdict-alone")).to_be_hidden()
