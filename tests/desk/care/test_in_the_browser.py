"""A visit written down on a phone, with the connection cut in between."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
VISIT = "account/A101/visit/"


@pytest.fixture
def phone(sign_in: Any, page: Any) -> Any:
    page.set_viewport_size({"width": 360, "height": 740})
    return sign_in("minsu")


@pytest.fixture
def visits_after(desk: Any, phone: Any) -> Any:
    """The page of the account's visits; what a test wrote down is taken back after it."""
    yield lambda: phone.goto(f"{desk.address}known/visits/?account=A101").text()
    phone.context.set_offline(False)
    for table in ("visits", "requests", "promises"):
        phone.goto(f"{desk.address}known/{table}/?account=A101")
        links = phone.locator(".entries a", has_text="Change").all()
        for address in [link.get_attribute("href") for link in links]:
            phone.goto(f"{desk.address.rstrip('/')}{address}withdraw/")
            phone.locator("button.danger").click()
            phone.wait_for_url("**/account/A101/")


def test_a_visit_survives_a_lost_connection_and_is_kept_once(
    desk: Any, phone: Any, visits_after: Any
) -> None:
    from playwright.sync_api import expect

    phone.goto(f"{desk.address}{VISIT}")
    phone.locator("label", has_text="Very good").click()
    phone.locator("textarea[name=notes]").fill("They want to see the new pump in spring.")
    phone.locator("summary", has_text="They asked for something").click()
    phone.locator("textarea[name=request-text]").fill("A longer hose")
    phone.context.set_offline(True)
    phone.locator("button.primary", has_text="Save").click()
    expect(phone.locator("form .message.draft")).to_contain_text("No connection")
    expect(phone.locator("textarea[name=notes]")).to_have_value(
        "They want to see the new pump in spring."
    )
    phone.context.set_offline(False)  # nobody taps again
    phone.wait_for_url("**/account/A101/")
    expect(phone.locator(".messages")).to_contain_text("The visit is written down")
    assert visits_after().count("They want to see the new pump in spring.") == 1


def left_without_a_line(desk: Any, phone: Any, notes: str, **typed: str) -> None:
    """A visit that was saved without a connection, in the only tab, which was closed then."""
    from playwright.sync_api import expect

    phone.goto("about:blank")
    tab = phone.context.new_page()
    tab.goto(f"{desk.address}{VISIT}")
    tab.locator("label", has_text="Poor").first.click()
    tab.locator("textarea[name=notes]").fill(notes)
    for name, value in typed.items():
        tab.locator(f"input[name={name}]").fill(value)
    # Not offline as a browser is: the tab would hear that it is online again while it closes, and send.
    tab.route("**/*", lambda route: route.abort("internetdisconnected"))
    tab.locator("button.primary", has_text="Save").click()
    expect(tab.locator("form .message.draft")).to_contain_text("No connection")
    tab.close()


def test_what_a_closed_tab_could_not_send_is_sent_from_any_page_once(
    desk: Any, phone: Any, visits_after: Any
) -> None:
    from playwright.sync_api import expect

    left_without_a_line(desk, phone, "Prices are too high.")
    phone.goto(f"{desk.address}accounts/")  # nobody taps
    note = phone.locator("#unsent")
    expect(note).to_contain_text("is sent and kept")
    expect(note.locator("a")).to_have_attribute("href", "/account/A101/")
    phone.goto(f"{desk.address}{VISIT}")
    expect(phone.locator("textarea[name=notes]")).to_have_value("")
    expect(note).to_be_hidden()
    assert visits_after().count("Prices are too high.") == 1


