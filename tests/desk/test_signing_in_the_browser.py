"""A passkey and an app, set up and used in Chromium under the strict policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(desk: Any, page: Page, cast: Any) -> Callable[[str], str]:
    """Sign in under the name of the machine: a passkey is for no number. Gives the address."""
    address = desk.address.replace("127.0.0.1", "localhost")

    def enter(username: str) -> str:
        page.goto(f"{address}accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(cast.PASSWORD)
        page.locator("form:has(input[name=password]) button").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return address

    return enter


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}accounts/logout/")
    page.locator("main form button").click()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_a_passkey_is_set_up_opens_without_a_password_and_is_removed(
    page: Page, by_name: Callable[[str], str], troubles: list[str]
) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    address = by_name("suyin")
    page.goto(f"{address}accounts/second-factor/passkeys/add/")
    page.locator("input[name=name]").fill("鍵 <b>")
    page.locator("main form button.primary").click()
    expect(page.locator(".codes code")).to_have_count(10)
    sign_out(page, address)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(address)
    page.goto(f"{address}accounts/second-factor/passkeys/")
    expect(page.locator("tbody th")).to_have_text("鍵 <b>")
    sign_out(page, address)

    by_name("suyin")  # with the password one is asked for the passkey
    expect(page.locator("h1")).to_have_text("Second factor")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(address)
    page.goto(f"{address}accounts/second-factor/passkeys/")
    page.get_by_text("Remove the passkey").click()
    page.locator("main button.danger").click()
    expect(page.get_by_text("No passkey is set up.")).to_be_visible()
    assert troubles == []


def test_a_passkey_that_is_called_off_is_said_in_words(
    page: Page, by_name: Callable[[str], str], troubles: list[str]
) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    unwilling = {**KEY, "isUserVerified": False}
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": unwilling})
    address = by_name("fatima")
    page.goto(f"{address}accounts/second-factor/passkeys/add/")
    page.locator("main form button.primary").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    assert troubles == []


def test_an_app_is_set_up_from_a_picture_that_is_seen(
    page: Page, by_name: Callable[[str], str], troubles: list[str]
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    address = by_name("quentin")
    page.goto(f"{address}accounts/second-factor/app/")
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 20")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    secret = page.locator("code.secret").inner_text()
    counters = list(totp.yield_hotp_counters_from_time())
    now = counters[len(counters) // 2]
    page.locator("input[name=code]").fill(totp.format_hotp_value(totp.hotp_value(secret, now)))
    page.locator("main form button.primary").click()
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto(f"{address}accounts/second-factor/app/remove/")
    page.locator("main button.danger").click()
    expect(page.get_by_text("Set up an app")).to_be_visible()
    page.goto(f"{address}accounts/sessions/")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert troubles == []
