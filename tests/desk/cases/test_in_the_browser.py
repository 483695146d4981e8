"""A manager takes what costs money, a director refuses one and approves the other, the manager reads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cast
import pytest

pytestmark = pytest.mark.browser
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The cast with a plan of two plays that cost money, in a home of its own.
POPULATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.desk.settings"
sys.path.insert(0, sys.argv[1])
from mainstay.desk.serve import open_database
open_database()
import cast
cast.people(); cast.show(cast.assessment())
from django.conf import settings
from mainstay import engine
from desk_plan import freeze, planned
money = {"money": 2760.0, "pool": "rebate", "needs_approval": True}
rows = [planned("A100", "S1", "rebate_return", **money), planned("A101", "S1", "contest", **money)]
freeze(settings.HOME.store, rows=rows, alerts=[])
"""


@pytest.fixture
def own_desk(run_desk: Callable[..., Any], tmp_path: Path, python_environment: Any) -> Any:
    subprocess.run(
        [sys.executable, "-c", POPULATE, str(Path(__file__).parent)],
        env={**python_environment, "MAINSTAY_HOME": str(tmp_path)},
        check=True,
    )
    return run_desk(tmp_path)


@pytest.fixture
def enter(own_desk: Any, page: Any) -> Callable[[str], Any]:
    """Sign in as one of the cast, in the place of whoever is signed in."""

    def sign_in(username: str) -> Any:
        page.context.clear_cookies()
        page.goto(f"{own_desk.address}accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(cast.PASSWORD)
        page.locator("form:has(input[name=password]) button").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return sign_in


def test_a_request_refused_with_a_reason_and_one_approved(
    own_desk: Any, enter: Callable[[str], Any], troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    manager = enter("minsu")
    manager.set_viewport_size({"width": 360, "height": 740})
    for account in ("A100", "A101"):
        manager.goto(f"{own_desk.address}week/")
        thing = manager.locator(f'article:has(form[action="/account/{account}/take/"])')
        thing.locator("summary.button.primary").click()
        thing.locator("input[name=in_return_for]").fill("Two more ranges")
        thing.locator("form button.primary").first.click()
        manager.wait_for_url("**/cases/*/")
        expect(manager.locator(".asked.asked")).to_be_visible()
        assert manager.evaluate(TOO_WIDE) <= 0

    director = enter("dora")
    director.goto(f"{own_desk.address}week/")
    director.locator('.message.warning a[href="/incentives/"]').click()
    waiting = director.locator(".deciding")
    expect(waiting).to_have_count(2)
    assert director.evaluate(TOO_WIDE) <= 0
    one = director.locator('.deciding:has(a[href="/account/A100/"])')
    one.locator("summary:not(.primary)").click()
    one.locator("textarea:visible").fill("Ask for volume first")
    one.locator("button.danger").click()
    expect(waiting).to_have_count(1)
    waiting.locator("summary.primary").click()
    waiting.locator("input[name=amount]").fill("2000")
    waiting.locator("button.primary").click()
    expect(waiting).to_have_count(0)
    expect(director.locator('ul.entries a[href="/account/A101/"]')).to_be_visible()

    manager = enter("minsu")
    manager.goto(f"{own_desk.address}week/")
    mine = manager.locator('section[aria-labelledby="my-money"]')
    expect(mine).to_contain_text("Ask for volume first")
    expect(mine.locator(".asked.approved")).to_be_visible()
    assert manager.evaluate(TOO_WIDE) <= 0
    mine.locator('a[href$="/money/"]').click()
    expect(manager.locator(".message.warning")).to_contain_text("Ask for volume first")
    assert troubles == []
