"""From an empty desk to the first list, as somebody with ten minutes would go, under the strict CSP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cast as people_and_accounts
import pytest

pytestmark = pytest.mark.browser

PEOPLE = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'; "
    "from mainstay.desk.serve import open_database; open_database(); import cast; cast.people()"
)
NAMES = ("Harbour Hardware Ltd", "HARBOUR HARDWARE LIMITED", "林氏五金行", "Northwind", "Atlas")


def orders(file: Path) -> Path:
    """Two years of an order a fortnight from each; two codes are one company."""
    rows = ["客戶代號,客戶名稱,訂單日期,金額,訂單編號,類別"]
    begin = date(2024, 1, 1)
    for i, name in enumerate(NAMES):
        for n in range(50):
            on = begin + timedelta(days=14 * n + i)
            rows.append(f"C{i},{name},{on:%Y/%m/%d},{200 + 10 * i}.50,S{i}-{n},工具")
    rows.append(",,2024/01/05,9.00,X1,工具")
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_ten_minutes_from_a_file_to_the_first_list(
    tmp_path: Path,
    python_environment: dict[str, str],
    run_desk: Callable[..., Any],
    page: Any,
) -> None:
    from playwright.sync_api import expect

    home = tmp_path / "home"
    environment = {**python_environment, "MAINSTAY_HOME": str(home)}
    subprocess.run([sys.executable, "-c", PEOPLE], env=environment, check=True)
    desk = run_desk(home)
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.goto(f"{desk.address}accounts/login/")
    page.locator("input[name=login]").fill("ana")
    page.locator("input[name=password]").fill(people_and_accounts.PASSWORD)
    page.locator("form:has(input[name=password]) button").click()
    page.goto(f"{desk.address}imports/")
    expect(page.get_by_text("Three columns are enough")).to_be_visible()
    page.locator("input[type=file]").set_input_files(orders(tmp_path / "訂單.csv"))
    expect(page.locator("[data-chosen]")).to_contain_text("訂單.csv")
    page.get_by_role("button", name="Look at the files").click()
    page.wait_for_url("**/new/**")
    expect(page.get_by_label("客戶代號")).to_have_value("account_id")
    page.get_by_role("button", name="Load 251 rows").click()
    page.wait_for_url(re.compile(r"/imports/20\d+"))
    expect(page.locator("table.balance")).to_contain_text("names no account")
    page.locator("main").get_by_role("link", name="Same account?").click()
    page.get_by_role("button", name="One account").click()
    expect(page.get_by_text("Joined: they count as one account")).to_be_visible()
    page.get_by_role("button", name="Done: assess now").click()
    page.wait_for_url(desk.address, timeout=90_000)
    page.goto(f"{desk.address}accounts/")
    expect(page.locator("tbody tr")).to_have_count(len(NAMES) - 1)
    page.get_by_role("link", name="Say what you know of Atlas").click()
    page.get_by_role("button", name="Not an account of ours").click()
    expect(page.locator(".said .what")).to_contain_text("not an account of ours")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(len(NAMES) - 2)
    assert troubles == []
    assert json.loads((home / "store" / "facts" / "manifest.json").read_text())["tables"]
