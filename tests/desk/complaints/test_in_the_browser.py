"""A complaint worked to its end in a real browser, as a service desk does it; and its pages at every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_complaint_is_worked_to_its_end(
    desk: Any, sign_in: Callable[[str], Any], page: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 360, "height": 740})
    sign_in("minsu")
    page.goto(f"{desk.address}complaints/")
    page.get_by_role("link", name="Take down a complaint or question").click()
    page.get_by_label("Name or code of the account").fill("harbour")
    page.get_by_role("button", name="Search").click()
    page.locator(".hits a").click()
    page.locator("select[name=kind]").select_option("quality")
    page.locator("select[name=severity]").select_option("3")
    page.locator("textarea[name=text]").fill("The seal leaks, line 3 stands still")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Harbour Hardware Ltd")
    address = page.url
    expect(page.locator(".steps li")).to_have_count(3)

    page.get_by_role("button", name="Answered now").click()
    expect(page.locator(".steps li").first).to_have_class("met")
    page.get_by_role("button", name="Solved now").click()  # the browser asks for the root cause
    page.get_by_label("What was the root cause?").fill("A wrong seal in the box")
    page.get_by_role("button", name="Solved now").click()
    expect(page.locator(".deeds h2")).to_have_text("Does the customer accept it?")
    page.get_by_role("button", name="No, it goes on").click()
    expect(page.get_by_role("button", name="Solved now")).to_be_visible()
    page.get_by_role("button", name="Solved now").click()
    page.get_by_role("button", name="Yes, accepted").click()
    expect(page.locator(".message.success")).to_contain_text("at its end")
    expect(page.locator(".log > li")).to_have_count(6)

    for place in ("complaints/", "complaints/production/", "complaints/?view=waiting", address):
        page.goto(place if place == address else f"{desk.address}{place}")
        page.wait_for_load_state("networkidle")
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{place} is wider than the screen"
    number = address.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{desk.address}known/complaints/{number}/withdraw/")
    page.locator("main form button").click()
    expect(page.locator(".message.success")).to_be_visible()
    assert troubles == []


def test_the_list_comes_anew_and_the_focus_stays(
    desk: Any, sign_in: Callable[[str], Any], page: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    page.clock.install()
    sign_in("dora")
    page.goto(f"{desk.address}complaints/?view=overdue")
    page.locator("#tab-waiting").focus()
    page.locator("select[name=kind]").evaluate("(e) => { e.dataset.old = 'yes'; }")
    with page.expect_response(lambda r: r.request.headers.get("hx-target") == "clocks"):
        page.clock.run_for(61_000)
    # What came is in the place of what was there, and listens.
    expect(page.locator("select[data-old]")).to_have_count(0)
    page.clock.run_for(1_000)
    expect(page.locator("#tab-waiting")).to_be_focused()
    expect(page.locator("#tab-overdue")).to_have_attribute("aria-current", "page")
    page.locator("select[name=kind]").select_option("invoice")
    expect(page).to_have_url(f"{desk.address}complaints/?view=overdue&kind=invoice")
    assert troubles == []
