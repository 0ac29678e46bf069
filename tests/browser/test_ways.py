"""Those who show no code of their own on a phone of their own: a child, a grandmother, paper in a wallet, a card."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenCity
from tests.browser.test_story import names, part, scan_text, show_code, stand_at

pytestmark = pytest.mark.browser

ACCEPTED, REJECTED = ("data-verdict", "accepted"), ("data-verdict", "rejected")


def opened(phone: Page, fold: str) -> None:
    """Open a fold of the holder's page."""
    part(phone, f"{fold}-disclosure").locator("summary").first.click()


def agreeing(phone: Page) -> None:
    """Say yes to whatever the page asks twice."""
    phone.on("dialog", lambda dialog: dialog.accept())


def document_of(city: OpenCity, name: str) -> str:
    """The number of a resident's document."""
    (number,) = {each["login"]["document_number"] for each in city.document["residents"] if each["name"] == name}
    return str(number)


def printed(phone: Page, button: str, folder: Path) -> Path:
    """A paper code as it comes out of a printer, photographed at 150 dpi."""
    with phone.expect_download() as download:
        part(phone, button).first.click()
    document = pypdfium2.PdfDocument(download.value.path())
    picture = folder / f"{button}.png"
    document[0].render(scale=150 / 72).to_pil().save(picture)
    return picture


def test_a_guardian_prints_the_paper_code_of_a_child(
    phone: Page, gate: Page, open_city: OpenCity, tmp_path: Path
) -> None:
    show_code(phone, open_city, "沈若溪")
    opened(phone, "family")
    picture = printed(phone, "family-paper", tmp_path)
    stand_at(gate, open_city, names(open_city, "verifiers")[0], "government")
    part(gate, "scan-file").set_input_files(picture)
    expect(part(gate, "verdict")).to_have_attribute(*ACCEPTED)
    expect(part(gate, "verdict-name")).to_have_text("沈*果")


def test_a_mother_shows_her_childs_code_until_the_child_ends_it(
    phone: Page, other_phone: Page, gate: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "林晚晴")
    agreeing(phone)
    opened(phone, "family")
    part(phone, "delegation").filter(has_text="周*禾").get_by_test_id("family-end").click()
    expect(part(phone, "delegation")).to_have_attribute("data-state", "ended")
    part(phone, "child-drawer").locator("summary").click()
    part(phone, "child-document").fill(document_of(open_city, "周小禾"))
    part(phone, "child-name").fill("周小禾")
    part(phone, "child-submit").click()
    expect(part(phone, "child-form-fault")).to_contain_text("需要监护人单独同意")
    part(phone, "child-consent").check()
    part(phone, "child-submit").click()
    part(phone, "family-show").click()
    expect(part(phone, "pass-for")).to_have_text("代 周*禾 出示 · 由监护人出示")
    expect(part(phone, "holder-name")).to_have_text("周*禾")
    expect(part(phone, "status")).to_be_hidden()
    expect(part(phone, "code-picture")).to_be_visible()

    stand_at(gate, open_city, names(open_city, "verifiers")[0], "government")
    scan_text(gate, part(phone, "code-text").input_value())
    expect(part(gate, "verdict")).to_have_attribute(*ACCEPTED)
    expect(part(gate, "verdict-name")).to_have_text("周*禾")
    expect(part(gate, "verdict-carrier")).to_have_text("由监护人出示")
    expect(part(gate, "verdict-checks")).to_contain_text("请确认码的主人在场")

    show_code(other_phone, open_city, "周小禾")
    opened(other_phone, "scans")
    expect(part(other_phone, "scans")).to_contain_text("由监护人出示")
    agreeing(other_phone)
    opened(other_phone, "family")
    mother = part(other_phone, "delegation").filter(has_text="林*晴").first
    mother.get_by_test_id("family-end").click()
    expect(mother).to_have_attribute("data-state", "ended")

    part(phone, "refresh").click()
    expect(part(phone, "away-title")).to_have_text("代出示关系已结束")
    part(phone, "own-code").click()
    expect(part(phone, "pass-for")).to_be_hidden()
    expect(part(phone, "holder-name")).to_have_text("林*晴")


def test_a_grandmother_agrees_before_anybody_shows_her_code(
    phone: Page, other_phone: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "方云")
    opened(phone, "family")
    part(phone, "adult-drawer").locator("summary").click()
    part(phone, "adult-document").fill(document_of(open_city, "王秀英"))
    part(phone, "adult-name").fill("王秀英")
    part(phone, "adult-submit").click()
    expect(part(phone, "delegation")).to_have_attribute("data-state", "proposed")
    expect(part(phone, "family-show")).to_have_count(0)

    show_code(other_phone, open_city, "王秀英")
    expect(part(other_phone, "family-disclosure")).to_contain_text("1 项待你答复")
    opened(other_phone, "family")
    part(other_phone, "family-agree").click()
    expect(part(other_phone, "delegation").filter(has_text="方*")).to_have_attribute("data-state", "active")

    for _ in range(2):
        opened(phone, "family")
    part(phone, "family-show").click()
    expect(part(phone, "holder-name")).to_have_text("王*英")


