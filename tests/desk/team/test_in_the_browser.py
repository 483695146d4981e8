"""A handover planned and worked through in a real browser; every page of it read in Traditional Chinese."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import pytest
from django.utils import timezone

pytestmark = pytest.mark.browser
LAST_DAY = (timezone.now().date() + timedelta(days=40)).isoformat()
POPULATE = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.desk.settings"
from mainstay.desk.serve import open_database; open_database()
import cast; people = cast.people(); cast.show(cast.assessment())
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.team.models import Staff
with entry(people["ada"]) as book:
    for code, name in (("S0", "林主任"), ("S1", "金敏秀"), ("S2", "陳偉")):
        book.add(Staff(staff_id=code, name=name, reports_to=None if code == "S0" else "S0"))
    book.add(Contact(contact_id="K1", account_id="A100", name="王經理", department="purchasing", power="decides"))
    book.add(Tie(contact_id="K1", staff_id="S2", strength=3))
"""
# Words of ours that no page in Chinese shows; names of people, accounts and currencies are theirs.
ENGLISH = re.compile(r"\b(the|and|of|is|are|with|no|not|days?|accounts?|contacts?|visits?|open)\b")


@pytest.fixture
def own_desk(tmp_path: Path, python_environment: dict[str, str], run_desk: Any) -> Any:
    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", POPULATE], env=environment, check=True)
    return run_desk(tmp_path)


@pytest.fixture
def as_director(own_desk: Any, page: Any) -> Any:
    page.goto(f"{own_desk.address}accounts/login/")
    page.locator("input[name=login]").fill("dora")
    page.locator("input[name=password]").fill(people_and_accounts.PASSWORD)
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_a_handover_is_planned_and_an_account_handed_over(
    own_desk: Any, as_director: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    page = as_director
    page.goto(f"{own_desk.address}team/")
    page.get_by_role("link", name="金敏秀").click()
    expect(page.locator("h1")).to_have_text("If 金敏秀 leaves")
    page.get_by_label("Last day").fill(LAST_DAY)
    page.get_by_role("button", name="Plan the handover").click()
    first = page.locator("ol.entries > li", has_text="Harbour Hardware")
    expect(first).to_contain_text("陳偉")  # who knows 王經理 there
    first.get_by_role("button", name="They have met").click()
    first.get_by_role("button", name="Hand over today").click()
    expect(page.locator("ol.entries > li", has_text="Harbour Hardware")).to_contain_text(
        "陳偉 looks after them"
    )
    page.goto(f"{own_desk.address}account/A100/")
    expect(page.locator(".carers")).to_contain_text("陳偉")
    assert troubles == []


def test_every_page_reads_in_traditional_chinese(own_desk: Any, as_director: Any) -> None:
    page = as_director
    page.set_extra_http_headers({"Accept-Language": "zh-TW"})
    page.goto(f"{own_desk.address}team/person/S1/")
    page.locator("input[name=leaves_on]").fill(LAST_DAY)
    page.locator("form.fact button.primary").click()
    handover = page.url.removeprefix(own_desk.address)
    account = "account/A100/"
    places = (
        "", "team/", "team/person/S1/", handover, account, f"{account}timeline/", f"{account}people/",
        f"{account}visit/", f"{account}terms/", "visits/", "requests/", "promises/", "complaints/",
        "complaints/production/", "complaints/settings/", "relations/", "known/", "known/visits/",
        "known/contacts/add/?account=A100", "known/?account=A100", "portfolio/",
    )  # fmt: skip
    found = {}
    for place in places:
        page.goto(f"{own_desk.address}{place}")
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == "zh-hant", place
        # Why an account is in its state is the engine's sentence, which the cast has in English alone.
        page.evaluate("document.querySelectorAll('.reasons, .why').forEach((e) => e.remove())")
        if english := ENGLISH.findall(page.locator("main").inner_text().lower()):
            found[place] = english
    assert found == {}
