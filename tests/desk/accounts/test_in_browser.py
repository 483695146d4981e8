"""The pages in a real browser, under the real policy: search as one types, menus, narrow screens."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser
PAGES = [
    "",
    "accounts/",
    "portfolio/",
    "trust/",
    "account/A100/",
    "account/A101/lines/",
    "nothing/here/",
]


@pytest.fixture
def dora(sign_in: Any, page: Any) -> Any:
    page.set_viewport_size({"width": 1200, "height": 800})
    return sign_in("dora")


def test_the_list_follows_what_one_types_and_the_back_button_comes_back(
    dora: Any, desk: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    dora.goto(f"{desk.address}accounts/")
    rows = dora.locator("#results tbody tr")
    expect(rows).to_have_count(10)
    dora.locator("#q").press_sequentially("한빛")
    expect(rows).to_have_count(1)
    # Both letters: of the first alone there may be an answer already, and the second one's on its way.
    dora.wait_for_url(f"**/accounts/?q={quote('한빛')}*")
    href = dora.locator("[data-download] a").first.get_attribute("href")
    assert "?q=" in href
    dora.locator("thead a", has_text="Last order").click()
    expect(dora.locator("th[aria-sort]")).to_contain_text("Last order")
    expect(dora.locator("#q")).to_have_value("한빛")
    dora.go_back()
    expect(dora.locator("#q")).to_have_value("한빛")
    expect(dora.locator("main h1")).to_be_visible()
    assert troubles == []


def test_the_search_box_is_used_without_a_mouse(dora: Any, desk: Any, troubles: list[str]) -> None:
    from playwright.sync_api import expect

    dora.goto(desk.address)
    dora.keyboard.press("/")
    dora.keyboard.type("harbour")
    expect(dora.locator("#found a")).to_have_count(1)
    dora.keyboard.press("ArrowDown")
    dora.keyboard.press("Enter")
    expect(dora.locator("main h1")).to_have_text("Harbour Hardware Ltd")
    assert troubles == []


def test_dark_is_dark_at_once_and_stays(dora: Any, desk: Any, troubles: list[str]) -> None:
    from playwright.sync_api import expect

    def ground() -> str:
        return str(dora.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    dora.goto(desk.address)
    dora.emulate_media(color_scheme="light")
    light = ground()
    dora.locator("summary[aria-label='Light or dark']").click()
    dora.locator("button[name=theme][value=dark]").click()
    expect(dora.locator("html")).to_have_attribute("data-theme", "dark")
    dark = ground()
    assert dark != light
    dora.reload()
    assert ground() == dark
    dora.locator("summary[aria-label='Light or dark']").click()
    dora.keyboard.press("Escape")
    expect(dora.locator("details.menu[open]")).to_have_count(0)
    assert troubles == []


@pytest.mark.parametrize("width", [360, 760, 2560])
def test_no_page_is_wider_than_the_screen(
    width: int, dora: Any, desk: Any, troubles: list[str]
) -> None:
    dora.set_viewport_size({"width": width, "height": 800})
    for language in ("en", "ko"):
        dora.set_extra_http_headers({"Accept-Language": language})
        for path in PAGES:
            dora.goto(f"{desk.address}{path}")
            over = dora.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, (path, language, over)
    assert [t for t in troubles if "404" not in t] == []


def test_filters_are_folded_on_a_small_screen_and_stand_open_on_a_wide_one(
    dora: Any, desk: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    folded, summary = dora.locator("form.filters details"), dora.locator("form.filters summary")
    dora.goto(f"{desk.address}accounts/")
    expect(folded).to_have_js_property("open", True)
    expect(summary).to_be_hidden()
    dora.set_viewport_size({"width": 360, "height": 780})
    dora.goto(f"{desk.address}accounts/")
    expect(dora.locator("#q")).to_be_visible()
    expect(folded).to_have_js_property("open", False)
    summary.click()
    expect(folded).to_have_js_property("open", True)
    assert troubles == []
