"""Partial defection: weekly lumps, the series' ends, and falls put into histories on purpose."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.defection import partial_loops
from mainstay.defection.clocks import (
    LEAST_CATEGORY_DAYS,
    by_category,
    on_own_orders,
    on_the_season,
    own_orders,
)
from mainstay.defection.partial import (
    LONGEST_WEEKS,
    NONE,
    AccountChanges,
    CategoryChanges,
    LivingChanges,
    Setting,
)
from mainstay.ledger.lines import KINDS, Lines
from mainstay.standing.history import Days, collapse

ON = date(2025, 6, 2)
AT = (ON - date(1970, 1, 1)).days
Row = tuple[str, int, float, str]  # account, day before ON (1 = yesterday), money, category


def setting(on: date = ON, exposure: np.ndarray | None = None) -> Setting:
    """One lump a week is usual, as well known as one series of some weeks would tell it."""
    known = np.ones(LONGEST_WEEKS) if exposure is None else exposure
    return Setting(on, known, shape=1.5, rate=2.0)


def lines_of(rows: list[Row]) -> Lines:
    rows = sorted(rows, key=lambda row: (row[0], -row[1]))
    accounts = sorted({row[0] for row in rows})
    categories = sorted({row[3] for row in rows})
    counts = [sum(row[0] == account for row in rows) for account in accounts]
    amount = np.array([round(row[2], 2) for row in rows], np.float64)
    return Lines(
        account_ids=pa.array(accounts, pa.string()),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        day=np.array([AT - row[1] for row in rows], np.int32),
        amount=amount,
        codes={
            "category": np.array([categories.index(row[3]) for row in rows], np.int32),
            "kind": np.where(amount < 0, 1, 0).astype(np.int32),
        },
        names={"category": pa.array(categories, pa.string()), "kind": pa.array(KINDS)},
        values={},
    )


def buys(
    account: str,
    *,
    every: int,
    weeks: tuple[int, int],
    money: float = 100.0,
    category: str = "tea",
    seed: int = 0,
) -> list[Row]:
    """Orders at random about `every` days apart, from so many weeks before ON to so many."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    at = weeks[0] * 7.0
    while True:
        at -= rng.gamma(4.0, every / 4.0)
        if at < weeks[1] * 7 + 1:
            return rows
        rows.append((account, int(at), float(money * rng.uniform(0.8, 1.2)), category))


def row_of(table: pa.Table, **where: object) -> dict:
    (found,) = [r for r in table.to_pylist() if all(r[k] == v for k, v in where.items())]
    return found


def on_clock(
    days: list[int], *, exposure: np.ndarray | None = None, until: int = 1
) -> tuple[np.ndarray, float]:
    """The order days of one account on the season's clock, and its end; days as days before AT."""
    exposure = np.ones(LONGEST_WEEKS) if exposure is None else exposure
    n = len(days)
    day = np.array([AT - back for back in sorted(days, reverse=True)], np.int32)
    made = Days(np.array([0, n]), day, np.ones(n), np.zeros(n), np.ones(n, bool))
    _, series, _ = on_the_season(made, AT, np.array([AT - until], np.int32), exposure)
    return series.time, float(series.end[0])


@settings(max_examples=100, deadline=None)
@given(days=st.sets(st.integers(1, 7 * LONGEST_WEEKS), min_size=1, max_size=80))
def test_an_ordinary_week_is_a_week_of_the_clock(days: set[int]) -> None:
    time, end = on_clock(list(days))
    assert end == 0.0
    assert time == pytest.approx((0.5 - np.array(sorted(days, reverse=True))) / 7)


def test_a_quiet_week_is_part_of_a_week() -> None:
    """Three weeks, of which the middle one is half as busy, and the same year after year."""
    exposure = np.array([1.0, 0.5, 1.0])
    time, end = on_clock([4, 11, 18], exposure=exposure)
    assert time == pytest.approx([-2.0, -1.25, -0.5])
    assert end == 0.0
    time, end = on_clock([11, 18, 25], exposure=exposure, until=11)
    assert end == pytest.approx(-1.0 - 0.5 * 3 / 7)
    assert time == pytest.approx([-3.0, -2.0, -1.25])


