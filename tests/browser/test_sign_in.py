"""Signing in and staying so: a face, a device that can be signed out, a token that is of no use to a thief."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenCity
from tests.browser.test_story import look_into_the_camera, part, show_code
from tests.browser.test_ways import agreeing, document_of, opened

pytestmark = pytest.mark.browser

KEPT = "yima.holder"
SMALLEST = {"width": 320, "height": 640}


def kept(phone: Page) -> dict[str, Any]:
    """What the page keeps of its session in this tab."""
    text = phone.evaluate(f"sessionStorage.getItem('{KEPT}')")
    return dict(json.loads(text))


def five_minutes_pass(phone: Page) -> None:
    """The page believes that its access token is over, and is loaded anew."""
    past = json.dumps(kept(phone) | {"until": 0})
    phone.evaluate(f"text => sessionStorage.setItem('{KEPT}', text)", past)
    phone.reload()


def test_who_does_not_show_their_face_is_let_in_and_told_what_a_code_takes(phone: Page, open_city: OpenCity) -> None:
    phone.goto(open_city.page("holder"))
    part(phone, "resident-option").filter(has_text="贺兰").click()
    expect(part(phone, "liveness")).to_contain_text("不打开摄像头")
    part(phone, "liveness-skip").click()
    expect(part(phone, "away-title")).to_have_text("还差一步：确认是你本人")


def test_a_mistyped_document_is_explained_and_a_right_one_signs_in_however_it_is_written(
    phone: Page, open_city: OpenCity
) -> None:
    phone.goto(open_city.page("holder"))
    phone.locator("#by-document summary").click()
    part(phone, "login-name").fill("何嘉敏")
    part(phone, "login-document").fill("81000019920417000")
    part(phone, "login-submit").click()
    expect(part(phone, "sign-in-fault")).to_contain_text("好像少了一位")
    (number,) = [e["login"]["document_number"] for e in open_city.document["residents"] if e["name"] == "何嘉敏"]
    part(phone, "login-document").fill(number.lower())
    part(phone, "login-submit").click()
    expect(part(phone, "sign-in-fault")).to_contain_text("这是另一种号码：港澳居民居住证")
    part(phone, "login-document-type").select_option("hk_macao_residence_permit")
    part(phone, "login-document").fill(f"{number[:6]} {number[6:]}")
    part(phone, "login-submit").click()
    look_into_the_camera(phone)
    expect(part(phone, "code-picture")).to_be_visible()


def test_a_session_goes_on_with_its_next_tokens_and_only_in_the_browser_that_began_it(
    phone: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "林志豪")
    before = kept(phone)
    stolen = httpx.post(
        f"{open_city.document['base_url']}/v1/sessions/refresh",
        json={"refresh_token": before["refresh_token"]},
        trust_env=False,
    )
    assert (stolen.status_code, stolen.json()["code"]) == (401, "device_proof_missing")
    five_minutes_pass(phone)
    expect(part(phone, "code-picture")).to_be_visible()
    after = kept(phone)
    assert after["session_id"] == before["session_id"]
    assert after["refresh_token"] != before["refresh_token"]


def test_one_device_signs_out_another_which_says_why(phone: Page, other_phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "陈怡君")
    show_code(other_phone, open_city, "陈怡君")
    agreeing(other_phone)
    opened(other_phone, "devices")
    expect(part(other_phone, "device")).to_have_count(2)
    part(other_phone, "devices-others").click()
    expect(part(other_phone, "device")).to_have_count(1)
    five_minutes_pass(phone)
    expect(part(phone, "sign-in-fault")).to_contain_text("这台设备已退出登录")
    expect(part(phone, "shown")).to_be_hidden()


def test_a_copied_tab_asks_to_sign_in_and_the_first_one_goes_on(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "黄伟文")
    copy = phone.context.new_page()
    copy.goto(open_city.document["base_url"])
    copy.evaluate(f"text => sessionStorage.setItem('{KEPT}', text)", json.dumps(kept(phone)))
    copy.goto(open_city.page("holder"))
    expect(part(copy, "sign-in")).to_be_visible()
    phone.reload()
    expect(part(phone, "code-picture")).to_be_visible()


def test_signing_out_ends_the_session_in_the_city_too(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "Lukas Weber")
    token = kept(phone)["refresh_token"]
    with phone.expect_response(lambda reply: reply.request.method == "DELETE"):
        part(phone, "sign-out").click()
    refused = httpx.post(
        f"{open_city.document['base_url']}/v1/sessions/refresh", json={"refresh_token": token}, trust_env=False
    )
    assert refused.status_code == 401


def fits(page: Page) -> bool:
    """Whether nothing has to be looked for beyond the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"])


