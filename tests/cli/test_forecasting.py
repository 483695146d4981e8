"""`mainstay forecast`: its table, its file, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
LAST = date(2024, 6, 20)


@pytest.fixture
def orders(run: Run, tmp_path: Path) -> Run:
    rows = ["Customer,Date,Amount,SKU,Quantity"]
    for account in ("A01", "A02"):
        on = LAST - timedelta(weeks=104)
        while on <= LAST:
            rows.append(f"{account},{on},200,P1,50")
            on += timedelta(days=10)
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert run("import", file).returncode == 0
    return run


def test_it_says_what_is_needed_and_writes_the_plan(orders: Run, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    done = orders(
        "forecast", "--account", "A01", "--from", "2024-07", "--months", "2", "--out", out
    )
    assert done.returncode == 0, done.stderr
    assert "2024-07" in done.stdout
    assert "their stock is not told" in done.stdout
    rows = out.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("account_id,product_id")
    assert len(rows) == 3
    told = orders("forecast", "--account", "A01", "--from", "2024-07", "--json").json()
    assert told["as_of"] == "2024-06-13"
    assert {row["product_id"] for row in told["plan"]} == {"P1"}
    assert [row["expected"] for row in told["plan"]] == pytest.approx([150] * 3, rel=0.15)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--account", "A01", "--from", "2024-05"), "choose 2024-07 or a later month"),
        (("--account", "A01", "--from", "2024-06"), "choose 2024-07 or a later month"),
        (("--account", "A01", "--from", "soon"), "write the month as 2026-03"),
        (("--account", "A01", "--months", "0"), "from 1 to 12"),
        (("--account", "NOBODY"), "There is no account “NOBODY”"),
        (("--account", "A01", "--service", "3"), "service level"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(
    words: tuple[str, ...], said: str, orders: Run
) -> None:
    done = orders("forecast", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