def test_the_clock_of_its_own_orders() -> None:
    """Tea in every second order: two steps each, whatever the gaps are."""
    rows = [("a", back, 10.0, "cups") for back in (100, 80, 79, 50, 20, 8)]
    rows += [("a", back, 10.0, "tea") for back in (100, 79, 20)]
    lines = lines_of(rows)
    pairs, owner, category = by_category(lines)
    parts, whole = collapse(pairs, AT), collapse(lines, AT)
    nothing = np.full(len(owner), np.nan)
    clocked = on_own_orders(own_orders(parts, whole, owner, AT), nothing, nothing)
    tea = lines.names["category"].to_pylist().index("tea")
    (i,) = np.flatnonzero(category[clocked.there] == tea)
    own = slice(clocked.series.offsets[i], clocked.series.offsets[i + 1])
    step = (100 - 8) / 7 / 5
    assert clocked.least_gap[i] == pytest.approx(step)
    assert clocked.series.time[own] == pytest.approx(np.array([-5, -3, -1]) * step)
    assert clocked.series.end[i] == 0.0
    assert clocked.rates.rate[i] / clocked.rates.shape[i] == pytest.approx(step / (3.5 / 7.0))
    # Others buy it in three of four orders, which is worth six that hold it.
    others = on_own_orders(
        own_orders(parts, whole, owner, AT), np.full(len(owner), 0.75), np.full(len(owner), 6.0)
    )
    assert others.rates.shape[i] == 6.0
    assert others.rates.rate[i] == pytest.approx(6.0 * step / ((3 + 6) / (6 + 8)))
    assert others.most[i] > clocked.most[i]


@settings(max_examples=100, deadline=None)
@given(paid=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=80))
def test_the_grain_is_mean_square_over_mean(paid: list[float]) -> None:
    net, grain = np.array(paid), np.empty(1)
    day = np.arange(AT - len(paid), AT, dtype=np.int32)
    partial_loops.grains(np.array([0, len(paid)], np.int64), day, net, AT, grain)
    assert grain[0] == pytest.approx((net**2).sum() / net.sum())


def test_one_giant_order_is_no_trend() -> None:
    rows = buys("a", every=7, weeks=(104, 0), seed=3)
    giant = [*rows, ("a", 1, 100_000.0, "tea")]
    found = row_of(AccountChanges((setting(),))(lines_of(giant)), account_id="a")
    assert found["p_rose"] < 0.2
    assert found["p_fell"] < 0.2


@pytest.mark.parametrize(("factor", "which"), [(0.2, "p_fell"), (4.0, "p_rose")])
def test_orders_of_another_size_are_seen_though_as_many(factor: float, which: str) -> None:
    rows = buys("a", every=20, weeks=(104, 52), seed=5)
    rows += buys("a", every=20, weeks=(52, 0), money=100.0 * factor, seed=6)
    found = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    assert found[which] > 0.9
    assert found["rate_now"] / found["rate_before"] == pytest.approx(factor, rel=0.4)


def test_steady_sizes_are_seldom_called_a_change() -> None:
    rng = np.random.default_rng(11)
    rows = [
        (f"a{i:03}", int(back), float(rng.lognormal(4, 0.9)), "tea")
        for i in range(300)
        for back in rng.choice(np.arange(1, 728), size=24, replace=False)
    ]
    found = AccountChanges((setting(),))(lines_of(rows))
    wrong = np.maximum(found["p_fell"].to_numpy(), found["p_rose"].to_numpy()) > 0.5
    assert wrong.mean() < 0.05


def test_rarer_but_larger_is_no_loss() -> None:
    rows = buys("a", every=7, weeks=(104, 40), money=100, seed=1)
    rows += buys("a", every=28, weeks=(40, 0), money=400, seed=2)
    found = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    assert found["p_fell"] < 0.5


