"""A review on a telephone, in Traditional Chinese, from its proposal to its confirmation."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def phone(desk: Any, sign_in: Any, page: Any) -> Any:
    """What the test wrote is taken back after it."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_extra_http_headers({"Accept-Language": "zh-Hant"})
    yield sign_in("dora")
    page.goto(f"{desk.address}known/reviews/?account=A102")
    for link in page.locator('.entries a[href$="/history/"]').all():
        address = (link.get_attribute("href") or "").replace("/history/", "/withdraw/")
        page.goto(f"{desk.address.rstrip('/')}{address}")
        page.locator("button.danger").click()
        page.wait_for_url("**/account/A102/")


def save(phone: Any, step: str, chosen: dict[str, str], typed: dict[str, str]) -> None:
    """Fill one step, unfolding it where it is folded, and save it."""
    from playwright.sync_api import expect

    form = phone.locator(f"#{step} form.fact")
    if not form.is_visible():
        phone.locator(f"#{step} details.write > summary").click()
    for name, value in chosen.items():
        form.locator(f"select[name={name}]").select_option(value)
    for name, text in typed.items():
        form.locator(f"[name={name}]").fill(text)
    form.locator("button.primary").click()
    expect(phone.locator(".message.success")).to_be_visible()
    expect(phone.locator(f"#{step} h2 .icon")).to_be_visible()
    assert phone.evaluate(TOO_WIDE) <= 0, step


def test_a_review_from_its_proposal_to_its_confirmation(
    desk: Any, phone: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    phone.goto(f"{desk.address}reviews/")
    expect(phone.locator("html")).to_have_attribute("lang", "zh-hant")
    assert phone.evaluate(TOO_WIDE) <= 0
    phone.locator('form:has(input[value="A102"]) button').click()
    phone.wait_for_url("**/reviews/*/")
    expect(phone.locator("h1")).to_have_text("华东机电有限公司：已流失，進行中")
    phone.locator("details.box > summary").click()
    expect(phone.locator("details.box .month, details.box .empty-line").first).to_be_visible()

    save(
        phone,
        "ours",
        {"salesperson_reason": "competitor.price"},
        {"salesperson_text": "對手便宜一成"},
    )
    save(
        phone,
        "interview",
        {"interviewed_by": "dora", "customer_reason": "delivery.late"},
        {"customer_text": "等了三週，沒人回電"},
    )
    expect(phone.locator("#interview .message.warning")).to_be_visible()  # the two disagree
    save(phone, "whys", {}, {"why_1": "等太久", "why_2": "庫存給了大單"})
    save(phone, "finding", {"root_cause": "delivery.late"}, {"prevention": "旺季前先保留庫存"})
    phone.locator('form[action$="/confirm/"] button').click()
    expect(phone.locator(".message.success").last).to_be_visible()
    expect(phone.locator(".stage.done")).to_be_visible()
    expect(phone.locator("#finding form")).to_have_count(0)
    assert phone.evaluate(TOO_WIDE) <= 0
    assert troubles == []


def test_a_survey_is_answered_by_a_stranger_on_a_telephone(
    desk: Any, phone: Any, browser: Any
) -> None:
    from playwright.sync_api import expect

    phone.goto(f"{desk.address}account/A102/")
    phone.locator('form[action="/reviews/open/"] button').click()
    phone.wait_for_url("**/reviews/*/")
    phone.locator('form[action$="/survey/"] button').click()
    address = phone.locator("#link").input_value()
    with browser.new_context(viewport={"width": 360, "height": 740}) as strangers:
        stranger = strangers.new_page()
        stranger.goto(address)
        expect(stranger.locator("html")).to_have_attribute("lang", "zh-hans")
        stranger.locator('a[hreflang="ko"]').click()
        expect(stranger.locator("html")).to_have_attribute("lang", "ko")
        assert stranger.evaluate(TOO_WIDE) <= 0
        stranger.locator('input[value="delivery.late"]').check()
        stranger.locator("textarea[name=happened]").fill("3주를 기다렸습니다")
        stranger.locator("button.primary").click()
        expect(stranger.locator("h1")).to_be_visible()
        expect(stranger.locator("form")).to_have_count(0)
        assert stranger.goto(address).status == 410
    phone.reload()
    expect(phone.locator(".survey")).to_contain_text("3주를 기다렸습니다")
