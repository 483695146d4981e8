"""Wallets from a ledger: whose they are, when they were known, and what tells nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.standing.wallet import Wallet
from mainstay.standing.wallet_facts import known_wallets

A = date(2026, 3, 1)
YEAR = timedelta(days=364)
BEGIN = date(2023, 1, 2)
MONTHS = [date(2025, 3, 1) + timedelta(days=31 * k) for k in range(12)]


def orders() -> pa.Table:
    """Every week 100 of 甲, 30 of its old code, 50 of 乙."""
    rows = [
        {"account_id": account, "ordered_on": BEGIN + timedelta(weeks=k), "amount": amount}
        for k in range(165)
        for account, amount in (("甲", 100.0), ("old code", 30.0), ("乙", 50.0))
    ]
    return pa.Table.from_pylist(rows)


def statement(account: str, on: date, amount: float, **others: Any) -> dict[str, Any]:
    return {
        "account_id": account, "on": on, "yearly_purchases": amount, "category": None,
        "low": None, "high": None, "source": "KAM", **others,
    }  # fmt: skip


def volumes(account: str, amount: float | None = 1000.0, **others: Any) -> list[dict[str, Any]]:
    return [
        {
            "account_id": account, "month": month, "amount": amount, "quantity": 5.0,
            "what": None, "source": "own books", **others,
        }
        for month in MONTHS
    ]  # fmt: skip


def ledger(
    wallets: list[dict[str, Any]] | None = None, of_months: list[dict[str, Any]] | None = None
) -> Ledger:
    tables: dict[str, Any] = {
        "order_lines": orders(),
        "account_joins": pa.table({"account_id": ["old code"], "into_id": ["甲"]}),
    }
    if wallets:
        money = {name: pa.float64() for name in ("yearly_purchases", "low", "high")}
        table = pa.Table.from_pylist(wallets)
        for name, kind in money.items():
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table[name].cast(kind))
        tables["wallets"] = table.set_column(
            table.schema.get_field_index("category"), "category", table["category"].cast("string")
        )
    if of_months:
        table = pa.Table.from_pylist(of_months)
        for name, kind in (("amount", pa.float64()), ("what", pa.string())):
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, table[name].cast(kind))
        tables["account_volumes"] = table
    return Ledger.from_tables(**tables)


def wallet_of(found: Ledger, on: date = A, **how: Any) -> Wallet:
    return known_wallets(found, ["乙", "甲"], [on], begin=BEGIN, **how).at(on)


def test_codes_of_one_account_stand_together() -> None:
    """52 weeks of 130 in 13,000; months of 900 and 100 in 12,000."""
    said = wallet_of(ledger([statement("old code", date(2026, 1, 1), 13_000.0)]))
    assert said.purchases[1] == 13_000
    assert said.share[1] == pytest.approx(52 * 130 / 13_000)
    own = wallet_of(ledger(of_months=volumes("甲", 900.0) + volumes("old code", 100.0)))
    assert own.purchases[1] == pytest.approx(12_000)
    # From 2025-03-01 to 2026-02-28 there are 52 Mondays.
    assert own.bought[1] == pytest.approx(52 * 130)
    assert own.source.tolist() == [None, "measured"]


def test_measured_comes_before_declared() -> None:
    both = ledger([statement("甲", date(2026, 2, 1), 99_000.0)], volumes("甲"))
    assert wallet_of(both).source[1] == "measured"


@pytest.mark.parametrize("others", [{"what": "sell_out"}, {"what": "stock"}, {"amount": None}])
def test_what_is_sold_on_or_kept_and_mere_quantities_tell_no_share(others: dict[str, Any]) -> None:
    assert wallet_of(ledger(of_months=volumes("甲", **others))).source[1] is None


def test_purchases_are_told_by_their_name_or_by_none() -> None:
    named = wallet_of(ledger(of_months=volumes("甲", what="purchases")))
    assert named.purchases[1] == wallet_of(ledger(of_months=volumes("甲"))).purchases[1]


def test_the_last_word_on_a_month_counts() -> None:
    found = ledger(of_months=volumes("甲", 1000.0))
    again = [
        {"account_id": "甲", "month": m.replace(day=28), "amount": 2000.0, "source": "their call"}
        for m in MONTHS[:1]
    ]
    rows = pa.Table.from_pylist(again)
    found.facts.append("account_volumes", rows, "corrected", datetime(2026, 6, 1, tzinfo=UTC))
    assert wallet_of(found).purchases[1] == pytest.approx(13_000)


def test_a_statement_counts_from_when_it_was_recorded() -> None:
    found = ledger([statement("甲", date(2025, 1, 1), 10_000.0)])
    later = pa.table(
        {
            "account_id": ["甲"],
            "on": [date(2026, 1, 1)],
            "yearly_purchases": [20_000.0],
            "source": ["KAM"],
        }
    )
    found.facts.append("wallets", later, "typed", datetime(2026, 3, 5, 9, tzinfo=UTC))
    assert wallet_of(found).purchases[1] == 10_000
    assert wallet_of(found, date(2026, 3, 5)).purchases[1] == 10_000
    after = wallet_of(found, date(2026, 3, 6))
    assert after.purchases[1] == 20_000
    assert after.known_on[1] == (date(2026, 3, 5) - date(1970, 1, 1)).days
    # A first look at old data counts what is known now, as known on the day that it speaks of.
    first_look = wallet_of(found, known_until=date(2026, 4, 1))
    assert first_look.purchases[1] == 20_000
    assert first_look.known_on[1] == (date(2026, 1, 1) - date(1970, 1, 1)).days


def test_nothing_dated_or_recorded_later_changes_anything() -> None:
    wallets = [statement("甲", date(2025, 1, 1), 10_000.0), statement("乙", A, 1.0)]
    after = [{**row, "month": date(2026, 3, 1)} for row in volumes("乙")[:1]]
    less = ledger(wallets[:1], volumes("乙"))
    more = ledger(wallets, volumes("乙") + after)
    rows = pa.table(
        {
            "account_id": ["甲"],
            "on": [date(2025, 6, 1)],
            "yearly_purchases": [5.0],
            "source": ["KAM"],
        }
    )
    more.facts.append("wallets", rows, "late", datetime(2026, 3, 1, tzinfo=UTC))
    one, two = wallet_of(less), wallet_of(more)
    for name in ("purchases", "low", "high", "bought", "known_on", "source"):
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=name != "source")


def test_each_date_sees_its_own() -> None:
    found = ledger([
        statement("甲", date(2025, 1, 1), 10_000.0), statement("甲", date(2026, 1, 1), 20_000.0)
    ])  # fmt: skip
    known = known_wallets(found, ["甲"], [A - YEAR, A], begin=BEGIN)
    assert [known.at(on).purchases[0] for on in (A - YEAR, A)] == [10_000, 20_000]
    assert [known.at(on).bought[0] for on in (A - YEAR, A)] == pytest.approx([52 * 130] * 2)
    assert known.year_to(A)[0] == pytest.approx(52 * 130)


def test_without_a_year_of_orders_there_is_a_wallet_and_no_share() -> None:
    found = ledger([statement("甲", date(2023, 3, 1), 10_000.0)])
    young = known_wallets(found, ["甲"], [date(2023, 6, 1)], begin=BEGIN).at(date(2023, 6, 1))
    assert young.purchases[0] == 10_000
    assert np.isnan(young.share[0])