def test_a_paper_code_is_printed_scanned_and_dead_once_it_is_lost(
    phone: Page, gate: Page, open_city: OpenCity, tmp_path: Path
) -> None:
    show_code(phone, open_city, "顾南")
    agreeing(phone)
    opened(phone, "papers")
    part(phone, "paper-make").click()
    papers = [printed(phone, f"paper-{form}", tmp_path) for form in ("a4", "card")]

    stand_at(gate, open_city, names(open_city, "verifiers")[0])
    for paper in papers:
        part(gate, "scan-file").set_input_files(paper)
        expect(part(gate, "verdict")).to_have_attribute(*ACCEPTED)
        expect(part(gate, "verdict-carrier")).to_have_text("纸质码")
        expect(part(gate, "verdict-checks")).to_contain_text("请核对身份证件")
        part(gate, "verdict-close").click()

    part(phone, "paper-lost").click()
    expect(part(phone, "paper")).to_have_attribute("data-state", "lost")
    part(gate, "scan-file").set_input_files(papers[0])
    expect(part(gate, "verdict")).to_have_attribute("data-reason", "carrier_lost")

    opened(phone, "scans")
    expect(part(phone, "scans")).to_contain_text("纸质码")
    opened(phone, "notices")
    expect(part(phone, "notices")).to_contain_text("纸质码已挂失")


def test_a_card_is_bound_and_lost_and_a_mistyped_number_is_explained(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "欧阳明远")
    agreeing(phone)
    opened(phone, "cards")
    part(phone, "card-drawer").locator("summary").click()
    part(phone, "card-type").select_option("senior_card")
    part(phone, "card-number").fill("8800")
    part(phone, "card-submit").click()
    expect(part(phone, "card-form-fault")).to_contain_text("好像少了一位")
    part(phone, "card-number").fill("８８００ 1234 5678 ab")
    part(phone, "card-submit").click()
    expect(part(phone, "card")).to_contain_text("敬老卡")
    expect(part(phone, "card")).to_contain_text("78AB")
    part(phone, "card-lost").click()
    expect(part(phone, "card")).to_have_attribute("data-state", "lost")


def test_somebody_with_nothing_at_hand_is_looked_up_with_place_and_purpose_and_reads_it(
    phone: Page, gate: Page, open_city: OpenCity
) -> None:
    stand_at(gate, open_city, "市民服务中心")
    part(gate, "by-number").locator("summary").click()
    number = document_of(open_city, "方云")
    part(gate, "number").fill(f"{number[:5]}{number[6]}{number[5]}{number[7:]}")
    part(gate, "number-submit").click()
    expect(part(gate, "number-fault")).to_contain_text("请先在上面填写地点")
    part(gate, "place").fill("急诊室")
    part(gate, "purpose").select_option("medical")
    part(gate, "number-submit").click()
    expect(part(gate, "number-fault")).to_contain_text("证件号码有误")
    part(gate, "number").fill(number)
    part(gate, "number-submit").click()
    expect(part(gate, "verdict")).to_have_attribute(*ACCEPTED)
    expect(part(gate, "verdict-name")).to_have_text("方*")
    expect(part(gate, "verdict-carrier")).to_have_text("证件号码")
    expect(part(gate, "verdict-checks")).to_contain_text("与本人比对")
    part(gate, "verdict-close").click()
    expect(part(gate, "number")).to_have_value("")

    show_code(phone, open_city, "方云")
    opened(phone, "scans")
    expect(part(phone, "scans")).to_contain_text("就医 · 急诊室 · 证件号码")


def test_a_grandmothers_senior_card_at_a_bus_says_that_she_is_elderly(gate: Page, open_city: OpenCity) -> None:
    (card,) = [card for card in open_city.document["cards"] if card["card_type"] == "senior_card"]
    stand_at(gate, open_city, "26 路公交车")
    part(gate, "by-card").locator("summary").click()
    part(gate, "card-type").select_option("senior_card")
    part(gate, "card-number").fill(card["card_number"])
    part(gate, "card-submit").click()
    expect(part(gate, "verdict-carrier")).to_have_text("实体卡")
    expect(part(gate, "verdict-name")).to_be_hidden()
    expect(part(gate, "verdict-tags")).to_have_text("老年人")
    expect(part(gate, "verdict-checks")).to_contain_text("请核对卡面照片或证件")


def test_a_veteran_decides_whether_that_is_shown(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "欧阳明远")
    opened(phone, "tags")
    veteran = part(phone, "tag").filter(has_text="退役军人")
    expect(veteran).to_have_attribute("data-state", "reported")
    veteran.get_by_test_id("tag-consent").click()
    expect(veteran).to_contain_text("验码时可见")
    veteran.get_by_test_id("tag-withdraw").click()
    expect(veteran).to_have_attribute("data-state", "hidden")


def test_a_verifier_of_codes_alone_is_offered_nothing_else(gate: Page, open_city: OpenCity) -> None:
    stand_at(gate, open_city, names(open_city, "verifiers")[0])
    expect(part(gate, "no-code")).to_be_hidden()