def in_large_type(page: Page, address: str, language: str) -> None:
    """A page on the smallest phone, in the largest type."""
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    page.goto(address)
    part(page, "large-type").click()
    if language == "en":
        part(page, "language").click()
    expect(page.locator("html")).to_have_attribute("data-large", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_large_type_on_the_smallest_phone_nothing_of_ones_own_sticks_out(
    phone: Page, open_city: OpenCity, language: str
) -> None:
    in_large_type(phone, open_city.page("holder"), language)
    expect(part(phone, "resident-option").first).to_be_visible()
    assert fits(phone)
    part(phone, "resident-option").filter(has_text="Emma Tremblay").click()
    assert fits(phone)
    look_into_the_camera(phone)
    expect(part(phone, "code-picture")).to_be_visible()
    for fold in ("family", "papers", "cards", "tags", "notices", "devices", "channels", "mine"):
        opened(phone, fold)
    for drawer in ("child", "adult", "card", "channel", "account-name"):
        part(phone, f"{drawer}-drawer").locator("summary").click()
    expect(part(phone, "device").first).to_be_visible()
    expect(part(phone, "paper")).to_be_visible()
    assert fits(phone)
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("data-large", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_large_type_on_the_smallest_phone_nothing_of_a_check_sticks_out(
    gate: Page, open_city: OpenCity, language: str
) -> None:
    in_large_type(gate, open_city.page("scan"), language)
    part(gate, "verifier-option").filter(has_text="市民服务中心").click()
    for fold in ("by-card", "by-number"):
        part(gate, fold).locator("summary").click()
    assert fits(gate)
    part(gate, "place").fill("3 号窗")
    part(gate, "number").fill(document_of(open_city, "程一诺"))
    part(gate, "number-submit").click()
    expect(part(gate, "verdict-checks")).to_be_visible()
    assert fits(gate)


def test_an_app_that_was_bound_opens_the_same_person_in_the_same_colour(
    phone: Page, other_phone: Page, open_city: OpenCity
) -> None:
    show_code(phone, open_city, "苏念安")
    opened(phone, "channels")
    part(phone, "channel-drawer").locator("summary").click()
    part(phone, "channel-account").fill("nian-an")
    part(phone, "channel-submit").click()
    expect(part(phone, "channel")).to_contain_text("微信")

    other_phone.goto(open_city.page("holder"))
    part(other_phone, "app-drawer").locator("summary").click()
    part(other_phone, "app-account").fill("nobody")
    part(other_phone, "app-submit").click()
    expect(part(other_phone, "app-form-fault")).to_contain_text("还没有绑定")
    part(other_phone, "app-account").fill("nian-an")
    part(other_phone, "app-submit").click()
    expect(part(other_phone, "holder-name")).to_have_text("苏*安")
    expect(part(other_phone, "pass")).to_have_attribute("data-colour", "yellow")


def test_somebody_takes_their_data_along_and_changes_their_mind_about_leaving(phone: Page, open_city: OpenCity) -> None:
    show_code(phone, open_city, "Camille Laurent")
    agreeing(phone)
    opened(phone, "mine")
    with phone.expect_download() as download:
        part(phone, "account-export").click()
    told = json.loads(Path(download.value.path()).read_text())
    assert told["sections"]
    part(phone, "account-leave").click()
    expect(part(phone, "departure")).to_contain_text("在这之前可以撤回")
    part(phone, "account-stay").click()
    expect(part(phone, "departure")).to_have_count(0)
    expect(part(phone, "code-picture")).to_be_visible()
