"""Share of wallet in a run: its columns, what counts as evidence, and a share that falls while sales rise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger, assess
from mainstay.core.texts import texts_from_json
from mainstay.engine import ACCOUNTS

AS_OF = date(2026, 3, 1)
BEGIN = AS_OF - timedelta(weeks=130)
WALLET = [name for name in ACCOUNTS.names if "wallet" in name or name == "yearly_purchases"]


def orders() -> pa.Table:
    """Every other Monday 200 of each; of `more` 240 in the last year. All cost three quarters."""
    rng = np.random.default_rng(3)
    rows = []
    for account in ("more", "told", "silent", *(f"other-{i:02}" for i in range(40))):
        for k in range(0, 129, 2):
            on = BEGIN + timedelta(weeks=k + 1, days=int(rng.integers(0, 2)))
            amount = 240.0 if account == "more" and on >= AS_OF - timedelta(364) else 200.0
            if account.startswith("other"):
                amount *= 1 + int(account[-2:]) / 40
            rows.append({"account_id": account, "ordered_on": on, "amount": amount})
    table = pa.Table.from_pylist(rows)
    return table.append_column("cost", pa.array([0.75 * r["amount"] for r in rows]))


def volumes() -> pa.Table:
    """`more` bought 1,000 a month, and from April 2025 on 1,800."""
    months = [date(2023 + (9 + k) // 12, (9 + k) % 12 + 1, 1) for k in range(29)]
    return pa.table(
        {
            "account_id": ["more"] * len(months),
            "month": months,
            "amount": [1800.0 if m >= date(2025, 4, 1) else 1000.0 for m in months],
            "source": ["own books"] * len(months),
        }
    )


def wallets() -> pa.Table:
    return pa.table(
        {
            "account_id": ["told", "told"],
            "on": [date(2024, 11, 1), date(2025, 11, 1)],
            "yearly_purchases": [8000.0, 7000.0],
            "source": ["Lin", "Lin"],
        }
    )


def master() -> pa.Table:
    ids = [f"other-{i:02}" for i in range(40)]
    return pa.table({"account_id": ids, "name": ids, "segment": ["dealer"] * 40})


def tables() -> dict[str, Any]:
    return {
        "order_lines": orders(),
        "account_volumes": volumes(),
        "wallets": wallets(),
        "accounts": master(),
    }


@pytest.fixture(scope="module")
def result() -> Any:
    return assess(Ledger.from_tables(**tables()), as_of=AS_OF)


def one(result: Any, account_id: str) -> dict[str, Any]:
    (found,) = [r for r in result.accounts.to_pylist() if r["account_id"] == account_id]
    return found


def told(row: dict[str, Any], column: str) -> list[str]:
    return [str(text) for text in texts_from_json(row[column] or "[]")]


def test_each_source_has_its_figures(result: Any) -> None:
    """Amounts of this run are margins; shares are of net sales all the same: 26 orders a year."""
    assert result.meta["amount"] == "margin"
    more, declared = one(result, "more"), one(result, "told")
    estimated, nothing = one(result, "other-05"), one(result, "silent")
    assert [row["wallet_source"] for row in (more, declared, estimated, nothing)] == [
        "measured",
        "declared",
        "estimated",
        None,
    ]
    assert more["yearly_purchases"] == pytest.approx(11 * 1800 + 1000)
    assert more["share_of_wallet"] == pytest.approx(26 * 240 / 20_800, rel=0.05)
    assert more["share_of_wallet_before"] == pytest.approx(26 * 200 / 12_000, rel=0.05)
    assert declared["share_of_wallet"] == pytest.approx(26 * 200 / 7000)
    assert declared["share_of_wallet_low"] == pytest.approx(26 * 200 / (1.25 * 7000))
    assert declared["share_of_wallet_high"] == pytest.approx(26 * 200 / (7000 / 1.25))
    assert declared["share_of_wallet_before"] == pytest.approx(26 * 200 / 8000)
    # Of 40 accounts that buy 5,200, 5,330 … 10,270, nine tenths buy 9,750 or less.
    assert 9_750 - 1e-6 <= estimated["yearly_purchases"] <= 9_880 + 1e-6
    assert estimated["share_of_wallet_before"] is None
    assert all(nothing[name] is None for name in WALLET)
    for row in (more, declared, estimated):
        low, share, high = (row[f"share_of_wallet{end}"] for end in ("_low", "", "_high"))
        assert 0 < low < share < high <= 1


def test_runs_by_net_sales_and_by_margin_estimate_alike(result: Any) -> None:
    without_cost = {**tables(), "order_lines": orders().drop_columns("cost")}
    net = assess(Ledger.from_tables(**without_cost), as_of=AS_OF)
    assert net.meta["amount"] == "net"
    for name in WALLET:
        assert net.accounts[name] == result.accounts[name], name


def test_each_figure_says_where_it_comes_from(result: Any) -> None:
    said = {
        name: told(one(result, name), "wallet_reasons") for name in ("more", "told", "other-05")
    }
    assert said["more"] == ["Measured from its own volumes, 2025-03 to 2026-02."]
    assert said["told"] == ["Declared by Lin on 2025-11-01."]
    assert said["other-05"] == [
        "Estimated from 40 similar accounts; it cannot be known from our orders alone."
    ]


def test_volumes_that_cannot_be_all_are_said_to_be_none() -> None:
    reported = volumes().set_column(2, "amount", pa.array([100.0] * len(volumes())))
    ledger = Ledger.from_tables(**{**tables(), "account_volumes": reported})
    row = one(assess(ledger, as_of=AS_OF), "more")
    assert row["wallet_source"] == "measured"
    assert row["yearly_purchases"] == pytest.approx(1200)
    assert [row[f"share_of_wallet{end}"] for end in ("_low", "", "_high")] == [None] * 3
    assert row["values_us"] == "not_known"
    first, second = told(row, "wallet_reasons")
    assert first == "Measured from its own volumes, 2025-03 to 2026-02."
    assert second.startswith(
        "In these months it reported buying 1,200 from all suppliers together, and we alone sold it 6,"
    )


def test_an_estimate_is_no_evidence_that_an_account_values_us(result: Any) -> None:
    assert one(result, "other-35")["share_of_wallet"] > 0.5
    assert one(result, "other-35")["values_us"] == "not_known"
    assert one(result, "told")["values_us"] == "yes"
    assert one(result, "more")["values_us"] == "no"


def test_a_share_that_fell_while_it_bought_more_is_slipping(result: Any) -> None:
    row = one(result, "more")
    assert row["growth"] > 0.15
    assert row["state"] == row["previous_state"] == "slipping"
    assert row["why"] == (
        "Our share of what it buys fell from 43% to 30% within a year, while its purchases from us "
        "rose by 20%."
    )
    # Its volumes rose in April 2025; so much of the year has to pass for ten points. It is the last
    # day of a month, whose volumes were the news.
    since = row["state_since"]
    assert date(2025, 9, 30) <= since <= date(2025, 12, 31)
    assert (since + timedelta(days=1)).day == 1
    # Seven points more of the one that told us is no fall, and its amounts stayed.
    assert one(result, "told")["state"] == "steady"


def test_what_is_recorded_or_ends_later_changes_nothing(result: Any) -> None:
    ledger = Ledger.from_tables(**tables())
    typed = pa.table(
        {
            "account_id": ["told", "silent"],
            "on": [date(2026, 2, 1)] * 2,
            "yearly_purchases": [99_000.0, 6_000.0],
            "source": ["Wu"] * 2,
        }
    )
    ledger.facts.append("wallets", typed, "typed", datetime(2026, 3, 1, tzinfo=UTC))
    month = pa.table(
        {
            "account_id": ["more"],
            "month": [date(2026, 3, 1)],
            "amount": [1.0],
            "source": ["own books"],
        }
    )
    ledger.facts.append("account_volumes", month, "next", datetime(2026, 2, 1, tzinfo=UTC))
    assert assess(ledger, as_of=AS_OF).accounts == result.accounts
