"""Status as people live it: why a colour, decisions that arrive by themselves, an appeal that is heard, midnight."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenCity
from tests.browser.test_story import part, show_code
from tests.local.running import local_city

pytestmark = pytest.mark.browser

REASON = "同楼层出现确诊病例，请居家医学观察一天。"
OBJECTION = "我这一周都在外地出差，没有回过那栋楼，附上车票照片。"
ANSWER = "已核对车票，你当时不在本市，撤销这项决定。"


def sit_at(desk: Page, city: OpenCity, officer: str) -> None:
    """Sign an officer in."""
    desk.goto(city.page("console"))
    part(desk, "officer-option").filter(has_text=officer).click()
    expect(part(desk, "officer")).to_be_visible()


def propose(desk: Page, *, about: str, colour: str, reason: str) -> None:
    """Propose an override."""
    part(desk, "override-propose").click()
    part(desk, "proposal-resident").filter(has_text=about).click()
    part(desk, "proposal-colour").select_option(colour)
    part(desk, "proposal-reason").fill(reason)
    part(desk, "proposal-submit").click()
    expect(part(desk, "override-reason")).to_have_text(reason)


def approve(desk: Page) -> None:
    """Approve what was proposed last."""
    part(desk, "override-entry").filter(has_text="待批准").first.click()
    expect(part(desk, "override-reason")).to_have_text(REASON)
    part(desk, "override-approval").click()


def ticket() -> bytes:
    """A photograph of an invented train ticket."""
    picture = Image.new("RGB", (640, 400), (226, 240, 252))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 24, 616, 376), outline=(29, 79, 145), width=6)
    draw.text((64, 70), "TICKET  G7391  15:42", fill=(23, 32, 43), font_size=44)
    draw.text((64, 160), "SPECIMEN / DEMO", fill=(84, 97, 114), font_size=36)
    draw.rectangle((64, 260, 576, 320), fill=(29, 79, 145))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_yellow_holder_reads_since_when_until_when_why_and_who_says_so(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "苏念安")
    expect(part(phone, "status-colour")).to_have_text("现在是黄码")
    expect(part(phone, "status-now")).to_contain_text("24:00")
    expect(part(phone, "status-now")).to_contain_text("绿码")
    expect(part(phone, "reasons")).to_contain_text("7 天内从中风险地区抵达")
    expect(part(phone, "reasons")).to_contain_text("出入境管理处")
    part(phone, "changes-disclosure").locator("summary").click()
    expect(part(phone, "change")).to_contain_text("黄码")


def test_a_decision_reaches_the_open_page_and_an_upheld_appeal_undoes_it(
    phone: Page, desk: Page, other_desk: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "陆知秋")
    expect(part(phone, "status-colour")).to_have_text("现在是绿码")

    sit_at(desk, open_city, "周牧之")
    propose(desk, about="陆知秋", colour="yellow", reason=REASON)
    part(desk, "override-approval").click()
    expect(part(desk, "override-act-fault")).not_to_be_empty()  # not one's own

    sit_at(other_desk, open_city, "沈若溪")
    approve(other_desk)
    expect(part(phone, "status-colour")).to_have_text("现在是黄码")
    expect(part(phone, "pass")).to_have_attribute("data-colour", "yellow")
    expect(part(phone, "reasons")).to_contain_text(REASON)
    expect(part(phone, "reasons")).to_contain_text("卫生健康官员 周*之 提出，卫生健康官员 沈*溪 批准")

    part(phone, "object").click()
    part(phone, "appeal-text").fill(OBJECTION)
    part(phone, "appeal-file").set_input_files({"name": "车票.png", "mimeType": "image/png", "buffer": ticket()})
    expect(part(phone, "appeal-files")).to_contain_text("车票.png")
    part(phone, "appeal-submit").click()
    expect(part(phone, "appeal-form")).to_be_hidden()
    expect(part(phone, "appeal-entry")).to_have_attribute("data-state", "open")
    expect(part(phone, "reasons")).to_contain_text("申诉处理中")

    part(desk, "sign-out").click()
    sit_at(desk, open_city, "方云")
    part(desk, "queue-entry").last.click()
    part(desk, "queue-take").click()
    expect(part(desk, "case-text")).to_have_text(OBJECTION)
    expect(part(desk, "attachment")).to_be_visible()
    part(desk, "decision-upheld").check()
    part(desk, "decision-reason").fill(ANSWER)
    part(desk, "decision-submit").click()
    expect(part(desk, "answered")).to_be_visible()

    expect(part(phone, "status-colour")).to_have_text("现在是绿码")
    expect(part(phone, "pass")).to_have_attribute("data-colour", "green")
    expect(part(phone, "appeal-answer")).to_have_text(ANSWER)


def test_a_holder_withdraws_an_appeal(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "程一诺")
    part(phone, "object").first.click()
    part(phone, "appeal-text").fill("与我同行的人弄错了日期，我那天没有乘坐这趟车。")
    part(phone, "appeal-submit").click()
    phone.on("dialog", lambda dialog: dialog.accept())
    part(phone, "appeal-withdraw").click()
    expect(part(phone, "appeal-entry")).to_have_attribute("data-state", "withdrawn")
    expect(part(phone, "object").first).to_be_visible()


def test_after_signing_out_nothing_of_the_holder_is_left_on_the_page(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "贺兰")
    expect(part(phone, "reasons")).to_contain_text("同住")
    part(phone, "changes-disclosure").locator("summary").click()
    part(phone, "appeals-disclosure").locator("summary").first.click()
    part(phone, "appeal-entry").locator("summary").click()
    expect(part(phone, "appeal-mine")).to_be_attached()
    part(phone, "devices-disclosure").locator("summary").click()
    expect(part(phone, "device").first).to_be_visible()
    part(phone, "child-drawer").locator("summary").evaluate("line => line.click()")
    part(phone, "child-name").evaluate("field => field.value = '贺小兰'")
    part(phone, "sign-out").click()
    left = phone.locator("main, dialog").evaluate_all("nodes => nodes.map(node => node.textContent).join()")
    assert "同住" not in left
    assert "申诉处理中" not in left
    assert "这台设备" not in left
    assert part(phone, "child-name").input_value() == ""


def test_an_auditor_reads_and_decides_nothing(desk: Page, open_city: OpenCity) -> None:
    sit_at(desk, open_city, "欧阳明远")
    part(desk, "override-entry").last.click()
    expect(part(desk, "steps")).to_be_visible()
    expect(part(desk, "override-propose")).to_have_count(0)
    expect(part(desk, "override-approval")).to_have_count(0)
    part(desk, "tab-report").click()
    expect(part(desk, "report")).to_contain_text("卫生健康官员 周*之")
    part(desk, "tab-figures").click()
    expect(part(desk, "figures")).to_be_visible()


def test_a_policy_is_tried_proposed_and_approved_by_somebody_else(
    desk: Page, other_desk: Page, open_city: OpenCity
) -> None:
    sit_at(desk, open_city, "顾南")
    part(desk, "tab-policies").click()
    part(desk, "policy-load").click()
    part(desk, "policy-text").fill("policy: Epidemic\nversion: eins\n")
    part(desk, "policy-submit").click()
    expect(part(desk, "mistakes")).to_contain_text("第 1 行")
    part(desk, "policy-entry").filter(has_text="epidemic@1").click()
    part(desk, "dry-run-start").click()
    expect(part(desk, "dry-run")).to_contain_text("已数")
    part(desk, "roll-out-reason").fill("例行复核，继续执行。")
    part(desk, "roll-out-submit").click()
    expect(part(desk, "steps")).to_contain_text("例行复核")

    sit_at(other_desk, open_city, "沈若溪")
    part(other_desk, "tab-policies").click()
    part(other_desk, "roll-out-entry").filter(has_text="待批准").click()
    part(other_desk, "roll-out-approval").click()
    expect(part(other_desk, "roll-out-progress")).to_be_visible()


def test_with_every_scheduler_stopped_the_open_page_turns_green_at_local_midnight(phone: Page, tmp_path: Path) -> None:
    with local_city(tmp_path, AT="2026-12-01T23:59:42+08:00", SCHEDULER="off") as city:
        show_code(phone, OpenCity(city.document), "苏念安")
        expect(part(phone, "pass")).to_have_attribute("data-colour", "yellow")
        expect(part(phone, "status-now")).to_contain_text("12月1日周二 24:00")
        expect(part(phone, "pass")).to_have_attribute("data-colour", "green", timeout=30_000)
        expect(part(phone, "status-colour")).to_have_text("现在是绿码")
        expect(part(phone, "clock")).to_contain_text("00:00:")


def test_a_rejected_appeal_goes_one_level_up_to_somebody_else(
    phone: Page, desk: Page, other_desk: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "梁书衡")
    part(phone, "object").click()
    part(phone, "appeal-text").fill("检测编号不是我的，我那天没有去过医院，请核对。")
    part(phone, "appeal-submit").click()
    expect(part(phone, "appeal-entry")).to_have_attribute("data-state", "open")

    sit_at(desk, open_city, "方云")
    part(desk, "queue-entry").last.click()
    part(desk, "queue-take").click()
    expect(part(desk, "source")).to_contain_text("第一人民医院")
    part(desk, "decision-rejected").check()
    part(desk, "decision-reason").fill("已向医院核对，检测编号与证件一致。")
    part(desk, "decision-submit").click()

    expect(part(phone, "appeal-answer")).to_contain_text("已向医院核对")
    part(phone, "appeal-up").click()
    part(phone, "appeal-text").fill("请再核对一次，采样时间我在外地，有车票为证。")
    part(phone, "appeal-submit").click()
    expect(part(phone, "appeal-entry")).to_have_count(2)

    sit_at(other_desk, open_city, "林晚晴")
    part(other_desk, "queue-entry").click()
    part(other_desk, "queue-take").click()
    expect(part(other_desk, "case")).to_contain_text("采样时间我在外地")
    expect(part(other_desk, "case")).to_contain_text("已向医院核对")