def test_what_the_desk_refuses_waits_for_its_writer(
    desk: Any, phone: Any, visits_after: Any
) -> None:
    from playwright.sync_api import expect

    left_without_a_line(desk, phone, "Come again", next_on="2001-01-01")
    phone.goto(desk.address)
    note = phone.locator("#unsent")
    expect(note).to_contain_text("could not be saved as it stands")
    phone.goto(f"{desk.address}accounts/")
    expect(note).to_contain_text("could not be saved as it stands")
    note.locator("a").click()
    phone.wait_for_url(f"**/{VISIT}")
    expect(phone.locator("form .message.draft")).to_contain_text("Restored")
    expect(phone.locator("textarea[name=notes]")).to_have_value("Come again")
    expect(phone.locator("input[name=mood][value='-1']")).to_be_checked()
    phone.locator("input[name=next_on]").fill("")
    phone.locator("button.primary", has_text="Save").click()
    phone.wait_for_url("**/account/A101/")
    expect(note).to_be_hidden()
    assert visits_after().count("Come again") == 1


def test_nobody_sends_what_another_typed(
    desk: Any, phone: Any, sign_in: Any, visits_after: Any
) -> None:
    from playwright.sync_api import expect

    left_without_a_line(desk, phone, "Written by Minsu")
    session = phone.context.cookies()
    phone.context.clear_cookies()
    sign_in("dora")
    phone.wait_for_load_state("networkidle")
    expect(phone.locator("#unsent")).to_be_hidden()
    assert "Written by Minsu" not in visits_after()
    phone.context.clear_cookies()
    phone.context.add_cookies(session)
    phone.goto(desk.address)
    expect(phone.locator("#unsent")).to_contain_text("is sent and kept")
    assert visits_after().count("Written by Minsu") == 1


def test_cancel_throws_away_what_was_typed_after_a_question(
    desk: Any, phone: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    asked: list[str] = []
    answers = [False, True]

    def reply(dialog: Any) -> None:
        asked.append(dialog.message)
        (dialog.accept if answers.pop(0) else dialog.dismiss)()

    phone.on("dialog", reply)
    cancel = phone.locator("form a.button", has_text="Cancel")
    notes = phone.locator("textarea[name=notes]")
    phone.goto(f"{desk.address}{VISIT}")
    cancel.click()  # nothing was typed: nobody asks
    phone.wait_for_url("**/account/A101/")
    assert asked == []
    phone.goto(f"{desk.address}{VISIT}")
    notes.fill("Half a thought")
    cancel.click()
    expect(notes).to_have_value("Half a thought")
    phone.reload()
    expect(notes).to_have_value("Half a thought")
    cancel.click()
    phone.wait_for_url("**/account/A101/")
    assert asked == ["Throw away what you typed here?"] * 2
    phone.goto(f"{desk.address}{VISIT}")
    expect(notes).to_have_value("")
    assert troubles == []


def test_signing_out_forgets_what_was_typed(desk: Any, phone: Any, sign_in: Any) -> None:
    phone.goto(f"{desk.address}{VISIT}")
    phone.locator("textarea[name=notes]").fill("Half a thought")
    phone.goto(desk.address)
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('mainstay-draft:')).length"
    assert phone.evaluate(kept) == 1
    phone.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    phone.wait_for_url("**/login/**")
    assert phone.evaluate(kept) == 0


def test_the_common_visit_takes_two_taps(
    desk: Any, phone: Any, visits_after: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    phone.goto(f"{desk.address}{VISIT}")
    poor = phone.locator("input[name=mood][value='-2']")
    for checked in (True, False):  # a second tap takes the answer back
        phone.locator("label", has_text="Very poor").click()
        expect(poor).to_be_checked(checked=checked)
    for tapped in (
        phone.locator("label", has_text="Neutral"),
        phone.locator("button.primary", has_text="Save"),
    ):
        box = tapped.bounding_box()
        assert box["height"] >= 44
        tapped.click()
    phone.wait_for_url("**/account/A101/")
    assert "Neutral" in visits_after()
    assert troubles == []


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(
    desk: Any, phone: Any, troubles: list[str], width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 800})
    for path in (
        VISIT, "visits/", "visits/?show=recent", "visits/record/", "requests/", "promises/",
        "incentives/", "account/A101/told/", "account/A101/terms/", "account/A101/", "",
    ):  # fmt: skip
        phone.goto(f"{desk.address}{path}")
        phone.wait_for_load_state("networkidle")
        wider = phone.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{path} is wider than the screen"
        assert troubles == [], path
