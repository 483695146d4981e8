"""A manager's week on a phone: from the link of a digest to a visit that is written down."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cast as people_and_accounts
import pytest

pytestmark = pytest.mark.browser

# At every moment it is a later day in the second: the desk's clock is moved by where it stands.
EARLY, LATE = "Etc/GMT+12", "Pacific/Kiritimati"
SET_UP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.desk.settings"
from mainstay.desk.serve import open_database
open_database()
"""
POPULATE = """
import cast, digested
from django.conf import settings
cast.people()
cast.show(cast.assessment())
digested.freeze_plan(settings.HOME.store)
"""
SUBSCRIBE = """
import sys
from datetime import datetime, timedelta
from django.utils import timezone
from mainstay.desk.access.models import User
from mainstay.desk.digests.models import Channel, Post, Subscription
from mainstay.desk.digests.sealing import sealed
address, messenger, named = sys.argv[1:]
now, user = timezone.now(), User.objects.get(username="minsu")
Post.objects.create(
    pk=1, on=True, public_url=address, services=["mattermost"], own_servers=named
)
Channel.objects.create(user=user, service="mattermost", address=sealed(messenger), added_at=now)
Subscription.objects.create(
    user=user, on=True, language="en", weekday=None, hour=timezone.localtime(now).hour,
    since=now - timedelta(days=2),
)
"""
SEND = "import sys; sys.argv = ['mainstay', 'digest']; from mainstay.cli.main import main; main()"


@pytest.fixture
def in_home(tmp_path: Path, python: str, python_environment: dict[str, str]) -> Callable[..., Any]:
    """Run a few lines of Python in a process of its own, in the home of this test's desk."""

    def run(code: str, *words: str, setup: str = SET_UP) -> None:
        environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path)}
        subprocess.run([python, "-c", setup + code, *words], env=environment, check=True)

    return run


@pytest.fixture
def phone(page: Any) -> Any:
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def enter(page: Any, username: str) -> None:
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(people_and_accounts.PASSWORD)
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_from_the_link_of_a_digest_to_a_visit_that_is_written_down(
    in_home: Any, run_desk: Any, tmp_path: Path, messenger: Any, phone: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    in_home(POPULATE)
    desk = run_desk(tmp_path)
    in_home(SUBSCRIBE, desk.address.rstrip("/"), messenger.url, messenger.named)
    in_home(SEND, setup="")
    (said,) = [body["text"] for _path, body in messenger.taken]
    link = re.search(r"Harbour Hardware Ltd.*\n.*\n(http\S+)", said)
    assert link
    phone.goto(link[1])
    assert "/accounts/login/" in phone.url
    enter(phone, "minsu")
    assert phone.url == link[1]
    expect(phone.locator("input[name=purpose]")).to_have_value("Senior visit to listen")
    expect(phone.locator("[name=staff_id]")).to_have_value("S1")
    expect(phone.locator("input[name=on]")).not_to_have_value("")
    phone.locator("label", has_text="Very good").click()
    phone.locator("textarea[name=notes]").fill("They order again from Monday on.")
    wide = phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    phone.locator("button.primary", has_text="Save").click()
    phone.wait_for_url("**/account/A100/")
    expect(phone.locator(".messages")).to_contain_text("The visit is written down")
    phone.goto(f"{desk.address}account/A100/timeline/")
    expect(phone.locator("main")).to_contain_text("They order again from Monday on.")
    # From My week one takes it, and the case's own visit leads back to the case.
    phone.goto(f"{desk.address}week/")
    phone.locator(".thing", has_text="Harbour").get_by_role("button", name="Take it").click()
    phone.wait_for_url("**/cases/*/")
    case = phone.url
    phone.get_by_role("link", name="Log a visit").click()
    expect(phone.locator("input[name=purpose]")).to_have_value("Senior visit to listen")
    phone.locator("label", has_text="Good").last.click()
    phone.locator("button.primary", has_text="Save").click()
    phone.wait_for_url(case)
    expect(phone.locator(".messages")).to_contain_text("The visit is written down")
    assert troubles == []


def test_what_was_put_off_comes_back_on_its_day(
    in_home: Any, run_desk: Any, tmp_path: Path, phone: Any
) -> None:
    from playwright.sync_api import expect

    in_home(POPULATE)
    until = datetime.now(ZoneInfo(LATE)).date()
    early = run_desk(tmp_path, MAINSTAY_TIME_ZONE=EARLY)
    phone.goto(f"{early.address}week/")
    enter(phone, "minsu")
    thing = phone.locator(".thing", has_text="林氏五金行")
    thing.locator("summary", has_text="Put off").click()
    thing.locator("input[name=until]").fill(until.isoformat())
    thing.locator("form:has(input[name=until]) input[name=reason]").fill("They are away")
    thing.locator("form:has(input[name=until]) button").click()
    expect(phone.locator(".messages")).to_contain_text("Put off: it is not proposed until that day")
    expect(thing).to_have_count(0)
    expect(phone.locator(".thing")).to_have_count(1)
    early.stop()
    late = run_desk(tmp_path, MAINSTAY_TIME_ZONE=LATE)
    phone.goto(f"{late.address}week/")
    if "/login/" in phone.url:
        enter(phone, "minsu")
    expect(thing).to_have_count(1)


def test_a_calendars_address_is_copied_and_read_without_signing_in(
    sign_in: Any, desk: Any, page: Any, troubles: list[str]
) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 390, "height": 844})
    sign_in("minsu")
    page.goto(f"{desk.address}calendar/")
    page.get_by_role("button", name="Make an address").click()
    shown = page.locator("#shown")
    expect(shown).to_have_value(re.compile(rf"^{re.escape(desk.address)}calendar/.{{43}}\.ics$"))
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    stranger = page.context.browser.new_context()
    read = stranger.request.get(shown.input_value())
    assert read.ok
    assert read.text().startswith("BEGIN:VCALENDAR")
    stranger.close()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.locator(".messages")).to_contain_text("leads nowhere")
    assert troubles == []
