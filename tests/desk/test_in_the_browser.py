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


@pytest.mark.parametrize("username", ["ada", "minsu"])
@pytest.mark.parametrize("width", [900, 1280, 1440, 1920])
def test_every_entry_of_the_navigation_is_in_sight(
    desk: Any, sign_in: Callable[[str], Any], page: Any, width: int, username: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(username)
    page.goto(desk.address)
    shown = page.locator(".nav > a").evaluate_all(
        "all => all.map(a => [a.innerText, a.getBoundingClientRect().left, a.getBoundingClientRect().right])"
    )
    assert len(shown) >= 10
    box = page.locator(".nav").evaluate("n => [n.scrollWidth - n.clientWidth, n.clientHeight]")
    assert box[0] <= 0, "it scrolls"
    assert all(0 <= left < right <= width for _, left, right in shown), shown
    assert page.locator(".menu.all").is_hidden()


def test_on_a_phone_all_pages_are_behind_one_entry(
    desk: Any, sign_in: Callable[[str], Any], page: Any
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in("ada")
    page.goto(desk.address)
    page.locator(".menu.all > summary").click()
    links = page.locator(".menu.all a")
    assert links.count() == page.locator(".nav > a").count()
    for n in range(links.count()):
        links.nth(n).scroll_into_view_if_needed()
        box = links.nth(n).bounding_box()
        assert box["x"] >= 0, box
        assert box["x"] + box["width"] <= 360, box
    links.last.click()
    page.wait_for_url(f"{desk.address}people/")


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