def test_only_so_many_weeks_are_looked_back_on() -> None:
    ten = np.ones(10)
    assert len(on_clock([7 * 60, 7 * 6, 8], exposure=ten)[0]) == 2
    assert len(on_clock([7 * 60, 7 * 6 + 8, 8], exposure=ten, until=8)[0]) == 2
    assert len(on_clock([7 * 60, 7 * 6, 8], exposure=ten, until=42)[0]) == 1


def test_days_of_the_date_and_later_do_not_count() -> None:
    past = buys("a", every=7, weeks=(100, 0))
    later = [("a", 0, 5000.0, "tea"), ("a", -3, 5000.0, "tea"), ("b", 0, 10.0, "tea")]
    alone = AccountChanges((setting(),))(lines_of(past))
    both = AccountChanges((setting(),))(lines_of(past + later))
    assert both.equals(alone)
    assert LivingChanges(setting())(lines_of(past + later)).equals(
        LivingChanges(setting())(lines_of(past))
    )


def test_an_injected_fall_is_found_with_its_week() -> None:
    rows: list[Row] = []
    for seed in range(40):
        rows += buys(f"halved {seed:02}", every=7, weeks=(110, 30), seed=seed)
        rows += buys(f"halved {seed:02}", every=28, weeks=(30, 0), seed=100 + seed)
        rows += buys(f"same {seed:02}", every=7, weeks=(110, 0), seed=200 + seed)
    table = AccountChanges((setting(),))(lines_of(rows))
    halved = [r for r in table.to_pylist() if r["account_id"].startswith("halved")]
    same = [r for r in table.to_pylist() if r["account_id"].startswith("same")]
    assert np.mean([r["p_fell"] > 0.8 for r in halved]) > 0.95
    weeks_off = [abs(r["since"] - (AT - 30 * 7)) / 7 for r in halved]
    assert np.median(weeks_off) <= 3
    assert np.mean([r["p_fell"] < 0.5 and r["p_rose"] < 0.5 for r in same]) > 0.95
    assert np.median([r["rate_before"] for r in halved]) == pytest.approx(100, rel=0.1)
    assert np.median([r["rate_now"] for r in halved]) == pytest.approx(25, rel=0.3)
    assert np.median([r["rate_now"] for r in same]) == pytest.approx(100, rel=0.05)


def test_smaller_orders_at_the_same_rhythm_are_a_fall_too() -> None:
    rows = buys("a", every=7, weeks=(110, 30), money=100.0, seed=1)
    rows += buys("a", every=7, weeks=(30, 0), money=30.0, seed=2)
    found = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    assert found["p_fell"] > 0.95
    assert abs(found["since"] - (AT - 210)) <= 4 * 7
    assert found["rate_now"] / found["rate_before"] == pytest.approx(0.3, abs=0.1)


def test_a_rise_is_found() -> None:
    rows = buys("a", every=28, weeks=(110, 30), seed=3) + buys("a", every=7, weeks=(30, 0), seed=4)
    found = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    assert found["p_rose"] > 0.95
    assert found["p_fell"] < 0.01
    assert abs(found["since"] - (AT - 210)) <= 6 * 7


def test_what_changed_more_than_a_year_ago_is_no_news() -> None:
    """It is how the account buys now: no fall, no week, and before is as now."""
    rows = buys("a", every=7, weeks=(150, 80), seed=5) + buys("a", every=28, weeks=(80, 0), seed=6)
    found = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    assert max(found["p_fell"], found["p_rose"]) < 0.1
    assert found["since"] == NONE
    assert found["rate_before"] == pytest.approx(found["rate_now"], rel=0.1)
    assert found["rate_now"] == pytest.approx(25, rel=0.3)
    then = setting(ON - timedelta(weeks=50))
    news = row_of(AccountChanges((then,))(lines_of(rows)), account_id="a")
    assert news["p_fell"] > 0.95
    assert abs(news["since"] - (AT - 80 * 7)) <= 4 * 7


