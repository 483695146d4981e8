"""The relationship map in a browser: one click in the table changes the map, and the focus stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PEOPLE = "account/A101/people/"


def write(page: Page, address: str, **values: str) -> None:
    page.goto(address)
    for name, value in values.items():
        field = page.locator(f"form.fact [name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("form.fact .button.primary").click()
    page.wait_for_url(lambda url: "/add/" not in url)


def take_back(page: Page, base: str, table: str) -> None:
    """Withdraw all rows of a table: the desk is left as it was."""
    page.goto(f"{base}known/{table}/")
    while (change := page.locator(f'.by a[href$="/"][href*="/known/{table}/"]').last).count():
        page.goto(f"{base.rstrip('/')}{change.get_attribute('href')}withdraw/")
        page.locator("button.danger").click()
        page.wait_for_url(lambda url: "/withdraw/" not in url)
        page.goto(f"{base}known/{table}/")


def test_a_click_says_how_well_and_the_map_follows(
    desk: Any, sign_in: Any, troubles: list[str]
) -> None:
    page: Page = sign_in("dora")
    base = desk.address
    write(page, f"{base}known/staff/add/", staff_id="S1", name="Wei Chen")
    write(page, f"{base}{PEOPLE}add/", name="Ms Kim", power="decides", department="management")
    page.goto(f"{base}{PEOPLE}")
    findings = page.locator(".findings")
    expect(findings).to_contain_text("Nobody of ours has met the 1 contact there.")
    page.locator("select#with").select_option("S1")
    page.locator("form.with button").click()

    meter = page.locator(".meter").first.locator("input")
    meter.nth(3).click()
    expect(findings).to_contain_text("The only tie is that of Wei Chen with Ms Kim.")
    expect(meter.nth(3)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".map svg.wide .tie.t3[d]")).to_have_count(1)
    expect(meter.nth(4)).to_be_focused()

    kim = page.locator(".map svg.wide a.theirs")
    kim.focus()
    expect(page.locator(".tip")).to_contain_text("known to Wei Chen (3 – trusts)")
    expect(page.locator(".map svg.wide")).to_have_class("wide lit")
    page.keyboard.press("Enter")
    expect(page.locator("tr:target .who")).to_contain_text("Ms Kim")

    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator(".map svg.narrow")).to_be_visible()
    expect(page.locator(".map svg.wide")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.set_viewport_size({"width": 1280, "height": 900})
    for table in ("ties", "contacts", "staff"):
        take_back(page, base, table)
    page.goto(f"{base}{PEOPLE}")
    expect(page.locator(".empty")).to_contain_text("Nobody of theirs is written down yet.")
    assert troubles == []
