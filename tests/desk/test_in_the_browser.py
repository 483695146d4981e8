"""The desk in a real browser, under its own policy: nothing is blocked, nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "accounts/",
    "account/A100/",
    "portfolio/",
    "trust/",
    "people/",
    "people/add/",
    "people/events/",
)


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_troubles_the_browser(
    desk: Any, sign_in: Callable[[str], Any], page: Any, troubles: list[str], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in("ada")
    for path in PAGES:
        page.goto(f"{desk.address}{path}")
        page.wait_for_load_state("networkidle")
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{path} is wider than the screen"
        assert troubles == [], path


def test_the_language_menu_changes_the_page(desk: Any, page: Any) -> None:
    from playwright.sync_api import expect

    page.goto(f"{desk.address}accounts/login/")
    page.locator("summary[aria-label]").first.click()
    page.locator("button[lang=ko]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")


def test_signing_out_closes_the_pages(desk: Any, sign_in: Callable[[str], Any], page: Any) -> None:
    from playwright.sync_api import expect

    sign_in("dora")
    page.goto(f"{desk.address}accounts/logout/")
    page.locator("main form button").click()
    page.goto(f"{desk.address}portfolio/")
    expect(page).to_have_url(f"{desk.address}accounts/login/?next=/portfolio/")