def test_each_date_is_judged_by_itself() -> None:
    rows = buys("a", every=7, weeks=(110, 30), seed=7) + buys("a", every=28, weeks=(30, 0), seed=8)
    rows += buys("begun later", every=7, weeks=(10, 0), seed=9)
    dates = (setting(ON - timedelta(weeks=40)), setting(ON - timedelta(weeks=12)), setting())
    together = AccountChanges(dates)(lines_of(rows))
    for j, one in enumerate(dates):
        alone = AccountChanges((one,))(lines_of(rows)).drop_columns(["date_index"])
        part = together.filter(pa.compute.equal(together["date_index"], j))
        assert part.drop_columns(["date_index"]).equals(alone)
    assert together["account_id"].to_pylist().count("begun later") == 1


def test_a_quiet_season_is_not_a_fall() -> None:
    """A third of the orders in weeks that are a third as busy for everybody."""
    rows = buys("a", every=7, weeks=(110, 26), seed=10) + buys(
        "a", every=21, weeks=(26, 0), seed=11
    )
    calendar = np.ones(LONGEST_WEEKS)
    calendar[-26:] = 1 / 3
    plain = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="a")
    seasonal = row_of(AccountChanges((setting(exposure=calendar),))(lines_of(rows)), account_id="a")
    assert plain["p_fell"] > 0.6
    assert seasonal["p_fell"] < 0.2


def test_silence_is_left_out_of_how_it_lives() -> None:
    """An account that went silent bought as ever while it lived; to the other kernel it fell."""
    rows = buys("gone", every=7, weeks=(110, 30), seed=12)
    living = row_of(LivingChanges(setting())(lines_of(rows)), account_id="gone")
    whole = row_of(AccountChanges((setting(),))(lines_of(rows)), account_id="gone")
    assert whole["p_fell"] > 0.95
    assert whole["rate_now"] < 15
    assert living["p_fell"] < 0.1
    assert living["rate_now"] == pytest.approx(100, rel=0.15)
    # The same as if one had looked when the silence began, but for the weeks' edges.
    last = min(back for _, back, _, _ in rows)
    then = setting(ON - timedelta(days=last - 1))
    at_its_end = row_of(LivingChanges(then)(lines_of(rows)), account_id="gone")
    assert living["rate_now"] == pytest.approx(at_its_end["rate_now"], rel=0.03)
    assert living["shape"] == pytest.approx(at_its_end["shape"], rel=0.1)


def test_silent_weeks_teach_nothing_of_the_rate_since_a_change() -> None:
    """A fall 15 weeks before the silence: 15 weeks tell the present rate, however long the silence."""
    shapes = []
    for silence in (0, 20):
        rows = buys("a", every=7, weeks=(100 + silence, 15 + silence), seed=13)
        rows += buys("a", every=7, weeks=(15 + silence, silence), money=20.0, seed=14)
        found = row_of(LivingChanges(setting())(lines_of(rows)), account_id="a")
        assert found["p_fell"] > 0.7
        assert found["since"] > 0
        shapes.append(found["shape"])
    assert shapes[1] == pytest.approx(shapes[0], rel=0.1)


def test_lost_for_years_still_has_a_series() -> None:
    rows = buys("gone", every=7, weeks=(400, 250), seed=15)
    living = row_of(LivingChanges(setting())(lines_of(rows)), account_id="gone")
    assert living["rate_now"] == pytest.approx(100, rel=0.1)


def test_whoever_ordered_before_a_date_has_a_row_however_long_ago() -> None:
    """Whose orders all lie further back than is looked did not change of late."""
    rows = buys("gone", every=7, weeks=(400, 250), seed=15) + buys("a", every=7, weeks=(50, 0))
    dates = tuple(setting(ON - timedelta(weeks=back)) for back in (300, 100, 10, 0))
    found = AccountChanges(dates)(lines_of(rows)).to_pylist()
    there = [(r["account_id"], r["date_index"]) for r in found]
    assert sorted(there) == [("a", 2), ("a", 3), *(("gone", j) for j in range(4))]
    gone = row_of(AccountChanges(dates)(lines_of(rows)), account_id="gone", date_index=3)
    assert (gone["p_fell"], gone["p_rose"], gone["since"]) == (0.0, 0.0, NONE)
    assert gone["rate_now"] == gone["rate_before"] > 0


