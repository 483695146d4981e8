"""The pictures of docs/pictures: which page each shows, and taking them again (`make pictures`).

The company is `mainstay demo distributor --used 39`, so that every page has something on it; the light theme, in
English. WebP as Chromium writes it.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "look-at-it-2026"
PORT = 8399
MOST_BYTES = 60_000


@dataclass(frozen=True)
class Picture:
    """One page as one of its users sees it.

    path: {account} is the first account of that user's list with anything at risk
    """

    path: str
    user: str = "director"
    width: int = 1200
    height: int = 800


PICTURES = {
    "account": Picture("/account/{account}/", "manager", height=900),
    "cases": Picture("/cases/", height=700),
    "causes": Picture("/causes/", height=900),
    "complaints": Picture("/complaints/", "quality", height=700),
    "delivery": Picture("/delivery/", "supply", height=900),
    "imports": Picture("/imports/", "analyst", height=700),
    "learning": Picture("/learning/", height=900),
    "my-week": Picture("/week/", "manager", height=780),
    "people": Picture("/people/", "administrator", height=600),
    "quality": Picture("/quality/", "quality", height=900),
    "seasons": Picture("/seasons/", "supply", height=700),
    "to-do": Picture("/visits/", "manager", height=700),
    "trust": Picture("/trust/", "analyst", height=900),
    "visit": Picture("/account/{account}/visit/", "manager", width=400, height=820),
    "week": Picture("/", height=900),
}


def take(address: str, names: list[str]) -> None:
    """Take these pictures of the desk that runs there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        pages: dict[str, Any] = {}
        for name in names:
            one = PICTURES[name]
            if one.user not in pages:
                pages[one.user] = _signed_in(browser, address, one.user)
            _take(pages[one.user], address, one, FOLDER / f"{name}.webp")
        browser.close()


def _signed_in(browser: Any, address: str, user: str) -> Any:
    page = browser.new_context(color_scheme="light", locale="en-GB").new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/accounts/login/")
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def _take(page: Any, address: str, one: Picture, file: Path) -> None:
    page.set_viewport_size({"width": one.width, "height": one.height})
    path = one.path
    if "{account}" in path:
        page.goto(f"{address}/accounts/")
        first = page.locator("main a[href^='/account/']").first.get_attribute("href")
        path = path.format(account=first.split("/")[2])
    answer = page.goto(f"{address}{path}")
    assert answer.status == 200, f"{path} answers {answer.status}"
    page.wait_for_load_state("networkidle")
    for quality in (80, 65, 50, 35):
        shot = {"format": "webp", "quality": quality}
        taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", shot)
        data = base64.b64decode(taken["data"])
        if len(data) < MOST_BYTES:
            break
    file.write_bytes(data)


PEOPLE = """
import django; django.setup()
from collections import Counter
from mainstay.desk.access.models import Role, User
from mainstay.desk.accounts.models import Account
(busiest, _), = Counter(Account.objects.exclude(manager_id="").values_list("manager_id", flat=True)).most_common(1)
for role in Role:
    user, _ = User.objects.get_or_create(username=role.value, defaults={"name": role.label, "role": role.value})
    user.staff_id = busiest if role in (Role.MANAGER, Role.SERVICE) else user.staff_id
    user.language, user.must_change_password = "en", False
    user.set_password("PASSWORD")
    user.save()
"""


def prepare(home: Path) -> None:
    """Let one person of each role sign in."""
    environment = {**os.environ, "MAINSTAY_HOME": str(home)}
    environment["DJANGO_SETTINGS_MODULE"] = "mainstay.desk.settings"
    people = PEOPLE.replace("PASSWORD", PASSWORD)
    subprocess.run([sys.executable, "-c", people], env=environment, check=True)


def main(names: list[str]) -> None:
    """Make the company where there is none, open its desk, take the pictures, close it."""
    home = Path(os.environ.get("MAINSTAY_HOME") or ROOT / ".cache" / "pictures")
    environment = {**os.environ, "MAINSTAY_HOME": str(home)}
    mainstay = str(Path(sys.executable).with_name("mainstay"))
    if not (home / "truth.parquet").exists():
        demo = [mainstay, "demo", "distributor", "--used", "39", "--no-serve"]
        subprocess.run(demo, env=environment, check=True)
    serve = [mainstay, "serve", "--port", str(PORT)]
    desk = subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert desk.stdout is not None
        next(line for line in desk.stdout if re.search(rf":{PORT}", line))
        time.sleep(2)
        prepare(home)
        take(f"http://127.0.0.1:{PORT}", names or list(PICTURES))
    finally:
        desk.terminate()
        desk.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
