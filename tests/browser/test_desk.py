"""A service desk: a person without a phone stands there, and goes home with paper and a receipt."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from infra.local.story import HELPER
from tests.browser.conftest import OpenCity
from tests.browser.test_status import sit_at
from tests.browser.test_story import names, part, show_code, stand_at
from tests.browser.test_ways import agreeing, document_of, opened

pytestmark = pytest.mark.browser


def test_a_helper_makes_a_paper_for_a_grandmother_who_reads_what_was_done(
    desk: Page, gate: Page, phone: Page, open_city: OpenCity, tmp_path: Path
) -> None:
    sit_at(desk, open_city, HELPER)
    agreeing(desk)
    part(desk, "desk-document").fill(document_of(open_city, "顾南"))
    part(desk, "desk-name").fill("顾南")
    part(desk, "desk-why").select_option("no_phone")
    part(desk, "desk-place").fill("市民服务中心 3 号窗")
    part(desk, "desk-open").click()
    expect(part(desk, "desk-form-fault")).not_to_be_empty()  # the document was not seen
    part(desk, "desk-seen").check()
    part(desk, "desk-open").click()
    expect(part(desk, "desk-person")).to_have_text("顾*")

    with desk.expect_download() as download:
        part(desk, "act-issue_paper-a4").click()
    paper = tmp_path / "paper.png"
    pypdfium2.PdfDocument(download.value.path())[0].render(scale=150 / 72).to_pil().save(paper)
    part(desk, "act-tell_status").click()
    expect(part(desk, "desk-act")).to_have_count(2)
    expect(part(desk, "desk-act").last).to_contain_text("绿码")
    part(desk, "desk-card-number").fill("12")
    part(desk, "act-bind_card").click()
    expect(part(desk, "desk-card-fault")).to_contain_text("好像少了一位")
    with desk.expect_download() as download:
        part(desk, "desk-receipt").click()
    assert "顾*" in pypdfium2.PdfDocument(download.value.path())[0].get_textpage().get_text_range()
    part(desk, "language").click()
    expect(part(desk, "desk-person")).to_have_text("顾*")  # another language sends nobody away
    part(desk, "desk-close").click()
    expect(part(desk, "desk-open")).to_be_visible()
    expect(part(desk, "desk-document")).to_have_value("")

    stand_at(gate, open_city, names(open_city, "verifiers")[0])
    part(gate, "scan-file").set_input_files(paper)
    expect(part(gate, "verdict-carrier")).to_have_text("纸质码")

    show_code(phone, open_city, "顾南")
    opened(phone, "notices")
    expect(part(phone, "notices")).to_contain_text("服务窗口为你办理了业务")