def test_a_dropped_category_is_found_while_the_account_buys_on() -> None:
    rows = buys("a", every=7, weeks=(110, 0), seed=16, category="tea")
    rows += buys("a", every=10, weeks=(110, 30), seed=17, category="coffee")
    rows += [("a", 300, 50.0, "cups"), ("a", 20, 50.0, "cups")]
    table = CategoryChanges((setting(),))(lines_of(rows))
    coffee = row_of(table, account_id="a", category="coffee")
    assert coffee["p_fell"] > 0.95
    assert abs(coffee["since"] - (AT - 210)) <= 4 * 7
    assert row_of(table, account_id="a", category="tea")["p_fell"] < 0.2
    assert LEAST_CATEGORY_DAYS == 3
    assert "cups" not in table["category"].to_pylist()


def test_the_accounts_own_silence_is_no_dropped_category() -> None:
    rows = buys("a", every=7, weeks=(110, 30), seed=18, category="tea")
    rows += buys("a", every=7, weeks=(110, 30), seed=19, category="coffee")
    rows += buys("a", every=7, weeks=(110, 48), seed=20, category="sugar")
    table = CategoryChanges((setting(),))(lines_of(rows))
    for category in ("tea", "coffee"):
        found = row_of(table, account_id="a", category=category)
        assert found["p_fell"] < 0.2
        assert found["rate_now"] == pytest.approx(100, rel=0.15)
    assert row_of(table, account_id="a", category="sugar")["p_fell"] > 0.95


def test_a_category_bought_by_others_is_not_mixed_up() -> None:
    rows = buys("a", every=7, weeks=(110, 0), seed=21, category="tea")
    rows += buys("b", every=7, weeks=(110, 30), seed=22, category="tea")
    rows += buys("b", every=7, weeks=(110, 0), seed=23, category="coffee")
    table = CategoryChanges((setting(),))(lines_of(rows))
    assert table.num_rows == 3
    assert row_of(table, account_id="b", category="tea")["p_fell"] > 0.95
    assert row_of(table, account_id="a", category="tea")["p_fell"] < 0.2


def test_no_lines_no_rows() -> None:
    returns_only = lines_of([("a", 30, -50.0, "tea")])
    for kernel in (
        AccountChanges((setting(),)),
        LivingChanges(setting()),
        CategoryChanges((setting(),)),
    ):
        assert kernel(returns_only).num_rows == 0
        assert kernel(lines_of([])).num_rows == 0


def test_what_the_account_buys_less_of_altogether_is_no_categorys_fall() -> None:
    """Half as many orders with the same in them: a fall of the account, of none of its categories."""
    rng = np.random.default_rng(31)
    rows: list[Row] = []
    for i in range(30):
        for _, back, *_rest in buys(f"a{i:02}", every=4, weeks=(110, 0), seed=40 + i):
            if back < 20 * 7 and rng.random() < 0.6:
                continue
            for category, share in (("tea", 0.6), ("coffee", 0.5), ("cups", 0.3)):
                if rng.random() < share:
                    rows.append((f"a{i:02}", back, 50.0, category))
    accounts = AccountChanges((setting(),))(lines_of(rows))
    categories = CategoryChanges((setting(),))(lines_of(rows))
    assert (accounts["p_fell"].to_numpy() > 0.5).mean() > 0.9
    assert (categories["p_fell"].to_numpy() > 0.5).mean() < 0.06


def test_categories_at_each_date_are_judged_by_themselves() -> None:
    rows = buys("a", every=7, weeks=(110, 0), seed=61) + buys(
        "a", every=9, weeks=(110, 20), seed=62, category="coffee"
    )
    dates = (setting(ON - timedelta(weeks=30)), setting())
    together = CategoryChanges(dates)(lines_of(rows))
    for j, one in enumerate(dates):
        alone = CategoryChanges((one,))(lines_of(rows)).drop_columns(["date_index"])
        part = together.filter(pa.compute.equal(together["date_index"], j))
        assert part.drop_columns(["date_index"]).equals(alone)
    coffee = together.filter(pa.compute.equal(together["category"], "coffee"))["p_fell"]
    assert coffee[0].as_py() < 0.2
    assert coffee[1].as_py() > 0.9
