"""Pages that are really told: a small ledger of made-up orders, assessed once, published per test."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.core.cache import cache

from mainstay import engine

AS_OF = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    cache.clear()


@dataclass(frozen=True)
class Told:
    """A ledger with its assessment, and its order lines as the test made them."""

    ledger: Any
    assessment: Any
    lines: list[dict[str, Any]]

    def sum(self, account_id: str, first: date, last: date, category: str | None = None) -> float:
        """What an account bought on days first..last, added up the slow way."""
        return sum(
            float(line["amount"])
            for line in self.lines
            if line["account_id"] == account_id
            and first <= line["ordered_on"] <= last
            and line["kind"] != "fee"
            and category in (None, line["category"])
        )


def _lines() -> list[dict[str, Any]]:
    """Twelve accounts over two years; every third stopped buying 木材, every fifth everything."""
    rng, lines = random.Random(20260302), []
    for i in range(12):
        day = date(2024, 1, 3) + timedelta(days=rng.randint(0, 20))
        end = AS_OF if i % 5 else date(2025, 9, 1)
        gap = rng.choice([7, 14, 21])
        while day < end:
            for category in ("Bolts", "木材"):
                if category == "木材" and i % 3 == 0 and day > date(2025, 6, 1):
                    continue
                line = {
                    "account_id": f"대리점/{i}",
                    "ordered_on": day,
                    "amount": f"{rng.uniform(50, 400):.2f}",
                    "order_id": f"INV{len(lines)}",
                    "category": category,
                    "kind": "sale",
                }
                lines.append(line)
            if rng.random() < 0.1:
                lines.append({**line, "amount": "12.50", "kind": "fee", "category": "Postage"})
            day += timedelta(days=max(1, round(rng.gauss(gap, gap * 0.2))))
    return lines


@pytest.fixture(scope="session")
def made_story() -> Told:
    lines = _lines()
    ledger = engine.Ledger.from_tables(
        order_lines=pa.Table.from_pylist(lines), reporting_currency="EUR"
    )
    found = engine.assess(ledger, as_of=AS_OF)
    return Told(ledger, found.save(ledger.assessments, "20260302-070000-told"), lines)


@pytest.fixture
def told(db: None, made_story: Told, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The story's accounts on the pages, with the ledger behind them."""
    from mainstay.desk.accounts import evidence
    from mainstay.desk.accounts.services import publish

    monkeypatch.setattr(evidence, "ledger", lambda: made_story.ledger)
    publish(made_story.assessment)
    return made_story


@pytest.fixture
def text_of(signed_in: Callable[[str], Any]) -> Callable[..., str]:
    """A page as somebody of the cast gets it."""

    def page(username: str, address: str, language: str = "en", **headers: str) -> str:
        client = signed_in(username)
        response = client.get(address, headers={"accept-language": language, **headers})
        assert response.status_code == 200, (address, response.status_code)
        return str(response.content.decode())

    return page
