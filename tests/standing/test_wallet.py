"""Share of wallet: numbers by hand, which source comes first, and ranges that hold what they promise."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from mainstay.standing.history import days_of
from mainstay.standing.net_sales import Bought
from mainstay.standing.wallet import (
    Statements,
    Volumes,
    Wallet,
    declared,
    first_day_of,
    measured,
    month_of,
    share_fall,
    share_of_wallet,
)

A = days_of(date(2026, 3, 10))
NEWEST = int(month_of(A)) - 1  # February 2026, the last month that has ended
EDGES = first_day_of(np.arange(NEWEST - 30, NEWEST + 3))


def bought_monthly(*monthly: float, begin: int = 0) -> Bought:
    """Accounts that buy the same from us each month."""
    steps = np.arange(len(EDGES), dtype=float)
    return Bought(EDGES, np.array(monthly)[:, None] * steps, begin)


def volumes(*rows: tuple[int, int, float]) -> Volumes:
    """(account, months before the newest, amount)."""
    account, ago, amount = zip(*rows, strict=True) if rows else ((), (), ())
    month = NEWEST - np.array(ago, np.int64)
    return Volumes(np.array(account, np.int64), month, np.array(amount, float))


def year(
    account: int, amount: float, months: int = 12, lag: int = 0
) -> list[tuple[int, int, float]]:
    return [(account, lag + ago, amount) for ago in range(months)]


def said(*rows: dict[str, Any]) -> Statements:
    usual = {"account": 0, "on": A - 30, "category": -1, "low": np.nan, "high": np.nan, "by": "KAM"}
    full = [usual | {"known_on": row.get("on", A - 30)} | row for row in rows]
    return Statements(
        *(
            np.array([row[f.name] for row in full], {"account": np.int64}.get(f.name))
            for f in fields(Statements)
        )
    )


def test_measured_by_hand() -> None:
    """1,000 a month, 400 of them from us."""
    found = measured(volumes(*year(0, 1000.0)), bought_monthly(400.0), A)
    assert found.purchases[0] == pytest.approx(12_000)
    assert (found.low[0], found.high[0]) == pytest.approx((11_400, 12_600))
    assert found.share[0] == pytest.approx(0.4)
    assert (found.share_low[0], found.share_high[0]) == pytest.approx((0.4 / 1.05, 0.4 / 0.95))
    assert (found.source[0], found.number[0]) == ("measured", 12)
    # From the first of March 2025 to the end of February 2026.
    days = [days_of(date(2025, 3, 1)), days_of(date(2026, 2, 28))]
    assert [found.first_day[0], found.last_day[0]] == days
    assert found.known_on[0] == days[1]


def test_eight_months_are_made_a_year_with_a_wider_range() -> None:
    """Months of 900 and 1,100 in turn: s² = 80,000 / 7; the year 12,000, its error √(12 · 4 · s² / 8)."""
    rows = [(0, ago, 900.0 + 200.0 * (ago % 2)) for ago in range(8)]
    found = measured(volumes(*rows), bought_monthly(500.0), A)
    error = np.sqrt(12 * 4 * (80_000 / 7) / 8) * 1.41492  # t of 7 degrees of freedom at 90%
    half = np.hypot(0.05 * 12_000, error)
    assert found.purchases[0] == pytest.approx(12_000)
    assert found.high[0] == pytest.approx(12_000 + half, rel=1e-5)
    assert found.low[0] == pytest.approx(12_000 - half, rel=1e-5)
    # Our part is of the same months.
    assert found.share[0] == pytest.approx(0.5)


@pytest.mark.parametrize(("months", "known"), [(5, False), (6, True)])
def test_half_a_year_is_needed(months: int, known: bool) -> None:
    found = measured(volumes(*year(0, 1000.0, months)), bought_monthly(400.0), A)
    assert (found.source[0] == "measured") is known
    assert np.isnan(found.share[0]) != known


@pytest.mark.parametrize(("lag", "known"), [(6, True), (7, False)])
def test_old_months_tell_nothing_of_now(lag: int, known: bool) -> None:
    found = measured(volumes(*year(0, 1000.0, lag=lag)), bought_monthly(400.0), A)
    assert (found.source[0] == "measured") is known


def test_a_month_counts_when_it_has_ended() -> None:
    rows = volumes(*year(0, 1000.0), (0, -1, 99_999.0))
    assert measured(rows, bought_monthly(400.0), A).purchases[0] == pytest.approx(12_000)
    later = measured(rows, bought_monthly(400.0), days_of(date(2026, 4, 1)))
    assert later.purchases[0] == pytest.approx(11_000 + 99_999)
    day_before = measured(rows, bought_monthly(400.0), days_of(date(2026, 3, 31)))
    assert day_before.purchases[0] == pytest.approx(12_000)


def test_months_before_our_data_are_no_months_without_sales() -> None:
    begin = int(first_day_of(np.array([NEWEST - 6]))[0])
    found = measured(volumes(*year(0, 1000.0)), bought_monthly(400.0, begin=begin), A)
    assert (found.number[0], found.share[0]) == (7, pytest.approx(0.4))
    found = measured(volumes(*year(0, 1000.0)), bought_monthly(400.0, begin=begin + 40), A)
    assert found.source[0] is None


def test_declared_by_hand() -> None:
    found = declared(said({"amount": 1000.0}), np.array([620.0]), A)
    assert (found.purchases[0], found.low[0], found.high[0]) == (1000, 800, 1250)
    assert found.share[0] == pytest.approx(0.62)
    assert (found.source[0], found.by[0], found.first_day[0]) == ("declared", "KAM", A - 30)
    given = declared(said({"amount": 1000.0, "low": 900.0, "high": 1200.0}), np.array([620.0]), A)
    assert (given.low[0], given.high[0]) == (900, 1200)
    # A bound on the wrong side of the figure is none.
    wrong = declared(said({"amount": 1000.0, "low": 1100.0, "high": 900.0}), np.array([1.0]), A)
    assert (wrong.low[0], wrong.high[0]) == (1000, 1000)


def test_a_statement_older_than_a_year_is_wider() -> None:
    for days, factor in ((364, 1.0), (2 * 364, 1.15), (3 * 364, 1.15**2)):
        found = declared(said({"amount": 1000.0, "on": A - days}), np.array([500.0]), A)
        assert (found.low[0], found.high[0]) == pytest.approx((800 / factor, 1250 * factor))


def test_the_newest_statement_counts_whoever_made_it() -> None:
    rows = said(
        {"amount": 900.0, "on": A - 20, "by": "Lin"},
        {"amount": 500.0, "on": A - 90, "by": "Wu"},
        {"amount": 700.0, "on": A - 20, "by": "Kim"},  # of the same day, recorded later
    )
    found = declared(rows, np.array([350.0]), A)
    assert (found.purchases[0], found.by[0], found.share[0]) == (700, "Kim", 0.5)


def test_categories_are_summed_where_there_is_no_total() -> None:
    parts = (
        {"amount": 300.0, "category": 0, "on": A - 50},
        {"amount": 400.0, "category": 0, "on": A - 40},
        {"amount": 100.0, "category": 1, "on": A - 10, "by": "Wu"},
    )
    found = declared(said(*parts), np.array([100.0]), A)
    assert (found.purchases[0], found.number[0], found.by[0]) == (500, 2, "Wu")
    assert (found.low[0], found.high[0]) == (400, 625)
    whole = declared(said(*parts, {"amount": 2000.0, "on": A - 300}), np.array([100.0]), A)
    assert (whole.purchases[0], whole.number[0]) == (2000, 1)


def test_nothing_a_year_takes_a_statement_back() -> None:
    rows = said({"amount": 900.0, "on": A - 90}, {"amount": 0.0, "on": A - 20})
    found = declared(rows, np.array([350.0]), A)
    assert found.source[0] is None
    assert np.isnan(found.purchases[0])


def test_a_share_is_never_more_than_all() -> None:
    found = declared(said({"amount": 1000.0}), np.array([1100.0]), A)
    assert (found.share[0], found.share_high[0]) == (1, 1)
    assert found.share_low[0] == pytest.approx(1100 / 1250)
    back = declared(said({"amount": 1000.0}), np.array([-50.0]), A)
    assert (back.share_low[0], back.share[0], back.share_high[0]) == (0, 0, 0)


def test_volumes_below_what_we_sold_are_not_all_and_tell_no_share() -> None:
    """The first bought more from us alone than it reported; of the second the books differ by 4%."""
    rows = [*year(0, 300.0, months=8), *year(1, 300.0)]
    found = measured(volumes(*rows), bought_monthly(400.0, 312.0), A)
    assert found.is_part.tolist() == [True, False]
    assert np.isnan([found.share[0], found.share_low[0], found.share_high[0]]).all()
    assert found.share[1] == 1
    assert found.source.tolist() == ["measured", "measured"]
    assert found.purchases.tolist() == pytest.approx([3600, 3600])
    before = measured(volumes(*year(0, 1000.0, lag=13)), bought_monthly(400.0, 1.0), A - 364)
    assert np.isnan(share_fall(found, before)[0])


def test_measured_comes_before_declared_and_both_before_estimated() -> None:
    guess = Wallet.unknown(4)
    guess.purchases[:3], guess.source[:3] = 1.0, "estimated"
    own = measured(volumes(*year(0, 1000.0)), bought_monthly(1.0, 1.0, 1.0, 1.0), A)
    told = declared(said({"amount": 5.0}, {"amount": 6.0, "account": 1}), np.ones(4), A)
    found = share_of_wallet(own, told, guess)
    assert found.source.tolist() == ["measured", "declared", "estimated", None]
    assert found.purchases[:3].tolist() == pytest.approx([12_000, 6, 1])
    assert np.isnan(found.purchases[3])
    assert found.is_evidence.tolist() == [True, True, False, False]


def test_a_fall_needs_evidence_at_both_dates_and_a_newer_fact() -> None:
    def wallet(source: str | None, share: float, last_day: int, spread: float = 1.1) -> Wallet:
        one = Wallet.unknown(1)
        one.source[0], one.bought[0], one.last_day[0] = source, share, last_day
        one.purchases[0], one.low[0], one.high[0] = 1.0, 1 / spread, spread
        return one

    before = wallet("declared", 0.62, 100)
    assert share_fall(wallet("declared", 0.48, 400), before)[0] == pytest.approx(0.14)
    assert share_fall(wallet("declared", 0.70, 400), before)[0] == pytest.approx(-0.08)
    assert np.isnan(share_fall(wallet("declared", 0.48, 100), before)[0])  # the same statement
    assert np.isnan(share_fall(wallet("estimated", 0.48, 400), before)[0])
    assert np.isnan(share_fall(wallet("declared", 0.48, 400), wallet(None, 0.62, -1))[0])
    # Two ways of counting: only where their ranges lie apart.
    assert share_fall(wallet("measured", 0.48, 400), before)[0] == pytest.approx(0.14)
    assert np.isnan(share_fall(wallet("measured", 0.48, 400, spread=1.3), before)[0])


def test_ranges_of_projected_years_hold_the_truth() -> None:
    """Months with season and noise, seven to eleven of twelve known: the 80% range holds the year."""
    rng = np.random.default_rng(11)
    held = []
    for _ in range(40):
        n = 50
        season = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(12) / 12 + rng.random()))
        months = rng.gamma(8.0, 125.0, (n, 12)) * season
        known = rng.permuted(np.tile(np.arange(12) < rng.integers(7, 12), (n, 1)), axis=1)
        account, ago = np.nonzero(known)
        rows = Volumes(account, NEWEST - ago, months[known])
        found = measured(rows, bought_monthly(*np.ones(n)), A)
        truth = months.sum(axis=1)
        usable = found.source != None  # noqa: E711  (an array of objects)
        held.append(((found.low <= truth) & (truth <= found.high))[usable])
    assert 0.78 < np.concatenate(held).mean() < 0.97


def test_ranges_of_statements_hold_the_truth() -> None:
    """Statements that are a tenth off (one sigma): the judged range holds nine of ten and more."""
    rng = np.random.default_rng(12)
    truth = rng.lognormal(10, 1, 500)
    rows = [{"account": i, "amount": t * np.exp(rng.normal(0, 0.1))} for i, t in enumerate(truth)]
    found = declared(said(*rows), 0.4 * truth, A)
    assert np.mean((found.low <= truth) & (truth <= found.high)) > 0.9
    assert np.mean((found.share_low <= 0.4) & (found.share_high >= 0.4)) > 0.9
