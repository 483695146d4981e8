"""Falls of each manager's accounts beside what accounts alike let expect, reckoned by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from mainstay.causes.explanation import FALLS
from mainstay.causes.managers import LEAST_CASES, by_manager, poisson_interval
from mainstay.engine.tables import ACCOUNTS

AS_OF = date(2026, 7, 1)


def account(code: str, manager: str | None, tier: str = "A", **also: Any) -> dict[str, Any]:
    return {
        "account_id": code,
        "manager_id": manager,
        "tier": tier,
        "region": "north",
        "first_order_on": date(2015, 1, 5),
        "last_order_on": date(2026, 6, 1),
        **also,
    }


def fall(code: str, p_ours: float, began: date = date(2026, 1, 5), p_fell: float = 1.0) -> Any:
    return {"account_id": code, "began_on": began, "p_fell": p_fell, "p_ours": p_ours}


def lines(accounts: list[Any], falls: list[Any], then: Any = None) -> dict[str, Any]:
    found = by_manager(
        pa.Table.from_pylist(falls, FALLS), pa.Table.from_pylist(accounts, ACCOUNTS), AS_OF, then
    )
    assert [one.manager_id for one in found] == sorted(one.manager_id for one in found)
    return {one.manager_id: one for one in found}


def test_expected_are_as_many_as_among_accounts_alike() -> None:
    # Stratum A: 40 accounts, 12 falls by us. Stratum C: 40 accounts, 24. M1 has 30 of A and 10 of C.
    accounts = [account(f"a{i}", "M1" if i < 30 else "M2") for i in range(40)]
    accounts += [account(f"c{i}", "M1" if i < 10 else "M2", "C") for i in range(40)]
    falls = [fall(f"a{i}", 1.0) for i in range(12)] + [fall(f"c{i}", 1.0) for i in range(24)]
    found = lines(accounts, falls)
    one, two = found["M1"], found["M2"]
    assert (one.accounts, one.cases, one.observed) == (40, 22, 22.0)
    assert one.expected == pytest.approx(30 * 12 / 40 + 10 * 24 / 40)
    assert two.observed == 14
    assert two.expected == pytest.approx(10 * 12 / 40 + 30 * 24 / 40)
    assert one.expected + two.expected == pytest.approx(36.0)
    assert one.ratio == pytest.approx(22 / 15)
    assert one.low < one.ratio < one.high


def test_nothing_is_said_of_fewer_than_ten_falls() -> None:
    accounts = [account(f"a{i}", "M1") for i in range(LEAST_CASES)]
    falls = [fall(f"a{i}", 0.5) for i in range(LEAST_CASES)]
    assert set(lines(accounts, falls)) == {"M1"}
    assert not lines(accounts, falls[:-1])
    # One that hardly fell, and one of long ago, are no cases.
    assert not lines(accounts, [*falls[:-1], fall("a9", 0.3, p_fell=0.4)])
    assert not lines(accounts, [*falls[:-1], fall("a9", 0.5, began=date(2024, 1, 1))])


def test_who_counts_as_fallen_counts_whole() -> None:
    accounts = [account(f"a{i}", "M1") for i in range(20)]
    falls = [fall(f"a{i}", 0.3, p_fell=0.6) for i in range(12)]
    assert lines(accounts, falls)["M1"].observed == pytest.approx(6.0)


def test_a_fall_belongs_to_who_looked_after_the_account_then() -> None:
    accounts = [account(f"a{i}", "NEW") for i in range(20)]
    falls = [fall(f"a{i}", 1.0) for i in range(12)]
    found = lines(accounts, falls, {f"a{i}": "OLD" for i in range(12)})
    assert set(found) == {"OLD"}
    assert (found["OLD"].accounts, found["OLD"].cases) == (12, 12)


def test_accounts_that_stopped_long_ago_or_are_nobodys_do_not_count() -> None:
    accounts = [account(f"a{i}", "M1") for i in range(12)]
    accounts += [account(f"o{i}", "M1", last_order_on=date(2020, 1, 1)) for i in range(50)]
    accounts += [account(f"n{i}", None) for i in range(12)]
    falls = [fall(f"a{i}", 1.0) for i in range(12)]
    found = lines(accounts, falls)
    assert set(found) == {"M1"}
    assert found["M1"].accounts == 12
    assert found["M1"].expected == pytest.approx(6.0)  # nobody's accounts are of the stratum too


@pytest.mark.parametrize("count", [0.0, 3.0, 10.0, 22.0])
def test_the_interval_leaves_out_a_twentieth_on_each_side(count: float) -> None:
    from scipy.stats import poisson

    low, high = poisson_interval(count)
    assert poisson.cdf(count, high) == pytest.approx(0.05)
    if count:
        assert poisson.sf(count - 1, low) == pytest.approx(0.05)
    else:
        assert low == 0
