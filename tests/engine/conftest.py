"""A named cast of accounts whose stories are known."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

AS_OF = date(2026, 3, 1)


def weekly(first: date, last: date, every: int) -> list[date]:
    return [first + timedelta(days=d) for d in range(0, (last - first).days + 1, every)]


def story_lines() -> list[dict]:
    rng = np.random.default_rng(7)
    begin = AS_OF - timedelta(weeks=110)
    rows = []

    def buys(account, days, amount=500.0, category="鋼材"):
        for day in days:
            jitter = timedelta(days=int(rng.integers(-2, 3)))
            rows.append(
                {
                    "account_id": account,
                    "ordered_on": min(max(day + jitter, begin), AS_OF - timedelta(days=1)),
                    "amount": round(amount * float(rng.uniform(0.8, 1.2)), 2),
                    "category": category,
                    "kind": "sale",
                    "currency": "TWD",
                }
            )

    recent = AS_OF - timedelta(days=3)
    buys("安平五金", weekly(begin, recent, 14))
    buys("late", weekly(begin, AS_OF - timedelta(weeks=9), 14))
    buys("lost", weekly(begin, AS_OF - timedelta(weeks=54), 14))
    turn = AS_OF - timedelta(weeks=30)
    buys("slipping", weekly(begin, turn, 7), 1000)
    buys("slipping", weekly(turn, recent, 28), 1000)
    buys("growing", weekly(begin, turn, 28), 400)
    buys("growing", weekly(turn, recent, 7), 400)
    buys("new", [AS_OF - timedelta(days=20), AS_OF - timedelta(days=9)])
    buys("back", weekly(begin, AS_OF - timedelta(weeks=50), 14))
    buys("back", weekly(AS_OF - timedelta(weeks=3), recent, 14))
    buys("dropper", weekly(begin, recent, 14), 300)
    buys("dropper", weekly(begin, AS_OF - timedelta(weeks=32), 14), 900, "工具")
    for i in range(60):
        every = int(rng.integers(7, 40))
        buys(f"other-{i:02}", weekly(begin + timedelta(days=i), recent, every), 200 + 10 * i)
    rows.append(
        {
            "account_id": "returns only",
            "ordered_on": AS_OF - timedelta(days=40),
            "amount": -50.0,
            "category": "鋼材",
            "kind": "return",
            "currency": "TWD",
        }
    )
    return rows


@pytest.fixture(scope="session")
def lines() -> pa.Table:
    return pa.Table.from_pylist(story_lines())


@pytest.fixture(scope="session")
def result(lines):
    from mainstay import Ledger, assess

    return assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF)


def row(result, account_id: str) -> dict:
    (found,) = [r for r in result.accounts.to_pylist() if r["account_id"] == account_id]
    return found


@pytest.fixture(scope="session")
def account(result):
    return lambda account_id: row(result, account_id)
